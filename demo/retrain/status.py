"""What is said of a visitor's training: what the newest run does, and which networks the cards read with now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from demo.networks import Reader, View
from demo.training.run import Run
from demo.training.states import State
from demo.visitor import Visitor
from demo.words import Message, message


def status(visitor: Visitor, state: State | Literal["idle"], view: View) -> list[Message]:
    """Whole sentences, one after the other."""
    run = visitor.training.latest
    if run is None or state == "idle":
        doing = message("retrain.state.cut_off" if visitor.training.cut_off else "retrain.state.idle")
    else:
        doing = _doing(run, state)
    return [doing, *_reading(view)]


def notes(visitor: Visitor) -> list[Message]:
    """What else there is to know."""
    run = visitor.training.latest
    told = []
    if run and run.data and run.data.name != run.wanted:
        told.append(message("retrain.note.digits_instead"))
    if run and run.loan and run.loan.refused:
        told.append(message("retrain.note.no_gpu"))
    if visitor.dropped:
        told.append(message("retrain.note.dropped"))
    return told


def _doing(run: Run, state: State) -> Message:
    which = _which(plan.network for plan in run.plans)
    match state:
        case "waiting":
            place = run.place.number or 1
            return message("retrain.state.next") if place == 1 else message("retrain.state.waiting", place=place)
        case "loading":
            if run.download and not run.data:
                done, total = (size / 1e6 for size in run.download)
                return message("retrain.state.downloading", done=done, total=total)
            return message("retrain.state.asking_for_gpu" if run.loan else "retrain.state.loading")
        case "running" | "stepping":
            if run.loan and not run.loan.refused:
                return message(f"retrain.state.running_on.{which}", device=run.loan.device)
            return message(f"retrain.state.running.{which}")
        case "evaluating" | "finished":
            return message(f"retrain.state.{state}.{which}")
        case "diverged":
            lost = _which(name for name, track in run.tracks.items() if track.end and track.end.diverged)
            return message(f"retrain.state.diverged.{lost}")
        case "stopped":
            return message(f"retrain.state.stopped.{run.reason or 'visitor'}")
        case "paused" | "failed":
            return message(f"retrain.state.{state}")


def _reading(view: View) -> list[Message]:
    """Which networks the cards read with: one sentence, where the same is true of both, or two."""
    kinds = {name: _kind(name, reader, view) for name, reader in view.readers.items()}
    sentences: list[Message] = []
    for name, (kind, values) in kinds.items():
        others = [other for other in kinds if other != name]
        if all(kinds[other] == (kind, values) for other in others):
            return [message(f"retrain.reads.{kind}.both", **values)]
        more = {"parameters": view.readers[name].parameters} if kind == "loaded" else {}
        sentences.append(message(f"retrain.reads.{kind}.{name}", **values, **more))
    return sentences


def _kind(name: str, reader: Reader, view: View) -> tuple[str, dict[str, Any]]:
    """The key of what is true of a reader, and its values."""
    if reader.source != "run":
        return reader.source, {}
    if view.moment and name in view.moment.networks:
        return "past", {"run": reader.run, "seconds": view.moment.seconds}
    if view.training == reader.run:
        return "learning", {"run": reader.run}
    return "broken_off" if reader.record is None else "result", {"run": reader.run}


def _which(networks: Iterable[str]) -> str:
    names = list(networks)
    return names[0] if len(names) == 1 else "both"
