"""The layers of a network, as answers tell them."""

from __future__ import annotations

from typing import TypedDict

from torch import nn

from nets.models import LayerInfo


class LayerAnswer(TypedDict):
    """What one layer puts out and costs, for a single image."""

    name: str
    kind: str  # the class in torch.nn
    shape: list[int]  # of the output
    parameters: int
    multiply_adds: int
    receptive_field: int  # pixels along a side of the input


def layer_answer(row: LayerInfo) -> LayerAnswer:
    """One layer, ready for JSON."""
    return {
        "name": row.name,
        "kind": row.kind,
        "shape": list(row.shape),
        "parameters": row.parameters,
        "multiply_adds": row.multiply_adds,
        "receptive_field": row.receptive_field,
    }


def names(model: nn.Sequential) -> list[str]:
    """The names of a chain's layers, in order."""
    return [name for name, _ in model.named_children()]
