"""Where each two of the four readers part on the test set, from the digits that each of them misreads."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from nets.comparison.measures import misread
from nets.comparison.scores import split


def pairs(measured: dict[str, dict[str, Any]], labels: Tensor) -> dict[str, Any]:
    """Every two readers, "first/second": see scores.split."""
    return {
        f"{first}/{second}": split(labels, read(measured[first], labels), read(measured[second], labels))
        for first, second in combinations(measured, 2)
    }


def read(measured: dict[str, Any], labels: Tensor) -> Tensor:
    """What a reader read of every test digit: (N,) int64."""
    found = labels.clone()
    for index, digit in misread(measured["test"]["cells"]).items():
        found[index] = digit
    return found


def apart(verdicts: dict[str, Tensor], labels: Tensor, first: str, second: str) -> Tensor:
    """The digits that exactly one of two readers reads right: indices."""
    return torch.nonzero((verdicts[first] == labels) != (verdicts[second] == labels)).flatten()
