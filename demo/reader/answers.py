"""Which networks read, and the weights with which the page reads by itself."""

from __future__ import annotations

from typing import TypedDict

import safetensors.torch

from demo import images
from demo.layers import names
from demo.networks import InTraining, NetworksAnswer, Training
from demo.server.doors import Asked, Nothing, call
from demo.visitor import Visitor
from demo.words import Message, message


class Checkpoint(TypedDict):
    """A network as the page builds it."""

    layers: list[str]  # names in order, from which their kinds follow: conv1, relu1, pool1, ...
    weights: str  # base64 of a .safetensors file


class Weights(TypedDict):
    """Which networks read now, and the visitor's own among them."""

    networks: NetworksAnswer
    own: dict[str, Checkpoint]  # by name; shipped ones lie beside the page


class Chosen(Asked):
    """Which of the networks that come with the app are to read."""

    training: Training


class Reads(TypedDict):
    """Which networks read now, and why not others, if they were asked for."""

    networks: NetworksAnswer
    problem: Message | None


@call(price=10, heavy=True)
def weights(visitor: Visitor, asked: Nothing) -> Weights:
    """What the page needs to read as the server would."""
    view = visitor.networks.view
    return {
        "networks": view.describe(),
        "own": {
            name: {
                "layers": names(reader.model),
                "weights": images.encoded(safetensors.torch.save(reader.model.state_dict())),
            }
            for name, reader in view.readers.items()
            if reader.source in ("loaded", "run")
        },
    }


@call(price=1)
def read_with(visitor: Visitor, asked: Chosen) -> Reads:
    """Read with networks that come with the app: trained to be good, or as in the tutorials."""
    try:
        visitor.networks.ship(asked.training)
    except InTraining:
        return {"networks": visitor.networks.view.describe(), "problem": message("verdict.training.busy")}
    visitor.dropped = False
    return {"networks": visitor.networks.view.describe(), "problem": None}
