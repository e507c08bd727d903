"""Numbers as an answer carries them: with seven digits, or as pictures, base64 of a byte a cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import torch.nn.functional as F
from torch import Tensor, nn

from demo import images
from demo.inside.layers import last_maps
from nets.activations import INPUT, kernels
from nets.arithmetic import Outputs
from nets.attribution import Evidence

TILES, TILE = 9, 14  # maps in a small picture of a layer, at most, and pixels along the side of each


class Picture(TypedDict):
    """Numbers as bytes."""

    height: int
    width: int
    largest: float  # what the largest byte stands for
    bytes: str


class Parts(Picture):
    """What each place brings to a digit's logit, and all of it added up."""

    supporting: float  # what places above zero bring
    opposing: float
    remainder: float  # what is due to no place: the biases
    logit: float


class Units(TypedDict):
    """Units of a linear layer that reads the pixels, with their weights as signed bytes."""

    name: str  # of the layer
    units: list[int]
    largest: float
    bytes: str


class Kernels(TypedDict):
    """The kernel of each map of a convolution that reads one map, as signed bytes."""

    name: str  # of the layer
    height: int
    width: int
    largest: float
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


def parts(evidence: Evidence) -> Parts:
    """A logit split into what each place brings."""
    return {
        **picture(evidence.places, True),
        "supporting": number(evidence.places.clamp(min=0).sum()),
        "opposing": number(evidence.places.clamp(max=0).sum()),
        "remainder": number(evidence.remainder),
        "logit": number(evidence.logit),
    }


def weights_of(layer: str, units: Sequence[int], weights: Tensor) -> Units:
    """(N, 28, 28) weights of these units."""
    largest = float(weights.abs().max())
    weighed = images.quantised(weights, True, largest)
    return {"name": layer, "units": list(units), "largest": number(largest), "bytes": weighed}


def kernels_of(model: nn.Sequential, layer: str) -> Kernels | None:
    """Of a convolution of one map: more kernels than one cannot be shown beside each map."""
    module = model.get_submodule(layer) if layer != INPUT else None
    if not isinstance(module, nn.Conv2d) or module.in_channels > 1:
        return None
    kernel = kernels(model, layer)[:, 0]
    largest = float(kernel.abs().max())
    return {
        "name": layer,
        "height": kernel.shape[1],
        "width": kernel.shape[2],
        "largest": number(largest),
        "bytes": images.quantised(kernel, True, largest),
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
