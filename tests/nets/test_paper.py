"""Ink told from paper: pictures made for this project, and pages whose ink is known because it was drawn on them."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from PIL import Image

from demo import samples
from nets.checkpoint import load_shipped
from nets.ink import Box, draw_in
from nets.paper import find_ink
from nets.pens import THICKEST, THINNEST, pen_width, with_usual_pen
from nets.preprocess import crop, prepare_picture, read_picture
from tests.support import ROOT

NETWORKS, _ = load_shipped()
# Samples of the kinds that were read wrong once, named by kind and digit.
SAMPLES = sorted(path for path in (ROOT / "tests/pictures").iterdir())
INK = draw_in(Box(0, 0, 280, 280), [np.array(stroke) for stroke in samples.strokes(5)], 16, 1.0)
DOWN, RIGHT = np.mgrid[:280, :280] / 280


def page(light: np.ndarray | float = 1.0, grain: float = 0.0, paper: float = 0.9, ink: float = 0.2) -> np.ndarray:
    """The 5 written on paper under a light, in [0, 1]."""
    noise = np.random.default_rng(0).normal(0, grain / 255, INK.shape)
    return ((paper + (ink - paper) * INK) * light + noise).clip(0, 1)


def picture(values: np.ndarray) -> Image.Image:
    return Image.fromarray((values * 255).round().astype(np.uint8))


def found(values: np.ndarray) -> np.ndarray:
    return find_ink(picture(values)).ink


def difference(ink: np.ndarray) -> float:
    """The mean error, as a share of all ink."""
    return abs(ink - INK).sum() / INK.sum()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_read_by_both(path):
    number = re.search(r"(\d+)\.\w+$", path.name)[1]
    with torch.inference_mode():
        read = {
            name: model(torch.stack(read_picture(path).digits)).argmax(1).tolist() for name, model in NETWORKS.items()
        }
    assert all(digits == [int(digit) for digit in number] for digits in read.values()), read


@pytest.mark.parametrize("grain", [0, 1, 2, 4, 6, 8, 12])
def test_grain_of_any_strength_is_no_ink(grain):
    ink = found(page(grain=grain))
    assert difference(ink) < 0.02 + 0.02 * grain
    rows, columns = np.flatnonzero(INK.any(1)), np.flatnonzero(INK.any(0))
    far = np.ones_like(INK, bool)
    far[rows[0] - 4 : rows[-1] + 5, columns[0] - 4 : columns[-1] + 5] = False
    assert not ink[far].any(), "nor is a single grain of it"


LIGHTS = {
    "slope of 4 %": 1 - 0.04 * RIGHT,
    "slope of 60 %": 1 - 0.6 * (RIGHT + DOWN) / 2,
    "vignette": 1 - 0.6 * ((RIGHT - 0.5) ** 2 + (DOWN - 0.5) ** 2) * 2,
    "shadow over half": np.where(RIGHT < 0.5, 0.6, 1.0),
    "slanting shadow": np.where(RIGHT + 0.7 * DOWN < 0.8, 0.95, 1.0),
}


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS.keys())
@pytest.mark.parametrize("grain", [0, 4])
def test_light_is_no_ink(light, grain):
    ink = found(page(light, grain))
    assert difference(ink) < 0.3, "a line is as faint as its light"
    assert crop(ink).shape == pytest.approx(crop(INK).shape, abs=4)


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS.keys())
@pytest.mark.parametrize("paper", [0.9, 0.15])
def test_lit_paper_without_ink_has_none(light, paper):
    assert find_ink(picture(page(light, 4, paper, paper))) is None


@pytest.mark.parametrize(("paper", "ink"), [(0.9, 0.2), (0.2, 0.9), (0.5, 0.3), (0.5, 0.7)])
@pytest.mark.parametrize("light", [1.0, LIGHTS["slope of 60 %"]], ids=["even", "slope"])
def test_ink_is_darker_or_lighter_than_the_paper_nearby(paper, ink, light):
    assert difference(found(page(light, 2, paper, ink))) < 0.35


@pytest.mark.parametrize(
    ("paper", "ink"),
    [((30, 58, 200), (220, 30, 32)), ((200, 60, 60), (60, 160, 60)), ((250, 200, 212), (190, 215, 245))],
)
def test_colours_that_are_equally_bright_differ(paper, ink):
    colours = np.array(paper) + INK[..., None] * (np.array(ink) - np.array(paper))
    assert difference(find_ink(Image.fromarray(colours.round().astype(np.uint8))).ink) < 0.03


def ruled(values: np.ndarray) -> None:
    values[20::37] = values[21::37] = 0.6


def squared(values: np.ndarray) -> None:
    values[::24] = values[:, ::24] = 0.7


def framed(width: int):
    def draw(values: np.ndarray) -> None:
        values[:width] = values[-width:] = values[:, :width] = values[:, -width:] = 0

    return draw


def boxed(values: np.ndarray) -> None:
    values[[20, 259], 20:260] = values[20:260, [20, 259]] = 0.1


def holed(values: np.ndarray) -> None:
    values[(DOWN - 0.4) ** 2 + (RIGHT - 0.07) ** 2 < 0.03**2] = 0.2


@pytest.mark.parametrize(
    "print_on",
    [ruled, squared, framed(1), framed(6), boxed, holed],
    ids=["ruled", "squared", "frame of 1", "frame of 6", "form box", "hole"],
)
def test_what_is_printed_on_the_paper_is_no_ink(print_on):
    values = page()
    print_on(values)
    values = np.where(INK > 0, np.minimum(values, page()), values)  # the pen writes over it
    ink = found(values)
    assert difference(ink) < 0.06
    assert crop(ink).shape == pytest.approx(crop(INK).shape, abs=8)


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_a_digit_that_touches_its_form_box_is_read(side):
    rows, columns = np.flatnonzero(INK.any(1)), np.flatnonzero(INK.any(0))
    inside = {"top": rows[0], "bottom": rows[-1], "left": columns[0], "right": columns[-1]}
    into = {"top": 3, "left": 3, "bottom": -3, "right": -3}[side]
    edge = {"top": 20, "bottom": 258, "left": 22, "right": 260} | {side: int(inside[side]) + into}
    values = page()
    for name, at in edge.items():
        line = slice(at - 1, at + 2)
        along = (
            slice(edge["top"], edge["bottom"] + 1)
            if name in ("left", "right")
            else slice(edge["left"], edge["right"] + 1)
        )
        values[(along, line) if name in ("left", "right") else (line, along)] = 0.2
    assert difference(found(values)) < 0.15


def test_a_digit_that_fills_its_picture_touches_the_border():
    expected = prepare_picture(picture(page())).image
    tight = crop(INK)
    assert (prepare_picture(picture(1 - tight)).image - expected).abs().mean() < 0.03


# ---- pens


@pytest.mark.parametrize("width", [1, 2, 3, 6, 12, 25])
def test_the_pen_is_measured(width):
    line = np.zeros((60, 200), bool)
    line[20 : 20 + width, 5:195] = True
    assert pen_width(line) == pytest.approx(width, abs=1, rel=0.06)


@pytest.mark.parametrize(("pen", "side"), [(1, 280), (4, 280), (60, 280), (2, 60)])
def test_a_pen_far_thinner_or_thicker_is_brought_near_mnists(pen, side):
    strokes = [np.array(stroke) for stroke in samples.strokes(7)]
    ink = draw_in(Box(0, 0, 280, 280), strokes, pen * 280 / side, side / 280)
    drawn = with_usual_pen(ink) > 0.5
    width = pen_width(drawn)
    share = width / (max(crop(drawn.astype(np.float32)).shape) - width)
    assert THINNEST - 0.03 < share < THICKEST + 0.03


def test_a_usual_pen_stays_as_it_is():
    strokes = [np.array(stroke) for stroke in samples.strokes(7)]
    ink = draw_in(Box(0, 0, 280, 280), strokes, 24, 1.0)
    assert with_usual_pen(ink) is ink


def test_thin_ink_at_the_edge_is_not_cut_off():
    ink = np.zeros((200, 200), np.float32)
    ink[:, 0] = 1
    wider = with_usual_pen(ink)
    assert wider.shape[1] > 200 and wider[:, :3].sum(1).min() >= 0
    assert (wider > 0.5).sum(1).max() == pytest.approx(THINNEST * 199, abs=2)
