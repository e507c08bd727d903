"""Drawings of many kinds, and the comparison of what the page reads in them with what Python does."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from demo import samples
from demo.layers import names
from nets.drawing import MAX_POINTS, PAD, Drawing
from nets.preprocess import Steps, prepare_drawing

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


def question(networks: list[tuple[nn.Sequential, Path]], asked: list[tuple[Drawing, Steps]]) -> dict[str, Any]:
    """What the page's modules are asked: to read these drawings with these networks, whose weights lie in files."""
    return {
        "networks": [{"layers": names(model), "weights": str(path)} for model, path in networks],
        "drawings": [
            {"drawing": {"strokes": [s.tolist() for s in d.strokes], "pen": d.pen}, "steps": asdict(steps)}
            for d, steps in asked
        ],
    }


def compare(models: list[nn.Sequential], asked: list[tuple[Drawing, Steps]], answers: list[Any]) -> None:
    """The same image within 1e-5, logits within 1e-4 and digits, from the page and from Python."""
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
        for model, logits in zip(models, answer["logits"], strict=True):
            with torch.inference_mode():
                expected = model(prepared.image[None])[0]
            np.testing.assert_allclose(logits, expected.numpy(), atol=1e-4 * max(1.0, float(expected.abs().max()) / 20))
            assert int(np.argmax(logits)) == int(expected.argmax())
    assert read > 0
