"""The sheet that a picture is of, where it lies on something else: paper on a desk, a card, a window on a screen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from nets.pieces import pen_width

SMALLEST = 0.15  # of the picture's larger side
SQUARE = 0.3  # the least that a sheet's smaller side is of its larger
FULL = 0.68  # of its box: a sheet that lies straight fills all of it, a disc 0.79
OPEN = 0.55  # of its area without what is written on it
WRITTEN = 0.25  # of its larger side: something on it is as large as that
LINE = 0.3  # the most that such a thing's pen width is of its length
ROOM = 1.2  # times the width of a line on it: so far inside the sheet a place lies, but none in a thick zero's ring
APART = 0.15  # of a colour channel: what differs less from the ground is the ground
GRAIN = 4.0  # times the ground's own spread
STRONG = 0.45  # of the strongest difference from the ground
EDGE = 0.02  # of a sheet's larger side: its edge is shaded


@dataclass(frozen=True, eq=False)
class Sheet:
    """A part of a picture that lies within it."""

    box: tuple[slice, slice]
    shape: np.ndarray  # (h, w) of that box: True where the sheet is, with what is written on it

    def alone(self, colours: np.ndarray) -> np.ndarray | None:
        """(h, w, 3) colours of its box; beyond its edges it goes on in the colours that it has there."""
        inner = ndimage.binary_erosion(self.shape, iterations=max(2, round(EDGE * max(self.shape.shape))))
        if not inner.any():
            return None
        y, x = ndimage.distance_transform_edt(~inner, return_distances=False, return_indices=True)
        return colours[self.box][y, x]

    def placed(self, values: np.ndarray, whole: tuple[int, int]) -> np.ndarray:
        """Values of the box in a picture of that (height, width), 0 around."""
        everywhere = np.zeros(whole, values.dtype)
        everywhere[self.box] = values
        return everywhere


def find_sheet(smooth: np.ndarray) -> Sheet | None:
    """The largest sheet in (H, W, 3) colours from which grain is smoothed away; None where the picture is all paper.

    The ground is what lies along the picture's border; a sheet is lighter or darker, touches no border, and something
    is written on it.
    """
    border = np.concatenate([part.reshape(-1, 3) for part in (smooth[:3], smooth[-3:], smooth[:, :3], smooth[:, -3:])])
    ground = np.median(border, 0)
    spread = float(np.median(abs(border - ground).max(-1)))
    difference = smooth - ground
    apart = np.maximum.reduce([abs(difference[..., channel]) for channel in range(3)])
    differs = apart > max(APART, GRAIN * spread, STRONG * float(np.percentile(apart[::2, ::2], 99)))
    lighter = difference @ np.ones(3, np.float32) > 0
    sheets = [sheet for side in (lighter, ~lighter) for sheet in _sheets(differs & side)]
    return max(sheets, key=lambda sheet: int(sheet.shape.sum()), default=None)


def _sheets(mask: np.ndarray) -> list[Sheet]:
    found = []
    labels, _ = ndimage.label(mask)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        height, width = (part.stop - part.start for part in box)
        large = min(height, width) >= max(SMALLEST * max(mask.shape), SQUARE * max(height, width))
        if not large or any(part.start == 0 or part.stop == side for part, side in zip(box, mask.shape, strict=True)):
            continue
        inside = labels[box] == number
        shape = ndimage.binary_fill_holes(inside)
        area = int(shape.sum())
        if area >= FULL * height * width and inside.sum() >= OPEN * area and _is_written_on(shape, mask[box], inside):
            found.append(Sheet(box, shape))
    return found


def _is_written_on(shape: np.ndarray, mask: np.ndarray, inside: np.ndarray) -> bool:
    """Whether a line that is no mere hole in a digit lies on the sheet."""
    room = float(ndimage.distance_transform_edt(np.pad(inside, 1)).max())
    things, _ = ndimage.label(shape & ~mask, np.ones((3, 3)))
    for number, place in enumerate(ndimage.find_objects(things), 1):
        length = max(part.stop - part.start for part in place)
        if length < WRITTEN * max(shape.shape):
            continue
        if ROOM * (width := pen_width(things[place] == number)) <= room and width < LINE * length:
            return True
    return False
