"""nets.activations against hooks in an ordinary forward pass, against pooling layers, and worked by hand."""

from __future__ import annotations

import copy
from collections import OrderedDict

import pytest
import torch
from torch import Tensor, nn

from nets.activations import activations, changes, dead, kernels, pool
from nets.models import cnn, mlp


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


def hooked(model: nn.Sequential, image: Tensor, off: dict) -> dict[str, Tensor]:
    """Every layer's output by hooks, in a copy whose maps are switched off by hooks as well."""
    model, seen = copy.deepcopy(model), {}

    def hook(name: str):
        def see(layer, inputs, output):
            output = output.clone()
            output[:, list(off.get(name, ()))] = 0
            seen[name] = output[0]
            return output

        return see

    for name, layer in model.named_children():
        layer.register_forward_hook(hook(name))
    with torch.no_grad():
        model(image[None])
    return seen


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("switched", [False, True])
def test_activations_are_those_of_the_forward_pass(build, switched):
    model, image = untrained(build), drawing()
    names = [name for name, _ in model.named_children()]
    off = {names[1]: [0, 2], names[-2]: set(range(15))} if switched else {}
    outputs = activations(model, image, off)
    expected = hooked(model, image, off)
    assert list(outputs) == ["input", *names]
    assert torch.equal(outputs.pop("input"), image)
    for name, output in outputs.items():
        assert torch.equal(output, expected[name]), name
    whole = model(image[None])[0]
    assert torch.equal(outputs[names[-1]], whole) != switched


def test_switching_a_map_off_is_to_set_its_kernels_to_zero():
    model, image = untrained(cnn), drawing()
    without = copy.deepcopy(model)
    with torch.no_grad():
        without.conv2.weight[7], without.conv2.bias[7] = 0, 0
    outputs = activations(model, image, {"conv2": [7]})
    assert torch.equal(outputs["out"], without(image[None])[0])
    assert outputs["conv1"].ne(0).any() and not outputs["relu2"][7].any()
    # Of flatten, a view on the maps, single cells: the maps before it stay whole.
    outputs = activations(model, image, {"flatten": range(100)})
    assert torch.equal(outputs["relu4"], activations(model, image)["relu4"]) and not outputs["flatten"][:100].any()


def test_what_cannot_be_switched_off():
    with pytest.raises(KeyError, match="conv9"):
        activations(untrained(mlp), drawing(), {"conv9": [0]})
    with pytest.raises(IndexError):
        activations(untrained(mlp), drawing(), {"fc1": [128]})


def test_dead_maps():
    maps = torch.tensor([[[0.0, 0], [0, 0]], [[3, 3], [3, 3]], [[0, 0], [0, 1]]])
    assert dead(maps).tolist() == [True, True, False]
    assert dead(torch.tensor([0.0, -2, 0, 1])).tolist() == [True, False, True, False]
    # On blank paper conv1 puts out its biases, one number all over.
    outputs = activations(untrained(cnn), torch.zeros(1, 28, 28))
    assert dead(outputs["conv1"]).all() and not dead(activations(untrained(cnn), drawing())["conv1"]).any()


def test_kernels():
    model = untrained(cnn)
    found = kernels(model, "conv3")
    assert found.shape == (32, 32, 5, 5) and torch.equal(found, model.conv3.weight)
    found.zero_()
    assert model.conv3.weight.all()
    with pytest.raises(TypeError, match="MaxPool2d"):
        kernels(model, "pool1")


def test_pooling_as_the_tutorial_shows_it():
    pooled = pool(torch.tensor([[1.0, 3, 2, 4], [5, 6, 1, 2], [3, 2, 8, 1], [1, 4, 2, 3]]))
    assert pooled.largest.tolist() == [[6, 4], [4, 8]]
    assert pooled.average.tolist() == [[3.75, 2.25], [2.5, 3.5]]
    assert pooled.winners.tolist() == [[[1, 1], [0, 3]], [[3, 1], [2, 2]]]


@pytest.mark.parametrize("shape", [(4, 4), (3, 28, 28), (2, 3, 7, 9)])
def test_pooling_against_the_layers(shape):
    values = torch.randint(0, 3, shape, generator=torch.Generator().manual_seed(1)).float()  # many ties
    pooled = pool(values)
    maps = values.reshape(1, -1, *shape[-2:])
    largest, index = nn.MaxPool2d(2, return_indices=True)(maps)
    assert pooled.largest.shape == (*shape[:-2], shape[-2] // 2, shape[-1] // 2)
    assert torch.equal(pooled.largest.flatten(), largest.flatten())
    assert torch.equal((pooled.winners[..., 0] * shape[-1] + pooled.winners[..., 1]).flatten(), index.flatten())
    assert torch.equal(pooled.average.flatten(), nn.AvgPool2d(2)(maps).flatten())


def test_changes_of_one_inked_pixel():
    image = torch.zeros(1, 28, 28)
    image[0, 10, 10] = 1
    model = chain(pool=nn.MaxPool2d(2), flatten=nn.Flatten(), out=nn.Linear(196, 10)).eval()
    right = changes(model, image)  # from column 10 to 11: another pixel, the same window
    assert right["input"] == 1 and right["pool"] == right["out"] == 0
    left = changes(model, image, right=-1)  # to column 9: the window beside it
    assert left["input"] == left["pool"] == 1
    assert 0 < left["out"] < 1
    assert changes(model, image, down=20, right=0)["input"] == 1  # off the paper: nothing is left
    for still in (changes(model, image, right=0), changes(model, torch.zeros(1, 28, 28))):
        assert set(still.values()) == {0}


def test_changes_are_a_share_of_both():
    image = torch.zeros(1, 28, 28)
    image[0, 5:9, 4:8] = 0.5
    # Down and right by one: of 16 cells 9 are covered by both, 7 by either alone.
    assert changes(mlp().eval(), image, down=1, right=1)["input"] == pytest.approx(14 / 32)
