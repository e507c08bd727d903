"""Which pixels matter to the digit that a network reads, as three methods answer it."""

from __future__ import annotations

from typing import Literal, TypedDict

from torch import Tensor, nn

from demo import images
from demo.inside.layers import finite, read
from demo.inside.pictures import Picture, picture
from nets import attribution
from nets.activations import activations

METHODS = ("gradient", "occlusion", "cam")


class Attributions(TypedDict):
    """Of one network; pictures by method, those that it can be asked with."""

    digit: int
    image: str
    pictures: dict[str, Picture]


class PixelsAnswer(TypedDict):
    """The view of which pixels matter, by network."""

    view: Literal["pixels"]
    by_network: dict[str, Attributions]


def pixels(models: dict[str, nn.Sequential], image: Tensor) -> PixelsAnswer:
    return {"view": "pixels", "by_network": {name: _attributions(model, image) for name, model in models.items()}}


def _attributions(model: nn.Sequential, image: Tensor) -> Attributions:
    digit = read(finite(activations(model, image)))["digit"]
    pictures = {
        "gradient": picture(attribution.input_gradient(model, image, digit), True),
        "occlusion": picture(attribution.occlusion(model, image, digit, stride=3), True),
    }
    if any(isinstance(layer, nn.Conv2d) for layer in model):
        pictures["cam"] = picture(attribution.grad_cam(model, image, digit), False)
    return {"digit": digit, "image": images.quantised(image), "pictures": pictures}
