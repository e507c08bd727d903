"""What both networks read in the drawing on a visitor's pad."""

from __future__ import annotations

import asyncio
from math import isfinite
from typing import Any, TypedDict

from demo import images
from demo.networks import NetworksAnswer
from demo.readings import Readings
from demo.server.doors import LARGEST_DRAWING, call
from demo.server.drawn import Drawn
from demo.visitor import Visitor
from demo.words import Message, message
from nets.drawing import MOST_DRAWN, DrawingError
from nets.prediction import Prediction

READINGS = Readings()


class Card(TypedDict):
    """One network's reading."""

    digit: int
    probabilities: list[float]  # of the digits 0 to 9
    milliseconds: float  # the forward pass alone


class Verdict(TypedDict):
    """What both networks see and read."""

    networks: NetworksAnswer
    image: str  # base64 of the 28x28 bytes that they see; empty for a blank pad
    cards: dict[str, Card | None]  # by network; none where the pad is blank, None where there are no numbers


class Refused(TypedDict):
    """A drawing that cannot be read, and why."""

    problem: Message


def price(asked: Any) -> float:
    """A digit's points cost what a verdict does; of very many, reading and thinning them costs as well."""
    points = sum(map(len, asked["strokes"]))
    return max(1.0, min(points, MOST_DRAWN) / 130 + points / 2000)


# On the event loop and not in a thread: handing the interpreter to and fro made the slowest answers take two to three
# times as long (95th percentile of a request 25 to 36 ms, not 12).
@call(price=price, largest=LARGEST_DRAWING)
async def read_drawing(visitor: Visitor, asked: Drawn) -> Verdict | Refused:
    """Keep the drawing as the one on this visitor's pad, and read it."""
    try:
        drawing = asked.drawing()
    except DrawingError as error:
        return {"problem": message(f"error.{error.code}", **error.values)}
    view, prepared = visitor.networks.view, visitor.prepare(drawing, asked.switches())
    if prepared is None:
        return {"networks": view.describe(), "image": "", "cards": {}}
    read = await asyncio.gather(*(READINGS.predict(reader.model, prepared.image) for reader in view.readers.values()))
    return {
        "networks": view.describe(),
        "image": images.pixels(prepared.image),
        "cards": {name: card(prediction) for name, prediction in zip(view.readers, read, strict=True)},
    }


def card(prediction: Prediction) -> Card | None:
    """A prediction as the page is told it; None where the network's numbers have run away while it learns."""
    if not isfinite(sum(prediction.probabilities)):
        return None
    return {
        "digit": prediction.digit,
        "probabilities": [round(share, 6) for share in prediction.probabilities],
        "milliseconds": round(1000 * prediction.seconds, 2),
    }
