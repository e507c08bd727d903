"""A digit moves upwards: who still reads it?"""

import torch

import nets

image = nets.prepare("examples/seven.png")
for name in ("tutorial/mlp", "tutorial/cnn", "mlp", "cnn"):
    model = nets.load(f"checkpoints/{name}.safetensors")
    moved = torch.stack([torch.roll(image, -pixels, dims=1) for pixels in range(9)])
    print(name, model(moved).argmax(1).tolist())
