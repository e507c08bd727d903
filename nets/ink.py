"""Strokes as ink: what a pen's path covers, drawn straight at the size that is wanted.

The page does the same sums in demo/reader/ink.js, so that it reads a drawing as the server would; tests hold the two
against each other. All numbers are float64 here and there, and what is rounded is rounded half up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SAMPLES = 4  # along each side of a pixel
NEARLY = 1e-6  # added before rounding, so that sums that differ in their last digit round alike


@dataclass(frozen=True)
class Box:
    """A rectangle in pad units, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def side(self) -> float:
        """The larger of the two."""
        return max(self.width, self.height)

    def wider(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def box_of(strokes: Sequence[np.ndarray]) -> Box:
    """The smallest box that holds every point of the strokes, each (n, 2) with n >= 1."""
    points = np.concatenate(strokes).astype(np.float64)
    return Box(*points.min(0).tolist(), *points.max(0).tolist())


def draw_in(box: Box, strokes: Sequence[np.ndarray], pen: float, scale: float) -> np.ndarray:
    """(H, W) float32 ink in [0, 1] of round-ended strokes within a box, at so many pixels a pad unit.

    pen: diameter in pad units. The ink of a sample, of which a pixel has SAMPLES x SAMPLES, is clamp(radius + 1/2 -
    distance to the path, 0, 1) in units of a sample; a pixel's is the mean of its samples. The last row and column may
    reach over the box's edge.
    """
    # A box that is as large as it should be does not get one more pixel by its last digit.
    shape = [max(1, math.ceil(length * scale - NEARLY)) for length in (box.height, box.width)]
    height, width = (SAMPLES * size for size in shape)
    factor, radius = scale * SAMPLES, pen / 2 * scale * SAMPLES
    nearest = np.full((height, width), (radius + 0.5) ** 2)  # squared distance to the path; further off is no ink
    corner = np.array([box.left, box.top])
    for stroke in strokes:
        points = (stroke.astype(np.float64) - corner) * factor  # in samples
        for (ax, ay), (bx, by) in zip(points, points[1:] if len(points) > 1 else points, strict=False):
            left, right = _reach(min(ax, bx), max(ax, bx), radius, width)
            top, bottom = _reach(min(ay, by), max(ay, by), radius, height)
            if left >= right or top >= bottom:
                continue
            x = np.arange(left, right) + 0.5 - ax
            y = np.arange(top, bottom)[:, None] + 0.5 - ay
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            along = ((x * dx + y * dy) / length).clip(0, 1) if length > 0 else 0.0
            x, y = x - along * dx, y - along * dy
            window = nearest[top:bottom, left:right]
            np.minimum(window, x * x + y * y, out=window)
    ink = (radius + 0.5 - np.sqrt(nearest)).clip(0, 1)
    return ink.reshape(shape[0], SAMPLES, shape[1], SAMPLES).mean((1, 3)).astype(np.float32)


def _reach(low: float, high: float, radius: float, size: int) -> tuple[int, int]:
    """The samples [from, to) of so many whose middles may lie within reach of the pen between low and high."""
    first, last = np.floor(low - radius - 1), np.floor(high + radius + 1) + 1
    return int(min(max(first, 0), size)), int(min(max(last, 0), size))


def rounded(value: float) -> int:
    """The nearest whole number, halves up."""
    return int(np.floor(value + 0.5 + NEARLY))
