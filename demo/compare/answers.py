"""What the tab Compare asks of the server: digits of the test set, and measurements of the visitor's own networks."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from demo import images
from demo.server.doors import Asked, call
from demo.visitor import Visitor
from demo.words import Message, message
from nets.changes import CHANGES
from nets.comparison.measures import REACH, ink, probabilities, sample, shift
from nets.data import DataError, DigitData, load_mnist

STEP = 2  # pixels between two places of a map
MAP_DIGITS, CURVE_DIGITS, BLOCK = 200, 100, 2000  # test digits that a map, a curve and a piece of the test set take
MOST = 60  # digits shown at once


class Indices(Asked):
    """Which digits of the test set, counted from 0."""

    indices: list[Annotated[int, Field(ge=0, lt=10_000)]] = Field(max_length=MOST)


class Shown(TypedDict):
    """Digits of the test set."""

    images: list[str]  # base64 of 28x28 bytes each
    labels: list[int]


class Piece(Asked):
    """One piece of a measurement: a row of the map, the curve of a change, or a part of the test set."""

    network: Literal["mlp", "cnn"]
    part: Literal["shift", "test", "rotation", "size", "pen", "slant", "blur", "noise", "occlusion", "inversion"]
    at: int = Field(ge=-REACH, le=REACH)  # pixels down, of a row; number of the part of the test set


class Measured(TypedDict):
    """What came of it; shares by place, left to right, or by the change's values."""

    version: str  # of the networks that were measured
    shares: list[float]  # read right
    right: int  # over the test set's part
    digits: int


class Problem(TypedDict):
    """Why there is nothing to be shown."""

    problem: Message


@call(price=4, heavy=True)
def show_digits(visitor: Visitor, asked: Indices) -> Shown | Problem:
    """Some digits of MNIST's test set, where MNIST is at hand."""
    data = _mnist()
    if data is None:
        return {"problem": message("compare.no_mnist")}
    found = data.test.images[asked.indices]
    return {
        "images": [images.encoded(image.numpy().tobytes()) for image in found],
        "labels": data.test.labels[asked.indices].tolist(),
    }


@call(price=100, heavy=True)
def measure(visitor: Visitor, asked: Piece) -> Measured | Problem:
    """One piece of what is to be known of a network that reads now; takes a second or so."""
    data = _mnist()
    if data is None:
        return {"problem": message("compare.no_mnist")}
    view = visitor.networks.view
    model = view.readers[asked.network].model
    shares: list[float] = []
    if asked.part == "test":
        first = (asked.at % (len(data.test) // BLOCK)) * BLOCK
        digits = data.test[first : first + BLOCK]
        right = int((probabilities(model, ink(digits)).argmax(1) == digits.labels).sum())
        return {"version": view.version, "shares": shares, "right": right, "digits": len(digits)}
    digits = sample(data.test, MAP_DIGITS if asked.part == "shift" else CURVE_DIGITS)[1]
    whole = ink(digits)
    if asked.part == "shift":
        changed = (shift(whole, dx, asked.at) for dx in range(-REACH, REACH + 1, STEP))
    else:
        change = CHANGES[asked.part]
        changed = (change.apply(whole, value) for value in change.values)
    for image in changed:
        right_ones = probabilities(model, image).argmax(1) == digits.labels
        shares.append(round(float(right_ones.double().mean()), 4))
    return {"version": view.version, "shares": shares, "right": 0, "digits": len(digits)}


def _mnist() -> DigitData | None:
    try:
        return load_mnist(download=False)
    except DataError:
        return None
