"""Preparation against geometry worked by hand, MNIST's own images and whatever a visitor may send."""

import contextlib
import io
import json
import math
import zlib

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nets.drawing import MAX_POINTS, MAX_STROKES, MOST_DRAWN, PAD, Drawing, DrawingError
from nets.paper import find_ink
from nets.pictures import PictureError, open_picture
from nets.preprocess import FIELD, PEN, Steps, crop, draw, fit, place, prepare_drawing, prepare_picture

SEVEN = {"strokes": [[[60, 60], [200, 60], [120, 230]], [[100, 140], [190, 140]]], "pen": 16}


def seven() -> Drawing:
    return Drawing.from_json(SEVEN)


def picture_of_seven(ink=0, paper=255, mode="L") -> Image.Image:
    brightness = paper + (ink - paper) * draw(seven().strokes, seven().pen)
    return Image.fromarray(brightness.round().astype(np.uint8)).convert(mode)


def centre_of_mass(image) -> tuple[float, float]:
    weights = np.asarray(image, float)
    y, x = np.mgrid[: weights.shape[0], : weights.shape[1]]
    return float((weights * y).sum() / weights.sum()), float((weights * x).sum() / weights.sum())


def bounds(image) -> tuple[int, int]:
    """Height and width of what is inked."""
    return crop(np.asarray(image)).shape


def apart(one: torch.Tensor, other: torch.Tensor) -> float:
    """Mean difference of two images (1, 28, 28), the one moved by a pixel where the centre of mass was rounded so."""
    moves = [one.roll((y, x), (1, 2)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return min((moved - other).abs().mean().item() for moved in moves)


# A drawing's way to 28x28


def test_a_drawing_becomes_an_image_as_mnist_has_them():
    prepared = prepare_drawing(seven())
    image = prepared.image
    assert image.shape == (1, 28, 28) and image.dtype == torch.float32
    assert image.min() == 0 and 0.9 < image.max() <= 1
    assert max(bounds(image[0])) == 20
    assert centre_of_mass(image[0]) == pytest.approx((14, 14), abs=0.5)
    assert [stage.name for stage in prepared.stages] == ["pen", "crop", "fit", "centre"]


def test_a_line_is_drawn_with_the_area_of_a_round_ended_line():
    ink = draw((np.array([[80, 100], [180, 160]], np.float32),), pen=18)
    assert ink.shape == (PAD, PAD)
    assert ink.sum() == pytest.approx(18 * math.hypot(100, 60) + math.pi * 81, rel=0.03)
    assert ink[130, 130] == 1 and ink[20, 20] == 0


def test_a_dot_is_a_disc():
    ink = draw((np.array([[100, 100]], np.float32),), pen=20)
    assert ink.sum() == pytest.approx(math.pi * 100, rel=0.05)
    assert max(bounds(prepare_drawing(Drawing.from_json({"strokes": [[[5, 5]]], "pen": 20})).image[0])) == 20


@pytest.mark.parametrize("scale", [0.4, 1.0])
@pytest.mark.parametrize("offset", [0, 40])
def test_place_size_and_pen_of_a_drawing_do_not_matter(scale, offset):
    strokes = [[[x * scale + offset, y * scale + offset] for x, y in stroke] for stroke in SEVEN["strokes"]]
    thin = prepare_drawing(Drawing.from_json({"strokes": strokes, "pen": 6})).image
    assert (thin - prepare_drawing(seven()).image).abs().mean() < 0.015


def test_the_pen_is_brought_to_mnists():
    line = Drawing.from_json({"strokes": [[[140, 50], [140, 230]]], "pen": 4})
    own, mnists = prepare_drawing(line, Steps(pen=False)).stages[0], prepare_drawing(line).stages[0]
    assert (own.name, mnists.name) == ("ink", "pen")
    assert (own.image[140] > 0.5).sum() == pytest.approx(4, abs=1)
    assert (mnists.image[140] > 0.5).sum() == pytest.approx(180 * PEN, abs=1)


@pytest.mark.parametrize(
    ("steps", "names"),
    [
        (Steps(pen=False), ["ink", "crop", "fit", "centre"]),
        (Steps(crop=False), ["pen", "fit", "centre"]),
        (Steps(fit=False), ["pen", "crop", "centre"]),
        (Steps(centre=False), ["pen", "crop", "fit", "centre"]),
        (Steps(False, False, False, False), ["ink", "centre"]),
    ],
)
def test_each_step_can_be_switched_off(steps, names):
    prepared = prepare_drawing(seven(), steps)
    assert [stage.name for stage in prepared.stages] == names
    assert prepared.image.shape == (1, 28, 28)


def test_all_steps_off_is_a_plain_resize():
    expected = draw(seven().strokes, 16).reshape(28, 10, 28, 10).mean((1, 3))
    image = prepare_drawing(seven(), Steps(False, False, False, False)).image[0]
    np.testing.assert_allclose(image, expected, atol=0.05)  # sixteen samples of a pixel's hundred units


def test_without_centre_of_mass_the_box_is_in_the_middle():
    ink = np.zeros((12, 8), np.float32)
    ink[:3, :5] = 1  # heavy at the upper left
    assert centre_of_mass(place(ink)) == (14, 14)
    assert centre_of_mass(place(ink, by_mass=False)) == (8 + 1, 10 + 2)


def test_the_centre_of_mass_never_pushes_ink_out():
    ink = np.full((28, 28), 0.01, np.float32)
    ink[:2, :2] = 1
    np.testing.assert_array_equal(place(ink), ink)


def test_fit_keeps_the_aspect_ratio_and_the_share_of_ink():
    ink = np.zeros((200, 100), np.float32)
    ink[:, :50] = 1
    small = fit(ink, 20)
    assert small.shape == (20, 10)
    assert small.mean() == pytest.approx(0.5, abs=0.01)


def test_a_very_long_thin_line_is_still_an_image():
    line = Drawing.from_json({"strokes": [[[0, 140], [280, 140.5]]], "pen": 1})
    assert prepare_drawing(line).image.sum() > 0


# No ink, no image


@pytest.mark.parametrize("strokes", [[], [[]], [[[900, 900]]], [[[-200, -200], [-200, -190]]]])
def test_no_ink_on_the_pad_gives_none(strokes):
    assert prepare_drawing(Drawing.from_json({"strokes": strokes, "pen": 10})) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (28, 28), (300, 200)])
@pytest.mark.parametrize("colour", ["white", "black", "#808080"])
def test_an_even_picture_gives_none(size, colour):
    assert prepare_picture(Image.new("RGB", size, colour)) is None


def test_a_transparent_picture_gives_none():
    assert prepare_picture(Image.new("RGBA", (50, 50), (0, 0, 0, 0))) is None


# What a visitor may send as a drawing


@pytest.mark.parametrize(
    "value",
    [
        None,
        "7",
        [],
        {},
        {"strokes": [[[1, 2]]]},
        {"strokes": "abc", "pen": 10},
        {"strokes": [5], "pen": 10},
        {"strokes": [[5]], "pen": 10},
        {"strokes": [[[1]]], "pen": 10},
        {"strokes": [[[1, 2, 3]]], "pen": 10},
        {"strokes": [[["1", "2"]]], "pen": 10},
        {"strokes": [[[1, None]]], "pen": 10},
        {"strokes": [[[1, [2]]]], "pen": 10},
        {"strokes": [[[True, 2]]], "pen": 10},
        {"strokes": [[[1, float("nan")]]], "pen": 10},
        {"strokes": [[[float("inf"), 1]]], "pen": 10},
        {"strokes": [[[10**400, 1]]], "pen": 10},
        {"strokes": [[[1, 2]]], "pen": 0},
        {"strokes": [[[1, 2]]], "pen": -3},
        {"strokes": [[[1, 2]]], "pen": float("nan")},
        {"strokes": [[[1, 2]]], "pen": True},
        {"strokes": [[[1, 2]]], "pen": "10"},
        {"strokes": [[[1, 2]]] * (MAX_STROKES + 1), "pen": 10},
        {"strokes": [[[1, 2]] * (MAX_POINTS + 1)], "pen": 10},
    ],
)
def test_what_is_no_drawing_gets_a_sentence(value):
    with pytest.raises(DrawingError, match=r"^[A-Z].*\.$"):
        Drawing.from_json(value)


def test_a_million_points_are_refused():
    with pytest.raises(DrawingError, match="points"):
        Drawing.from_json({"strokes": [[[1.0, 2.0]] * 1_000_000], "pen": 10})


def test_points_far_off_are_brought_near():
    drawing = Drawing.from_json({"strokes": [[[1e30, -1e30], [10, 20]]], "pen": 10})
    assert drawing.strokes[0].tolist() == [[2 * PAD, -PAD], [10, 20]]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["strokes", "pen", "x"]), inner),
    max_leaves=20,
)
points = st.lists(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2), max_size=8)


@settings(max_examples=200, deadline=None)
@given(json_values | st.builds(lambda s, p: {"strokes": s, "pen": p}, st.lists(points, max_size=4), st.floats(0.1, 80)))
def test_any_json_is_refused_with_a_sentence_or_prepared(value):
    try:
        drawing = Drawing.from_json(value)
    except DrawingError:
        return
    for steps in (Steps(), Steps(False, False, False, False), Steps(crop=False), Steps(fit=False)):
        prepared = prepare_drawing(drawing, steps)
        if prepared is not None:
            assert prepared.image.shape == (1, FIELD, FIELD)
            assert torch.isfinite(prepared.image).all()
            assert prepared.image.min() >= 0 and 0 < prepared.image.max() <= 1


# Pictures


COLOURS = [(0, 255), (255, 0), (60, 190), (200, 90)]
MODES = ["L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"]


@pytest.mark.parametrize(
    ("mode", "ink", "paper"), [("1", 0, 255), ("1", 255, 0), *((m, *c) for m in MODES for c in COLOURS)]
)
def test_a_picture_in_any_mode_reads_as_the_drawing(mode, ink, paper):
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture_of_seven(ink, paper), np.uint16) * 257)
    else:
        picture = picture_of_seven(ink, paper, mode)
    image = prepare_picture(picture).image
    expected = prepare_drawing(seven(), Steps(pen=False)).image
    assert apart(image, expected) < 0.02


@pytest.mark.parametrize("ink", [(0, 0, 0), (255, 255, 255), (200, 30, 30)])
def test_ink_on_nothing_is_read_whatever_its_colour(ink):
    alpha = Image.eval(picture_of_seven(), lambda v: 255 - v)
    picture = Image.new("RGBA", alpha.size, (*ink, 0))
    picture.paste(Image.new("RGBA", alpha.size, (*ink, 255)), mask=alpha)
    expected = prepare_drawing(seven(), Steps(pen=False)).image
    assert apart(prepare_picture(picture).image, expected) < 0.02


def test_a_photograph_is_read_in_spite_of_shadow_noise_and_specks():
    rng = np.random.default_rng(0)
    page = np.asarray(picture_of_seven(40, 235).resize((900, 900)), np.float32)
    y, x = np.mgrid[:900, :900] / 900
    page = page * (1 - 0.5 * x - 0.2 * y) + rng.normal(0, 4, page.shape)
    page[30:36, 40:46] = 20  # a speck far from the digit
    photo = Image.fromarray(page.clip(0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=85)
    buffer.seek(0)
    image = prepare_picture(open_picture(buffer)).image
    expected = prepare_drawing(seven(), Steps(pen=False)).image
    assert apart(image, expected) < 0.04


def test_a_huge_digit_and_a_small_one_read_alike():
    small = prepare_picture(picture_of_seven().resize((56, 56), Image.Resampling.BOX)).image
    large = prepare_picture(picture_of_seven().resize((3000, 3000))).image
    assert apart(small, large) < 0.03


def test_find_ink_is_the_contrast_stretched():
    ink = find_ink(picture_of_seven(60, 190)).ink
    np.testing.assert_allclose(ink, draw(seven().strokes, 16), atol=0.01)


@pytest.mark.mnist
def test_mnists_own_images_come_out_as_they_went_in(mnist_root):
    from nets.data import load_mnist

    images = load_mnist(mnist_root).test.images[:300, 0].numpy()
    differences = [abs(prepare_picture(Image.fromarray(i)).image[0].numpy() - i / 255).mean() for i in images]
    assert max(differences) < 0.002


# Files


def test_a_file_opens_upright(tmp_path):
    path = tmp_path / "seven.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: to be shown rotated by 90 degrees clockwise
    picture_of_seven().rotate(90).save(path, exif=exif, quality=95)
    expected = prepare_picture(picture_of_seven()).image
    assert (prepare_picture(open_picture(path)).image - expected).abs().mean() < 0.01


def bomb(width: int, height: int) -> bytes:
    """The PNG of a size that its few bytes could not hold."""
    buffer = io.BytesIO()
    Image.new("1", (1, 1)).save(buffer, "PNG")
    content = bytearray(buffer.getvalue())
    content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a seven, I promise",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        json.dumps(SEVEN).encode(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        bomb(6000, 6000),
        bomb(20_000, 20_000),
        bomb(2**31 - 1, 2**31 - 1),
    ],
)
def test_what_is_no_picture_gets_a_sentence(content):
    with pytest.raises(PictureError, match=r"^[A-Z].*\.$"):
        open_picture(io.BytesIO(content))


def test_a_truncated_picture_gets_a_sentence():
    buffer = io.BytesIO()
    picture_of_seven().save(buffer, "PNG")
    with pytest.raises(PictureError):
        open_picture(io.BytesIO(buffer.getvalue()[: len(buffer.getvalue()) // 2]))


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path):
    with pytest.raises(PictureError, match="no such file"):
        open_picture(tmp_path / "nothing.png")
    with pytest.raises(PictureError):
        open_picture(tmp_path)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"\xff\xd8\xff\xe0", b"RIFF"]),
)
def test_any_bytes_are_refused_with_a_sentence_or_opened(content, magic):
    with contextlib.suppress(PictureError):
        prepare_picture(open_picture(io.BytesIO(magic + content)))


# ---- thinning


def points(drawing: Drawing) -> int:
    return sum(map(len, drawing.strokes))


def test_a_drawing_of_few_points_is_not_thinned():
    drawing = seven()
    assert drawing.thinned() is drawing
    assert Drawing((), 18.0).thinned().strokes == ()
    dots = Drawing(tuple(np.full((1, 2), i, np.float32) for i in range(MAX_STROKES)), 18.0)
    assert dots.thinned() is dots


@pytest.mark.parametrize("turns", [0.9, 3.0, 8.0])
def test_a_thinned_drawing_looks_the_same(turns):
    angle = np.linspace(0, 2 * np.pi * turns, MAX_POINTS)
    radius = np.linspace(110, 40, MAX_POINTS)
    spiral = Drawing((np.c_[140 + radius * np.cos(angle), 140 + radius * np.sin(angle)].astype(np.float32),), 12.0)
    thin = spiral.thinned()
    assert points(thin) <= MOST_DRAWN
    assert thin.strokes[0][[0, -1]].tolist() == spiral.strokes[0][[0, -1]].tolist()
    before, after = prepare_drawing(spiral).image, prepare_drawing(thin).image
    assert (before - after).abs().max() < 0.15 and (before - after).abs().mean() < 0.01


@given(st.lists(st.integers(1, 300), min_size=1, max_size=40), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_whatever_is_scribbled_few_points_are_left_and_the_ends_of_each_stroke(lengths, seed):
    rng = np.random.default_rng(seed)
    drawing = Drawing(tuple(rng.uniform(-PAD, 2 * PAD, (n, 2)).astype(np.float32) for n in lengths), 80.0)
    thin = drawing.thinned()
    assert points(thin) <= MOST_DRAWN + 2 * len(lengths)
    assert len(thin.strokes) == len(lengths) and thin.pen == drawing.pen
    for before, after in zip(drawing.strokes, thin.strokes, strict=True):
        assert (after[0] == before[0]).all() and (after[-1] == before[-1]).all()
        assert {tuple(point) for point in after.tolist()} <= {tuple(point) for point in before.tolist()}


def test_a_dot_of_too_thin_a_pen_for_numbers_has_no_ink():
    drawing = Drawing.from_json({"strokes": [[[140, 140]]], "pen": 1e-308})
    assert prepare_drawing(drawing) is None
    assert prepare_drawing(drawing, Steps(crop=False)) is None
