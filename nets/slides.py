"""A figure as it goes on a slide: its title, its colours, where things stand on it, and its files.

Lengths are inches from the figure's upper left corner. matplotlib is loaded when the first figure is asked for, and of
it no pyplot, which would keep every figure it makes. Its settings are the process's, so figures are made and saved one
at a time, each under the settings here and not those of the program around; then they are put back.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar, get_args

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}

WIDTH, HEIGHT = 10.0, 5.625  # inches: 16 by 9
DPI = 200  # twice what matplotlib takes for a screen
LEFT, TOP, RIGHT, BOTTOM = 0.45, 1.15, 0.45, 0.5  # inches of margin, the title's room above

# The page's colours, and darker ones for text on white.
NETWORK = {"mlp": "#d9730d", "cnn": "#1f6fd6"}
NETWORK_TEXT = {"mlp": "#a85400", "cnn": "#1a62bf"}
POSITIVE, NEGATIVE, ZERO = "#1b7837", "#b5177a", "#f4f4f1"
INK, QUIET, FAINT, LINE, PAPER = "#1b1c20", "#5c6373", "#8b909c", "#e3e3de", "#ffffff"

STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Segoe UI", "Arial"],  # the first comes with matplotlib
    "font.size": 11,
    "text.color": INK,
    "text.usetex": False,
    "text.parse_math": False,  # a $ in a name is a dollar
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "axes.labelsize": 11,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "image.composite_image": False,  # in a vector file each map can be taken out
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "digit-duel",  # the same figure, the same bytes
    "pdf.fonttype": 42,
}

_settings = threading.RLock()

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def _styled() -> Iterator[None]:
    """Inside, matplotlib's settings are its own and then STYLE, whoever set what; nobody else makes figures here."""
    import matplotlib

    with _settings, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)  # type: ignore[arg-type]  # some releases name every key
        yield


def styled(make: Callable[P, T]) -> Callable[P, T]:
    """Let a function that makes a figure make it under these settings."""

    @wraps(make)
    def made(*arguments: P.args, **named: P.kwargs) -> T:
        with _styled():
            return make(*arguments, **named)

    return made


def slide(title: str, note: str = "") -> Figure:
    """An empty figure under a title and a note."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=PAPER)
    place = {"x": LEFT / WIDTH, "ha": "left", "va": "top"}
    figure.suptitle(title, y=1 - 0.3 / HEIGHT, fontsize=17, fontweight="bold", **place)
    figure.text(y=1 - 0.68 / HEIGHT, s=note, fontsize=11, color=QUIET, **place)  # type: ignore[arg-type]
    return figure


def content(figure: Figure, kind: Format) -> bytes:
    """The figure as the content of a file; of the same figure always the same."""
    file = io.BytesIO()
    title = figure.get_suptitle()
    told: dict[str, Any] = {
        "png": {"Title": title, "Software": None},
        "svg": {"Title": title, "Date": None, "Creator": None},
        "pdf": {"Title": title, "CreationDate": None, "Creator": None, "Producer": None},
    }[kind]
    with _styled():
        figure.savefig(file, format=kind, dpi=DPI, facecolor=figure.get_facecolor(), metadata=told)
    return file.getvalue()


def axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes in this box."""
    return figure.add_axes((left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT))


def bare(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes that count inches from this box's upper left corner, without lines and ticks: a place to lay pictures."""
    box = axes(figure, left, top, width, height)
    box.set_axis_off()
    box.set(xlim=(0, width), ylim=(height, 0), autoscale_on=False)
    return box


def colours(signed: bool) -> Colormap:
    """From magenta over nothing to green; or from black to white, as ink and activations are shown."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("values", [NEGATIVE, ZERO, POSITIVE] if signed else ["#000", "#fff"])


def picture(
    box: Axes,
    values: np.ndarray,
    left: float,
    top: float,
    width: float,
    largest: float,
    signed: bool,
    height: float | None = None,
) -> None:
    """Numbers as a picture so many inches wide, a square for each unless its height is given."""
    height = height or width * values.shape[0] / values.shape[1]
    box.imshow(
        values,
        cmap=colours(signed),
        vmin=-largest if signed else 0,
        vmax=largest,
        extent=(left, left + width, top + height, top),
        interpolation="nearest",
        aspect="auto",
    )
    outline(box, left, top, width, height, LINE, 0.6)


def outline(
    box: Axes, left: float, top: float, width: float, height: float, colour: str, thick: float = 2, **more: Any
) -> None:
    """A frame of so many points around a part of a place for pictures."""
    from matplotlib.patches import Rectangle

    box.add_patch(
        Rectangle((left, top), width, height, fill=False, edgecolor=colour, linewidth=thick, clip_on=False, **more)
    )


def across(count: int, width: float, height: float, gap: float, below: float, shape: float = 1.0) -> tuple[int, float]:
    """How many of so many pictures stand side by side in a box, and how wide each is, so that they are largest.

    shape: a picture's height over its width. gap: between two. below: the room for the line under each.
    """
    sizes: Sequence[tuple[float, int]] = [
        (
            min((width + gap) / n - gap, (height / -(-count // n) - gap - below) / shape),
            n,
        )
        for n in range(1, count + 1)
    ]
    size, columns = max(sizes)
    return columns, size


def percent(share: float) -> str:
    """A share in percent, never more than is known."""
    return ">99.9" if share > 0.9995 else "<0.1" if share < 0.0005 else f"{100 * share:.1f}"


def number(value: float) -> str:
    """Two decimals, or two digits of what is small; a minus as wide as a plus."""
    return (f"{value:.2f}" if abs(value) >= 0.1 or not value else f"{value:.2g}").replace("-", "−")  # noqa: RUF001
