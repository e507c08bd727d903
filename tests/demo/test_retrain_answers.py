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
from demo.visitor import Visitor
from demo.visitors import MOST_LEFT, Visitors
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
    """Visitors whose MNIST is made up; ends their runs."""
    monkeypatch.setattr(runs, "load_mnist", lambda progress: synthetic)
    monkeypatch.setattr(runs, "CORES", 1)
    sessions = Visitors(*shipped, lanes=Lanes(2))
    yield sessions
    for key in list(sessions._visitors):
        sessions.forget(key)


@pytest.fixture
def visitor(visitors) -> Visitor:
    return visitors["one"]


def models(visitor: Visitor) -> dict:
    return {name: reader.model for name, reader in visitor.networks.now().items()}


def finish(session: Visitor) -> dict:
    until(lambda: session.training.watch({"visible": False})["state"] in ("finished", "stopped", "diverged", "failed"))
    return session.training.watch({})


def test_before_any_run_it_is_idle(visitor, shipped):
    state = visitor.training.watch({})
    assert (state["state"], state["run"], state["networks"], state["table"]) == ("idle", None, {}, [])
    assert state["yours"] == {"mlp": False, "cnn": False}
    assert models(visitor) == shipped[0]


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_a_plan_tells_what_the_network_would_cost(visitor, name):
    answer = visitor.training.plan(chosen(name))
    plan = answer["networks"][name]
    assert (plan["parameters"], plan["multiply_adds"]) == {"mlp": (175_306, 174_720), "cnn": (121_514, 10_380_160)}[
        name
    ]
    changed = {"mlp": {"hidden": [64]}, "cnn": {"kernel": 3, "extra_conv": True}}[name]
    plan = visitor.training.plan(chosen(name, architecture=changed))["networks"][name]
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
    answer = visitor.training.command({"do": "start", "settings": settings})
    assert said in answer["problem"] and answer["state"] == "idle"
    plan = visitor.training.plan(settings)
    assert said in plan["problem"] or said in next(iter(plan["networks"].values()))["problem"]


def test_a_run_from_start_to_table(visitor, synthetic):
    answer = visitor.training.command({"do": "start", "settings": chosen("mlp", "cnn", epochs=2)})
    assert answer["problem"] == "" and answer["state"] in ("loading", "running")
    state = finish(visitor)
    assert state["state"] == "finished"
    assert state["yours"] == {"mlp": True, "cnn": True}
    assert [row["network"] for row in state["table"]] == ["mlp", "cnn"]
    assert state["data"] == "synthetic"
    for name, row in zip(("mlp", "cnn"), state["table"], strict=True):
        network, told = models(visitor)[name], state["networks"][name]
        test = evaluate(network, synthetic.test)
        assert row["test_accuracy"] == told["result"]["test"]["accuracy"] == test.accuracy
        assert row["changed"] == ["epochs", "batch_size"] if name == "mlp" else row["changed"]
        assert told["step"] == told["steps"] == 16
        assert told["curves"]["validation"]["y"][-1] == evaluate(network, synthetic.validation).accuracy
        assert sum(map(sum, told["confusion"]["counts"])) == told["confusion"]["digits"] == 100
        assert visitor.training.curves({"run": 1})["networks"][name] == told["curves"]
        assert visitor.networks.now()[name].record["test"] == pytest.approx(
            {"accuracy": test.accuracy, "loss": test.loss}, abs=1e-6
        )
    assert visitor.training.watch({"runs": 1})["table"] is None  # the page has it


def test_examples_are_what_the_network_reads(visitor, synthetic):
    visitor.training.command({"do": "epoch", "settings": chosen("mlp")})
    until(lambda: visitor.training.watch({})["state"] == "paused")
    until(lambda: visitor.training._run.newest.id > 1)
    state = visitor.training.watch({})
    pictures = [np.frombuffer(base64.b64decode(image), np.uint8).reshape(28, 28) for image in state["images"]]
    assert len(pictures) == len(state["networks"]["mlp"]["examples"]) == 10
    for picture, example in zip(pictures, state["networks"]["mlp"]["examples"], strict=True):
        same = (synthetic.test.images[:, 0] == torch.from_numpy(picture.copy())).all((1, 2)).nonzero()
        assert synthetic.test.labels[same[0, 0]] == example["label"]
        read = predict(visitor.networks.now()["mlp"].model, torch.from_numpy(picture.copy())[None] / 255)
        assert example["digit"] == read.digit
    assert "images" not in visitor.training.watch({"images": state["examples_version"]})
    others = visitor.training.command({"do": "others"})
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
    visitor.training.command({"do": "start", "settings": chosen("mlp", epochs=3)})
    state = finish(visitor)
    trained = visitor.networks.now()["mlp"].model
    first = state["snapshots"][0]["id"]
    past = visitor.training.watch({"at": first})
    assert past["at"] == first and past["version"] != state["version"]
    network = visitor.networks.now()["mlp"].model
    assert network is not trained
    assert past["networks"]["mlp"]["first"] == first_layer(network) != state["networks"]["mlp"]["first"]
    known = evaluate(network, visitor.training._run.data.validation).confusion
    assert past["networks"]["mlp"]["confusion"]["counts"] == known.tolist()
    middle = state["snapshots"][len(state["snapshots"]) // 2]["id"]
    assert visitor.training.watch({"at": middle})["at"] == middle
    now = visitor.training.watch({"at": None})
    assert now["at"] is None and visitor.networks.now()["mlp"].model is trained


def test_a_snapshot_that_is_gone_gives_the_one_before(visitor):
    visitor.training.command({"do": "start", "settings": chosen("mlp")})
    ids = [s["id"] for s in finish(visitor)["snapshots"]]
    assert visitor.training.watch({"at": ids[-1] + 100})["at"] == ids[-1]
    assert visitor.training.watch({"at": -3})["at"] == ids[0]


def test_back_to_the_shipped_weights(visitor, shipped):
    visitor.training.command({"do": "start", "settings": chosen("mlp")})
    version = finish(visitor)["version"]
    state = visitor.training.command({"do": "shipped"})
    assert models(visitor) == shipped[0]
    assert {name: reader.record for name, reader in visitor.networks.now().items()} == shipped[1]
    assert state["version"] != version and state["yours"] == {"mlp": False, "cnn": False}
    assert visitor.training.watch({})["yours"] == {"mlp": False, "cnn": False}


def test_what_was_trained_before_stays_beside_what_is_trained_now(visitor):
    visitor.training.command({"do": "start", "settings": chosen("mlp")})
    finish(visitor)
    mlp = visitor.networks.now()["mlp"].model
    visitor.training.command({"do": "start", "settings": chosen("cnn")})
    state = finish(visitor)
    assert visitor.networks.now()["mlp"].model is mlp
    assert state["yours"] == {"mlp": True, "cnn": True}
    assert [row["run"] for row in state["table"]] == [1, 2]


def test_no_second_run_beside_the_first(visitor):
    visitor.training.command({"do": "start", "settings": chosen("mlp", epochs=1000)})
    for command in ({"do": "start", "settings": chosen("cnn")}, {"do": "shipped"}):
        assert visitor.training.command(command)["problem"] == text.STOP_FIRST
    assert visitor.training.load(b"")["problem"] == text.STOP_FIRST
    assert visitor.training.command({"do": "stop"})["problem"] == ""
    assert finish(visitor)["state"] == "stopped"
    assert visitor.training.command({"do": "pause"})["problem"] == text.NO_LIVE_RUN


def test_two_visitors_train_at_once_and_see_only_their_own(visitors, shipped):
    one, two, reader = visitors["one"], visitors["two"], visitors["three"]
    one.training.command({"do": "start", "settings": chosen("mlp", seed=1, epochs=30)})
    two.training.command({"do": "start", "settings": chosen("mlp", seed=2, epochs=30, learning_rate=0.003)})
    for session in (one, two):
        until(lambda: session.training.watch({})["networks"].get("mlp", {}).get("step", 0) > 5)  # noqa: B023
        assert session.training.watch({})["run"] == 1
    for session, seed in ((one, 1), (two, 2)):
        [row] = finish(session)["table"]
        assert row["settings"]["seed"] == seed
    assert not torch.equal(weights(one.networks.now()["mlp"].model), weights(two.networks.now()["mlp"].model))
    first = one.training.curves({"run": 1})["networks"]["mlp"]
    assert models(reader) == shipped[0]
    assert reader.training.watch({})["table"] == []
    again = visitors["four"]
    again.training.command({"do": "start", "settings": chosen("mlp", seed=1, epochs=30)})
    finish(again)
    torch.testing.assert_close(
        weights(again.networks.now()["mlp"].model), weights(one.networks.now()["mlp"].model)
    )  # as if nobody else did
    assert again.training.watch({})["networks"]["mlp"]["curves"]["loss"][:20] == first["loss"][:20]


@pytest.mark.parametrize("architecture", [{}, {"kernel": 3, "batch_norm": True, "dropout": 0.2, "activation": "elu"}])
def test_a_trained_network_leaves_and_comes_back(visitors, architecture):
    one, two = visitors["one"], visitors["two"]
    one.training.command({"do": "start", "settings": chosen("cnn", architecture=architecture)})
    finish(one)
    archive = one.training.archive({"network": "cnn"})
    assert archive["name"] == "cnn-run-1.zip"
    content = base64.b64decode(archive["content"])
    assert sorted(zipfile.ZipFile(io.BytesIO(content)).namelist()) == ["cnn.json", "cnn.safetensors"]
    assert unpack(content)[1]["recipe"] == "fast, changed"
    state = two.training.load(content)
    assert state["problem"] == "" and state["yours"] == {"mlp": False, "cnn": True}
    for name, tensor in one.networks.now()["cnn"].model.state_dict().items():
        assert torch.equal(tensor, two.networks.now()["cnn"].model.state_dict()[name])
    assert [row.name for row in describe(two.networks.now()["cnn"].model)] == [
        row.name for row in describe(one.networks.now()["cnn"].model)
    ]
    assert two.training.archive({"network": "cnn"})["content"] == archive["content"]


def test_a_file_that_is_none_of_ours_changes_nothing(visitor, shipped):
    for content in (b"", b"PK\x03\x04", b"\x80\x04K*.", bytes(5000)):
        assert "expected" in visitor.training.load(content)["problem"]
    assert models(visitor) == shipped[0]


def test_a_page_that_is_gone_ends_its_training_and_may_come_back(visitors):
    session = visitors["one"]
    session.training.command({"do": "start", "settings": chosen("mlp", epochs=1000)})
    until(lambda: session.training.watch({})["networks"].get("mlp", {}).get("step", 0) > 20)
    run, own = session.training._run, session.networks.now()["mlp"].model
    visitors.forget("one")
    until(lambda: not run.live)
    assert run.snapshots == []
    back = visitors["one"]
    assert back is session and back.training.watch({})["state"] == "idle"
    assert (
        torch.equal(weights(back.networks.now()["mlp"].model), weights(own)) or back.training.watch({})["yours"]["mlp"]
    )


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
        json.dumps(getattr(visitor.training, method)(sent))
