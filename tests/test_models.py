"""nets.models against the numbers worked out by hand, against autograd, and against the tutorial's own class."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nets.models import NETWORKS, cnn, count_parameters, describe, mlp


def column(rows, field: str) -> dict:
    return {row.name: getattr(row, field) for row in rows}


def test_parameters():
    parameters = {n: v for n, v in column(describe(mlp()), "parameters").items() if v}
    assert parameters == {"fc1": 100_480, "fc2": 33_024, "fc3": 32_896, "fc4": 8_256, "out": 650}
    parameters = {n: v for n, v in column(describe(cnn()), "parameters").items() if v}
    assert parameters == {"conv1": 416, "conv2": 12_832, "conv3": 25_632, "conv4": 51_264, "out": 31_370}
    assert {name: count_parameters(build()) for name, build in NETWORKS.items()} == {"mlp": 175_306, "cnn": 121_514}


def test_shapes():
    shapes = column(describe(mlp()), "shape")
    assert [shapes[n] for n in ("flatten", "fc1", "relu1", "fc2", "fc3", "fc4", "out")] == [
        (784,), (128,), (128,), (256,), (128,), (64,), (10,),
    ]  # fmt: skip
    shapes = column(describe(cnn()), "shape")
    assert list(shapes.values()) == [
        (16, 28, 28), (16, 28, 28), (16, 14, 14), (32, 14, 14), (32, 14, 14), (32, 14, 14), (32, 14, 14),
        (32, 7, 7), (64, 7, 7), (64, 7, 7), (3136,), (10,),
    ]  # fmt: skip


@pytest.mark.parametrize("build", [mlp, cnn])
def test_descriptions_are_of_the_forward_pass(build):
    """The kinds, names and shapes that hooks see in an ordinary forward pass."""
    model, seen = build(), []
    rows = describe(model)
    for name, layer in model.named_children():
        layer.register_forward_hook(lambda layer, _, y, name=name: seen.append((name, layer, tuple(y.shape[1:]))))
    model(torch.rand(2, 1, 28, 28))
    assert [(row.name, row.kind, row.shape) for row in rows] == [(n, type(la).__name__, s) for n, la, s in seen]


@pytest.mark.parametrize(("build", "total"), [(mlp, 174_720), (cnn, 10_380_160)])
def test_multiply_adds(build, total):
    """Against PyTorch's own counter, which counts a multiply-add as two operations."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        build()(torch.rand(1, 1, 28, 28))
    assert sum(row.multiply_adds for row in describe(build())) == total == counter.get_total_flops() / 2


def footprint(model: nn.Sequential, upto: str, side: int) -> int:
    """Pixels along one side of the input that a cell in the middle of a layer's output depends on, by autograd."""
    image = torch.rand(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    x = image
    for name, layer in model.double().named_children():
        if isinstance(layer, nn.MaxPool2d):
            x = F.avg_pool2d(x, layer.kernel_size, layer.stride)  # the maximum would hide the cells that lost
        elif not isinstance(layer, nn.ReLU):  # which would hide the cells below zero
            x = layer(x)
        if name == upto:
            break
    cell = x.flatten(2)[0, 0, x[0, 0].numel() // 2 + x.shape[-1] // 2] if x.dim() == 4 else x[0, 0]
    (gradient,) = torch.autograd.grad(cell, image)
    rows = (gradient[0, 0] != 0).any(1).nonzero()
    return int(rows.max() - rows.min() + 1)


@pytest.mark.parametrize(
    ("layer", "field"),
    [("conv1", 5), ("pool1", 6), ("conv2", 14), ("conv3", 22), ("pool2", 24), ("conv4", 40), ("relu4", 40)],
)
def test_receptive_fields_of_the_cnn(layer, field):
    # An image of 96 pixels, for conv4 sees past all four sides of one of 28.
    assert column(describe(cnn()), "receptive_field")[layer] == field == footprint(cnn(), layer, 96)
    assert footprint(cnn(), layer, 28) == min(field, 28)


def test_receptive_fields_of_linear_layers():
    # All 7x7 cells of conv4, 4 pixels apart: 40 + 6 * 4. Without the padding that is the whole image.
    assert column(describe(cnn()), "receptive_field")["out"] == 64
    assert footprint(cnn(), "out", 28) == 28
    fields = column(describe(mlp()), "receptive_field")
    assert fields.pop("flatten") == 1 and set(fields.values()) == {28} == {footprint(mlp(), "fc1", 28)}


def test_other_chains_are_described_too():
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, dilation=2, padding=2), nn.BatchNorm2d(4), nn.LeakyReLU(),
        nn.Conv2d(4, 8, 3, groups=2), nn.AvgPool2d(3, stride=2), nn.Dropout(), nn.Flatten(), nn.Linear(8 * 25, 10),
    )  # fmt: skip
    rows = describe(model)
    # By hand: 1 + 2*2 = 5; jump 2: 5 + 2*2 = 9; 9 + 2*2 = 13; jump 4: 13 + 4*4 = 29.
    assert [row.receptive_field for row in rows] == [5, 5, 5, 9, 13, 13, 13, 29]
    assert [row.multiply_adds for row in rows] == [4 * 14 * 14 * 9, 0, 0, 8 * 12 * 12 * 2 * 9, 0, 0, 0, 2000]
    assert model.training
    with pytest.raises(TypeError, match="Softplus"):
        describe(nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Softplus()))


class Tutorial(nn.Module):
    """The CNN as such tutorials write it."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=16, kernel_size=5, stride=1, padding=2)
        self.conv2 = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=5, stride=1, padding=2)
        self.conv3 = nn.Conv2d(in_channels=32, out_channels=32, kernel_size=5, stride=1, padding=2)
        self.conv4 = nn.Conv2d(in_channels=32, out_channels=64, kernel_size=5, stride=1, padding=2)
        self.out = nn.Linear(64 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)
        x = F.relu(self.conv4(x))
        return self.out(x.view(x.size(0), -1))


def test_weights_of_the_tutorials_class_load():
    torch.manual_seed(2)
    theirs, ours, images = Tutorial(), cnn(), torch.rand(8, 1, 28, 28)
    assert not torch.allclose(ours(images), theirs(images))
    ours.load_state_dict(theirs.state_dict())
    assert torch.allclose(ours(images), theirs(images), atol=1e-6)
    assert list(ours.state_dict()) == list(theirs.state_dict())
