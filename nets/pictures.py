"""Pictures of digits, opened within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from nets.errors import CodedError
from nets.paper import WORKING_SIDE

register_heif_opener()

MAX_PIXELS = 25_000_000  # of a picture: 5000 x 5000
MAX_PHOTO = 75_000_000  # of a JPEG that can be decoded at a fraction of its size: phones make them of 50 and 64 million
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "AVIF", "HEIF")
MOST_FRAMES = 50  # of an animation: so many are looked through for one that is not blank
BLANK = 8  # of 255: values that differ by no more are one colour


class PictureError(CodedError, ValueError):
    """Not a picture that can be read; the message says why, and what would be."""


def open_picture(source: str | Path | IO[bytes]) -> Image.Image:
    """The picture in a file, by name or opened for reading: upright, its larger side at most WORKING_SIDE pixels.

    The size in the header is checked before any pixel is decoded, so a decompression bomb costs nothing. Raises
    PictureError for anything that is not a picture of one of FORMATS, or is too large.
    """
    try:
        with Image.open(source, formats=FORMATS) as picture:
            scales = picture.format == "JPEG" and not picture.info.get("progressive")
            most = MAX_PHOTO if scales else MAX_PIXELS
            if picture.width * picture.height > most:
                raise _too_large(most)
            picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # a JPEG decodes at a fraction of its size
            frame = _first_with_ink(picture)
            upright = ImageOps.exif_transpose(frame)
            upright.thumbnail((WORKING_SIDE, WORKING_SIDE))
            return upright
    except PictureError:
        raise
    except FileNotFoundError:
        raise PictureError("There is no such file.", "picture.missing") from None
    except IsADirectoryError:
        raise PictureError("This is a folder: a picture is needed.", "picture.folder") from None
    except Image.DecompressionBombError:
        raise _too_large(MAX_PIXELS) from None
    except Exception:  # decoders of damaged files raise nearly anything
        formats = ", ".join(FORMATS).replace("HEIF", "HEIC")
        message = (
            f"This cannot be read as a picture: a whole {formats} file is needed. "
            "Save it as a PNG or JPEG file, or take a screenshot of it."
        )
        raise PictureError(message, "picture.unreadable", formats=formats) from None


def _too_large(most: int) -> PictureError:
    millions = most // 1_000_000
    message = f"The picture has more than {millions} million pixels: make it smaller and try again."
    return PictureError(message, "picture.too_large", millions=millions)


def _first_with_ink(picture: Image.Image) -> Image.Image:
    """The picture, or the first frame of an animation that is not blank, in colours that can be resized smoothly."""
    first = _colours(picture)
    if not getattr(picture, "is_animated", False) or not _is_blank(first):
        return first
    decoded = picture.width * picture.height
    for number in range(1, MOST_FRAMES):
        try:
            picture.seek(number)
        except EOFError:
            break
        decoded += picture.width * picture.height  # of another size than the first, in some formats
        if decoded > MAX_PIXELS:
            break
        frame = _colours(picture)
        if not _is_blank(frame):
            return frame
    return first


def _colours(picture: Image.Image) -> Image.Image:
    """A copy of the picture without a palette and of more than two values, with what says which way is up."""
    picture.load()
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.copy()


def _is_blank(frame: Image.Image) -> bool:
    """Whether it is all of one colour, or nothing of it can be seen."""
    layers = frame.convert("RGBA")
    colours = np.asarray(layers)
    shown = colours[colours[..., 3] > BLANK]
    return not len(shown) or bool((np.ptp(shown[:, :3], axis=0) <= BLANK).all() and np.ptp(colours[..., 3]) <= BLANK)
