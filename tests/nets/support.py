"""Networks of odd shapes, and a checkpoint's record, for the tests of several modules of nets."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import asdict

import torch
from torch import Tensor, nn

from nets.checkpoint import versions
from nets.models import ARCHITECTURES, NETWORKS, CnnArchitecture, MlpArchitecture, cnn, count_parameters, mlp

CHANGED = {
    "mlp": MlpArchitecture((20, 10), "elu", dropout=0.5, batch_norm=True),
    "cnn": CnnArchitecture(3, (2, 3, 4, 5), True, "leaky", dropout=0.5, batch_norm=True),
}


def record_of(network: str = "mlp", **changes) -> dict:
    return {
        "network": network,
        "architecture": json.loads(json.dumps(asdict(ARCHITECTURES[network]()))),
        "parameters": count_parameters(NETWORKS[network]()),
        "recipe": "fast",
        "config": {"epochs": 3, "learning_rate": 0.003},
        "seed": 0,
        "data": {"name": "mnist", "checksums": {"train-images-idx3-ubyte.gz": "f68b"}},
        "versions": versions(),
        "device": "cpu",
        "seconds": 90.0,
        "epochs": 3,
        "validation": {"accuracy": 0.98, "loss": 0.1},
        "test": {"accuracy": 0.9812, "loss": 0.07},
    } | changes


def chain(**layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(OrderedDict(layers))


def other_cnn() -> nn.Sequential:
    """Kernels of three sizes, batch norm in maps and vectors, all activations, average pooling, dropout."""
    return chain(
        conv1=nn.Conv2d(1, 6, 3, padding=1), norm1=nn.BatchNorm2d(6), leaky1=nn.LeakyReLU(0.1), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(6, 5, 7, padding=3), norm2=nn.BatchNorm2d(5, affine=False), elu2=nn.ELU(0.5),
        pool2=nn.AvgPool2d(2), conv3=nn.Conv2d(5, 7, 5, padding=2), relu3=nn.ReLU(),
        conv4=nn.Conv2d(7, 4, 3, padding=1), relu4=nn.ReLU(), flatten=nn.Flatten(), drop=nn.Dropout(0.4),
        fc=nn.Linear(4 * 49, 20), norm=nn.BatchNorm1d(20), relu=nn.ReLU(), out=nn.Linear(20, 10),
    )  # fmt: skip


def uneven_cnn() -> nn.Sequential:
    """Windows that are not square, strides, dilation, no padding, no bias, pools that overlap and leave out an edge."""
    return chain(
        a=nn.Conv2d(1, 3, (3, 5), stride=(1, 2), padding=(0, 2)), b=nn.LeakyReLU(), c=nn.MaxPool2d(3, stride=2),
        d=nn.Conv2d(3, 4, 3, padding=2, dilation=2, bias=False), e=nn.ReLU(), f=nn.MaxPool2d(2), g=nn.Flatten(),
        h=nn.Linear(4 * 6 * 3, 10, bias=False),
    )  # fmt: skip


def other_mlp() -> nn.Sequential:
    return chain(
        flatten=nn.Flatten(), fc1=nn.Linear(784, 30), norm1=nn.BatchNorm1d(30), leaky1=nn.LeakyReLU(0.1),
        drop1=nn.Dropout(0.5), fc2=nn.Linear(30, 20), norm2=nn.BatchNorm1d(20), leaky2=nn.LeakyReLU(0.1),
        out=nn.Linear(20, 10),
    )  # fmt: skip


def elu_mlp() -> nn.Sequential:
    return chain(flatten=nn.Flatten(), fc1=nn.Linear(784, 25), elu1=nn.ELU(), out=nn.Linear(25, 10))


BUILDS = [mlp, cnn, other_cnn, uneven_cnn, other_mlp, elu_mlp]


def untrained(build, seed: int = 0) -> nn.Sequential:
    """In eval mode, with batch statistics as training leaves them."""
    torch.manual_seed(seed)
    model = build()
    for layer in model:
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.running_mean.normal_(0, 0.3)
            layer.running_var.uniform_(0.5, 2)
            if layer.affine:
                nn.init.normal_(layer.weight, 1, 0.3)
                nn.init.normal_(layer.bias, 0, 0.3)
    return model.eval()


def drawing(seed: int = 0) -> Tensor:
    """Noise in the middle and paper around it, where windows of a pool tie."""
    image = torch.zeros(1, 28, 28)
    image[:, 6:20, 4:24] = torch.rand(1, 14, 20, generator=torch.Generator().manual_seed(seed)).sub(0.4).clamp(min=0)
    return image
