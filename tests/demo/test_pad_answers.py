"""What the server answers to a drawing on the pad: data, checked against the networks themselves."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch

from demo import images, samples
from demo.networks import Reader
from demo.pad.answers import Pad, price, read_drawing
from demo.reader.answers import Chosen, read_with, weights
from demo.server.doors import Nothing
from demo.visitor import Visitor, describe_readers
from demo.words import tell
from nets.checkpoint import load_shipped
from nets.drawing import MAX_POINTS, MAX_STROKES
from nets.models import mlp
from nets.prediction import predict
from nets.preprocess import prepare_drawing
from tests.support import run

NETWORKS, RECORDS = load_shipped()


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(NETWORKS, RECORDS)


def read(visitor: Visitor, strokes, pen: float = samples.PEN, **more):
    return run(read_drawing(visitor, Pad(strokes=strokes, pen=pen, **more)))


def drawn(digit: int) -> list[list[list[float]]]:
    return [[list(point) for point in stroke] for stroke in samples.strokes(digit)]


@pytest.mark.parametrize("digit", range(10))
def test_both_networks_read_what_is_drawn(visitor, digit):
    answer = read(visitor, drawn(digit))
    image = prepare_drawing(samples.drawing(digit)).image
    seen = np.frombuffer(base64.b64decode(answer["image"]), np.uint8).reshape(28, 28)
    np.testing.assert_allclose(seen / 255, image[0], atol=1 / 255)
    for name, card in answer["cards"].items():
        prediction = predict(NETWORKS[name], image)
        assert card["digit"] == digit == prediction.digit
        assert card["probabilities"] == pytest.approx(prediction.probabilities, abs=1e-5)
        assert card["milliseconds"] > 0
    assert answer["networks"] == describe_readers(visitor)


def beside(*digits: int) -> list[list[list[float]]]:
    """Samples side by side, 65 pad units apart."""
    return [
        [[0.3 * x + 65 * place - 10, 0.6 * y + 50] for x, y in stroke]
        for place, digit in enumerate(digits)
        for stroke in samples.strokes(digit)
    ]


def test_digits_that_stand_apart_are_read_each_by_itself(visitor):
    for place, digit in enumerate((2, 0, 5, 4)):
        answer = read(visitor, beside(2, 0, 5, 4), 12, digit=place)
        assert [cards["cnn"]["digit"] for cards in answer["digits"]] == [2, 0, 5, 4]
        assert answer["cards"]["cnn"]["digit"] == digit
        for name, card in answer["digits"][place].items():
            assert card["probabilities"] == pytest.approx(answer["cards"][name]["probabilities"], abs=1e-6)
        assert answer["image"] == images.pixels(Pad(strokes=beside(2, 0, 5, 4), pen=12, digit=place).prepare().image)
    assert read(visitor, beside(7, 2), 12)["digits"] == []  # read as one, where nobody asks for more
    assert read(visitor, drawn(3), digit=9)["cards"]["cnn"]["digit"] == 3
    assert price({"strokes": [], "digit": 1}) > price({"strokes": []})


def test_a_picture_is_read_as_it_was_prepared(visitor):
    prepared = {digit: images.pixels(prepare_drawing(samples.drawing(digit)).image) for digit in (3, 8)}
    answer = read(visitor, [], image=prepared[8], digit=1, images=[prepared[3], prepared[8]])
    assert answer["image"] == prepared[8]
    assert [cards["mlp"]["digit"] for cards in answer["digits"]] == [3, 8]
    assert answer["cards"]["mlp"]["digit"] == 8
    for wrong in ("", "ä", "AAAA", prepared[3] + "AAAA"):
        assert read(visitor, [], image=wrong)["problem"]["key"] == "error.picture.array"


def test_a_blank_pad_is_no_reading(visitor):
    answer = read(visitor, [])
    assert answer == {"networks": describe_readers(visitor), "image": "", "cards": {}, "digits": []}


def test_the_networks_that_it_names_are_those_that_read(visitor):
    torch.manual_seed(0)
    visitor.networks.keep("mlp", Reader(mlp().eval(), RECORDS["mlp"], "loaded"))
    answer = read(visitor, drawn(7))
    assert answer["networks"]["readers"]["mlp"]["source"] == "loaded"
    assert answer["networks"]["readers"]["cnn"]["source"] == "shipped"
    assert max(answer["cards"]["mlp"]["probabilities"]) < 0.2 < 0.9 < max(answer["cards"]["cnn"]["probabilities"])


def test_a_network_without_numbers_has_no_card(visitor):
    broken = mlp().eval()
    torch.nn.init.constant_(broken.fc1.weight, float("nan"))
    visitor.networks.keep("mlp", Reader(broken, RECORDS["mlp"], "loaded"))
    cards = read(visitor, drawn(7))["cards"]
    assert cards["mlp"] is None and cards["cnn"]["digit"] == 7


@pytest.mark.parametrize(
    ("strokes", "pen", "said"),
    [
        ([[[1, 2]] * (MAX_POINTS + 1)], 18, "points"),
        ([[[1, 2]]] * (MAX_STROKES + 1), 18, "strokes"),
        ([[[1, 2, 3]]], 18, "point"),
        ([[[float("inf"), 2]]], 18, "point"),
        ([[[1, 2]]], 0, "pen"),
    ],
)
def test_a_drawing_that_cannot_be_one_is_refused_with_a_reason(visitor, strokes, pen, said):
    answer = read(visitor, strokes, pen)
    assert answer["problem"]["key"].startswith("error.drawing.") and said in tell(answer["problem"])


def test_the_networks_of_the_tutorials_read_when_they_are_chosen():
    tutorial = {name: Reader(mlp(), {"network": name}, "tutorial") for name in NETWORKS}
    visitor = Visitor(NETWORKS, RECORDS, tutorial=tutorial)
    before = visitor.networks.version
    answer = read_with(visitor, Chosen(training="tutorial"))
    assert answer["networks"]["version"] != before and answer["problem"] is None
    assert {reader["source"] for reader in answer["networks"]["readers"].values()} == {"tutorial"}
    assert visitor.networks.now() == tutorial
    assert weights(visitor, Nothing())["own"] == {}  # they lie beside the page
    visitor.networks.follow(1)
    refused = read_with(visitor, Chosen(training="shipped"))
    assert "training" in tell(refused["problem"]) and visitor.networks.now() == tutorial
