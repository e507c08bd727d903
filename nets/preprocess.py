"""Preparation: a drawing or a picture becomes the (1, 28, 28) image that the networks read, as MNIST's digits did.

MNIST's own preparation (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition",
Proc. IEEE 86, 1998, section III.A): the digit is fitted into a 20x20 box, its aspect ratio kept, antialiased, and
placed in a 28x28 field by its centre of mass. The steps, with ink 1 and paper 0 in every array:

    ink     strokes drawn, or what a picture's paper bears              (H, W)
    pen     drawn again as if by a pen as wide as MNIST's               (H, W)
    crop    the box around the ink                                      (h, w)
    fit     the larger side to 20 pixels, antialiased                   (20, w) or (h, 20)
    centre  the centre of mass to the middle of the field               (28, 28)

Every step but the first can be switched off. Without ink there is no image, and the answer is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from nets.drawing import PAD, Drawing
from nets.ink import Box, box_of, draw_in, rounded
from nets.models import SIDE
from nets.paper import Ink, find_ink
from nets.pens import with_usual_pen
from nets.pictures import PictureError, open_picture
from nets.pieces import apart_ink

BOX = 20  # pixels: the larger side of a digit in MNIST
FIELD = SIDE  # pixels: the side of the image the networks read
PEN = 24 / 180  # pen width over the larger side of its path that gives MNIST's share of inked pixels
TRACE = 8 / 255  # ink below this is none


@dataclass(frozen=True)
class Steps:
    """Which steps of the preparation are on."""

    pen: bool = True  # draw again with a pen as wide as MNIST's; a picture's only if its own is far thinner or thicker
    crop: bool = True  # cut out the box around the ink
    fit: bool = True  # bring the larger side to 20 pixels; off: to 28
    centre: bool = True  # put the centre of mass in the middle; off: the box's centre


@dataclass(frozen=True, eq=False)
class Stage:
    """The drawing after one step."""

    name: str  # ink, pen, crop, fit or centre
    image: Ink


@dataclass(frozen=True, eq=False)
class Prepared:
    """What the networks read, with every stage on the way to it."""

    last: Stage  # centre, (28, 28)
    _earlier: Callable[[], Iterable[Stage]]
    _apart: Callable[[], Sequence[Tensor]] = tuple

    @property
    def image(self) -> Tensor:
        """(1, 28, 28) float32 in [0, 1]."""
        return torch.from_numpy(self.last.image)[None]

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Ink or pen, then the steps that were on, in order; made when they are asked for, to be looked at."""
        return (*self._earlier(), self.last)

    @cached_property
    def digits(self) -> tuple[Tensor, ...]:
        """Each digit that stands apart in a picture, from left to right, as `image` is; that alone if there is one."""
        return tuple(self._apart()) or (self.image,)


def prepare_drawing(drawing: Drawing, steps: Steps = Steps()) -> Prepared | None:
    """A drawing as the networks read it, or None if there is no ink on the pad.

    Strokes have no pixels yet, so they are drawn once, at the size that is wanted: the pen's width, the crop and the
    fit only say through which box and how large. demo/reader/ink.js does the same sums.
    """
    name, pen = "ink", drawing.pen
    strokes = [stroke for stroke in drawing.strokes if _on_pad(stroke, pen)]
    if not strokes:
        return None
    path = box_of(strokes)
    if steps.pen and path.side > pen:  # a dot has no size to measure a pen by
        name, pen = "pen", PEN * path.side
    box = path.wider(pen / 2) if steps.crop else Box(0, 0, PAD, PAD)
    if not box.side > 0:  # a dot of a pen too thin for any number to tell
        return None
    scale = (BOX if steps.fit else FIELD) / box.side
    fitted = draw_in(box, strokes, pen, scale)
    if not fitted.any():
        return None

    def earlier() -> Iterator[Stage]:
        yield Stage(name, draw(strokes, pen))
        if steps.crop:
            yield Stage("crop", draw_in(box, strokes, pen, 1.0))
        if steps.fit:
            yield Stage("fit", fitted)

    lengths = box.height * scale, box.width * scale
    return Prepared(Stage("centre", place(fitted, by_mass=steps.centre, lengths=lengths)), earlier)


def _on_pad(stroke: np.ndarray, pen: float) -> bool:
    """Whether a pen that draws this stroke touches the pad, as far as the box around its path tells."""
    low, high = stroke.min(0) - pen / 2, stroke.max(0) + pen / 2
    return bool((high > 0).all() and (low < PAD).all())


def prepare_picture(picture: Image.Image, steps: Steps = Steps()) -> Prepared | None:
    """A picture of one digit, light on dark or dark on light, as the networks read it, or None if it has no ink."""
    found = find_ink(picture)
    return None if found is None else prepare_ink(found.ink, steps)


def prepare_ink(ink: Ink, steps: Steps = Steps()) -> Prepared | None:
    """The ink of a picture as the networks read it, or None if there is none."""
    if not (ink > TRACE).any():
        return None
    whole, stages = ink, [Stage("ink", ink)]
    if steps.pen:
        ink = with_usual_pen(ink)
        stages.append(Stage("pen", ink))
    if steps.crop:
        ink = crop(ink)
        stages.append(Stage("crop", ink))
    if steps.fit:
        ink = fit(ink, BOX)
        stages.append(Stage("fit", ink))
    last = Stage("centre", place(ink if steps.fit else fit(ink, FIELD), by_mass=steps.centre))

    def apart() -> Sequence[Tensor]:
        things = apart_ink(whole)
        each = [prepare_ink(thing, steps) for thing in things] if len(things) > 1 else []
        return [one.image for one in each if one is not None]

    return Prepared(last, lambda: stages, apart)


def read_picture(source: str | Path | IO[bytes], steps: Steps = Steps()) -> Prepared:
    """The digit in a picture's file, by name or opened for reading, as the networks read it.

    Raises PictureError if it is no picture, or if the picture has no ink.
    """
    prepared = prepare_picture(open_picture(source), steps)
    if prepared is None:
        raise PictureError("No digit stands out in this picture.", "picture.no_ink")
    return prepared


def draw(strokes: Sequence[np.ndarray], pen: float) -> Ink:
    """(PAD, PAD) ink of round-ended strokes: the pad itself, a pixel a unit."""
    return draw_in(Box(0, 0, PAD, PAD), strokes, pen, 1.0)


def crop(ink: Ink) -> Ink:
    """The part of the array that holds ink; there must be some."""
    rows, columns = (np.flatnonzero((ink > TRACE).any(axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit(ink: Ink, side: int) -> Ink:
    """Ink resized, antialiased, so that its larger side has `side` pixels; the aspect ratio is kept."""
    height, width = ink.shape
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return ink
    resized = Image.fromarray(np.ascontiguousarray(ink)).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(resized).clip(0, 1)


def shrunk(values: np.ndarray) -> Tensor:
    """(1, 28, 28): a picture's brightness as it is, shrunk into the field, as if it were ink."""
    return torch.from_numpy(place(fit(values, FIELD), by_mass=False))[None]


def place(ink: Ink, by_mass: bool = True, lengths: tuple[float, float] | None = None) -> Ink:
    """(h, w) ink, at most 28x28, in a (28, 28) field with its centre of mass, or its box's centre, in the middle.

    lengths: height and width of the box, if it ends within its last pixels. It is moved by whole pixels, as in MNIST,
    and never so far that ink is cut off. The middle is MNIST's: counting pixels from 0, the centre of mass of each of
    its images lies within half a pixel of (14, 14).
    """
    out = np.zeros((FIELD, FIELD), np.float32)
    corner = []
    for axis, size in enumerate(ink.shape):
        centre = (lengths or ink.shape)[axis] / 2
        if by_mass:
            mass = ink.sum(1 - axis, dtype=np.float64)
            centre = float((mass * np.arange(size)).sum() / mass.sum())
        corner.append(min(max(rounded(FIELD / 2 - centre), 0), FIELD - size))
    y, x = corner
    out[y : y + ink.shape[0], x : x + ink.shape[1]] = ink
    return out
