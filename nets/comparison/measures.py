"""What is measured of one reader: on moved and changed digits, on the whole test set, on hard digits, on drawn ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from nets.augment import warp
from nets.changes import CHANGES, noise
from nets.comparison.scores import calibration, confusion
from nets.contestants import Contestant
from nets.data import Digits
from nets.models import CLASSES, SIDE
from nets.recipes import Augmentation

SAMPLE = 1000  # test digits for maps; curves take half of them
SAMPLE_SEED = 0  # of their choice
REACH = 14  # pixels: how far the maps go along each axis
BATCH = 250  # images read at once: they fit a processor's cache
UNSURE = 20  # of the digits that a reader reads right, those named for each diagonal cell: the least sure
FAR = 4  # pixels: how far digits are moved for the ledger

# Every test digit once, changed at random; the noise is that of nets.changes.
HARD: dict[str, float] = {"rotation": 25, "scale": 0.2, "shear": 0.3, "shift": 3.0, "noise": 0.15, "seed": 0}

Between = Callable[[], object]  # called between batches; an exception raised there cancels


def sample(digits: Digits, count: int = SAMPLE) -> tuple[Tensor, Digits]:
    """The indices of so many digits, chosen at random with a fixed seed, and they; fewer are the first of more."""
    order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(SAMPLE_SEED))
    return order[:count], digits[order[:count]]


def ink(digits: Digits) -> Tensor:
    """The images as the networks read them: (N, 1, 28, 28) float32 in [0, 1]."""
    return digits.images.float() / 255


def probabilities(model: nn.Module, images: Tensor, between: Between | None = None) -> Tensor:
    """(N, 10) probabilities that the network, in eval mode, gives the digits in (N, 1, 28, 28) images."""
    found = []
    with torch.inference_mode():
        for part in images.split(BATCH):
            found.append(model(part.contiguous(memory_format=torch.channels_last)).float().softmax(1))
            if between:
                between()
    return torch.cat(found).clone()


def shift(images: Tensor, dx: int, dy: int) -> Tensor:
    """Moved by whole pixels, to the right and down; what leaves the frame is gone, what comes in is paper."""
    moved = torch.zeros_like(images)
    if abs(dx) < SIDE and abs(dy) < SIDE:
        (to_x, from_x), (to_y, from_y) = _overlap(dx), _overlap(dy)
        moved[..., to_y, to_x] = images[..., from_y, from_x]
    return moved


def _overlap(by: int) -> tuple[slice, slice]:
    """Where the pixels of a row that stay in the frame go to, and where they come from."""
    to = slice(max(by, 0), SIDE + min(by, 0))
    return to, slice(to.start - by, to.stop - by)


def shift_map(
    model: nn.Module, digits: Digits, reach: int = REACH, step: int = 1, between: Between | None = None
) -> dict[str, Any]:
    """Accuracy and mean probability of the true digit for digits moved to every place within reach, by whole pixels.

    Rows are dy from -reach (up) to reach (down), columns dx from -reach (left) to reach (right).
    """
    images, places = ink(digits), range(-reach, reach + 1, step)
    cells = [[_score(model, shift(images, dx, dy), digits.labels, between) for dx in places] for dy in places]
    return {
        "reach": reach,
        "step": step,
        "digits": len(digits),
        "accuracy": [[accuracy for accuracy, _ in row] for row in cells],
        "confidence": [[confidence for _, confidence in row] for row in cells],
    }


def ink_kept(digits: Digits, reach: int = REACH) -> list[list[float]]:
    """The mean share of a digit's ink that is still in the frame, for every place of a shift map."""
    images, places = ink(digits), range(-reach, reach + 1)
    whole = images.sum((1, 2, 3))

    def kept(dx: int, dy: int) -> float:
        return round(float((shift(images, dx, dy).sum((1, 2, 3)) / whole).mean()), 4)

    return [[kept(dx, dy) for dx in places] for dy in places]


def curves(model: nn.Module, digits: Digits, between: Between | None = None) -> dict[str, Any]:
    """Accuracy and mean probability of the true digit for every kind of change, over its values."""
    images, found = ink(digits), {}
    for name, kind in CHANGES.items():
        scores = [_score(model, kind.apply(images, value), digits.labels, between) for value in kind.values]
        found[name] = {
            "values": kind.values,
            "none": kind.none,
            "digits": len(digits),
            "accuracy": [accuracy for accuracy, _ in scores],
            "confidence": [confidence for _, confidence in scores],
        }
    return found


def hard(images: Tensor) -> Tensor:
    """The images, each changed at random as HARD says; the same every time."""
    how = Augmentation(**{name: HARD[name] for name in ("rotation", "scale", "shear", "shift")})
    return noise(warp(images, how, torch.Generator().manual_seed(int(HARD["seed"]))), HARD["noise"])


def on_test_set(model: nn.Module, digits: Digits, between: Between | None = None) -> dict[str, Any]:
    """Confusion matrix, the digits in its cells, and calibration on clean and on hard digits.

    cells[true][read] are indices of test digits, the least sure first; in the diagonal only the UNSURE least sure.
    """
    images, labels = ink(digits), digits.labels
    clean = probabilities(model, images, between)
    surest, read = clean.max(1)
    order = surest.argsort(stable=True)
    cells: list[list[list[int]]] = [[[] for _ in range(CLASSES)] for _ in range(CLASSES)]
    for index in order.tolist():
        true, seen = int(labels[index]), int(read[index])
        if true != seen or len(cells[true][true]) < UNSURE:
            cells[true][seen].append(index)
    return {
        "digits": len(digits),
        "confusion": confusion(labels, read),
        "cells": cells,
        "calibration": {
            "clean": calibration(clean, labels),
            "hard": calibration(probabilities(model, hard(images), between), labels),
        },
    }


def misread(cells: Sequence[Sequence[Sequence[int]]]) -> dict[int, int]:
    """The digits read for what they are not: index -> digit read."""
    return {
        index: read
        for true, row in enumerate(cells)
        for read, indices in enumerate(row)
        for index in indices
        if read != true
    }


def accuracy_far(model: nn.Module, contestant: Contestant, digits: Digits, far: int = FAR) -> float:
    """The share read of digits moved by so many pixels to the left, right, up or down: the mean of the four."""
    images = ink(digits)
    moves = ((far, 0), (-far, 0), (0, far), (0, -far))
    found = [_score(model, contestant.sees(shift(images, dx, dy)), digits.labels)[0] for dx, dy in moves]
    return sum(found) / len(moves)


def drawn(model: nn.Module, contestant: Contestant, sets: dict[str, tuple[Tensor, Tensor]]) -> dict[str, Any]:
    """The share read of each set of prepared drawings."""
    return {
        name: {"digits": len(labels), "accuracy": _score(model, contestant.sees(images), labels)[0]}
        for name, (images, labels) in sets.items()
    }


def _score(model: nn.Module, images: Tensor, labels: Tensor, between: Between | None = None) -> tuple[float, float]:
    """The share read right, and the mean probability of the true digit."""
    found = probabilities(model, images, between)
    right = (found.argmax(1) == labels).double().mean()
    return round(float(right), 4), round(float(found[torch.arange(len(labels)), labels].double().mean()), 4)
