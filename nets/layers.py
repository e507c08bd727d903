"""Two layers that PyTorch does not have: a pool that blurs before it thins out, and a convolution without sharing."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class BlurPool2d(nn.Module):
    """Every second cell of (N, C, H, W) maps after a blur with 1-2-1, borders mirrored: (N, C, ceil(H/2), ceil(W/2)).

    After a max pool with stride 1 it makes the pool of R. Zhang, "Making Convolutional Networks Shift-Invariant Again",
    ICML 2019. It learns nothing.
    """

    kernel: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        line = torch.tensor([1.0, 2.0, 1.0])
        kernel = torch.outer(line, line) / line.sum() ** 2
        self.channels = channels
        self.register_buffer("kernel", kernel.expand(channels, 1, 3, 3).clone(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        padded = F.pad(x, (1, 1, 1, 1), mode="reflect")
        return F.conv2d(padded, self.kernel.to(x.dtype), stride=2, groups=self.channels)


class LocallyConnected2d(nn.Module):
    """A convolution whose kernel is another one at every place: (N, 1, H, W) to (N, maps, H, W), zeros around.

    For one input map. It has H x W times the weights of the convolution, and does the same arithmetic.
    """

    def __init__(self, maps: int, side: int, kernel: int) -> None:
        super().__init__()
        self.maps, self.side, self.kernel = maps, side, kernel
        self.weight = nn.Parameter(torch.empty(maps, side * side, kernel * kernel))  # map, place, cell of the kernel
        self.bias = nn.Parameter(torch.empty(maps, side * side))

    def reset_parameters(self, generator: torch.Generator) -> None:
        """Drawn as PyTorch draws a convolution's."""
        bound = 1 / math.sqrt(self.kernel**2)
        nn.init.uniform_(self.weight, -bound, bound, generator=generator)
        nn.init.uniform_(self.bias, -bound, bound, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        patches = F.unfold(x, self.kernel, padding=self.kernel // 2)  # (N, kernel * kernel, places)
        sums = torch.einsum("nkp,mpk->nmp", patches, self.weight) + self.bias
        return sums.unflatten(2, (self.side, self.side))
