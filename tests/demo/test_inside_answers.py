"""Drawings, networks and what a page may ask go in; every number and picture told is held against torch itself."""

from __future__ import annotations

import base64
import copy
import io
import json
import math
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from demo import samples, text
from demo.inside.answers import EXAMPLE, SHIFTS, VIEWS, answer, archive, is_heavy
from demo.visitor import Visitor
from nets import attribution
from nets.activations import changes
from nets.arithmetic import path, receptive_field
from nets.checkpoint import load_shipped
from nets.models import CnnArchitecture, MlpArchitecture, cnn, describe, mlp
from nets.preprocess import Drawing, prepare_drawing

NETWORKS, RECORDS = load_shipped()
LARGEST = 150_000  # bytes of an answer
CNNS = {
    "shipped": NETWORKS["cnn"],
    "other": CnnArchitecture(3, (5, 6, 7, 8), True, "leaky", 0.2, True),
    "curved": CnnArchitecture(7, (4, 3, 12, 4), False, "elu"),
    "largest": CnnArchitecture(7, (64, 64, 64, 64), True, "elu", 0.5, True),
}
MLPS = {
    "shipped": NETWORKS["mlp"],
    "other": MlpArchitecture((30, 20), "leaky", 0.2, True),
    "one": MlpArchitecture((5,), "elu"),
    "largest": MlpArchitecture((512,) * 6, "relu", 0.1, True),
}


def network(build, of) -> nn.Sequential:
    """In eval mode; batch statistics as training leaves them."""
    if isinstance(of, nn.Sequential):
        return of
    torch.manual_seed(1)
    model = build(of)
    for layer in model:
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.3)
            layer.running_var.uniform_(0.5, 2)
            nn.init.normal_(layer.weight, 1, 0.3)
            nn.init.normal_(layer.bias, 0, 0.3)
    return model.eval()


IMAGE = prepare_drawing(samples.drawing(7)).image


def visitor(cnn_of=NETWORKS["cnn"], mlp_of=NETWORKS["mlp"], digit: int | None = 7) -> Visitor:
    session = Visitor({"mlp": network(mlp, mlp_of), "cnn": network(cnn, cnn_of)}, RECORDS)
    session.drawing = samples.drawing(digit) if digit is not None else None
    return session


@pytest.fixture(params=CNNS)
def session(request) -> Visitor:
    return visitor(CNNS[request.param])


def look(session: Visitor, **asked):
    """As the page gets it; NaN would not pass."""
    told = answer(session, json.loads(json.dumps(asked)))
    return json.loads(json.dumps(told, allow_nan=False))


def outputs(model: nn.Sequential, image: torch.Tensor = IMAGE) -> dict[str, torch.Tensor]:
    """Every layer's output, caught by hooks in an ordinary forward pass."""
    found, hooks = {"input": image}, []
    for name, layer in model.named_children():
        hooks.append(layer.register_forward_hook(lambda _, __, y, name=name: found.update({name: y[0].detach()})))
    model(image[None])
    for hook in hooks:
        hook.remove()
    return found


def decoded(content: str, signed: bool, *shape: int) -> np.ndarray:
    """Shares of the largest number."""
    values = np.frombuffer(base64.b64decode(content), np.int8 if signed else np.uint8)
    return values.reshape(shape) / (127 if signed else 255)


def close(value, expected) -> None:
    np.testing.assert_allclose(np.asarray(value, float), np.asarray(expected, float), rtol=1e-5, atol=1e-5)


def cells(found: dict[str, torch.Tensor], name: str, count: int = 3) -> list[tuple[int, ...]]:
    """A corner and cells at random."""
    rng = np.random.default_rng(len(name) + found[name].numel())
    shape = found[name].shape
    return [(0,) * len(shape), *(tuple(int(rng.integers(size)) for size in shape) for _ in range(count))]


# ---- a cell


def test_every_cell_is_told_as_torch_computes_it(session):
    model = session.networks.now()["cnn"].model
    found = outputs(model)
    modules, names = dict(model.named_children()), list(found)
    for below, name in pairwise(names):
        module, inputs = modules[name], found[below]
        for at in cells(found, name):
            cell = look(session, layer=name, cell={"layer": name, "at": at})["cell"]
            close(cell["value"], found[name][at])
            close(cell["total"], found[name][at])
            assert cell["below"] == below and cell["at"] == list(at)
            for later, value in cell["then"]:
                close(value, found[later][at])
            match module:
                case nn.Conv2d():
                    check_convolution(cell, module, inputs, at)
                case nn.MaxPool2d():
                    check_pooling(cell, inputs, at)
                case nn.BatchNorm2d():
                    close(
                        cell["normalised"],
                        (inputs[at] - module.running_mean[at[0]]) / math.sqrt(cell["variance"] + cell["eps"]),
                    )
                    close(cell["normalised"] * cell["weight"] + cell["bias"], found[name][at])
                case nn.Linear():
                    check_linear(cell, module, inputs, at[0])
                case nn.ReLU() | nn.LeakyReLU() | nn.ELU() | nn.Dropout():
                    close(cell["input"], inputs[at])
                case nn.Flatten():
                    assert cell["source"] == [int(i) for i in np.unravel_index(at[0], inputs.shape)]


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


def check_pooling(cell, inputs, at) -> None:
    largest, index = F.max_pool2d(inputs[None], 2, return_indices=True)
    y, x = divmod(int(index[0][at]), inputs.shape[-1])
    assert [cell["rows"][0] + cell["winner"][0], cell["columns"][0] + cell["winner"][1]] == [y, x]
    assert cell["source"] == [at[0], y, x]
    close(cell["window"], inputs[at[0], 2 * at[1] : 2 * at[1] + 2, 2 * at[2] : 2 * at[2] + 2].flatten())
    close(cell["total"], largest[0][at])


def check_linear(cell, module, inputs, unit) -> None:
    products = inputs * module.weight[unit].detach()
    for term in cell["terms"]:
        i = term["unit"]
        close([term["input"], term["weight"], term["product"]], [inputs[i], module.weight[unit, i].item(), products[i]])
        _, (c, y, x) = term["place"]
        assert c * 49 + y * 7 + x == i
    assert abs(cell["terms"][0]["product"]) == pytest.approx(float(products.abs().max()), rel=1e-5)
    close(sum(t["product"] for t in cell["terms"]) + cell["rest"] + cell["bias"], cell["total"])
    shares, logits = cell["softmax"], torch.tensor(cell["softmax"]["logits"], dtype=torch.float64)
    close(shares["probabilities"], logits.softmax(0))
    close(np.array(shares["exponentials"]) / shares["total"], shares["probabilities"])


def test_the_receptive_field_of_every_cell(session):
    model = session.networks.now()["cnn"].model
    found = outputs(model)
    for name in list(found)[1:]:
        for at in cells(found, name, 2):
            told = look(session, layer=name, cell={"layer": name, "at": at})
            box = receptive_field(model, found, name, at)
            assert told["cell"]["field"] == vars(box)
            if reach := told["field"]:
                assert [
                    start + i * step for start, i, step in zip(reach["start"], at[1:], reach["step"], strict=True)
                ] == [box.top, box.left]
                assert reach["size"] == [box.bottom - box.top, box.right - box.left]


def test_a_path_is_followed_down_to_a_pixel(session):
    model = session.networks.now()["cnn"].model
    found = outputs(model)
    root = {"layer": "out", "at": [3]}
    steps = path(model, found, "out", (3,))
    for name, at in steps:
        told = look(session, layer=name, cell=root)
        assert [(layer, tuple(cell)) for layer, cell in told["trail"]] == steps
        assert tuple(told["cell"]["at"]) == at
        if len(at) == 3:
            assert told["map"] == at[0]
    close(told["cell"]["value"], IMAGE[at])
    assert look(session, layer="out", cell={"layer": "conv1", "at": [0, 3, 3]})["cell"] is None  # out is above it


# ---- maps


@pytest.mark.parametrize("own", [False, True])
def test_the_maps_are_those_of_the_network(session, own):
    found = outputs(session.networks.now()["cnn"].model)
    for name, output in found.items():
        told = look(session, layer=name, own=own)
        shown = output if output.dim() == 3 else output[None, None]
        count, size = (len(output), output[0].numel()) if output.dim() == 3 else (1, output.numel())
        shares = decoded(told["maps"], told["signed"], count, -1)[:, :size]
        largest = np.array(told["largest"])
        np.testing.assert_allclose(shares * largest[:, None], shown.reshape(count, size), atol=largest.max() / 127)
        if own:
            np.testing.assert_allclose(largest, shown.abs().amax((1, 2)), rtol=1e-5, atol=1e-9)
            np.testing.assert_allclose(
                shares * largest[:, None], shown.reshape(count, size), atol=float(shown.abs().amax()) / 127
            )
            assert (
                np.abs(shares * largest[:, None] - shown.reshape(count, size).numpy()).max(1) <= largest / 250 + 1e-6
            ).all()
        else:
            close(largest, [shown.abs().max()] * count)
        exact = np.frombuffer(base64.b64decode(told["values"]), "<f4")[:size]
        np.testing.assert_allclose(exact, shown[told["map"]].flatten(), rtol=1e-5, atol=1e-5)
        close(told["low"], shown.amin((1, 2)))
        close(told["high"], shown.amax((1, 2)))
        if output.dim() == 3:
            assert told["dead"] == [i for i, x in enumerate(output) if len(x.unique()) == 1]
        if not told["signed"]:
            assert float(output.min()) >= 0


def test_the_chain_says_what_each_layer_is(session):
    model = session.networks.now()["cnn"].model
    chain = look(session)["chain"]
    assert [row["name"] for row in chain] == ["input", *(row.name for row in describe(model))]
    for row, info in zip(chain[1:], describe(model), strict=True):
        assert {name: row[name] for name in vars(info)} == {**vars(info), "shape": list(info.shape)}
        values = decoded(row["bytes"], row["signed"], row["height"], row["width"])
        assert np.isfinite(values).all() and values.any()
    np.testing.assert_allclose(decoded(chain[0]["bytes"], False, 28, 28) * chain[0]["largest"], IMAGE[0], atol=1 / 255)


def test_a_small_picture_shows_the_first_maps():
    session = visitor()
    found, rows = outputs(session.networks.now()["cnn"].model), {row["name"]: row for row in look(session)["chain"]}
    row = rows["pool2"]
    picture = decoded(row["bytes"], row["signed"], row["height"], row["width"]) * row["largest"]
    np.testing.assert_allclose(picture[8:15, 16:23], found["pool2"][5], atol=row["largest"] / 255)  # second row, third
    row = rows["relu1"]
    picture = decoded(row["bytes"], row["signed"], row["height"], row["width"]) * row["largest"]
    np.testing.assert_allclose(picture[:14, 15:29], F.avg_pool2d(found["relu1"][1:2], 2)[0], atol=row["largest"] / 255)


def test_kernels_stand_beside_the_maps_of_the_first_convolution(session):
    model = session.networks.now()["cnn"].model
    told = look(session, layer="conv1")["kernels"]
    weights = model.conv1.weight.detach()[:, 0]
    shown = decoded(told["bytes"], True, *weights.shape)
    np.testing.assert_allclose(shown * float(weights.abs().max()), weights, atol=float(weights.abs().max()) / 250)
    assert look(session, layer="conv2")["kernels"] is None


def test_channels_asked_for_are_worked_out():
    cell = {"layer": "conv2", "at": [3, 5, 5]}
    told = look(visitor(), layer="conv2", cell=cell, channels=[9, 2, 9, 99, -1, "2", True])
    assert [channel["channel"] for channel in told["cell"]["channels"]] == [9, 2]
    told = look(visitor(), layer="conv2", cell=cell, channels=list(range(16)))
    assert len(told["cell"]["channels"]) == 8


def test_maps_switched_off_change_what_follows_and_never_the_network():
    session = visitor()
    model, before = session.networks.now()["cnn"].model, copy.deepcopy(session.networks.now()["cnn"].model.state_dict())

    def silence(_, __, y):
        y = y.clone()
        y[:, [2, 5]] = 0
        return y

    hook = model.relu1.register_forward_hook(silence)
    expected = outputs(model)
    hook.remove()
    told = look(session, layer="conv4", off={"relu1": [5, 2], "nowhere": [1], "conv2": [99, -1], "out": [3]})
    assert told["off"] == {"relu1": [2, 5]}
    largest = np.array(told["largest"])
    shown = decoded(told["maps"], True, 64, -1) * largest[:, None]
    np.testing.assert_allclose(shown, expected["conv4"].flatten(1), atol=largest.max() / 250)
    without, with_all = (found["out"].softmax(0) for found in (expected, outputs(model)))
    assert told["sentence"].startswith("With 2 maps off, the CNN")
    assert f"{text.a(int(without.argmax()))}, {text.percent(float(without.max()))}" in told["sentence"]
    assert f"{int(with_all.argmax())}, {text.percent(float(with_all.max()))}" in told["sentence"]
    silent = look(session, layer="relu1", cell={"layer": "relu1", "at": [2, 9, 9]}, off={"relu1": [2]})["cell"]
    assert silent["value"] == 0 and silent["off"] == text.CELL_OFF
    assert look(session, layer="conv4")["sentence"] == ""
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_every_kind_of_layer_is_explained():
    for of in CNNS.values():
        assert all(row.kind in text.LAYER_HELP for row in describe(network(cnn, of)))


# ---- the MLP, and which pixels matter


@pytest.mark.parametrize("of", MLPS.values(), ids=MLPS)
def test_the_mlp(of):
    session = visitor(mlp_of=of)
    model, told = session.networks.now()["mlp"].model, look(session, view="mlp")
    found = outputs(model)
    digit = int(found["out"].argmax())
    assert told["digit"] == digit
    assert len(told["hidden"]) == sum(isinstance(layer, nn.Linear) for layer in model)
    for row in told["hidden"]:
        output = found[row["last"]]
        shown = decoded(row["bytes"], row["signed"], row["height"] * row["width"])[: row["units"]] * row["largest"]
        np.testing.assert_allclose(shown, output, atol=row["largest"] / 127 + 1e-6)
        assert row["silent"] == int((output == 0).sum()) and row["units"] == len(output)
    spoke = told["evidence"]
    close(spoke["for"] + spoke["against"] + spoke["remainder"], found["out"][digit])
    close(spoke["logit"], found["out"][digit])
    first = told["first"]
    weights = model.fc1.weight.detach()[first["units"]].view(-1, 28, 28)
    shown = decoded(first["bytes"], True, *weights.shape) * first["largest"]
    np.testing.assert_allclose(shown, weights, atol=first["largest"] / 250)
    assert np.all(np.diff(np.abs(first["importance"])) <= 1e-9)
    assert text.a(digit) in told["prose"]


def test_which_pixels_matter_is_asked_of_each_networks_own_digit():
    session = visitor(CNNS["other"], MLPS["other"])
    told = look(session, view="pixels")["networks"]
    for name, model in ((name, reader.model) for name, reader in session.networks.now().items()):
        digit = int(model(IMAGE[None]).argmax())
        assert told[name]["digit"] == digit
        expected = {
            "gradient": attribution.input_gradient(model, IMAGE, digit),
            "occlusion": attribution.occlusion(model, IMAGE, digit, stride=3),
        }
        if name == "cnn":
            expected["cam"] = attribution.grad_cam(model, IMAGE, digit)
        assert told[name]["pictures"].keys() == expected.keys()
        for method, values in expected.items():
            picture = told[name]["pictures"][method]
            shown = decoded(picture["bytes"], method != "cam", 28, 28) * picture["largest"]
            np.testing.assert_allclose(shown, values, atol=picture["largest"] / 250 + 1e-9)
    assert set(text.METHODS) == {"gradient", "occlusion", "cam"}


# ---- pooling


def test_the_tutorials_example():
    told = look(visitor(), view="pooling")["example"]
    assert told["cells"] == list(EXAMPLE)
    assert told["largest"] == [6, 4, 4, 8]
    assert told["average"] == [3.75, 2.25, 2.5, 3.5]
    assert told["winners"] == [5, 3, 13, 10]


@pytest.mark.parametrize(
    "bad", [[1] * 15, [1] * 17, [10] + [0] * 15, [-1] * 16, [True] * 16, [0.5] * 16, "4", None, {}]
)
def test_what_is_no_example_leaves_the_tutorials(bad):
    assert look(visitor(), view="pooling", example=bad)["example"]["cells"] == list(EXAMPLE)


@pytest.mark.parametrize("direction", SHIFTS)
def test_a_shift_and_what_it_changes(session, direction):
    model, told = session.networks.now()["cnn"].model, look(session, view="pooling", shift=direction)
    down, right = SHIFTS[direction]
    image = torch.zeros(1, 30, 30)
    image[:, 1 + down : 29 + down, 1 + right : 29 + right] = IMAGE
    moved = outputs(model, image[:, 1:29, 1:29])
    found, shares = outputs(model), changes(model, IMAGE, down, right)
    assert [row["layer"] for row in told["rows"]][1] == "pool1"
    for row in told["rows"]:
        name, signed = row["layer"], row["signed"]
        close(row["share"], shares[name])
        before, after = found[name][told["map"]], moved[name][told["map"]]
        largest = float(max(before.abs().max(), after.abs().max()))
        for what, values, sign in (
            ("before", before, signed),
            ("after", after, signed),
            ("difference", after - before, True),
        ):
            shown = decoded(row[what], sign, *values.shape) * largest
            np.testing.assert_allclose(shown, values.clamp(-largest, largest), atol=largest / 250 + 1e-6)
        assert f"{100 * row['share']:.0f}" in told["sentence"]
    calmer = told["rows"][1]["share"] < told["rows"][0]["share"]
    assert ("Pooling calms" in told["sentence"]) == calmer


# ---- files, limits, nonsense


def test_the_archive_holds_the_layer():
    session = visitor()
    told = archive(session, {"layer": "conv3", "off": {"relu1": [0]}})
    assert told["name"] == "conv3.npz"
    arrays = np.load(io.BytesIO(base64.b64decode(told["content"])))
    model = session.networks.now()["cnn"].model
    hook = model.relu1.register_forward_hook(lambda _, __, y: y.index_fill(1, torch.tensor([0]), 0.0))
    found = outputs(model)
    hook.remove()
    np.testing.assert_allclose(arrays["activation"], found["conv3"], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(arrays["image"], IMAGE)
    np.testing.assert_allclose(arrays["logits"], found["out"], rtol=1e-5, atol=1e-5)
    assert archive(visitor(digit=None), {}) == {"problem": text.INSIDE_BLANK}


def test_answers_are_small_for_the_largest_networks():
    session = visitor(CNNS["largest"], MLPS["largest"])
    asked = [{"view": view} for view in VIEWS]
    found = outputs(session.networks.now()["cnn"].model)
    for name in found:
        cell = {"layer": name, "at": [0] * found[name].dim()}
        asked.append(
            {"layer": name, "cell": cell, "channels": list(range(64)), "own": True, "off": {"conv1": list(range(64))}}
        )
    for question in asked:
        assert len(json.dumps(answer(session, question))) <= LARGEST, question


def test_what_takes_long_is_known():
    assert not is_heavy(visitor(), {"view": "maps"}) and not is_heavy(visitor(), None)
    assert is_heavy(visitor(), {"view": "pixels"}) and is_heavy(visitor(CNNS["largest"]), {})


@pytest.mark.parametrize("view", VIEWS)
def test_blank_paper_is_told_in_words(view):
    for session in (visitor(digit=None), visitor()):
        session.drawing = session.drawing and Drawing((), 18.0)
        told = look(session, view=view)
        assert told["problem"] == text.INSIDE_BLANK
        assert ("example" in told) == (view == "pooling")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_that_ran_away_are_told_in_words(view, value):
    session = visitor(CNNS["other"], MLPS["other"])
    for model in (reader.model for reader in session.networks.now().values()):
        with torch.no_grad():
            next(model.parameters()).fill_(value)
    assert look(session, view=view)["problem"] == text.NOT_FINITE


@pytest.mark.parametrize(
    "cell",
    [
        {"layer": "conv1", "at": [16, 0, 0]},
        {"layer": "conv1", "at": [0, -1, 0]},
        {"layer": "conv1", "at": [0, 0]},
        {"layer": "conv1", "at": [True, 0, 0]},
        {"layer": "conv1", "at": [0.0, 0, 0]},
        {"layer": "conv9", "at": [0, 0, 0]},
        {"layer": ["conv1"], "at": [0, 0, 0]},
        {"at": None},
        7,
    ],
)
def test_a_cell_that_is_not_there_is_left_out(cell):
    told = look(visitor(), layer="conv1", cell=cell)
    assert told["cell"] is None and told["layer"] == "conv1"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
    | st.sampled_from(["conv1", "out", "relu2"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["layer", "at", "conv1", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
ASKED = ANYTHING | st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("layer", "map", "cell", "off", "own", "channels", "example", "shift"), ANYTHING),
        "view": st.sampled_from(VIEWS) | ANYTHING,
        "cell": st.fixed_dictionaries(
            {"layer": st.sampled_from(["conv1", "pool2", "out"]), "at": st.lists(st.integers(-2, 9), max_size=4)}
        )
        | ANYTHING,
    },
)
SMALL = visitor(CNNS["other"], MLPS["one"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ASKED)
def test_whatever_is_asked_there_is_an_answer(asked):
    told = answer(SMALL, asked)
    assert len(json.dumps(told, allow_nan=False)) < LARGEST and told["view"] in VIEWS
    json.dumps(archive(SMALL, asked), allow_nan=False)
    assert is_heavy(SMALL, asked) in (True, False)
