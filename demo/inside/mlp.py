"""The MLP from inside: hidden layers as they hand on, the first layer's weights, pixels for and against the digit."""

from __future__ import annotations

from typing import Literal, TypedDict

from torch import Tensor, nn

from demo import images
from demo.inside.layers import Reading, finite, following, read
from demo.inside.pictures import Parts, Picture, Units, number, numbers, parts, picture, rows, weights_of
from nets import attribution
from nets.activations import activations, dead, signed_layers

UNITS = 24  # of the first layer, shown as pictures


class Hidden(Picture):
    """A linear layer's output as it is handed on, after norm, activation and dropout."""

    name: str
    last: str  # the layer that hands it on
    units: int
    silent: int
    signed: bool
    low: float
    high: float


class First(Units):
    """The units of the first layer that matter most for the digit."""

    importance: list[float]  # what each brings to the digit's logit


class MlpAnswer(TypedDict):
    """The view of the MLP."""

    view: Literal["mlp"]
    reading: Reading
    units: int  # of the first layer
    image: str
    hidden: list[Hidden]
    digit: int  # whose logit is explained
    evidence: Parts
    first: First


def mlp(model: nn.Sequential, image: Tensor, digit: int | None = None) -> MlpAnswer:
    """The view, with the logit of this digit explained, or else of the one that is read."""
    outputs = finite(activations(model, image))
    reading = read(outputs)
    digit = reading["digit"] if digit is None else digit
    first = attribution.first_layer(model, image, digit)
    linear = [name for name, module in model.named_children() if isinstance(module, nn.Linear)]
    return {
        "view": "mlp",
        "reading": reading,
        "units": len(first.units),
        "image": images.quantised(image),
        "hidden": [_hidden(model, outputs, name) for name in linear],
        "digit": digit,
        "evidence": parts(attribution.evidence(model, image, digit)),
        "first": {
            **weights_of(linear[0], first.units[:UNITS], first.weights[:UNITS]),
            "importance": numbers(first.importance[:UNITS]),
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
        "low": number(outputs[last].min()),
        "high": number(outputs[last].max()),
    }
