"""What the server answers to the tab Compare: test digits, and a visitor's own networks measured in pieces."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from demo.compare import answers
from demo.compare.answers import CURVE_DIGITS, MAP_DIGITS, Indices, Piece, measure, show_digits
from demo.networks import Reader
from demo.visitor import Visitor
from demo.words import tell
from nets.changes import CHANGES
from nets.checkpoint import load_shipped
from nets.comparison.measures import ink, sample
from nets.data import Digits, load_digits
from nets.models import mlp

NETWORKS, RECORDS = load_shipped()


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(NETWORKS, RECORDS)


@pytest.fixture
def data(monkeypatch):
    """As many digits as MNIST's test set has: scikit-learn's, over and over."""
    bundled = load_digits()
    made = replace(bundled, test=bundled.train[torch.arange(10_000) % len(bundled.train)])
    monkeypatch.setattr(answers, "load_mnist", lambda download: made)
    return made


def right(model: torch.nn.Module, digits: Digits) -> int:
    with torch.inference_mode():
        return int((model(ink(digits)).argmax(1) == digits.labels).sum())


def test_digits_are_shown_as_they_are(visitor, data):
    answer = show_digits(visitor, Indices(indices=[7, 0]))
    assert answer["labels"] == data.test.labels[[7, 0]].tolist()
    shown = np.frombuffer(base64.b64decode(answer["images"][0]), np.uint8).reshape(28, 28)
    np.testing.assert_array_equal(shown, data.test.images[7, 0].numpy())


def test_without_mnist_it_is_said_why(visitor, monkeypatch):
    monkeypatch.setattr(answers, "_mnist", lambda: None)
    for answer in (
        show_digits(visitor, Indices(indices=[1])),
        measure(visitor, Piece(network="mlp", part="test", at=0)),
    ):
        assert "MNIST" in tell(answer["problem"])


@pytest.mark.parametrize("indices", [[-1], [10_000], [0] * 61, ["1"], [1.5]])
def test_no_other_digits_are_taken(indices):
    with pytest.raises(ValidationError):
        Indices(indices=indices)


def test_the_pieces_of_the_test_set_add_up(visitor, data):
    model = mlp().eval()
    visitor.load("mlp", Reader(model, {"network": "mlp"}, "loaded"))
    pieces = [measure(visitor, Piece(network="mlp", part="test", at=at)) for at in range(5)]
    assert sum(piece["digits"] for piece in pieces) == len(data.test)
    assert sum(piece["right"] for piece in pieces) == right(model, data.test)
    assert {piece["version"] for piece in pieces} == {visitor.networks.version}


def test_a_row_and_a_curve_hold_the_plain_accuracy_where_nothing_is_changed(visitor, data):
    row = measure(visitor, Piece(network="cnn", part="shift", at=0))
    assert row["digits"] == MAP_DIGITS and len(row["shares"]) == 15
    plain = right(NETWORKS["cnn"], sample(data.test, MAP_DIGITS)[1]) / MAP_DIGITS
    assert row["shares"][7] == pytest.approx(plain)
    curve = measure(visitor, Piece(network="cnn", part="rotation", at=0))
    plain = right(NETWORKS["cnn"], sample(data.test, CURVE_DIGITS)[1]) / CURVE_DIGITS
    assert curve["shares"][CHANGES["rotation"].values.index(0)] == pytest.approx(plain)
