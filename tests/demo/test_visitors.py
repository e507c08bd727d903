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
from demo.server.limits import SESSIONS
from demo.visitor import describe_readers
from demo.visitors import Visitors
from nets.checkpoint import load_shipped
from nets.models import mlp
from nets.prediction import predict
from nets.preprocess import prepare_drawing
from tests.support import run

NETWORKS, RECORDS = load_shipped()


def test_samples_are_drawn_finely_and_lie_on_the_paper():
    for digit in range(10):
        for stroke in samples.strokes(digit):
            points = np.array(stroke)
            assert len(points) > 6
            assert (points > 9).all() and (points < 271).all()
            assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() < 20


def test_a_visitor_is_remembered_and_shares_nothing_but_the_networks():
    visitors = Visitors(NETWORKS, RECORDS)
    one, other = visitors["one"], visitors["other"]
    assert visitors["one"] is one is not other
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


def test_of_too_many_those_of_the_address_with_the_most_go_first():
    visitors = Visitors(NETWORKS, RECORDS, capacity=4)
    other = visitors["other"]
    other.address = "198.51.100.1"
    for i in range(20):
        visitors[f"page {i}"].address = "203.0.113.7"
    assert len(visitors) == 4
    assert visitors["other"] is other
    assert list(visitors._visitors) == ["page 17", "page 18", "page 19", "other"]


def test_one_address_cannot_begin_so_many_that_any_go_before_they_are_idle():
    assert SESSIONS.at_once + SESSIONS.a_second * module.IDLE < module.MOST


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
