"""Facts about a chain of layers and its outputs that several views of it need."""

from __future__ import annotations

from itertools import takewhile
from typing import TypedDict
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from nets.activations import CELL_BY_CELL, INPUT
from nets.arithmetic import Outputs
from nets.models import SIDE, LayerInfo, describe


class NotFinite(ArithmeticError):
    """A network, in the middle of training, whose numbers ran away."""


class Reading(TypedDict):
    """What a network reads."""

    digit: int
    confidence: float


_layers: WeakKeyDictionary[nn.Module, list[LayerInfo]] = WeakKeyDictionary()


def layers(model: nn.Sequential) -> list[LayerInfo]:
    """The image, as a layer without cost, and every layer of this network; computed once for each network."""
    if model not in _layers:
        _layers[model] = [LayerInfo(INPUT, "Input", (1, SIDE, SIDE), 0, 0, 1), *describe(model)]
    return _layers[model]


def following(model: nn.Sequential, layer: str) -> list[str]:
    """What comes right after a layer and works cell by cell: norm, activation, dropout."""
    modules = dict(model.named_children())
    later = list(modules)[list(modules).index(layer) + 1 :]
    return list(takewhile(lambda name: isinstance(modules[name], CELL_BY_CELL), later))


def last_maps(outputs: Outputs) -> tuple[str, Tensor]:
    """The last output that is maps."""
    return next((name, output) for name, output in reversed(list(outputs.items())) if output.dim() == 3)


def finite(outputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """The outputs themselves; raises NotFinite where a number is none."""
    if not torch.cat([output.flatten() for output in outputs.values()]).isfinite().all():
        raise NotFinite
    return outputs


def read(outputs: Outputs) -> Reading:
    """What the network reads: its last output are the logits."""
    shares = list(outputs.values())[-1].double().softmax(0)
    return {"digit": int(shares.argmax()), "confidence": float(shares.max())}
