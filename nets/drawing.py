"""A drawing: the strokes of a pen on the pad, checked, and thinned to what its shape needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nets.errors import CodedError

PAD = 280  # pad units along each side of the drawing pad; y grows downwards
MAX_STROKES = 256
MAX_POINTS = 4096
MAX_PEN = 80.0  # pad units
MOST_DRAWN = 400  # points of a thinned drawing, and the ends of its strokes: to draw them takes 15 ms at most


class DrawingError(CodedError, ValueError):
    """Not a drawing; the message says what is wrong with it."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes of a pen, in pad units."""

    strokes: tuple[np.ndarray, ...]  # each (n, 2) float32, x and y, n >= 1
    pen: float  # diameter

    @classmethod
    def from_json(cls, value: Any) -> Drawing:
        """A drawing from untrusted JSON: {"strokes": [[[x, y], ...], ...], "pen": diameter}.

        Points far outside the pad are moved to within one pad's width of it. Raises DrawingError for any other shape,
        for numbers that are not finite, and for more than MAX_STROKES strokes or MAX_POINTS points.
        """
        if not isinstance(value, dict) or not isinstance(value.get("strokes"), list):
            raise DrawingError('A drawing is {"strokes": [[[x, y], ...], ...], "pen": width}.', "drawing.shape")
        strokes, pen = value["strokes"], value.get("pen")
        if isinstance(pen, bool) or not isinstance(pen, (int, float)) or not 0 < pen <= MAX_PEN:
            message = f"The pen's width must be a number above 0 and at most {MAX_PEN:g}."
            raise DrawingError(message, "drawing.pen", most=MAX_PEN)
        if len(strokes) > MAX_STROKES:
            message = f"That is more than {MAX_STROKES} strokes: clear the pad and draw one digit."
            raise DrawingError(message, "drawing.strokes", most=MAX_STROKES)
        if any(not isinstance(stroke, list) for stroke in strokes):
            raise DrawingError("Each stroke must be a list of [x, y] points.", "drawing.stroke")
        if sum(map(len, strokes)) > MAX_POINTS:
            message = f"That is more than {MAX_POINTS} points: clear the pad and draw one digit."
            raise DrawingError(message, "drawing.points", most=MAX_POINTS)
        return cls(tuple(_points(stroke) for stroke in strokes if stroke), float(pen))

    def thinned(self, most: int = MOST_DRAWN) -> Drawing:
        """The drawing with at most `most` points, the ends of strokes not counted; unchanged if it has no more.

        The points that matter least to its shape are left out first: each round drops every second point that lies
        within a growing tolerance of the line between its neighbours. If too many are left, only every n-th is kept.
        """
        points, lengths = np.concatenate(self.strokes or (np.zeros((0, 2), np.float32),)), _lengths(self.strokes)
        if len(points) <= most:
            return self
        for tolerance in (0.25, 0.5, 1.0, 2.0, 4.0):  # pad units: ten are one of the pixels that the networks see
            if len(points) > most:
                points, lengths = _thinner(points, lengths, tolerance)
        if len(points) > most:
            points, lengths = _every(points, lengths, -(-len(points) // most))
        return Drawing(tuple(np.split(points, np.cumsum(lengths)[:-1])), self.pen)


def _lengths(strokes: tuple[np.ndarray, ...]) -> np.ndarray:
    return np.array([len(stroke) for stroke in strokes], int)


def _thinner(points: np.ndarray, lengths: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """One round of thinning, of strokes as one (n, 2) array with the length of each; ends are kept."""
    stroke, place = _places(lengths)
    inner = np.flatnonzero((place % 2 == 1) & (place < lengths[stroke] - 1))
    before, here, after = points[inner - 1], points[inner], points[inner + 1]
    along = after - before
    share = ((here - before) * along).sum(1) / np.maximum((along * along).sum(1), 1e-9)
    away = here - before - share.clip(0, 1)[:, None] * along
    kept = np.ones(len(points), bool)
    kept[inner[np.hypot(*away.T) < tolerance]] = False
    return points[kept], np.bincount(stroke[kept], minlength=len(lengths))


def _every(points: np.ndarray, lengths: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Every step-th point of each stroke, and its ends."""
    stroke, place = _places(lengths)
    kept = (place % step == 0) | (place == lengths[stroke] - 1)
    return points[kept], np.bincount(stroke[kept], minlength=len(lengths))


def _places(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which stroke each point belongs to, and its place within."""
    stroke = np.repeat(np.arange(len(lengths)), lengths)
    return stroke, np.arange(len(stroke)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _points(stroke: list[Any]) -> np.ndarray:
    wrong = DrawingError("Each point must be two finite numbers, x and y.", "drawing.point")
    for point in stroke:
        if not isinstance(point, list) or len(point) != 2 or not all(type(v) in (int, float) for v in point):
            raise wrong
    try:
        points = np.asarray(stroke, np.float64)
    except (ValueError, OverflowError):  # an integer beyond any float
        raise wrong from None
    if not np.isfinite(points).all():
        raise wrong
    return points.clip(-PAD, 2 * PAD).astype(np.float32)
