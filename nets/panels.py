"""Figures of a few pictures side by side, each with its name, what is told of it and a scale of its own.

As in nets.figures, numbers with a sign are green above zero and magenta below; a dash marks those below, so that the
sign is seen in greyscale as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nets import slides
from nets.figures import Words, beside
from nets.slides import BOTTOM, HEIGHT, INK, QUIET, RIGHT, TOP, WIDTH, bare, number, picture, slide, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

GAP = 0.45  # inches between two pictures, at least
ABOVE, BELOW, LINE = 0.3, 0.48, 0.18  # inches: a picture's name; its scale and unit; what is told under it
INKY = 0.4  # from here on a pixel belongs to the drawing's outline
FAINT = 0.11  # of the largest number: what is nearer to zero looks like zero and has no dash


@dataclass(frozen=True)
class Panel:
    """A picture (H, W)."""

    values: ArrayLike
    name: str
    unit: str  # of its numbers
    network: str = ""  # mlp or cnn: the colour of its name
    signed: bool = True
    largest: float | None = None  # the number of full colour, else its own
    told: str = ""  # under it
    outlined: bool = False  # with the outline of the drawing


@styled
def panels(
    shown: Sequence[Panel],
    *,
    title: str,
    image: ArrayLike,
    note: str = "",
    columns: int = 0,
    words: Words | None = None,
) -> Figure:
    """Pictures in rows of so many, else all in one, beside the (1, 28, 28) drawing that they are of."""
    columns = columns or len(shown)
    rows = -(-len(shown) // columns)
    figure = slide(title, note)
    left = beside(figure, image, words or Words())
    below = BELOW + LINE * any(panel.told for panel in shown)
    width, height = WIDTH - RIGHT - left, HEIGHT - TOP - (BOTTOM if rows == 1 else 0.1)
    side = min((width + GAP) / columns - GAP, height / rows - ABOVE - below)
    box = bare(figure, left, TOP - 0.12, width, height)
    step = min((width - side) / max(1, columns - 1), 1.5 * side)
    for i, panel in enumerate(shown):
        _panel(box, panel, i % columns * step, i // columns * (side + ABOVE + below), side, image)
    return figure


def _panel(box: Axes, panel: Panel, left: float, top: float, side: float, image: ArrayLike) -> None:
    values = np.asarray(panel.values, float)
    largest = panel.largest or np.abs(values).max() or 1.0
    colour = slides.NETWORK_TEXT.get(panel.network, INK)
    box.text(left, top + 0.12, panel.name, va="center", fontsize=11, fontweight="bold", color=colour)
    top += ABOVE
    picture(box, values, left, top, side, largest, panel.signed)
    if panel.signed:
        _dashes(box, values, left, top, side, largest)
    if panel.outlined:
        _outline(box, np.asarray(image, float)[0], left, top, side)
    _scale(box, panel, left, top + side + 0.1, side, largest)


def _dashes(box: Axes, values: np.ndarray, left: float, top: float, side: float, largest: float) -> None:
    """A dash on each number below zero, light on what is dark."""
    step = side / max(values.shape)
    for low, high, colour in ((FAINT, 0.5, QUIET), (0.5, 2.0, slides.ZERO)):
        strong = -values / largest
        y, x = np.nonzero((strong >= low) & (strong < high))
        box.hlines(top + (y + 0.5) * step, left + (x + 0.28) * step, left + (x + 0.72) * step, colour, linewidth=0.7)


def _outline(box: Axes, ink: np.ndarray, left: float, top: float, side: float) -> None:
    """Where ink begins and ends, along the edges of the pixels."""
    dark = np.pad(ink > INKY, 1)
    step = side / len(ink)
    y, x = np.nonzero(dark[1:-1, 1:] != dark[1:-1, :-1])
    box.vlines(left + x * step, top + y * step, top + (y + 1) * step, INK, linewidth=0.8)
    y, x = np.nonzero(dark[1:, 1:-1] != dark[:-1, 1:-1])
    box.hlines(top + y * step, left + x * step, left + (x + 1) * step, INK, linewidth=0.8)


def _scale(box: Axes, panel: Panel, left: float, top: float, side: float, largest: float) -> None:
    """Which number is which colour; the unit, and what is told, in the lines below."""
    steps = np.linspace(-largest if panel.signed else 0, largest, 255)[None]
    low, high = number(-largest) if panel.signed else "0", number(largest)
    room = 0.11 * len(high) + 0.05  # for a number at an end
    bar = side - 2 * room
    picture(box, steps, left + room, top, bar, largest, panel.signed, 0.12)
    line: dict[str, Any] = {"va": "center", "fontsize": 8.5, "color": QUIET}
    box.text(left, top + 0.06, low, **line)
    box.text(left + side, top + 0.06, high, ha="right", **line)
    box.text(left, top + 0.25, panel.unit, **line)
    box.text(left, top + 0.43, panel.told, **line)
