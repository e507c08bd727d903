"""Fixtures that several tests of the page's Python share."""

from __future__ import annotations

import pytest

from demo.training import digits
from demo.training import run as runs
from demo.training.lanes import Lanes
from demo.training.plan import Plan
from demo.training.run import Run
from tests.demo.support import plan
from tests.support import until


@pytest.fixture
def made_up(synthetic, monkeypatch):
    """Runs learn from made-up digits, whichever are asked for, with one thread."""
    monkeypatch.setattr(digits, "load_mnist", lambda progress: synthetic)
    monkeypatch.setattr(digits, "load_digits", lambda: synthetic)
    monkeypatch.setattr(runs, "CORES", 1)
    return synthetic


@pytest.fixture
def begin(made_up):
    """Begins runs on made-up digits, and ends those that are left."""
    begun: list[Run] = []

    def start(*plans: Plan, lanes: Lanes | None = None, halt=None, listener=None) -> Run:
        place = (lanes or Lanes(2)).enter()
        begun.append(Run(len(begun) + 1, list(plans) or [plan()], "mnist", place, listener, halt))
        return begun[-1]

    yield start
    for run in begun:
        run.close()
    until(lambda: not any(run._thread.is_alive() for run in begun))
