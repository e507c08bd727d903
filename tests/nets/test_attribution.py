"""nets.attribution against finite differences, against its definitions one by one, and worked by hand."""

from __future__ import annotations

import copy
import threading

import pytest
import torch
from torch import nn

from nets.activations import activations
from nets.attribution import evidence, first_layer, hires_cam, input_gradient, occlusion
from nets.checkpoint import load_shipped
from nets.models import CnnArchitecture, cnn, mlp
from tests.nets.support import BUILDS, CHANGED, chain, drawing, elu_mlp, other_cnn, other_mlp, uneven_cnn, untrained


@pytest.mark.parametrize("build", BUILDS)
def test_input_gradient_against_finite_differences(build):
    model, image, step = untrained(build).double(), drawing().double(), 1e-6
    image = image + torch.rand(image.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(9))  # no ties
    gradient = input_gradient(model, image, 4)
    assert gradient.shape == (28, 28) and gradient.any()
    for y, x in [(0, 0), (13, 14), (7, 20), (27, 27), (19, 5)]:
        up, down = image.clone(), image.clone()
        up[0, y, x] += step
        down[0, y, x] -= step
        with torch.no_grad():
            slope = (model(up[None]) - model(down[None]))[0, 4] / (2 * step)
        assert float(gradient[y, x]) == pytest.approx(float(slope), abs=1e-6)


@pytest.mark.parametrize("build", BUILDS)
def test_evidence_adds_up_to_the_logit(build):
    model, image = untrained(build), drawing()
    found = evidence(model, image, 7)
    assert found.logit == model(image[None])[0, 7].item()
    assert float(found.places.sum()) + found.remainder == pytest.approx(found.logit, abs=1e-5)
    assert not found.places[image[0] == 0].any() and found.places.any()


@pytest.mark.parametrize("build", [mlp, cnn, other_mlp])
def test_the_remainder_is_what_the_biases_bring(build):
    """Bias times gradient, summed over all biases; batch norm brings a channel's bias - mean * weight / deviation."""
    model, image = untrained(build).double(), drawing().double()
    logit = model(image[None])[0, 2]
    brought = 0.0
    for layer in model:
        if getattr(layer, "bias", None) is not None:
            (gradient,) = torch.autograd.grad(logit, layer.bias, retain_graph=True)
            shift = layer.bias
            if isinstance(layer, nn.BatchNorm1d):
                shift = shift - layer.running_mean * layer.weight / (layer.running_var + layer.eps).sqrt()
            brought += float((gradient * shift).sum())
    assert evidence(model, image, 2).remainder == pytest.approx(brought, abs=1e-9)


def test_evidence_of_a_linear_network_is_ink_times_weight():
    model, image = chain(flatten=nn.Flatten(), out=nn.Linear(784, 10)), drawing()
    found = evidence(model, image, 6)
    assert torch.allclose(found.places, image[0] * model.out.weight[6].detach().view(28, 28))
    assert found.remainder == pytest.approx(float(model.out.bias[6]), abs=1e-5)


@pytest.mark.parametrize(("patch", "stride"), [(4, 2), (5, 3), (7, 7), (28, 1)])
def test_occlusion_against_its_definition(patch, stride):
    model, image = untrained(cnn), drawing()
    starts = sorted({*range(0, 28 - patch, stride), 28 - patch})
    total, count = torch.zeros(28, 28), torch.zeros(28, 28)
    with torch.no_grad():
        whole = model(image[None])[0, 5]
        for top in starts:
            for left in starts:
                hidden = image.clone()
                hidden[0, top : top + patch, left : left + patch] = 0
                total[top : top + patch, left : left + patch] += whole - model(hidden[None])[0, 5]
                count[top : top + patch, left : left + patch] += 1
    found = occlusion(model, image, 5, patch, stride)
    assert found.any() and torch.allclose(found, total / count, atol=1e-6)


@pytest.mark.parametrize("build", [mlp, other_cnn])
def test_occlusion_of_paper_is_nothing(build):
    model, image = untrained(build), drawing()
    found = occlusion(model, image, 1)
    assert found[6:20, 4:24].any() and not found[:2].any() and not found[:, 28 - 1 :].any()
    assert not occlusion(model, torch.zeros(1, 28, 28), 1).any()


def test_occlusion_of_a_network_that_counts_ink():
    model, image = chain(flatten=nn.Flatten(), out=nn.Linear(784, 10)), torch.zeros(1, 28, 28)
    nn.init.ones_(model.out.weight)
    image[0, 8, 8] = 0.5  # a square of four side by side hides it or does not
    expected = torch.zeros(28, 28)
    expected[8:12, 8:12] = 0.5
    assert torch.allclose(occlusion(model, image, 0, patch=4, stride=4), expected, atol=1e-6)


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("architecture", [None, CHANGED["cnn"], CnnArchitecture(7, (4, 3, 12, 4), False, "elu")])
def test_hires_cam_adds_up_to_the_logit(architecture, digit):
    """Where one linear layer follows the maps, cells and its bias are the logit; the shipped network among them."""
    model = load_shipped()[0]["cnn"] if architecture is None else untrained(lambda: cnn(architecture))
    model, image = copy.deepcopy(model).double(), drawing().double()
    found = hires_cam(model, image, digit)
    assert found.places.shape == (7, 7) and found.places.any()
    assert found.remainder == pytest.approx(float(model.out.bias[digit].detach()), abs=1e-9)
    logit = float(model(image[None])[0, digit].detach())
    assert float(found.places.sum()) + found.remainder == pytest.approx(logit, abs=1e-9)
    assert found.logit == pytest.approx(logit, abs=1e-12)


@pytest.mark.parametrize(
    ("build", "layer", "rest"),
    [(cnn, "relu4", ("flatten", "out")), (other_cnn, "relu4", ("flatten", "drop", "fc", "norm", "relu", "out"))],
)
def test_hires_cam_by_its_definition(build, layer, rest):
    """Each number of the maps times its gradient, which autograd gives, cell by cell."""
    model, image = untrained(build), drawing()
    maps = activations(model, image)[layer].clone().requires_grad_()
    x = maps[None]
    for name in rest:
        x = model.get_submodule(name)(x)
    x[0, 8].backward(inputs=[maps])
    expected = torch.zeros(7, 7)
    for gradient, picture in zip(maps.grad, maps.detach(), strict=True):
        expected += gradient * picture
    found = hires_cam(model, image, 8)
    assert expected.any() and torch.allclose(found.places, expected, atol=1e-7)


def test_hires_cam_of_maps_before_a_last_pool():
    """Two maps, the second of which alone speaks, by its one warm cell: it won the window, and has all of the logit."""
    model = chain(conv=nn.Conv2d(1, 2, 1), pool=nn.MaxPool2d(14), flatten=nn.Flatten(), out=nn.Linear(8, 10)).eval()
    nn.init.ones_(model.conv.weight), nn.init.zeros_(model.conv.bias), nn.init.zeros_(model.out.weight)
    model.out.weight.data[3, 4:] = -2
    image = torch.zeros(1, 28, 28)
    image[0, 20, 6] = 0.8
    expected = torch.zeros(28, 28)
    expected[20, 6] = -1.6
    found = hires_cam(model, image, 3)
    assert torch.allclose(found.places, expected, atol=1e-9)
    assert found.remainder == pytest.approx(float(model.out.bias[3]), abs=1e-6)


def test_hires_cam_needs_a_convolution():
    with pytest.raises(TypeError, match="convolution"):
        hires_cam(untrained(mlp), drawing(), 0)


@pytest.mark.parametrize(("build", "handed_on"), [(mlp, "relu1"), (other_mlp, "drop1"), (elu_mlp, "elu1")])
def test_the_first_layer_sorted_by_what_matters(build, handed_on):
    model, image = untrained(build).double(), drawing().double()
    outputs = activations(model, image)
    found = first_layer(model, image, 9)
    units = len(outputs[handed_on])
    assert sorted(found.units) == list(range(units)) and found.weights.shape == (units, 28, 28)
    strength = found.importance.abs()
    assert bool((strength[:-1] >= strength[1:]).all()) and strength[0] > 0
    names = list(outputs)
    for unit, importance, weights in zip(found.units[:5], found.importance[:5], found.weights[:5], strict=True):
        assert torch.equal(weights.flatten(), model.fc1.weight[unit])
        nudged, step = outputs[handed_on].clone(), 1e-7
        nudged[unit] += step
        x = nudged[None]
        with torch.no_grad():
            for name in names[names.index(handed_on) + 1 :]:
                x = model.get_submodule(name)(x)
        slope = float(x[0, 9] - outputs["out"][9]) / step
        assert float(importance) == pytest.approx(slope * float(outputs[handed_on][unit]), abs=1e-6)


def test_units_of_a_single_layer_matter_by_themselves():
    model, image = chain(flatten=nn.Flatten(), out=nn.Linear(784, 10)), drawing()
    found = first_layer(model, image, 4)
    assert found.units[0] == 4 and found.importance.count_nonzero() == 1
    assert float(found.importance[0]) == pytest.approx(model(image[None])[0, 4].item())


@pytest.mark.parametrize("build", [cnn, uneven_cnn])
def test_only_a_first_linear_layer_has_pictures(build):
    with pytest.raises(TypeError, match="begins with a linear layer"):
        first_layer(untrained(build), drawing(), 0)


def everything(model, image) -> list[torch.Tensor]:
    found = [input_gradient(model, image, 3), evidence(model, image, 3).places, occlusion(model, image, 3)]
    convolves = isinstance(model[0], nn.Conv2d)
    found += [hires_cam(model, image, 3).places if convolves else first_layer(model, image, 3).weights]
    return [*found, *activations(model, image).values()]


@pytest.mark.parametrize("build", [cnn, other_cnn, other_mlp])
def test_the_model_stays_as_it_was(build):
    model, image = untrained(build), drawing()
    image_before = image.clone()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    everything(model, image)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
    assert not model.training and not any(module._forward_hooks for module in model.modules())
    assert torch.equal(image, image_before) and not image.requires_grad


@pytest.mark.parametrize("build", [cnn, other_mlp])
def test_gradients_come_whatever_is_switched_off_around(build):
    model, image = untrained(build), drawing()
    expected = everything(model, image)
    for switch in (torch.no_grad, torch.inference_mode):
        with switch():
            found = everything(model, activations(model, image)["input"].clone())
        assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


def test_several_threads_share_a_model():
    model, images = untrained(cnn), [drawing(seed) for seed in range(4)]
    expected = [everything(model, image) for image in images]
    found: dict[int, list] = {}
    threads = [threading.Thread(target=lambda i=i: found.update({i: everything(model, images[i])})) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, outputs in enumerate(expected):
        assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(found[i], outputs, strict=True))
    assert all(p.grad is None for p in model.parameters())
