"""The CNN's way to its verdict on a drawing: the chain of layers in small, one layer with all its maps, one cell."""

from __future__ import annotations

from typing import Literal, TypedDict

import torch
from torch import Tensor, nn

from demo import images
from demo.figures.questions import off_there
from demo.inside.cell import CellAnswer, Place, work
from demo.inside.layers import Reading, finite, layers, read
from demo.inside.pictures import Kernels, Picture, kernels_of, number, numbers, rows, small
from demo.inside.questions import Look, cell_there, layer_there
from demo.layers import LayerAnswer, layer_answer
from nets.activations import activations, dead, liveliest, signed_layers
from nets.arithmetic import Cell, Outputs, Step, path, receptive_field
from nets.models import LayerInfo


class Row(Picture, LayerAnswer):
    """A layer in the chain: its figures and a little picture."""

    signed: bool


class Reach(TypedDict):
    """The pixels that a cell sees: cell (y, x) from start + step * (y, x) on, so many down and right."""

    start: list[int]
    step: list[int]
    size: list[int]


class Layer(TypedDict):
    """The layer that is shown, all its maps a byte a cell; a vector is one map."""

    name: str
    vector: bool
    units: int  # of a vector
    signed: bool
    height: int
    width: int
    maps: str
    largest: list[float]  # of each map: the number of the largest byte
    low: list[float]
    high: list[float]
    dead: list[int]
    map: int  # the one that is enlarged
    values: str  # all its numbers, float32
    field: Reach | None
    kernels: Kernels | None


class Without(TypedDict):
    """What the CNN reads while maps are off, and with all of them."""

    now: Reading
    all_on: Reading


class Stop(Place):
    """A cell on the way down."""

    share: float  # of what the cell above was made of, signs aside


class MapsAnswer(TypedDict):
    """The view of the CNN's maps."""

    view: Literal["maps"]
    image: str
    chain: list[Row]
    layer: Layer
    off: dict[str, list[int]]
    without: Without | None
    trail: list[Stop]  # from the chosen cell down to a pixel; empty without one
    cell: CellAnswer | None  # the cell on that trail in the layer that is shown


def maps(model: nn.Sequential, image: Tensor, asked: Look) -> MapsAnswer:
    """The chain, one layer, and one cell of it where the page asks for a cell.

    The cell asked for stays the first of its path while the visitor goes down: in the layer shown, the cell on that
    path is the one worked out.
    """
    off = off_there(model, asked.off)
    outputs = finite(activations(model, image, off))
    signed = signed_layers(model)
    name = layer_there(outputs, asked.layer)
    root = cell_there(outputs, asked.cell)
    trail = path(model, outputs, *root) if root else []
    at = next((step.cell for step in trail if step.layer == name), None)
    without: Without | None = None
    if off:
        without = {"now": read(outputs), "all_on": read(finite(activations(model, image)))}
    return {
        "view": "maps",
        "image": images.quantised(image),
        "chain": [_row(row, outputs, signed[row.name]) for row in layers(model)],
        "layer": _layer(model, outputs, name, signed[name], asked, at),
        "off": {layer: sorted(silent) for layer, silent in off.items()},
        "without": without,
        "trail": [] if at is None else [_stop(step) for step in trail],
        "cell": None if at is None else work(model, outputs, name, at, asked.channels),
    }


def _row(row: LayerInfo, outputs: Outputs, signed: bool) -> Row:
    return {
        **layer_answer(row),
        "signed": signed,
        **small(outputs[row.name], outputs, signed),
    }


def _stop(step: Step) -> Stop:
    return {"layer": step.layer, "at": list(step.cell), "share": number(step.share)}


def _layer(model: nn.Sequential, outputs: Outputs, name: str, signed: bool, asked: Look, at: Cell | None) -> Layer:
    output = outputs[name]
    vector = output.dim() == 1
    shown = rows(output, outputs)[None] if vector else output
    low, high = shown.amin((1, 2)), shown.amax((1, 2))
    largest = torch.maximum(low.abs(), high.abs())
    if not asked.own:
        largest = largest.max().expand(len(shown))
    enlarged = _enlarged(shown, asked, None if vector else at)
    return {
        "name": name,
        "vector": vector,
        "units": output.numel() if vector else 0,
        "signed": signed,
        "height": shown.shape[1],
        "width": shown.shape[2],
        "maps": images.quantised(shown, signed, largest[:, None, None]),
        "largest": numbers(largest),
        "low": numbers(low),
        "high": numbers(high),
        "dead": [] if vector else dead(output).nonzero().flatten().tolist(),
        "map": enlarged,
        "values": images.encoded(shown[enlarged].numpy().astype("<f4").tobytes()),
        "field": None if vector else _reach(model, outputs, name),
        "kernels": kernels_of(model, name),
    }


def _enlarged(shown: Tensor, asked: Look, at: Cell | None) -> int:
    """The map of the cell that is worked out, else the one asked for, else the liveliest."""
    if at is not None:
        return at[0]
    if asked.map is not None and asked.map < len(shown):
        return asked.map
    return liveliest(shown)


def _reach(model: nn.Sequential, outputs: Outputs, layer: str) -> Reach:
    first, second = (receptive_field(model, outputs, layer, (0, i, i)) for i in (0, 1))
    return {
        "start": [first.top, first.left],
        "step": [second.top - first.top, second.left - first.left],
        "size": [first.bottom - first.top, first.right - first.left],
    }
