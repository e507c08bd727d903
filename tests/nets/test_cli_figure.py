"""python -m nets figure: every kind in every format, and one sentence instead of a traceback."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from nets import __main__ as cli
from nets import log
from nets.checkpoint import SHIPPED
from nets.commands import figure as command
from nets.data import load_digits
from nets.evaluation import evaluate
from nets.events import BatchEnd, EpochEnd
from nets.models import mlp
from tests.support import seven_png

SVG = "{http://www.w3.org/2000/svg}text"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with a picture, and tables of two trainings."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "seven.png").write_bytes(seven_png())
    read = evaluate(mlp(), load_digits().validation)
    for network in ("mlp", "cnn"):
        table = log.Log(network)
        for step in range(1, 13):
            table.add(BatchEnd(step, 12, 1 + (step - 1) // 4, 2 / step, step / 20, 0.1, 32 * step, step / 10, 2 / step))
            if step % 4 == 0:
                table.add(EpochEnd(step // 4, 3, 0.5, 0.5, read, step / 10))
        (folder / f"{network}.csv").write_bytes(table.content())
    return folder


ASKED = {
    "curves": ["{0}/mlp.csv", "{0}/cnn.csv", "--by", "epochs"],
    "confusion": ["--network", "mlp", "--data", "digits", "--percent"],
    "digits": ["--data", "digits", "--misread"],
    "maps": ["{0}/seven.png", "--layer", "pool1"],
    "kernels": ["--layer", "conv2", "--map", "3"],
}
TOLD = {
    "curves": "Training: MLP and CNN",
    "confusion": "% of each true digit",
    "digits": "10 test digits of scikit-learn, misread",
    "maps": "seven.png: the CNN reads 7",
    "kernels": "CNN, conv2: map 3",
}


def make(files, out, kind: str, *more: str) -> int:
    return cli.main(["figure", kind, *(part.format(files) for part in more), "--out", str(out)])


@pytest.mark.parametrize("kind", command.KINDS)
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_every_kind_in_every_format(files, tmp_path, capsys, kind, suffix):
    out = tmp_path / "new" / f"figure.{suffix}"
    assert make(files, out, kind, *ASKED[kind]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    content = out.read_bytes()
    if suffix == "png":
        assert Image.open(io.BytesIO(content)).size == (2000, 1125)
    elif suffix == "svg":
        said = [node.text or "" for node in ET.fromstring(content).iter(SVG)]
        assert any(text.startswith(TOLD[kind]) for text in said), said
    else:
        assert content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["maps", "{0}/seven.png", "--layer", "out"], "logit of each digit"),
        (["maps", "{0}/seven.png", "--layer", "conv1", "--map", "2"], "CNN, conv1, map 2"),
        (["maps", "{0}/seven.png", "--layer", "fc1", "--network", "mlp"], "MLP, fc1: 128 units"),
        (["maps", "{0}/seven.png", "--layer", "input"], "CNN, input"),
        (["kernels"], "CNN, conv1: 16 maps"),
        (["kernels", "--network", "mlp"], "MLP, fc1: 64 of 128 units"),
        (["kernels", "--title", "Five by five"], "Five by five"),
        (["kernels", "--checkpoint", str(SHIPPED / "cnn.safetensors")], "CNN of cnn.safetensors, conv1: 16 maps"),
        (["curves", "{0}/mlp.csv", "{0}/mlp.csv", "{0}/mlp.csv", "--by", "batches"], "batches"),
    ],
)
def test_what_a_figure_is_called(files, tmp_path, more, told):
    assert make(files, tmp_path / "a.svg", *more) == 0
    assert told in [node.text for node in ET.parse(tmp_path / "a.svg").iter(SVG)]


def test_curves_are_those_of_the_tables(files, monkeypatch):
    shown = []
    monkeypatch.setattr(command, "content", lambda figure, kind: shown.append(figure) or b"")
    for by, last in (("seconds", 1.2), ("epochs", 3), ("batches", 12)):
        assert make(files, files / "curves.svg", "curves", "{0}/mlp.csv", "--by", by) == 0
        loss, accuracy = shown.pop().axes
        raw, strong = loss.lines
        assert list(raw.get_ydata()) == pytest.approx([2 / step for step in range(1, 13)], rel=1e-5)
        assert list(strong.get_ydata()) == pytest.approx(log.mean(list(raw.get_ydata())))
        assert strong.get_ydata()[-1] == pytest.approx(sum(2 / step for step in range(1, 13)) / 12, rel=1e-5)
        assert strong.get_xdata()[-1] == pytest.approx(last)
        assert len(accuracy.lines[-1].get_xdata()) == 3, "a dot for each epoch"


def test_a_mean_is_of_the_last_values_alone():
    values = [float(value) for value in range(10)]
    assert log.mean(values, 3) == pytest.approx([0, 0.5, 1, 2, 3, 4, 5, 6, 7, 8])


def test_a_table_is_read_as_it_was_written(files, tmp_path):
    rows = log.read(files / "cnn.csv")
    again = log.Log("cnn")
    again.rows = rows
    assert again.content() == (files / "cnn.csv").read_bytes()
    assert rows[3].validation_accuracy is not None and rows[4].validation_accuracy is None


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["kernels", "--out", "a.gif"], ["a.gif is no name of a figure", ".png, .svg or .pdf"]),
        (["kernels", "--out", "{1}/taken/a.png"], ["cannot be written"]),
        (["kernels", "--layer", "relu1", "--out", "a.png"], ["no layer 'relu1' to show", "conv1, conv2"]),
        (["kernels", "--layer", "conv2", "--out", "a.png"], ["conv2 has 16 kernels for each", "--map"]),
        (["kernels", "--map", "16", "--out", "a.png"], ["from 0 to 15", "no 16"]),
        (["maps", "{0}/seven.png", "--layer", "x", "--out", "a.png"], ["no layer 'x'"]),
        (["maps", "{0}/seven.png", "--layer", "flatten", "--map", "0", "--out", "a.png"], ["leave --map out"]),
        (["maps", "{0}/seven.png", "--layer", "conv1", "--map", "-1", "--out", "a.png"], ["no -1"]),
        (["maps", "{0}/none.png", "--layer", "conv1", "--out", "a.png"], ["none.png"]),
        (["curves", "{0}/none.csv", "--out", "a.png"], ["none.csv cannot be read"]),
        (["curves", "{0}/seven.png", "--out", "a.png"], ["no table that nets train wrote"]),
        (["curves", "{1}/short.csv", "--out", "a.png"], ["has no column network"]),
        (["curves", "{1}/empty.csv", "--out", "a.png"], ["has no rows"]),
        (["curves", "{1}/odd.csv", "--out", "a.png"], ["'x' is no network"]),
        (["curves", "{1}/nan.csv", "--out", "a.png"], ["batch 1 has a number that is none"]),
    ],
)
def test_refusals(files, tmp_path, capsys, monkeypatch, asked, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("")
    head = ",".join(log.COLUMNS)
    (tmp_path / "short.csv").write_text("step,loss\n1,2\n")
    (tmp_path / "empty.csv").write_text(f"{head}\n")
    (tmp_path / "odd.csv").write_text(f"{head}\nx,1,1,0.1,2,0.5,0.1,,\n")
    (tmp_path / "nan.csv").write_text(f"{head}\nmlp,1,1,0.1,nan,0.5,0.1,,\n")
    assert cli.main(["figure", *(part.format(files, tmp_path) for part in asked)]) == 2
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert sentence.startswith("nets: ") and all(word in sentence for word in words), sentence
    assert not (tmp_path / "a.png").exists()
