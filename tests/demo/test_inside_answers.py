"""The two calls of Look inside: which questions they take, what is left out of them, and what they answer."""

from __future__ import annotations

import base64
import copy
import io
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from demo.inside.answers import is_heavy, keep, look, rank
from demo.server.doors import door_of
from demo.visitor import describe_readers
from demo.words import message
from nets.drawing import MAX_POINTS
from tests.demo.inside import BLANK, CNNS, IMAGE, MLPS, ask, model_of, outputs, question, visitor
from tests.demo.inside import look as shown

VIEWS = ("maps", "mlp", "pixels", "pooling")
LARGEST = 150_000  # bytes of an answer


def file(session, **asked):
    return keep(session, question(keep, **asked))


def test_the_archive_holds_the_layer():
    session = visitor()
    told = file(session, layer="conv3", off={"relu1": [0]})
    assert told["name"] == "conv3.npz"
    arrays = np.load(io.BytesIO(base64.b64decode(told["content"])))
    model = model_of(session)
    hook = model.relu1.register_forward_hook(lambda _, __, y: y.index_fill(1, torch.tensor([0]), 0.0))
    found = outputs(model)
    hook.remove()
    np.testing.assert_allclose(arrays["activation"], found["conv3"], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(arrays["image"], IMAGE)
    np.testing.assert_allclose(arrays["logits"], found["out"], rtol=1e-5, atol=1e-5)
    assert file(session, layer="conv9")["name"] == "conv1.npz"
    assert file(session, drawing=BLANK) == {"problem": message("inside.blank")}


def test_answers_are_small_for_the_largest_networks():
    session = visitor(CNNS["largest"], MLPS["largest"])
    asked = [{"view": view} for view in VIEWS]
    found = outputs(model_of(session))
    for name in found:
        cell = {"layer": name, "at": [0] * found[name].dim()}
        asked.append(
            {"layer": name, "cell": cell, "channels": list(range(64)), "own": True, "off": {"conv1": list(range(64))}}
        )
    for one in asked:
        assert len(json.dumps(ask(session, **one))) <= LARGEST, one


def test_what_takes_long_is_known():
    largest, shipped = visitor(CNNS["largest"]), visitor()
    for view, heavy in {"maps": False, "mlp": False, "pixels": True, "pooling": True}.items():
        assert is_heavy(shipped, question(look, view=view)) == heavy
        assert is_heavy(largest, question(look, view=view)) == (view != "mlp")
    assert door_of(look).is_heavy(largest, question(look)) and door_of(keep).is_heavy(shipped, question(keep))


def test_what_takes_longest_costs_most():
    """As it was measured: the maps follow the pen, and the others wait for it to rest."""
    cost = {view: door_of(look).price_of({"view": view}) for view in VIEWS}
    assert cost["pixels"] == 2 * cost["maps"] and max(cost, key=cost.get) == "pixels"
    assert door_of(look).price_of({}) == cost["maps"] and door_of(rank).is_heavy(SMALL, question(rank))
    with pytest.raises(Exception, match="all"):  # the guard takes what no function was given
        door_of(look).price_of({"view": "all"})


@pytest.mark.parametrize("view", VIEWS)
def test_an_answer_says_which_networks_it_is_of(view):
    session = visitor()
    assert ask(session, view=view)["networks"] == describe_readers(session)
    session.networks.keep("cnn", session.networks.now()["cnn"])
    assert ask(session, view=view)["networks"]["version"] == session.networks.version


@pytest.mark.parametrize("view", VIEWS)
def test_blank_paper_is_told(view):
    told = ask(visitor(), view=view, drawing=BLANK)
    assert told["problem"] == message("inside.blank")
    if view == "pooling":
        assert told["shown"]["example"]["largest"] == [6, 4, 4, 8] and told["shown"]["shift"] is None
    else:
        assert told["shown"]["view"] == "weights"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("off", [{}, {"conv1": list(range(5))}])
def test_numbers_that_ran_away_are_told(view, value, off):
    session = visitor(CNNS["other"], MLPS["other"])
    for name in ("mlp", "cnn"):
        with torch.no_grad():
            next(model_of(session, name).parameters()).fill_(value)
    assert ask(session, view=view, off=off)["problem"] == message("inside.not_finite")


# ---- what is no question, and what is not there


@pytest.mark.parametrize(
    "asked",
    [
        {"drawing": None},
        {"view": "all"},
        {"view": None},
        {"layer": 3},
        {"layer": "x" * 41},
        {"map": -1},
        {"map": True},
        {"map": 0.0},
        {"map": "0"},
        {"map": 10**9},
        {"own": 1},
        {"own": None},
        {"channels": ["2"]},
        {"channels": [-1]},
        {"channels": [0] * 65},
        {"channels": {"0": 1}},
        {"off": ["conv1"]},
        {"off": {"conv1": 1}},
        {"off": {"conv1": [-1]}},
        {"off": {f"conv{i}": [] for i in range(65)}},
        {"cell": 7},
        {"cell": {"at": None}},
        {"cell": {"layer": ["conv1"], "at": [0, 0, 0]}},
        {"cell": {"layer": "conv1", "at": []}},
        {"cell": {"layer": "conv1", "at": [0] * 4}},
        {"cell": {"layer": "conv1", "at": [0, -1, 0]}},
        {"cell": {"layer": "conv1", "at": [True, 0, 0]}},
        {"cell": {"layer": "conv1", "at": [0.0, 0, 0]}},
        {"shift": "north"},
        {"digit": 10},
        {"digit": -1},
        {"digit": "7"},
        {"digit": True},
        *(
            {"example": bad}
            for bad in ([1] * 15, [1] * 17, [10] + [0] * 15, [-1] * 16, [True] * 16, [0.5] * 16, "4", {})
        ),
    ],
    ids=str,
)
def test_what_is_no_question_is_refused(asked):
    with pytest.raises(ValidationError):
        question(look, **asked)


@pytest.mark.parametrize(
    "cell",
    [
        {"layer": "conv1", "at": [16, 0, 0]},
        {"layer": "conv1", "at": [0, 28, 0]},
        {"layer": "conv1", "at": [0, 0]},
        {"layer": "out", "at": [0, 0, 0]},
        {"layer": "conv9", "at": [0, 0, 0]},
    ],
    ids=str,
)
def test_a_cell_that_is_not_there_is_left_out(cell):
    told = shown(visitor(), layer="conv1", cell=cell)
    assert told["cell"] is None and told["trail"] == [] and told["layer"]["name"] == "conv1"


def test_a_layer_that_is_not_there_is_left_out():
    for layer in ("norm1", None):
        assert shown(visitor(), layer=layer)["layer"]["name"] == "conv1"


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
INDICES = st.lists(st.integers(0, 9), max_size=4)
LAYERS = st.sampled_from(["input", "conv1", "norm1", "pool2", "drop", "out", "conv9"])
GOOD = {
    "view": st.sampled_from(VIEWS),
    "layer": st.none() | LAYERS,
    "map": st.none() | st.integers(0, 9),
    "cell": st.none()
    | st.fixed_dictionaries({"layer": LAYERS, "at": st.lists(st.integers(0, 9), min_size=1, max_size=3)}),
    "off": st.dictionaries(LAYERS, INDICES, max_size=3),
    "own": st.booleans(),
    "channels": st.none() | INDICES,
    "example": st.none() | st.lists(st.integers(0, 9), min_size=16, max_size=16),
    "shift": st.sampled_from(["left", "right", "up", "down"]),
    "digit": st.none() | st.integers(0, 9),
}
SMALL = visitor(CNNS["other"], MLPS["one"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({}, optional=GOOD))
def test_every_question_has_an_answer(asked):
    told = ask(SMALL, **asked)
    assert told["problem"] is None and told["shown"]["view"] == asked.get("view", "maps")
    assert len(json.dumps(told)) < LARGEST
    assert file(SMALL, **{name: asked[name] for name in ("layer", "off") if name in asked})["content"]
    assert is_heavy(SMALL, question(look, **asked)) in (True, False)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANYTHING | st.fixed_dictionaries({}, optional={name: good | ANYTHING for name, good in GOOD.items()}))
def test_whatever_is_asked_there_is_an_answer_or_it_is_refused(asked):
    for function in (look, rank, keep):
        try:
            checked = question(function, **asked) if isinstance(asked, dict) else question(function, drawing=asked)
        except ValidationError:
            continue
        json.dumps(function(SMALL, checked), allow_nan=False)


def test_a_question_changes_nothing():
    session = visitor()
    version = session.networks.version
    before = {name: copy.deepcopy(model_of(session, name).state_dict()) for name in ("mlp", "cnn")}
    for view in VIEWS:
        ask(session, view=view, off={"conv1": [0]})
    file(session)
    assert session.networks.version == version
    for name, weights in before.items():
        after = model_of(session, name).state_dict()
        assert all(torch.equal(value, after[key]) for key, value in weights.items())


@pytest.mark.parametrize("function", [look, rank, keep])
def test_the_largest_drawing_fits_into_a_question(function):
    """As the page sends it, and with what is around it in a call."""
    stroke = [[round(i % 280 + 0.1, 1), round(i % 270 + 0.3, 1)] for i in range(MAX_POINTS)]
    asked = {"drawing": {"strokes": [stroke], "pen": 18, "steps": {}}}
    assert len(json.dumps(asked)) + 1000 < door_of(function).largest
    told = function(visitor(), door_of(function).question.validate_python(asked))
    assert told.get("problem") is None
