"""One kernel at two places: the same 25 weights, other pixels."""

import torch.nn.functional as F

import nets

image, model = nets.prepare("examples/seven.png"), nets.load("cnn")
weight, bias = model.get_parameter("conv1.weight")[0, 0], model.get_parameter("conv1.bias")[0]
around = F.pad(image, (2, 2, 2, 2))[0]  # zeros at the edge
for row, column in ((8, 8), (20, 14)):
    by_hand = (around[row : row + 5, column : column + 5] * weight).sum() + bias
    print(round(by_hand.item(), 4), round(model[0](image[None])[0, 0, row, column].item(), 4))
