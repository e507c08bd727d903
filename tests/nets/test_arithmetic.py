"""nets.arithmetic against torch: random cells of every layer, pooling winners, and the footprint of gradients."""

from __future__ import annotations

import copy
import random
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nets import arithmetic
from nets.activations import activations
from nets.arithmetic import Box, path, receptive_field, softmax, work_out
from nets.models import SIDE, cnn, describe, mlp
from tests.nets.support import BUILDS, chain, drawing, other_cnn, uneven_cnn, untrained

KINDS = {
    nn.Conv2d: arithmetic.Convolution,
    nn.BatchNorm1d: arithmetic.Normalisation,
    nn.BatchNorm2d: arithmetic.Normalisation,
    nn.ReLU: arithmetic.Activation,
    nn.LeakyReLU: arithmetic.Activation,
    nn.ELU: arithmetic.Activation,
    nn.MaxPool2d: arithmetic.Pooling,
    nn.AvgPool2d: arithmetic.Pooling,
    nn.Dropout: arithmetic.Dropout,
    nn.Flatten: arithmetic.Flatten,
    nn.Linear: arithmetic.Linear,
}


def cells(output: Tensor, count: int = 12) -> list[tuple[int, ...]]:
    """The first, the last, and some at random."""
    shape = output.shape
    draw = random.Random(str(tuple(shape)))
    some = [tuple(draw.randrange(side) for side in shape) for _ in range(count)]
    return [tuple(0 for _ in shape), tuple(side - 1 for side in shape), *some]


@pytest.mark.parametrize("build", BUILDS)
def test_every_number_is_what_torch_computes(build):
    model, image = untrained(build), drawing()
    outputs = activations(model, image)
    names = list(outputs)
    for below, name in pairwise(names):
        layer = model.get_submodule(name)
        with torch.no_grad():
            exact = copy.deepcopy(layer).double()(outputs[below].double()[None])[0]
        for cell in cells(outputs[name]):
            worked = work_out(model, outputs, name, cell)
            assert type(worked) is KINDS[type(layer)]
            assert worked.output == outputs[name][cell]
            assert worked.total == pytest.approx(worked.output, rel=1e-5, abs=1e-5), (name, cell)
            assert worked.total == pytest.approx(float(exact[cell]), rel=1e-12, abs=1e-12), (name, cell)
            assert len(worked.source) == outputs[below].dim() and min(worked.source) >= 0
            outputs[below][worked.source]  # is there


def test_a_convolution_written_out():
    model = untrained(other_cnn)
    outputs = activations(model, drawing())
    for cell in [(0, 0, 0), (4, 13, 6), (2, 7, 7)]:
        worked = work_out(model, outputs, "conv2", cell)
        column = cell[1] * 14 + cell[2]
        unfolded = F.unfold(outputs["pool1"].double()[None], 7, padding=3)[0, :, column].view(6, 7, 7)
        assert torch.equal(worked.windows, unfolded)
        assert torch.equal(worked.kernel, model.conv2.weight[cell[0]].double())
        assert worked.bias == model.conv2.bias[cell[0]]
        for channel, sum in enumerate(worked.sums):  # the convolution of this input channel alone
            kernel = model.conv2.weight.detach()[[cell[0]]][:, [channel]]
            alone = F.conv2d(outputs["pool1"][None, [channel]], kernel, padding=3)[0, 0]
            assert float(sum) == pytest.approx(float(alone[cell[1:]]), abs=1e-5)
        assert (worked.rows, worked.columns) == (
            range(cell[1] - 3, cell[1] + 4),
            range(cell[2] - 3, cell[2] + 4),
        )
        for i, y in enumerate(worked.rows):
            for j, x in enumerate(worked.columns):
                assert worked.inside[i, j] == (0 <= y < 14 and 0 <= x < 14)
                for channel in range(6):
                    here = float(outputs["pool1"][channel, y, x]) if worked.inside[i, j] else 0
                    assert worked.windows[channel, i, j] == here
        _, y, x = worked.source
        largest = abs(worked.products[worked.source[0], y - worked.rows[0], x - worked.columns[0]])
        assert largest == worked.products.abs().max() > 0


def test_a_convolution_of_paper_comes_from_inside_the_map():
    model = untrained(cnn)
    outputs = activations(model, torch.zeros(1, 28, 28))
    assert work_out(model, outputs, "conv1", (3, 0, 0)).source == (0, 0, 0)
    assert work_out(model, outputs, "conv1", (3, 27, 27)).source == (0, 25, 25)


@pytest.mark.parametrize(("build", "name"), [(cnn, "pool1"), (cnn, "pool2"), (other_cnn, "pool1"), (uneven_cnn, "c")])
def test_every_pooling_winner_is_that_of_return_indices(build, name):
    model = untrained(build)
    outputs = activations(model, drawing())
    pool, before = model.get_submodule(name), list(outputs.values())[list(outputs).index(name) - 1]
    _, index = F.max_pool2d(before[None], pool.kernel_size, pool.stride, return_indices=True)
    width, ties = before.shape[-1], 0
    for cell in torch.cartesian_prod(*map(torch.arange, (2, *outputs[name].shape[1:]))).tolist():
        worked = work_out(model, outputs, name, tuple(cell))
        assert worked.source == (cell[0], *divmod(int(index[0][tuple(cell)]), width))
        assert torch.equal(worked.window, before[cell[0]].double()[worked.rows][:, worked.columns])
        ties += int((worked.window == worked.window.max()).sum() > 1)
    assert ties > 10


def test_average_pooling_comes_from_its_strongest_cell():
    values = torch.zeros(1, 28, 28)
    values[0, 2:4, 4:6] = torch.tensor([[0.1, -0.9], [0.2, 0.3]])
    model = chain(scale=nn.Conv2d(1, 1, 1), pool=nn.AvgPool2d(2), flatten=nn.Flatten(), out=nn.Linear(196, 10))
    worked = work_out(model, {"input": values, "scale": values, "pool": F.avg_pool2d(values, 2)}, "pool", (0, 1, 2))
    assert (worked.kind, worked.source) == ("average", (0, 2, 5)) and worked.total == pytest.approx(-0.075)


def test_flatten_tells_where_each_number_stood():
    model = untrained(cnn)
    places = torch.arange(64 * 49.0).view(64, 7, 7)
    outputs = {"relu4": places, "flatten": places.flatten()}
    outputs = {"input": drawing(), **dict.fromkeys(list(activations(model, drawing()))[1:-3], places), **outputs}
    for index in (0, 8, 49, 3135):
        worked = work_out(model, outputs, "flatten", (index,))
        assert places[worked.source] == index == worked.output


def test_a_linear_cell_written_out():
    model = untrained(mlp)
    outputs = activations(model, drawing())
    worked = work_out(model, outputs, "out", (3,))
    products = model.out.weight[3].detach().double() * outputs["relu4"].double()
    assert torch.equal(worked.products, products) and worked.bias == model.out.bias[3]
    by_hand = sorted(range(64), key=lambda i: -abs(float(products[i])))
    assert worked.strongest(64) == by_hand and worked.strongest(5) == by_hand[:5]
    assert worked.source == (by_hand[0],)
    assert {float(p) < 0 for p in worked.products[worked.strongest(20)]} == {True, False}  # for and against


def test_what_is_known_of_the_other_kinds():
    model = untrained(other_cnn)
    outputs = activations(model, drawing())
    norm, cell = model.norm1, (2, 9, 9)
    worked = work_out(model, outputs, "norm1", cell)
    found = (worked.input, worked.mean, worked.variance, worked.eps, worked.weight, worked.bias)
    expected = (outputs["conv1"][cell], norm.running_mean[2], norm.running_var[2], 1e-5, norm.weight[2], norm.bias[2])
    assert found == tuple(v if isinstance(v, float) else v.item() for v in expected) and worked.source == cell
    plain = work_out(model, outputs, "norm2", cell)  # has no weights of its own
    assert (plain.weight, plain.bias) == (1, 0) and plain.total == plain.normalised
    kinds = {name: work_out(model, outputs, name, cell) for name in ("leaky1", "elu2")}
    kinds["relu3"] = work_out(model, outputs, "relu3", (2, 3, 3))
    assert [(a.kind, a.slope) for a in kinds.values()] == [("LeakyReLU", 0.1), ("ELU", 0.5), ("ReLU", 0)]
    dropout = work_out(model, outputs, "drop", (50,))
    assert (dropout.probability, dropout.input) == (0.4, float(outputs["flatten"][50]))


def test_a_map_switched_off_puts_out_nothing():
    model = untrained(cnn)
    outputs = activations(model, drawing(), {"conv2": [3]})
    worked = work_out(model, outputs, "conv2", (3, 7, 7))
    assert worked.output == 0 != worked.total
    later = work_out(model, outputs, "conv3", (5, 7, 7))
    assert later.sums[3] == 0 and later.total == pytest.approx(later.output, abs=1e-5)


@pytest.mark.parametrize(
    "layer", [nn.Softplus(), nn.Conv2d(2, 2, 3, groups=2), nn.Conv2d(2, 2, 3, padding_mode="circular", padding=1)]
)
def test_what_is_not_worked_out_is_refused(layer):
    model = chain(conv=nn.Conv2d(1, 2, 3), other=layer).eval()
    with pytest.raises(TypeError, match=type(layer).__name__):
        work_out(model, activations(model, drawing()), "other", (0, 5, 5))


def test_receptive_field_of_an_unknown_layer_is_refused():
    model = chain(conv=nn.Conv2d(1, 2, 3), other=nn.Softplus()).eval()
    with pytest.raises(TypeError, match="Softplus"):
        receptive_field(model, activations(model, drawing()), "other", (0, 5, 5))


@pytest.mark.parametrize("build", BUILDS)
def test_paths_lead_down_to_a_pixel(build):
    model = untrained(build)
    outputs = activations(model, drawing())
    names = list(outputs)
    for name in names[1:]:
        for cell in cells(outputs[name], 3):
            steps = path(model, outputs, name, cell)
            assert [step.layer for step in steps] == names[names.index(name) :: -1] and steps[0] == (name, cell, 1.0)
            for (layer, here, _), (_, below, share) in pairwise(steps):
                worked = work_out(model, outputs, layer, here)
                assert (worked.source, worked.share) == (below, share)
            channel, y, x = steps[-1].cell
            assert channel == 0 and 0 <= y < SIDE and 0 <= x < SIDE
            box = receptive_field(model, outputs, name, cell)
            assert box.top <= y < box.bottom and box.left <= x < box.right
    assert path(model, outputs, "input", (0, 4, 5)) == [("input", (0, 4, 5), 1.0)]


def test_the_share_of_the_strongest():
    """Worked by hand: products 3, -4 and 1 are 8 without their signs; an average of 1, 0, 0, -1 takes half from one."""
    image = torch.zeros(1, 28, 28)
    image[0, 0, :3] = torch.tensor([3.0, 2.0, 1.0])
    model = chain(flatten=nn.Flatten(), out=nn.Linear(784, 2)).eval()
    nn.init.zeros_(model.out.weight)
    model.out.weight.data[0, :3] = torch.tensor([1.0, -2.0, 1.0])
    found = path(model, activations(model, image), "out", (0,))
    assert [(step.layer, step.cell) for step in found] == [("out", (0,)), ("flatten", (1,)), ("input", (0, 0, 1))]
    assert [step.share for step in found] == [1.0, 0.5, 1.0]
    assert path(model, activations(model, image), "out", (1,))[1].share == 0  # nothing contributes to this unit
    model = chain(pool=nn.AvgPool2d(2), conv=nn.Conv2d(1, 1, 1)).eval()
    image[0, :2, :2] = torch.tensor([[1.0, 0.0], [0.0, -1.0]])
    outputs = activations(model, image)
    assert work_out(model, outputs, "pool", (0, 0, 0)).share == 0.5
    assert work_out(model, outputs, "conv", (0, 0, 0)).share == 0  # the mean is zero


def footprint(model: nn.Sequential, upto: str, cell: tuple[int, ...], side: int) -> Box:
    """The pixels of a blank image of this side that a cell depends on, by autograd.

    No weight is below zero, so that no two ways cancel; what might hide a way, maximum and activation, is left out.
    """
    image = torch.zeros(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    x = image
    for name, layer in copy.deepcopy(model).double().named_children():
        for parameter in layer.parameters():
            parameter.data.abs_()
        if isinstance(layer, nn.MaxPool2d):
            x = F.avg_pool2d(x, layer.kernel_size, layer.stride)
        elif not isinstance(layer, (nn.ReLU, nn.LeakyReLU, nn.ELU)):
            x = layer(x)
        if name == upto:
            break
    (gradient,) = torch.autograd.grad(x[0][cell], image)
    inked = gradient[0, 0] != 0
    rows, columns = inked.any(1).nonzero(), inked.any(0).nonzero()
    return Box(int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1)


@pytest.mark.parametrize("build", [build for build in BUILDS if build is not uneven_cnn])  # below: an edge is left out
def test_receptive_fields_are_the_footprints_of_gradients(build):
    model = untrained(build)
    outputs = activations(model, drawing())
    for name, output in list(outputs.items())[1:]:
        for cell in cells(output, 2):
            box = receptive_field(model, outputs, name, cell)
            inside = Box(max(box.top, 0), min(box.bottom, SIDE), max(box.left, 0), min(box.right, SIDE))
            assert inside == footprint(model, name, cell, SIDE), (name, cell)


@pytest.mark.parametrize("build", [cnn, other_cnn, uneven_cnn])
def test_receptive_fields_outside_the_image(build):
    """In a larger image the same cell stands further in, and its whole footprint is seen."""
    model, margin = untrained(build), 48
    outputs = activations(model, drawing())
    jumps, known = [1, 1], 0
    for name, layer in model.named_children():
        if isinstance(layer, nn.Flatten):
            break
        if isinstance(layer, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)):
            stride = layer.stride if isinstance(layer.stride, tuple) else (layer.stride, layer.stride)
            jumps = [jump * s for jump, s in zip(jumps, stride, strict=True)]
        for channel, y, x in cells(outputs[name], 2):
            box = receptive_field(model, outputs, name, (channel, y, x))
            further = (channel, y + margin // jumps[0], x + margin // jumps[1])
            seen = footprint(model, name, further, SIDE + 2 * margin)
            assert box == Box(seen.top - margin, seen.bottom - margin, seen.left - margin, seen.right - margin)
            known += box.top < 0 or box.right > SIDE
    assert known > 5


@pytest.mark.parametrize("build", [mlp, cnn, other_cnn])
def test_receptive_fields_are_as_large_as_described(build):
    model = untrained(build)
    outputs = activations(model, drawing())
    for row in describe(model):
        box = receptive_field(model, outputs, row.name, cells(outputs[row.name], 0)[1])
        assert box.bottom - box.top == box.right - box.left == row.receptive_field, row.name
    assert receptive_field(model, outputs, "input", (0, 4, 9)) == Box(4, 5, 9, 10)


def test_softmax_written_out():
    for logits in (torch.randn(10) * 5, torch.tensor([1000.0, 999, -1000]), torch.zeros(10)):
        worked = softmax(logits)
        assert torch.allclose(worked.probabilities, logits.double().softmax(0), rtol=1e-12, atol=0)
        assert worked.total == pytest.approx(float((logits.double() - logits.max().double()).exp().sum()))
        assert worked.exponentials.max() == 1 and float(worked.probabilities.sum()) == pytest.approx(1)
        assert torch.allclose(worked.exponentials / worked.total, worked.probabilities)
