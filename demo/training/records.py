"""What is kept of a run that has ended: the record of each network, and its row in the table of the visit's runs."""

from __future__ import annotations

from typing import Any, TypedDict

from demo.training.run import Run
from demo.training.states import Outcome
from demo.training.track import Track
from nets.checkpoint import device_name, training_record
from nets.models import describe, totals


class Row(TypedDict):
    """A network of a run that has ended, as the table shows it."""

    run: int
    network: str
    recipe: str
    changed: list[str]  # options that are not as in the recipe
    data: str
    outcome: Outcome
    epochs: int
    seconds: float
    validation_accuracy: float
    test_accuracy: float
    test_loss: float
    parameters: int
    multiply_adds: int
    settings: dict[str, Any]  # every option by its name


def record(run: Run, track: Track) -> dict[str, Any] | None:
    """The record of a network trained here; None where nothing was learnt, or the test set was not read."""
    if run.data is None or track.batch is None or track.test is None or track.validation is None:
        return None
    plan = track.plan
    device = run.loan.device if run.loan else ""
    return training_record(
        network=plan.network,
        architecture=plan.architecture,
        recipe=f"{plan.recipe}, changed" if plan.changed(run.wanted) else plan.recipe,
        config=plan.config,
        model=track.copy,
        data=run.data,
        device=device or device_name(track.device, track.threads),
        seconds=track.seconds,
        epochs=track.epochs,
        outcome=_outcome(track),
        validation=track.validation,
        test=track.test,
        run=run.number,
    )


def row(run: Run, track: Track, record: dict[str, Any]) -> Row:
    plan = track.plan
    return {
        "run": run.number,
        "network": plan.network,
        "recipe": plan.recipe,
        "changed": plan.changed(run.wanted),
        "data": record["data"]["name"],
        "outcome": _outcome(track),
        "epochs": track.epochs,
        "seconds": record["seconds"],
        "validation_accuracy": record["validation"]["accuracy"],
        "test_accuracy": record["test"]["accuracy"],
        "test_loss": record["test"]["loss"],
        "parameters": record["parameters"],
        "multiply_adds": totals(describe(track.copy))[1],
        "settings": plan.options(),
    }


def _outcome(track: Track) -> Outcome:
    if track.end is None:
        return "stopped"
    return "diverged" if track.end.diverged else "finished"
