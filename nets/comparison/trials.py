"""Trials: a contestant trained once with one seed, written down whole as soon as it is done.

A trial is two files in a folder: the weights (float32), and a record of how the training went. What is there already is
not trained again, so a comparison that was cut off goes on where it was.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import nn

from nets.checkpoint import device_name, versions
from nets.contestants import Contestant
from nets.data import DigitData, Digits
from nets.evaluation import Evaluation, evaluate
from nets.events import BatchEnd, EpochEnd, TrainEnd
from nets.files import write_whole
from nets.models import count_parameters
from nets.options import OptionError, read
from nets.recipes import TrainConfig
from nets.training import train

CHECKS = 4  # how often an epoch the validation set is read
FEW = 400  # batches an epoch under which it is read once
TRAINING_SAMPLE = 10_000  # training digits that are read at the end
LEVELS = (0.97, 0.98, 0.99)  # of accuracy on the validation set
CLOSE = 0.002  # a training has converged when its validation accuracy first comes so close to its highest
WINDOW = 50  # batches of the running mean of the loss


@dataclass(frozen=True)
class Trial:
    """A finished trial."""

    model: nn.Sequential  # in eval mode
    record: dict[str, Any]


def seen(contestant: Contestant, data: DigitData) -> DigitData:
    """The digits as the contestant sees them."""
    if not contestant.scrambled:
        return data
    train, validation, test = (
        Digits(contestant.sees(part.images), part.labels) for part in (data.train, data.validation, data.test)
    )
    return DigitData(data.name, train, validation, test, data.checksums)


def trial(
    contestant: Contestant, seed: int, data: DigitData, folder: Path, told: Callable[[str], object] = print
) -> Trial:
    """The trial in this folder, or else a new one, which is then written there; cut off half way it leaves nothing."""
    config = replace(contestant.config, seed=seed)
    path = folder / f"{contestant.key}-{seed}.safetensors"
    model = contestant.build(seed)
    record = _read(path, model, config, data)
    if record is None:
        record = {
            "contestant": contestant.key,
            "recipe": contestant.recipe,
            "seed": seed,
            "config": asdict(config),
            "parameters": count_parameters(model),
            "data": {"name": data.name, "checksums": data.checksums},
            "versions": versions(),
            "device": device_name(torch.device("cpu"), torch.get_num_threads()),
            **_train(model, seen(contestant, data), config),
        }
        write_whole(path, safetensors.torch.save({name: x.contiguous() for name, x in model.state_dict().items()}))
        write_whole(path.with_suffix(".json"), json.dumps(record).encode())
        told(f"{contestant.key}, seed {seed}: {record['test']['accuracy']:.2%} in {record['seconds']:.0f} s")
    return Trial(model.eval(), record)


def _train(model: nn.Sequential, data: DigitData, config: TrainConfig) -> dict[str, Any]:
    """Train, and say how it went: every batch's loss, the validation set CHECKS times an epoch, the result."""
    losses: list[float] = []
    checks: list[dict[str, float]] = []
    seconds = processor = 0.0
    diverged = False
    mark = time.process_time()
    for event in train(model, data, config):
        match event:
            case BatchEnd():
                processor += time.process_time() - mark
                losses.append(round(event.loss, 4))
                seconds = event.seconds
                per_epoch = event.steps // config.epochs
                share = event.step * CHECKS // per_epoch
                within = share % CHECKS and share > (event.step - 1) * CHECKS // per_epoch
                if within and per_epoch >= FEW:
                    checks.append(_check(share / CHECKS, evaluate(model, data.validation)))
            case EpochEnd():
                checks.append(_check(event.epoch, event.validation))
            case TrainEnd():
                diverged = event.diverged
        mark = time.process_time()
    scores = {}
    for name, digits in (
        ("train", data.train[:TRAINING_SAMPLE]),
        ("validation", data.validation),
        ("test", data.test),
    ):
        result = evaluate(model, digits)
        loss = round(result.loss, 6) if math.isfinite(result.loss) else None  # where the training diverged
        scores[name] = {"digits": len(digits), "accuracy": result.accuracy, "loss": loss}
    return {
        "epochs": config.epochs,
        "diverged": diverged,
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),  # of the training alone, on all threads together
        "losses": losses,
        "checks": checks,
        **scores,
    }


def _check(epoch: float, result: Evaluation) -> dict[str, float]:
    return {"epoch": epoch, "accuracy": result.accuracy, "loss": round(result.loss, 5)}


def _read(path: Path, model: nn.Sequential, config: TrainConfig, data: DigitData) -> dict[str, Any] | None:
    """The record at path, and its weights in the model; None if there is none, or it is of another training."""
    try:
        record = json.loads(path.with_suffix(".json").read_bytes())
        weights = safetensors.torch.load(path.read_bytes())
        if not same(record["config"], config) or record["data"]["checksums"] != data.checksums:
            return None
        model.load_state_dict(weights)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, safetensors.SafetensorError):
        return None
    return record


def same(written: Any, config: TrainConfig) -> bool:
    """Whether a record's config says the same; options that came later had their defaults."""
    try:
        return read(TrainConfig, written) == config
    except OptionError:
        return False


def epochs_to(checks: list[dict[str, float]], level: float) -> float | None:
    """The epochs until the validation accuracy first was at least this; None if it never was."""
    return next((check["epoch"] for check in checks if check["accuracy"] >= level), None)


def converged(checks: list[dict[str, float]]) -> float | None:
    """The epochs until the validation accuracy first came within CLOSE of its highest; None without any."""
    highest = max((check["accuracy"] for check in checks), default=0.0)
    return epochs_to(checks, highest - CLOSE)


def roughness(losses: list[float], window: int = WINDOW) -> dict[str, float | None]:
    """How much the batches' loss jumps about its running mean: the root mean square of the difference.

    nats: in nats, over the whole training; relative: over the mean loss. The running mean is that of `window` batches
    around each; the first and the last half window are left out. None where there was no batch.
    """
    if not losses:
        return {"nats": None, "relative": None}
    series = torch.tensor(losses, dtype=torch.double)
    window = min(window, len(series))
    means = series.unfold(0, window, 1).mean(1)
    start = window // 2
    jumps = (series[start : start + len(means)] - means).square().mean().sqrt()
    return {"nats": float(jumps), "relative": float(jumps / series.mean())}


def decimated(losses: list[float], points: int = 120) -> list[float]:
    """The losses as at most so many means of equal stretches, for a chart."""
    stretch = max(1, -(-len(losses) // points))
    return [
        round(sum(part) / len(part), 4) for i in range(0, len(losses), stretch) if (part := losses[i : i + stretch])
    ]
