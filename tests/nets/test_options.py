"""nets.options: what an option may hold, what a stranger may send, and what a form is told."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nets.models import CnnArchitecture, MlpArchitecture
from nets.options import OptionError, describe, read
from nets.recipes import Augmentation, TrainConfig

KINDS = [TrainConfig, Augmentation, MlpArchitecture, CnnArchitecture]
OPTIONS = [pytest.param(kind, option, id=option["name"]) for kind in KINDS for option in describe(kind)]
NO_NUMBER = [None, True, False, "1", "", [1], {"low": 1}, math.nan, math.inf, -math.inf, 10**400, -(10**400), 10**5000]


def of_kind(*kinds: str):
    return pytest.mark.parametrize(
        ("kind", "option"), [parameter for parameter in OPTIONS if parameter.values[1]["kind"] in kinds]
    )


def check_refusal(kind: type, values, *words: str) -> None:
    """A message with these words that stays short, whatever was sent."""
    with pytest.raises(OptionError) as caught:
        read(kind, values)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert len(message) < 150 and message.isprintable()
    values = json.dumps(caught.value.values, allow_nan=False)
    assert caught.value.code.startswith("option.") and len(values) < 300 and values.isprintable()


@of_kind("number", "integer")
def test_numbers_within_their_bounds(kind, option):
    name, low, high, whole = option["name"], option["low"], option["high"], option["kind"] == "integer"
    for value in (low, high, option["default"]):
        assert getattr(read(kind, {name: value}), name) == value == getattr(kind(**{name: value}), name)
    for value in (low - 1, high + 1) if whole else (math.nextafter(low, -1), math.nextafter(high, math.inf)):
        check_refusal(kind, {name: value}, name, "must lie in", str(low), str(high))
        with pytest.raises(OptionError, match=name):
            kind(**{name: value})
    for value in NO_NUMBER:
        check_refusal(kind, {name: value}, name)
        with pytest.raises(OptionError, match=name):
            kind(**{name: value})


@of_kind("integer")
def test_whole_numbers_stay_whole(kind, option):
    name, low = option["name"], option["low"]
    value = getattr(read(kind, {name: float(low)}), name)
    assert value == low and type(value) is int
    for number in (low + 0.5, float(low)):  # in Python nobody writes 3.0 for 3
        with pytest.raises(OptionError, match=f"{name} must be a whole number"):
            kind(**{name: number})
    check_refusal(kind, {name: low + 0.5}, f"{name} must be a whole number")


@of_kind("choice")
def test_choices(kind, option):
    name, choices = option["name"], option["choices"]
    for value in choices:
        assert getattr(read(kind, {name: value}), name) == value
    for value in (None, True, 0, 4, 1.5, math.nan, "", "x" * 10**6, str(choices[0]) + " ", [choices[0]], {}, 10**5000):
        check_refusal(kind, {name: value}, name, "must be one of", *map(str, choices))
        with pytest.raises(OptionError, match=name):
            kind(**{name: value})


def test_a_number_to_choose_may_be_written_as_json_writes_it():
    assert type(read(CnnArchitecture, {"kernel": 3.0}).kernel) is int
    check_refusal(CnnArchitecture, {"kernel": "3"}, "one of 3, 5, 7")
    with pytest.raises(OptionError, match="kernel"):
        CnnArchitecture(kernel=3.0)


@of_kind("switch")
def test_switches(kind, option):
    name = option["name"]
    for value in (True, False):
        assert getattr(read(kind, {name: value}), name) is value
    for value in (None, 0, 1, 1.0, "true", "", [True], {}):
        check_refusal(kind, {name: value}, f"{name} must be true or false")


@of_kind("integers")
def test_lists_of_whole_numbers(kind, option):
    name, low, high, fewest, most = (option[key] for key in ("name", "low", "high", "fewest", "most"))
    for value in ([low] * fewest, [high] * most, [float(high)] * most):
        numbers = getattr(read(kind, {name: value}), name)
        assert numbers == tuple(value) and all(type(number) is int for number in numbers)
    for value in ([], [low] * (fewest - 1), [low] * (most + 1), [low] * 10**6, None, low, "1, 2", {"0": low}, True):
        count = f"{fewest} to {most}" if fewest < most else str(most)
        check_refusal(kind, {name: value}, f"{name} must be {count} whole numbers")
    for one in [low - 1, high + 1, low + 0.5, [low], *NO_NUMBER]:
        check_refusal(kind, {name: [low] * (most - 1) + [one]}, f"{name} must be whole numbers in [{low}, {high}]")
    with pytest.raises(OptionError, match=name):
        kind(**{name: [low] * most})  # a list could be changed later


def test_options_within_options():
    config = read(TrainConfig, {"epochs": 2, "augmentation": {"rotation": 10, "pen": 0.5}})
    assert config == TrainConfig(epochs=2, augmentation=Augmentation(rotation=10, pen=0.5))
    check_refusal(TrainConfig, {"augmentation": {"rotation": 46}}, "rotation must lie in [0, 45]")
    check_refusal(TrainConfig, {"augmentation": {"epochs": 1}}, "Augmentation has no option 'epochs'")
    for value in (None, 3, "rotation", [], [["rotation", 1]]):
        check_refusal(TrainConfig, {"augmentation": value}, "Augmentation must be an object of options")


@pytest.mark.parametrize("kind", KINDS)
def test_anything_but_an_object_of_known_names(kind):
    assert read(kind, {}) == kind()
    for values in (None, 3, math.nan, "epochs", [], [["epochs", 1]], True):
        check_refusal(kind, values, f"{kind.__name__} must be an object of options")
    for name in ("", "Epochs", "__class__", "x" * 10**6, "a\nb", "\ud800", "\x1b[31m"):
        check_refusal(kind, {name: 1}, f"{kind.__name__} has no option")
    check_refusal(kind, json.loads('{"x":' + "[" * 900 + "]" * 900 + "}"), "has no option 'x'")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 1e308])
    | st.floats()
    | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def fit(option: dict) -> st.SearchStrategy:
    """Values that an option may hold."""
    match option["kind"]:
        case "integer":
            return st.integers(option["low"], option["high"])
        case "number":
            return st.floats(option["low"], option["high"])
        case "choice":
            return st.sampled_from(option["choices"])
        case "switch":
            return st.booleans()
    numbers = st.integers(option["low"], option["high"])
    return st.lists(numbers, min_size=option["fewest"], max_size=option["most"]).map(tuple)


def objects(kind: type, odd: st.SearchStrategy) -> st.SearchStrategy:
    """Objects of some of the options of this dataclass, each value fit or else odd."""
    optional = {option["name"]: fit(option) | odd for option in describe(kind)}
    if kind is TrainConfig:
        optional["augmentation"] = objects(Augmentation, odd) | odd
    return st.fixed_dictionaries({}, optional=optional)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_any_json_is_options_or_refused(kind, data):
    values = data.draw(JSON | objects(kind, JSON))
    try:
        options = read(kind, values)
    except OptionError as error:
        assert len(str(error)) < 150 and str(error).isprintable()
    else:
        assert isinstance(options, kind) and read(kind, asdict(options)) == options
        for name in values:
            if kind is not TrainConfig or name != "augmentation":
                sent = values[name]
                assert getattr(options, name) == (tuple(sent) if isinstance(sent, list) else sent)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_there_and_back_through_json(kind, data):
    values = data.draw(objects(kind, st.nothing()))
    if "augmentation" in values:
        values["augmentation"] = Augmentation(**values["augmentation"])
    options = kind(**values)
    text = json.dumps(asdict(options), allow_nan=False)
    again = read(kind, json.loads(text))
    assert again == options and json.dumps(asdict(again)) == text


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_told_all_it_needs(kind):
    told = json.loads(json.dumps(describe(kind), allow_nan=False))
    assert [option["name"] for option in told] == [field.name for field in fields(kind) if field.name != "augmentation"]
    assert read(kind, {option["name"]: option["default"] for option in told}) == kind()
    more = {"number": {"low", "high"}, "integer": {"low", "high"}, "choice": {"choices"}, "switch": set()}
    more["integers"] = {"low", "high", "fewest", "most"}
    for option in told:
        assert option.keys() == {"name", "kind", "default"} | more[option["kind"]]
