"""Figures of what is inside networks, each a matplotlib Figure under a title; nets.slides.content makes files.

    figure = maps(activations(model, image)["pool1"], title="CNN, pool1", image=image)
    Path("pool1.png").write_bytes(content(figure, "png"))

Numbers are as nets gives them. Orange is the MLP, blue the CNN; numbers with a sign are green above zero and magenta
below; ink and activations are as light as they are large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nets import slides
from nets.slides import (
    BOTTOM,
    HEIGHT,
    INK,
    LEFT,
    QUIET,
    RIGHT,
    TOP,
    WIDTH,
    axes,
    bare,
    number,
    outline,
    percent,
    picture,
    slide,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

DRAWING = 2.0  # inches: the side of the drawing beside what was made of it
ROWS = (16, 32)  # units of a vector in a row, where that makes sixteen rows at most
LONG = 49  # else: of flattened maps of 7x7, a map to a row


@dataclass(frozen=True)
class Words:
    """What figures say besides their titles and notes."""

    image: str = "what the networks see"
    scale: str = "from {low} to {high}"
    own: str = "each from 0 to its largest"
    own_signed: str = "each from minus to plus its largest"
    row: str = "row"
    column: str = "column"
    units: str = "{first} to {last}"
    logits: str = "logit of each digit"
    logit_axis: str = "logit"
    probabilities: str = "probability of each digit"
    probability_axis: str = "probability, %"
    digit: str = "digit"
    value: str = "value"


@styled
def maps(
    output: ArrayLike,
    *,
    title: str,
    note: str = "",
    image: ArrayLike | None = None,
    labels: Sequence[str] | None = None,
    signed: bool | None = None,
    own: bool = False,
    words: Words = Words(),
) -> Figure:
    """A layer's output: feature maps (C, H, W) side by side with their numbers, or a vector's units (N,) in rows.

    image: the (1, 28, 28) that the network read. labels: of each map, else its number. signed: whether the layer can
    put out numbers below zero, else whether it did. own: each map's colours go to its own largest number.
    """
    values = np.asarray(output, float)
    signed = bool(values.min() < 0) if signed is None else signed
    largest = np.abs(values).max() or 1.0
    figure = slide(title, note)
    left = beside(figure, image, words)
    box = bare(figure, left, TOP, WIDTH - RIGHT - left, HEIGHT - TOP - BOTTOM)
    if values.ndim == 1:
        _vector(box, values, largest, signed, words)
    else:
        marks = labels or [str(i) for i in range(len(values))]
        _tiles(box, values, marks, np.abs(values).max((1, 2)) if own else np.full(len(values), largest), signed)
    _scale(figure, None if own else largest, signed, words)
    return figure


@styled
def one_map(
    values: ArrayLike,
    *,
    title: str,
    note: str = "",
    image: ArrayLike | None = None,
    signed: bool | None = None,
    largest: float | None = None,
    cell: tuple[int, int] | None = None,
    field: tuple[int, int, int, int] | None = None,
    words: Words = Words(),
) -> Figure:
    """One map (H, W) with its rows and columns, and where one is chosen a cell of it, at (row, column).

    largest: the number of full colour, else the map's own. field: the pixels that the cell sees, as top, bottom, left
    and right with the ends excluded.
    """
    cells = np.asarray(values, float)
    signed = bool(cells.min() < 0) if signed is None else signed
    largest = largest or np.abs(cells).max() or 1.0
    figure = slide(title, note)
    left = beside(figure, image, words, field)
    side = HEIGHT - TOP - BOTTOM - 0.35
    square = axes(figure, left + 0.55, TOP, side * min(1, cells.shape[1] / cells.shape[0]), side)
    shown = square.imshow(
        cells,
        cmap=slides.colours(signed),
        vmin=-largest if signed else 0,
        vmax=largest,
        interpolation="nearest",
        aspect="auto",
    )
    square.set(xlabel=words.column, ylabel=words.row)
    for axis, count in ((square.xaxis, cells.shape[1]), (square.yaxis, cells.shape[0])):
        axis.set_ticks(range(0, count, 1 if count <= 14 else 4))
    square.tick_params(length=0)
    if cell:
        outline(square, cell[1] - 0.5, cell[0] - 0.5, 1, 1, "#fff", 4)
        outline(square, cell[1] - 0.5, cell[0] - 0.5, 1, 1, slides.NETWORK["cnn"], 2.5)
    bar = axes(figure, left + 0.55 + side + 0.3, TOP, 0.2, side)
    scale = figure.colorbar(shown, cax=bar, label=words.value)
    scale.outline.set_edgecolor(slides.LINE)
    return figure


@styled
def kernels(
    weights: ArrayLike,
    *,
    title: str,
    note: str = "",
    labels: Sequence[str] | None = None,
    words: Words = Words(),
) -> Figure:
    """Kernels (N, k, k) of a convolution, or what units take from each pixel (N, 28, 28): green above 0, magenta below.

    A single one stands there with its numbers.
    """
    values = np.asarray(weights, float)
    largest = np.abs(values).max() or 1.0
    figure = slide(title, note)
    height = HEIGHT - TOP - BOTTOM - 0.25
    box = bare(figure, LEFT, TOP, WIDTH - LEFT - RIGHT, height)
    marks = labels or [str(i) for i in range(len(values))]
    _tiles(box, values, marks, np.full(len(values), largest), True)
    if len(values) == 1 and values.shape[1] <= 7:
        side = height - 0.3
        step = side / values.shape[1]
        for (y, x), value in np.ndenumerate(values[0]):
            colour = "#fff" if abs(value) > 0.6 * largest else INK
            box.text((x + 0.5) * step, (y + 0.5) * step, number(value), color=colour, ha="center", va="center")
    _scale(figure, largest, True, words, LEFT)
    return figure


@styled
def bars(
    logits: ArrayLike,
    *,
    network: str,
    title: str,
    note: str = "",
    image: ArrayLike | None = None,
    words: Words = Words(),
) -> Figure:
    """The ten logits of an image (10,), and the probabilities that softmax makes of them."""
    values = np.asarray(logits, float)
    shares = np.exp(values - values.max())
    shares /= shares.sum()
    digits = np.arange(len(values))
    figure = slide(title, note)
    left = beside(figure, image, words)
    width, top, height = (WIDTH - RIGHT - left - 1.3) / 2, TOP + 0.3, HEIGHT - TOP - BOTTOM - 0.55
    raw, sure = (axes(figure, left + 0.5 + i * (width + 0.8), top, width, height) for i in (0, 1))
    for place, what, unit in (
        (raw, words.logits, words.logit_axis),
        (sure, words.probabilities, words.probability_axis),
    ):
        place.set_title(what, loc="left", fontsize=11, fontweight="bold")
        place.set(xlabel=words.digit, ylabel=unit, xticks=digits)
        place.spines[["top", "right"]].set_visible(False)
        place.tick_params(length=0)
    raw.bar(digits, values, color=[slides.POSITIVE if value >= 0 else slides.NEGATIVE for value in values], width=0.7)
    raw.axhline(0, color=slides.FAINT, linewidth=0.8)
    raw.margins(y=0.12)
    drawn = sure.bar(digits, 100 * shares, color=slides.NETWORK[network], width=0.7)
    for digit, bar in enumerate(drawn):
        bar.set_alpha(1 if digit == shares.argmax() else 0.45)
    sure.set_ylim(0, 112)
    sure.set_yticks(range(0, 101, 20))
    for digit, (value, share) in enumerate(zip(values, shares, strict=True)):
        _written(raw, digit, value, number(round(value, 1)).removesuffix("0"))
        if share >= 0.001:
            _written(sure, digit, 100 * share, percent(share))
    return figure


def _written(place: Axes, at: float, height: float, text: str) -> None:
    """A number at the end of a bar."""
    above = height >= 0
    end: dict[str, Any] = {"ha": "center", "va": "bottom" if above else "top"}
    place.annotate(
        text, (at, height), (0, 3 if above else -3), textcoords="offset points", fontsize=7, color=QUIET, **end
    )


# ---- parts of figures


def beside(
    figure: Figure, image: ArrayLike | None, words: Words, field: tuple[int, int, int, int] | None = None
) -> float:
    """The drawing on the left, with the pixels that a cell sees framed; and where what stands beside it begins."""
    if image is None:
        return LEFT
    pixels = np.asarray(image, float)[0]
    box = bare(figure, LEFT, TOP, DRAWING, DRAWING)
    picture(box, pixels, 0, 0, DRAWING, 1.0, False)
    if field:
        step = DRAWING / pixels.shape[0]
        top, bottom, left, right = (min(max(edge, 0), pixels.shape[0]) * step for edge in field)
        outline(box, left, top, right - left, bottom - top, slides.NETWORK["cnn"], 2.5)
    box.text(DRAWING / 2, DRAWING + 0.16, words.image, ha="center", va="center", fontsize=9.5, color=QUIET)
    return LEFT + DRAWING + 0.45


def _tiles(box: Axes, values: np.ndarray, labels: Sequence[str], largest: np.ndarray, signed: bool) -> None:
    """Pictures side by side, each with its label below."""
    width, height = box.get_xlim()[1], box.get_ylim()[0]
    many = len(values) > 32
    gap, below = (0.06, 0.15) if many else (0.12, 0.2)
    shape = values.shape[1] / values.shape[2]
    columns, size = slides.across(len(values), width, height, gap, below, shape)
    for i, tile in enumerate(values):
        left, top = i % columns * (size + gap), i // columns * (size * shape + gap + below)
        picture(box, tile, left, top, size, largest[i] or 1.0, signed)
        place = top + size * shape + below / 2 + 0.02
        box.text(left + size / 2, place, labels[i], ha="center", va="center", fontsize=7 if many else 9, color=QUIET)


def _vector(box: Axes, values: np.ndarray, largest: float, signed: bool, words: Words) -> None:
    """Units in rows, from left to right and from top to bottom, with the numbers of those in each row beside it."""
    width, height = box.get_xlim()[1], box.get_ylim()[0]
    row = next((row for row in ROWS if len(values) <= 16 * row), LONG)
    rows = -(-len(values) // row)
    label = 0.95
    cell = (width - label) / row
    step = min(1.6 * cell, height / rows)
    close = step < 0.15
    if close:
        whole = np.pad(values, (0, -len(values) % row), constant_values=np.nan).reshape(rows, row)
        picture(box, whole, label, 0, width - label, largest, signed, step * rows)
    for i in range(rows):
        units = values[i * row : (i + 1) * row]
        if not close:
            picture(box, units[None], label, i * step, cell * len(units), largest, signed, step - 0.05)
        if not close or i % 8 == 0:
            text = words.units.format(first=i * row, last=i * row + len(units) - 1)
            box.text(label - 0.1, i * step + step / 2, text, ha="right", va="center", fontsize=8, color=QUIET)


def _scale(figure: Figure, largest: float | None, signed: bool, words: Words, left: float = LEFT) -> None:
    """Which number is which colour, in the lower left corner."""
    width = DRAWING
    box = bare(figure, left, HEIGHT - BOTTOM - 0.2, width, 0.2)
    steps = np.linspace(-1 if signed else 0, 1, 255)[None]
    box.imshow(steps, cmap=slides.colours(signed), vmin=steps.min(), vmax=1, extent=(0, width, 0.14, 0), aspect="auto")
    outline(box, 0, 0, width, 0.14, slides.LINE, 0.6)
    if largest is None:
        text = words.own_signed if signed else words.own
    else:
        text = words.scale.format(low=number(-largest) if signed else "0", high=number(largest))
    box.text(width / 2, 0.27, text, ha="center", va="center", fontsize=9.5, color=QUIET)
