"""Pictures of digits: opened within bounds, and their ink told from their paper."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageFilter, ImageOps
from scipy import ndimage

from nets.errors import CodedError

MAX_PIXELS = 25_000_000  # of a picture: 5000 x 5000
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
WORKING_SIDE = 560  # pixels: larger pictures are brought down to this first
FAINTEST = 0.1  # contrast between ink and paper below which a picture holds no ink

Ink = np.ndarray  # (H, W) float32 in [0, 1]: paper 0, ink 1


class PictureError(CodedError, ValueError):
    """Not a picture that can be read; the message says why, and what would be."""


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
