"""A pool keeps the largest of four, and learns nothing."""

import torch
from torch import nn

pool = nn.MaxPool2d(2)
cells = torch.tensor([[1.0, 3, 2, 4], [5, 6, 1, 2], [3, 2, 8, 1], [1, 4, 2, 3]])
print(pool(cells[None]))
cells[0, 0] = 4  # not the winner of its square
print(pool(cells[None]))
print(sum(parameter.numel() for parameter in pool.parameters()), "parameters")
