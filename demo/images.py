"""An image as an array or tensor goes in, text that a page can carry comes out; pure functions."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image
from torch import Tensor


def pixels(image: Tensor) -> str:
    """An image of (1, H, W) in [0, 1] as base64 of its H * W bytes, row by row, ink 255."""
    return base64.b64encode(_bytes(image[0].numpy()).tobytes()).decode()


def png(image: np.ndarray) -> str:
    """An image of (H, W) in [0, 1] as the address of a PNG, ink white on black as the networks see it."""
    file = io.BytesIO()
    Image.fromarray(_bytes(image)).save(file, "png", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _bytes(image: np.ndarray) -> np.ndarray:
    return (image * 255 + 0.5).astype(np.uint8)
