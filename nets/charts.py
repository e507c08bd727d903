"""Figures of what networks learnt: training curves, confusion matrices, test digits with what was read in them.

As in nets.figures, each is a matplotlib Figure under a title; nets.slides.content makes files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nets import slides
from nets.slides import BOTTOM, HEIGHT, LEFT, QUIET, RIGHT, TOP, WIDTH, axes, bare, percent, picture, slide, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

Scale = Literal["log", "accuracy", "linear"]
Kind = Literal["strong", "raw", "thin", "dots", "diverged"]

SHADES = {  # of a network's runs, the first as everywhere
    "mlp": ("#d9730d", "#7a3e00", "#c2452d", "#94780a"),
    "cnn": ("#1f6fd6", "#0b3a78", "#0e7f8c", "#5a5fd0"),
}
DASHES: tuple[tuple[float, tuple[float, ...]], ...] = ((0, ()), (0, (5, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)))
MISSING = 0.0005  # of all digits: the accuracy axis widens towards 1 as far as to this


@dataclass(frozen=True)
class Line:
    """A line of a chart."""

    network: str  # mlp or cnn: its colour
    x: Sequence[float]
    y: Sequence[float]
    kind: Kind = "strong"
    label: str = ""  # at its end
    run: int = 0  # which of the network's runs: another shade and other dashes


@dataclass(frozen=True)
class Chart:
    """Lines over one axis; what is measured, with its unit."""

    name: str
    lines: Sequence[Line] = field(default_factory=list)
    scale: Scale = "linear"


@dataclass(frozen=True)
class ChartWords:
    """What these figures say besides their titles and notes."""

    true: str = "true digit"
    read: str = "digit read"
    shares: str = "% of each true digit"
    is_digit: str = "is {digit}"
    right: str = "{digit}"
    wrong: str = "✗ {digit}"


@styled
def curves(charts: Sequence[Chart], *, x: str, title: str, note: str = "") -> Figure:
    """Charts side by side over an axis of the same name: lines with their names at their ends.

    Loss goes on a logarithmic scale; an accuracy, a share, on one that widens towards 100 %.
    """
    figure = slide(title, note)
    width = (WIDTH - LEFT - RIGHT) / len(charts)
    for i, chart in enumerate(charts):
        named = any(line.label for line in chart.lines)
        room = 1.25 if named else 0.2
        box = axes(figure, LEFT + i * width + 0.45, TOP + 0.3, width - 0.5 - room, HEIGHT - TOP - BOTTOM - 0.55)
        box.set_title(chart.name, loc="left", fontsize=11, fontweight="bold", pad=10, x=-0.42 / (width - 0.5 - room))
        box.set_xlabel(x)
        box.grid(axis="y", color=slides.LINE, linewidth=0.8)
        box.set_axisbelow(True)
        box.spines[["top", "right", "left"]].set_visible(False)
        box.tick_params(which="both", length=0)
        for line in chart.lines:
            _draw(box, line)
        _scaled(box, chart)
        _named(box, [line for line in chart.lines if line.label])
    return figure


def _draw(box: Axes, line: Line) -> None:
    shade = SHADES[line.network][line.run % len(DASHES)]
    dashes = DASHES[line.run % len(DASHES)]
    match line.kind:
        case "strong":
            box.plot(line.x, line.y, color=shade, linewidth=2.2, linestyle=dashes, solid_capstyle="round", zorder=3)
        case "raw":
            box.plot(line.x, line.y, color=shade, linewidth=0.8, alpha=0.3)
        case "thin":
            box.plot(line.x, line.y, color=shade, linewidth=1, alpha=0.75, linestyle=dashes)
        case "dots":
            box.plot(line.x, line.y, color=shade, linewidth=0, marker="o", markersize=4.5, zorder=4)
        case "diverged":
            box.plot(line.x, line.y, color=shade, linewidth=0, marker="x", markersize=9, markeredgewidth=2.5, zorder=5)


def _scaled(box: Axes, chart: Chart) -> None:
    """The axes' scales and ticks."""
    from matplotlib.ticker import NullFormatter

    most = max((max(line.x, default=0) for line in chart.lines), default=0)
    box.set_xlim(0, most or 1)
    if chart.scale == "log":
        box.set_yscale("log")
        ticks = _round_numbers(*box.get_ylim())
        box.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        box.yaxis.set_minor_formatter(NullFormatter())
    elif chart.scale == "accuracy":
        box.set_yscale("function", functions=(_widened, _narrowed))
        ticks = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1]
        low = min((value for line in chart.lines for value in line.y if math.isfinite(value)), default=0.0)
        box.set_ylim(max([0.0, *(tick for tick in ticks[:4] if tick <= low)]), 1)
        box.set_yticks(ticks, [f"{100 * tick:g} %" for tick in ticks])
        box.yaxis.set_minor_formatter(NullFormatter())
        box.set_ylim(max([0.0, *(tick for tick in ticks[:4] if tick <= low)]), 1)
    else:
        box.set_ylim(bottom=0)


def _round_numbers(low: float, high: float) -> list[float]:
    """A few that lie there: 1 and 3 times powers of ten, or where that gives too few some between."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 3), (1, 2, 3, 5, 7)):
        numbers = [float(f"{factor}e{power}") for power in powers for factor in factors]
        there = [number for number in numbers if low <= number <= high]
        if len(there) > 2:
            break
    return there[:: -(-len(there) // 7) or 1]


def _widened(share: np.ndarray) -> np.ndarray:
    return -np.log(1 + MISSING - np.clip(share, -1, 1))


def _narrowed(place: np.ndarray) -> np.ndarray:
    return 1 + MISSING - np.exp(-place)


def _named(box: Axes, lines: Sequence[Line]) -> None:
    """Each line's name right of the chart, as high as its end; names keep a line's distance, so some move a little."""
    (_, bottom), (_, top) = box.transAxes.transform([(0, 0), (1, 1)])
    ends = []  # height as a share of the chart's, and the line
    for line in lines:
        known = [(x, y) for x, y in zip(line.x, line.y, strict=True) if math.isfinite(y)]
        if known:
            height = (float(box.transData.transform(known[-1])[1]) - bottom) / (top - bottom)
            ends.append((min(max(height, 0.0), 1.0), line))
    ends.sort(key=lambda end: -end[0])
    places = [height for height, _ in ends]
    apart = 14 / 72 * box.figure.dpi / (top - bottom)
    for i in range(1, len(places)):
        places[i] = min(places[i], places[i - 1] - apart)
    for i in reversed(range(len(places))):
        places[i] = max(places[i], 0 if i == len(places) - 1 else places[i + 1] + apart)
    for place, (_, line) in zip(places, ends, strict=True):
        shade = SHADES[line.network][line.run % len(DASHES)] if line.run else slides.NETWORK_TEXT[line.network]
        told: dict[str, Any] = {"va": "center", "fontsize": 10, "fontweight": "bold", "color": shade}
        box.text(1.02, place, line.label, transform=box.transAxes, **told)


@styled
def confusion(
    counts: ArrayLike,
    *,
    network: str,
    title: str,
    note: str = "",
    in_percent: bool = False,
    words: ChartWords = ChartWords(),
) -> Figure:
    """How often each digit was read as which: (10, 10), row the true digit; counts, or percent of the true digit."""
    matrix = np.asarray(counts)
    shares = matrix / matrix.sum(1, keepdims=True).clip(1)
    wrong = np.where(np.eye(len(matrix), dtype=bool), 0, shares)
    depth = np.sqrt(wrong / (wrong.max() or 1))  # the few in a hundred are to be seen beside the many
    colour = np.array([int(slides.NETWORK[network][i : i + 2], 16) for i in (1, 3, 5)]) / 255
    shown = 1 - 0.75 * depth[..., None] * (1 - colour)
    shown[np.diag_indices(len(matrix))] = 0.93
    figure = slide(title, note)
    side = HEIGHT - TOP - BOTTOM - 0.3
    width = min(1.75 * side, WIDTH - LEFT - RIGHT - 0.8)
    square = axes(figure, (WIDTH - width) / 2, TOP + 0.3, width, side)
    square.imshow(shown, aspect="auto", interpolation="nearest")
    for (true, read), count in np.ndenumerate(matrix):
        text = (f"{100 * shares[true, read]:.1f}" if in_percent else f"{count:,}") if count else ""
        weight = "normal" if true == read else "bold"
        square.text(read, true, text, ha="center", va="center", fontsize=10, fontweight=weight)
    square.set(xlabel=words.read, ylabel=words.true, xticks=range(len(matrix)), yticks=range(len(matrix)))
    square.tick_params(length=0, pad=6)
    square.yaxis.labelpad = 8
    square.xaxis.set_label_position("top")
    square.xaxis.tick_top()
    square.spines[:].set_visible(False)
    for edge in np.arange(0.5, len(matrix) - 1):
        square.axhline(edge, color="#fff", linewidth=1.5)
        square.axvline(edge, color="#fff", linewidth=1.5)
    if in_percent:
        told = {"ha": "center", "va": "center", "fontsize": 10, "color": QUIET}
        figure.text(0.5, 0.3 / HEIGHT, words.shares, **told)  # type: ignore[arg-type]
    return figure


@styled
def digits(
    images: ArrayLike,
    labels: Sequence[int],
    read: Mapping[str, Sequence[tuple[int, float]]],
    *,
    names: Mapping[str, str],
    title: str,
    note: str = "",
    words: ChartWords = ChartWords(),
) -> Figure:
    """Test digits (N, 28, 28), each with what it is and what each network reads: a digit and its probability."""
    pictures = np.asarray(images, float)
    figure = slide(title, note)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - 0.25
    box = bare(figure, LEFT, TOP, width, height)
    line = 0.22  # inches
    below = line * (1 + len(read)) + 0.14
    columns = -(-len(pictures) // 2) if len(pictures) > 5 else len(pictures)
    step = width / columns
    size = min(step - 0.3, height / -(-len(pictures) // columns) - below)
    for i, image in enumerate(pictures):
        left = (i % columns + 0.5) * step - size / 2
        top = (i // columns) * (size + below)
        picture(box, image, left, top, size, max(image.max(), 1e-9), False)
        middle = left + size / 2
        truth = words.is_digit.format(digit=labels[i])
        box.text(middle, top + size + 0.14, truth, ha="center", va="center", fontsize=11)
        for row, (network, answers) in enumerate(read.items(), 1):
            digit, share = answers[i]
            right = digit == labels[i]
            told = (words.right if right else words.wrong).format(digit=digit)
            text = f"{names[network]}  {told}  {percent(share)} %"
            tint = {"facecolor": f"{slides.NETWORK[network]}33", "edgecolor": "none", "boxstyle": "round,pad=0.2"}
            box.text(
                middle,
                top + size + 0.14 + row * line,
                text,
                ha="center",
                va="center",
                fontsize=9.5,
                fontweight="normal" if right else "bold",
                color=slides.NETWORK_TEXT[network],
                bbox=None if right else tint,
            )
    return figure
