"""The calls of the tab Look inside: a view of the drawing on the pad, maps ranked, and a layer's output as a file.

Pictures are base64 of a byte a cell, with the number that the largest byte stands for. Numbers have seven digits and
are those of nets.activations, nets.arithmetic and nets.attribution.
"""

from __future__ import annotations

import io
from typing import Any, TypedDict

import numpy as np
from torch import Tensor, nn

from demo import images
from demo.figures.questions import off_there
from demo.inside.layers import NotFinite, layers
from demo.inside.maps import MapsAnswer, maps
from demo.inside.mlp import MlpAnswer, mlp
from demo.inside.pixels import PixelsAnswer, pixels
from demo.inside.pooling import PoolingAnswer, example, shift
from demo.inside.questions import Keep, Look, Rank, layer_there
from demo.inside.ranking import RankingAnswer, ranking
from demo.inside.weights import WeightsAnswer, weights
from demo.networks import NetworksAnswer
from demo.server.doors import LARGEST_DRAWING, call
from demo.visitor import Visitor
from demo.words import Message, message
from nets.activations import activations
from nets.models import totals

HEAVY = 20_000_000  # multiply-adds above which a network is not run on the server's event loop


class LookAnswer(TypedDict):
    """What a view shows of the drawing, or why there is nothing to show."""

    networks: NetworksAnswer
    problem: Message | None
    shown: MapsAnswer | MlpAnswer | PixelsAnswer | PoolingAnswer | WeightsAnswer | None


class RankAnswer(TypedDict):
    """What the maps of a layer do, or None where that cannot be told."""

    networks: NetworksAnswer
    ranking: RankingAnswer | None


class Kept(TypedDict):
    """A file: its name, and its content as base64."""

    name: str
    content: str


class NotKept(TypedDict):
    """Why there is no file."""

    problem: Message


def is_heavy(visitor: Visitor, asked: Look) -> bool:
    """Whether an answer takes long enough to hold others up."""
    _, work = totals(layers(visitor.networks.now()["cnn"].model))
    return asked.view in ("pixels", "pooling") or (asked.view != "mlp" and work > HEAVY)


def price(asked: Any) -> float:
    """By view: occlusion alone runs both networks on some forty images.

    The tutorials' networks take 1 verdict, "pixels" 3; the largest that can be made here 3, and "pixels" 14.
    """
    return {"maps": 4, "mlp": 4, "pixels": 8, "pooling": 4}[asked.get("view", "maps")]


@call(price=price, heavy=is_heavy, largest=LARGEST_DRAWING)
def look(visitor: Visitor, asked: Look) -> LookAnswer:
    """What a view shows of the drawing on this visitor's pad."""
    networks, image = visitor.networks.view, asked.drawing.seen()
    told: LookAnswer = {"networks": networks.describe(), "problem": None, "shown": None}
    models: dict[str, nn.Sequential] = {name: reader.model for name, reader in networks.readers.items()}
    if asked.view == "pooling":  # its own numbers need no drawing
        told["shown"] = {"view": "pooling", "example": example(asked.example), "shift": None}
    if image is None:
        told["problem"] = message("inside.blank")
    try:
        if image is not None:
            told["shown"] = _shown(models, image, asked)
        elif asked.view != "pooling":
            told["shown"] = weights(models["cnn"], models["mlp"])
    except NotFinite:
        told["problem"] = message("inside.not_finite")
    return told


def _shown(
    models: dict[str, nn.Sequential], image: Tensor, asked: Look
) -> MapsAnswer | MlpAnswer | PixelsAnswer | PoolingAnswer:
    match asked.view:
        case "maps":
            return maps(models["cnn"], image, asked)
        case "mlp":
            return mlp(models["mlp"], image, asked.digit)
        case "pixels":
            return pixels(models, image, asked.digit)
        case "pooling":
            moved = shift(models["cnn"], image, asked.shift)
            return {"view": "pooling", "example": example(asked.example), "shift": moved}


@call(price=10, heavy=True, largest=LARGEST_DRAWING)
def rank(visitor: Visitor, asked: Rank) -> RankAnswer:
    """What the CNN would read without each map of a layer, the drawing as it is on this visitor's pad."""
    networks, image = visitor.networks.view, asked.drawing.seen()
    told: RankAnswer = {"networks": networks.describe(), "ranking": None}
    try:
        if image is not None:
            told["ranking"] = ranking(networks.readers["cnn"].model, image, asked)
    except NotFinite:
        pass  # look() says so
    return told


@call(price=10, heavy=True, largest=LARGEST_DRAWING)
def keep(visitor: Visitor, asked: Keep) -> Kept | NotKept:
    """The output of a layer of the CNN, with the image and the logits, as the content of a .npz file."""
    model, image = visitor.networks.now()["cnn"].model, asked.drawing.seen()
    if image is None:
        return {"problem": message("inside.blank")}
    outputs = activations(model, image, off_there(model, asked.off))
    layer = layer_there(outputs, asked.layer)
    file = io.BytesIO()
    logits = list(outputs.values())[-1]
    np.savez(file, activation=outputs[layer].numpy(), image=image.numpy(), logits=logits.numpy())
    return {"name": f"{layer}.npz", "content": images.encoded(file.getvalue())}
