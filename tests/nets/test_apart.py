"""Which strokes are one digit: drawings worked out by hand, and the samples."""

from __future__ import annotations

import numpy as np
import pytest

from demo import samples
from nets.apart import MOST_DIGITS, apart
from nets.drawing import Drawing

ONE = [(60, 60), (60, 220)]
FAR = [(200, 60), (200, 220)]
DOT = [(100, 140)]


def places(*strokes: list[tuple[float, float]], pen: float = 20.0) -> list[list[int]]:
    """The digits' strokes, by their places in the drawing."""
    drawing = Drawing(tuple(np.array(stroke, np.float32) for stroke in strokes), pen)
    number = {id(stroke): i for i, stroke in enumerate(drawing.strokes)}
    return [[number[id(stroke)] for stroke in digit.strokes] for digit in apart(drawing)]


@pytest.mark.parametrize(
    ("strokes", "expected"),
    {
        "nothing": ([], [[]]),
        "one stroke": ([ONE], [[0]]),
        "two digits, the right one first": ([FAR, ONE], [[1], [0]]),
        "two in four strokes": ([ONE, FAR, [(50, 60), (70, 60)], [(190, 140), (210, 140)]], [[0, 2], [1, 3]]),
        "one beneath the other": ([[(100, 20), (180, 120)], [(100, 160), (180, 260)]], [[0, 1]]),
        "ink that touches": ([ONE, [(80, 60), (80, 220)]], [[0, 1]]),
        "ink that just does not": ([ONE, [(80.1, 60), (80.1, 220)]], [[0], [1]]),
        "a dot beside one digit": ([ONE, [(200, 140)]], [[0, 1]]),
        "a dot between two, nearer to the left": ([FAR, ONE, DOT], [[1, 2], [0]]),
        "a dash": ([[(100, 140), (140, 140)], ONE, FAR], [[0, 1], [2]]),
        "two dots": ([[(20, 20)], [(260, 260)]], [[0, 1]]),
        "as many as there may be": (
            [[(40 * i, 60), (40 * i, 220)] for i in range(MOST_DIGITS)],
            [[i] for i in range(6)],
        ),
        "one too many": ([[(40 * i, 60), (40 * i, 220)] for i in range(MOST_DIGITS + 1)], [list(range(7))]),
    }.values(),
)
def test_which_strokes_are_one_digit(strokes, expected):
    assert places(*strokes) == expected


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("pen", [8.0, 18.0, 32.0])
def test_a_sample_is_one_digit(digit, pen):
    assert len(apart(samples.drawing(digit, pen))) == 1
