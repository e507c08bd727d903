"""What a page may ask about the inside of its visitor's networks, and what of it is there.

The networks may have become others since the page chose a layer, a map or a cell: what is not there is left out.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from demo.figures.questions import Digit, Direction, Index, Indices, Name, Off
from demo.server.doors import Asked
from demo.server.drawn import Drawn
from nets.arithmetic import Cell, Outputs

View = Literal["maps", "mlp", "pixels", "pooling"]


class CellAsked(Asked):
    """A number of a layer's output: (channel, y, x) in maps, (unit,) in a vector."""

    layer: Name
    at: Annotated[list[Index], Field(min_length=1, max_length=3)]


class Look(Asked):
    """A view of a drawing, and what is chosen in it."""

    drawing: Drawn
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

    drawing: Drawn
    layer: Name | None = None
    off: Off = Field(default_factory=dict)
    digit: Digit | None = None


class Keep(Asked):
    """A layer of the CNN for a drawing, as a file."""

    drawing: Drawn
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
