"""The arithmetic of one cell against torch itself."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from demo.visitor import Visitor
from demo.words import look_up
from nets.arithmetic import path, receptive_field
from nets.models import describe
from tests.demo.inside import CNNS, IMAGE, cells, close, look, model_of, outputs, visitor


@pytest.fixture(params=CNNS)
def session(request) -> Visitor:
    return visitor(CNNS[request.param])


def test_every_cell_is_told_as_torch_computes_it(session):
    model = model_of(session)
    found = outputs(model)
    modules, names = dict(model.named_children()), list(found)
    for below, name in pairwise(names):
        module, inputs = modules[name], found[below]
        for at in cells(found, name):
            told = look(session, layer=name, cell={"layer": name, "at": at})
            cell = told["cell"]
            close(cell["value"], found[name][at])
            close(cell["total"], found[name][at])
            assert cell["below"] == below and cell["at"] == list(at)
            for then in cell["then"]:
                close(then["value"], found[then["layer"]][at])
            match module:
                case nn.Conv2d():
                    check_convolution(cell, module, inputs, at)
                case nn.MaxPool2d():
                    check_pooling(told, inputs, at)
                case nn.BatchNorm2d():
                    close(
                        cell["normalised"],
                        (inputs[at] - module.running_mean[at[0]]) / math.sqrt(cell["variance"] + cell["eps"]),
                    )
                    close(cell["normalised"] * cell["weight"] + cell["bias"], found[name][at])
                case nn.Linear():
                    check_linear(cell, module, inputs, at[0])
                case nn.ReLU() | nn.LeakyReLU() | nn.ELU():
                    assert cell["function"] == type(module).__name__
                    close(cell["input"], inputs[at])
                case nn.Dropout():
                    assert (cell["kind"], cell["how"]) == ("passed", "Dropout")
                    close(cell["input"], inputs[at])
                case nn.Flatten():
                    assert (cell["kind"], cell["how"]) == ("passed", "Flatten")
                    source = [int(i) for i in np.unravel_index(at[0], inputs.shape)]
                    assert told["trail"][1] == {"layer": below, "at": source, "share": 1}


def check_convolution(cell, module, inputs, at) -> None:
    size, around = module.kernel_size[0], module.padding[0]
    window = F.pad(inputs, (around,) * 4)[:, at[1] : at[1] + size, at[2] : at[2] + size]
    products = window * module.weight[at[0]].detach()
    close(cell["sums"], products.sum((1, 2)))
    close(sum(cell["sums"]) + cell["bias"], cell["total"])
    assert cell["order"][0] == int(np.abs(cell["sums"]).argmax())
    assert 1 <= len(cell["channels"]) <= 3
    for channel in cell["channels"]:
        i = channel["channel"]
        close(channel["window"], window[i].flatten())
        close(channel["kernel"], module.weight[at[0], i].detach().flatten())
        close(channel["products"], products[i].flatten())
    rows, columns = cell["rows"], cell["columns"]
    assert (rows[0], columns[0]) == (at[1] - around, at[2] - around)
    side = range(inputs.shape[1])
    assert cell["inside"] == [y in side and x in side for y in rows for x in columns]


def check_pooling(told, inputs, at) -> None:
    cell = told["cell"]
    largest, index = F.max_pool2d(inputs[None], 2, return_indices=True)
    y, x = divmod(int(index[0][at]), inputs.shape[-1])
    assert [cell["rows"][0] + cell["winner"][0], cell["columns"][0] + cell["winner"][1]] == [y, x]
    assert told["trail"][1]["at"] == [at[0], y, x]
    window = inputs[at[0], 2 * at[1] : 2 * at[1] + 2, 2 * at[2] : 2 * at[2] + 2]
    close(cell["window"], window.flatten())
    close(cell["total"], largest[0][at])
    assert cell["how"] == "max" and cell["tie"] == (len(window.unique()) == 1)


def check_linear(cell, module, inputs, unit) -> None:
    products = inputs * module.weight[unit].detach()
    for term in cell["terms"]:
        i = term["unit"]
        close([term["input"], term["weight"], term["product"]], [inputs[i], module.weight[unit, i].item(), products[i]])
        c, y, x = term["place"]["at"]
        assert c * 49 + y * 7 + x == i
    assert cell["inputs"] == len(inputs)
    assert abs(cell["terms"][0]["product"]) == pytest.approx(float(products.abs().max()), rel=1e-5)
    close(cell["strength"], products.abs().sum())
    close(sum(t["product"] for t in cell["terms"]) + cell["rest"] + cell["bias"], cell["total"])
    shares, logits = cell["softmax"], torch.tensor(cell["softmax"]["logits"], dtype=torch.float64)
    close(shares["probabilities"], logits.softmax(0))
    close(np.array(shares["exponentials"]) / shares["total"], shares["probabilities"])


def test_the_receptive_field_of_every_cell(session):
    model = model_of(session)
    found = outputs(model)
    for name in list(found)[1:]:
        for at in cells(found, name, 2):
            told = look(session, layer=name, cell={"layer": name, "at": at})
            box = receptive_field(model, found, name, at)
            assert told["cell"]["field"] == vars(box)
            reach = told["layer"]["field"]
            assert (reach is None) == (len(at) == 1)
            if reach:
                first = [start + i * step for start, i, step in zip(reach["start"], at[1:], reach["step"], strict=True)]
                assert first == [box.top, box.left]
                assert reach["size"] == [box.bottom - box.top, box.right - box.left]


def test_a_path_is_followed_down_to_a_pixel(session):
    model = model_of(session)
    found = outputs(model)
    root = {"layer": "out", "at": [3]}
    steps = path(model, found, "out", (3,))
    for name, at, _ in steps:
        told = look(session, layer=name, cell=root)
        assert [(place["layer"], tuple(place["at"])) for place in told["trail"]] == [step[:2] for step in steps]
        close([place["share"] for place in told["trail"]], [step.share for step in steps])
        assert tuple(told["cell"]["at"]) == at
        if len(at) == 3:
            assert told["layer"]["map"] == at[0]
    assert told["cell"]["kind"] == "pixel"
    close(told["cell"]["value"], IMAGE[at])
    above = look(session, layer="out", cell={"layer": "conv1", "at": [0, 3, 3]})  # the path does not lead there
    assert above["cell"] is None and above["trail"] == []


def test_channels_asked_for_are_worked_out():
    cell = {"layer": "conv2", "at": [3, 5, 5]}
    told = look(visitor(), layer="conv2", cell=cell, channels=[9, 2, 9, 99])
    assert [channel["channel"] for channel in told["cell"]["channels"]] == [9, 2]
    told = look(visitor(), layer="conv2", cell=cell, channels=list(range(16)))
    assert len(told["cell"]["channels"]) == 8
    assert look(visitor(), layer="conv2", cell=cell, channels=[])["cell"]["channels"] == []


def test_there_are_words_for_every_layer_and_every_cell(session):
    """The page puts these keys together from what an answer holds."""
    for row in look(session)["chain"]:
        assert look_up(f"inside.layer.help.{row['kind']}")
    for row in describe(model_of(session)):
        cell = look(session, layer=row.name, cell={"layer": row.name, "at": [0] * len(row.shape)})["cell"]
        names = {"activation": cell.get("function"), "pooling": cell.get("how"), "passed": cell.get("how")}
        assert look_up(f"inside.work.{names.get(cell['kind']) or cell['kind']}")
