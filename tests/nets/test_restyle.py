"""Digits drawn in other styles, against what preparation makes of the same strokes."""

import numpy as np
import pytest
import torch

from nets.drawing import Drawing
from nets.preprocess import BOX, PEN, prepare_drawing
from nets.restyle import centred, draw, prepared, restyle, strokes_of
from nets.styles import DIGITS, STYLES, _curve, _row, table

NAMES = [strokes.__name__ for styles in STYLES.values() for strokes, _ in styles]
RADIUS = BOX * PEN / (1 + PEN) / 2  # pixels: that of preparation's own pen


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def as_preparation_sees(ends: torch.Tensor) -> torch.Tensor:
    """(28, 28) image of line segments, (2 S, 2), that somebody draws on the pad."""
    low, high = ends.amin(0), ends.amax(0)
    on_pad = ((ends - low) / (high - low).max() * 160 + 40).double().numpy()
    drawing = Drawing(tuple(np.float32(pair) for pair in on_pad.reshape(-1, 2, 2)), 10.0)
    return prepare_drawing(drawing).image[0]


def mass_centre(image: torch.Tensor) -> torch.Tensor:
    place = torch.arange(28.0)
    return torch.stack([(image.sum(0) * place).sum(), (image.sum(1) * place).sum()]) / image.sum()


def box(image: torch.Tensor) -> torch.Tensor:
    """The first and last columns and rows that hold ink."""
    return torch.tensor([edge for axis in (0, 1) for edge in (image.amax(axis) > 0.3).nonzero()[[0, -1], 0]])


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
def test_what_is_drawn_ends_where_preparation_puts_it(which):
    ends, _ = strokes_of(torch.full((40,), which), generator(which))
    drawn = prepared(ends, torch.full((40,), RADIUS))[:, 0]
    moved = 0
    for ours, strokes in zip(drawn, ends, strict=True):
        theirs = as_preparation_sees(strokes)
        offset = mass_centre(ours) - mass_centre(theirs)
        if offset.abs().max() > 0.5:  # a centre half way between two pixels falls to either side
            moved += 1
            continue
        assert offset.abs().max() < 0.2
        assert (box(ours) - box(theirs)).abs().max() <= 1
        assert (ours - theirs).abs().mean() < 0.01  # they sample a pixel at 16 places, we at one
    assert moved <= 6


def test_a_long_flag_moves_the_stem_to_the_right():
    """By hand: a stem of 18.5 pixels and a flag of 13 across have their mass 13 / 31.5 * 6.5 = 2.7 left of the stem."""
    ends = torch.tensor([[[0.0, 0.0], [0.0, 1.0], [0.0, 0.0], [-0.7, 0.0]]])
    image = prepared(ends, torch.tensor([0.75]))[0, 0]
    stem = image[20].argmax().item()
    assert abs(stem - 14 - 2.7) < 1, "it is moved by whole pixels"
    assert image[20, :stem].sum() < 1.5, "below the flag there is the stem alone"
    assert (image.amax(1) > 0.3).sum() == BOX


def test_ink_reaches_as_far_as_the_pen():
    """A dot's ink is the pen's disc, a line's a rectangle with two half discs."""
    dot = prepared(torch.zeros(1, 2, 2), torch.tensor([3.0]))
    assert dot.sum() == pytest.approx(np.pi * 9, rel=0.02)
    line = prepared(torch.tensor([[[0.0, 0.0], [0.0, 5.0]]]), torch.tensor([2.0]))
    assert line.sum() == pytest.approx(4 * 16 + np.pi * 4, rel=0.02)


def test_every_image_is_centred_and_whole():
    out = draw(torch.arange(len(NAMES)).repeat_interleave(50), generator())
    assert out.min() >= 0 and out.max() <= 1
    for image in out[:, 0]:
        assert (mass_centre(image) - 14).abs().max() < 0.51
        left, right, top, bottom = box(image).tolist()
        assert 18 <= max(right - left, bottom - top) + 1 <= 20
    assert torch.equal(centred(out), out)


def test_only_their_digits_are_drawn_and_only_their_share():
    images, labels = torch.zeros(2000, 1, 28, 28), torch.arange(2000) % 10
    out = restyle(images, labels, {"serif": 0.5, "tail": 1.0}, generator())
    assert not images.any(), "the caller's images are left alone"
    changed = out.flatten(1).any(1)
    assert not changed[(labels != 1) & (labels != 9)].any()
    assert changed[labels == 9].all()
    assert 0.4 < changed[labels == 1].float().mean() < 0.6
    assert torch.equal(out, restyle(images, labels, {"serif": 0.5, "tail": 1.0}, generator()))
    assert restyle(images, labels, {"serif": 0.0}, generator()) is images


def test_two_options_of_one_digit_share_it():
    images, labels = torch.zeros(2000, 1, 28, 28), torch.ones(2000, dtype=torch.long)
    changed = {
        name: restyle(images, labels, shares, generator()).flatten(1).any(1)
        for name, shares in {
            "serif": {"serif": 0.3},
            "both": {"serif": 0.3, "close": 0.2},
            "all": {"serif": 0.3, "close": 0.7},
        }.items()
    }
    assert changed["all"].all() and not (changed["serif"] & ~changed["both"]).any()
    assert 0.15 < (changed["both"] & ~changed["serif"]).float().mean() < 0.25


def test_every_style_of_a_digit_is_drawn():
    rows = table()
    assert rows.count.sum() == len(rows.ends) == len(NAMES)
    for option, first, count, digit in zip(DIGITS, rows.first, rows.count, rows.digit, strict=True):
        styles = STYLES[option]
        assert styles and count == len(styles) and digit == DIGITS[option]
        assert NAMES[first] == styles[0][0].__name__


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
def test_coordinates_are_sums_of_multiples_of_the_numbers(which):
    """Else the table would draw something else than the function says."""
    strokes, ranges = [style for styles in STYLES.values() for style in styles][which]
    share = torch.rand(len(ranges), generator=generator())
    row = _row(strokes, ranges)
    told = strokes(*(low + s * (high - low) for (low, high), s in zip(ranges, share.tolist(), strict=True)))
    drawn = row[0] + (share[:, None, None] * row[1:]).sum(0)
    points = torch.cat([drawn[:, :2], drawn[:, 2:]])
    for stroke in told:
        for end in (stroke[0], stroke[-1]):
            assert (points - torch.tensor(end)).norm(dim=1).min() < 1e-5


def test_a_curve_by_hand():
    """One parabola, taken at its middle; and a corner, where the point itself is reached."""
    assert _curve([(0, 0), (1, 2), (2, 0)]).tolist() == [[1, 0, 0], [0.25, 0.5, 0.25], [0, 0, 1]]
    corner = _curve([(0, 0), (1, 2), (1, 2), (2, 0)]) @ torch.tensor([(0.0, 0.0), (1, 2), (1, 2), (2, 0)])
    assert corner.tolist() == [[0, 0], [1, 2], [2, 0]]
