"""Styles of writing that MNIST hardly holds: ones with a flag, open fours, barred sevens, nines with the tail of a g.

A style is a few strokes whose points move with a few numbers, each uniform in its range. The digit's height is about 1,
x grows to the right and y downwards. nets.restyle draws them. Training needs some for every batch, so all styles are
one table of line segments, and a batch of digits is a product with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Point = tuple[float, float]
Stroke = list[Point]
Strokes = Callable[..., list[Stroke]]
Range = tuple[float, float]

DIGITS = {
    "lead": 0,
    "serif": 1,
    "close": 1,
    "open": 4,
    "top": 5,
    "bar": 7,
    "narrow": 8,
    "tail": 9,
}  # what each option of the augmentation draws
STYLES: dict[str, list[tuple[Strokes, tuple[Range, ...]]]] = {name: [] for name in DIGITS}


def style(option: str, **ranges: Range) -> Callable[[Strokes], Strokes]:
    """Let this option draw the strokes that a function gives for numbers in these ranges.

    Each coordinate is a sum of multiples of the numbers, never a product of two. A stroke of two points is a straight
    line; one of more is a quadratic B-spline that begins and ends at its outer points, with a corner where a point is
    given twice.
    """

    def add(strokes: Strokes) -> Strokes:
        STYLES[option].append((strokes, tuple(ranges.values())))
        return strokes

    return add


@style("serif", length=(0.05, 0.62), drop=(0.05, 0.48), bow=(-0.1, 0.1), bend=(-0.06, 0.06))
def flag(length: float, drop: float, bow: float, bend: float) -> list[Stroke]:
    """A long flag is steep: a flat one would make it a seven."""
    drop += length / 2
    return [[(-length, drop), (-length / 2 + bow, drop / 2 + bow), (0, 0), (0, 0), (bend, 0.5), (0, 1)]]


@style("serif", length=(0.12, 0.62), drop=(0.08, 0.35), peak=(0.02, 0.12), bend=(-0.06, 0.06))
def round_flag(length: float, drop: float, peak: float, bend: float) -> list[Stroke]:
    """The pen turns at the top without stopping."""
    drop += length * 0.4
    return [[(-length, drop), (-0.03, 0), (peak, -0.08), (0.03, 0.2), (bend, 0.5), (0, 1)]]


@style(
    "serif",
    length=(0.06, 0.45),
    drop=(0.0, 0.32),
    bend=(-0.05, 0.05),
    left=(0.08, 0.5),
    right=(0.08, 0.5),
    low=(0.86, 1.0),
    tilt=(-0.1, 0.08),
)
def flag_and_foot(
    length: float, drop: float, bend: float, left: float, right: float, low: float, tilt: float
) -> list[Stroke]:
    """The stem may cross the foot."""
    drop += length * 0.3
    return [
        [(-length, drop), (0, 0), (0, 0), (bend, 0.5), (0, 1)],
        [(-left, low + tilt), (right, low - tilt)],
    ]


@style("close", length=(0.04, 0.3), drop=(0.15, 0.6), curl=(-0.06, 0.12), peak=(0.0, 0.08), bend=(-0.05, 0.08))
def close_flag(length: float, drop: float, curl: float, peak: float, bend: float) -> list[Stroke]:
    """The pen goes up close to the stem, so that flag and stem are nearly a loop: no nine, and no open four."""
    up = [(-length + curl, drop), (-length, drop * 0.6), (-length / 2, 0)]
    return [[*up, (peak, -0.04), (peak, 0.1), (bend, 0.5), (0, 1)]]


@style(
    "open",
    left=(0.24, 0.75),
    lean=(-0.08, 0.15),
    bar=(0.45, 0.78),
    slope=(-0.12, 0.12),
    over=(0.0, 0.25),
    high=(0.0, 0.4),
    slant=(-0.1, 0.1),
    bow=(-0.06, 0.06),
)
def open_four(
    left: float, lean: float, bar: float, slope: float, over: float, high: float, slant: float, bow: float
) -> list[Stroke]:
    """Down, to the right, and an upright through it that may begin as low as the bar."""
    return [
        [(-left + lean, 0), (-left - lean / 2 + bow, bar / 2), (-left, bar), (-left, bar), (over, bar + slope)],
        [(slant, bar - high), (-slant, 1)],
    ]


@style(
    "open", left=(0.24, 0.7), lean=(-0.05, 0.15), bar=(0.45, 0.75), over=(0.0, 0.2), high=(0.0, 0.4), slant=(-0.1, 0.1)
)
def round_four(left: float, lean: float, bar: float, over: float, high: float, slant: float) -> list[Stroke]:
    """The same without a corner."""
    return [
        [(-left + lean, 0), (-left, bar * 0.6), (-left, bar * 1.05), (-left / 2, bar * 1.02), (over, bar * 0.95)],
        [(slant, bar - high), (-slant, 1)],
    ]


@style(
    "top",
    stem=(0.12, 0.42),
    lean=(-0.1, 0.25),
    belly=(0.45, 0.75),
    low=(-0.15, 0.1),
    gap=(-0.05, 0.2),
    top=(0.15, 0.6),
    up=(-0.2, 0.06),
    tilt=(-0.06, 0.16),
)
def floating_five(
    stem: float, lean: float, belly: float, low: float, gap: float, top: float, up: float, tilt: float
) -> list[Stroke]:
    """The top comes last, and stands apart."""
    return [
        [
            *[(lean, 0), (0, stem), (0, stem)],
            *[(belly, stem - 0.1), (belly + 0.05, 0.95), (belly / 2, 1.02), (low, 0.9)],
        ],
        [(lean + gap, up + tilt), (lean + gap + top, up - tilt)],
    ]


@style(
    "bar",
    top=(0.3, 0.85),
    hook=(0.0, 0.25),
    wave=(-0.16, 0.1),
    rise=(-0.08, 0.12),
    foot=(0.0, 0.5),
    bow=(-0.08, 0.14),
    bar=(0.38, 0.72),
    left=(0.1, 0.5),
    right=(0.1, 0.5),
    tilt=(-0.08, 0.18),
)
def barred_seven(
    top: float,
    hook: float,
    wave: float,
    rise: float,
    foot: float,
    bow: float,
    bar: float,
    left: float,
    right: float,
    tilt: float,
) -> list[Stroke]:
    """With a hook where it begins, and a wave in its top."""
    x = -foot * 0.54 + bow / 2
    return [
        [
            *[(-top, rise + hook), (-top, rise), (-top * 0.66, rise - wave), (-top / 3, wave), (0, 0), (0, 0)],
            *[(-foot * 0.5 + bow, 0.5), (-foot, 1)],
        ],
        [(x - left, bar + tilt), (x + right, bar - tilt)],
    ]


@style(
    "bar",
    top=(0.25, 0.7),
    hook=(0.0, 0.35),
    arch=(0.0, 0.16),
    turn=(0.0, 0.12),
    foot=(0.0, 0.5),
    bow=(-0.06, 0.12),
    bar=(0.42, 0.74),
    left=(0.1, 0.5),
    right=(0.1, 0.5),
    tilt=(-0.08, 0.18),
)
def round_seven(
    top: float,
    hook: float,
    arch: float,
    turn: float,
    foot: float,
    bow: float,
    bar: float,
    left: float,
    right: float,
    tilt: float,
) -> list[Stroke]:
    """Arched, without a corner: but for the bar it might be the upper part of a two."""
    x = -foot * 0.54 + bow / 2
    return [
        [
            *[(-top, hook), (-top * 0.7, -arch), (-top * 0.2, -arch), (turn, 0), (turn * 0.7 - foot * 0.1, 0.25)],
            *[(-foot * 0.5 + bow, 0.55), (-foot, 1)],
        ],
        [(x - left, bar + tilt), (x + right, bar - tilt)],
    ]


@style(
    "lead",
    wide=(0.24, 0.46),
    rise=(0.02, 0.2),
    over=(-0.15, 0.45),
    dip=(-0.03, 0.12),
    slip=(-0.12, 0.12),
    flat=(-0.06, 0.06),
)
def led_zero(wide: float, rise: float, over: float, dip: float, slip: float, flat: float) -> list[Stroke]:
    """The pen sets in above the ring, and closes it on the way: a six has a longer back and a smaller ring."""
    down = [(over, -rise), (-wide * 0.3, 0.0), (-wide, 0.2), (-wide, 0.8 + flat), (-wide * 0.5, 1.0)]
    return [
        [*down, (wide * 0.5, 1.0), (wide, 0.8), (wide, 0.25 + flat), (wide * 0.5, dip), (slip - wide * 0.4, dip + 0.06)]
    ]


@style(
    "narrow",
    upper=(0.03, 0.26),
    lower=(0.03, 0.26),
    waist=(0.36, 0.56),
    start=(-0.05, 0.3),
    late=(0.0, 0.22),
    end=(-0.08, 0.14),
    over=(-0.1, 0.16),
)
def narrow_eight(
    upper: float, lower: float, waist: float, start: float, late: float, end: float, over: float
) -> list[Stroke]:
    """Loops so narrow that ink may fill them, and the upper one may stay open."""
    return [
        [
            *[(start, late), (upper * 0.2, -0.06), (-upper * 1.4, 0.0), (-upper * 1.4, waist * 0.7), (0, waist)],
            *[(lower * 1.4, waist * 0.5 + 0.45), (lower * 1.4, 1.02), (0, 1.06), (-lower * 1.4, 1.0)],
            *[(-lower * 1.4, waist * 0.5 + 0.45), (0, waist), (upper, waist * 0.6), (upper + over, end)],
        ]
    ]


AROUND = [(0.77, -0.64), (0.1, -1.2), (-1.1, -0.8), (-1.1, 0.7), (0.1, 1.2), (0.85, 0.5)]  # a nine's head, but the end


@style(
    "tail",
    wide=(0.1, 0.42),
    high=(0.06, 0.28),
    length=(0.5, 1.05),
    out=(-0.05, 0.2),
    tail=(0.0, 0.7),
    rise=(-0.06, 0.24),
    lift=(-0.1, 0.1),
)
def tailed_nine(
    wide: float, high: float, length: float, out: float, tail: float, rise: float, lift: float
) -> list[Stroke]:
    """A g but for its name: a straight back, and the tail may be as wide as the head."""
    head = [(wide * x, high * y) for x, y in AROUND]
    back = [(wide, -high * 0.4 + lift), (wide + out / 2, high), (wide + out, length * 0.7)]
    return [[*head, *back, (wide / 2, length), (-tail / 2, length), (-tail, length - rise)]]


@style(
    "tail",
    wide=(0.08, 0.26),
    high=(0.06, 0.18),
    length=(0.5, 0.95),
    out=(0.0, 0.35),
    tail=(-0.1, 0.6),
    rise=(-0.12, 0.15),
)
def swung_nine(wide: float, high: float, length: float, out: float, tail: float, rise: float) -> list[Stroke]:
    """A small head, from whose foot the stroke swings out to the right, and back."""
    head = [(wide * x, high * y) for x, y in AROUND]
    back = [(wide + out * 0.5, length * 0.35), (wide + out, length * 0.7)]
    return [[*head, *back, (wide * 0.5 + out * 0.6, length), (-tail / 2, length), (-tail, length - rise)]]


@dataclass(frozen=True)
class Table:
    """All styles, one after the other, as line segments."""

    ends: Tensor  # (styles, K + 1, 4 S): the segments for the lowest numbers, and what each number at its highest adds
    first: Tensor  # (options,): the first style of each option, in the order of DIGITS
    count: Tensor  # (options,): how many it has
    digit: Tensor  # (options,): what they are styles of

    def to(self, device: torch.device) -> Table:
        return Table(*(part.to(device) for part in (self.ends, self.first, self.count, self.digit)))


def table() -> Table:
    """Shorter rows are filled with numbers that move nothing, and with the last segment again."""
    rows = [_row(strokes, ranges) for styles in STYLES.values() for strokes, ranges in styles]
    numbers, segments = (max(row.shape[axis] for row in rows) for axis in (0, 1))
    ends = torch.zeros(len(rows), numbers, segments, 4)
    for filled, row in zip(ends, rows, strict=True):
        filled[: len(row)] = torch.cat([row, row[:, -1:].expand(-1, segments - row.shape[1], -1)], 1)
    count = torch.tensor([len(styles) for styles in STYLES.values()])
    return Table(ends.flatten(2), count.cumsum(0) - count, count, torch.tensor(list(DIGITS.values())))


def _row(strokes: Strokes, ranges: tuple[Range, ...]) -> Tensor:
    """(K + 1, S, 4) segments: for the lowest numbers, and what each number adds on its way to its highest."""
    # No two points happen to coincide for such numbers: those that do are corners.
    curves = [_curve(stroke) for stroke in strokes(*(low + 0.55 * (high - low) for low, high in ranges))]

    def segments(*numbers: float) -> Tensor:
        lines = [curve @ torch.tensor(stroke) for curve, stroke in zip(curves, strokes(*numbers), strict=True)]
        return torch.cat([torch.cat([line[:-1], line[1:]], 1) for line in lines])

    lowest = [low for low, _ in ranges]
    base = segments(*lowest)
    added = [segments(*lowest[:i], high, *lowest[i + 1 :]) - base for i, (_, high) in enumerate(ranges)]
    return torch.stack([base, *added])


def _curve(stroke: Stroke) -> Tensor:
    """(m, C) weights of the stroke's C points in each of the m points of the line along its B-spline."""
    p = torch.eye(len(stroke))
    if len(stroke) == 2:
        return p
    line, start, sharp = [p[0]], p[0], False
    for i in range(1, len(stroke) - 1):
        corner, last = stroke[i] == stroke[i + 1], i == len(stroke) - 2
        end = p[-1] if last else p[i + 1] if corner else (p[i] + p[i + 1]) / 2
        if not corner and not sharp:  # half way along a parabola
            line.append(start / 4 + p[i] / 2 + end / 4)
        line.append(end)
        start, sharp = end, corner
    return torch.stack(line)
