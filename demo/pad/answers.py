"""What both networks read in the drawing on a visitor's pad."""

from __future__ import annotations

import asyncio
from math import isfinite
from typing import Any, TypedDict

from pydantic import Field
from torch import Tensor

from demo import images
from demo.networks import NetworksAnswer, View
from demo.readings import Readings
from demo.server.doors import LARGEST_DRAWING, call
from demo.server.drawn import Drawn
from demo.visitor import Visitor
from demo.words import Message, message
from nets.apart import MOST_DIGITS
from nets.drawing import MOST_DRAWN, DrawingError
from nets.prediction import Prediction

READINGS = Readings()


class Card(TypedDict):
    """One network's reading."""

    digit: int
    probabilities: list[float]  # of the digits 0 to 9
    milliseconds: float  # the forward pass alone


Cards = dict[str, Card | None]  # by network; None where there are no numbers


class Verdict(TypedDict):
    """What both networks see and read."""

    networks: NetworksAnswer
    image: str  # base64 of the 28x28 bytes that they see; empty for a blank pad
    cards: Cards  # none where the pad is blank
    digits: list[Cards]  # of each digit, where several stand apart, from the left; none where it is one


class Pad(Drawn):
    """What lies on the pad."""

    images: list[str] = Field(default_factory=list, max_length=MOST_DIGITS)  # of a picture with several digits, each


class Refused(TypedDict):
    """A drawing that cannot be read, and why."""

    problem: Message


def price(asked: Any) -> float:
    """A digit's points cost what a verdict does; of very many, reading and thinning them costs as well."""
    points = sum(map(len, asked["strokes"]))
    once = max(1.0, min(points, MOST_DRAWN) / 130 + points / 2000)
    return once if asked.get("digit") is None else 3 * once  # six digits take as long, read together


# On the event loop and not in a thread: handing the interpreter to and fro made the slowest answers take two to three
# times as long (95th percentile of a request 25 to 36 ms, not 12).
@call(price=price, largest=LARGEST_DRAWING)
async def read_drawing(visitor: Visitor, asked: Pad) -> Verdict | Refused:
    """What both networks read in the drawing on this visitor's pad."""
    try:
        prepared = asked.prepare()
        others = [] if asked.digit is None else asked.digits(asked.images)
    except DrawingError as error:
        return {"problem": message(f"error.{error.code}", **error.values)}
    view = visitor.networks.view
    if prepared is None:
        return {"networks": view.describe(), "image": "", "cards": {}, "digits": []}
    images_read = [prepared.image, *(other.image for other in others)]
    cards, *digits = await asyncio.gather(*(read(view, image) for image in images_read))
    return {
        "networks": view.describe(),
        "image": images.pixels(prepared.image),
        "cards": cards,
        "digits": digits,
    }


async def read(view: View, image: Tensor) -> Cards:
    """What both networks read in an image."""
    answers = await asyncio.gather(*(READINGS.predict(reader.model, image) for reader in view.readers.values()))
    return {name: card(prediction) for name, prediction in zip(view.readers, answers, strict=True)}


def card(prediction: Prediction) -> Card | None:
    """A prediction as the page is told it; None where the network's numbers have run away while it learns."""
    if not isfinite(sum(prediction.probabilities)):
        return None
    return {
        "digit": prediction.digit,
        "probabilities": [round(share, 6) for share in prediction.probabilities],
        "milliseconds": round(1000 * prediction.seconds, 2),
    }
