"""The MLP from inside: hidden layers as they hand on, the first layer's weights, pixels for and against the digit."""

from __future__ import annotations

from typing import Literal, TypedDict

from torch import Tensor, nn

from demo import images
from demo.inside.layers import Reading, finite, following, read, signed_layers
from demo.inside.pictures import Picture, number, numbers, picture, rows
from nets import attribution
from nets.activations import activations, dead

UNITS = 24  # of the first layer, shown as pictures


class Hidden(Picture):
    """A linear layer's output as it is handed on, after norm, activation and dropout."""

    name: str
    last: str  # the layer that hands it on
    units: int
    silent: int
    signed: bool


class Evidence(Picture):
    """What each pixel brings to the digit's logit, and all of it added up."""

    supporting: float  # what inked pixels above zero bring
    opposing: float
    remainder: float  # the biases
    logit: float


class First(TypedDict):
    """The units of the first layer that matter most for the digit, with their weights as pictures."""

    name: str
    units: list[int]
    importance: list[float]
    largest: float
    bytes: str


class MlpAnswer(TypedDict):
    """The view of the MLP."""

    view: Literal["mlp"]
    reading: Reading
    units: int  # of the first layer
    image: str
    hidden: list[Hidden]
    evidence: Evidence
    first: First


def mlp(model: nn.Sequential, image: Tensor) -> MlpAnswer:
    outputs = finite(activations(model, image))
    reading = read(outputs)
    spoke = attribution.evidence(model, image, reading["digit"])
    first = attribution.first_layer(model, image, reading["digit"])
    linear = [name for name, module in model.named_children() if isinstance(module, nn.Linear)]
    weights = first.weights[:UNITS]
    largest = float(weights.abs().max())
    return {
        "view": "mlp",
        "reading": reading,
        "units": len(first.units),
        "image": images.quantised(image),
        "hidden": [_hidden(model, outputs, name) for name in linear],
        "evidence": {
            **picture(spoke.pixels, True),
            "supporting": number(spoke.pixels.clamp(min=0).sum()),
            "opposing": number(spoke.pixels.clamp(max=0).sum()),
            "remainder": number(spoke.remainder),
            "logit": number(spoke.logit),
        },
        "first": {
            "name": linear[0],
            "units": list(first.units[:UNITS]),
            "importance": numbers(first.importance[:UNITS]),
            "largest": number(largest),
            "bytes": images.quantised(weights, True, largest),
        },
    }


def _hidden(model: nn.Sequential, outputs: dict[str, Tensor], name: str) -> Hidden:
    last = [name, *following(model, name)][-1]
    signed = signed_layers(model)[last]
    return {
        **picture(rows(outputs[last], outputs), signed),
        "name": name,
        "last": last,
        "units": len(outputs[last]),
        "silent": int(dead(outputs[last]).sum()),
        "signed": signed,
    }
