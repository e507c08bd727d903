"""The two calls of the tab Look inside: a view of the drawing on the pad, and a layer's output as a file.

Pictures are base64 of a byte a cell, with the number that the largest byte stands for. Numbers have seven digits and
are those of nets.activations, nets.arithmetic and nets.attribution.
"""

from __future__ import annotations

import io
from typing import TypedDict

import numpy as np
from torch import Tensor, nn

from demo import images
from demo.inside.layers import NotFinite, layers
from demo.inside.maps import MapsAnswer, maps
from demo.inside.mlp import MlpAnswer, mlp
from demo.inside.pixels import PixelsAnswer, pixels
from demo.inside.pooling import Example, PoolingAnswer, example, shift
from demo.inside.questions import Keep, Look, View, layer_there, off_there
from demo.server.doors import call
from demo.visitors import Session
from demo.words import Message, message
from nets.activations import activations
from nets.models import totals
from nets.preprocess import prepare_drawing

HEAVY = 20_000_000  # multiply-adds above which a network is not run on the server's event loop


class NothingToShow(TypedDict):
    """Why a view is empty."""

    view: View
    problem: Message


class ExampleAlone(NothingToShow):
    """Pooling's own numbers need no drawing."""

    example: Example


class Kept(TypedDict):
    """A file: its name, and its content as base64."""

    name: str
    content: str


class NotKept(TypedDict):
    problem: Message


LookAnswer = MapsAnswer | MlpAnswer | PixelsAnswer | PoolingAnswer | NothingToShow | ExampleAlone


def is_heavy(visitor: Session, asked: Look) -> bool:
    """Whether an answer takes long enough to hold others up."""
    _, work = totals(layers(_networks(visitor)["cnn"]))
    return asked.view in ("pixels", "pooling") or (asked.view != "mlp" and work > HEAVY)


@call(price=4, heavy=is_heavy)
def look(visitor: Session, asked: Look) -> LookAnswer:
    """What a view shows of the drawing on this visitor's pad."""
    networks, image = _networks(visitor), _image(visitor)
    if image is None:
        return _nothing(asked, message("inside.blank"))
    try:
        match asked.view:
            case "maps":
                return maps(networks["cnn"], image, asked)
            case "mlp":
                return mlp(networks["mlp"], image)
            case "pixels":
                return pixels(networks, image)
            case "pooling":
                moved = shift(networks["cnn"], image, asked.shift)
                return {"view": "pooling", "example": example(asked.example), "shift": moved}
    except NotFinite:
        return _nothing(asked, message("inside.not_finite"))


@call(price=10, heavy=True)
def keep(visitor: Session, asked: Keep) -> Kept | NotKept:
    """The output of a layer of the CNN, with the image and the logits, as the content of a .npz file."""
    model, image = _networks(visitor)["cnn"], _image(visitor)
    if image is None:
        return {"problem": message("inside.blank")}
    outputs = activations(model, image, off_there(model, asked.off))
    layer = layer_there(outputs, asked.layer)
    file = io.BytesIO()
    logits = list(outputs.values())[-1]
    np.savez(file, activation=outputs[layer].numpy(), image=image.numpy(), logits=logits.numpy())
    return {"name": f"{layer}.npz", "content": images.encoded(file.getvalue())}


def _nothing(asked: Look, problem: Message) -> NothingToShow | ExampleAlone:
    if asked.view == "pooling":
        return {"view": asked.view, "problem": problem, "example": example(asked.example)}
    return {"view": asked.view, "problem": problem}


def _networks(visitor: Session) -> dict[str, nn.Sequential]:
    return visitor.networks


def _image(visitor: Session) -> Tensor | None:
    prepared = visitor.drawing and prepare_drawing(visitor.drawing)
    return prepared.image if prepared else None
