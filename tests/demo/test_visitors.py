"""Drawings of several visitors go in, and what each of them gets back is checked to be theirs alone."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
import torch

from demo import samples
from demo import visitors as session
from demo.visitors import Session, Sessions
from nets.checkpoint import load_shipped
from nets.models import mlp
from nets.prediction import predict
from nets.preprocess import Drawing, prepare_drawing

NETWORKS, RECORDS = load_shipped()


@pytest.mark.parametrize("digit", range(10))
def test_both_networks_read_every_sample(digit):
    session = Session(NETWORKS, RECORDS)
    predictions = session.predict(session.prepare(samples.drawing(digit)).image)
    assert {name: prediction.digit for name, prediction in predictions.items()} == {"mlp": digit, "cnn": digit}


def test_samples_are_drawn_finely_and_lie_on_the_paper():
    for digit in range(10):
        for stroke in samples.strokes(digit):
            points = np.array(stroke)
            assert len(points) > 6
            assert (points > 9).all() and (points < 271).all()
            assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() < 20


def test_no_ink_gives_no_reading_and_forgets_the_drawing_before():
    session = Session(NETWORKS, RECORDS)
    session.prepare(samples.drawing(3))
    blank = Drawing((), 18.0)
    assert session.prepare(blank) is None
    assert session.drawing is blank


def test_a_visitor_keeps_a_session_and_shares_nothing_but_the_networks():
    sessions = Sessions(NETWORKS, RECORDS)
    one, other = sessions["one"], sessions["other"]
    assert sessions["one"] is one is not other
    one.prepare(samples.drawing(4))
    assert other.drawing is None
    one.retraining._kept["mlp"] = mlp()
    assert one.networks["mlp"] is not NETWORKS["mlp"]
    assert other.networks["mlp"] is sessions["third"].networks["mlp"] is NETWORKS["mlp"]


def test_sessions_are_bounded_and_can_be_forgotten():
    sessions = Sessions(NETWORKS, RECORDS, capacity=2)
    first, _ = sessions["a"], sessions["b"]
    assert sessions["a"] is first  # used again, so b goes before it
    sessions["c"]
    assert len(sessions) == 2
    assert sessions["a"] is first
    sessions.forget("a")
    sessions.forget("never seen")
    sessions.forget(None)
    assert len(sessions) == 1


def test_a_session_that_nobody_uses_is_over_after_a_while(monkeypatch):
    now = 0.0
    monkeypatch.setattr(session.time, "monotonic", lambda: now)
    sessions = Sessions(NETWORKS, RECORDS)
    idle, busy = sessions["idle"], sessions["busy"]
    now = 0.9 * session.IDLE
    assert sessions["busy"] is busy
    now = 1.1 * session.IDLE
    assert sessions["busy"] is busy
    assert len(sessions) == 1
    assert sessions["idle"] is not idle


def test_images_of_several_visitors_are_read_together_and_each_gets_its_own():
    """Against one at a time; a network that breaks is nobody else's trouble, nor is one who went away."""

    async def ask() -> list:
        readings = session.Readings()
        images = [prepare_drawing(samples.drawing(digit)).image for digit in range(10)]
        asked = [readings.predict(NETWORKS["cnn"], image) for image in images]
        broken = readings.predict(torch.nn.Sequential(torch.nn.Linear(3, 10)), images[0])
        asked[3].cancel()
        return await asyncio.gather(*asked, broken, return_exceptions=True)

    *read, broken = asyncio.run(ask())
    assert isinstance(broken, RuntimeError) and isinstance(read.pop(3), asyncio.CancelledError)
    for digit, prediction in zip([0, 1, 2, 4, 5, 6, 7, 8, 9], read, strict=True):
        alone = predict(NETWORKS["cnn"], prepare_drawing(samples.drawing(digit)).image)
        assert prediction.digit == alone.digit == digit
        assert prediction.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
