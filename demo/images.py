"""Images and other numbers as text that a page can carry."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image
from torch import Tensor


def pixels(image: Tensor) -> str:
    """An image of (1, H, W) in [0, 1] as base64 of its H * W bytes, row by row, ink 255."""
    return encoded(_bytes(image[0].numpy()).tobytes())


def png(image: np.ndarray) -> str:
    """An image of (H, W) in [0, 1] as the address of a PNG, ink white on black as the networks see it."""
    file = io.BytesIO()
    Image.fromarray(_bytes(image)).save(file, "png", compress_level=1)
    return "data:image/png;base64," + encoded(file.getvalue())


def photograph(colours: np.ndarray) -> str:
    """Colours of (H, W, 3) in [0, 1] as the address of a JPEG."""
    file = io.BytesIO()
    Image.fromarray(_bytes(colours)).save(file, "jpeg", quality=85)
    return "data:image/jpeg;base64," + encoded(file.getvalue())


def quantised(values: Tensor | np.ndarray, signed: bool = False, largest: float | Tensor | np.ndarray = 1.0) -> str:
    """Base64 of a byte a number: signed from -127 to 127, where that is the largest; unsigned up to 255; NaN is 0."""
    share = np.nan_to_num(np.asarray(values) / np.maximum(np.asarray(largest), 1e-12))
    whole = np.rint(share.clip(-1 if signed else 0, 1) * (127 if signed else 255))
    return encoded(whole.astype(np.int8 if signed else np.uint8).tobytes())


def encoded(content: bytes) -> str:
    """The content of a file, or numbers, as base64."""
    return base64.b64encode(content).decode()


def _bytes(image: np.ndarray) -> np.ndarray:
    return (image * 255 + 0.5).astype(np.uint8)
