"""Changes of a prepared image that a reader should take in its stride: eight kinds, each with one number for how far.

All act on (N, 1, 28, 28) images in [0, 1] and give the same shape and range; nothing is centred again. Geometry is
about the middle of the frame, bilinear, with paper outside. demo/compare/changes.js does the same sums.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from nets.augment import change_pen
from nets.models import SIDE

FIELDS = 64  # different fields of noise: image i gets field i modulo so many


@dataclass(frozen=True)
class Change:
    """One kind of change, between its least and its most; at `none` an image stays as it is."""

    apply: Callable[[Tensor, float], Tensor]
    low: float
    high: float
    step: float
    none: float
    unit: str  # degrees, times, pixels, "" for a share

    @property
    def values(self) -> list[float]:
        """From low to high in steps, with `none` among them."""
        count = round((self.high - self.low) / self.step)
        return [round(self.low + i * self.step, 6) for i in range(count + 1)]


def rotation(images: Tensor, degrees: float) -> Tensor:
    """Turned clockwise."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return _warp(images, [[cos, sin], [-sin, cos]])


def size(images: Tensor, factor: float) -> Tensor:
    """Made so many times as large."""
    return _warp(images, [[1 / factor, 0], [0, 1 / factor]])


def slant(images: Tensor, pixels: float) -> Tensor:
    """Leaned to the right: so many pixels across for each pixel up."""
    return _warp(images, [[1, pixels], [0, 1]])


def _warp(images: Tensor, source: list[list[float]]) -> Tensor:
    """Where each output pixel, from the middle, is looked up in the input."""
    theta = torch.tensor([[*row, 0.0] for row in source], dtype=images.dtype, device=images.device)
    grid = F.affine_grid(theta.expand(len(images), 2, 3), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def pen(images: Tensor, pixels: float) -> Tensor:
    """A pen wider (above 0) or thinner by so many pixels of radius: grey dilation or erosion with a 3x3 cross."""
    for _ in range(math.floor(abs(pixels))):
        images = change_pen(images, images.new_full((len(images),), math.copysign(1, pixels)))
    rest = math.fmod(pixels, 1)
    return change_pen(images, images.new_full((len(images),), rest)) if rest else images


def blur(images: Tensor, pixels: float) -> Tensor:
    """A Gaussian of this standard deviation, cut off after three of them."""
    if not pixels:
        return images
    reach = math.ceil(3 * pixels)
    weights = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, dtype=images.dtype) / pixels) ** 2)
    weights = (weights / weights.sum()).to(images.device)
    across = F.conv2d(images, weights.view(1, 1, 1, -1), padding=(0, reach))
    return F.conv2d(across, weights.view(1, 1, -1, 1), padding=(reach, 0))


def noise(images: Tensor, deviation: float) -> Tensor:
    """Normal noise of this standard deviation (1: from paper to ink) on every pixel, then cut to [0, 1]."""
    fields = torch.tensor([normal_field(i) for i in range(min(FIELDS, len(images)))], dtype=images.dtype)
    fields = fields.view(-1, 1, SIDE, SIDE).to(images.device)
    return (images + deviation * fields[torch.arange(len(images)) % len(fields)]).clamp(0, 1)


def normal_field(seed: int) -> list[float]:
    """784 normal numbers by Box and Muller's formula (Ann. Math. Stat. 29, 1958) from mulberry32, a small generator.

    Both are short enough for JavaScript to give the same numbers.
    """
    state = seed & 0xFFFFFFFF

    def uniform() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        x = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        x ^= (x + (((x ^ (x >> 7)) * (x | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return ((x ^ (x >> 14)) & 0xFFFFFFFF) / 2**32

    return [math.sqrt(-2 * math.log(1 - uniform())) * math.cos(2 * math.pi * uniform()) for _ in range(SIDE * SIDE)]


def occlusion(images: Tensor, side: float) -> Tensor:
    """A square of paper over the middle, its side in pixels."""
    edge = torch.arange(SIDE, dtype=images.dtype, device=images.device)
    low, high = (SIDE - side) / 2, (SIDE + side) / 2
    covered = (torch.minimum(edge + 1, edge.new_tensor(high)) - torch.maximum(edge, edge.new_tensor(low))).clamp(0, 1)
    return images * (1 - covered[:, None] * covered[None])


def inversion(images: Tensor, share: float) -> Tensor:
    """Ink and paper changing places: at 1 the digit is paper on ink, at 1/2 all is grey."""
    return (1 - share) * images + share * (1 - images)


CHANGES = {
    "rotation": Change(rotation, -90, 90, 5, 0, "degrees"),
    "size": Change(size, 0.4, 1.4, 0.05, 1, "times"),
    "pen": Change(pen, -2, 3, 0.25, 0, "pixels"),
    "slant": Change(slant, -1, 1, 0.1, 0, ""),
    "blur": Change(blur, 0, 3, 0.15, 0, "pixels"),
    "noise": Change(noise, 0, 1, 0.05, 0, ""),
    "occlusion": Change(occlusion, 0, 20, 1, 0, "pixels"),
    "inversion": Change(inversion, 0, 1, 0.05, 0, ""),
}
