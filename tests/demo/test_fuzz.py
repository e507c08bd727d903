"""Ten thousand things that nobody should send, given to each function that reads what others wrote.

Only the errors that it declares come out, and what it takes can be used.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from demo.figures.answers import figure
from demo.inside import answers as inside
from demo.retrain import answers
from demo.server.doors import door_of
from demo.training.lanes import Lanes
from demo.visitor import Visitor
from nets.augment import Augmentation
from nets.checkpoint import CheckpointError, load, pack, unpack
from nets.drawing import PAD, Drawing, DrawingError
from nets.models import ARCHITECTURES, NETWORKS
from nets.options import OptionError, read
from nets.pictures import PictureError, open_picture
from nets.preprocess import prepare_drawing, prepare_picture
from nets.training import TrainConfig
from tests.demo.dice import ASKED, CASES, FIGURES, MODELS, PICTURES, QUESTIONS, SETTINGS, Dice, cases, record_of
from tests.demo.support import RetrainTab

pytestmark = pytest.mark.slow


def test_the_dice_do_damage_and_leave_some_whole():
    """Both sides of each door are tried."""
    good = {"a": [1, 2], "b": {"c": "d"}}
    whole = sum(Dice(seed).nearly([good]) == good for seed in range(1000))
    assert 200 < whole < 600
    assert 100 < sum(Dice(seed).damaged([b"x" * 100]) == b"x" * 100 for seed in range(1000)) < 400


# ---- drawings and pictures


def numbers(value: Any) -> Iterator[float]:
    """Every number in a JSON value."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, int | float):
        yield value


@cases
def test_any_drawing(dice):
    value = dice.drawing()
    try:
        drawing = Drawing.from_json(value)
    except DrawingError as error:
        assert "\n" not in str(error)
        return
    assert all(math.isfinite(number) for number in numbers([value["strokes"], value["pen"]]))
    for stroke in drawing.strokes:
        assert np.isfinite(stroke).all() and stroke.min() >= -PAD and stroke.max() <= 2 * PAD
    prepared = prepare_drawing(drawing)
    if prepared is not None:
        image = prepared.image
        assert image.shape == (1, 28, 28) and image.isfinite().all() and image.min() >= 0 and image.max() <= 1


@pytest.mark.filterwarnings("ignore")  # of decoders, about what they are given
@cases
def test_any_picture(dice):
    try:
        picture = open_picture(io.BytesIO(dice.damaged(PICTURES)))
    except PictureError:
        return
    prepared = prepare_picture(picture)
    assert prepared is None or prepared.image.isfinite().all()


# ---- checkpoints and options


def test_any_checkpoint(tmp_path):
    """As an archive, or as two files."""
    path = tmp_path / "a.safetensors"
    taken = []

    @cases
    def open_it(dice):
        try:
            if dice.random() < 0.7:
                model, record = unpack(dice.archive())
            else:
                weights = dice.weights(dice.choice(list(MODELS)))
                record = dice.nearly([record_of(name) for name in NETWORKS])
                if dice.random() < 0.8 and isinstance(record, dict):
                    record["sha256"] = hashlib.sha256(weights).hexdigest()
                path.write_bytes(weights)
                path.with_suffix(".json").write_text(json.dumps(record))
                model, record = load(path)
        except CheckpointError as error:
            assert len(str(error)) < 1000
            return
        taken.append(model)
        assert not model.training
        assert all(tensor.isfinite().all() for tensor in model.state_dict().values())
        assert pack(model, record), "what can be loaded can be downloaded again"

    open_it()
    assert CASES / 50 < len(taken) < CASES / 2


@pytest.mark.parametrize("kind", [TrainConfig, Augmentation, *ARCHITECTURES.values()], ids=lambda kind: kind.__name__)
def test_any_options(kind):
    good = [json.loads(json.dumps(asdict(kind())))]

    @cases
    def try_to_read(dice):
        value = dice.nearly(good)
        with contextlib.suppress(OptionError):
            options = read(kind, value)
            assert read(kind, json.loads(json.dumps(asdict(options)))) == options

    try_to_read()


# ---- what a page asks of a visitor


@pytest.fixture
def tab(made_up) -> RetrainTab:
    """Of one who has trained, and for whom there is no room to train again."""
    lanes = Lanes(1, 0)
    visitor = Visitor(MODELS, {name: record_of(name) for name in MODELS}, lanes)
    tiny_run = json.loads(json.dumps(SETTINGS[1]))
    for name in MODELS:
        tiny_run[name]["config"] |= {"epochs": 1, "batch_size": 100}
    tab = RetrainTab(visitor)
    assert tab.do("start", settings=tiny_run)["problem"] is None
    assert tab.finish()["state"] == "finished"
    lanes.room = 0
    return tab


def test_anything_asked_of_a_training(tab):
    seen = []

    @cases
    def ask(dice):
        what = dice.choice([*ASKED, "load"])
        function, asked = getattr(answers, what), {} if what == "load" else dice.nearly(ASKED[what])
        if not tab.fits(function, asked):
            return
        seen.append(what)
        sent = json.dumps(tab.ask(function, asked, *([dice.archive()] if what == "load" else [])))
        assert len(sent) < 500_000
        sent.encode()

    ask()
    assert len(seen) >= CASES / 4 and set(seen) == {*ASKED, "load"}
    assert tab.watch()["state"] == "finished"
    assert tab.ask(inside.look, QUESTIONS[0])["networks"]["readers"].keys() == {"mlp", "cnn"}


def test_anything_asked_of_the_inside(tab):
    visitor, answered = tab.visitor, []

    @cases
    def ask(dice):
        function = dice.choice([inside.look, inside.look, inside.rank, inside.keep])
        door = door_of(function)
        try:
            asked = door.question.validate_python(dice.nearly(QUESTIONS))
        except (ValidationError, RecursionError):
            return
        door.is_heavy(visitor, asked)
        json.dumps(function(visitor, asked), allow_nan=False).encode()
        answered.append(function)

    ask()
    assert len(answered) > CASES / 10 and len(set(answered)) == 3


def test_anything_asked_to_be_saved(tab):
    answered, run = [], tab.visitor.training.latest
    run.data = replace(run.data, name="digits")  # figures name them

    @cases(CASES // 5)
    def ask(dice):
        asked = dice.nearly(FIGURES)
        if not tab.fits(figure, asked):
            return
        told = tab.ask(figure, asked)
        assert bool(told["content"]) != bool(told["problem"])
        answered.append(told["name"])

    ask()
    assert len(set(answered)) > 5
