"""The CNN's maps, in small and in large, with some of them switched off, against torch itself."""

from __future__ import annotations

import base64
import copy
import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from demo.inside.answers import rank
from demo.visitor import Visitor, describe_readers
from nets.models import describe
from tests.demo.inside import BLANK, CNNS, IMAGE, close, decoded, look, model_of, outputs, question, visitor


@pytest.fixture(params=CNNS)
def session(request) -> Visitor:
    return visitor(CNNS[request.param])


@pytest.mark.parametrize("own", [False, True])
def test_the_maps_are_those_of_the_network(session, own):
    found = outputs(model_of(session))
    for name, output in found.items():
        told = look(session, layer=name, own=own)["layer"]
        shown = output if output.dim() == 3 else output[None, None]
        count, size = (len(output), output[0].numel()) if output.dim() == 3 else (1, output.numel())
        assert told["name"] == name and told["vector"] == (output.dim() == 1)
        shares = decoded(told["maps"], told["signed"], count, -1)[:, :size]
        largest = np.array(told["largest"])
        np.testing.assert_allclose(shares * largest[:, None], shown.reshape(count, size), atol=largest.max() / 127)
        if own:
            np.testing.assert_allclose(largest, shown.abs().amax((1, 2)), rtol=1e-5, atol=1e-9)
            off_by = np.abs(shares * largest[:, None] - shown.reshape(count, size).numpy()).max(1)
            assert (off_by <= largest / 250 + 1e-6).all()
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


def test_the_map_asked_for_is_enlarged_and_else_the_liveliest():
    session = visitor()
    liveliest = int(outputs(model_of(session))["conv2"].flatten(1).std(1).argmax())
    assert look(session, layer="conv2", map=5)["layer"]["map"] == 5
    for gone in (None, 32, 99_999):
        assert look(session, layer="conv2", map=gone)["layer"]["map"] == liveliest
    assert look(session, layer="conv2", map=5, cell={"layer": "conv2", "at": [6, 0, 0]})["layer"]["map"] == 6


def test_the_chain_says_what_each_layer_is(session):
    model = model_of(session)
    chain = look(session)["chain"]
    assert [row["name"] for row in chain] == ["input", *(row.name for row in describe(model))]
    for row, info in zip(chain[1:], describe(model), strict=True):
        assert {name: row[name] for name in vars(info)} == {**vars(info), "shape": list(info.shape)}
        values = decoded(row["bytes"], row["signed"], row["height"], row["width"])
        assert np.isfinite(values).all() and values.any()
    np.testing.assert_allclose(decoded(chain[0]["bytes"], False, 28, 28) * chain[0]["largest"], IMAGE[0], atol=1 / 255)


def test_a_small_picture_shows_the_first_maps():
    session = visitor()
    found, rows = outputs(model_of(session)), {row["name"]: row for row in look(session)["chain"]}
    row = rows["pool2"]
    picture = decoded(row["bytes"], row["signed"], row["height"], row["width"]) * row["largest"]
    np.testing.assert_allclose(picture[8:15, 16:23], found["pool2"][5], atol=row["largest"] / 255)  # second row, third
    row = rows["relu1"]
    picture = decoded(row["bytes"], row["signed"], row["height"], row["width"]) * row["largest"]
    np.testing.assert_allclose(picture[:14, 15:29], F.avg_pool2d(found["relu1"][1:2], 2)[0], atol=row["largest"] / 255)


def test_kernels_stand_beside_the_maps_of_the_first_convolution(session):
    told = look(session, layer="conv1")["layer"]["kernels"]
    weights = model_of(session).conv1.weight.detach()[:, 0]
    close(told["largest"], weights.abs().max())
    shown = decoded(told["bytes"], True, *weights.shape)
    np.testing.assert_allclose(shown * float(weights.abs().max()), weights, atol=float(weights.abs().max()) / 250)
    assert look(session, layer="conv2")["layer"]["kernels"] is None


def test_maps_switched_off_change_what_follows_and_never_the_network():
    session = visitor()
    model = model_of(session)
    before = copy.deepcopy(model.state_dict())

    def silence(_, __, y):
        y = y.clone()
        y[:, [2, 5]] = 0
        return y

    hook = model.relu1.register_forward_hook(silence)
    expected = outputs(model)
    hook.remove()
    told = look(session, layer="conv4", off={"relu1": [5, 2], "nowhere": [1], "conv2": [99], "out": [3]})
    assert told["off"] == {"relu1": [2, 5]}
    largest = np.array(told["layer"]["largest"])
    shown = decoded(told["layer"]["maps"], True, 64, -1) * largest[:, None]
    np.testing.assert_allclose(shown, expected["conv4"].flatten(1), atol=largest.max() / 250)
    for name, found in (("now", expected), ("all_on", outputs(model))):
        shares = found["out"].double().softmax(0)
        assert told["without"][name]["digit"] == int(shares.argmax())
        close(told["without"][name]["confidence"], shares.max())
    silent = look(session, layer="relu1", cell={"layer": "relu1", "at": [2, 9, 9]}, off={"relu1": [2]})
    assert silent["cell"]["value"] == 0 and silent["off"] == {"relu1": [2]}
    assert look(session, layer="conv4")["without"] is None
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


# ---- maps ranked by what switching them off does


def ranked(session: Visitor, **asked) -> dict:
    told = rank(session, question(rank, **asked))
    assert told["networks"] == describe_readers(session)
    return json.loads(json.dumps(told["ranking"], allow_nan=False))


def test_each_map_of_a_layer_switched_off_alone(session):
    """Against a network whose map is zeroed by a hook; others are off besides."""
    model, off = model_of(session), {"conv1": [0, 1]}

    def verdict(silent: dict[str, list[int]]) -> torch.Tensor:
        hooks = [
            model.get_submodule(name).register_forward_hook(
                lambda _, __, y, maps=tuple(maps): y.index_fill(1, torch.tensor(maps), 0.0)
            )
            for name, maps in silent.items()
        ]
        logits = model(IMAGE[None])[0].detach().double()
        for hook in hooks:
            hook.remove()
        return logits

    for layer, digit in (("conv1", None), ("pool1", 1), ("conv4", 4)):
        told = ranked(session, layer=layer, digit=digit, off=off)
        whole = verdict(off)
        assert told["layer"] == layer and told["reading"]["digit"] == int(whole.argmax())
        assert told["digit"] == (int(whole.argmax()) if digit is None else digit)
        close([told["logit"], told["probability"]], [whole[told["digit"]], whole.softmax(0)[told["digit"]]])
        count = len(outputs(model)[layer])
        assert len(told["logits"]) == len(told["probabilities"]) == count
        for i in {0, 2, count - 1}:
            without = verdict({**off, layer: sorted({i, *off.get(layer, ())})})
            close(told["logits"][i], without[told["digit"]])
            close(told["probabilities"][i], without.softmax(0)[told["digit"]])


def test_without_a_last_map_the_logit_falls_by_what_its_cells_bring():
    session = visitor()
    out = model_of(session).out.weight.detach()[7].view(64, 7, 7)
    maps = outputs(model_of(session))["relu4"]
    told = ranked(session, layer="relu4")
    close(told["logit"] - np.array(told["logits"]), (maps * out).sum((1, 2)))


def test_what_cannot_be_ranked():
    for asked in ({"layer": "input"}, {"layer": "flatten"}, {"layer": "out"}):
        assert ranked(visitor(), **asked) is None
    assert ranked(visitor(), layer="conv1", drawing=BLANK) is None
    session = visitor(CNNS["other"])
    with torch.no_grad():
        model_of(session).conv4.weight.fill_(torch.nan)
    assert ranked(session, layer="conv1") is None
    assert len(ranked(visitor(CNNS["largest"]), layer="conv1")["logits"]) == 64
