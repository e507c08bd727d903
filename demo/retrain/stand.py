"""How a visitor's training stands, as an answer: state, networks, and the details of the newest run."""

from __future__ import annotations

from typing import Literal
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from demo import images
from demo.networks import Networks, View
from demo.retrain.shapes import (
    CellAnswer,
    Confusion,
    Details,
    Download,
    Example,
    Examples,
    FirstLayer,
    KeptBackScore,
    MomentAnswer,
    Result,
    Stand,
    TrackAnswer,
    Watch,
)
from demo.retrain.status import notes, status
from demo.training.curves import WINDOW, short
from demo.training.run import Run
from demo.training.shown import PICTURES, kept_back, ten
from demo.training.snapshots import Snapshot
from demo.training.states import State
from demo.training.track import KeptBackRead, Track
from demo.visitor import Visitor
from demo.words import Message, message
from nets.data import DigitData, Digits
from nets.models import SIDE

OF_CELL = 24  # digits of a cell of the table of mistakes, shown


def stand(visitor: Visitor, asked: Watch, problem: Message | None = None) -> Stand:
    """How it stands, for a page that has what it says it has."""
    run = visitor.training.latest
    # The state comes before the networks: who sees that a run has ended sees what came of it.
    state: State | Literal["idle"] = run.state if run else "idle"
    view = visitor.networks.view
    return {
        "problem": problem,
        "state": state,
        "status": status(visitor, state, view),
        "notes": notes(visitor),
        "networks": view.describe(),
        "downloads": _downloads(view),
        "borrow": run.number if run and run.live and run.loan and not run.loan.asked else None,
        "details": _details(visitor, run, view, asked) if asked.visible else None,
    }


def is_slow(visitor: Visitor) -> bool:
    """Whether a moment of the past is to be looked at for the first time, and has to be evaluated."""
    moment = visitor.networks.view.moment
    return moment is not None and moment.evaluations.keys() != moment.networks.keys()


def _downloads(view: View) -> dict[str, Download | None]:
    downloads: dict[str, Download | None] = dict.fromkeys(view.readers)
    for name, reader in view.kept.items():
        source: Literal["loaded", "run"] = "run" if reader.source == "run" else "loaded"
        downloads[name] = {"source": source, "run": reader.run, "parameters": reader.parameters}
    return downloads


def _details(visitor: Visitor, run: Run | None, view: View, asked: Watch) -> Details:
    runs = visitor.training
    table = runs.table
    answer: Details = {
        "run": run.number if run else None,
        "data": run.data.name if run and run.data else None,
        "progress": round(run.progress, 4) if run else 0.0,
        "left": short(run.left) if run and run.live and run.left is not None else None,
        "moment": view.moment.id if view.moment else None,
        "moments": [],
        "tracks": {},
        "examples": None,
        "table": None if asked.table == table.version else {"version": table.version, "rows": table.rows},
    }
    newest = run.snapshots.newest if run else None
    if not run or not run.data or not newest:
        return answer
    tested, version = ten(run, run.data, runs.ten), f"{table.token}-{run.number}-{runs.ten}"
    answer["examples"] = None if asked.examples == version else _examples(tested, version)
    answer["moments"] = _moments(run, view.moment)
    shown = view.moment or newest
    answer["tracks"] = {
        name: _track(run, run.data, track, shown, tested, version, visitor.networks)
        for name, track in run.tracks.items()
        if name in shown.networks
    }
    return answer


def _moments(run: Run, moment: Snapshot | None) -> list[MomentAnswer]:
    """Those that are kept, and the one that is looked at even if it is not kept any more."""
    moments = {kept.id: kept for kept in (*run.snapshots.kept, *([moment] if moment else []))}
    return [{"id": id, "seconds": short(moments[id].seconds)} for id in sorted(moments)]


def _track(
    run: Run, data: DigitData, track: Track, shown: Snapshot, tested: Digits, ten: str, networks: Networks
) -> TrackAnswer:
    name, batch, latest = track.plan.network, track.batch, track.curves.latest
    read = kept_back(run, track, shown)
    return {
        "epoch": batch.epoch if batch else 0,
        "epochs": track.plan.config.epochs,
        "step": batch.step if batch else 0,
        "steps": track.steps,
        "seconds": short(track.seconds),
        "per_epoch": track.curves.per_epoch,
        "loss": short(latest.smooth) if latest else None,
        "accuracy": short(latest.accuracy) if latest else None,
        "window": [max(1, latest.step - WINDOW + 1), latest.step] if latest else [],
        "validation": _score(track.kept_back),
        "smoothing": track.plan.config.label_smoothing,
        "shown": shown.steps.get(name, 0),
        "learning_rate": short(batch.learning_rate) if batch else None,
        "speed": round(batch.images / batch.seconds) if batch else None,
        "curves": track.curves.answer(),
        "examples": _read(shown.networks[name], tested, ten),
        "first": first_layer(shown.networks[name]),
        "confusion": confusion(read),
        "result": _result(run, data, track, networks),
    }


def _examples(tested: Digits, version: str) -> Examples:
    return {"version": version, "images": [images.pixels(image / 255) for image in tested.images]}


_readings: WeakKeyDictionary[nn.Module, tuple[str, list[Example]]] = WeakKeyDictionary()


def _read(model: nn.Sequential, tested: Digits, ten: str) -> list[Example]:
    """What a network reads in the ten; kept, for a page asks six times a second."""
    known = _readings.get(model)
    if known is None or known[0] != ten:
        with torch.inference_mode():
            shares, digits = model(tested.images / 255).softmax(1).max(1)
        read: list[Example] = [
            {"label": label, "digit": digit, "confidence": round(share, 3)}
            for label, digit, share in zip(tested.labels.tolist(), digits.tolist(), shares.tolist(), strict=True)
        ]
        _readings[model] = known = ten, read
    return known[1]


def first_layer(model: nn.Sequential) -> FirstLayer:
    """The first weights of a network as pictures: conv1's kernels, or what units of fc1 take from each pixel."""
    weights = next(p for p in model.parameters() if p.ndim > 1).detach()  # (of, 1, k, k) or (of, 784)
    shown, largest = weights[:PICTURES], weights.abs().max()
    return {
        "count": len(shown),
        "of": len(weights),
        "side": weights.shape[-1] if weights.ndim == 4 else SIDE,
        "largest": short(largest.item()),
        "weights": images.quantised(shown, True, largest),
    }


def confusion(read: KeptBackRead | None) -> Confusion | None:
    """How often each digit was read as which: row the true one, column the one read."""
    if read is None:
        return None
    counts: Tensor = read.evaluation.confusion
    return {"counts": counts.tolist(), "digits": int(counts.sum()), "step": read.step}


def digits_of_cell(visitor: Visitor, network: str, label: int, digit: int) -> CellAnswer:
    """The digits kept back that the network shown read in this way."""
    answer: CellAnswer = {"label": label, "digit": digit, "count": 0, "of": 0, "step": 0, "images": []}
    run, moment = visitor.training.latest, visitor.networks.view.moment
    shown = moment or (run.snapshots.newest if run else None)
    if not run or not run.data or not shown or network not in shown.networks:
        return answer
    track = run.tracks[network]
    read = kept_back(run, track, shown)
    if read is None:
        return answer
    predicted = read.evaluation.predicted
    digits = run.data.validation if len(predicted) == len(run.data.validation) else track.sample
    of = digits.labels.cpu() == label
    which = (of & (predicted == digit)).nonzero().flatten()
    pictures = [images.pixels(image / 255) for image in digits.images[which[:OF_CELL]]]
    return {**answer, "count": len(which), "of": int(of.sum()), "step": read.step, "images": pictures}


def _score(read: KeptBackRead | None) -> KeptBackScore | None:
    if read is None:
        return None
    evaluation, step = read
    return {
        "accuracy": short(evaluation.accuracy),
        "loss": short(evaluation.loss),
        "digits": len(evaluation.predicted),
        "step": step,
    }


def _result(run: Run, data: DigitData, track: Track, networks: Networks) -> Result | None:
    if run.live or track.test is None:
        return None
    name, comparable = track.plan.network, data.name == "mnist"
    shipped = networks.shipped_record(name)["test"]
    return {
        "test": {"accuracy": track.test.accuracy, "loss": track.test.loss, "digits": len(data.test)},
        "shipped": {"accuracy": shipped["accuracy"], "loss": shipped["loss"]} if comparable else None,
        "promise": message(f"retrain.promise.{name}") if comparable else None,
    }
