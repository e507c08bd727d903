"""Files of pictures: animations, the formats of phones, and those that claim more than they should."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image

from demo import samples
from nets.ink import Box, draw_in
from nets.pictures import MAX_PIXELS, PictureError, open_picture
from nets.preprocess import prepare_picture

SIDE = 200
BLANK = Image.new("RGB", (SIDE, SIDE), "white")


def seven() -> Image.Image:
    ink = draw_in(Box(0, 0, 280, 280), [np.array(stroke) for stroke in samples.strokes(7)], 20, SIDE / 280)
    return Image.fromarray((255 - 255 * ink).astype(np.uint8)).convert("RGB")


def file(picture: Image.Image, kind: str, **more) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **more)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    return open_picture(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_the_first_frame_that_is_not_blank_is_taken(kind):
    other = seven().rotate(90)
    for before in ([], [BLANK], [BLANK] * 3):
        first, *rest = [*before, seven(), other]
        picture = opened(file(first, kind, save_all=True, append_images=rest, duration=100))
        assert abs(np.asarray(picture.convert("L"), float) - np.asarray(seven().convert("L"))).mean() < 2
    assert prepare_picture(opened(file(BLANK, kind, save_all=True, append_images=[BLANK], duration=100))) is None


def test_an_animation_is_not_looked_through_for_ever(monkeypatch):
    monkeypatch.setattr("nets.pictures.MAX_PIXELS", 3 * SIDE * SIDE)
    frames = [Image.new("RGB", (SIDE, SIDE), (255, 255, 255 - i % 2)) for i in range(5)]
    content = file(frames[0], "WEBP", save_all=True, append_images=[*frames[1:], seven()], lossless=True)
    assert prepare_picture(opened(content)) is None


def test_a_palette_and_two_values_shrink_smoothly():
    """A line of one pixel in a large picture is not lost between the pixels that are kept."""
    values = np.full((1500, 1500), 255, np.uint8)
    values[300:1200, 751] = 0
    for mode in ("P", "1", "L"):
        small = np.asarray(opened(file(Image.fromarray(values).convert(mode), "PNG")).convert("L"))
        assert (small[130:430].min(1) < 230).all(), mode


def test_photographs_of_48_million_pixels_open_where_little_of_them_has_to_be_decoded():
    width, height = 8000, 6000
    photo = Image.new("L", (width, height), 230)
    photo.paste(seven().convert("L").resize((3000, 3000)), (2500, 1500))
    expected = prepare_picture(seven()).image
    assert (prepare_picture(opened(file(photo, "JPEG"))).image - expected).abs().mean() < 0.03
    for kind, more in (("JPEG", {"progressive": True}), ("PNG", {"compress_level": 1})):
        with pytest.raises(PictureError, match="more than 25 million pixels: make it smaller"):
            opened(file(photo, kind, **more))


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "JPEG"])
def test_photographs_of_phones_open_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: to be shown rotated by 90 degrees clockwise
    picture = opened(file(seven().rotate(90), kind, exif=exif.tobytes(), quality=90))
    expected = prepare_picture(seven()).image
    assert (prepare_picture(picture).image - expected).abs().mean() < 0.02


def claiming(kind: str, side: int) -> bytes:
    """A HEIF or AVIF file whose header says that it is so large."""
    content = bytearray(file(seven(), kind))
    start = 0
    while (start := content.find(b"ispe", start)) >= 0:
        content[start + 8 : start + 16] = side.to_bytes(4, "big") * 2
        start += 16
    return bytes(content)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
@pytest.mark.parametrize("side", [6000, 60_000, 2**31 - 1])
def test_one_that_claims_to_be_huge_is_refused_at_once(kind, side):
    assert side**2 > MAX_PIXELS
    content = claiming(kind, side)
    before = time.process_time()
    with pytest.raises(PictureError, match=r"^[A-Z].*\.$"):
        opened(content)
    assert time.process_time() - before < 1


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_half_a_file_gets_a_sentence(kind):
    content = file(seven(), kind)
    for part in (0.1, 0.5, 0.9):
        with pytest.raises(PictureError, match="cannot be read as a picture"):
            opened(content[: int(part * len(content))])
