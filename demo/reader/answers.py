"""The weights with which the page reads by itself, where they are not the shipped ones."""

from __future__ import annotations

from typing import TypedDict

import safetensors.torch
from torch import nn

from demo import images
from demo.networks import NetworksAnswer
from demo.server.doors import Nothing, call
from demo.visitor import Visitor


class Checkpoint(TypedDict):
    """A network as the page builds it."""

    layers: list[str]  # names in order, from which their kinds follow: conv1, relu1, pool1, ...
    weights: str  # base64 of a .safetensors file


class Weights(TypedDict):
    """Which networks read now, and the visitor's own among them."""

    networks: NetworksAnswer
    own: dict[str, Checkpoint]  # by name; shipped ones lie beside the page


def layers(model: nn.Sequential) -> list[str]:
    """The names of a chain's layers, in order."""
    return [name for name, _ in model.named_children()]


@call(price=10, heavy=True)
def weights(visitor: Visitor, asked: Nothing) -> Weights:
    """What the page needs to read as the server would."""
    view = visitor.networks.view
    return {
        "networks": view.describe(),
        "own": {
            name: {
                "layers": layers(reader.model),
                "weights": images.encoded(safetensors.torch.save(reader.model.state_dict())),
            }
            for name, reader in view.readers.items()
            if reader.source != "shipped"
        },
    }
