"""nets.checkpoint: there and back without loss, and one sentence for every file that is not a checkpoint."""

from __future__ import annotations

import errno
import json
import pathlib
import pickle
import struct

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from nets import checkpoint
from nets.checkpoint import SHIPPED, CheckpointError, load, load_shipped, save, table, versions
from nets.models import NETWORKS, count_parameters


def record_of(network: str = "mlp", **changes) -> dict:
    return {
        "network": network,
        "parameters": count_parameters(NETWORKS[network]()),
        "recipe": "fast",
        "config": {"epochs": 3, "learning_rate": 0.003},
        "seed": 0,
        "data": {"name": "mnist", "checksums": {"train-images-idx3-ubyte.gz": "f68b"}},
        "versions": versions(),
        "device": "cpu",
        "seconds": 90.0,
        "epochs": 3,
        "validation": {"accuracy": 0.98, "loss": 0.1},
        "test": {"accuracy": 0.9812, "loss": 0.07},
    } | changes


@pytest.fixture
def saved(tmp_path):
    """A checkpoint of an untrained MLP."""
    torch.manual_seed(0)
    save(NETWORKS["mlp"](), tmp_path / "mlp.safetensors", record_of())
    return tmp_path / "mlp.safetensors"


def with_weights(path: pathlib.Path, state: dict) -> None:
    """Put other weights into a checkpoint, and their checksum into its record."""
    content = safetensors.torch.save(state)
    path.write_bytes(content)
    record = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(record | {"sha256": checkpoint._sha256(content)}))


def check_refusal(path: pathlib.Path, *words) -> None:
    with pytest.raises(CheckpointError) as caught:
        load(path)
    message = str(caught.value)
    for word in ("expected", str(path.with_suffix("")), *words):
        assert word in message
    assert "\n" not in message and len(message) < 500


@pytest.mark.parametrize("network", NETWORKS)
def test_there_and_back(network, tmp_path):
    torch.manual_seed(1)
    model = NETWORKS[network]().to(memory_format=torch.channels_last)
    path = tmp_path / "new" / f"{network}.safetensors"
    save(model, path, record_of(network))
    loaded, record = load(path)
    assert record_of(network).items() <= record.items()
    assert not loaded.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, loaded.state_dict()[name])
    images = torch.rand(4, 1, 28, 28)
    assert torch.allclose(loaded(images), model(images), atol=1e-5)
    loaded.train()(images).sum().backward()  # it can be trained further
    assert sorted(file.name for file in path.parent.iterdir()) == [f"{network}.json", f"{network}.safetensors"]
    assert path.stat().st_mode & 0o777 == path.with_suffix(".json").stat().st_mode & 0o777 & ~0o111


def test_weights_are_plain_safetensors(saved):
    assert list(safetensors.torch.load_file(saved)) == sorted(NETWORKS["mlp"]().state_dict())


def test_saving_over_an_older_checkpoint(saved):
    model = NETWORKS["cnn"]()
    save(model, saved, record_of("cnn"))
    loaded, record = load(saved)
    assert record["network"] == "cnn" and torch.equal(loaded.out.bias, model.out.bias)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 100, 5000, -1])
def test_truncated_weights(saved, length):
    content = saved.read_bytes()[:length]
    saved.write_bytes(content)
    check_refusal(saved, "sha256")
    record = json.loads(saved.with_suffix(".json").read_text())
    saved.with_suffix(".json").write_text(json.dumps(record | {"sha256": checkpoint._sha256(content)}))
    with pytest.raises(CheckpointError, match="whole safetensors file"):
        load(saved)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_header_is_refused_with_a_sentence(saved, data, monkeypatch):
    """Random changes to the header, past the checksum: CheckpointError, or a network when the change meant nothing."""
    header = json.dumps({"out.bias": {"dtype": "F32", "shape": [10], "data_offsets": [0, 40]}})
    start = data.draw(st.integers(0, len(header)))
    text = header[:start] + data.draw(st.text(max_size=8)) + header[start + data.draw(st.integers(0, 8)) :]
    content = struct.pack("<Q", len(text.encode()) + data.draw(st.sampled_from([0, 0, 1, 2**62]))) + text.encode()
    saved.write_bytes(content + bytes(40))
    record = record_of(sha256=checkpoint._sha256(saved.read_bytes()))
    saved.with_suffix(".json").write_text(json.dumps(record))
    with pytest.raises(CheckpointError):
        load(saved)


def test_pickle_is_never_run(saved, tmp_path):
    class Bomb:
        def __reduce__(self):
            return pathlib.Path.touch, (tmp_path / "exploded",)

    for content in (pickle.dumps(Bomb()), None):
        if content is None:
            torch.save({"out.bias": Bomb()}, saved)
            content = saved.read_bytes()
        saved.write_bytes(content)
        record = record_of(sha256=checkpoint._sha256(content))
        saved.with_suffix(".json").write_text(json.dumps(record))
        with pytest.raises(CheckpointError, match="safetensors"):
            load(saved)
    assert not (tmp_path / "exploded").exists()


def change_name(state):
    state["head.bias"] = state.pop("out.bias")


def change_shape(state):
    state["fc1.weight"] = state["fc1.weight"].T.contiguous()


def change_type(state):
    state["fc1.weight"] = state["fc1.weight"].half()


def change_to_nan(state):
    state["fc2.bias"][3] = float("nan")


def change_to_infinity(state):
    state["fc2.bias"][3] = float("-inf")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_name, ["missing=['out.bias']", "extra=['head.bias']"]),
        (change_shape, ["fc1.weight", "(128, 784)", "(784, 128)"]),
        (change_type, ["fc1.weight", "float32", "float16"]),
        (change_to_nan, ["fc2.bias", "finite"]),
        (change_to_infinity, ["fc2.bias", "finite"]),
        (lambda state: state.clear(), ["missing="]),
    ],
)
def test_foreign_weights(saved, change, words):
    state = NETWORKS["mlp"]().state_dict()
    change(state)
    with_weights(saved, state)
    check_refusal(saved, *words)


def test_weights_of_the_other_network(saved):
    with_weights(saved, NETWORKS["cnn"]().state_dict())
    check_refusal(saved, "checkpoint of the mlp", "conv1")


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_missing(saved, suffix):
    saved.with_suffix(suffix).unlink()
    check_refusal(saved, suffix, "No such file")


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_folder_instead_of_a_file(saved, suffix):
    saved.with_suffix(suffix).unlink()
    saved.with_suffix(suffix).mkdir()
    check_refusal(saved, suffix, "Is a directory")


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_oversized_files_are_not_read(saved, suffix):
    with saved.with_suffix(suffix).open("wb") as file:
        file.truncate(2**36)  # sparse: 64 GiB that take no room
    check_refusal(saved, suffix, "too large")


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_git_lfs_pointer(saved, suffix):
    saved.with_suffix(suffix).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    check_refusal(saved, suffix, "Git LFS pointer")


def test_name_without_the_ending(saved):
    for name in (saved.with_suffix(""), saved.with_suffix(".pt"), saved.with_suffix(".json")):
        with pytest.raises(CheckpointError, match=r"ends in \.safetensors"):
            load(name)
        with pytest.raises(CheckpointError, match=r"ends in \.safetensors"):
            save(NETWORKS["mlp"](), name, record_of())


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "JSON"),
        (b'{"network": "ml', "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[1, 2]", "hold fields, found list"),
        (b"null", "hold fields, found NoneType"),
        (b"{}", "network"),
        (b'{"name": "package", "version": "1.0"}', "network"),
    ],
)
def test_broken_or_foreign_record(saved, content, word):
    saved.with_suffix(".json").write_bytes(content)
    check_refusal(saved, ".json", word)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"network": "transformer"}, "expected one of mlp, cnn"),
        ({"network": ["mlp"]}, "network"),
        ({"network": "x" * 10_000}, "expected one of mlp, cnn"),
        ({"test": {"accuracy": "high", "loss": 1}}, "accuracy"),
        ({"test": {"loss": 1}}, "accuracy"),
        ({"seconds": None}, "seconds"),
        ({"sha256": "0"}, "sha256"),
    ],
)
def test_record_with_a_wrong_field(saved, changes, word):
    saved.with_suffix(".json").write_text(json.dumps(record_of() | changes))
    check_refusal(saved, ".json", word)


def test_incomplete_record_is_not_saved(tmp_path):
    record = record_of()
    del record["seed"]
    with pytest.raises(CheckpointError, match="seed"):
        save(NETWORKS["mlp"](), tmp_path / "mlp.safetensors", record)
    with pytest.raises(CheckpointError, match="JSON"):
        save(NETWORKS["mlp"](), tmp_path / "mlp.safetensors", record_of(seconds=float("nan")))
    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_the_old_checkpoint(saved, monkeypatch):
    before = {file: file.read_bytes() for file in saved.parent.iterdir()}

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)  # reached when all is written but nothing is in its place yet
    with pytest.raises(CheckpointError, match=r"mlp\.safetensors.*No space left"):
        save(NETWORKS["cnn"](), saved, record_of("cnn"))
    assert {file: file.read_bytes() for file in saved.parent.iterdir()} == before


def test_break_between_the_two_files_is_noticed(saved, monkeypatch):
    real = checkpoint.write_whole

    def stop_at_json(path, content):
        if path.suffix == ".json":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    monkeypatch.setattr(checkpoint, "write_whole", stop_at_json)
    model = NETWORKS["mlp"]()
    nn.init.zeros_(model.out.weight)
    with pytest.raises(CheckpointError, match="No space left"):
        save(model, saved, record_of())
    check_refusal(saved, "not the record of mlp.safetensors")


def test_load_shipped_from_a_folder(saved):
    with pytest.raises(CheckpointError, match=r"cnn\.safetensors"):
        load_shipped(saved.parent)
    save(NETWORKS["cnn"](), saved.with_name("cnn.safetensors"), record_of("cnn"))
    models, records = load_shipped(saved.parent)
    assert list(models) == list(records) == ["mlp", "cnn"]
    assert records["cnn"]["parameters"] == count_parameters(models["cnn"]) == 121_514


def test_table_by_hand():
    header, rule, line = table([record_of()]).splitlines()
    assert header.count("|") == rule.count("|") == line.count("|")
    assert line == "| mlp | 175,306 | fast | mnist | 0 | 3 | cpu | 1.5 | 98.00% | 98.12% | 0.0700 |"


def test_shipped_checkpoints_are_what_the_readme_says():
    """The files load, so they are no LFS pointers; `python -m nets table` prints the table that belongs there."""
    models, records = load_shipped()
    assert table(records.values()) in (SHIPPED / "README.md").read_text()
    for name, record in records.items():
        assert (record["network"], record["recipe"], record["data"]["name"]) == (name, "best", "mnist")
        assert record["parameters"] == count_parameters(models[name])


@pytest.mark.mnist
@pytest.mark.slow
@pytest.mark.parametrize("network", NETWORKS)
def test_shipped_checkpoints_read_what_their_record_says(network, mnist_root):
    from nets.data import load_mnist
    from nets.evaluation import evaluate

    model, record = load(SHIPPED / f"{network}.safetensors")
    data = load_mnist(mnist_root)
    assert record["data"]["checksums"] == data.checksums
    for digits, scores in ((data.validation, record["validation"]), (data.test, record["test"])):
        result = evaluate(model, digits)
        # One digit in a thousand may tip over on another processor.
        assert result.accuracy == pytest.approx(scores["accuracy"], abs=0.001)
        assert result.loss == pytest.approx(scores["loss"], rel=0.02)
