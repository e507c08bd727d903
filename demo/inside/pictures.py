"""Numbers as an answer carries them: with seven digits, or as pictures, base64 of a byte a cell."""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from demo import images
from demo.inside.layers import last_maps
from nets.arithmetic import Outputs

TILES, TILE = 9, 14  # maps in a small picture of a layer, at most, and pixels along the side of each


class Picture(TypedDict):
    """Numbers as bytes."""

    height: int
    width: int
    largest: float  # what the largest byte stands for
    bytes: str


def number(value: float | Tensor) -> float:
    return float(f"{float(value):.7g}")


def numbers(values: Tensor) -> list[float]:
    return [float(f"{value:.7g}") for value in values.tolist()]


def picture(values: Tensor | np.ndarray, signed: bool) -> Picture:
    """(H, W) numbers as bytes, the largest of them as the largest byte."""
    values = np.asarray(values)
    largest = float(np.abs(values).max())
    return {
        "height": values.shape[0],
        "width": values.shape[1],
        "largest": number(largest),
        "bytes": images.quantised(values, signed, largest),
    }


def rows(vector: Tensor, outputs: Outputs) -> Tensor:
    """A vector as a picture: a map to a row where it is flattened maps, else up to 64 units to a row."""
    _, last = last_maps(outputs)
    width = last[0].numel() if len(vector) == last.numel() else min(64, len(vector))
    return F.pad(vector, (0, -len(vector) % width)).view(-1, width)


def small(output: Tensor, outputs: Outputs, signed: bool) -> Picture:
    """A little picture of a layer's output: a mosaic of its first maps, or a vector's units."""
    return picture(_mosaic(output[:TILES].numpy()) if output.dim() == 3 else rows(output, outputs), signed)


def _mosaic(maps: np.ndarray) -> np.ndarray:
    """Maps of (N, H, W) side by side in a square, a line of zeros between; larger ones than TILE are brought down."""
    count, height, width = maps.shape
    if count == 1:
        return maps[0]
    factor = math.ceil(max(height, width) / TILE)
    height, width = height // factor, width // factor
    maps = maps[:, : height * factor, : width * factor]
    maps = maps.reshape(count, height, factor, width, factor).mean((2, 4))
    across = math.ceil(count**0.5)
    mosaic = np.zeros((math.ceil(count / across) * (height + 1) - 1, across * (width + 1) - 1), np.float32)
    for i, tile in enumerate(maps):
        y, x = i // across * (height + 1), i % across * (width + 1)
        mosaic[y : y + height, x : x + width] = tile
    return mosaic
