"""Things that stand apart in one picture, against digits drawn one by one."""

from __future__ import annotations

import numpy as np
import pytest

from demo import samples
from nets.ink import Box, draw_in
from nets.pieces import apart_ink


def written(digit: int, pen: float = 18.0) -> np.ndarray:
    """A sample digit, drawn on paper of 140 by 110."""
    return draw_in(Box(60, 0, 280, 280), [np.array(stroke) for stroke in samples.strokes(digit)], pen, 0.5)


@pytest.mark.parametrize("number", ["7", "72", "1111", "058", "314159"])
def test_digits_side_by_side_come_one_by_one(number):
    alone = [written(int(digit)) for digit in number]
    things = apart_ink(np.concatenate(alone, 1))
    assert len(things) == len(number)
    for i, (thing, expected) in enumerate(zip(things, alone, strict=True)):
        width = expected.shape[1]
        np.testing.assert_array_equal(thing[:, i * width : (i + 1) * width], expected)
        assert thing.sum() == pytest.approx(expected.sum())


def test_more_things_than_a_house_number_has_are_one():
    ink = np.concatenate([written(1)] * 7, 1)
    assert len(apart_ink(ink)) == 1


def test_one_digit_in_pieces_is_one():
    lines = {
        "5 whose bar floats": [[(110, 60), (104, 130), (160, 130), (150, 210), (90, 220)], [(120, 30), (190, 30)]],
        "0 with a slash inside": [[(60, 60), (200, 60), (200, 240), (60, 240), (60, 60)], [(100, 200), (160, 100)]],
        "a gap in a 1": [[(140, 40), (140, 128)], [(140, 150), (140, 240)]],
    }
    for name, strokes in lines.items():
        ink = draw_in(Box(0, 0, 280, 280), [np.array(stroke) for stroke in strokes], 12, 1.0)
        (thing,) = apart_ink(ink)
        assert thing is ink, name


def test_specks_and_bars_go_with_the_nearest():
    ink = np.concatenate([written(7), written(2)], 1)
    whole = ink.copy()
    whole[130:134, 20:24] = 1  # below the 7
    whole[6:10, 140:190] = 1  # above the 2
    first, second = apart_ink(whole)
    assert first[130:134, 20:24].min() == 1 and second[6:10, 140:190].min() == 1
    np.testing.assert_array_equal(first + second, whole)
