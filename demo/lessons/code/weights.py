"""An MLP does not know which pixels touch: shuffle them, and its first weights alike, and nothing changes."""

import torch

import nets

images, model = torch.rand(5, 1, 28, 28), nets.load("mlp")
order = torch.randperm(784)
with torch.no_grad():
    before = model(images)
    first = model.get_parameter("fc1.weight")
    first.copy_(first[:, order])
    after = model(images.flatten(1)[:, order].view(-1, 1, 28, 28))
print(torch.allclose(before, after, atol=1e-4))
