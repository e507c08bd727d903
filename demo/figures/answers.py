"""The page's call for what it saves: a figure for a slide as PNG or SVG, or its numbers as CSV."""

from __future__ import annotations

from typing import TypedDict

from demo import images
from demo.figures import inside, pixels, training
from demo.figures.made import Made, NotThere
from demo.figures.questions import (
    Asking,
    ConfusionAsked,
    CurvesAsked,
    ExamplesAsked,
    FirstAsked,
    LayerAsked,
    PixelsAsked,
    ShiftAsked,
    WeightsAsked,
)
from demo.server.doors import LARGEST_DRAWING, call
from demo.visitor import Visitor
from demo.words import Message
from nets.slides import TYPES, content


class FigureAnswer(TypedDict):
    """A file, or why there is none."""

    problem: Message | None
    name: str
    type: str  # as the web names it
    content: str  # base64


@call(price=60, heavy=True, largest=LARGEST_DRAWING)
def figure(visitor: Visitor, asked: Asking) -> FigureAnswer:
    """What the page shows, as a file: made from the server's own networks and runs."""
    try:
        made = _made(visitor, asked)
    except NotThere as none:
        return {"problem": none.why, "name": "", "type": "", "content": ""}
    if asked.format == "csv":
        kind, file = "text/csv", made.table()
    else:
        kind, file = TYPES[asked.format], content(made.figure(), asked.format)
    return {"problem": None, "name": f"{made.name}.{asked.format}", "type": kind, "content": images.encoded(file)}


def _made(visitor: Visitor, asked: Asking) -> Made:
    match asked:
        case LayerAsked():
            return inside.layer(visitor, asked)
        case PixelsAsked():
            return pixels.pixels(visitor, asked)
        case ShiftAsked():
            return pixels.shift(visitor, asked)
        case WeightsAsked():
            return inside.weights(visitor, asked)
        case CurvesAsked():
            return training.curves(visitor, asked)
        case ConfusionAsked():
            return training.confusion(visitor, asked)
        case ExamplesAsked():
            return training.examples(visitor)
        case FirstAsked():
            return training.first(visitor, asked)
