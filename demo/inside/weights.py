"""What the networks have learnt, which needs no drawing: the first kernels of the CNN, first units of the MLP."""

from __future__ import annotations

from typing import Literal, TypedDict

from torch import Tensor, nn

from demo.inside.layers import finite
from demo.inside.mlp import UNITS
from demo.inside.pictures import Kernels, Units, kernels_of, weights_of
from nets.models import SIDE


class WeightsAnswer(TypedDict):
    """What there is to see while the paper is blank."""

    view: Literal["weights"]
    kernels: Kernels | None
    units: Units


def weights(cnn: nn.Sequential, mlp: nn.Sequential) -> WeightsAnswer:
    """The kernels of the first convolution, and the units of the first linear layer whose weights are largest."""
    convolution, _ = _first(cnn, nn.Conv2d)
    linear, learnt = _first(mlp, nn.Linear)
    units = learnt.norm(dim=1).argsort(descending=True, stable=True)[:UNITS].tolist()
    return {
        "view": "weights",
        "kernels": kernels_of(cnn, convolution),
        "units": weights_of(linear, units, learnt[units].view(-1, SIDE, SIDE)),
    }


def _first(model: nn.Sequential, kind: type[nn.Module]) -> tuple[str, Tensor]:
    """Name and weights of the first layer of a kind."""
    name, layer = next((name, layer) for name, layer in model.named_children() if isinstance(layer, kind))
    weights = layer.get_parameter("weight").detach().cpu()
    return name, finite({name: weights})[name]
