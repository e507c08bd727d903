"""The page's own reading, in JavaScript, against preparation and networks in Python."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from demo import samples
from demo.reader.answers import layers
from nets.checkpoint import SHIPPED, load_shipped
from nets.drawing import MAX_POINTS, PAD, Drawing
from nets.models import ARCHITECTURES, CnnArchitecture, MlpArchitecture
from nets.preprocess import Steps, prepare_drawing
from nets.training import new_model

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node, which runs the page's modules, is missing")
PROGRAM = Path(__file__).parents[1] / "js" / "reads.mjs"
ODD = {  # drawings that no hand makes, or hardly
    "nothing": [],
    "a dot": [[[140, 140]]],
    "a dot in a corner": [[[0, 0]]],
    "a dot between pixels": [[[100.3, 33.7]]],
    "the same point again and again": [[[50, 60]] * 9],
    "two dots far apart": [[[20, 20]], [[260, 250]]],
    "a level line": [[[30, 140], [250, 140]]],
    "an upright line": [[[140, 10], [140, 270]]],
    "a square": [[[60, 60], [220, 60], [220, 220], [60, 220], [60, 60]]],
    "outside the pad": [[[-200, -100], [500, 420]]],
}


def drawings(count: int) -> list[Drawing]:
    """As many drawings, turned, slanted, stretched, moved, shaky and in any pen; strokes of real people where given."""
    rng = np.random.default_rng(5)
    sources = [samples.strokes(digit) for digit in samples.CONTROLS]
    if path := os.environ.get("STROKES"):
        with gzip.open(path, "rt") as file:
            sources += [json.loads(line)["strokes"] for _, line in zip(range(count), file, strict=False)]
    made = []
    for i in range(count):
        strokes = [np.array(stroke) for stroke in sources[i % len(sources)]]
        turn, slant, size = rng.uniform(-0.5, 0.5), rng.uniform(-0.4, 0.4), rng.uniform(0.2, 1.1, 2)
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ [[1, slant], [0, 1]] * size
        middle, place = np.concatenate(strokes).mean(0), rng.uniform(60, 220, 2)
        points = [(s - middle) @ matrix.T + place + rng.normal(0, rng.uniform(0, 2), s.shape) for s in strokes]
        made.append(Drawing(tuple(p.clip(0, PAD).round(1).astype(np.float32) for p in points), rng.uniform(2, 40)))
    return made


def odd() -> list[Drawing]:
    many = np.random.default_rng(1).uniform(0, PAD, (MAX_POINTS, 2)).astype(np.float32)
    shapes = [tuple(np.array(stroke, np.float32) for stroke in strokes) for strokes in ODD.values()]
    return [Drawing(strokes, pen) for pen in (0.5, 8, 18, 32) for strokes in shapes] + [Drawing((many,), 18)]


def read_by_page(networks: list[tuple[nn.Sequential, Path]], asked: list[tuple[Drawing, Steps]]) -> list[Any]:
    question = {
        "networks": [{"layers": layers(model), "weights": str(path)} for model, path in networks],
        "drawings": [
            {"drawing": {"strokes": [s.tolist() for s in d.strokes], "pen": d.pen}, "steps": asdict(steps)}
            for d, steps in asked
        ],
    }
    done = subprocess.run(["node", PROGRAM], input=json.dumps(question), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def compare(networks: list[tuple[nn.Sequential, Path]], asked: list[tuple[Drawing, Steps]]) -> None:
    """The same image within 1e-5, logits within 1e-4 and digits, from the page and from Python."""
    answers = read_by_page(networks, asked)
    assert len(answers) == len(asked)
    read = 0
    for (drawing, steps), answer in zip(asked, answers, strict=True):
        prepared = prepare_drawing(drawing, steps)
        if prepared is None:
            assert answer is None
            continue
        assert answer is not None
        read += 1
        np.testing.assert_allclose(answer["image"], prepared.image.flatten().numpy(), atol=1e-5)
        for (model, _), logits in zip(networks, answer["logits"], strict=True):
            with torch.inference_mode():
                expected = model(prepared.image[None])[0]
            np.testing.assert_allclose(logits, expected.numpy(), atol=1e-4 * max(1.0, float(expected.abs().max()) / 20))
            assert int(np.argmax(logits)) == int(expected.argmax())
    assert read > 0


def test_shipped_networks_read_a_thousand_drawings_alike():
    models, _ = load_shipped()
    networks = [(model, SHIPPED / f"{name}.safetensors") for name, model in models.items()]
    compare(networks, [(drawing, Steps()) for drawing in [*drawings(1000), *odd()]])


@pytest.mark.parametrize("off", [f.name for f in fields(Steps)] + ["all"])
def test_steps_that_are_off_are_off_in_the_page_too(off):
    models, _ = load_shipped()
    steps = Steps(**{f.name: off not in (f.name, "all") for f in fields(Steps)})
    networks = [(models["mlp"], SHIPPED / "mlp.safetensors")]
    compare(networks, [(drawing, steps) for drawing in [*drawings(60), *odd()]])


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
    compare([(model, tmp_path / "weights.safetensors")], [(d, Steps()) for d in [*drawings(30), *odd()]])


def test_the_page_takes_as_many_points_as_the_server():
    script = (Path(__file__).parents[2] / "demo" / "page" / "drawing.js").read_text()
    assert f"const MOST_POINTS = {MAX_POINTS};" in script


def test_every_option_of_an_architecture_is_known_to_the_page():
    """A new option of the networks has to reach demo/reader/network.js and the cases above."""
    assert [sorted(f.name for f in fields(kind)) for kind in ARCHITECTURES.values()] == [
        ["activation", "batch_norm", "dropout", "hidden"],
        ["activation", "batch_norm", "channels", "dropout", "extra_conv", "kernel"],
    ]
