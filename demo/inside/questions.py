"""What a page may ask about the inside of its visitor's networks, and what of it is there.

The networks may have become others since the page chose a layer, a map or a cell: what is not there is left out.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from torch import nn

from demo.inside.layers import layers
from demo.server.doors import Asked
from demo.server.drawn import Drawn
from nets.arithmetic import Cell, Outputs

View = Literal["maps", "mlp", "pixels", "pooling"]
Direction = Literal["left", "right", "up", "down"]
Name = Annotated[str, Field(max_length=40)]
Index = Annotated[int, Field(ge=0, lt=100_000)]
Indices = Annotated[list[Index], Field(max_length=64)]
Off = Annotated[dict[Name, Indices], Field(max_length=64)]  # maps that are switched off, by layer
Digit = Annotated[int, Field(ge=0, le=9)]


class CellAsked(Asked):
    """A number of a layer's output: (channel, y, x) in maps, (unit,) in a vector."""

    layer: Name
    at: Annotated[list[Index], Field(min_length=1, max_length=3)]


class Look(Asked):
    """A view of a drawing, and what is chosen in it."""

    drawing: Drawn | None = None  # None: the one that the server read last
    view: View = "maps"
    # the maps of the CNN
    layer: Name | None = None
    map: Index | None = None
    cell: CellAsked | None = None  # the first of its path: of a layer further down, the path's cell there is shown
    off: Off = Field(default_factory=dict)
    own: bool = False  # a scale for each map
    channels: Indices | None = None  # of a convolution, those that are worked out; None: the strongest
    # pooling
    example: Annotated[list[Digit], Field(min_length=16, max_length=16)] | None = None
    shift: Direction = "right"
    # which pixels matter, and the MLP
    digit: Digit | None = None  # whose logit is explained; None: the one that each network reads


class Rank(Asked):
    """What the CNN would read without each map of a layer; the fields are those of Look."""

    drawing: Drawn | None = None
    layer: Name | None = None
    off: Off = Field(default_factory=dict)
    digit: Digit | None = None


class Keep(Asked):
    """A layer of the CNN for a drawing, as a file."""

    drawing: Drawn | None = None
    layer: Name | None = None
    off: Off = Field(default_factory=dict)


def layer_there(outputs: Outputs, name: str | None) -> str:
    """A layer by name; the first after the image where there is none of that name."""
    return list(outputs)[1] if name is None or name not in outputs else name


def cell_there(outputs: Outputs, cell: CellAsked | None) -> tuple[str, Cell] | None:
    """Layer and place of a cell, where there is such a one."""
    if cell is None or cell.layer not in outputs:
        return None
    shape = outputs[cell.layer].shape
    if len(cell.at) != len(shape) or any(i >= size for i, size in zip(cell.at, shape, strict=True)):
        return None
    return cell.layer, tuple(cell.at)


def off_there(model: nn.Sequential, off: Off) -> dict[str, set[int]]:
    """The maps to switch off, by layer: those that are there."""
    there = {
        row.name: {i for i in off.get(row.name, ()) if i < row.shape[0]}
        for row in layers(model)[1:]
        if len(row.shape) == 3
    }
    return {name: silent for name, silent in there.items() if silent}
