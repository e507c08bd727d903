"""Digits drawn with a pen by other people, read from a file and prepared as the page prepares a drawing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nets.drawing import PAD, Drawing
from nets.preprocess import PEN, prepare_drawing

LARGER = 180.0  # pad units: the larger side of a digit as it is put on the pad; preparation brings it to its own size


def load_sets(paths: Sequence[Path]) -> dict[str, tuple[Tensor, Tensor]]:
    """Each file's images, (N, 1, 28, 28) in [0, 1], and labels, (N,), under its name without suffixes.

    A file has a digit a line, {"label": 7, "strokes": [[[x, y], ...], ...]}, y downwards, and may be gzipped.
    """
    return {path.name.split(".")[0]: load(path) for path in paths}


def load(path: Path) -> tuple[Tensor, Tensor]:
    """One file's images and labels; a digit without ink is a blank image."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    records = [json.loads(line) for line in text.decode().splitlines() if line.strip()]
    images = torch.zeros(len(records), 1, 28, 28)
    for i, record in enumerate(records):
        prepared = prepare_drawing(placed(record["strokes"]))
        if prepared is not None:
            images[i] = prepared.image
    return images, torch.tensor([record["label"] for record in records])


def placed(strokes: Sequence[Sequence[Sequence[float]]]) -> Drawing:
    """The strokes in the middle of the pad, drawn with the pen that suits their size."""
    points = np.concatenate([np.array(stroke, float) for stroke in strokes])
    low, high = points.min(0), points.max(0)
    scale = LARGER / max(float((high - low).max()), 1e-6)
    offset = PAD / 2 - scale * (low + high) / 2
    moved = [(np.array(stroke, float) * scale + offset).tolist() for stroke in strokes]
    return Drawing.from_json({"strokes": moved, "pen": PEN * LARGER})
