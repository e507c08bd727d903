"""What pooling does: to sixteen numbers, and to a map of the CNN when the drawing moves by one pixel."""

from __future__ import annotations

from typing import Literal, TypedDict

import torch
from torch import Tensor, nn

from demo import images
from demo.figures.questions import Direction
from demo.inside.layers import Reading, finite, read
from demo.inside.pictures import number, numbers
from nets.activations import pool, pooled_shift, signed_layers

EXAMPLE = (1, 3, 2, 4, 5, 6, 1, 2, 3, 2, 8, 1, 1, 4, 2, 3)  # the tutorial's 4x4 cells


class Example(TypedDict):
    """What pooling makes of 4x4 cells, row by row."""

    cells: list[int]
    largest: list[int]
    average: list[float]
    winners: list[int]  # which of the cells


class Moved(TypedDict):
    """One map of a layer for the drawing as it is and moved, on one scale."""

    layer: str
    share: float  # of the layer, over all its maps: how much changes
    height: int
    width: int
    signed: bool
    largest: float  # of all three pictures: what the largest byte stands for
    before: str
    after: str
    difference: str


class Shift(TypedDict):
    """What a move by one pixel changes, before the first pooling layer and after it."""

    direction: Direction
    map: int
    before: Reading
    after: Reading
    rows: list[Moved]


class PoolingAnswer(TypedDict):
    """The view of pooling; the shift is None where there is nothing to show of the drawing."""

    view: Literal["pooling"]
    example: Example
    shift: Shift | None


def example(cells: list[int] | None) -> Example:
    """Of the tutorial's numbers where there are no others."""
    cells = list(EXAMPLE) if cells is None else cells
    pooled = pool(torch.tensor(cells, dtype=torch.float32).view(4, 4))
    return {
        "cells": cells,
        "largest": pooled.largest.flatten().int().tolist(),
        "average": numbers(pooled.average.flatten()),
        "winners": [4 * y + x for y, x in pooled.winners.view(-1, 2).tolist()],
    }


def shift(model: nn.Sequential, image: Tensor, direction: Direction) -> Shift:
    """One map before and after the first pooling layer, as the drawing is and one pixel off, and how much changes."""
    found, signed = pooled_shift(model, image, direction), signed_layers(model)
    outputs, later, chosen = finite(found.before), finite(found.after), found.map
    return {
        "direction": direction,
        "map": chosen,
        "before": read(outputs),
        "after": read(later),
        "rows": [
            _moved(name, outputs[name][chosen], later[name][chosen], signed[name], found.shares[name])
            for name in found.layers
        ],
    }


def _moved(layer: str, before: Tensor, after: Tensor, signed: bool, share: float) -> Moved:
    difference = after - before
    largest = max(float(values.abs().max()) for values in (before, after, difference))
    return {
        "layer": layer,
        "share": number(share),
        "height": before.shape[0],
        "width": before.shape[1],
        "signed": signed,
        "largest": number(largest),
        "before": images.quantised(before, signed, largest),
        "after": images.quantised(after, signed, largest),
        "difference": images.quantised(difference, True, largest),
    }
