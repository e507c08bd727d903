"""python -m nets train: a network is trained, measured and saved with its record."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from nets.checkpoint import device_name, save, training_record
from nets.commands.arguments import given
from nets.commands.output import Refusal, note, put
from nets.commands.progress import evaluate_with_bar, load_data
from nets.data import DigitData
from nets.events import BatchEnd, EpochEnd, TrainEnd
from nets.files import write_whole
from nets.log import Log
from nets.models import ARCHITECTURES
from nets.options import OptionError
from nets.recipes import Augmentation, TrainConfig, recipe
from nets.training import new_model, train

STOPPING = b"\nnets: stopping: the network is kept as far as trained; Ctrl-C again ends at once and keeps nothing\n"


def run(options: argparse.Namespace) -> int:
    """0: finished; 1: diverged; 130: stopped by Ctrl-C."""
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if device.type == "cuda" and not torch.cuda.is_available():
        raise Refusal("this PyTorch finds no CUDA device here: leave --device out, or say --device cpu")
    config = _config(options)
    try:
        options.out.mkdir(parents=True, exist_ok=True)  # found out now, and not when all is trained
    except OSError as error:
        raise Refusal(f"{options.out} cannot be made a folder for the network: {error.strerror}") from error
    data = load_data(options.data)
    model = new_model(options.network, config.seed).to(device)
    log = Log(options.network)
    with _first_interrupt() as interrupted:
        ending = _train(model, data, config, interrupted, log)
        record = training_record(
            network=options.network,
            architecture=ARCHITECTURES[options.network](),
            recipe=options.recipe,
            config=config,
            model=model,
            data=data,
            device=device_name(device, torch.get_num_threads()),
            seconds=ending.seconds,
            epochs=ending.epochs,
            outcome=ending.outcome,
            validation=evaluate_with_bar(model, data.validation, "validation set"),
            test=evaluate_with_bar(model, data.test, "test set"),
        )
    result = {name: record[name] for name in ("network", "recipe", "seed", "epochs", "seconds", "outcome")} | {
        "data": data.name,
        "validation_accuracy": record["validation"]["accuracy"],
        "test_accuracy": record["test"]["accuracy"],
    }
    path = _path(options.out, options.network, ending.outcome)
    try:
        save(model, path, record)
        result["path"] = str(path)
        _write(log, path.with_suffix(".csv"))
    finally:  # a full disk takes the weights, but not the result
        put(json.dumps(result))
    match ending.outcome:
        case "stopped":
            note(f"stopped after {ending.epochs} of {config.epochs} epochs: kept as {path}")
            return 130
        case "diverged":
            note(f"the loss went beyond all bounds: the last good weights are kept as {path}; lower --learning-rate")
            return 1
    return 0


def _config(options: argparse.Namespace) -> TrainConfig:
    """The recipe, for these digits, with what was given on the command line."""
    config = recipe(options.recipe, options.network, options.data)
    try:
        augmentation = replace(config.augmentation, **given(options, Augmentation))
        return replace(config, augmentation=augmentation, **given(options, TrainConfig))
    except OptionError as error:
        raise Refusal(str(error)) from error


@dataclass
class _Ending:
    """How far a training came, and why it ended."""

    outcome: str = "finished"  # or diverged, or stopped
    epochs: int = 0
    seconds: float = 0.0


def _train(
    model: nn.Sequential, data: DigitData, config: TrainConfig, interrupted: threading.Event, log: Log
) -> _Ending:
    """Train with a progress bar until the end or until interrupted, and log it."""
    ending, shown = _Ending(), {"loss": "?", "validation accuracy": "?"}
    images = config.epochs * min(config.subset, len(data.train))
    with (
        closing(train(model, data, config)) as events,
        tqdm(desc=f"epoch 1/{config.epochs}", total=images, unit=" images", unit_scale=True) as bar,
    ):
        for event in events:
            ending.seconds = event.seconds
            log.add(event)
            match event:
                case BatchEnd():
                    shown["loss"] = f"{event.loss:.3f}"
                    bar.set_description(f"epoch {event.epoch}/{config.epochs}", refresh=False)
                    bar.set_postfix(shown, refresh=False)
                    bar.update(event.images - bar.n)
                case EpochEnd():
                    ending.epochs = event.epoch
                    shown |= {"loss": f"{event.loss:.3f}", "validation accuracy": f"{event.validation.accuracy:.2%}"}
                    bar.set_postfix(shown)
                case TrainEnd():
                    ending.outcome = "diverged" if event.diverged else "finished"
                    break
            if interrupted.is_set():
                ending.outcome = "stopped"
                break
    return ending


def _path(folder: Path, network: str, outcome: str) -> Path:
    """Where to save: a finished network replaces the one before, any other gets a name that is still free."""
    if outcome == "finished":
        return folder / f"{network}.safetensors"
    number = 1
    while True:
        path = folder / f"{network}-{outcome}{f'-{number}' if number > 1 else ''}.safetensors"
        if not any(path.with_suffix(suffix).exists() for suffix in (".safetensors", ".json", ".csv")):
            return path
        number += 1


def _write(log: Log, path: Path) -> None:
    try:
        write_whole(path, log.content())
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}") from error


@contextmanager
def _first_interrupt() -> Iterator[threading.Event]:
    """Inside, the first Ctrl-C only sets the event, so that no step is left half done; the second ends everything."""
    event, before = threading.Event(), signal.getsignal(signal.SIGINT)

    def handle(*_: Any) -> None:
        event.set()
        signal.signal(signal.SIGINT, before)
        with suppress(OSError, ValueError):  # straight to the descriptor: a print may be under way already
            os.write(sys.stderr.fileno(), STOPPING)

    if before is signal.SIG_IGN:  # started in the background, which Ctrl-C is not to reach
        yield event
        return
    signal.signal(signal.SIGINT, handle)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)
