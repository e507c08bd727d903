"""nets.activations against hooks in an ordinary forward pass, against pooling layers, and worked by hand."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from nets.activations import activations, changes, dead, kernels, pool, without_each
from nets.models import cnn, mlp
from tests.nets.support import BUILDS, chain, drawing, untrained


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


@pytest.mark.parametrize("build", BUILDS)
def test_logits_without_each_map_one_after_the_other(build):
    """As switching them off one by one gives them, with more maps than are computed at once, and others off besides."""
    model, image = untrained(build), drawing()
    *_, last = outputs = activations(model, image)
    for name in [name for name in outputs if name != "input"]:
        others = {name: [1]} | ({} if name == last else {last: [3]})
        for off in ({}, others):
            found = without_each(model, image, name, off)
            assert found.shape == (len(outputs[name]), len(outputs[last]))
            for i in {0, len(found) // 2, len(found) - 1}:
                silent = {**off, name: {i, *off.get(name, ())}}
                assert torch.allclose(found[i], activations(model, image, silent)[last], atol=1e-5), (name, i)


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
