"""nets.models against the numbers worked out by hand, against autograd, and against the tutorial's own class."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from nets.models import NETWORKS, CnnArchitecture, MlpArchitecture, cnn, count_parameters, describe, mlp, totals

MLPS = {
    "one layer": MlpArchitecture(hidden=(32,)),
    "six layers": MlpArchitecture(hidden=(64,) * 6),
    "leaky": MlpArchitecture(activation="leaky"),
    "elu": MlpArchitecture(activation="elu"),
    "dropout": MlpArchitecture(dropout=0.5),
    "batch norm": MlpArchitecture(batch_norm=True),
    "all at once": MlpArchitecture(hidden=(8, 4), activation="elu", dropout=0.25, batch_norm=True),
}
CNNS = {
    "kernel 3": CnnArchitecture(kernel=3),
    "kernel 7": CnnArchitecture(kernel=7),
    "channels": CnnArchitecture(channels=(8, 8, 8, 8)),
    "one more": CnnArchitecture(extra_conv=True),
    "leaky": CnnArchitecture(activation="leaky"),
    "elu": CnnArchitecture(activation="elu"),
    "dropout": CnnArchitecture(dropout=0.5),
    "batch norm": CnnArchitecture(batch_norm=True),
    "all at once": CnnArchitecture(3, (2, 3, 4, 5), True, "elu", dropout=0.25, batch_norm=True),
}
EVERY = {f"mlp {name}": (mlp, how) for name, how in MLPS.items()}
EVERY |= {f"cnn {name}": (cnn, how) for name, how in CNNS.items()}
every_architecture = pytest.mark.parametrize(("build", "how"), EVERY.values(), ids=EVERY)


def column(rows, field: str) -> dict:
    return {row.name: getattr(row, field) for row in rows}


def test_parameters():
    parameters = {n: v for n, v in column(describe(mlp()), "parameters").items() if v}
    assert parameters == {"fc1": 100_480, "fc2": 33_024, "fc3": 32_896, "fc4": 8_256, "out": 650}
    parameters = {n: v for n, v in column(describe(cnn()), "parameters").items() if v}
    assert parameters == {"conv1": 416, "conv2": 12_832, "conv3": 25_632, "conv4": 51_264, "out": 31_370}
    assert {name: count_parameters(build()) for name, build in NETWORKS.items()} == {"mlp": 175_306, "cnn": 121_514}
    assert totals(describe(mlp())) == (175_306, 174_720) and totals(describe(cnn())) == (121_514, 10_380_160)


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
    with FlopCounterMode(display=False) as counter:
        build()(torch.rand(1, 1, 28, 28))
    assert sum(row.multiply_adds for row in describe(build())) == total == counter.get_total_flops() / 2


def footprint(model: nn.Sequential, upto: str, side: int) -> int:
    """Pixels along one side of the input that a cell in the middle of a layer's output depends on, by autograd."""
    image = torch.rand(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    x = image
    for name, layer in model.eval().double().named_children():  # in training, batch norm mixes all cells
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


@pytest.mark.parametrize("build", [mlp, cnn])
def test_the_default_architecture_has_the_tutorials_layers(build):
    names = {
        mlp: "flatten fc1 relu1 fc2 relu2 fc3 relu3 fc4 relu4 out",
        cnn: "conv1 relu1 pool1 conv2 relu2 conv3 relu3 pool2 conv4 relu4 flatten out",
    }[build]
    assert [name for name, _ in build().named_children()] == names.split()


@pytest.mark.parametrize(
    ("how", "names"),
    [
        (MLPS["all at once"], "flatten fc1 norm1 elu1 drop1 fc2 norm2 elu2 drop2 out"),
        (
            CNNS["all at once"],
            "conv1 norm1 elu1 pool1 conv2 norm2 elu2 conv3 norm3 elu3 pool2 conv4 norm4 elu4 conv5 norm5 elu5 "
            "flatten drop out",
        ),
        (CNNS["leaky"], "conv1 leaky1 pool1 conv2 leaky2 conv3 leaky3 pool2 conv4 leaky4 flatten out"),
    ],
)
def test_layers_of_other_architectures(how, names):
    build = mlp if isinstance(how, MlpArchitecture) else cnn
    assert [name for name, _ in build(how).named_children()] == names.split()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("mlp one layer", 25_120 + 330),
        ("mlp six layers", 50_240 + 5 * 4_160 + 650),
        ("mlp leaky", 175_306),
        ("mlp elu", 175_306),
        ("mlp dropout", 175_306),
        ("mlp batch norm", 175_306 + 2 * (128 + 256 + 128 + 64)),  # a scale and a shift for each unit
        ("mlp all at once", 784 * 8 + 8 + 16 + 8 * 4 + 4 + 8 + 4 * 10 + 10),
        ("cnn kernel 3", 160 + 4_640 + 9_248 + 18_496 + 31_370),
        ("cnn kernel 7", 800 + 25_120 + 50_208 + 100_416 + 31_370),
        ("cnn channels", 208 + 3 * 1_608 + 3_930),
        ("cnn one more", 121_514 + 64 * (64 * 25 + 1)),
        ("cnn leaky", 121_514),
        ("cnn elu", 121_514),
        ("cnn dropout", 121_514),
        ("cnn batch norm", 121_514 + 2 * (16 + 32 + 32 + 64)),
        ("cnn all at once", (20 + 57 + 112 + 185 + 230) + 2 * (2 + 3 + 4 + 5 + 5) + 2_460),
    ],
)
def test_parameters_of_other_architectures(name, parameters):
    build, how = EVERY[name]
    model = build(how)
    assert count_parameters(model) == parameters == sum(row.parameters for row in describe(model))


@every_architecture
def test_other_architectures_from_picture_to_logits(build, how):
    """Ten logits, and descriptions as hooks and PyTorch's own counter see an ordinary forward pass."""
    model, seen = build(how).eval(), []
    rows = describe(model)
    for name, layer in model.named_children():
        layer.register_forward_hook(lambda layer, _, y, name=name: seen.append((name, layer, tuple(y.shape[1:]))))
    with FlopCounterMode(display=False) as counter:
        assert model(torch.rand(1, 1, 28, 28)).shape == (1, 10)
    assert [(row.name, row.kind, row.shape) for row in rows] == [(n, type(la).__name__, s) for n, la, s in seen]
    assert sum(row.multiply_adds for row in rows) == counter.get_total_flops() / 2
    assert model.train()(torch.rand(3, 1, 28, 28)).isfinite().all()


@pytest.mark.parametrize("how", CNNS.values(), ids=CNNS)
def test_maps_keep_their_size_whatever_the_kernel(how):
    shapes = column(describe(cnn(how)), "shape")
    a, b, c, d = how.channels
    expected = {
        "conv1": (a, 28, 28), "pool1": (a, 14, 14), "conv2": (b, 14, 14), "conv3": (c, 14, 14), "pool2": (c, 7, 7),
        "conv4": (d, 7, 7), "conv5": (d, 7, 7), "flatten": (d * 49,),
    }  # fmt: skip
    if not how.extra_conv:
        del expected["conv5"]
    assert {name: shape for name, shape in shapes.items() if name[:4] in ("conv", "pool", "flat")} == expected


@pytest.mark.parametrize(
    ("how", "fields"),
    [
        (CNNS["kernel 3"], {"conv1": 3, "pool1": 4, "conv2": 8, "conv3": 12, "pool2": 14, "conv4": 22}),
        (CNNS["kernel 7"], {"conv1": 7, "pool1": 8, "conv2": 20, "conv3": 32, "pool2": 34, "conv4": 58}),
        (CNNS["one more"], {"conv1": 5, "pool1": 6, "conv2": 14, "conv3": 22, "pool2": 24, "conv4": 40, "conv5": 56}),
        (CNNS["all at once"], {"norm1": 3, "pool1": 4, "elu2": 8, "conv3": 12, "pool2": 14, "norm4": 22, "elu5": 30}),
    ],
)
def test_receptive_fields_of_other_architectures(how, fields):
    measured = column(describe(cnn(how)), "receptive_field")
    for layer, field in fields.items():
        assert measured[layer] == field == footprint(cnn(how), layer, 96), layer


@pytest.mark.parametrize(
    ("name", "activation"), [("relu", F.relu), ("leaky", lambda x: F.leaky_relu(x, 0.01)), ("elu", F.elu)]
)
def test_activation_batch_norm_and_dropout_are_where_they_belong(name, activation):
    """Both networks written out with torch's functions; the statistics of batch norm made up."""
    torch.manual_seed(4)
    m = mlp(MlpArchitecture((12, 6), name, dropout=0.5, batch_norm=True)).eval()
    c = cnn(CnnArchitecture(3, (2, 3, 4, 5), True, name, dropout=0.5, batch_norm=True)).eval()

    def norm(layer: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return F.batch_norm(x, layer.running_mean, layer.running_var, layer.weight, layer.bias)

    for layer in (*m, *c):
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            for values in (layer.running_mean, layer.running_var, layer.weight.data, layer.bias.data):
                values.uniform_(0.5, 2)

    images = torch.rand(8, 1, 28, 28)
    x = images.flatten(1)
    for linear, scale in ((m.fc1, m.norm1), (m.fc2, m.norm2)):
        x = activation(norm(scale, F.linear(x, linear.weight, linear.bias)))
    torch.testing.assert_close(m(images), F.linear(x, m.out.weight, m.out.bias))

    x = images
    for i in range(1, 6):
        conv = c.get_submodule(f"conv{i}")
        x = activation(norm(c.get_submodule(f"norm{i}"), F.conv2d(x, conv.weight, conv.bias, padding=1)))
        if i in (1, 3):
            x = F.max_pool2d(x, 2)
    torch.testing.assert_close(c(images), F.linear(x.flatten(1), c.out.weight, c.out.bias))

    for drop in (m.drop1, m.drop2, c.drop):
        silenced = drop.train()(torch.ones(1000, 100)) == 0
        assert 0.48 < silenced.float().mean() < 0.52


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
