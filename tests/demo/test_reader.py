"""The page's own reading, in JavaScript, against preparation and networks in Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from demo import samples
from nets.apart import apart
from nets.checkpoint import SHIPPED, load_shipped
from nets.drawing import MAX_POINTS, Drawing
from nets.models import ARCHITECTURES, CnnArchitecture, MlpArchitecture
from nets.preprocess import Steps, prepare_drawing
from nets.training import new_model
from tests.demo.reading import compare, drawings, odd, question

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node, which runs the page's modules, is missing")
PROGRAM = Path(__file__).parents[1] / "js" / "reads.mjs"


def read_by_page(
    networks: list[tuple[nn.Sequential, Path]], asked: list[tuple[Drawing, Steps]], only: str = ""
) -> list[Any]:
    sent = json.dumps({**question(networks, asked), "only": only})
    return json.loads(subprocess.run(["node", PROGRAM], input=sent, capture_output=True, text=True, check=True).stdout)


def compare_in_node(networks: list[tuple[nn.Sequential, Path]], asked: list[tuple[Drawing, Steps]]) -> None:
    compare([model for model, _ in networks], asked, read_by_page(networks, asked))


def test_shipped_networks_read_a_thousand_drawings_alike():
    models, _ = load_shipped()
    networks = [(model, SHIPPED / f"{name}.safetensors") for name, model in models.items()]
    compare_in_node(networks, [(drawing, Steps()) for drawing in [*drawings(1000), *odd()]])


@pytest.mark.parametrize("off", [f.name for f in fields(Steps)] + ["all"])
def test_steps_that_are_off_are_off_in_the_page_too(off):
    models, _ = load_shipped()
    steps = Steps(**{f.name: off not in (f.name, "all") for f in fields(Steps)})
    networks = [(models["mlp"], SHIPPED / "mlp.safetensors")]
    compare_in_node(networks, [(drawing, steps) for drawing in [*drawings(60), *odd()]])


@pytest.mark.parametrize("off", ["", "pen", "crop", "fit", "centre"])
def test_the_steps_look_alike(off):
    """Each stage's picture, and what is read if the preparation stopped there, for a drawing and for a dot."""
    steps = Steps(**{f.name: f.name != off for f in fields(Steps)})
    asked = [(samples.drawing(4, 7.0), steps), (Drawing((np.array([[30.5, 99]], np.float32),), 18), steps)]
    names = ["ink", *(f.name for f in fields(Steps))]
    for (drawing, _), answer in zip(asked, read_by_page([], asked), strict=True):
        assert [stage["name"] for stage in answer] == names
        seen = None
        for i, stage in enumerate(answer):
            stopped = prepare_drawing(drawing, replace(steps, **dict.fromkeys(names[i + 1 :], False)))
            np.testing.assert_allclose(stage["image"], stopped.image.flatten().numpy(), atol=1e-5)
            seen = next((one.image for one in stopped.stages if one.name == stage["name"]), seen)
            picture = np.reshape(stage["ink"], (stage["height"], stage["width"]))
            np.testing.assert_allclose(picture, seen, atol=1e-5)


def test_digits_stand_apart_alike():
    """Two to four of many drawings side by side, near each other and far, and what no hand draws."""
    rng = np.random.default_rng(7)
    made, rows = drawings(120), odd()
    while made:
        row = [made.pop() for _ in range(min(len(made), rng.integers(2, 5)))]
        shifts = rng.uniform(20, 90, len(row)).cumsum() - 90
        parts = [
            (s - [140, 140]) * rng.uniform(0.2, 0.5) + [x, 140]
            for d, x in zip(row, shifts, strict=True)
            for s in d.strokes
        ]
        rows.append(Drawing(tuple(np.float32(part).round(1) for part in parts), rng.uniform(2, 30)))
    answers = read_by_page([], [(drawing, Steps()) for drawing in rows], only="apart")
    expected = []
    for drawing in rows:
        places = {id(stroke): i for i, stroke in enumerate(drawing.strokes)}
        expected.append([[places[id(stroke)] for stroke in digit.strokes] for digit in apart(drawing)])
    assert answers == expected
    assert {len(digits) for digits in expected} >= {1, 2, 3}


@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        ("mlp", MlpArchitecture(hidden=(7,), activation="elu")),
        ("mlp", MlpArchitecture(hidden=(40, 30, 20), activation="leaky", batch_norm=True, dropout=0.3)),
        ("cnn", CnnArchitecture(kernel=3, channels=(1, 2, 3, 4), activation="leaky")),
        ("cnn", CnnArchitecture(kernel=7, channels=(4, 4, 4, 8), extra_conv=True, activation="elu", dropout=0.5)),
        ("cnn", CnnArchitecture(channels=(8, 8, 8, 8), extra_conv=True, batch_norm=True, activation="elu")),
    ],
)
def test_every_architecture_reads_alike(name, architecture, tmp_path):
    """With weights and the statistics of norms as they come out of training: not those that a new network has."""
    model = new_model(name, 3, architecture).eval()
    generator = torch.Generator().manual_seed(2)
    for layer in model:
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.running_mean.normal_(generator=generator)
            layer.running_var.uniform_(0.3, 3, generator=generator)
            nn.init.normal_(layer.weight, generator=generator)
            nn.init.normal_(layer.bias, generator=generator)
    safetensors.torch.save_file(model.state_dict(), tmp_path / "weights.safetensors")
    compare_in_node([(model, tmp_path / "weights.safetensors")], [(d, Steps()) for d in [*drawings(30), *odd()]])


def test_the_page_takes_as_many_points_as_the_server():
    script = (Path(__file__).parents[2] / "demo" / "page" / "drawing.js").read_text()
    assert f"const MOST_POINTS = {MAX_POINTS};" in script


def test_every_option_of_an_architecture_is_known_to_the_page():
    """A new option of the networks has to reach demo/reader/network.js and the cases above."""
    assert [sorted(f.name for f in fields(kind)) for kind in ARCHITECTURES.values()] == [
        ["activation", "batch_norm", "dropout", "hidden"],
        ["activation", "batch_norm", "channels", "dropout", "extra_conv", "kernel"],
    ]
