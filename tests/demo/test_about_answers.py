"""What the tab About is told, against the networks themselves, the shipped ones and any that a visitor can make."""

from __future__ import annotations

import json

import orjson
import pytest
import torch

from demo import samples
from demo.about.answers import LARGEST, SHIFT, describe_networks, moved, result, right
from demo.networks import Reader
from demo.server.doors import Nothing
from demo.training.snapshots import Snapshot
from demo.visitor import Visitor, describe_readers
from nets.checkpoint import load_shipped
from nets.models import CnnArchitecture, MlpArchitecture, cnn, describe, mlp, totals
from nets.prediction import predict
from nets.preprocess import prepare_drawing

NETWORKS, RECORDS = load_shipped()
OTHERS = [
    ("mlp", mlp(MlpArchitecture(hidden=(7,), activation="elu", dropout=0.5, batch_norm=True))),
    ("cnn", cnn(CnnArchitecture(kernel=3, channels=(1, 2, 3, 4), extra_conv=True, batch_norm=True, dropout=0.5))),
    ("cnn", cnn(CnnArchitecture(kernel=7, activation="leaky"))),
]


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(NETWORKS, RECORDS)


def told(visitor: Visitor):
    """As it arrives in the page."""
    return json.loads(orjson.dumps(describe_networks(visitor, Nothing())))


def test_the_shipped_networks_with_their_records(visitor):
    answer = told(visitor)
    assert answer["networks"] == describe_readers(visitor)
    for name, network in answer["about"].items():
        rows = describe(NETWORKS[name])
        assert [layer["name"] for layer in network["layers"]] == [row.name for row in rows]
        assert [tuple(layer["shape"]) for layer in network["layers"]] == [row.shape for row in rows]
        assert [layer["receptive_field"] for layer in network["layers"]] == [row.receptive_field for row in rows]
        assert (network["parameters"], network["multiply_adds"]) == totals(rows)
        assert network["result"]["test"] == RECORDS[name]["test"]
        assert network["tutorial"]


@pytest.mark.parametrize(("name", "model"), OTHERS)
def test_any_other_network_is_told_of_as_it_is(visitor, name, model):
    visitor.networks.keep(name, Reader(model.eval(), {**RECORDS[name], "epochs": 7}, "loaded"))
    network = told(visitor)["about"][name]
    assert (network["parameters"], network["multiply_adds"]) == totals(describe(model))
    assert network["result"]["epochs"] == 7
    assert not network["tutorial"]
    assert network["right"] == right(model)


def test_a_network_in_training_has_no_results(visitor):
    visitor.networks.follow(3)
    visitor.networks.publish(3, Snapshot(1, 1.5, {"mlp": mlp().eval()}))
    answer = told(visitor)
    assert answer["about"]["mlp"]["result"] is None and answer["about"]["cnn"]["result"]
    assert answer["networks"]["readers"]["mlp"] == {
        "source": "run",
        "run": 3,
        "seconds": 1.5,
        "parameters": answer["about"]["mlp"]["parameters"],
    }


def test_moved_digits_are_counted_one_by_one(visitor):
    """By the network that reads now, on the ten samples moved whole."""
    images, digits = moved()
    assert len(images) == 80 and told(visitor)["moved"] == {"digits": 80, "pixels": SHIFT}
    seven = prepare_drawing(samples.drawing(7)).image
    lower_right = [image for image, digit in zip(images, digits, strict=True) if digit == 7][-1]
    torch.testing.assert_close(lower_right[:, SHIFT:, SHIFT:], seven[:, :-SHIFT, :-SHIFT])
    assert seven.sum() == pytest.approx(float(lower_right.sum()), rel=1e-6), "no ink is lost"
    for name, model in NETWORKS.items():
        count = sum(predict(model, image).digit == digit for image, digit in zip(images, digits, strict=True))
        assert told(visitor)["about"][name]["right"] == count


def test_a_record_may_say_anything_that_its_types_allow():
    record = {
        **RECORDS["mlp"],
        "recipe": "r" * 10_000,
        "epochs": 10**400,
        "seed": -(10**30),
        "seconds": float("inf"),
        "test": {"accuracy": float("nan"), "loss": 10**400},
        "versions": {f"{i}": ["x"] * 10_000 for i in range(1000)},
    }
    answer = result(record)
    assert len(orjson.dumps(answer)) < 6000
    assert (answer["epochs"], answer["seed"]) == (LARGEST, -LARGEST)
    assert answer["seconds"] is answer["test"]["accuracy"] is answer["test"]["loss"] is None
