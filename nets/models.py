"""The two networks, an MLP and a CNN, and what each of their layers puts out and costs.

Both are chains of named layers, so that a loop is enough to look inside:

    for name, layer in model.named_children():
        x = layer(x)

Images are (N, 1, 28, 28) with ink in [0, 1]; logits are (N, 10), one for each digit 0 to 9.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from nets.layers import BlurPool2d, LocallyConnected2d
from nets.options import check, choice, integers, number, switch

SIDE = 28  # pixels along one side of an input image
CLASSES = 10
POOL_AFTER = (1, 3)  # convolutions of the CNN that a 2x2 pool follows
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "leaky": lambda: nn.LeakyReLU(0.01), "elu": nn.ELU}
COSTLESS = (nn.Flatten, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Dropout, nn.BatchNorm1d, nn.BatchNorm2d)  # no wider field


@dataclass(frozen=True)
class MlpArchitecture:
    """The shape of an MLP; the defaults are the tutorial's."""

    hidden: tuple[int, ...] = integers(
        (128, 256, 128, 64), 1, 512, 1, 6, "units of fc1, fc2, ...: one number for each hidden layer"
    )
    activation: str = choice("relu", tuple(ACTIVATIONS), "what follows each hidden layer")
    dropout: float = number(0.0, 0.0, 0.9, "share of hidden units silenced at random in each batch")
    batch_norm: bool = switch(False, "scale each hidden layer by its batch before the activation")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class CnnArchitecture:
    """The shape of a CNN; the defaults are the tutorial's."""

    kernel: int = choice(5, (3, 5, 7), "side of every kernel in pixels; padding keeps the maps' size")
    channels: tuple[int, ...] = integers((16, 32, 32, 64), 1, 64, 4, 4, "feature maps of conv1, conv2, conv3 and conv4")
    extra_conv: bool = switch(False, "another convolution, conv5, right after conv4 and as wide")
    activation: str = choice("relu", tuple(ACTIVATIONS), "what follows each convolution")
    dropout: float = number(0.0, 0.0, 0.9, "share of the last maps' cells silenced at random in each batch")
    batch_norm: bool = switch(False, "scale each convolution's maps by their batch before the activation")

    def __post_init__(self) -> None:
        check(self)


Architecture = MlpArchitecture | CnnArchitecture
ARCHITECTURES: dict[str, type[Architecture]] = {"mlp": MlpArchitecture, "cnn": CnnArchitecture}


def mlp(architecture: MlpArchitecture | None = None) -> nn.Sequential:
    """784-128-256-128-64-10 with ReLU between, the tutorial's MLP with 175,306 parameters, or another architecture."""
    how = architecture or MlpArchitecture()
    layers: dict[str, nn.Module] = {"flatten": nn.Flatten()}  # (N, 784)
    width = SIDE * SIDE
    for i, hidden in enumerate(how.hidden, start=1):
        layers[f"fc{i}"] = nn.Linear(width, hidden)  # (N, hidden)
        if how.batch_norm:
            layers[f"norm{i}"] = nn.BatchNorm1d(hidden)
        layers[f"{how.activation}{i}"] = ACTIVATIONS[how.activation]()
        if how.dropout:
            layers[f"drop{i}"] = nn.Dropout(how.dropout)
        width = hidden
    layers["out"] = nn.Linear(width, CLASSES)  # (N, 10)
    return nn.Sequential(OrderedDict(layers))


def cnn(architecture: CnnArchitecture | None = None) -> nn.Sequential:
    """Four 5x5 convolutions, two 2x2 max pools, a linear layer: the tutorial's CNN with 121,514 parameters, or another.

    Its parameters are named conv1 ... conv4 and out, as in the tutorial's own class: weights trained there load here.
    """
    how = architecture or CnnArchitecture()
    channels = (*how.channels, *how.channels[-1:] * how.extra_conv)
    layers: dict[str, nn.Module] = {}
    maps, side = 1, SIDE
    for i, width in enumerate(channels, start=1):
        layers[f"conv{i}"] = nn.Conv2d(maps, width, how.kernel, padding=how.kernel // 2)  # (N, width, side, side)
        if how.batch_norm:
            layers[f"norm{i}"] = nn.BatchNorm2d(width)
        layers[f"{how.activation}{i}"] = ACTIVATIONS[how.activation]()
        if i in POOL_AFTER:
            layers[f"pool{POOL_AFTER.index(i) + 1}"] = nn.MaxPool2d(2)
            side //= 2  # 28, 14 after conv1, 7 after conv3
        maps = width
    layers["flatten"] = nn.Flatten()  # (N, maps * 7 * 7)
    if how.dropout:
        layers["drop"] = nn.Dropout(how.dropout)
    layers["out"] = nn.Linear(maps * side * side, CLASSES)  # (N, 10)
    return nn.Sequential(OrderedDict(layers))


NETWORKS: dict[str, Callable[..., nn.Sequential]] = {"mlp": mlp, "cnn": cnn}


@dataclass(frozen=True)
class LayerInfo:
    """What one layer puts out and costs, for a single image."""

    name: str
    kind: str  # the module's class: Conv2d, Linear, ReLU, ...
    shape: tuple[int, ...]  # of the output, without the batch dimension
    parameters: int
    multiply_adds: int  # multiplications, each followed by one addition
    receptive_field: int  # input pixels along one side that one output cell depends on, padding counted


def describe(model: nn.Sequential) -> list[LayerInfo]:
    """Every layer of a chain, measured on the module itself by passing a blank image through it.

    Receptive fields follow Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks"
    (Distill 2019): a kernel of k cells widens the field by (k - 1) * jump, a stride s multiplies jump by s. A linear
    layer after a flattened map is a kernel as large as the map.

    Raises TypeError for a layer type whose cost and field are not defined here.
    """
    device = next(model.parameters()).device
    x = torch.zeros(1, 1, SIDE, SIDE, device=device)
    field, jump, side = 1, 1, SIDE  # of one cell; between neighbours; cells along the map
    rows: list[LayerInfo] = []
    training = model.training
    model.eval()
    with torch.inference_mode():
        for name, layer in model.named_children():
            x = layer(x)
            cost = 0
            match layer:
                case nn.Conv2d():
                    cost = x[0].numel() * layer.weight[0].numel()
                    field += (layer.kernel_size[0] - 1) * layer.dilation[0] * jump
                    jump *= layer.stride[0]
                    side = x.shape[-1]
                case nn.MaxPool2d() | nn.AvgPool2d():
                    kernel, stride = (v if isinstance(v, int) else v[0] for v in (layer.kernel_size, layer.stride))
                    field += (kernel - 1) * jump
                    jump *= stride
                    side = x.shape[-1]
                case BlurPool2d():
                    cost = x[0].numel() * layer.kernel[0].numel()
                    field += (layer.kernel.shape[-1] - 1) * jump
                    jump *= 2
                    side = x.shape[-1]
                case LocallyConnected2d():
                    cost = layer.weight.numel()  # each weight is used once
                    field += (layer.kernel - 1) * jump
                case nn.Linear():
                    cost = layer.weight.numel()
                    field += (side - 1) * jump
                    side = 1
                case _ if not isinstance(layer, COSTLESS):
                    raise TypeError(f"layer {name!r} is a {type(layer).__name__}, which describe() does not know")
            rows.append(LayerInfo(name, type(layer).__name__, tuple(x.shape[1:]), count_parameters(layer), cost, field))
    model.train(training)
    return rows


def totals(rows: Sequence[LayerInfo]) -> tuple[int, int]:
    """The parameters and the multiply-adds of all these layers."""
    return sum(row.parameters for row in rows), sum(row.multiply_adds for row in rows)


def count_parameters(module: nn.Module) -> int:
    """Trainable numbers in a module."""
    return sum(p.numel() for p in module.parameters())
