"""How well a network reads a set of digits: loss, accuracy, confusion matrix and mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from nets.data import Digits
from nets.models import CLASSES

BATCH = 1000  # images read at once


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a network read a set of digits."""

    loss: float  # mean cross-entropy, in nats
    accuracy: float  # share read right, 0 to 1
    confusion: torch.Tensor  # (10, 10) int64, on the CPU: row the true digit, column the digit read
    mistakes: torch.Tensor  # int64, on the CPU: indices of the digits misread, ascending
    predicted: torch.Tensor  # uint8, on the CPU: the digit read in each


def evaluate(
    model: nn.Module, digits: Digits, batch: int = BATCH, between: Callable[[], object] | None = None
) -> Evaluation:
    """Read all digits with the network in eval mode, on its own device, `batch` images at a time.

    between() is called after each batch, and an exception raised there cancels. The network is left in the mode,
    training or eval, that it was in. Raises ValueError if there are no digits.
    """
    if not len(digits):
        raise ValueError("there are no digits to evaluate on")
    device = next(model.parameters()).device
    training = model.training
    model.eval()
    loss, read = 0.0, []
    try:
        with torch.inference_mode():
            for images, labels in zip(digits.images.split(batch), digits.labels.split(batch), strict=True):
                logits = model(images.to(device).float() / 255).float()  # (batch, 10)
                loss += F.cross_entropy(logits, labels.to(device), reduction="sum").item()
                read.append(logits.argmax(1).cpu())
                if between:
                    between()
    finally:
        model.train(training)
    # Outside of inference mode, so that the tensors handed out are ordinary ones.
    labels, predicted = digits.labels.cpu(), torch.cat(read)
    confusion = torch.bincount(labels * CLASSES + predicted, minlength=CLASSES**2).view(CLASSES, CLASSES)
    return Evaluation(
        loss=loss / len(digits),
        accuracy=confusion.trace().item() / len(digits),
        confusion=confusion,
        mistakes=(predicted != labels).nonzero().flatten(),
        predicted=predicted.byte(),
    )
