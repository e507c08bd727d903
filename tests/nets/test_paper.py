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
from nets.pens import THICKEST, THINNEST, with_usual_pen
from nets.pieces import pen_width
from nets.preprocess import crop, prepare_picture, read_picture
from nets.sheet import find_sheet
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


# ---- what lies around the digit, and around its paper

EXPECTED = prepare_picture(picture(page())).image


def lying(share: float, ground: float, paper: float, ink: float, turned: float = 0.0) -> Image.Image:
    """The 5 on a sheet that is such a share of a picture's side, somewhere on a ground with a slope of light."""
    sheet = picture(page(paper=paper, ink=ink)).resize((side := round(400 * share), side), Image.Resampling.LANCZOS)
    outline = Image.new("L", sheet.size, 255).rotate(turned, Image.Resampling.BILINEAR, expand=True)
    sheet = sheet.rotate(turned, Image.Resampling.BILINEAR, expand=True)
    desk = picture(ground * (1 - 0.2 * np.tile(np.linspace(0, 1, 400), (300, 1))))
    desk.paste(sheet, (350 - sheet.width, 270 - sheet.height), outline)
    return desk


@pytest.mark.parametrize("share", [0.25, 0.4, 0.6])
@pytest.mark.parametrize(
    ("ground", "paper", "ink"), [(0.45, 0.95, 0.2), (0.02, 0.9, 0.1), (0.98, 0.1, 0.9), (0.8, 0.25, 0.95)]
)
def test_a_sheet_on_something_else_is_read_as_if_it_were_the_picture(share, ground, paper, ink):
    image = prepare_picture(lying(share, ground, paper, ink)).image
    assert (image - EXPECTED).abs().mean() < 0.04


def test_a_sheet_may_be_turned_and_lie_on_a_sheet():
    turned = prepare_picture(lying(0.5, 0.4, 0.95, 0.2, turned=8)).image
    straight = prepare_picture(picture(page()).rotate(8, Image.Resampling.BILINEAR, fillcolor=230)).image
    assert (turned - straight).abs().mean() < 0.04
    desk = Image.new("L", (560, 480), 60)
    desk.paste(lying(0.5, 0.15, 0.95, 0.2), (80, 90))  # a screen that shows a white card
    assert (prepare_picture(desk).image - EXPECTED).abs().mean() < 0.03


@pytest.mark.parametrize("pen", [20, 40, 60])
@pytest.mark.parametrize("digit", [0, 4, 6, 8, 9])
def test_a_digit_with_a_hole_is_no_sheet(digit, pen):
    ink = draw_in(Box(0, 0, 280, 280), [np.array(stroke) for stroke in samples.strokes(digit)], pen, 1.0)
    assert find_sheet(np.repeat(1 - ink[..., None], 3, 2)) is None
    assert find_sheet(np.repeat(ink[..., None], 3, 2)) is None


def circled(values: np.ndarray) -> None:
    far = np.hypot(DOWN - 0.5, RIGHT - 0.5)
    values[abs(far - 0.45) < 0.008] = 0.2


def boxed_askew(values: np.ndarray) -> None:
    across, along = RIGHT - 0.5 + 0.08 * (DOWN - 0.5), DOWN - 0.5 - 0.08 * (RIGHT - 0.5)
    values[abs(np.maximum(abs(across), abs(along)) - 0.44) < 0.008] = 0.2


def underlined(values: np.ndarray) -> None:
    values[268:272, 60:220] = 0.2


def captioned(values: np.ndarray) -> None:
    for left in range(4, 60, 12):
        values[4:14, left : left + 6] = 0.2


def in_a_box_that_is_too_short(values: np.ndarray) -> None:
    """The digit reaches out of it below."""
    values[[20, 21, 219, 220], 20:260] = values[20:220, [20, 21, 258, 259]] = 0.2


@pytest.mark.parametrize("around", [circled, boxed_askew, underlined, captioned, in_a_box_that_is_too_short])
def test_what_is_drawn_around_a_digit_is_none_of_it(around):
    values = page()
    around(values)
    image = prepare_picture(picture(np.minimum(values, page()))).image
    assert (image - EXPECTED).abs().mean() < 0.04


def test_a_slash_that_stays_inside_its_zero_leaves_it_a_zero():
    turn = np.linspace(0, 2 * np.pi, 40)
    ring = np.stack([140 + 68 * np.sin(turn), 150 + 95 * np.cos(turn)], 1)
    ink = draw_in(Box(0, 0, 280, 280), [ring, np.array([(110, 195), (170, 105)])], 10, 1.0)
    kept = find_ink(picture(0.9 - 0.7 * ink)).ink
    assert abs(kept - ink).sum() / ink.sum() < 0.05


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
