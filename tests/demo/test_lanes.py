"""The line to train: who runs, who waits, and that addresses take turns."""

from __future__ import annotations

import threading
import time

import pytest

from demo.training.lanes import Lanes, NoRoom


def test_so_many_at_once_and_the_others_in_line():
    lanes = Lanes(2, 2)
    places = [lanes.enter() for _ in range(4)]
    assert [place.number for place in places] == [None, None, 1, 2]
    assert lanes.running == places[0].running == 2
    with pytest.raises(NoRoom, match="line"):
        lanes.enter()
    places[2].leave()
    assert [place.number for place in places] == [None, None, None, 1]
    places[0].leave()
    assert places[3].wait(0) and lanes.running == 2
    assert not places[2].wait(0)  # it has left


def test_who_waits_is_woken_by_whoever_leaves():
    lanes = Lanes(1)
    first, second = lanes.enter(), lanes.enter()
    assert not second.wait(0)
    threading.Timer(0.05, first.leave).start()
    began = time.monotonic()
    assert second.wait(60) and time.monotonic() - began < 30


def test_sixty_runs_of_one_address_keep_nobody_out():
    lanes = Lanes(2, 50)
    crowd, refused = [], []
    for _ in range(60):
        try:
            crowd.append(lanes.enter("203.0.113.7"))
        except NoRoom as error:
            refused.append(error.why)
    assert len(crowd) == 2 + 25 and set(refused) == {"share"}
    visitor = lanes.enter("198.51.100.1")
    assert visitor.number == 1  # next, before those who have had a turn
    crowd[0].leave()
    assert visitor.wait(0)


def test_addresses_take_turns():
    lanes = Lanes(1, 50)
    running = lanes.enter("a")
    line = [lanes.enter(address) for address in "aaabbc"]
    served = []
    for _ in line:
        running.leave()
        [running] = [place for place in line if place.wait(0)]
        served.append(running.address)
    assert served == list("bcabaa")


def test_of_one_address_the_first_to_come_goes_first():
    lanes = Lanes(1, 50)
    running = lanes.enter("a")
    line = [lanes.enter("a") for _ in range(5)]
    assert [place.number for place in line] == [1, 2, 3, 4, 5]
    for place in line:
        running.leave()
        assert place.wait(0)
        running = place


def test_unknown_addresses_are_addresses_of_their_own():
    lanes = Lanes(1, 50)
    places = [lanes.enter(None) for _ in range(51)]
    assert [place.number for place in places] == [None, *range(1, 51)]


def test_nothing_is_remembered_of_addresses_that_are_gone():
    lanes = Lanes(1, 50)
    for i in range(100):
        lanes.enter(f"address {i}").leave()
    assert not lanes._turns
