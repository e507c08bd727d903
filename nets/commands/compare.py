"""python -m nets compare: contestants are trained, readers measured, the tutorials' claims put to the test."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

from nets.commands.output import Refusal, note, put
from nets.commands.progress import load_data
from nets.comparison import experiments
from nets.comparison.course import Course
from nets.comparison.measures import sample, shift_map
from nets.comparison.results import FOLDER, load_reader
from nets.contestants import CONTESTANTS, READERS
from nets.data import DigitData
from nets.models import NETWORKS, describe

OURS = ("best-mlp", "best-cnn")


def run(options: argparse.Namespace) -> int:
    strokes = options.strokes or [Path(name) for name in os.environ.get("STROKES", "").split(os.pathsep) if name]
    for path in strokes:
        if not path.is_file():
            raise Refusal(f"{path} is no file of drawn digits")
    if options.experiment == "layers":
        return _layers()
    data = load_data("mnist")
    if options.experiment == "shifts":
        return _shifts(data)
    if options.experiment:
        return _experiment(options.experiment, data)
    course = Course(data, options.out or FOLDER, options.weights, strokes, told=note)
    parts = options.only or ("contestants", "readers", "clock", "experiments", "gallery")
    if "contestants" in parts:
        course.train()
    if "readers" in parts or "ours" in parts:
        course.measure(tuple(READERS) if "readers" in parts else OURS)
    if "clock" in parts:
        course.clock()
    if "experiments" in parts:
        course.experiment()
    course.tell()
    if "gallery" in parts or "ours" in parts:
        course.exhibit()
    put(str(course.folder))
    return 0


def _experiment(name: str, data: DigitData) -> int:
    """One small experiment anew; nothing is kept."""
    with tempfile.TemporaryDirectory() as folder:
        *_, found = experiments.run(experiments.EXPERIMENTS[name], data, Path(folder), told=note)
    for arm, of in experiments.summary(found).items():
        put(json.dumps({"arm": arm, **of}))
    return 0


def _layers() -> int:
    networks = {name: build() for name, build in NETWORKS.items()}
    networks["cnn-unshared"] = CONTESTANTS["cnn-unshared"].build(0)
    for name, network in networks.items():
        for row in describe(network):
            put(json.dumps({"network": name, **vars(row)}))
    return 0


def _shifts(data: DigitData) -> int:
    """The readers on digits moved to the right by 0 to 8 pixels."""
    digits = sample(data.test)[1]
    for key in READERS:
        found = shift_map(load_reader(key)[0], digits, reach=8, step=2)
        row = {pixels: found["accuracy"][4][4 + pixels // 2] for pixels in (0, 2, 4, 6, 8)}
        put(json.dumps({"reader": key, "digits": len(digits), "accuracy": row}))
    return 0
