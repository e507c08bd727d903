"""What two readers' verdicts say of each other, and whether probabilities mean what they say."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import torch
from scipy.stats import binomtest
from torch import Tensor

from nets.models import CLASSES

BINS = 15


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value of McNemar's test: how likely a split as uneven is, were both as good.

    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12, 1947. Only the digits count that one of the two reads and the other does not: were both as good,
    each would fall to either side like a coin.
    """
    if not only_first + only_second:
        return 1.0
    return float(binomtest(only_first, only_first + only_second, 0.5).pvalue)


def calibration(probabilities: Tensor, labels: Tensor) -> dict[str, Any]:
    """How well (N, 10) probabilities fit what (N,) digits there were.

    bins: of the surest digit's probability, BINS of equal width, each with its count, mean probability and share right.
    ece: the mean distance between the two, weighted by count (Guo et al., "On Calibration of Modern Neural Networks",
    ICML 2017). nll: the mean negative logarithm of the true digit's probability, in nats.
    """
    surest, read = probabilities.max(1)
    right = (read == labels).double()
    place = (surest * BINS).long().clamp(max=BINS - 1)
    bins, distance = [], 0.0
    for i in range(BINS):
        inside = place == i
        count = int(inside.sum())
        confidence = float(surest[inside].mean()) if count else None
        accuracy = float(right[inside].mean()) if count else None
        if count:
            assert confidence is not None and accuracy is not None
            distance += count * abs(confidence - accuracy)
        bins.append({"count": count, "confidence": rounded(confidence), "accuracy": rounded(accuracy)})
    of_truth = probabilities[torch.arange(len(labels)), labels].double().clamp(min=1e-12)
    return {
        "digits": len(labels),
        "accuracy": rounded(float(right.mean())),
        "ece": rounded(distance / len(labels), 5),
        "nll": rounded(float(-of_truth.log().mean()), 5),
        "bins": bins,
    }


def confusion(labels: Tensor, read: Tensor) -> list[list[int]]:
    """10 rows of 10 counts: the row is the true digit, the column the one read."""
    counts = torch.bincount(labels * CLASSES + read, minlength=CLASSES**2)
    return counts.view(CLASSES, CLASSES).tolist()


def split(labels: Tensor, first: Tensor, second: Tensor) -> dict[str, Any]:
    """Where two readers of the same digits part: counts, McNemar's test, and the digits of each kind.

    Kinds: first (only the first is right), second, both_wrong_alike, both_wrong_apart; digits by their indices.
    """
    a, b = first == labels, second == labels
    kinds = {
        "first": a & ~b,
        "second": b & ~a,
        "both_wrong_alike": ~a & ~b & (first == second),
        "both_wrong_apart": ~a & ~b & (first != second),
    }
    counts = {"both": int((a & b).sum()), **{kind: int(mask.sum()) for kind, mask in kinds.items()}}
    return {
        "digits": len(labels),
        "counts": counts,
        "apart": counts["first"] + counts["second"] + counts["both_wrong_apart"],
        "p": mcnemar(counts["first"], counts["second"]),
        "indices": {kind: by_digit(labels, mask.nonzero().flatten()) for kind, mask in kinds.items()},
    }


def by_digit(labels: Tensor, indices: Tensor) -> list[list[int]]:
    """Ten lists of the indices whose true digit is 0, 1, ..."""
    return [indices[labels[indices] == digit].tolist() for digit in range(CLASSES)]


def spread(values: Sequence[float | None]) -> dict[str, Any]:
    """Mean and standard deviation (of a sample, n - 1) over seeds, with the values themselves; None counts nothing."""
    known = [x for x in values if x is not None]
    mean = sum(known) / len(known) if known else None
    deviation = statistics.stdev(known) if len(known) > 1 else None
    return {"mean": rounded(mean, 6), "deviation": rounded(deviation, 6), "values": [rounded(x, 6) for x in values]}


def rounded(value: float | None, decimals: int = 4) -> float | None:
    """For a file: None stays None."""
    return None if value is None else round(value, decimals)
