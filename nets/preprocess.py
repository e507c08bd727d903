"""Preparation: a drawing or a picture becomes the (1, 28, 28) image that the networks read, as MNIST's digits did.

MNIST's own preparation (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition",
Proc. IEEE 86, 1998, section III.A): the digit is fitted into a 20x20 box, its aspect ratio kept, antialiased, and
placed in a 28x28 field by its centre of mass. The steps, with ink 1 and paper 0 in every array:

    ink     strokes drawn, or a picture's brightness turned into ink    (H, W)
    pen     strokes drawn again with MNIST's own pen width              (H, W)
    crop    the box around the ink                                      (h, w)
    fit     the larger side to 20 pixels, antialiased                   (20, w) or (h, 20)
    centre  the centre of mass to the middle of the field               (28, 28)

Every step but the first can be switched off. Without ink there is no image, and the answer is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from scipy import ndimage
from torch import Tensor

from nets.errors import CodedError
from nets.models import SIDE
from nets.thinning import thinned

PAD = 280  # pad units along each side of the drawing pad; y grows downwards
BOX = 20  # pixels: the larger side of a digit in MNIST
FIELD = SIDE  # pixels: the side of the image the networks read
PEN = 24 / 180  # pen width over the larger side of its path that gives MNIST's share of inked pixels

MAX_STROKES = 256
MAX_POINTS = 4096
MAX_PEN = 80.0  # pad units
MAX_PIXELS = 25_000_000  # of a picture: 5000 x 5000
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
WORKING_SIDE = 560  # pixels: larger pictures are brought down to this first
FAINTEST = 0.1  # contrast between ink and paper below which a picture holds no ink
TRACE = 8 / 255  # ink below this is none

Ink = np.ndarray  # (H, W) float32 in [0, 1]: paper 0, ink 1


class DrawingError(CodedError, ValueError):
    """Not a drawing; the message says what is wrong with it."""


class PictureError(CodedError, ValueError):
    """Not a picture that can be read; the message says why, and what would be."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes of a pen, in pad units."""

    strokes: tuple[np.ndarray, ...]  # each (n, 2) float32, x and y, n >= 1
    pen: float  # diameter

    @classmethod
    def from_json(cls, value: Any) -> Drawing:
        """A drawing from untrusted JSON: {"strokes": [[[x, y], ...], ...], "pen": diameter}.

        Points far outside the pad are moved to within one pad's width of it. Raises DrawingError for any other shape,
        for numbers that are not finite, and for more than MAX_STROKES strokes or MAX_POINTS points.
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

    def thinned(self) -> Drawing:
        """The drawing of few enough points that drawing them takes a bounded time; the drawing itself where it is."""
        strokes = thinned(self.strokes)
        return self if strokes is self.strokes else Drawing(strokes, self.pen)


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
    """What the networks read, with every stage on the way to it."""

    stages: tuple[Stage, ...]  # ink or pen, then the steps that were on, in order; the last, centre, is (28, 28)

    @property
    def image(self) -> Tensor:
        """(1, 28, 28) float32 in [0, 1]."""
        return torch.from_numpy(self.stages[-1].image)[None]


def prepare_drawing(drawing: Drawing, steps: Steps = Steps()) -> Prepared | None:
    """A drawing as the networks read it, or None if it is blank."""
    if not drawing.strokes:
        return None
    name, pen = "ink", drawing.pen
    if steps.pen:
        side = float(np.ptp(np.concatenate(drawing.strokes), axis=0).max())
        if side > pen:  # a dot has no size to measure a pen by
            name, pen = "pen", PEN * side
    return _prepare(Stage(name, draw(drawing.strokes, pen)), steps)


def prepare_picture(picture: Image.Image, steps: Steps = Steps()) -> Prepared | None:
    """A picture of one digit, light on dark or dark on light, as the networks read it, or None if it has no ink.

    The pen of a picture keeps its width: brought to MNIST's by a distance transform, digits were read no better.
    """
    ink = find_ink(picture)
    return None if ink is None else _prepare(Stage("ink", ink), steps)


def read_picture(source: str | Path | IO[bytes], steps: Steps = Steps()) -> Prepared:
    """The digit in a picture's file, by name or opened for reading, as the networks read it.

    Raises PictureError if it is no picture, or if the picture has no ink.
    """
    prepared = prepare_picture(open_picture(source), steps)
    if prepared is None:
        raise PictureError("There is no ink in this picture.", "picture.no_ink")
    return prepared


def _prepare(first: Stage, steps: Steps) -> Prepared | None:
    stages, ink = [first], first.image
    if not (ink > TRACE).any():
        return None
    if steps.crop:
        ink = crop(ink)
        stages.append(Stage("crop", ink))
    if steps.fit:
        ink = fit(ink, BOX)
        stages.append(Stage("fit", ink))
    stages.append(Stage("centre", place(fit(ink, FIELD) if not steps.fit else ink, by_mass=steps.centre)))
    return Prepared(tuple(stages))


def draw(strokes: tuple[np.ndarray, ...], pen: float, scale: int = 2) -> Ink:
    """(PAD, PAD) ink of strokes with round ends, drawn larger by `scale` and averaged, for smooth edges."""
    canvas = Image.new("L", (PAD * scale, PAD * scale))
    brush = ImageDraw.Draw(canvas)
    radius = max(round((pen * scale - 1) / 2), 0)  # an odd number of samples across: even lines lie half a sample off
    for stroke in strokes:
        points = [(x, y) for x, y in (stroke * scale - 0.5).round().tolist()]
        brush.line(points, fill=255, width=2 * radius + 1)
        for x, y in points:  # round ends and joints
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(canvas.reduce(scale), np.float32) / 255


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


def place(ink: Ink, by_mass: bool = True) -> Ink:
    """(h, w) ink, at most 28x28, in a (28, 28) field with its centre of mass, or its box's centre, in the middle.

    It is moved by whole pixels, as in MNIST, and never so far that ink is cut off. The middle is MNIST's: counting
    pixels from 0, the centre of mass of each of its images lies within half a pixel of (14, 14).
    """
    out = np.zeros((FIELD, FIELD), np.float32)
    corner = []
    for axis, length in enumerate(ink.shape):
        centre = length / 2
        if by_mass:
            mass = ink.sum(1 - axis, dtype=np.float64)
            centre = float((mass * np.arange(length)).sum() / mass.sum())
        corner.append(min(max(round(FIELD / 2 - centre), 0), FIELD - length))
    y, x = corner
    out[y : y + ink.shape[0], x : x + ink.shape[1]] = ink
    return out


def open_picture(source: str | Path | IO[bytes]) -> Image.Image:
    """The picture in a file, by name or opened for reading: upright, its larger side at most WORKING_SIDE pixels.

    The size in the header is checked before any pixel is decoded, so a decompression bomb costs nothing. Raises
    PictureError for anything that is not a picture of one of FORMATS, or is too large.
    """
    try:
        with Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureError(
                    f"The picture has {picture.width} x {picture.height} pixels, "
                    f"more than {MAX_PIXELS // 1_000_000} million: make it smaller and try again.",
                    "picture.too_large",
                    millions=MAX_PIXELS // 1_000_000,
                )
            picture.draft("L", (WORKING_SIDE, WORKING_SIDE))  # a JPEG decodes at a fraction of its size
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((WORKING_SIDE, WORKING_SIDE))
            return upright
    except PictureError:
        raise
    except FileNotFoundError:
        raise PictureError("There is no such file.", "picture.missing") from None
    except IsADirectoryError:
        raise PictureError("This is a folder: a picture is needed.", "picture.folder") from None
    except Image.DecompressionBombError:
        millions = MAX_PIXELS // 1_000_000
        message = f"The picture has more than {millions} million pixels."
        raise PictureError(message, "picture.too_large", millions=millions) from None
    except Exception:  # decoders of damaged files raise nearly anything
        formats = ", ".join(FORMATS)
        message = f"This cannot be read as a picture: a whole {formats} file is needed."
        raise PictureError(message, "picture.unreadable", formats=formats) from None


def find_ink(picture: Image.Image) -> Ink | None:
    """(H, W) ink of a picture, or None if nothing stands out from the paper.

    The paper's brightness is the border's median; ink is darker or lighter, whichever differs more. If the border is
    uneven, the picture is taken for a photograph: the paper's brightness is then estimated locally, Otsu's threshold
    (IEEE Trans. SMC 9, 1979) separates ink from shadow, and specks are removed.
    """
    grey = _grey(picture)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(border))
    dark = paper - grey.min() >= grey.max() - paper
    ink = paper - grey if dark else grey - paper
    if np.percentile(abs(border - paper), 75) > 0.02:
        ink = _ink_of_photograph(grey if dark else 1 - grey)
    strongest = float(ink.max())
    if strongest < FAINTEST:
        return None
    return (ink / strongest).clip(0, 1).astype(np.float32)


def _grey(picture: Image.Image) -> np.ndarray:
    """(H, W) brightness in [0, 1], at most WORKING_SIDE along a side, on paper where the picture is transparent."""
    if picture.mode.startswith(("I", "F")):  # 16 bits and more
        values = np.nan_to_num(np.asarray(picture, np.float32))
        picture = Image.fromarray(((values - values.min()) / max(float(np.ptp(values)), 1e-9) * 255).astype(np.uint8))
    if picture.has_transparency_data:
        layers = picture.convert("RGBA")
        alpha = np.asarray(layers.getchannel("A"), np.float32)
        brightness = np.asarray(layers.convert("L"), np.float32)
        light_ink = (brightness * alpha).sum() > 127.5 * alpha.sum()
        # An opaque picture has paper of its own. Transparent paper is taken to be dark where the ink is light.
        paper = Image.new("RGBA", layers.size, "black" if light_ink and alpha.min() < 255 else "white")
        picture = Image.alpha_composite(paper, layers)
    picture = picture.convert("L")
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE))
    return np.asarray(picture, np.float32) / 255


def _ink_of_photograph(grey: np.ndarray) -> Ink:
    """Dark ink on unevenly lit paper: how much darker it is than the paper nearby, and 0 below Otsu's threshold."""
    height, width = grey.shape
    small = Image.fromarray((grey * 255).astype(np.uint8)).resize((64, 64), Image.Resampling.BOX)
    # The lightest spot nearby is paper, as long as strokes are thinner than a third of the picture.
    paper = small.filter(ImageFilter.MaxFilter(21)).filter(ImageFilter.GaussianBlur(8)).resize((width, height))
    ink = (np.asarray(paper, np.float32) / 255 - grey).clip(0, 1)
    counts, edges = np.histogram(ink, 256)
    middles = (edges[:-1] + edges[1:]) / 2
    below, total = counts.cumsum(), (counts * middles).cumsum()
    between = (total[-1] * below - total * below[-1]) ** 2 / np.maximum(below * (below[-1] - below), 1)
    threshold = middles[between.argmax()]
    ink = ((ink - threshold / 2) / threshold).clip(0, 1)
    pieces, count = ndimage.label(ink > 0.5)
    if count > 1:
        sizes = np.bincount(pieces.ravel())[1:]
        specks = 1 + np.flatnonzero(sizes < sizes.max() * 0.05)
        ink[ndimage.binary_dilation(np.isin(pieces, specks), iterations=2)] = 0
        ink[(pieces == 0) & ~ndimage.binary_dilation(ink > 0.5, iterations=2)] = 0
    return ink
