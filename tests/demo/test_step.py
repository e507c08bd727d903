"""The doors of the worked step: against nets.worked, without a run, with one of the other network, and asked badly."""

from __future__ import annotations

import base64
import copy
import time
from typing import get_type_hints

import numpy as np
import pytest
import torch

from demo.retrain import step
from demo.retrain.answers import agreed
from demo.retrain.shapes import Settings
from demo.server.doors import door_of
from demo.training import steps
from demo.training.lanes import Lanes
from demo.training.steps import MOST_SIZES, KeptSteps
from demo.training.track import Track
from demo.visitors import Visitors
from nets.checkpoint import load_shipped
from nets.kept_step import Keeper
from nets.training import new_model
from nets.worked import by_image, cross_entropy, first_step, gradient_sizes, weight_step
from tests.demo.support import RetrainTab, chosen, is_of, plan
from tests.support import until

EXACT = {"reduced_precision": False, "label_smoothing": 0.1}
SEVEN = {"strokes": [[[60, 60], [220, 60], [100, 250]]], "pen": 18}


@pytest.fixture
def tab(made_up):
    visitors = Visitors(*load_shipped(), lanes=Lanes(2))
    step._first.cache_clear()
    yield RetrainTab(visitors["one"])
    visitors.forget("one")


def batch(tab: RetrainTab, *networks: str, **settings):
    """One batch of a run with these settings, or of the run there is."""
    told = tab.do("batch", settings=chosen(*(networks or ("mlp",)), **EXACT, **settings))
    assert told["problem"] is None
    until(lambda: tab.watch()["state"] == "paused")


def kept(tab: RetrainTab, network: str = "mlp"):
    return tab.visitor.training.latest.tracks[network].kept_steps.newest


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "muon"])
@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_one_batch_is_worked_out(tab, network, optimizer):
    for _ in range(2):
        batch(tab, network, optimizer=optimizer, weight_decay=0.03)
    told = tab.ask(step.step, {"network": network})
    one = kept(tab, network)
    assert is_of(told, get_type_hints(step.step)["return"])
    assert (told["problem"], told["about"]["key"], told["batch"]["step"]) == (None, "worked.about.run", 2)
    loss = cross_entropy(one.logits, one.labels, 0.1)
    assert told["batch"]["mean"] == pytest.approx(loss.mean, rel=1e-6)
    assert told["batch"]["plain"] == pytest.approx(loss.plain.mean().item(), rel=1e-6)
    shown = [image["loss"] for image in told["batch"]["images"]]
    assert shown == sorted(shown, reverse=True) and len(shown) == 32
    assert (sum(shown) + told["batch"]["rest"]["sum"]) / 50 == pytest.approx(loss.mean, rel=1e-6)
    assert [layer["rms"] for layer in told["batch"]["layers"]] == pytest.approx([s.rms for s in gradient_sizes(one)])
    assert told["batch"]["sizes"]["steps"] == [1, 2]  # each single batch

    for parameter in (told["batch"]["layers"][0]["parameter"], "out.weight"):
        way = tab.ask(step.way, {"network": network, "parameter": parameter})
        assert is_of(way, get_type_hints(step.way)["return"])
        index = tuple(way["index"])
        gradient = one.parameters[parameter].gradient
        assert gradient[index].abs() == gradient.abs().max()  # to begin with
        lines, by_hand = way["lines"], weight_step(one, parameter, index)
        assert lines["optimizer"] == by_hand.rule.optimizer and lines["step"] == 2
        for name in ("before", "after", "gradient", "pulled", "decayed", "change"):
            assert lines[name] == pytest.approx(getattr(by_hand, name), rel=1e-6, abs=1e-12)
        assert lines["m"] == pytest.approx(by_hand.m, rel=1e-6)
        shares, expected = way["shares"], by_image(one, parameter, index)
        biggest = [abs(image["share"]) for image in shares["images"]]
        assert biggest == sorted(biggest, reverse=True) and biggest[0] == pytest.approx(expected.abs().max().item())
        total = sum(image["share"] for image in shares["images"]) + shares["rest"]["sum"]
        assert shares["sum"] == pytest.approx(total, abs=1e-8) == pytest.approx(lines["gradient"], rel=1e-4, abs=1e-7)
        picture = np.frombuffer(base64.b64decode(way["gradients"]["bytes"]), np.int8)
        of_unit = gradient[index[0]].flatten().numpy()
        np.testing.assert_allclose(picture, 127 * of_unit / way["gradients"]["largest"], atol=0.51)
        assert len(base64.b64decode(way["gradients"]["units"])) == len(gradient)


@pytest.mark.parametrize(
    ("parameter", "tiles"),
    [("conv1.weight", (1, 5, 5)), ("conv3.weight", (32, 5, 5)), ("out.weight", (64, 7, 7))],
)
def test_gradients_are_laid_out_as_what_comes_in(tab, parameter, tiles):
    batch(tab, "cnn")
    told = tab.ask(step.way, {"network": "cnn", "parameter": parameter, "index": [3]})
    found = told["gradients"]
    assert (found["tiles"], found["height"], found["width"]) == tiles and told["index"][0] == 3


def test_units_of_an_mlp_are_laid_out_in_rows(tab):
    settings = chosen("mlp", architecture={"hidden": [40, 7]})
    laid = {}
    for parameter in ("fc1.weight", "fc2.weight", "out.weight"):
        told = tab.ask(step.way, {"network": "mlp", "parameter": parameter, "settings": settings})
        laid[parameter] = tuple(told["gradients"][part] for part in ("tiles", "height", "width"))
    assert laid == {"fc1.weight": (1, 28, 28), "fc2.weight": (1, 3, 16), "out.weight": (1, 1, 7)}


# ---- whose step


def test_without_a_run_it_is_the_first_step_of_the_form(tab, synthetic):
    settings = chosen("cnn", seed=4, **EXACT)
    told = tab.ask(step.step, {"network": "cnn", "settings": settings})
    assert told["about"]["key"] == "worked.about.none" and told["batch"]["step"] == 1
    agreement = agreed("cnn", Settings(**settings))
    one = first_step(new_model("cnn", 4), synthetic, agreement.config)
    assert told["batch"]["mean"] == pytest.approx(cross_entropy(one.logits, one.labels, 0.1).mean, rel=1e-6)
    way = tab.ask(
        step.way, {"network": "cnn", "parameter": "conv2.weight", "index": [1, 2, 3, 4], "settings": settings}
    )
    assert way["lines"]["after"] == pytest.approx(one.parameters["conv2.weight"].after[1, 2, 3, 4].item(), abs=1e-6)
    assert tab.visitor.training.latest is None


def test_with_a_run_of_the_other_network_it_is_a_first_step(tab):
    batch(tab, "mlp")
    told = tab.ask(step.step, {"network": "cnn", "settings": chosen("cnn")})
    assert told["about"]["key"] == "worked.about.other"
    assert tab.ask(step.step, {"network": "cnn"})["problem"]["key"] == "retrain.problem.no_network"


def test_a_run_that_was_not_looked_at_has_nothing_kept_until_the_next_batch(tab):
    tab.start("mlp", epochs=1000)
    tab.learns()
    tab.do("pause")
    until(lambda: tab.watch()["state"] == "paused")
    assert kept(tab) is None
    told = tab.ask(step.step, {"network": "mlp", "settings": chosen("mlp")})
    assert told["problem"]["key"] == "worked.problem.none_kept"
    assert tab.ask(step.way, {"network": "mlp", "parameter": "fc1.weight"})["problem"] == told["problem"]
    tab.do("batch")
    until(lambda: tab.watch()["state"] == "paused" and kept(tab))
    at = tab.watch()["details"]["tracks"]["mlp"]["step"]
    assert tab.ask(step.step, {"network": "mlp"})["batch"]["step"] == at


def test_the_run_goes_on_keeping_while_somebody_looks(tab, monkeypatch):
    tab.start("mlp", epochs=1000)
    tab.learns()
    tab.ask(step.step, {"network": "mlp"})
    until(lambda: tab.ask(step.step, {"network": "mlp"})["batch"])
    tab.do("pause")
    until(lambda: tab.watch()["state"] == "paused")
    told = tab.ask(step.step, {"network": "mlp"})
    assert told["batch"]["step"] == tab.watch()["details"]["tracks"]["mlp"]["step"]  # the last one
    assert tab.visitor.bytes >= kept(tab).bytes > 0
    monkeypatch.setattr(steps, "LOOKED", 0.0)
    tab.do("resume")
    until(lambda: kept(tab) is None)  # nobody looks
    tab.do("stop")
    tab.finish()
    told = tab.ask(step.step, {"network": "mlp", "settings": chosen("mlp")})
    assert told["about"]["key"] == "worked.about.ended"


def test_while_nobody_looks_nothing_is_kept_or_computed(tab, monkeypatch):
    for owner, name in ((Keeper, "begin"), (Keeper, "end"), (steps, "gradient_sizes")):
        monkeypatch.setattr(owner, name, lambda *_: pytest.fail("nobody looks"))
    tab.start("mlp", "cnn", epochs=1)
    told = tab.finish()
    assert told["state"] == "finished" and kept(tab) is None and not tab.visitor.training.kept_bytes


def test_a_step_that_is_kept_costs_little(synthetic):
    """Steps that nobody looks at take as long as ever; those that are kept stay off the run's clock."""
    looking = Track(plan("mlp"), synthetic, torch.device("cpu"))
    looking.kept_steps.look()
    for _ in range(5):
        looking.advance(1)
    assert looking.kept_steps.newest.step == 5
    slow = copy.copy(looking.kept_steps.keeper.begin)
    looking.kept_steps.keeper.begin = lambda *given: (time.sleep(0.2), slow(*given))
    before = looking.seconds
    looking.advance(1)
    assert looking.seconds - before < 0.15


def test_sizes_are_few_however_long_somebody_looks(synthetic):
    track = Track(plan("mlp"), synthetic, torch.device("cpu"))
    track.kept_steps.look()
    track.advance(1)
    kept_steps, one = KeptSteps(lambda: True), track.kept_steps.newest
    for number in range(1, 1000):
        kept_steps.keeper.kept = copy.copy(one)
        object.__setattr__(kept_steps.keeper.kept, "step", number)
        kept_steps.took(number)
    at = [size.step for size in kept_steps.sizes]
    assert len(at) < MOST_SIZES and at == sorted(at) and at[-1] == 999


# ---- asked badly


@pytest.mark.parametrize(
    "asked",
    [{}, None, {"network": "rnn"}, {"network": "mlp", "settings": 3}, {"network": ["mlp"]}],
)
def test_what_is_no_question_does_not_pass_the_door(tab, asked):
    assert not tab.fits(step.step, asked)
    assert not tab.fits(step.way, asked)


@pytest.mark.parametrize("index", ["x", [0, 1, 2, 3, 4], [0.5], [True], {}])
def test_what_is_no_place_does_not_pass_the_door(tab, index):
    assert not tab.fits(step.way, {"network": "mlp", "parameter": "fc1.weight", "index": index})
    assert not tab.fits(step.way, {"network": "mlp", "parameter": "x" * 41})


@pytest.mark.parametrize(
    ("parameter", "index"),
    [
        ("fc1.weight", [128, 0]), ("fc1.weight", [-1]), ("fc1.weight", [200]), ("fc1.weight", [0, 784]),
        ("fc1.weight", [2**70]), ("fc9.weight", None), ("fc1.bias", None), ("", None), ("__class__", [0]),
    ],
)  # fmt: skip
def test_a_weight_that_is_not_there_is_refused(tab, parameter, index):
    batch(tab, "mlp")
    told = tab.ask(step.way, {"network": "mlp", "parameter": parameter, "index": index})
    assert told["problem"]["key"] == "worked.problem.no_weight" and told["lines"] is None
    assert is_of(told, get_type_hints(step.way)["return"])


def test_settings_that_cannot_be_trained_are_refused(tab):
    told = tab.ask(step.step, {"network": "mlp", "settings": chosen("mlp", epochs=0)})
    assert told["problem"]["key"] == "error.option.range"
    told = tab.ask(
        step.step, {"network": "mlp", "settings": chosen("mlp", batch_size=1, architecture={"batch_norm": True})}
    )
    assert told["problem"]["key"] == "error.option.batch_of_one"


def test_numbers_that_run_away_are_left_out(tab):
    """A learning rate far too large: the step after the first one cannot be computed, and the first one can."""
    batch(tab, "mlp", optimizer="sgd", learning_rate=100.0)
    one = kept(tab)
    one.parameters["fc1.weight"].gradient[5, 7] = float("nan")
    one.parameters["fc1.weight"].after[5, 7] = float("inf")
    told = tab.ask(step.way, {"network": "mlp", "parameter": "fc1.weight", "index": [5, 7]})
    assert told["lines"]["gradient"] is None and told["lines"]["after"] is None and told["lines"]["before"] is not None
    assert told["index"] == [5, 7]
    assert tab.ask(step.way, {"network": "mlp", "parameter": "fc1.weight", "index": [5]})["index"] != [5, 7]
    told = tab.ask(step.step, {"network": "mlp"})
    assert told["batch"]["layers"][0]["rms"] is None and told["batch"]["layers"][1]["rms"] is not None


# ---- the drawing's logits


def test_the_drawings_logits_are_the_networks(tab):
    told = tab.ask(step.logits, SEVEN)
    assert is_of(told, get_type_hints(step.logits)["return"])
    image = door_of(step.logits).question.validate_python(SEVEN).prepare().image
    for name, model in tab.models().items():
        with torch.inference_mode():
            assert told["logits"][name] == pytest.approx(model(image[None])[0].tolist(), rel=1e-6)
    for none in ({"strokes": []}, {"strokes": [[[float("nan"), 0]]]}, {"strokes": [], "image": "no"}):
        assert tab.ask(step.logits, {"pen": 18, **none}) == {"logits": {}}


def test_it_is_made_within_the_budget_for_heavy_work(tab):
    for function in (step.step, step.way):
        assert door_of(function).is_heavy(tab.visitor, None)
