"""The calls of the Retrain tab: what a visitor plans, trains, looks back at, keeps and loads."""

from __future__ import annotations

import base64
import io
import itertools
import threading
import zipfile
from typing import get_type_hints

import numpy as np
import orjson
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.retrain import answers
from demo.retrain.shapes import Example
from demo.retrain.stand import confusion, first_layer
from demo.training import digits, track
from demo.training import run as runs
from demo.training.curves import KEPT_BACK, POINTS, KeptBack, Point, short
from demo.training.gpu import Gone
from demo.training.lanes import Lanes
from demo.training.track import Track
from demo.visitors import Visitors
from nets.checkpoint import load_shipped, pack, unpack
from nets.data import DataError
from nets.evaluation import evaluate
from nets.models import describe, mlp
from nets.options import read as read_options
from nets.prediction import predict
from nets.recipes import TrainConfig
from nets.training import new_model, train
from tests.demo.support import RetrainTab, chosen, is_of, said
from tests.support import until, weights

SHIPPED = {"source": "shipped", "run": None, "seconds": None}


@pytest.fixture(scope="module")
def shipped():
    return load_shipped()


@pytest.fixture
def visitors(shipped, made_up):
    """Visitors whose MNIST is made up; ends their runs."""
    visitors = Visitors(*shipped, lanes=Lanes(2))
    yield visitors
    for key in list(visitors._visitors):
        visitors.forget(key)


@pytest.fixture
def tab(visitors) -> RetrainTab:
    return RetrainTab(visitors["one"])


def sources(told) -> dict[str, str]:
    return {name: reader["source"] for name, reader in told["networks"]["readers"].items()}


def saved(tab: RetrainTab, network: str = "mlp") -> bytes:
    return base64.b64decode(tab.ask(answers.archive, {"network": network})["content"])


# ---- before a run


def test_before_any_run_it_is_idle(tab, shipped):
    told = tab.watch()
    assert (told["state"], told["problem"], told["notes"], told["borrow"]) == ("idle", None, [], None)
    assert said(told) == ["state.idle", "reads.shipped.both"]
    assert told["networks"]["readers"] == {
        "mlp": {**SHIPPED, "parameters": 175_306},
        "cnn": {**SHIPPED, "parameters": 121_514},
    }
    assert told["downloads"] == {"mlp": None, "cnn": None}
    details = told["details"]
    assert (details["run"], details["tracks"], details["table"]["rows"]) == (None, {}, [])
    assert tab.models() == shipped[0]
    assert tab.watch(visible=False)["details"] is None


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_a_plan_tells_what_the_network_would_cost(tab, name):
    planned = tab.ask(answers.plan, chosen(name))["networks"][name]
    costs = {"mlp": (175_306, 174_720), "cnn": (121_514, 10_380_160)}
    assert (planned["parameters"], planned["multiply_adds"]) == costs[name]
    assert sum(layer["parameters"] for layer in planned["layers"]) == planned["parameters"]
    changed = {"mlp": {"hidden": [64]}, "cnn": {"kernel": 3, "extra_conv": True}}[name]
    planned = tab.ask(answers.plan, chosen(name, architecture=changed))["networks"][name]
    sizes = {
        "mlp": 784 * 64 + 64 + 64 * 10 + 10,
        "cnn": 9 * (16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64) + 16 + 32 + 32 + 64 + 64 + 3136 * 10 + 10,
    }
    assert planned["parameters"] == sizes[name]


@pytest.mark.parametrize(
    ("settings", "key", "values"),
    [
        ({"networks": []}, "retrain.problem.no_network", {}),
        ({"networks": ["mlp"]}, "retrain.problem.no_network", {}),
        ({"networks": ["cnn", "mlp"]}, "retrain.problem.no_network", {}),
        ({"networks": ["mlp"], "mlp": {"recipe": "slow"}}, "retrain.problem.no_recipe", {}),
        (chosen("mlp", epochs=0), "error.option.range", {"option": "epochs"}),
        (chosen("mlp", learning_rate=float("nan")), "error.option.range", {"option": "learning_rate"}),
        (chosen("mlp", learning_rate=10**400), "error.option.range", {"option": "learning_rate"}),
        (chosen("cnn", augmentation={"rotation": 400}), "error.option.range", {"option": "rotation"}),
        (chosen("cnn", batch_size=4096, architecture={"channels": [64] * 4}), "retrain.problem.too_much_work", {}),
        (chosen("mlp", batch_size=1, architecture={"batch_norm": True}), "error.option.batch_of_one", {}),
        (chosen("cnn", architecture={"kernel": 4}), "error.option.choice", {"option": "kernel"}),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_reason(tab, settings, key, values):
    told = tab.do("start", settings=settings)
    assert told["problem"]["key"] == key and values.items() <= told["problem"]["values"].items()
    assert told["state"] == "idle"
    planned = tab.ask(answers.plan, settings)
    assert (planned["problem"] or next(iter(planned["networks"].values()))["problem"]) == told["problem"]


@pytest.mark.parametrize(
    "asked",
    [None, [], {"networks": "mlp"}, {"networks": ["rnn"]}, {"networks": ["mlp"], "mlp": {"recipe": ["fast"]}}],
)
def test_what_is_no_plan_does_not_pass_the_door(tab, asked):
    assert not tab.fits(answers.plan, asked)
    assert asked is None or not tab.fits(answers.command, {"do": "start", "settings": asked})


@pytest.mark.parametrize("do", ["pause", "resume", "stop", "travel"])
def test_without_a_run_there_is_nothing_to_command(tab, do):
    told = tab.do(do)
    assert told["problem"]["key"] == f"retrain.problem.{'no_past' if do == 'travel' else 'no_live_run'}"


# ---- a run


def test_a_run_from_start_to_table(tab, synthetic):
    before = tab.watch()["details"]["table"]["version"]
    assert tab.start("mlp", "cnn", epochs=2)["state"] in ("waiting", "loading", "running")
    told = tab.finish()
    details = told["details"]
    assert told["state"] == "finished"
    assert said(told) == ["state.finished.both", "reads.result.both"]
    assert sources(told) == {"mlp": "run", "cnn": "run"}
    assert [row["network"] for row in details["table"]["rows"]] == ["mlp", "cnn"]
    assert details["table"]["version"] != before
    assert (details["run"], details["data"], details["progress"]) == (1, "synthetic", 1.0)
    for name, row in zip(("mlp", "cnn"), details["table"]["rows"], strict=True):
        network, track = tab.models()[name], details["tracks"][name]
        test = evaluate(network, synthetic.test)
        assert row["test_accuracy"] == track["result"]["test"]["accuracy"] == test.accuracy
        assert row["changed"] == {"mlp": ["epochs", "batch_size"], "cnn": ["epochs", "batch_size"]}[name]
        assert row["outcome"] == "finished"
        assert track["step"] == track["steps"] == 16
        read, curve = evaluate(network, synthetic.validation), track["curves"]["validation"]
        ages = {"digits": 100, "step": 16}
        assert track["validation"] == {"accuracy": read.accuracy, "loss": short(read.loss), **ages}
        assert (curve["accuracy"][-1], curve["loss"][-1], curve["step"][-1]) == (read.accuracy, short(read.loss), 16)
        assert (track["window"], track["shown"], track["per_epoch"], track["smoothing"]) == ([1, 16], 16, 8, 0.05)
        assert sum(map(sum, track["confusion"]["counts"])) == track["confusion"]["digits"] == 100
        assert track["confusion"]["step"] == 16
        assert tab.ask(answers.curves, {"run": 1})["networks"][name] == track["curves"]
        record = tab.visitor.networks.now()[name].record
        assert record["test"] == pytest.approx({"accuracy": test.accuracy, "loss": test.loss}, abs=1e-6)
        assert told["downloads"][name] == {"source": "run", "run": 1, "parameters": row["parameters"]}
    assert tab.watch(table=details["table"]["version"])["details"]["table"] is None  # the page has it
    assert tab.ask(answers.curves, {"run": 2})["networks"] == {}


def test_whoever_sees_the_end_of_a_run_sees_what_came_of_it(tab):
    """A page asks no more once it has seen the end."""
    for seed in range(5):
        tab.start("mlp", epochs=1, seed=seed)
        told = {"state": ""}
        while told["state"] != "finished":
            told = tab.watch()
        assert said(told) == ["state.finished.mlp", "reads.result.mlp", "reads.shipped.cnn"]
        assert told["details"]["table"]["rows"][-1]["run"] == told["networks"]["readers"]["mlp"]["run"] == seed + 1


def test_an_update_stays_small_however_long_the_run_is(tab):
    """Both curves as long as they get, in numbers as long as they get, and all ten digits anew."""
    tab.start("mlp", "cnn", epochs=1)
    tab.finish()
    for each in tab.visitor.training.latest.tracks.values():
        steps = [100_001 + i for i in range(POINTS - 1)]
        each.curves.points = [Point(1234.5, step, 0.0001234, 0.0001234, 0.1234, 0.0001234) for step in steps]
        each.curves.validation = [KeptBack(1234.5, step, 0.1234, 0.0001234) for step in steps[: KEPT_BACK - 1]]
    assert 40_000 < len(orjson.dumps(tab.watch())) < 60_000


def test_a_question_changes_nothing(tab):
    tab.start("mlp", epochs=1)
    tab.finish()
    view = tab.visitor.networks.view
    answered = [tab.watch(), tab.watch(visible=False), tab.watch(table="x", examples="y"), tab.watch()]
    assert tab.visitor.networks.view is view
    assert answered[0] == answered[-1]


def test_examples_are_what_the_network_reads(tab, synthetic):
    tab.do("epoch", settings=chosen("mlp"))
    until(lambda: tab.watch()["state"] == "paused")
    until(lambda: torch.equal(weights(tab.models()["mlp"]), weights(tab.visitor.training.latest.tracks["mlp"].model)))
    told = tab.watch()
    assert said(told) == ["state.paused", "reads.learning.mlp", "reads.shipped.cnn"]
    shown, read = told["details"]["examples"], told["details"]["tracks"]["mlp"]["examples"]
    pictures = [np.frombuffer(base64.b64decode(image), np.uint8).reshape(28, 28) for image in shown["images"]]
    assert len(pictures) == len(read) == 10
    for picture, example in zip(pictures, read, strict=True):
        same = (synthetic.test.images[:, 0] == torch.from_numpy(picture.copy())).all((1, 2)).nonzero()
        assert synthetic.test.labels[same[0, 0]] == example["label"]
        told_by = predict(tab.models()["mlp"], torch.from_numpy(picture.copy())[None] / 255)
        assert example["digit"] == told_by.digit
        assert example["confidence"] == pytest.approx(told_by.confidence, abs=2e-3)
    assert tab.watch(examples=shown["version"])["details"]["examples"] is None
    others = tab.do("others", examples=shown["version"])["details"]
    assert others["examples"]["images"] != shown["images"]
    assert [e["label"] for e in others["tracks"]["mlp"]["examples"]] != [e["label"] for e in read]


def test_the_first_layer_is_told_as_it_is(shipped):
    for name, side in (("mlp", 28), ("cnn", 5)):
        told = first_layer(shipped[0][name])
        assert (told["count"], told["side"]) == (16, side)
        sent = np.frombuffer(base64.b64decode(told["weights"]), np.int8).reshape(16, side, side) / 127 * told["largest"]
        true = next(p for p in shipped[0][name].parameters() if p.ndim > 1)[:16].reshape(16, side, side)
        np.testing.assert_allclose(sent, true.detach(), atol=0.6 * told["largest"] / 127)


@pytest.mark.filterwarnings("error")
def test_a_first_layer_whose_numbers_ran_away_is_blank():
    model = mlp()
    torch.nn.init.constant_(model.fc1.weight, torch.nan)
    assert not any(base64.b64decode(first_layer(model)["weights"]))


def test_each_number_says_when_it_was_measured(tab, synthetic, monkeypatch):
    """Digits kept back are read at the first batch, and then not again until the epoch ends."""
    monkeypatch.setattr(track, "SAMPLE_SHARE", 1e-9)
    asked = chosen("mlp", epochs=9, label_smoothing=0.0)
    tab.do("batch", settings=asked)
    until(lambda: tab.watch()["state"] == "paused")
    for _ in range(2):
        tab.do("batch")
        until(lambda: tab.watch()["state"] == "paused")
    told = tab.watch()["details"]["tracks"]["mlp"]
    assert (told["step"], told["window"], told["shown"], told["smoothing"]) == (3, [1, 3], 3, 0.0)
    assert told["validation"]["step"] == told["confusion"]["step"] < 3
    model, config = new_model("mlp", 0), asked["mlp"]["config"]
    losses = [event.loss for event in itertools.islice(train(model, synthetic, read_options(TrainConfig, config)), 3)]
    assert told["loss"] == pytest.approx(sum(losses) / 3, rel=1e-3)
    for _ in range(7):
        tab.do("epoch")
        until(lambda: tab.watch()["state"] == "paused")
    told = tab.watch()["details"]["tracks"]["mlp"]
    assert (told["step"], told["window"], told["validation"]["step"]) == (56, [37, 56], 56)


def test_a_cell_of_the_mistakes_gives_its_digits(tab, synthetic):
    nothing = {"count": 0, "of": 0, "step": 0, "images": []}
    assert tab.ask(answers.cell, {"network": "mlp", "label": 3, "digit": 8}) == {"label": 3, "digit": 8, **nothing}
    tab.start("mlp", epochs=1, learning_rate=0.001, optimizer="adam")
    counts = tab.finish()["details"]["tracks"]["mlp"]["confusion"]["counts"]
    read = tab.models()["mlp"](synthetic.validation.images / 255).argmax(1)
    assert sum(counts[i][j] for i in range(10) for j in range(10) if i != j) > 5, "it has learnt too well"
    for label, row in enumerate(counts):
        for digit, count in enumerate(row):
            told = tab.ask(answers.cell, {"network": "mlp", "label": label, "digit": digit})
            assert (told["count"], told["of"], told["step"], len(told["images"])) == (count, sum(row), 8, count)
            which = (synthetic.validation.labels == label) & (read == digit)
            pictures = [base64.b64decode(image) for image in told["images"]]
            assert pictures == [image.numpy().tobytes() for image in synthetic.validation.images[which]]
    assert tab.ask(answers.cell, {"network": "cnn", "label": 3, "digit": 8})["images"] == []
    assert not tab.fits(answers.cell, {"network": "mlp", "label": 10, "digit": 0})


def test_every_field_that_is_wrong_is_told(tab):
    asked = chosen("mlp", "cnn", epochs=0, learning_rate="many", augmentation={"rotation": 400, "shift": 1})
    asked["cnn"]["architecture"] |= {"kernel": 4, "channels": [1]}
    told = tab.ask(answers.plan, asked)["networks"]
    wrong = {(name, field["part"], field["option"]) for name in told for field in told[name]["fields"]}
    training = {(name, "training", option) for name in ("mlp", "cnn") for option in ("epochs", "learning_rate")}
    augmented = {(name, "augmentation", "rotation") for name in ("mlp", "cnn")}
    assert wrong == training | augmented | {("cnn", "architecture", option) for option in ("kernel", "channels")}
    keys = {field["option"]: field["problem"]["key"] for field in told["cnn"]["fields"]}
    assert keys["channels"] == "error.option.exactly" and keys["learning_rate"] == "error.option.number"
    assert tab.ask(answers.plan, chosen("mlp"))["networks"]["mlp"]["fields"] == []


@pytest.mark.parametrize(
    "settings",
    [
        chosen("cnn", batch_size=4096, architecture={"channels": [64] * 4}),
        chosen("mlp", batch_size=1, architecture={"batch_norm": True}),
    ],
)
def test_a_batch_that_is_too_large_or_too_small_is_the_batch_sizes_fault(tab, settings):
    [planned] = tab.ask(answers.plan, settings)["networks"].values()
    assert planned["fields"] == [{"part": "training", "option": "batch_size", "problem": planned["problem"]}]


def test_no_evaluation_no_confusion():
    assert confusion(None) is None


def test_what_was_trained_before_stays_beside_what_is_trained_now(tab):
    tab.start("mlp")
    tab.finish()
    trained = tab.models()["mlp"]
    tab.start("cnn")
    told = tab.finish()
    assert tab.models()["mlp"] is trained
    assert said(told) == ["state.finished.cnn", "reads.result.mlp", "reads.result.cnn"]
    assert [message["values"] for message in told["status"][1:]] == [{"run": 1}, {"run": 2}]
    assert [row["run"] for row in told["details"]["table"]["rows"]] == [1, 2]


def test_no_second_run_beside_the_first(tab):
    tab.start("mlp", epochs=1000)
    for do in ("start", "shipped"):
        assert tab.do(do, settings=chosen("cnn"))["problem"]["key"] == "retrain.problem.stop_first"
    assert tab.ask(answers.load, {}, b"")["problem"]["key"] == "retrain.problem.stop_first"
    assert tab.do("stop")["problem"] is None
    told = tab.finish()
    assert told["state"] == "stopped" and said(told)[0] == "state.stopped.visitor"
    assert tab.do("pause")["problem"]["key"] == "retrain.problem.no_live_run"


def test_without_mnist_it_is_said_what_is_learnt_instead(tab, synthetic, monkeypatch, capsys):
    def none(progress):
        raise DataError("no route to the mirrors")

    monkeypatch.setattr(digits, "load_mnist", none)
    tab.start("mlp", epochs=1)
    told = tab.finish()
    assert [note["key"] for note in told["notes"]] == ["retrain.note.digits_instead"]
    result = told["details"]["tracks"]["mlp"]["result"]
    assert (result["shipped"], result["promise"]) == (None, None)
    assert "no route" in capsys.readouterr().err


# ---- whatever is done next, what is said is true


def test_back_to_the_shipped_weights(tab, shipped):
    tab.start("mlp", "cnn", epochs=1)
    version = tab.finish()["networks"]["version"]
    for told in (tab.do("shipped"), tab.watch()):
        assert said(told) == ["state.finished.both", "reads.shipped.both"]
        assert sources(told) == {"mlp": "shipped", "cnn": "shipped"} and told["networks"]["version"] != version
        assert told["downloads"]["mlp"]["run"] == 1  # it can still be saved
    assert tab.models() == shipped[0]
    assert {name: reader.record for name, reader in tab.visitor.networks.now().items()} == shipped[1]


def test_after_loading_a_file(tab, visitors):
    other = RetrainTab(visitors["other"])
    other.start("mlp", epochs=1, architecture={"hidden": [32]})
    other.finish()
    tab.start("mlp", "cnn", epochs=1)
    tab.finish()
    for told in (tab.ask(answers.load, {}, saved(other)), tab.watch()):
        assert said(told) == ["state.finished.both", "reads.loaded.mlp", "reads.result.cnn"]
        assert told["status"][1]["values"] == {"parameters": 784 * 32 + 32 + 32 * 10 + 10}
        assert told["downloads"]["mlp"]["source"] == "loaded" and told["downloads"]["cnn"]["run"] == 1
        assert sources(told) == {"mlp": "loaded", "cnn": "run"}
        assert [row["network"] for row in told["details"]["table"]["rows"]] == ["mlp", "cnn"]  # of runs, not of files
    assert torch.equal(weights(tab.models()["mlp"]), weights(other.models()["mlp"]))
    both = tab.ask(answers.load, {}, saved(tab, "cnn"))
    assert said(both)[1:] == ["reads.loaded.both"]


def test_after_leaving_a_run_that_diverged(tab, shipped):
    tab.start("mlp", epochs=20, learning_rate=100.0, optimizer="sgd", schedule="constant")
    told = tab.finish()
    assert said(told) == ["state.diverged.mlp", "reads.result.mlp", "reads.shipped.cnn"]
    assert told["details"]["table"]["rows"][0]["outcome"] == "diverged"
    assert weights(tab.models()["mlp"]).isfinite().all()
    told = tab.do("shipped")
    assert said(told) == ["state.diverged.mlp", "reads.shipped.both"]
    assert tab.models() == shipped[0]


def test_after_time_travel(tab, monkeypatch):
    monkeypatch.setattr(runs, "COPY_EVERY", 0.0)
    tab.start("mlp", epochs=3)
    finished = tab.finish()
    trained = tab.models()["mlp"]
    first = finished["details"]["moments"][0]
    past = tab.do("travel", moment=first["id"])
    assert said(past) == ["state.finished.mlp", "reads.past.mlp", "reads.shipped.cnn"]
    assert past["status"][1]["values"] == {"run": 1, "seconds": first["seconds"]}
    assert past["details"]["moment"] == first["id"]
    assert past["networks"]["version"] != finished["networks"]["version"]
    assert past["networks"]["readers"]["mlp"]["seconds"] == first["seconds"]
    assert past["downloads"] == finished["downloads"]  # not of the past
    network = tab.models()["mlp"]
    assert network is not trained
    track = past["details"]["tracks"]["mlp"]
    assert track["first"] == first_layer(network) != finished["details"]["tracks"]["mlp"]["first"]
    known = evaluate(network, tab.visitor.training.latest.data.validation).confusion
    assert track["confusion"] == {"counts": known.tolist(), "digits": 100, "step": 0}
    assert (track["shown"], track["validation"]["step"]) == (0, 24)  # numbers stay those of now, and say so
    middle = finished["details"]["moments"][len(finished["details"]["moments"]) // 2]["id"]
    assert tab.do("travel", moment=middle)["details"]["moment"] == middle
    assert tab.watch()["details"]["moment"] == middle
    now = tab.do("travel", moment=None)
    assert now["details"]["moment"] is None and tab.models()["mlp"] is trained
    assert said(now) == said(finished)
    tab.do("travel", moment=middle)
    assert said(tab.do("shipped"))[1:] == ["reads.shipped.both"]
    assert tab.watch()["details"]["moment"] is None


def test_a_run_goes_on_while_its_past_is_looked_at(tab):
    tab.start("mlp", epochs=1000)
    tab.learns(steps=20)
    first = tab.watch()["details"]["moments"][0]["id"]
    past = tab.do("travel", moment=first)
    network, step = tab.models()["mlp"], past["details"]["tracks"]["mlp"]["step"]
    until(lambda: tab.watch()["details"]["tracks"]["mlp"]["step"] > step + 20)
    told = tab.watch()
    assert tab.models()["mlp"] is network and said(told)[:2] == ["state.running.mlp", "reads.past.mlp"]
    tab.do("travel", moment=None)
    assert tab.models()["mlp"] is not network
    tab.do("stop")
    tab.finish()


def test_a_moment_that_is_gone_gives_the_one_before(tab):
    tab.start("mlp")
    ids = [moment["id"] for moment in tab.finish()["details"]["moments"]]
    assert tab.do("travel", moment=ids[-1] + 100)["details"]["moment"] == ids[-1]
    assert tab.do("travel", moment=-3)["details"]["moment"] == ids[0]


def test_a_server_that_was_started_again_says_what_it_has(tab, shipped, made_up):
    """The page stays open and asks a server that knows nothing of it."""
    tab.start("mlp", epochs=1)
    before = tab.finish()
    again = RetrainTab(Visitors(*shipped, lanes=Lanes(2))["one"])
    told = again.watch(table=before["details"]["table"]["version"], examples=before["details"]["examples"]["version"])
    assert said(told) == ["state.idle", "reads.shipped.both"]
    assert told["networks"]["version"] != before["networks"]["version"]
    assert told["details"]["table"]["rows"] == [] and told["downloads"] == {"mlp": None, "cnn": None}
    again.start("mlp", epochs=1)
    after = again.finish()
    for part in ("table", "examples"):  # of run 1 there, too
        assert after["details"][part]["version"] != before["details"][part]["version"]


def test_a_page_that_is_gone_ends_its_training_and_may_come_back(visitors):
    tab = RetrainTab(visitors["one"])
    tab.start("mlp", epochs=1000)
    tab.learns(steps=20)
    run, own = tab.visitor.training.latest, tab.models()["mlp"]
    visitors.forget("one")
    until(lambda: not run.live)
    assert run.snapshots.kept == [] and run.tracks["mlp"].test is None
    back = RetrainTab(visitors["one"])
    assert back.visitor is tab.visitor
    told = back.watch()
    assert said(told) == ["state.cut_off", "reads.broken_off.mlp", "reads.shipped.cnn"]
    assert told["downloads"]["mlp"] is None
    learnt = told["networks"]["readers"]["mlp"]
    assert learnt["source"] == "run" and learnt["seconds"] > 0
    assert not torch.equal(weights(back.models()["mlp"]), weights(mlp())) and own is not None
    back.start("cnn", epochs=1)
    assert said(back.finish()) == ["state.finished.cnn", "reads.broken_off.mlp", "reads.result.cnn"]


def test_a_run_that_never_began_leaves_nothing(tab, monkeypatch, shipped):
    answer = threading.Event()
    monkeypatch.setattr(digits, "load_mnist", lambda progress: answer.wait(60))
    tab.start("mlp")
    until(lambda: tab.watch()["state"] == "loading")
    told = tab.do("stop")
    assert said(told) == ["state.stopped.visitor", "reads.shipped.both"] and told["details"]["table"]["rows"] == []
    answer.set()
    assert tab.models() == shipped[0]


def test_of_a_race_only_what_has_learnt_is_kept(tab, shipped, monkeypatch):
    """It is stopped after the first batch of the one, and before that of the other."""
    advance, first = Track.advance, threading.Event()

    def one_batch(track, cores):
        if first.is_set():
            tab.do("stop")
            raise Gone
        first.set()
        return advance(track, cores)

    monkeypatch.setattr(Track, "advance", one_batch)
    tab.start("mlp", "cnn")
    told = tab.finish()
    assert said(told) == ["state.stopped.visitor", "reads.result.mlp", "reads.shipped.cnn"]
    assert [row["network"] for row in told["details"]["table"]["rows"]] == ["mlp"]
    assert told["downloads"]["cnn"] is None and tab.models()["cnn"] is shipped[0]["cnn"]


def test_a_network_loaded_while_start_is_pressed(tab, visitors, monkeypatch):
    """load() is held between its first look and the end of its work, and a run begins meanwhile."""
    other = RetrainTab(visitors["other"])
    other.start("mlp", epochs=1)
    other.finish()
    content, held, go_on = saved(other), threading.Event(), threading.Event()

    def slow(content: bytes):
        held.set()
        assert go_on.wait(60)
        return unpack(content)

    monkeypatch.setattr(answers, "unpack", slow)
    told = []
    loading = threading.Thread(target=lambda: told.append(tab.ask(answers.load, {}, content)))
    loading.start()
    assert held.wait(60)
    tab.start("mlp", epochs=1000)
    tab.learns()
    go_on.set()
    loading.join(60)
    assert told[0]["problem"]["key"] == "retrain.problem.stop_first"
    assert said(tab.watch()) == ["state.running.mlp", "reads.learning.mlp", "reads.shipped.cnn"]
    until(lambda: tab.models()["mlp"] is tab.visitor.training.latest.snapshots.newest.networks["mlp"])
    tab.do("stop")
    assert said(tab.finish())[1] == "reads.result.mlp"


# ---- several visitors


def test_two_visitors_train_at_once_and_see_only_their_own(visitors, shipped):
    one, two, reader = (RetrainTab(visitors[key]) for key in ("one", "two", "three"))
    one.start("mlp", seed=1, epochs=10)
    two.start("mlp", seed=2, epochs=10, learning_rate=0.003)
    for tab in (one, two):
        assert tab.learns()["details"]["run"] == 1
    for tab, seed in ((one, 1), (two, 2)):
        [row] = tab.finish()["details"]["table"]["rows"]
        assert row["settings"]["seed"] == seed
    assert not torch.equal(weights(one.models()["mlp"]), weights(two.models()["mlp"]))
    first = one.ask(answers.curves, {"run": 1})["networks"]["mlp"]
    assert reader.models() == shipped[0]
    assert reader.watch()["details"]["table"]["rows"] == []
    again = RetrainTab(visitors["four"])
    again.start("mlp", seed=1, epochs=10)
    told = again.finish()
    torch.testing.assert_close(weights(again.models()["mlp"]), weights(one.models()["mlp"]))  # as if nobody else did
    assert told["details"]["tracks"]["mlp"]["curves"]["loss"][:20] == first["loss"][:20]


@pytest.mark.parametrize("architecture", [{}, {"kernel": 3, "batch_norm": True, "dropout": 0.2, "activation": "elu"}])
def test_a_trained_network_leaves_and_comes_back(visitors, architecture):
    one, two = RetrainTab(visitors["one"]), RetrainTab(visitors["two"])
    one.start("cnn", architecture=architecture)
    one.finish()
    archive = one.ask(answers.archive, {"network": "cnn"})
    assert (archive["name"], archive["problem"]) == ("cnn-run-1.zip", None)
    content = base64.b64decode(archive["content"])
    assert sorted(zipfile.ZipFile(io.BytesIO(content)).namelist()) == ["cnn.json", "cnn.safetensors"]
    assert unpack(content)[1]["recipe"] == "fast, changed"
    told = two.ask(answers.load, {}, content)
    assert told["problem"] is None and sources(told) == {"mlp": "shipped", "cnn": "loaded"}
    for name, tensor in one.models()["cnn"].state_dict().items():
        assert torch.equal(tensor, two.models()["cnn"].state_dict()[name])
    assert [row.name for row in describe(two.models()["cnn"])] == [row.name for row in describe(one.models()["cnn"])]
    again = two.ask(answers.archive, {"network": "cnn"})
    assert (again["name"], again["content"]) == ("cnn.zip", archive["content"])


def test_a_file_that_is_none_of_ours_changes_nothing(tab, shipped):
    view = tab.visitor.networks.view
    for content in (b"", b"PK\x03\x04", b"\x80\x04K*.", bytes(5000)):
        assert tab.ask(answers.load, {}, content)["problem"]["key"] == "error.checkpoint.not_archive"
    assert tab.visitor.networks.view is view


def test_networks_that_would_read_nothing_or_fill_the_memory_are_not_loaded(tab, shipped):
    broken = mlp()
    torch.nn.init.constant_(broken.fc1.weight, 1e30)
    torch.nn.init.constant_(broken.fc2.weight, 1e30)
    for model, record, why in (
        (broken, shipped[1]["mlp"], "error.checkpoint.overflow"),
        (mlp(), {**shipped[1]["mlp"], "notes": "0" * 10**5}, "retrain.problem.long_record"),
    ):
        told = tab.ask(answers.load, {}, pack(model, record))
        assert told["problem"]["key"] == why
    assert sources(tab.watch()) == {"mlp": "shipped", "cnn": "shipped"}


def test_what_is_of_a_type():
    """The check of the test below, on what is and what is not."""
    example = {"label": 3, "digit": 8, "confidence": 0.5}
    assert is_of(example, Example) and is_of([example], list[Example]) and is_of(None, Example | None)
    for other in ({**example, "label": "3"}, {**example, "more": 1}, {"label": 3, "digit": 8}, None, [example]):
        assert not is_of(other, Example)
    assert is_of({"mlp": 1}, dict[str, int]) and not is_of({"mlp": True}, dict[str, int])


def test_nothing_trained_nothing_to_download(tab):
    archive = tab.ask(answers.archive, {"network": "mlp"})
    assert archive["problem"]["key"] == "retrain.problem.nothing_trained" and archive["content"] == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(
    sent=JSON
    | st.fixed_dictionaries(
        {},
        optional={
            "do": st.sampled_from(["pause", "resume", "batch", "epoch", "stop", "shipped", "others", "travel"]) | JSON,
            "settings": JSON,
            "moment": st.integers() | JSON,
            "table": st.text(max_size=9) | JSON,
            "examples": st.text(max_size=9) | JSON,
            "visible": st.booleans() | JSON,
            "run": st.integers() | JSON,
            "network": st.sampled_from(["mlp", "cnn"]) | JSON,
            "networks": st.sampled_from([["mlp"], ["cnn"]]) | JSON,
            "label": st.integers(-1, 10) | JSON,
            "digit": st.integers(-1, 10) | JSON,
            "mlp": JSON,
        },
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_passes_the_door_there_is_an_answer(tab, sent):
    """And it is of the declared type, field by field."""
    for function in (answers.plan, answers.command, answers.watch, answers.curves, answers.cell, answers.archive):
        if tab.fits(function, sent):
            assert is_of(tab.ask(function, sent), get_type_hints(function)["return"])
