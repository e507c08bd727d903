"""What a visitor's two networks are made of, how well they read, and how many moved digits they still read right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import isfinite
from typing import Any, TypedDict
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from demo import samples
from demo.layers import LayerAnswer, layer_answer
from demo.networks import NetworksAnswer, Record, View
from demo.server.doors import Nothing, call
from demo.visitor import Visitor
from nets.models import NETWORKS, LayerInfo, describe, totals
from nets.prediction import predict_batch
from nets.preprocess import prepare_drawing

SHIFT = 4  # pixels: as far as a digit of 20 pixels can go in 28 without loss
LONGEST = 200  # letters of what a record says: a loaded one may say anything
LARGEST = 2**53  # beyond this JavaScript counts no more one by one

_right: WeakKeyDictionary[nn.Module, int] = WeakKeyDictionary()


class Score(TypedDict):
    """How well a network reads a set of digits; None where its record says no number."""

    accuracy: float | None
    loss: float | None


class Result(TypedDict):
    """What a network's record says."""

    test: Score
    validation: Score
    recipe: str
    data: str
    epochs: int
    seed: int
    seconds: float | None
    device: str
    versions: dict[str, str]


class Network(TypedDict):
    """One network."""

    layers: list[LayerAnswer]
    parameters: int
    multiply_adds: int
    tutorial: bool  # whether it has the architecture of the tutorial
    result: Result | None  # None while it is in training
    right: int  # moved digits


class About(TypedDict):
    """Both networks."""

    networks: NetworksAnswer
    about: dict[str, Network]
    moved: dict[str, int]  # how many digits were moved, and by how many pixels


@call(price=20, heavy=True)
def describe_networks(visitor: Visitor, asked: Nothing) -> About:
    """The networks that read this visitor's drawings now."""
    return about(visitor.networks.view)


def about(view: View) -> About:
    """These networks."""
    images, _ = moved()
    return {
        "networks": view.describe(),
        "about": {name: network(name, reader.model, reader.record) for name, reader in view.readers.items()},
        "moved": {"digits": len(images), "pixels": SHIFT},
    }


def network(name: str, model: nn.Sequential, record: Record | None) -> Network:
    """A network and its record."""
    rows = describe(model)
    parameters, multiply_adds = totals(rows)
    return {
        "layers": [layer_answer(row) for row in rows],
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "tutorial": rows == tutorial(name),
        "result": None if record is None else result(record),
        "right": right(model),
    }


@cache
def tutorial(name: str) -> list[LayerInfo]:
    """The layers of a tutorial's network."""
    return describe(NETWORKS[name]())


def result(record: Record) -> Result:
    """What a record says, cut down to what a page can show."""
    versions = list(record["versions"].items())[:10]
    return {
        "test": _score(record["test"]),
        "validation": _score(record["validation"]),
        "recipe": record["recipe"][:LONGEST],
        "data": record["data"]["name"][:LONGEST],
        "epochs": _whole(record["epochs"]),
        "seed": _whole(record["seed"]),
        "seconds": _number(record["seconds"]),
        "device": record["device"][:LONGEST],
        "versions": {name[:LONGEST]: str(version)[:LONGEST] for name, version in versions},
    }


def _score(told: Mapping[str, Any]) -> Score:
    return {"accuracy": _number(told["accuracy"]), "loss": _number(told["loss"])}


def _number(value: float) -> float | None:
    return float(value) if abs(value) < LARGEST and isfinite(value) else None


def _whole(value: int) -> int:
    return max(-LARGEST, min(value, LARGEST))


@cache
def moved() -> tuple[Tensor, list[int]]:
    """The sample digits, moved by SHIFT pixels in eight directions, and which digits they are."""
    ways = [(y, x) for y in (-SHIFT, 0, SHIFT) for x in (-SHIFT, 0, SHIFT) if (y, x) != (0, 0)]
    images, digits = [], []
    for digit in samples.CONTROLS:
        prepared = prepare_drawing(samples.drawing(digit))
        assert prepared is not None
        images += [prepared.image.roll(way, (1, 2)) for way in ways]
        digits += [digit] * len(ways)
    return torch.stack(images), digits


def right(model: nn.Sequential) -> int:
    """How many of the moved digits a network reads right."""
    if model not in _right:
        images, digits = moved()
        read = predict_batch(model, images)
        _right[model] = sum(prediction.digit == digit for prediction, digit in zip(read, digits, strict=True))
    return _right[model]
