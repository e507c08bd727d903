"""Visitors: what one draws and trains is theirs alone, and how long the server remembers them."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
import torch

from demo import samples
from demo import visitors as module
from demo.networks import Reader
from demo.readings import Readings
from demo.visitor import Visitor, describe_readers
from demo.visitors import Visitors
from nets.checkpoint import load_shipped
from nets.drawing import Drawing
from nets.models import mlp
from nets.prediction import predict
from nets.preprocess import prepare_drawing
from tests.support import run

NETWORKS, RECORDS = load_shipped()


@pytest.mark.parametrize("digit", range(10))
def test_both_networks_read_every_sample(digit):
    visitor = Visitor(NETWORKS, RECORDS)
    predictions = visitor.predict(visitor.prepare(samples.drawing(digit)).image)
    assert {name: prediction.digit for name, prediction in predictions.items()} == {"mlp": digit, "cnn": digit}


def test_samples_are_drawn_finely_and_lie_on_the_paper():
    for digit in range(10):
        for stroke in samples.strokes(digit):
            points = np.array(stroke)
            assert len(points) > 6
            assert (points > 9).all() and (points < 271).all()
            assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() < 20


def test_no_ink_gives_no_reading_and_forgets_the_drawing_before():
    visitor = Visitor(NETWORKS, RECORDS)
    visitor.prepare(samples.drawing(3))
    blank = Drawing((), 18.0)
    assert visitor.prepare(blank) is None
    assert visitor.prepared is None


def test_a_visitor_is_remembered_and_shares_nothing_but_the_networks():
    visitors = Visitors(NETWORKS, RECORDS)
    one, other = visitors["one"], visitors["other"]
    assert visitors["one"] is one is not other
    one.prepare(samples.drawing(4))
    assert other.prepared is None
    one.networks.keep("mlp", Reader(mlp(), RECORDS["mlp"], "loaded"))
    models = [{name: r.model for name, r in v.networks.now().items()} for v in (one, other, visitors["third"])]
    assert models[0]["mlp"] is not NETWORKS["mlp"] and models[0]["cnn"] is NETWORKS["cnn"]
    assert models[1] == models[2] == NETWORKS
    told = [describe_readers(visitor) for visitor in (one, other)]
    assert told[0]["version"] != told[1]["version"]
    assert told[0]["readers"]["mlp"] == {"source": "loaded", "run": None, "seconds": None, "parameters": 175_306}
    assert told[1]["readers"]["cnn"] == {"source": "shipped", "run": None, "seconds": None, "parameters": 121_514}


def test_visitors_are_bounded_and_can_be_forgotten():
    visitors = Visitors(NETWORKS, RECORDS, capacity=2)
    first, _ = visitors["a"], visitors["b"]
    assert visitors["a"] is first  # used again, so b goes before it
    visitors["c"]
    assert len(visitors) == 2
    assert visitors["a"] is first
    visitors.forget("a")
    visitors.forget("never seen")
    visitors.forget(None)
    assert len(visitors) == 1


def test_a_visitor_of_whom_nothing_is_heard_is_forgotten_after_a_while(monkeypatch):
    now = 0.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    visitors = Visitors(NETWORKS, RECORDS)
    idle, busy = visitors["idle"], visitors["busy"]
    now = 0.9 * module.IDLE
    assert visitors["busy"] is busy
    now = 1.1 * module.IDLE
    assert visitors["busy"] is busy
    assert len(visitors) == 1
    assert visitors["idle"] is not idle


def test_images_of_several_visitors_are_read_together_and_each_gets_its_own():
    """Against one at a time; a network that breaks is nobody else's trouble, nor is one who went away."""

    async def ask() -> list:
        readings = Readings()
        images = [prepare_drawing(samples.drawing(digit)).image for digit in range(10)]
        asked = [readings.predict(NETWORKS["cnn"], image) for image in images]
        broken = readings.predict(torch.nn.Sequential(torch.nn.Linear(3, 10)), images[0])
        asked[3].cancel()
        return await asyncio.gather(*asked, broken, return_exceptions=True)

    *read, broken = run(ask())
    assert isinstance(broken, RuntimeError) and isinstance(read.pop(3), asyncio.CancelledError)
    for digit, prediction in zip([0, 1, 2, 4, 5, 6, 7, 8, 9], read, strict=True):
        alone = predict(NETWORKS["cnn"], prepare_drawing(samples.drawing(digit)).image)
        assert prediction.digit == alone.digit == digit
        assert prediction.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
