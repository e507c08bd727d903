"""What a page may send goes in, sensible or not; states, tables and archives come out, each visitor's own."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import asdict

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo import text
from demo.retrain.answers import confusion, first_layer
from demo.training import run as runs
from demo.training.run import Lanes
from demo.visitors import MOST_LEFT, Session, Sessions
from nets.checkpoint import load_shipped, unpack
from nets.evaluation import evaluate
from nets.models import ARCHITECTURES, describe, mlp
from nets.prediction import predict
from nets.training import RECIPES
from tests.support import until, weights


def chosen(*networks: str, recipe: str = "fast", architecture=None, **config) -> dict:
    """What the page's form sends."""
    return json.loads(
        json.dumps(
            {
                "networks": list(networks),
                "data": "mnist",
                **{
                    name: {
                        "recipe": recipe,
                        "config": {**asdict(RECIPES[recipe][name]), "batch_size": 50, **config},
                        "architecture": {**asdict(ARCHITECTURES[name]()), **(architecture or {})},
                    }
                    for name in networks
                },
            }
        )
    )


@pytest.fixture(scope="module")
def shipped():
    return load_shipped()


@pytest.fixture
def visitors(shipped, synthetic, monkeypatch):
    """Sessions whose MNIST is made up; ends their runs."""
    monkeypatch.setattr(runs, "load_mnist", lambda progress: synthetic)
    monkeypatch.setattr(runs, "CORES", 1)
    sessions = Sessions(*shipped, lanes=Lanes(2))
    yield sessions
    for key in list(sessions._sessions):
        sessions.forget(key)


@pytest.fixture
def visitor(visitors) -> Session:
    return visitors["one"]


def finish(session: Session) -> dict:
    until(
        lambda: session.retraining.watch({"visible": False})["state"] in ("finished", "stopped", "diverged", "failed")
    )
    return session.retraining.watch({})


def test_before_any_run_it_is_idle(visitor, shipped):
    state = visitor.retraining.watch({})
    assert (state["state"], state["run"], state["networks"], state["table"]) == ("idle", None, {}, [])
    assert state["yours"] == {"mlp": False, "cnn": False}
    assert visitor.networks == shipped[0]


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_a_plan_tells_what_the_network_would_cost(visitor, name):
    answer = visitor.retraining.plan(chosen(name))
    plan = answer["networks"][name]
    assert (plan["parameters"], plan["multiply_adds"]) == {"mlp": (175_306, 174_720), "cnn": (121_514, 10_380_160)}[
        name
    ]
    changed = {"mlp": {"hidden": [64]}, "cnn": {"kernel": 3, "extra_conv": True}}[name]
    plan = visitor.retraining.plan(chosen(name, architecture=changed))["networks"][name]
    assert (
        plan["parameters"]
        == {
            "mlp": 784 * 64 + 64 + 64 * 10 + 10,
            "cnn": 9 * (16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64) + 16 + 32 + 32 + 64 + 64 + 3136 * 10 + 10,
        }[name]
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (None, text.NO_NETWORK_CHOSEN),
        ({"networks": []}, text.NO_NETWORK_CHOSEN),
        ({"networks": ["mlp"]}, text.NO_NETWORK_CHOSEN),
        ({"networks": ["mlp"], "mlp": {"recipe": ["fast"]}}, text.NO_RECIPE),
        (chosen("mlp", epochs=0), "Epochs must lie"),
        (chosen("mlp", learning_rate=float("nan")), "Learning rate"),
        (chosen("mlp", learning_rate=10**400), "Learning rate"),
        (chosen("cnn", augmentation={"rotation": 400}), "Rotation"),
        (chosen("cnn", batch_size=4096, architecture={"channels": [64] * 4}), "multiply-adds"),
        (chosen("mlp", batch_size=1, architecture={"batch_norm": True}), text.BATCH_OF_ONE),
        (chosen("cnn", architecture={"kernel": 4}), "Kernel"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(visitor, settings, said):
    answer = visitor.retraining.command({"do": "start", "settings": settings})
    assert said in answer["problem"] and answer["state"] == "idle"
    plan = visitor.retraining.plan(settings)
    assert said in plan["problem"] or said in next(iter(plan["networks"].values()))["problem"]


def test_a_run_from_start_to_table(visitor, synthetic):
    answer = visitor.retraining.command({"do": "start", "settings": chosen("mlp", "cnn", epochs=2)})
    assert answer["problem"] == "" and answer["state"] in ("loading", "running")
    state = finish(visitor)
    assert state["state"] == "finished"
    assert state["yours"] == {"mlp": True, "cnn": True}
    assert [row["network"] for row in state["table"]] == ["mlp", "cnn"]
    assert state["data"] == "synthetic"
    for name, row in zip(("mlp", "cnn"), state["table"], strict=True):
        network, told = visitor.networks[name], state["networks"][name]
        test = evaluate(network, synthetic.test)
        assert row["test_accuracy"] == told["result"]["test"]["accuracy"] == test.accuracy
        assert row["changed"] == ["epochs", "batch_size"] if name == "mlp" else row["changed"]
        assert told["step"] == told["steps"] == 16
        assert told["curves"]["validation"]["y"][-1] == evaluate(network, synthetic.validation).accuracy
        assert sum(map(sum, told["confusion"]["counts"])) == told["confusion"]["digits"] == 100
        assert visitor.retraining.curves({"run": 1})["networks"][name] == told["curves"]
        assert visitor.records[name]["test"] == pytest.approx({"accuracy": test.accuracy, "loss": test.loss}, abs=1e-6)
    assert visitor.retraining.watch({"runs": 1})["table"] is None  # the page has it


def test_examples_are_what_the_network_reads(visitor, synthetic):
    visitor.retraining.command({"do": "epoch", "settings": chosen("mlp")})
    until(lambda: visitor.retraining.watch({})["state"] == "paused")
    until(lambda: visitor.retraining._run.newest.id > 1)
    state = visitor.retraining.watch({})
    pictures = [np.frombuffer(base64.b64decode(image), np.uint8).reshape(28, 28) for image in state["images"]]
    assert len(pictures) == len(state["networks"]["mlp"]["examples"]) == 10
    for picture, example in zip(pictures, state["networks"]["mlp"]["examples"], strict=True):
        same = (synthetic.test.images[:, 0] == torch.from_numpy(picture.copy())).all((1, 2)).nonzero()
        assert synthetic.test.labels[same[0, 0]] == example["label"]
        read = predict(visitor.networks["mlp"], torch.from_numpy(picture.copy())[None] / 255)
        assert example["digit"] == read.digit
    assert "images" not in visitor.retraining.watch({"images": state["examples_version"]})
    others = visitor.retraining.command({"do": "others"})
    assert others["images"] != state["images"]


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


def test_no_evaluation_no_confusion():
    assert confusion(None) is None


def test_back_in_time_everything_is_as_it_was(visitor, monkeypatch):
    monkeypatch.setattr(runs, "COPY_EVERY", 0.0)
    visitor.retraining.command({"do": "start", "settings": chosen("mlp", epochs=3)})
    state = finish(visitor)
    trained = visitor.networks["mlp"]
    first = state["snapshots"][0]["id"]
    past = visitor.retraining.watch({"at": first})
    assert past["at"] == first and past["version"] != state["version"]
    network = visitor.networks["mlp"]
    assert network is not trained
    assert past["networks"]["mlp"]["first"] == first_layer(network) != state["networks"]["mlp"]["first"]
    known = evaluate(network, visitor.retraining._run.data.validation).confusion
    assert past["networks"]["mlp"]["confusion"]["counts"] == known.tolist()
    middle = state["snapshots"][len(state["snapshots"]) // 2]["id"]
    assert visitor.retraining.watch({"at": middle})["at"] == middle
    now = visitor.retraining.watch({"at": None})
    assert now["at"] is None and visitor.networks["mlp"] is trained


def test_a_snapshot_that_is_gone_gives_the_one_before(visitor):
    visitor.retraining.command({"do": "start", "settings": chosen("mlp")})
    ids = [s["id"] for s in finish(visitor)["snapshots"]]
    assert visitor.retraining.watch({"at": ids[-1] + 100})["at"] == ids[-1]
    assert visitor.retraining.watch({"at": -3})["at"] == ids[0]


def test_back_to_the_shipped_weights(visitor, shipped):
    visitor.retraining.command({"do": "start", "settings": chosen("mlp")})
    version = finish(visitor)["version"]
    state = visitor.retraining.command({"do": "shipped"})
    assert visitor.networks == shipped[0] and visitor.records == shipped[1]
    assert state["version"] != version and state["yours"] == {"mlp": False, "cnn": False}
    assert visitor.retraining.watch({})["yours"] == {"mlp": False, "cnn": False}


def test_what_was_trained_before_stays_beside_what_is_trained_now(visitor):
    visitor.retraining.command({"do": "start", "settings": chosen("mlp")})
    finish(visitor)
    mlp = visitor.networks["mlp"]
    visitor.retraining.command({"do": "start", "settings": chosen("cnn")})
    state = finish(visitor)
    assert visitor.networks["mlp"] is mlp
    assert state["yours"] == {"mlp": True, "cnn": True}
    assert [row["run"] for row in state["table"]] == [1, 2]


def test_no_second_run_beside_the_first(visitor):
    visitor.retraining.command({"do": "start", "settings": chosen("mlp", epochs=1000)})
    for command in ({"do": "start", "settings": chosen("cnn")}, {"do": "shipped"}):
        assert visitor.retraining.command(command)["problem"] == text.STOP_FIRST
    assert visitor.retraining.load(b"")["problem"] == text.STOP_FIRST
    assert visitor.retraining.command({"do": "stop"})["problem"] == ""
    assert finish(visitor)["state"] == "stopped"
    assert visitor.retraining.command({"do": "pause"})["problem"] == text.NO_LIVE_RUN


def test_two_visitors_train_at_once_and_see_only_their_own(visitors, shipped):
    one, two, reader = visitors["one"], visitors["two"], visitors["three"]
    one.retraining.command({"do": "start", "settings": chosen("mlp", seed=1, epochs=30)})
    two.retraining.command({"do": "start", "settings": chosen("mlp", seed=2, epochs=30, learning_rate=0.003)})
    for session in (one, two):
        until(lambda: session.retraining.watch({})["networks"].get("mlp", {}).get("step", 0) > 5)  # noqa: B023
        assert session.retraining.watch({})["run"] == 1
    for session, seed in ((one, 1), (two, 2)):
        [row] = finish(session)["table"]
        assert row["settings"]["seed"] == seed
    assert not torch.equal(weights(one.networks["mlp"]), weights(two.networks["mlp"]))
    first = one.retraining.curves({"run": 1})["networks"]["mlp"]
    assert reader.networks == shipped[0]
    assert reader.retraining.watch({})["table"] == []
    again = visitors["four"]
    again.retraining.command({"do": "start", "settings": chosen("mlp", seed=1, epochs=30)})
    finish(again)
    torch.testing.assert_close(weights(again.networks["mlp"]), weights(one.networks["mlp"]))  # as if nobody else did
    assert again.retraining.watch({})["networks"]["mlp"]["curves"]["loss"][:20] == first["loss"][:20]


@pytest.mark.parametrize("architecture", [{}, {"kernel": 3, "batch_norm": True, "dropout": 0.2, "activation": "elu"}])
def test_a_trained_network_leaves_and_comes_back(visitors, architecture):
    one, two = visitors["one"], visitors["two"]
    one.retraining.command({"do": "start", "settings": chosen("cnn", architecture=architecture)})
    finish(one)
    archive = one.retraining.archive({"network": "cnn"})
    assert archive["name"] == "cnn-run-1.zip"
    content = base64.b64decode(archive["content"])
    assert sorted(zipfile.ZipFile(io.BytesIO(content)).namelist()) == ["cnn.json", "cnn.safetensors"]
    assert unpack(content)[1]["recipe"] == "fast, changed"
    state = two.retraining.load(content)
    assert state["problem"] == "" and state["yours"] == {"mlp": False, "cnn": True}
    for name, tensor in one.networks["cnn"].state_dict().items():
        assert torch.equal(tensor, two.networks["cnn"].state_dict()[name])
    assert [row.name for row in describe(two.networks["cnn"])] == [row.name for row in describe(one.networks["cnn"])]
    assert two.retraining.archive({"network": "cnn"})["content"] == archive["content"]


def test_a_file_that_is_none_of_ours_changes_nothing(visitor, shipped):
    for content in (b"", b"PK\x03\x04", b"\x80\x04K*.", bytes(5000)):
        assert "expected" in visitor.retraining.load(content)["problem"]
    assert visitor.networks == shipped[0]


def test_a_page_that_is_gone_ends_its_training_and_may_come_back(visitors):
    session = visitors["one"]
    session.retraining.command({"do": "start", "settings": chosen("mlp", epochs=1000)})
    until(lambda: session.retraining.watch({})["networks"].get("mlp", {}).get("step", 0) > 20)
    run, own = session.retraining._run, session.networks["mlp"]
    visitors.forget("one")
    until(lambda: not run.live)
    assert run.snapshots == []
    back = visitors["one"]
    assert back is session and back.retraining.watch({})["state"] == "idle"
    assert torch.equal(weights(back.networks["mlp"]), weights(own)) or back.retraining.watch({})["yours"]["mlp"]


def test_few_sessions_of_closed_pages_are_kept(visitors):
    for i in range(MOST_LEFT + 5):
        visitors[f"page {i}"]
        visitors.forget(f"page {i}")
    assert len(visitors) == 0 and len(visitors._left) == MOST_LEFT


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
            "do": st.sampled_from(["pause", "resume", "batch", "epoch", "stop", "shipped", "others"]) | JSON,
            "settings": JSON,
            "at": JSON,
            "runs": JSON,
            "images": JSON,
            "visible": JSON,
            "run": JSON,
            "network": st.sampled_from(["mlp", "cnn"]) | JSON,
            "networks": st.sampled_from([["mlp"], ["cnn"]]) | JSON,
            "mlp": JSON,
        },
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_there_is_an_answer(visitor, sent):
    for method in ("plan", "command", "watch", "curves", "archive"):
        json.dumps(getattr(visitor.retraining, method)(sent))
