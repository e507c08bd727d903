"""Made-up drawings: digits in several styles, each time drawn by a somewhat other hand.

The lines are this project's own. A hand turns, leans, stretches and shifts the control points and draws a smooth line
through them; what the page's preparation makes of it is what the networks read.
"""

from __future__ import annotations

import math

import numpy as np

from nets.drawing import Drawing

PEN = 18.0  # pad units
POINTS = 5  # of a stroke, between two of its control points

STYLES: dict[
    int, list[list[str]]
] = {  # digit -> styles -> strokes, "x,y x,y ..." in pad units; twice the same: a corner
    0: [
        ["140,52 102,78 86,140 104,204 142,228 182,200 196,138 178,76 142,52"],
        ["146,56 108,66 88,120 96,190 134,226 176,204 190,146 176,80 138,54", "192,66 144,138 92,218"],
    ],
    1: [
        ["146,50 144,110 142,170 140,230"],
        ["96,112 124,86 152,50 152,50 152,110 152,170 152,230"],
        ["104,98 148,52 148,52 148,140 148,226", "108,228 148,227 190,226"],
    ],
    2: [
        ["90,92 110,58 152,54 178,84 162,130 122,180 88,226 88,226 140,224 194,222"],
        ["92,86 122,54 164,66 174,104 146,156 104,206 86,216 96,196 128,204 160,224 194,212"],
    ],
    3: [
        ["94,68 136,50 176,72 166,114 130,134 130,134 174,150 184,196 148,228 94,214"],
        ["92,58 136,57 182,56 182,56 156,92 128,122 128,122 174,140 184,188 148,226 96,216"],
    ],
    4: [
        ["112,52 100,96 88,140 88,140 140,142 194,140", "168,52 166,110 164,170 162,230"],
        ["164,54 124,104 82,162 82,162 140,163 204,162", "164,54 164,110 164,170 164,230"],
    ],
    5: [
        ["180,56 146,56 112,58 112,58 108,92 104,122 104,122 146,112 180,142 180,190 144,226 94,212"],
        ["110,54 106,90 104,124 104,124 150,118 182,156 168,208 124,228 90,210", "110,54 146,55 188,52"],
    ],
    6: [
        ["162,52 120,92 94,148 98,204 138,230 178,208 180,166 146,146 110,162 96,190"],
        ["150,50 128,100 112,156 108,206 132,228 160,212 162,178 138,162 114,182"],
    ],
    7: [
        ["84,62 138,61 194,60 194,60 172,116 150,172 130,230"],
        ["84,64 138,62 192,60 192,60 166,120 146,174 128,230", "112,146 146,143 182,140"],
        ["88,88 90,62 90,62 140,62 192,60 192,60 158,140 138,230"],
    ],
    8: [
        ["178,80 144,52 106,70 110,108 146,136 180,170 170,216 130,230 98,204 108,164 146,136 176,108 178,80"],
        ["140,138 108,112 112,70 142,54 174,72 172,112 140,138 140,138 102,168 104,212 142,230 180,210 140,138"],
    ],
    9: [
        ["178,98 148,56 106,70 98,112 132,138 172,118 180,86 180,86 178,150 172,230"],
        ["180,84 142,54 104,80 108,124 146,136 178,108 182,84 182,84 180,160 166,212 130,230 98,212"],
    ],
}


def made_up(digit: int, seed: int) -> Drawing:
    """The digit in one of its styles, by the hand of this seed."""
    random = np.random.default_rng((seed, digit))
    strokes = STYLES[digit][random.integers(len(STYLES[digit]))]
    angle, lean = random.normal(0, 9), random.normal(0, 0.2)
    wide, high = np.exp(random.normal(0, 0.2)), np.exp(random.normal(0, 0.12))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[wide, -lean], [0.0, high]])
    drawn = []
    for stroke in strokes:
        points = np.array([[float(v) for v in point.split(",")] for point in stroke.split()])
        moves = random.normal(0, 6, points.shape)
        corner = np.flatnonzero((points[1:] == points[:-1]).all(1)) + 1
        moves[corner] = moves[corner - 1]  # a corner stays one
        drawn.append((smooth(points + moves) - 140) @ matrix.T)
    every = np.concatenate(drawn)
    middle = (every.min(0) + every.max(0)) / 2
    scale = min(1.0, 236 / float((every.max(0) - every.min(0)).max()))
    return Drawing(tuple(((part - middle) * scale + 140).round().astype(np.float32) for part in drawn), PEN)


def smooth(points: np.ndarray) -> np.ndarray:
    """A Catmull-Rom line through (n, 2) points: it meets each of them, and has a corner where one stands twice."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    line = [points[:1]]
    t = (np.arange(1, POINTS + 1) / POINTS)[:, None]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        if (b == c).all():
            continue
        a, d = (b if (a == b).all() else a), (c if (c == d).all() else d)
        line.append(b + t * ((c - a) / 2 + t * ((2 * a - 5 * b + 4 * c - d) / 2 + t * (3 * b - a - 3 * c + d) / 2)))
    return np.concatenate(line)
