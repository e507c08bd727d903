"""What a page may ask to be saved: a figure, or its numbers, of what it shows."""

from __future__ import annotations

from itertools import takewhile
from typing import Annotated, Literal

from pydantic import Field
from torch import nn

from demo.server.doors import Asked
from demo.server.drawn import Drawn

Network = Literal["mlp", "cnn"]
Direction = Literal["left", "right", "up", "down"]
Digit = Annotated[int, Field(ge=0, le=9)]
Name = Annotated[str, Field(max_length=40)]
Index = Annotated[int, Field(ge=0, lt=100_000)]
Indices = Annotated[list[Index], Field(max_length=64)]
Off = Annotated[dict[Name, Indices], Field(max_length=64)]  # maps that are switched off, by layer


class Saved(Asked):
    """In which form."""

    format: Literal["png", "svg", "csv"]


class OfDrawing(Saved):
    """What networks make of a drawing."""

    drawing: Drawn


class LayerAsked(OfDrawing):
    """A layer of one: all its maps or units, or one map."""

    kind: Literal["layer"]
    network: Network
    layer: Name
    map: Index | None = None
    cell: Annotated[list[Index], Field(min_length=2, max_length=2)] | None = None  # of that map: row and column
    off: Off = Field(default_factory=dict)
    own: bool = False  # a scale for each map


class PixelsAsked(OfDrawing):
    """Which pixels matter to the logit of a digit."""

    kind: Literal["pixels"]
    networks: Annotated[list[Network], Field(min_length=1, max_length=2)]
    method: Literal["gradient", "occlusion", "parts"]
    digit: Digit | None = None  # None: the one that each network reads


class ShiftAsked(OfDrawing):
    """A map of the CNN before and after its first pooling, as the drawing is and moved by one pixel."""

    kind: Literal["shift"]
    direction: Direction


class WeightsAsked(Saved):
    """What a layer has learnt: the kernels of a convolution, or the weights of units for every pixel."""

    kind: Literal["weights"]
    network: Network
    layer: Name
    map: Index | None = None  # of a convolution: of this map alone
    units: Indices | None = None  # None: the first


class OfRun(Asked):
    """A network of a run."""

    run: int
    network: Network


class CurvesAsked(Saved):
    """A chart of the newest run, with earlier ones that are compared with it."""

    kind: Literal["curves"]
    chart: Literal["loss", "accuracy", "rate"]
    axis: Literal["seconds", "batches", "epochs"] = "seconds"
    compared: Annotated[list[OfRun], Field(max_length=20)] = Field(default_factory=list)


class ConfusionAsked(Saved):
    """How often a network of the newest run read each digit as which."""

    kind: Literal["confusion"]
    network: Network
    percent: bool = True  # of each true digit


class ExamplesAsked(Saved):
    """The ten test digits, and what the networks of the newest run read in them."""

    kind: Literal["examples"]


class FirstAsked(Saved):
    """The first layer of a network of the newest run."""

    kind: Literal["first"]
    network: Network


Asking = Annotated[
    LayerAsked | PixelsAsked | ShiftAsked | WeightsAsked | CurvesAsked | ConfusionAsked | ExamplesAsked | FirstAsked,
    Field(discriminator="kind"),
]


def off_there(model: nn.Sequential, off: Off) -> dict[str, set[int]]:
    """The maps to switch off, by layer: those that this network has."""
    silent, maps = {}, 0
    for name, module in takewhile(lambda layer: not isinstance(layer[1], nn.Flatten), model.named_children()):
        maps = module.out_channels if isinstance(module, nn.Conv2d) else maps
        if chosen := {i for i in off.get(name, ()) if i < maps}:
            silent[name] = chosen
    return silent
