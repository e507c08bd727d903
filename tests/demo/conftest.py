"""Fixtures that several tests of the page's Python share."""

from __future__ import annotations

import pytest

from demo.training import run as runs
from demo.training.run import Lanes, Plan, Run
from tests.demo.support import plan
from tests.support import until


@pytest.fixture
def begin(synthetic, monkeypatch):
    """Begins runs on made-up digits, and ends those that are left."""
    monkeypatch.setattr(runs, "load_mnist", lambda progress: synthetic)
    monkeypatch.setattr(runs, "load_digits", lambda: synthetic)
    monkeypatch.setattr(runs, "CORES", 1)
    begun: list[Run] = []

    def start(*plans: Plan, lanes: Lanes | None = None, halt=None) -> Run:
        begun.append(Run(len(begun) + 1, list(plans) or [plan()], "mnist", lanes or Lanes(2), halt))
        return begun[-1]

    yield start
    for run in begun:
        run.close()
    until(lambda: not any(run.live for run in begun))
