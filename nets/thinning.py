"""Strokes of few points in place of strokes of many: the time that drawing takes is bounded, and the shape is kept."""

from __future__ import annotations

import numpy as np

MOST_DRAWN = 400  # points, and the ends of the strokes: to draw them takes 15 ms at most
TOLERANCES = (0.25, 0.5, 1.0, 2.0, 4.0)  # pad units: ten are one of the pixels that the networks see

Strokes = tuple[np.ndarray, ...]  # each (n, 2) float32, x and y, n >= 1


def thinned(strokes: Strokes, most: int = MOST_DRAWN) -> Strokes:
    """At most so many points, or with many strokes their ends besides; of fewer, the very same strokes.

    Those points go that change the shape least: in each round every second one, unless it lies further from the line
    between its neighbours than a tolerance that grows. Of a scribble that stays long, only every few are left.
    """
    if sum(map(len, strokes)) <= most:
        return strokes
    points, lengths = np.concatenate(strokes), np.array([len(stroke) for stroke in strokes], int)
    for tolerance in TOLERANCES:
        if len(points) > most:
            points, lengths = _thinner(points, lengths, tolerance)
    if len(points) > most:
        points, lengths = _every(points, lengths, -(-len(points) // most))
    return tuple(np.split(points, np.cumsum(lengths)[:-1]))


def _thinner(points: np.ndarray, lengths: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Strokes as one array (n, 2) and the length of each -> the same with fewer points, their ends kept."""
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
    """Strokes as one array -> each second, third, … point of each, and its ends."""
    stroke, place = _places(lengths)
    kept = (place % step == 0) | (place == lengths[stroke] - 1)
    return points[kept], np.bincount(stroke[kept], minlength=len(lengths))


def _places(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which stroke each point belongs to, and its place within."""
    stroke = np.repeat(np.arange(len(lengths)), lengths)
    return stroke, np.arange(len(stroke)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
