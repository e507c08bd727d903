"""A digit image goes in, ten logits come out: the MLP and the CNN, and what each layer does and costs.

Both networks are chains of named layers, so looking inside is a loop and not a hook:

    for name, layer in model.named_children():
        x = layer(x)

Images are (N, 1, 28, 28) with ink in [0, 1]; logits are (N, 10), one for each digit 0 to 9.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import nn

SIDE = 28  # pixels along one side of an input image
CLASSES = 10


def mlp() -> nn.Sequential:
    """784-128-256-128-64-10 with ReLU between: the tutorial's MLP, 175,306 parameters."""
    layers: dict[str, nn.Module] = {"flatten": nn.Flatten()}  # (N, 784)
    width = SIDE * SIDE
    for i, hidden in enumerate((128, 256, 128, 64), start=1):
        layers[f"fc{i}"] = nn.Linear(width, hidden)  # (N, hidden)
        layers[f"relu{i}"] = nn.ReLU()
        width = hidden
    layers["out"] = nn.Linear(width, CLASSES)  # (N, 10)
    return nn.Sequential(OrderedDict(layers))


def cnn() -> nn.Sequential:
    """Four 5x5 convolutions, two 2x2 max pools, one linear layer: the tutorial's CNN, 121,514 parameters.

    Its parameters are named conv1 ... conv4 and out, as in the tutorial's own class: weights trained there load here.
    """
    layers: dict[str, nn.Module] = {
        "conv1": nn.Conv2d(1, 16, 5, padding=2),  # (N, 16, 28, 28)
        "relu1": nn.ReLU(),
        "pool1": nn.MaxPool2d(2),  # (N, 16, 14, 14)
        "conv2": nn.Conv2d(16, 32, 5, padding=2),  # (N, 32, 14, 14)
        "relu2": nn.ReLU(),
        "conv3": nn.Conv2d(32, 32, 5, padding=2),  # (N, 32, 14, 14)
        "relu3": nn.ReLU(),
        "pool2": nn.MaxPool2d(2),  # (N, 32, 7, 7)
        "conv4": nn.Conv2d(32, 64, 5, padding=2),  # (N, 64, 7, 7)
        "relu4": nn.ReLU(),
        "flatten": nn.Flatten(),  # (N, 3136)
        "out": nn.Linear(64 * 7 * 7, CLASSES),  # (N, 10)
    }
    return nn.Sequential(OrderedDict(layers))


NETWORKS = {"mlp": mlp, "cnn": cnn}


@dataclass(frozen=True)
class LayerInfo:
    """What one layer of a chain puts out and costs, for a single image."""

    name: str
    kind: str  # the module's class: Conv2d, Linear, ReLU, ...
    shape: tuple[int, ...]  # of the output, without the batch dimension
    parameters: int
    multiply_adds: int  # multiplications, each followed by one addition
    receptive_field: int  # input pixels along one side that one output cell depends on, padding counted


def describe(model: nn.Sequential) -> list[LayerInfo]:
    """Every layer of a chain, measured on the live module: one blank image goes through, layer by layer.

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
                    cost = (
                        x[0].numel() * layer.in_channels // layer.groups * layer.kernel_size[0] * layer.kernel_size[1]
                    )
                    field += (layer.kernel_size[0] - 1) * layer.dilation[0] * jump
                    jump *= layer.stride[0]
                    side = x.shape[-1]
                case nn.MaxPool2d() | nn.AvgPool2d():
                    kernel, stride = (v if isinstance(v, int) else v[0] for v in (layer.kernel_size, layer.stride))
                    field += (kernel - 1) * jump
                    jump *= stride
                    side = x.shape[-1]
                case nn.Linear():
                    cost = layer.in_features * layer.out_features
                    field += (side - 1) * jump
                    side = 1
                case (
                    nn.Flatten()
                    | nn.ReLU()
                    | nn.LeakyReLU()
                    | nn.ELU()
                    | nn.Dropout()
                    | nn.BatchNorm2d()
                    | nn.BatchNorm1d()
                ):
                    pass
                case _:
                    raise TypeError(f"layer {name!r} is a {type(layer).__name__}, which describe() does not know")
            rows.append(
                LayerInfo(
                    name=name,
                    kind=type(layer).__name__,
                    shape=tuple(x.shape[1:]),
                    parameters=count_parameters(layer),
                    multiply_adds=cost,
                    receptive_field=field,
                )
            )
    model.train(training)
    return rows


def count_parameters(module: nn.Module) -> int:
    """Trainable numbers in a module."""
    return sum(p.numel() for p in module.parameters())
