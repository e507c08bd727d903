"""Changes of an image that the networks read: each kind has one number, which says how far it goes.

They are made on the 28x28 pixels and never on a larger field: what leaves the frame is gone. Images are (N, 1, 28, 28)
with ink in [0, 1]. A pixel's place is that of its centre, from (0, 0) to (27, 27); the middle is (13.5, 13.5), y grows
downwards. Between pixels ink is interpolated linearly along both axes, and there is none outside the frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nets.augment import change_pen
from nets.models import SIDE


def shift(images: Tensor, dx: int, dy: int) -> Tensor:
    """Moved by whole pixels, to the right and down; what leaves the frame is gone, what comes in is paper."""
    moved = torch.zeros_like(images)
    if abs(dx) < SIDE and abs(dy) < SIDE:
        to_x, from_x = _overlap(dx)
        to_y, from_y = _overlap(dy)
        moved[..., to_y, to_x] = images[..., from_y, from_x]
    return moved


def rotate(images: Tensor, degrees: float) -> Tensor:
    """Turned about the middle, clockwise."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return _resample(images, ((cos, sin), (-sin, cos)))


def resize(images: Tensor, factor: float) -> Tensor:
    """Grown or shrunk about the middle, without smoothing first."""
    return _resample(images, ((1 / factor, 0.0), (0.0, 1 / factor)))


def slant(images: Tensor, lean: float) -> Tensor:
    """Leant to the right by so many pixels for each pixel of height; the row in the middle stays."""
    return _resample(images, ((1.0, lean), (0.0, 1.0)))


def thicken(images: Tensor, radius: float) -> Tensor:
    """Ink grown by so many pixels to all four sides, or for less than 0 worn away: see nets.augment.change_pen."""
    whole, sign = int(abs(radius)), math.copysign(1.0, radius)
    for step in [1.0] * whole + ([abs(radius) - whole] if abs(radius) > whole else []):
        images = change_pen(images, torch.full((len(images),), sign * step))
    return images


def blur(images: Tensor, sigma: float) -> Tensor:
    """A Gaussian blur, cut off at three standard deviations (pixels, rounded up), with paper around the frame."""
    if sigma == 0:
        return images
    reach = math.ceil(3 * sigma)
    line = torch.exp(-(torch.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    line = line / line.sum()
    across = F.conv2d(images, line.view(1, 1, 1, -1), padding=(0, reach))
    return F.conv2d(across, line.view(1, 1, -1, 1), padding=(reach, 0))


def add_noise(images: Tensor, strength: float) -> Tensor:
    """Normal noise of this standard deviation added to every pixel, then cut to [0, 1].

    The noise of pixel p of the n-th image, from 0, depends on 784 n + p alone: see normal().
    """
    if strength == 0:
        return images
    field = torch.from_numpy(normal(np.arange(images.numel()))).view_as(images)
    return (images + strength * field).clamp(0, 1)


def occlude(images: Tensor, side: float) -> Tensor:
    """The ink in a square in the middle taken away; its side is an even number of pixels."""
    half = int(side) // 2
    covered = images.clone()
    covered[..., SIDE // 2 - half : SIDE // 2 + half, SIDE // 2 - half : SIDE // 2 + half] = 0
    return covered


def invert(images: Tensor, share: float) -> Tensor:
    """This much of the way from the image to its negative; half way all is grey."""
    return torch.lerp(images, 1 - images, share)


def normal(counts: np.ndarray) -> np.ndarray:
    """float32 normal numbers that depend on these whole numbers alone, by the Box-Muller transform of two hashes."""
    first, second = ((_hash(2 * counts + i) + 0.5) / 2**32 for i in (0, 1))
    return (np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second)).astype(np.float32)


def _hash(counts: np.ndarray) -> np.ndarray:
    """lowbias32 of C. Wellons' hash prospector, as float64 in [0, 2**32)."""
    x = counts.astype(np.uint32)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return (x ^ (x >> np.uint32(16))).astype(np.float64)


@dataclass(frozen=True)
class Kind:
    """A kind of change, and how far it is measured."""

    change: Callable[[Tensor, float], Tensor]
    values: tuple[float, ...]  # ascending
    neutral: float  # the value that changes nothing


def _steps(low: float, high: float, step: float) -> tuple[float, ...]:
    return tuple(round(low + i * step, 6) for i in range(round((high - low) / step) + 1))


KINDS = {
    "rotation": Kind(rotate, _steps(-180, 180, 15), 0.0),  # degrees, clockwise
    "size": Kind(resize, _steps(0.3, 1.5, 0.1), 1.0),  # times its own
    "pen": Kind(thicken, _steps(-2, 4, 0.5), 0.0),  # pixels of radius
    "slant": Kind(slant, _steps(-1, 1, 0.125), 0.0),  # pixels sideways a pixel of height
    "blur": Kind(blur, _steps(0, 4, 0.5), 0.0),  # pixels: standard deviation
    "noise": Kind(add_noise, _steps(0, 1, 0.1), 0.0),  # share of full ink: standard deviation
    "occlusion": Kind(occlude, _steps(0, 20, 2), 0.0),  # pixels: side of the square
    "inversion": Kind(invert, _steps(0, 1, 0.1), 0.0),  # share of the way to the negative
}


def _overlap(by: int) -> tuple[slice, slice]:
    """Where the pixels of a row that stay in the frame go to, and where they come from."""
    to = slice(max(by, 0), SIDE + min(by, 0))
    return to, slice(to.start - by, to.stop - by)


def _resample(images: Tensor, back: tuple[tuple[float, float], tuple[float, float]]) -> Tensor:
    """Each pixel from the place that this matrix gives for it, both as seen from the middle."""
    (a, b), (c, d) = back
    theta = torch.tensor([[a, b, 0.0], [c, d, 0.0]]).expand(len(images), 2, 3)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)
