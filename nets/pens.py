"""The width of the pen that a picture's ink was written with, changed."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from nets.models import SIDE
from nets.paper import WORKING_SIDE, Ink
from nets.pieces import pen_width

THINNEST, THICKEST = 0.10, 0.20  # pen width over the larger side of its path: what lies between stays as it is
FINE = 160  # pixels: smaller ink is enlarged before its outline is moved, as far as the field has room
EDGE = 0.5  # ink at a line's outline


def with_usual_pen(ink: Ink) -> Ink:
    """(H, W) ink whose lines are as wide as in MNIST where they are far thinner or thicker; else the ink itself.

    The outline of all ink is moved out- or inwards by the same distance, on a larger field if this one is small. Where
    ink would leave the field, that grows.
    """
    rows, columns = (np.flatnonzero((ink > EDGE).any(axis)) for axis in (1, 0))
    if not len(rows):
        return ink
    side = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    if side <= SIDE:  # as small as the networks' image: its pen is what it was given there
        return ink
    fine = min(max(1.0, FINE / side), max(1.0, WORKING_SIDE / max(ink.shape)))
    if fine > 1:
        size = round(ink.shape[1] * fine), round(ink.shape[0] * fine)
        ink = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC)).clip(0, 1)
        rows, columns = (np.flatnonzero((ink > EDGE).any(axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    solid = ink[box] > EDGE
    width, side = pen_width(solid), max(solid.shape)
    share = width / max(side - width, 1)
    wanted = min(max(share, THINNEST), THICKEST)
    if wanted == share or width > side / 2:  # a dot has no pen to be measured
        return ink
    by = (wanted * (side - width) - width) / 2  # pixels, outwards
    room = max(1, int(np.ceil(by + 1)))  # pixels of the field around the box
    field = np.pad(np.zeros_like(ink), room)
    solid = np.pad(solid, room)
    if by > 0:
        moved = by + 1 - ndimage.distance_transform_edt(~solid)
        moved[solid] = 1
    else:
        moved = ndimage.distance_transform_edt(solid) + by
    corner = box[0].start, box[1].start
    field[corner[0] : corner[0] + solid.shape[0], corner[1] : corner[1] + solid.shape[1]] = moved.clip(0, 1)
    return _within(field, room)


def _within(field: Ink, room: int) -> Ink:
    """The field without the rows and columns around it, unless there is ink in them."""
    height, width = field.shape
    sides = [field[:room], field[height - room :], field[:, :room], field[:, width - room :]]
    top, bottom, left, right = (0 if side.any() else room for side in sides)
    return np.ascontiguousarray(field[top : height - bottom, left : width - right])
