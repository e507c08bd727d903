"""Digits that stand apart in one drawing, side by side.

The page does the same sums in demo/reader/apart.js; tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from nets.drawing import Drawing
from nets.ink import Box, box_of

MOST_DIGITS = 6  # a house number; more things than that are taken for something else
TALL = 0.4  # of the tallest thing's height: what is lower is no digit of its own
DOT = 2.0  # of the pen's width: ink that is lower is a dot
TOUCHING = 1e-3  # pad units: boxes that touch do so whatever the last digit of a sum


@dataclass(frozen=True)
class Thing:
    """Strokes above, below or within each other, by their places in the drawing."""

    strokes: tuple[int, ...]
    box: Box  # around their ink


def apart(drawing: Drawing) -> list[Drawing]:
    """The digits of a drawing that stand apart, from left to right: one to six.

    Strokes are one thing where their ink overlaps from left to right: the bar of a 5, the slash of a 7, a 4 in two
    strokes. A dot, or anything else that is too low for a digit, goes with the thing that is nearest.
    """
    things = _things(drawing)
    tallest = max((thing.box.height for thing in things), default=0.0)
    lowest = max(TALL * tallest, DOT * drawing.pen)
    digits = [thing for thing in things if thing.box.height >= lowest]
    if not 1 < len(digits) <= MOST_DIGITS:
        return [drawing]
    members = {thing: list(thing.strokes) for thing in digits}
    for thing in things:
        if thing not in members:
            nearest = min(digits, key=lambda digit: _gap(thing.box, digit.box))
            members[nearest] += thing.strokes
    return [Drawing(tuple(drawing.strokes[i] for i in sorted(members[digit])), drawing.pen) for digit in digits]


def _things(drawing: Drawing) -> list[Thing]:
    """From left to right."""
    boxes = [(box_of([stroke]).wider(drawing.pen / 2), i) for i, stroke in enumerate(drawing.strokes)]
    things: list[Thing] = []
    for box, i in sorted(boxes, key=lambda entry: (entry[0].left, entry[1])):
        if things and box.left <= things[-1].box.right + TOUCHING:
            last = things.pop()
            things.append(Thing((*last.strokes, i), _around(last.box, box)))
        else:
            things.append(Thing((i,), box))
    return things


def _around(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left), min(one.top, other.top), max(one.right, other.right), max(one.bottom, other.bottom)
    )


def _gap(one: Box, other: Box) -> float:
    """The square of the pad units of paper between two boxes."""
    across = max(one.left - other.right, other.left - one.right, 0.0)
    down = max(one.top - other.bottom, other.top - one.bottom, 0.0)
    return across * across + down * down
