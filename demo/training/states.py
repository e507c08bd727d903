"""The states of a run, and which may follow which."""

from __future__ import annotations

from typing import Literal

Outcome = Literal["finished", "stopped", "diverged", "failed"]
State = Literal[
    "waiting",  # in line
    "loading",  # digits, and a GPU where one is borrowed
    "running",
    "paused",
    "stepping",  # one batch or one epoch of each network, and then paused
    "evaluating",  # the training is over, and the test set is read
    "finished",
    "stopped",
    "diverged",
    "failed",
]
Reason = Literal["", "visitor", "time", "abandoned", "gpu", "error"]  # why a run did not finish

Halt = Literal["batch", "epoch"]  # where a step ends

ENDED: frozenset[State] = frozenset({"finished", "stopped", "diverged", "failed"})

AFTER: dict[State, frozenset[State]] = {
    "waiting": frozenset({"loading", "stopped", "failed"}),
    "loading": frozenset({"running", "paused", "stepping", "stopped", "failed"}),
    "running": frozenset({"paused", "stepping", "evaluating", "stopped", "failed"}),
    "paused": frozenset({"running", "stepping", "evaluating", "stopped", "failed"}),
    "stepping": frozenset({"running", "paused", "stepping", "evaluating", "stopped", "failed"}),
    "evaluating": frozenset({"finished", "stopped", "diverged", "failed"}),
    "finished": frozenset(),
    "stopped": frozenset(),
    "diverged": frozenset(),
    "failed": frozenset(),
}


class Stopped(Exception):
    """There is nothing to go on for."""
