"""What the page saves: files made of the visitor's own networks and runs, and what is refused."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
import torch
from PIL import Image
from pydantic import ValidationError

from demo.figures import inside, training
from demo.figures.answers import figure
from demo.figures.made import chart_words, words
from demo.server.doors import door_of
from demo.training import digits as digits_module
from demo.training.shown import ten
from demo.words import message, say
from nets import attribution
from nets.activations import activations, liveliest, moved
from nets.models import CnnArchitecture, MlpArchitecture, cnn, mlp
from tests.demo.inside import BLANK, CNNS, IMAGE, MLPS, model_of, network, outputs, question, visitor
from tests.demo.support import RetrainTab, chosen

SVG = "{http://www.w3.org/2000/svg}text"


def ask(session, format="csv", **asked):
    return json.loads(json.dumps(figure(session, question(figure, format=format, **asked)), allow_nan=False))


def file(session, **asked) -> bytes:
    told = ask(session, **asked)
    assert told["problem"] is None
    return base64.b64decode(told["content"])


def rows(session, **asked) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file(session, **asked).decode(), newline="")))


def said(session, **asked) -> list[str]:
    return [node.text or "" for node in ET.fromstring(file(session, format="svg", **asked)).iter(SVG)]


def layer(**asked):
    return {"kind": "layer", "network": "cnn", "layer": "conv1", **asked}


# ---- what is inside


@pytest.mark.parametrize("kind", ["shipped", "other"])
def test_a_layers_numbers_are_torchs(kind):
    session = visitor(CNNS[kind], MLPS[kind])
    for name, found in outputs(model_of(session)).items():
        told = rows(session, **layer(layer=name))
        if name == "out":
            assert [float(row["logit"]) for row in told] == pytest.approx(found.tolist(), rel=1e-5, abs=1e-5)
            shares = found.double().softmax(0).tolist()
            assert [float(row["probability"]) for row in told] == pytest.approx(shares, rel=1e-4)
        else:
            values = [float(row["value"]) for row in told]
            assert values == pytest.approx(found.flatten().tolist(), rel=1e-5, abs=1e-5)
    told = rows(session, **layer(map=2))
    found = outputs(model_of(session))["conv1"][2]
    assert {row["map"] for row in told} == {"2"} and told[-1]["column"] == "27"
    assert [float(row["value"]) for row in told] == pytest.approx(found.flatten().tolist(), rel=1e-5, abs=1e-5)


def test_a_figure_shows_what_was_asked_for():
    session = visitor()
    found = outputs(model_of(session))
    shown = inside.layer(session, question(figure, format="png", **layer(off={"conv1": [3]}))).figure()
    drawing, tiles, _ = shown.axes
    torch.testing.assert_close(torch.tensor(drawing.images[0].get_array()), IMAGE[0], check_dtype=False)
    assert float(abs(tiles.images[3].get_array()).max()) == 0
    torch.testing.assert_close(
        torch.tensor(tiles.images[4].get_array()), found["conv1"][4], check_dtype=False, atol=1e-5, rtol=1e-5
    )
    assert [text.get_text() for text in tiles.texts][:5] == ["0", "1", "2", "3 off", "4"]
    square = inside.layer(session, question(figure, format="png", **layer(map=4, cell=[5, 6]))).figure().axes[1]
    frame = square.patches[-1]
    assert (frame.get_y(), frame.get_x()) == (4.5, 5.5)
    assert square.images[0].norm.vmax == pytest.approx(float(found["conv1"].abs().max())), "the scale is of all maps"


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        (layer(), "CNN, conv1: 16 maps of 28×28"),  # noqa: RUF001
        (layer(map=3), "CNN, conv1, map 3"),
        (layer(map=99_999), "CNN, conv1, map 15"),
        (layer(layer="out"), "CNN, out"),
        (layer(layer="input"), "CNN, input"),
        (layer(layer="relu2", network="mlp"), "MLP, relu2: 256 units"),
        ({"kind": "weights", "network": "cnn", "layer": "conv1"}, "CNN, conv1: 16 kernels of 5×5"),  # noqa: RUF001
        ({"kind": "weights", "network": "cnn", "layer": "conv1", "map": 2}, "CNN, conv1: the kernel of map 2"),
        ({"kind": "weights", "network": "cnn", "layer": "conv2"}, "CNN, conv2: the 16 kernels of map 0"),
        (
            {"kind": "weights", "network": "mlp", "layer": "fc1", "units": [127, 128, 3]},
            "MLP, fc1: the weights of 2 of 128 units",
        ),
    ],
)
def test_what_a_figure_is_called(asked, title):
    told = said(visitor(), **asked)
    assert title in told and any(text.startswith(say("figure.source.shipped", network=title[:3])) for text in told)


def test_weights_are_the_networks_own():
    session = visitor()
    model = model_of(session)
    told = rows(session, kind="weights", network="cnn", layer="conv3", map=7)
    weights = model.conv3.weight[7].flatten().tolist()
    assert [float(row["weight"]) for row in told] == pytest.approx(weights, rel=1e-6)
    assert {row["map"] for row in told} == {"7"} and told[-1]["from"] == "31"
    told = rows(session, kind="weights", network="mlp", layer="fc1", units=[100, 5])
    weights = model_of(session, "mlp").fc1.weight[[100, 5]].flatten().tolist()
    assert [float(row["weight"]) for row in told] == pytest.approx(weights, rel=1e-6)
    assert [told[0]["unit"], told[-1]["unit"]] == ["100", "5"]


def test_what_pixels_bring_is_as_attribution_finds_it():
    session = visitor()
    for method, found in (
        ("gradient", attribution.input_gradient),
        ("occlusion", attribution.occlusion),
        ("parts", attribution.parts),
    ):
        asked = {"kind": "pixels", "method": method, "networks": ["mlp", "cnn"], "digit": 3}
        told = rows(session, **asked)
        for name in ("mlp", "cnn"):
            value = found(model_of(session, name), IMAGE, 3)
            expected = (value.places if method == "parts" else value).flatten().tolist()
            mine = [float(row["value"]) for row in told if row["network"] == name]
            assert mine == pytest.approx(expected, rel=1e-4, abs=1e-6), (method, name)
        assert {row["digit"] for row in told} == {"3"}
        assert say("inside.pixels.asked", network="MLP", digit=3) in said(session, **asked)
    title = say("figure.title.evidence", digit=int(outputs(model_of(session, "mlp"))["out"].argmax()))
    assert title in said(session, kind="pixels", method="parts", networks=["mlp"])


def test_a_shift_is_that_of_the_page():
    session = visitor()
    model = model_of(session)
    before = outputs(model)
    after = activations(model, moved(IMAGE, -1, 0))
    which = liveliest(before["relu1"])
    told = rows(session, kind="shift", direction="up")
    assert {row["map"] for row in told} == {str(which)}
    for layer in ("relu1", "pool1"):
        expected = {"before": before[layer][which], "after": after[layer][which]}
        expected["difference"] = expected["after"] - expected["before"]
        for what, values in expected.items():
            mine = [float(row["value"]) for row in told if (row["layer"], row["picture"]) == (layer, what)]
            assert mine == pytest.approx(values.flatten().tolist(), rel=1e-4, abs=1e-5)
    assert say("figure.title.shift.up", map=which) in said(session, kind="shift", direction="up")


def test_files_are_what_they_are_called():
    session = visitor()
    png, svg = (ask(session, format, **layer(layer="pool1")) for format in ("png", "svg"))
    assert (png["name"], png["type"]) == ("cnn-pool1.png", "image/png")
    assert Image.open(io.BytesIO(base64.b64decode(png["content"]))).size == (2000, 1125)
    assert (svg["name"], svg["type"]) == ("cnn-pool1.svg", "image/svg+xml")
    assert ask(session, **layer(layer="pool1", map=1))["name"] == "cnn-pool1-map-1.csv"
    assert ask(session, **layer())["type"] == "text/csv"


def test_what_is_not_there_is_said():
    session = visitor()
    assert ask(session, **layer(drawing=BLANK))["problem"] == message("figure.blank")
    assert ask(session, **layer(drawing={"strokes": [[[1e9]]], "pen": 18}))["problem"] == message("figure.blank")
    assert ask(session, **layer(layer="conv9"))["problem"] == message("figure.gone")
    for name in ("relu1", "out", "x"):
        assert ask(session, kind="weights", network="cnn", layer=name)["problem"] == message("figure.gone")
    assert ask(session, kind="weights", network="mlp", layer="fc1", units=[999])["problem"] == message("figure.gone")
    for asked in ({"kind": "curves", "chart": "loss"}, {"kind": "examples"}, {"kind": "first", "network": "mlp"}):
        assert ask(session, **asked)["problem"] == message("figure.no_run")
    for asked in ({"kind": "pixels", "method": "parts", "networks": ["cnn"]}, {"kind": "shift", "direction": "up"}):
        assert ask(session, drawing=BLANK, **asked)["problem"] == message("figure.blank")
    other = visitor(network(cnn, CnnArchitecture(3, (2, 2, 2, 2))), network(mlp, MlpArchitecture((4,))))
    for name in ("mlp", "cnn"):
        with torch.no_grad():
            next(model_of(other, name).parameters()).fill_(math.nan)
        broken = {"kind": "pixels", "method": "occlusion", "networks": [name]}
        for asked in (layer(network=name, layer="out"), broken, {"kind": "weights", "network": name, "layer": "conv1"}):
            assert ask(other, **asked)["problem"] in (message("figure.not_finite"), message("figure.gone"))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "all"},
        {"kind": None},
        {"drawing": None},
        {"format": "pdf"},
        {"format": "exe"},
        {"network": "rnn"},
        {"layer": "x" * 41},
        {"layer": None},
        {"map": -1},
        {"map": True},
        {"map": 1e9},
        {"cell": [1]},
        {"cell": [1, 2, 3]},
        {"cell": [0, -1]},
        {"off": {"conv1": list(range(65))}},
        {"own": "yes"},
        {"kind": "curves", "chart": "x"},
        {"kind": "curves", "chart": "loss", "axis": "hours"},
        {"kind": "curves", "chart": "loss", "compared": [{"run": 1, "network": "mlp"}] * 21},
        {"kind": "curves", "chart": "loss", "compared": [{"run": "1", "network": "mlp"}]},
        {"kind": "confusion", "network": "cnn", "percent": 1},
    ],
)
def test_what_is_no_question(changes):
    with pytest.raises(ValidationError):
        question(figure, **{"format": "png", **layer(), **changes})


def test_it_is_made_in_a_thread_at_a_price():
    door = door_of(figure)
    assert door.is_heavy(visitor(), question(figure, format="png", **layer()))
    assert door.price_of({"kind": "layer"}) >= 40, "a figure takes a fifth of a second of a core"
    assert words() and chart_words()  # the catalogue has a word for each place, and no more


# ---- what was trained


TINY = {"mlp": {"hidden": [6]}, "cnn": {"channels": [1, 2, 1, 2], "kernel": 3}}


def test_what_a_run_learnt_is_saved(made_up, monkeypatch):
    monkeypatch.setattr(digits_module, "load_mnist", lambda progress: replace(made_up, name="mnist"))
    tab = RetrainTab(visitor())
    for rate in (0.01, 0.002):
        settings = chosen("mlp", "cnn", epochs=2, learning_rate=rate)
        for name, architecture in TINY.items():
            settings[name]["architecture"] = architecture
        assert tab.do("start", settings=settings)["problem"] is None
        tab.finish()
    session = tab.visitor
    run = session.training.latest
    compared = [{"run": 1, "network": "mlp"}, {"run": 2, "network": "mlp"}, {"run": 77, "network": "cnn"}]
    for chart, column in (("loss", "loss"), ("accuracy", "accuracy"), ("rate", "rate")):
        told = rows(session, kind="curves", chart=chart, compared=compared)
        curves = {(2, name): track.curves.answer() for name, track in run.tracks.items()}
        curves[1, "mlp"] = session.training.table.curves(1)["mlp"]
        assert {(int(row["run"]), row["network"]) for row in told} == set(curves)
        for (number, name), found in curves.items():
            mine = [row for row in told if (row["run"], row["network"]) == (str(number), name)]
            kept = [float(row["value"]) for row in mine if row["measure"] == "kept_back"]
            assert kept == pytest.approx(found["validation"][column] if chart != "rate" else [])
            measure = {"loss": "batch", "accuracy": "mean", "rate": "rate"}[chart]
            assert [float(row["value"]) for row in mine if row["measure"] == measure] == pytest.approx(found[column])
    asked = question(figure, format="png", kind="curves", chart="loss", axis="epochs", compared=compared)
    [box] = training.curves(session, asked).figure().axes
    assert box.get_xlim()[1] == pytest.approx(2) and box.get_xlabel() == "epochs"
    labels = [text.get_text() for text in box.texts]
    assert len(labels) == 3 and sum("run 1" in text for text in labels) == 1

    counts = run.tracks["cnn"].kept_back.evaluation.confusion
    told = rows(session, kind="confusion", network="cnn")
    assert [int(row["digits"]) for row in told] == counts.flatten().tolist()
    texts = said(session, kind="confusion", network="cnn", percent=False)
    assert all(f"{count:,}" in texts for count in counts.flatten().tolist() if count)

    digits = ten(run, run.data, session.training.ten)
    told = rows(session, kind="examples")
    assert [int(row["true"]) for row in told] == digits.labels.tolist() * 2
    for name, model in run.snapshots.newest.networks.items():
        shares, read = model(digits.images / 255).softmax(1).max(1)
        mine = [row for row in told if row["network"] == name]
        assert [int(row["read"]) for row in mine] == read.tolist()
        assert [float(row["probability"]) for row in mine] == pytest.approx(shares.tolist(), rel=1e-4)

    told = rows(session, kind="first", network="cnn")
    weights = run.snapshots.newest.networks["cnn"].conv1.weight.flatten().tolist()
    assert [float(row["weight"]) for row in told] == pytest.approx(weights, rel=1e-6)
    assert ask(session, "svg", kind="first", network="mlp")["name"] == "mlp-fc1-weights.svg"
    assert ask(session, kind="curves", chart="loss")["name"] == "loss-2.csv"
    assert say("figure.source.run", network="CNN", run=2) in " ".join(said(session, **layer(layer="out")))
