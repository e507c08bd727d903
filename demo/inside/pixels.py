"""Which pixels matter to the logit of a digit, as three methods answer it."""

from __future__ import annotations

from typing import Literal, TypedDict

from torch import Tensor, nn

from demo import images
from demo.inside.layers import finite, read
from demo.inside.pictures import Parts, Picture, numbers, parts, picture
from nets import attribution
from nets.activations import activations

METHODS = ("gradient", "occlusion", "parts")


class Pictures(TypedDict):
    """By method: the logit's slope, its fall where a place is hidden, and what it is made of."""

    gradient: Picture
    occlusion: Picture
    parts: Parts  # of the CNN, by cells of its last maps; of the MLP, by pixels


class Attributions(TypedDict):
    """Of one network."""

    read: int
    digit: int  # whose logit is explained
    logits: list[float]
    image: str
    pictures: Pictures


class PixelsAnswer(TypedDict):
    """The view of which pixels matter, by network."""

    view: Literal["pixels"]
    by_network: dict[str, Attributions]


def pixels(models: dict[str, nn.Sequential], image: Tensor, digit: int | None = None) -> PixelsAnswer:
    """What speaks for this digit, or else for the one that each network reads."""
    told = {name: _attributions(model, image, digit) for name, model in models.items()}
    return {"view": "pixels", "by_network": told}


def _attributions(model: nn.Sequential, image: Tensor, asked: int | None) -> Attributions:
    outputs = finite(activations(model, image))
    found = read(outputs)["digit"]
    digit = found if asked is None else asked
    return {
        "read": found,
        "digit": digit,
        "logits": numbers(list(outputs.values())[-1]),
        "image": images.quantised(image),
        "pictures": {
            "gradient": picture(attribution.input_gradient(model, image, digit), True),
            "occlusion": picture(attribution.occlusion(model, image, digit), True),
            "parts": parts(attribution.parts(model, image, digit)),
        },
    }
