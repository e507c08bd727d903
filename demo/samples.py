"""Ten sample digits, written for this project, as strokes in pad units.

Each digit is a few control points a stroke, with a smooth line through them; a point given twice is a corner.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nets.drawing import Drawing

Point = tuple[float, float]

PEN = 18.0  # pad units: the pen that these digits, and a new visitor, start with

CONTROLS = {  # of each stroke, "x,y x,y ..."
    0: [
        "158,54 116,60 88,104 84,158 100,210 138,226 176,206 194,152 188,92 158,56",
    ],
    1: [
        "112,88 134,74 152,50 152,50 148,112 142,172 138,230",
    ],
    2: [
        "88,100 98,68 132,52 168,60 182,92 168,134 130,178 84,222 84,222 140,218 198,220",
    ],
    3: [
        "92,72 124,52 164,58 178,88 160,118 124,132 124,132 168,138 190,170 178,210 136,230 90,214",
    ],
    4: [
        "138,50 120,96 92,142 78,164 78,164 136,160 206,158",
        "172,88 168,140 164,190 160,234",
    ],
    5: [
        "108,56 104,90 98,128 98,128 132,114 168,122 188,158 178,200 142,226 88,218",
        "108,58 150,56 190,52",
    ],
    6: [
        "166,50 126,82 98,132 92,182 112,220 148,228 180,206 184,170 162,146 128,150 100,178",
    ],
    7: [
        "84,66 130,64 196,58 196,58 172,112 148,170 130,230",
    ],
    8: [
        "182,84 160,58 120,56 100,82 116,116 152,142 180,176 174,212 140,230 104,218 94,184 118,148 158,118 182,86",
    ],
    9: [
        "182,92 156,62 118,66 98,98 110,130 146,136 176,112 184,82 184,82 180,130 172,182 158,232",
    ],
}


def strokes(digit: int) -> list[list[Point]]:
    """The strokes of a sample digit, each a list of points a few pad units apart."""
    return [smooth([_point(point) for point in controls.split()]) for controls in CONTROLS[digit]]


def drawing(digit: int, pen: float = PEN) -> Drawing:
    """A sample digit as it lies on the pad."""
    return Drawing(tuple(np.array(stroke, np.float32) for stroke in strokes(digit)), pen)


def smooth(controls: list[Point], steps: int = 6) -> list[Point]:
    """A Catmull-Rom curve through the control points, `steps` points to each piece."""
    ends = [controls[0], *controls, controls[-1]]
    line = [controls[0]]
    for i, (a, b) in enumerate(pairwise(controls)):
        if a == b:  # a corner
            continue
        before, after = ends[i], ends[i + 3]
        for step in range(1, steps + 1):
            t = step / steps
            x, y = (round(_cubic(*values, t), 1) for values in zip(before, a, b, after, strict=True))
            line.append((x, y))
    return line


def _point(written: str) -> Point:
    x, y = written.split(",")
    return float(x), float(y)


def _cubic(before: float, a: float, b: float, after: float, t: float) -> float:
    return a + t / 2 * ((b - before) + t * ((2 * before - 5 * a + 4 * b - after) + t * (3 * (a - b) + after - before)))
