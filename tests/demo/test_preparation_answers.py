"""The steps of a drawing or a picture as the page is told them, against the preparation itself."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from demo import samples
from demo.preparation.answers import FOUND, STAGES, Form, prepare, prepare_file
from demo.server.drawn import Drawn
from demo.visitor import Visitor, describe_readers
from nets.checkpoint import load_shipped
from nets.drawing import Drawing
from nets.models import SIDE
from nets.prediction import predict
from nets.preprocess import Steps, prepare_drawing

NETWORKS, RECORDS = load_shipped()


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(NETWORKS, RECORDS)


def drawn(drawing: Drawing, **steps: bool) -> Drawn:
    """A drawing as the page sends it, with the steps that are off."""
    return Drawn(strokes=[stroke.tolist() for stroke in drawing.strokes], pen=drawing.pen, steps=steps)


def seen(stage) -> np.ndarray:
    return np.frombuffer(base64.b64decode(stage["image"]), np.uint8).reshape(SIDE, SIDE) / 255


def picture(stage) -> np.ndarray:
    file = io.BytesIO(base64.b64decode(stage["picture"].removeprefix("data:image/png;base64,")))
    return np.asarray(Image.open(file)) / 255


def png(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(values.astype(np.uint8)).save(file, "png")
    return file.getvalue()


def test_every_stage_is_what_the_preparation_makes_of_the_drawing_up_to_there(visitor):
    drawing = samples.drawing(5)
    answer = prepare(visitor, drawn(drawing))
    assert answer["networks"] == describe_readers(visitor)
    assert [stage["name"] for stage in answer["stages"]] == list(STAGES)
    whole = prepare_drawing(drawing)
    images = {stage.name: stage.image for stage in whole.stages}
    for i, stage in enumerate(answer["stages"]):
        stopped = prepare_drawing(drawing, Steps(**{name: name in STAGES[: i + 1] for name in STAGES[1:]}))
        np.testing.assert_allclose(seen(stage), stopped.image[0], atol=1 / 255)
        assert picture(stage).shape == (stage["height"], stage["width"])
        if stage["name"] in images:
            np.testing.assert_allclose(picture(stage), images[stage["name"]], atol=1 / 255)
        for name, read in stage["reads"].items():
            alone = predict(NETWORKS[name], stopped.image)
            assert read["digit"] == alone.digit and read["confidence"] == pytest.approx(alone.confidence, abs=1e-5)


def test_a_step_that_is_off_changes_nothing(visitor):
    asked = drawn(samples.drawing(5), pen=False, crop=False)
    ink, _, crop, fit, centre = prepare(visitor, asked)["stages"]
    np.testing.assert_array_equal(picture(ink), picture(crop))
    assert (fit["height"], fit["width"]) == (20, 20)
    plain = prepare_drawing(samples.drawing(5), Steps(pen=False, crop=False))
    np.testing.assert_allclose(seen(centre), plain.image[0], atol=1 / 255)


def test_without_a_drawing_it_says_so(visitor):
    assert prepare(visitor, drawn(Drawing((), 18.0)))["problem"]["key"] == "preparation.blank"


def test_a_picture_takes_the_same_steps(visitor):
    ink = prepare_drawing(samples.drawing(7)).stages[0].image
    answer = prepare_file(visitor, Form(steps='{"crop": true}'), png(255 - 255 * ink))
    assert [stage["name"] for stage in answer["stages"]] == [*FOUND, *STAGES]
    assert answer["stages"][0]["picture"].startswith("data:image/jpeg;base64,")
    assert seen(answer["stages"][0]).mean() > 0.5, "white paper"
    assert {read["digit"] for read in answer["stages"][-1]["reads"].values()} == {7}


def test_digits_that_stand_apart_in_a_picture_come_one_by_one(visitor):
    def ink(digit):
        return prepare_drawing(samples.drawing(digit)).stages[0].image

    one = prepare_file(visitor, Form(steps="{}"), png(255 - 255 * ink(7)))
    assert one["digits"] == [one["stages"][-1]["image"]]
    two = prepare_file(visitor, Form(steps="{}"), png(255 - 255 * np.concatenate([ink(7), ink(2)], 1)))
    alone = [prepare_file(visitor, Form(steps="{}"), png(255 - 255 * ink(digit)))["digits"][0] for digit in (7, 2)]
    assert two["digits"] == alone


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"no picture", "error.picture.unreadable"),
        (png(np.full((50, 50), 255)), "error.picture.no_ink"),
    ],
)
def test_a_picture_that_cannot_be_read_is_refused_with_a_reason(visitor, content, key):
    assert prepare_file(visitor, Form(steps="{}"), content)["problem"]["key"] == key


@pytest.mark.parametrize("steps", ["", "[]", "{", '{"crop": 0}', None, {"crop": True}])
def test_switches_beside_a_picture_are_checked(steps):
    with pytest.raises(ValidationError):
        Form(steps=steps)
