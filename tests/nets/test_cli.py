"""python -m nets: what it prints and writes, its exit status, and one sentence instead of a traceback."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from nets import __main__ as cli
from nets import checkpoint, log
from nets.activations import activations
from nets.commands import activations as activations_command
from nets.commands import train as train_command
from nets.commands.arguments import LAYERS, build_parser
from nets.commands.progress import download_bar
from nets.data import load_digits
from nets.evaluation import evaluate
from nets.events import TrainEnd
from nets.models import NETWORKS
from nets.options import describe
from nets.pictures import open_picture
from nets.prediction import verdicts
from nets.preprocess import prepare_picture, read_picture
from nets.recipes import RECIPES, Augmentation, TrainConfig, for_few, recipe
from tests.nets.support import record_of

ROOT = Path(__file__).parents[2]
TRAIN = ["train", "mlp", "--recipe", "fast", "--data", "digits", "--epochs", "1"]


@pytest.fixture
def networks(tmp_path) -> Path:
    """A folder with both networks, untrained."""
    torch.manual_seed(0)
    for name, build in NETWORKS.items():
        checkpoint.save(build(), tmp_path / "networks" / f"{name}.safetensors", record_of(name))
    return tmp_path / "networks"


def check_refusal(capsys, arguments: list, *words) -> None:
    """Exit status 2, and one sentence on stderr that holds these words."""
    assert cli.main([str(argument) for argument in arguments]) == 2
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert sentence.startswith("nets: ")
    for word in words:
        assert word in sentence


def test_train_reports_and_saves(tmp_path, capsys):
    assert cli.main([*TRAIN, "--epochs", "2", "--seed", "3", "--out", str(tmp_path / "new" / "out")]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out.splitlines()[-1])
    path = tmp_path / "new" / "out" / "mlp.safetensors"
    assert {name: result[name] for name in ("network", "recipe", "data", "seed", "epochs", "outcome", "path")} == {
        "network": "mlp",
        "recipe": "fast",
        "data": "digits",
        "seed": 3,
        "epochs": 2,
        "outcome": "finished",
        "path": str(path),
    }
    assert result["seconds"] > 0
    for word in ("epoch 2/2", "loss=", "validation accuracy=", "images/s", "00:00<"):  # the bar, with the time left
        assert word in err

    model, record = checkpoint.load(path)
    for part, digits in (("validation", load_digits().validation), ("test", load_digits().test)):
        again = evaluate(model, digits)
        assert again.accuracy == result[f"{part}_accuracy"] == record[part]["accuracy"]
        assert again.loss == pytest.approx(record[part]["loss"], rel=1e-6)
    assert record["config"] == asdict(RECIPES["fast"]["mlp"]) | {"batch_size": 32, "epochs": 2, "seed": 3}
    assert record["parameters"] == 175_306
    assert list(record) == list(checkpoint.load_shipped()[1]["mlp"])
    assert record["architecture"] == record_of()["architecture"]

    rows = log.read(path.with_suffix(".csv"))
    a_epoch = -(-len(load_digits().train) // 32)
    assert [row.step for row in rows] == list(range(1, 2 * a_epoch + 1))
    ends = [(row.step, row.epoch, row.validation_accuracy) for row in rows if row.validation_accuracy is not None]
    assert [end[:2] for end in ends] == [(a_epoch, 1), (2 * a_epoch, 2)]
    assert ends[-1][2] == pytest.approx(result["validation_accuracy"], rel=1e-5)
    assert {row.network for row in rows} == {"mlp"} and rows[-1].seconds <= result["seconds"] + 0.01


def test_same_seed_same_network(tmp_path):
    hashes = []
    for folder, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        cli.main([*TRAIN, "--seed", seed, "--out", str(tmp_path / folder)])
        hashes.append(checkpoint.load(tmp_path / folder / "mlp.safetensors")[1]["sha256"])
    assert hashes[0] == hashes[1] != hashes[2]


def interrupting(times: int):
    """train(), with Ctrl-C pressed during its third step."""

    def train(*arguments):
        for i, event in enumerate(real(*arguments)):
            if i == 2:
                for _ in range(times):
                    signal.raise_signal(signal.SIGINT)
            yield event

    real = train_command.train
    return train


def test_ctrl_c_stops_and_saves(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(train_command, "train", interrupting(times=1))
    for number, name in enumerate(["mlp-stopped", "mlp-stopped-2"]):  # neither replaces the other
        assert cli.main([*TRAIN, "--seed", str(number), "--out", str(tmp_path)]) == 130
        out, err = capsys.readouterr()
        result = json.loads(out.splitlines()[-1])
        assert (result["outcome"], result["epochs"]) == ("stopped", 0)
        path = tmp_path / f"{name}.safetensors"
        assert result["path"] == str(path) and err.endswith(f"nets: stopped after 0 of 1 epochs: kept as {path}\n")
        model, record = checkpoint.load(path)
        assert record["outcome"] == "stopped" and record["seed"] == number
        assert evaluate(model, load_digits().test).accuracy == result["test_accuracy"]
        assert "reading the test set" in err  # what takes a while has a bar
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert len(list(tmp_path.iterdir())) == 6


@pytest.mark.parametrize("outcome", ["stopped", "diverged"])
def test_only_a_finished_network_replaces_a_finished_one(tmp_path, monkeypatch, networks, outcome):
    before = {file.name: file.read_bytes() for file in networks.iterdir()}
    diverging = lambda *_: (event for event in [TrainEnd(True, 0, 0.1)])  # noqa: E731
    monkeypatch.setattr(train_command, "train", interrupting(times=1) if outcome == "stopped" else diverging)
    assert cli.main([*TRAIN, "--out", str(networks)]) == {"stopped": 130, "diverged": 1}[outcome]
    after = {file.name: file.read_bytes() for file in networks.iterdir()}
    assert after.keys() - before.keys() == {f"mlp-{outcome}{suffix}" for suffix in (".safetensors", ".json", ".csv")}
    assert before.items() <= after.items()
    monkeypatch.undo()
    assert cli.main([*TRAIN, "--out", str(networks)]) == 0
    assert (networks / "mlp.safetensors").read_bytes() != before["mlp.safetensors"]


def test_ctrl_c_does_not_reach_a_training_in_the_background(tmp_path, monkeypatch):
    monkeypatch.setattr(train_command, "train", interrupting(times=1))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell starts what is followed by &
    try:
        assert cli.main([*TRAIN, "--out", str(tmp_path)]) == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process alone")
def test_ctrl_c_from_the_keyboard(tmp_path):
    """As above, in a process of its own: status, files, and a word at once, before what is kept is measured."""
    command = [sys.executable, "-m", "nets", *TRAIN, "--epochs", "1000", "--out", str(tmp_path)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = ""
    while "epoch 2/1000" not in said:
        said += child.stderr.read(1)
    child.send_signal(signal.SIGINT)
    out, rest = child.communicate(timeout=120)
    assert child.returncode == 130 and json.loads(out)["outcome"] == "stopped"
    assert "Traceback" not in rest and rest.index("nets: stopping") < rest.index("reading the test set")
    assert {file.name for file in tmp_path.iterdir()} == {
        f"mlp-stopped{suffix}" for suffix in (".safetensors", ".json", ".csv")
    }


def test_second_ctrl_c_ends_at_once(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(train_command, "train", interrupting(times=2))
    assert cli.main([*TRAIN, "--out", str(tmp_path)]) == 130
    out, err = capsys.readouterr()
    assert out == "" and err.endswith("nets: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_diverged_training_is_reported(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(train_command, "train", lambda *_: (event for event in [TrainEnd(True, 0, 0.1)]))
    assert cli.main([*TRAIN, "--out", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["outcome"] == "diverged" and "beyond all bounds" in err.splitlines()[-1]


def test_full_disk_loses_the_weights_but_not_the_result(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "write_whole", full)
    assert cli.main([*TRAIN, "--out", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert err.splitlines()[-1] == f"nets: {tmp_path}/mlp.safetensors and mlp.json cannot be written: " + (
        "No space left on device"
    )
    result = json.loads(out.splitlines()[-1])
    assert "path" not in result and 0 < result["test_accuracy"] < 1
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_cannot_be_written_loses_nothing_else(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(train_command, "write_whole", full)
    check_refusal(capsys, [*TRAIN, "--out", tmp_path], "mlp.csv cannot be written: No space left on device")
    assert checkpoint.load(tmp_path / "mlp.safetensors")[1]["outcome"] == "finished"


@pytest.mark.parametrize(
    ("changes", "word"),
    [(["--epochs", "0"], "epochs must"), (["--seed", "-1"], "seed must"), (["--out", __file__], "File exists")],
)
def test_train_refusals(tmp_path, capsys, changes, word):
    check_refusal(capsys, [*TRAIN, "--out", tmp_path, *changes], word)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_no_cuda(tmp_path, capsys):
    check_refusal(capsys, [*TRAIN, "--out", tmp_path, "--device", "cuda"], "--device cpu")


@pytest.mark.parametrize(
    "command", [["train", "cnn", "--recipe", "best"], ["evaluate", "--checkpoint", "mlp.safetensors"]]
)
def test_mnist_not_to_be_had(archives, networks, capsys, monkeypatch, command):
    monkeypatch.chdir(networks)
    monkeypatch.setenv("MNIST_ROOT", str(networks / "none"))
    check_refusal(capsys, command, "MNIST_ROOT", "--data digits")


def test_download_shows_its_progress(capsys):
    show = download_bar()
    show("images.gz", 500, 1000)
    show("images.gz", 1000, 1000)
    show("labels.gz", 10, 10)
    err = capsys.readouterr().err
    assert "images.gz: 100%" in err and "labels.gz: 100%" in err


def test_evaluate(networks, capsys):
    files = [str(networks / "cnn.safetensors"), str(networks / "mlp.safetensors")]
    assert cli.main(["evaluate", "--data", "digits", "--json", "--checkpoint", *files]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for file, line in zip(files, lines, strict=True):
        result = evaluate(checkpoint.load(file)[0], load_digits().test)
        assert line == {
            "checkpoint": file,
            "network": Path(file).stem,
            "data": "digits",
            "digits": 300,
            "loss": pytest.approx(result.loss, rel=1e-6),
            "accuracy": result.accuracy,
            "misread": len(result.mistakes),
        }
    assert cli.main(["evaluate", "--data", "digits", "--checkpoint", *files]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["network", "data", "digits", "loss", "accuracy", "misread", "checkpoint"]
    first = lines[0]
    numbers = ["300", f"{first['loss']:.4f}", f"{first['accuracy']:.2%}", str(first["misread"])]
    assert rows[0].split() == ["cnn", "digits", *numbers, files[0]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("networks", ["is a folder", "expected a name that ends in .safetensors, such as", "cnn.safetensors"]),
        ("networks/cnn.json", ["is not a checkpoint", "such as", "networks/cnn.safetensors"]),
        ("networks/cnn", ["is not a checkpoint", "such as", "networks/cnn.safetensors"]),
        ("cnn", ["cnn is not a checkpoint", "such as", "checkpoints/cnn.safetensors"]),
        ("networks/rnn.safetensors", ["rnn.safetensors cannot be read", "No such file"]),
        ("folder.safetensors", ["folder.safetensors cannot be read", "expected a .safetensors file", "directory"]),
        ("", ["is a folder"]),
    ],
)
def test_what_is_no_checkpoint_is_named_with_what_would_be_one(networks, capsys, monkeypatch, name, words):
    monkeypatch.chdir(networks.parent)
    Path("folder.safetensors").mkdir()
    check_refusal(capsys, ["evaluate", "--data", "digits", "--checkpoint", name], *words)
    check_refusal(capsys, ["activations", "seven.png", "--layer", "out", "--out", "o", "--checkpoint", name], *words)


def test_evaluate_a_broken_checkpoint(networks, capsys):
    (networks / "mlp.safetensors").write_bytes(b"half")
    check_refusal(capsys, ["evaluate", "--checkpoint", networks / "mlp.safetensors"], "mlp.safetensors", "expected")


def picture(path: Path) -> str:
    """A seven, dark on light."""
    image = Image.new("L", (120, 160), "white")
    ImageDraw.Draw(image).line([(20, 20), (100, 20), (50, 140)], "black", 12)
    image.save(path)
    return str(path)


def test_predict(networks, tmp_path, capsys):
    seven, missing, text = picture(tmp_path / "seven.png"), str(tmp_path / "missing.png"), str(tmp_path / "text.png")
    blank, odd = str(tmp_path / "blank.png"), os.fsdecode(bytes(tmp_path) + b"/\xff.png")
    Image.new("L", (50, 50), "white").save(blank)
    Path(text).write_text("7")
    Path(odd).write_bytes(Path(seven).read_bytes()[:80])
    files = [missing, seven, text, blank, odd, seven]
    assert cli.main(["predict", *files, "--json", "--checkpoints", str(networks)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == files
    assert [sorted(line) for line in lines] == [
        ["cnn", "file", "mlp"] if file == seven else ["error", "file"] for file in files
    ]
    models, _ = checkpoint.load_shipped(networks)
    expected = verdicts(models, prepare_picture(open_picture(seven)).image)
    for name in NETWORKS:
        read = lines[1][name]
        assert read["probabilities"] == pytest.approx(expected[name]["probabilities"])
        assert len(read["probabilities"]) == 10 and sum(read["probabilities"]) == pytest.approx(1)
        assert read["digit"] == max(range(10), key=read["probabilities"].__getitem__)

    assert cli.main(["predict", *files, "--checkpoints", str(networks)]) == 1
    out, err = capsys.readouterr()
    read = [line for line in lines if "error" not in line]
    for row, line in zip(out.splitlines(), read, strict=True):
        assert row.startswith(f"{seven}: mlp reads {line['mlp']['digit']} (")
    complaints = [f"nets: {line['file']}: {line['error']}" for line in lines if "error" in line]
    assert err.splitlines() == [line.encode("utf-8", "backslashreplace").decode() for line in complaints]
    assert cli.main(["predict", seven, "--checkpoints", str(networks)]) == 0


def test_predict_says_where_there_seem_to_be_several_digits(networks, capsys):
    file = str(ROOT / "tests/pictures/two-digits-72.png")
    assert cli.main(["predict", file, "--json", "--checkpoints", str(networks)]) == 0
    line = json.loads(capsys.readouterr().out)
    models, _ = checkpoint.load_shipped(networks)
    for told, image in zip(line["digits"], read_picture(file).digits, strict=True):
        for name, expected in verdicts(models, image).items():
            assert told[name]["probabilities"] == pytest.approx(expected["probabilities"])
    assert cli.main(["predict", file, "--checkpoints", str(networks)]) == 0
    read = [f"{name} reads {' and '.join(str(one[name]['digit']) for one in line['digits'])}" for name in NETWORKS]
    said = re.sub(r" \([\d.]+%\)", "", capsys.readouterr().out)
    assert said == f"{file}: there seem to be 2 digits; {', '.join(read)}\n"


def test_predict_without_networks(tmp_path, capsys):
    seven = picture(tmp_path / "7.png")
    check_refusal(capsys, ["predict", seven, "--checkpoints", tmp_path], "mlp.safetensors", "No such file")
    check_refusal(capsys, ["predict", seven, "--checkpoints", seven], "7.png is a file", "expected a folder", "mlp.saf")


def test_predict_a_folder(tmp_path, capsys):
    assert cli.main(["predict", str(tmp_path)]) == 1
    assert capsys.readouterr() == ("", f"nets: {tmp_path}: This is a folder: a picture is needed.\n")


def test_activations(networks, tmp_path, capsys):
    seven, file, out = picture(tmp_path / "seven.png"), networks / "cnn.safetensors", tmp_path / "new" / "out"
    command = ["activations", seven, "--checkpoint", str(file), "--out", str(out)]
    model, _ = checkpoint.load(file)
    image = prepare_picture(open_picture(seven)).image
    for layer, shape, names in (
        ("input", (1, 28, 28), ["seven-input.npz", "seven-input-0.png"]),
        ("pool1", (16, 14, 14), ["seven-pool1.npz", *(f"seven-pool1-{i:02}.png" for i in range(16))]),
        ("out", (10,), ["seven-out.npz", "seven-out.png"]),
    ):
        assert cli.main([*command, "--layer", layer, "--json"]) == 0
        [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert (line["file"], line["network"], line["layer"]) == (seven, "cnn", layer)
        assert line["written"] == [str(out / name) for name in names]
        assert cli.main([*command, "--layer", layer]) == 0
        assert capsys.readouterr().out.splitlines() == line["written"]
        arrays = np.load(out / names[0])
        expected = activations(model, image)
        assert sorted(arrays) == ["activation", "image", "logits"]
        assert np.array_equal(arrays["activation"], expected[layer]) and tuple(line["shape"]) == shape
        assert np.array_equal(arrays["image"], image) and np.array_equal(arrays["logits"], expected["out"])
        assert line["logits"] == expected["out"].tolist()
    assert sorted(file.name for file in out.iterdir()) == sorted(
        ["seven-input.npz", "seven-input-0.png", "seven-out.npz", "seven-out.png", "seven-pool1.npz"]
        + [f"seven-pool1-{i:02}.png" for i in range(16)]
    )
    shown = np.asarray(Image.open(out / "seven-pool1-05.png"))  # a square of 32 pixels for each cell, none between
    assert shown.shape == (448, 448, 3) and np.array_equal(shown, shown[::32, ::32].repeat(32, 0).repeat(32, 1))


def test_activations_of_the_networks_shipped(tmp_path, capsys):
    command = ["activations", picture(tmp_path / "seven.png"), "--out", str(tmp_path), "--json", "--layer"]
    for arguments, network in ((["conv4"], "cnn"), (["fc4", "--network", "mlp"], "mlp")):
        assert cli.main([*command, *arguments]) == 0
        line = json.loads(capsys.readouterr().out)
        assert line["network"] == network and max(range(10), key=line["logits"].__getitem__) == 7


def test_pictures_of_activations():
    """Colours by hand: white at zero, the strongest in full, grey where there is nothing."""
    white, black, green, magenta = (255,) * 3, (0,) * 3, (0, 109, 44), (174, 1, 126)

    def colours(picture, side) -> list[list[tuple]]:
        assert max(picture.size) == 448
        return [list(map(tuple, row)) for row in np.asarray(picture)[::side, ::side].tolist()]

    pictures = activations_command.pictures
    maps = pictures(torch.tensor([[[0.0, 2], [1, 0]], [[4, 0], [0, 0]]]))
    assert colours(maps["-0"], 224) == [[white, (128,) * 3], [(191,) * 3, white]]  # one scale for all maps
    assert colours(maps["-1"], 224) == [[black, white], [white, white]]
    [signed] = pictures(torch.tensor([[[3.0, -3], [0, -1.5]]])).values()
    assert colours(signed, 224) == [[green, magenta], [white, (214, 128, 190)]]
    [nothing] = pictures(torch.zeros(1, 2, 2)).values()
    assert colours(nothing, 224) == [[white, white], [white, white]]
    [strip] = pictures(torch.arange(40.0)).values()
    assert strip.size == (448, 28)
    first, second = colours(strip, 14)
    assert first[0] == white and second[7] == black and second[8:] == [(220,) * 3] * 24


def test_activations_refusals(networks, tmp_path, capsys):
    seven, blank = picture(tmp_path / "seven.png"), tmp_path / "blank.png"
    Image.new("L", (50, 50), "white").save(blank)
    taken = tmp_path / "taken"
    taken.write_text("a file")
    mlp = ["--checkpoint", networks / "mlp.safetensors"]
    out = [*mlp, "--out", tmp_path / "out"]
    check_refusal(capsys, ["activations", seven, "--layer", "conv1", *out], "mlp", "'conv1'", "input, flatten, fc1")
    check_refusal(capsys, ["activations", tmp_path / "none.png", "--layer", "fc1", *out], "none.png", "no such file")
    check_refusal(capsys, ["activations", blank, "--layer", "fc1", *out], "blank.png", "No digit stands out")
    assert not (tmp_path / "out").exists()
    check_refusal(capsys, ["activations", seven, "--layer", "fc1", *mlp, "--out", taken], "taken", "File exists")


def run(*arguments, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "nets", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, **options
    )


def test_as_a_module(networks, tmp_path):
    """The real thing once, in a process of its own: status, streams, and an encoding that knows no Unicode."""
    seven = picture(tmp_path / "siebén.png")
    child = run(
        "predict", seven, "gone.png", "--checkpoints", networks, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert (child.returncode, child.stderr) == (1, "nets: gone.png: There is no such file.\n")
    [row] = child.stdout.splitlines()
    assert "sieb\\xe9n.png: mlp reads" in row
    child = run("train", "mlp")
    assert child.returncode == 2 and "--recipe" in child.stderr and "Traceback" not in child.stderr


def test_a_pipe_that_nobody_reads_any_more(tmp_path):
    """predict ... | head -1: the status that shells give a program which SIGPIPE ends, and not a word."""
    seven = picture(tmp_path / "seven.png")
    command = [sys.executable, "-m", "nets", "predict", *[seven] * 50]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert b"reads 7" in child.stdout.readline()
    child.stdout.close()
    assert (child.stderr.read(), child.wait(60)) == (b"", 141)
    child = subprocess.Popen([*command[:3], "--help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()
    assert (child.stderr.read(), child.wait(60)) == (b"", 141)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    ("command", "output", "sentence"),
    [
        ("predict seven.png", ">&-", "nets: standard output is closed: there is nowhere to write results to\n"),
        ("predict seven.png", ">/dev/full", "nets: standard output cannot be written: No space left on device\n"),
        ("--help", ">/dev/full", "nets: standard output cannot be written: No space left on device\n"),
        ("--help", ">/dev/full 2>&-", ""),
        ("--help", ">&- 2>&-", ""),
    ],
)
def test_output_that_takes_nothing(tmp_path, command, output, sentence):
    picture(tmp_path / "seven.png")
    line = f"exec '{sys.executable}' -m nets {command} {output}"
    child = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (child.stdout, child.stderr, child.returncode) == ("", sentence, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process alone")
@pytest.mark.parametrize("module", ["argparse", "numpy.linalg", "torch.nn"])
def test_ctrl_c_while_importing(module):
    """Python says of each import when it is done (-X importtime); right after this one comes the signal."""
    command = [sys.executable, "-X", "importtime", "-m", "nets", "predict", "none.png"]
    child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in child.stderr:
        if line.endswith(f" {module}\n"):
            child.send_signal(signal.SIGINT)
            break
    rest = [line for line in child.stderr if not line.startswith("import time:")]
    assert rest == [] and child.wait(60) == -signal.SIGINT


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"], ["activations"]])
def test_help_waits_for_nothing(command):
    """What takes time to import is not imported; 50 ms in all."""
    code = f"""
import sys
from nets.__main__ import main
status = main({[*command, "--help"]})
print(status, sorted({{"torch", "numpy", "PIL", "tqdm", "scipy", "torchvision"}} & set(sys.modules)))
"""
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert child.stdout.splitlines()[-1] == "0 []"
    assert "examples:" in child.stdout


@pytest.mark.parametrize(
    ("module", "command", "package"),
    [("huggingface_hub", "card", "huggingface_hub"), ("sklearn", "evaluate --data digits", "scikit-learn")],
)
def test_a_package_that_is_not_installed(capsys, monkeypatch, module, command, package):
    for imported in [name for name in sys.modules if name.startswith(f"{module}.")]:  # by tests before
        monkeypatch.delitem(sys.modules, imported)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "nets.commands.card", raising=False)
    monkeypatch.delitem(sys.modules, "nets.card", raising=False)
    load_digits.cache_clear()
    words = f"this command needs {module}", f"pip install {package}"
    check_refusal(capsys, command.split(), *words)


def test_help_names_the_layers_there_are():
    for network, build in NETWORKS.items():
        assert LAYERS[network].split(", ") == list(activations(build().eval(), torch.zeros(1, 28, 28)))


def test_every_option_of_a_training_is_an_argument():
    """Each with its highest value, or its other one, read into the config; without any, the recipe."""
    command = ["train", "cnn", "--recipe", "best"]
    assert train_command._config(build_parser().parse_args(command)) == RECIPES["best"]["cnn"]
    expected = {TrainConfig: {}, Augmentation: {}}
    for kind, values in expected.items():
        for option in describe(kind):
            name, was = option["name"], getattr(RECIPES["best"]["cnn"], option["name"], None)
            flag = name.replace("_", "-")
            match option["kind"]:
                case "switch":
                    values[name] = not was
                    command += [f"--{'no-' * was}{flag}"]
                case "choice":
                    values[name] = next(choice for choice in option["choices"] if choice != was)
                    command += [f"--{flag}", values[name]]
                case _:
                    values[name] = option["high"]
                    command += [f"--{flag}", str(values[name])]
    config = train_command._config(build_parser().parse_args(command))
    assert config == TrainConfig(**expected[TrainConfig], augmentation=Augmentation(**expected[Augmentation]))
    one = build_parser().parse_args(["train", "cnn", "--recipe", "best", "--rotation", "3"])
    changed = replace(RECIPES["best"]["cnn"].augmentation, rotation=3.0)
    assert train_command._config(one) == replace(RECIPES["best"]["cnn"], augmentation=changed)


def test_a_recipe_for_few_digits_is_adapted(tmp_path, capsys):
    """MNIST's own would end at 14 %."""
    assert cli.main(["train", "mlp", "--recipe", "fast", "--data", "digits", "--out", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["test_accuracy"] > 0.9
    _, record = checkpoint.load(tmp_path / "mlp.safetensors")
    assert record["config"] == asdict(recipe("fast", "mlp", "digits")) == asdict(for_few(RECIPES["fast"]["mlp"]))


@pytest.mark.mnist
@pytest.mark.slow
def test_fast_recipe_on_mnist(mnist_root, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MNIST_ROOT", str(mnist_root))
    assert cli.main(["train", "mlp", "--recipe", "fast", "--out", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result["data"] == "mnist" and result["epochs"] == RECIPES["fast"]["mlp"].epochs
    assert result["test_accuracy"] > 0.97 and result["validation_accuracy"] > 0.97
