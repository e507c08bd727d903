"""The (1, 28, 28) image that the networks read, made of a drawing or a picture the way MNIST was made.

MNIST's own preparation (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition",
Proc. IEEE 86, 1998, section III.A): the digit is fitted into a 20x20 box, its aspect ratio kept, antialiased, and
placed in a 28x28 field by its centre of mass. Here, step by step, ink being 1 and paper 0 in every array:

    ink     strokes drawn, or a picture's brightness turned into ink    (H, W)
    pen     strokes drawn again with MNIST's own pen width              (H, W)
    crop    the box around the ink                                      (h, w)
    fit     the larger side to 20 pixels, antialiased                   (20, w) or (h, 20)
    centre  the centre of mass to the middle of the field               (28, 28)

Every step but the first can be switched off. Where there is no ink there is no image: the answer is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from nets.errors import CodedError
from nets.ink import Box, box_of, draw_in, rounded
from nets.models import SIDE
from nets.pictures import Ink, PictureError, find_ink, open_picture

PAD = 280  # pad units along each side of the drawing pad; y grows downwards
BOX = 20  # pixels: the larger side of a digit in MNIST
FIELD = SIDE  # pixels: the side of the image the networks read
PEN = 24 / 180  # pen width over the larger side of its path that gives MNIST's share of inked pixels

MAX_STROKES = 256
MAX_POINTS = 4096
MAX_PEN = 80.0  # pad units
TRACE = 8 / 255  # ink below this is none


class DrawingError(CodedError, ValueError):
    """A drawing that cannot be one; the message says to a visitor what was wrong with it."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes of a pen, in pad units."""

    strokes: tuple[np.ndarray, ...]  # each (n, 2) float32, x and y, n >= 1
    pen: float  # diameter

    @classmethod
    def from_json(cls, value: Any) -> Drawing:
        """{"strokes": [[[x, y], ...], ...], "pen": diameter}, from anybody, checked.

        Points far outside the pad are brought to within one pad's width of it. Raises DrawingError for any other
        shape, for numbers that are not finite, and past MAX_STROKES strokes or MAX_POINTS points.
        """
        if not isinstance(value, dict) or not isinstance(value.get("strokes"), list):
            raise DrawingError('A drawing is {"strokes": [[[x, y], ...], ...], "pen": width}.', "drawing.shape")
        strokes, pen = value["strokes"], value.get("pen")
        if isinstance(pen, bool) or not isinstance(pen, (int, float)) or not 0 < pen <= MAX_PEN:
            message = f"The pen's width must be a number above 0 and at most {MAX_PEN:g}."
            raise DrawingError(message, "drawing.pen", most=MAX_PEN)
        if len(strokes) > MAX_STROKES:
            message = f"That is more than {MAX_STROKES} strokes: clear the pad and draw one digit."
            raise DrawingError(message, "drawing.strokes", most=MAX_STROKES)
        if any(not isinstance(stroke, list) for stroke in strokes):
            raise DrawingError("Each stroke must be a list of [x, y] points.", "drawing.stroke")
        if sum(map(len, strokes)) > MAX_POINTS:
            message = f"That is more than {MAX_POINTS} points: clear the pad and draw one digit."
            raise DrawingError(message, "drawing.points", most=MAX_POINTS)
        return cls(tuple(_points(stroke) for stroke in strokes if stroke), float(pen))


def _points(stroke: list[Any]) -> np.ndarray:
    wrong = DrawingError("Each point must be two finite numbers, x and y.", "drawing.point")
    for point in stroke:
        if not isinstance(point, list) or len(point) != 2 or not all(type(v) in (int, float) for v in point):
            raise wrong
    try:
        points = np.asarray(stroke, np.float64)
    except (ValueError, OverflowError):  # an integer beyond any float
        raise wrong from None
    if not np.isfinite(points).all():
        raise wrong
    return points.clip(-PAD, 2 * PAD).astype(np.float32)


@dataclass(frozen=True)
class Steps:
    """Which steps of the preparation are on."""

    pen: bool = True  # draw the strokes again with a pen as wide as MNIST's
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
    """What the networks read, and how it came about."""

    last: Stage  # centre, (28, 28)
    _earlier: Callable[[], Iterable[Stage]]

    @property
    def image(self) -> Tensor:
        """(1, 28, 28) float32 in [0, 1]."""
        return torch.from_numpy(self.last.image)[None]

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Ink or pen, then the steps that were on, in order; made when they are asked for, to be looked at."""
        return (*self._earlier(), self.last)


def prepare_drawing(drawing: Drawing, steps: Steps = Steps()) -> Prepared | None:
    """A drawing -> what the networks read, or None where no ink is on the pad.

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
    """A picture of one digit, light on dark or dark on light -> what the networks read, or None where it has no ink.

    A picture's pen keeps its width: worn or grown to MNIST's by its distance transform, it was read no better.
    """
    ink = find_ink(picture)
    if ink is None or not (ink > TRACE).any():
        return None
    stages = [Stage("ink", ink)]
    if steps.crop:
        ink = crop(ink)
        stages.append(Stage("crop", ink))
    if steps.fit:
        ink = fit(ink, BOX)
        stages.append(Stage("fit", ink))
    last = Stage("centre", place(ink if steps.fit else fit(ink, FIELD), by_mass=steps.centre))
    return Prepared(last, lambda: stages)


def read_picture(source: str | Path | IO[bytes], steps: Steps = Steps()) -> Prepared:
    """A picture's file, by name or opened for reading -> what the networks read.

    Raises PictureError, with a sentence for a visitor, where there is no picture in it or no ink in the picture.
    """
    prepared = prepare_picture(open_picture(source), steps)
    if prepared is None:
        raise PictureError("There is no ink in this picture.", "picture.no_ink")
    return prepared


def draw(strokes: Sequence[np.ndarray], pen: float) -> Ink:
    """(PAD, PAD) ink of round-ended strokes: the pad itself, a pixel a unit."""
    return draw_in(Box(0, 0, PAD, PAD), strokes, pen, 1.0)


def crop(ink: Ink) -> Ink:
    """The box around the ink, which must hold some."""
    rows, columns = (np.flatnonzero((ink > TRACE).any(axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit(ink: Ink, side: int) -> Ink:
    """The larger side to side pixels, aspect ratio kept, antialiased."""
    height, width = ink.shape
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return ink
    resized = Image.fromarray(np.ascontiguousarray(ink)).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(resized).clip(0, 1)


def place(ink: Ink, by_mass: bool = True, lengths: tuple[float, float] | None = None) -> Ink:
    """(h, w) at most 28 -> (28, 28), the centre of mass, or else the box's centre, in the middle of the field.

    lengths: of the box, where it ends within its last pixels. Moved by whole pixels, as in MNIST, and never so far that
    ink is cut off. The middle is where MNIST has it: counting pixels from 0, the centre of mass of every one of its
    images lies within half a pixel of (14, 14).
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
