"""Pictures of digits, opened within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

from nets.errors import CodedError
from nets.paper import WORKING_SIDE

MAX_PIXELS = 25_000_000  # of a picture: 5000 x 5000
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")


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
            picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # a JPEG decodes at a fraction of its size
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
