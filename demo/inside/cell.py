"""How a network came to one of its numbers, as an answer: what nets.arithmetic works out, in lists and pictures."""

from __future__ import annotations

from typing import Literal, TypedDict

import numpy as np
from torch import Tensor, nn

from demo import images
from demo.inside.layers import following, last_maps
from demo.inside.pictures import number, numbers
from nets.activations import INPUT, signed_layers
from nets.arithmetic import (
    Activation,
    Cell,
    Convolution,
    Dropout,
    Flatten,
    Linear,
    Normalisation,
    Outputs,
    Pooling,
    receptive_field,
    softmax,
    work_out,
)

TERMS = 8  # strongest contributions told
OPEN, MOST = 3, 8  # input channels that are worked out unasked, and of those asked for


class Place(TypedDict):
    """A cell: (channel, y, x) of maps, (unit,) of a vector."""

    layer: str
    at: list[int]


class Field(TypedDict):
    """A rectangle of pixels: rows [top, bottom) and columns [left, right)."""

    top: int
    bottom: int
    left: int
    right: int


class Then(TypedDict):
    """What a later layer makes of the cell."""

    layer: str
    value: float


class Maps(TypedDict):
    """What pictures of the maps below have in common."""

    height: int
    width: int
    signed: bool


class Found(TypedDict):
    """What is told of every cell."""

    at: list[int]
    value: float
    field: Field


class Worked(Found):
    """What is told of every cell that was computed from a layer below."""

    below: str
    total: float
    then: list[Then]


class PixelAnswer(Found):
    """A cell of the image."""

    kind: Literal["pixel"]


class Channel(TypedDict):
    """What one input map brings to a convolution; a window's cells row by row."""

    channel: int
    map: str
    window: list[float]
    kernel: list[float]
    products: list[float]


class ConvolutionAnswer(Worked):
    """Windows times kernels, added up."""

    kind: Literal["convolution"]
    rows: list[int]  # of the maps below, under the kernel; some may lie outside
    columns: list[int]
    inside: list[bool]  # of a window's cells
    sums: list[float]  # of every input map
    order: list[int]  # input maps, those that bring most first
    bias: float
    maps: Maps
    channels: list[Channel]  # those worked out


class NormalisationAnswer(Worked):
    """Batch norm."""

    kind: Literal["normalisation"]
    input: float
    mean: float
    variance: float
    eps: float
    weight: float
    bias: float
    normalised: float


class ActivationAnswer(Worked):
    """ReLU and its like."""

    kind: Literal["activation"]
    function: str  # ReLU, LeakyReLU or ELU
    input: float
    slope: float


class PoolingAnswer(Worked):
    """A window of one map, and what goes on of it."""

    kind: Literal["pooling"]
    how: str  # max or average
    tie: bool  # all cells of the window are alike, and one of them had to be the largest
    rows: list[int]
    columns: list[int]
    window: list[float]
    winner: list[int]  # row and column in the window
    maps: Maps
    map: str


class PassedAnswer(Worked):
    """The same number as below, in a new place or in its own."""

    kind: Literal["passed"]
    how: Literal["Flatten", "Dropout"]
    input: float


class Term(TypedDict):
    """An input times its weight."""

    unit: int
    place: Place | None  # where the unit stood in the maps, if it was a cell of one
    input: float
    weight: float
    product: float


class SoftmaxAnswer(TypedDict):
    """Logits to probabilities, each step."""

    logits: list[float]
    exponentials: list[float]
    total: float
    probabilities: list[float]


class LinearAnswer(Worked):
    """Inputs times weights, added up."""

    kind: Literal["linear"]
    inputs: int
    terms: list[Term]  # the strongest
    strength: float  # of all products, signs aside
    rest: float  # what the others bring
    bias: float
    softmax: SoftmaxAnswer | None  # where the units are the logits


CellAnswer = (
    PixelAnswer
    | ConvolutionAnswer
    | NormalisationAnswer
    | ActivationAnswer
    | PoolingAnswer
    | PassedAnswer
    | LinearAnswer
)


def work(model: nn.Sequential, outputs: Outputs, layer: str, at: Cell, channels: list[int] | None) -> CellAnswer:
    """The arithmetic of a cell. Of a convolution, these input channels are worked out; of None, the strongest."""
    box = receptive_field(model, outputs, layer, at)
    field: Field = {"top": box.top, "bottom": box.bottom, "left": box.left, "right": box.right}
    found: Found = {"at": list(at), "value": number(outputs[layer][at]), "field": field}
    if layer == INPUT:
        return {**found, "kind": "pixel"}
    below = list(outputs)[list(outputs).index(layer) - 1]
    calculation = work_out(model, outputs, layer, at)
    worked: Worked = {
        **found,
        "below": below,
        "total": number(calculation.total),
        "then": [{"layer": name, "value": number(outputs[name][at])} for name in following(model, layer)],
    }
    match calculation:
        case Convolution():
            return _convolution(worked, calculation, outputs[below], signed_layers(model)[below], channels)
        case Normalisation():
            return _normalisation(worked, calculation)
        case Activation():
            activation: ActivationAnswer = {
                **worked,
                "kind": "activation",
                "function": calculation.kind,
                "input": number(calculation.input),
                "slope": number(calculation.slope),
            }
            return activation
        case Pooling():
            return _pooling(worked, calculation, outputs[below][at[0]], signed_layers(model)[below])
        case Flatten():
            return {**worked, "kind": "passed", "how": "Flatten", "input": number(calculation.input)}
        case Dropout():
            return {**worked, "kind": "passed", "how": "Dropout", "input": number(calculation.input)}
        case Linear():
            return _linear(worked, calculation, outputs, layer)
    raise TypeError(f"a {type(calculation).__name__} is not shown here")


def _convolution(
    worked: Worked, work: Convolution, maps: Tensor, signed: bool, channels: list[int] | None
) -> ConvolutionAnswer:
    order = work.sums.abs().argsort(descending=True, stable=True).tolist()
    wanted = order[:OPEN] if channels is None else channels[:MOST]
    largest = float(maps.abs().max())
    return {
        **worked,
        "kind": "convolution",
        "rows": list(work.rows),
        "columns": list(work.columns),
        "inside": work.inside.flatten().tolist(),
        "sums": numbers(work.sums),
        "order": order,
        "bias": number(work.bias),
        "maps": {"height": maps.shape[1], "width": maps.shape[2], "signed": signed},
        "channels": [
            {
                "channel": c,
                "map": images.quantised(maps[c], signed, largest),
                "window": numbers(work.windows[c].flatten()),
                "kernel": numbers(work.kernel[c].flatten()),
                "products": numbers(work.products[c].flatten()),
            }
            for c in dict.fromkeys(wanted)
            if c < len(maps)
        ],
    }


def _normalisation(worked: Worked, work: Normalisation) -> NormalisationAnswer:
    return {
        **worked,
        "kind": "normalisation",
        "input": number(work.input),
        "mean": number(work.mean),
        "variance": number(work.variance),
        "eps": number(work.eps),
        "weight": number(work.weight),
        "bias": number(work.bias),
        "normalised": number(work.normalised),
    }


def _pooling(worked: Worked, work: Pooling, map: Tensor, signed: bool) -> PoolingAnswer:
    return {
        **worked,
        "kind": "pooling",
        "how": work.kind,
        "tie": work.kind == "max" and bool((work.window == work.window.max()).all()),
        "rows": list(work.rows),
        "columns": list(work.columns),
        "window": numbers(work.window.flatten()),
        "winner": [work.source[1] - work.rows[0], work.source[2] - work.columns[0]],
        "maps": {"height": map.shape[0], "width": map.shape[1], "signed": signed},
        "map": images.quantised(map, signed, float(map.abs().max())),
    }


def _linear(worked: Worked, work: Linear, outputs: Outputs, layer: str) -> LinearAnswer:
    strongest = work.strongest(TERMS)
    terms: list[Term] = [
        {
            "unit": i,
            "place": _place(outputs, worked["below"], i),
            "input": number(work.inputs[i]),
            "weight": number(work.weights[i]),
            "product": number(work.products[i]),
        }
        for i in strongest
    ]
    return {
        **worked,
        "kind": "linear",
        "inputs": len(work.inputs),
        "terms": terms,
        "strength": number(work.products.abs().sum()),
        "rest": number(work.products.sum() - work.products[strongest].sum()),
        "bias": number(work.bias),
        "softmax": _softmax(outputs[layer]) if layer == list(outputs)[-1] else None,
    }


def _softmax(logits: Tensor) -> SoftmaxAnswer:
    shares = softmax(logits)
    return {
        "logits": numbers(shares.logits),
        "exponentials": numbers(shares.exponentials),
        "total": number(shares.total),
        "probabilities": numbers(shares.probabilities),
    }


def _place(outputs: Outputs, layer: str, unit: int) -> Place | None:
    """Where a unit of flattened maps stood in them."""
    name, maps = last_maps(outputs)
    if outputs[layer].numel() != maps.numel():
        return None
    return {"layer": name, "at": [int(i) for i in np.unravel_index(unit, maps.shape)]}
