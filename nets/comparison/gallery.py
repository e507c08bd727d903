"""The gallery: test digits and made-up drawings that split two readers, as one picture and what to know of each.

MNIST's digits: Y. LeCun, C. Cortes, C. J. C. Burges, CC BY-SA 3.0. The drawings are this project's own.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from nets.comparison.drawings import made_up
from nets.comparison.measures import ink, probabilities
from nets.comparison.scores import rounded
from nets.data import Digits
from nets.models import CLASSES, SIDE
from nets.preprocess import prepare_drawing

COLUMNS = 16  # tiles in a row of the picture
LARGEST = 60_000  # bytes of the picture
HANDS = 300  # drawings made up of each digit
EACH = 4  # digits, and drawings, of each true digit that split two readers, at most


def gallery(readers: dict[str, nn.Module], digits: Digits, told: Callable[[str], object] = print) -> tuple[Any, bytes]:
    """What is in the gallery, ready for JSON, and its picture, a PNG of at most LARGEST bytes, ink 255.

    The picture's tiles lie in rows of COLUMNS, first those of the digits, then those of the drawings.
    """
    images, drawings, labels = drawn(HANDS)
    found = {
        "digits": _split(readers, ink(digits), digits.labels),
        "drawings": _split(readers, images, labels),
    }
    for each in range(EACH, 0, -1):
        chosen = {kind: _choose(*split, each) for kind, split in found.items()}
        at = {kind: sorted({i for rows in by.values() for row in rows for i in row}) for kind, by in chosen.items()}
        tiles = torch.cat([digits.images[at["digits"]], (images[at["drawings"]] * 255).round().byte()])
        picture = sprite(tiles[:, 0].numpy())
        if len(picture) <= LARGEST:
            break
    told(f"the gallery: {len(tiles)} tiles, {len(picture):,} bytes")

    def entry(kind: str, index: int, truth: Tensor) -> dict[str, Any]:
        verdicts = {key: found[kind][0][key][index] for key in readers}
        return {
            "label": int(truth[index]),
            "read": {key: int(p.argmax()) for key, p in verdicts.items()},
            "sure": {key: rounded(float(p.max()), 3) for key, p in verdicts.items()},
        }

    content = {
        "columns": COLUMNS,
        "side": SIDE,
        "digits": [{"index": i, **entry("digits", i, digits.labels)} for i in at["digits"]],
        "drawings": [{**drawings[i], **entry("drawings", i, labels)} for i in at["drawings"]],
        "pairs": {
            pair: {kind: [[at[kind].index(i) for i in row] for row in chosen[kind][pair]] for kind in chosen}
            for pair in chosen["digits"]
        },
        "made_up": len(labels),
        "share": {
            pair: {kind: rounded(float(split[1][pair].ne(0).double().mean())) for kind, split in found.items()}
            for pair in chosen["digits"]
        },
    }
    return content, picture


def drawn(hands: int) -> tuple[Tensor, list[dict[str, Any]], Tensor]:
    """Each digit by so many hands: (N, 1, 28, 28) images as prepared, the drawings themselves, and (N,) labels."""
    images, drawings, labels = [], [], []
    for digit in range(CLASSES):
        for seed in range(hands):
            drawing = made_up(digit, seed)
            prepared = prepare_drawing(drawing)
            assert prepared is not None  # there is ink
            images.append(prepared.image)
            strokes = [[[round(float(v)) for v in point] for point in stroke] for stroke in drawing.strokes]
            drawings.append({"strokes": strokes, "pen": drawing.pen, "seed": seed})
            labels.append(digit)
    return torch.stack(images), drawings, torch.tensor(labels)


def sprite(tiles: np.ndarray) -> bytes:
    """(N, 28, 28) uint8 tiles in rows of COLUMNS as a grey PNG; what fills up the last row is 0."""
    rows = -(-len(tiles) // COLUMNS)
    sheet = np.zeros((rows * COLUMNS, SIDE, SIDE), np.uint8)
    sheet[: len(tiles)] = tiles
    picture = sheet.reshape(rows, COLUMNS, SIDE, SIDE).swapaxes(1, 2).reshape(rows * SIDE, COLUMNS * SIDE)
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PNG", optimize=True)
    return content.getvalue()


def _split(
    readers: dict[str, nn.Module], images: Tensor, labels: Tensor
) -> tuple[dict[str, Tensor], dict[str, Tensor], Tensor]:
    """Each reader's probabilities, and how far each pair is split by each image: see _margin."""
    found = {key: probabilities(model, images) for key, model in readers.items()}
    return found, {f"{a}/{b}": _margin(found[a], found[b], labels) for a, b in combinations(found, 2)}, labels


def _margin(first: Tensor, second: Tensor, labels: Tensor) -> Tensor:
    """How far the two differ in the true digit's probability, where exactly one reads it; else 0."""
    of_truth = [p[torch.arange(len(labels)), labels] for p in (first, second)]
    only_one = (first.argmax(1) == labels) != (second.argmax(1) == labels)
    return torch.where(only_one, (of_truth[0] - of_truth[1]).abs(), torch.zeros(()))


def _choose(_: dict[str, Tensor], margins: dict[str, Tensor], labels: Tensor, each: int) -> dict[str, list[list[int]]]:
    """For each pair and true digit the images that split it furthest."""
    chosen = {}
    for pair, margin in margins.items():
        rows = []
        for digit in range(CLASSES):
            here = (labels == digit).nonzero().flatten()
            order = here[margin[here].argsort(descending=True, stable=True)]
            rows.append([i for i in order[:each].tolist() if margin[i] > 0])
        chosen[pair] = rows
    return chosen
