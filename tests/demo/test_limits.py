"""Token buckets and counts, on a clock of their own."""

from __future__ import annotations

import time

import pytest

from demo.server.limits import AtOnce, Buckets, Rate


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_at_once_and_fills_at_its_rate():
    clock = Clock()
    buckets, rate = Buckets(clock=clock), Rate(2, 5)
    assert [buckets.take("a", rate) for _ in range(5)] == [0] * 5
    assert buckets.take("a", rate) == pytest.approx(0.5)
    assert buckets.take("a", rate, 3) == pytest.approx(1.5)
    assert buckets.take("b", rate, 5) == 0, "another's is its own"
    clock.now += 1
    assert [buckets.take("a", rate), buckets.take("a", rate)] == [0, 0]
    assert buckets.take("a", rate) > 0
    clock.now += 1000
    assert buckets.take("a", rate, 5) == 0 and buckets.take("a", rate) > 0, "full is full"


def test_a_refusal_takes_nothing():
    clock = Clock()
    buckets = Buckets(clock=clock)
    assert buckets.take("a", Rate(1, 3)) == 0
    assert all(buckets.take("a", Rate(1, 3), 3) for _ in range(100))
    assert buckets.take("a", Rate(1, 3), 2) == 0


def test_what_costs_more_than_a_bucket_holds_waits_for_a_full_one():
    clock = Clock()
    buckets = Buckets(clock=clock)
    assert buckets.take("a", Rate(1, 2), 5) == 0
    assert buckets.take("a", Rate(1, 2), 5) == 2


def test_there_are_only_so_many_buckets_and_the_longest_unused_goes():
    buckets = Buckets(capacity=3, clock=Clock())
    for key in ("a", "b", "a", "c", "d"):
        buckets.take(key, Rate(1, 1))
    assert len(buckets) == 3 and "b" not in buckets and {"a", "c", "d"} <= set(buckets._levels)


def test_what_is_under_way_is_counted_and_forgotten():
    open_now = AtOnce()
    with open_now.one_more("a", "b"), pytest.raises(KeyError), open_now.one_more("a"):
        assert (open_now["a"], open_now["b"], open_now["c"]) == (2, 1, 0)
        raise KeyError
    assert len(open_now) == 0


def test_buckets_do_not_depend_on_the_clock_on_the_wall(monkeypatch):
    """That clock may jump: after a jump, nobody is let through and nobody kept out."""
    buckets, rate = Buckets(), Rate(0.001, 2)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert [buckets.take("a", rate), buckets.take("a", rate)] == [0, 0]
    monkeypatch.setattr(time, "time", lambda: 1e12)
    assert buckets.take("a", rate) > 0
