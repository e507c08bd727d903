"""Predictions: the digit a network reads, its probabilities, its margin, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Prediction:
    """One network's reading of one image."""

    probabilities: tuple[float, ...]  # of the digits 0 to 9: the softmax of the logits, summing to 1
    seconds: float  # the forward pass alone, wall clock

    @cached_property
    def ranking(self) -> list[int]:
        """The ten digits, most probable first."""
        return sorted(range(len(self.probabilities)), key=lambda digit: -self.probabilities[digit])

    @property
    def digit(self) -> int:
        return self.ranking[0]

    @property
    def runner_up(self) -> int:
        return self.ranking[1]

    @property
    def confidence(self) -> float:
        """The probability of the digit, in [0.1, 1]."""
        return self.probabilities[self.digit]

    @property
    def margin(self) -> float:
        """How far the digit's probability lies above the runner-up's, in [0, 1]."""
        return self.confidence - self.probabilities[self.runner_up]


def predict(model: nn.Module, image: Tensor) -> Prediction:
    """Read one (1, 28, 28) image with ink in [0, 1]. The model must be in eval mode."""
    return predict_batch(model, image.unsqueeze(0))[0]


def predict_batch(model: nn.Module, images: Tensor) -> list[Prediction]:
    """Read (N, 1, 28, 28) images at once; the time is divided equally among them."""
    device = next(model.parameters()).device
    start = time.perf_counter()
    with torch.inference_mode():
        logits = model(images.to(device))  # (N, 10)
        shares = logits.double().softmax(1).tolist()
    seconds = (time.perf_counter() - start) / len(images)
    return [Prediction(tuple(row), seconds) for row in shares]


def verdicts(models: Mapping[str, nn.Module], image: Tensor, digits: Sequence[Tensor] = ()) -> dict[str, Any]:
    """{network: {"digit", "probabilities"}} for one image, as the command line and the API answer in JSON.

    digits: images of the digits that stand apart in it. If they are several, "digits" holds the same for each.
    """
    answers = {name: predict(model, image) for name, model in models.items()}
    told: dict[str, Any] = {
        name: {"digit": a.digit, "probabilities": list(a.probabilities)} for name, a in answers.items()
    }
    if len(digits) > 1:
        told["digits"] = [verdicts(models, digit) for digit in digits]
    return told
