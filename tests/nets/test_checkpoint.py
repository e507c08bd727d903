"""nets.checkpoint: there and back without loss, and one sentence for every file that is not a checkpoint."""

from __future__ import annotations

import errno
import io
import json
import pathlib
import pickle
import struct
import tracemalloc
import zipfile
from dataclasses import asdict

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from nets import checkpoint
from nets.checkpoint import LARGEST, SHIPPED, CheckpointError, load, load_shipped, pack, save, table, unpack
from nets.models import ARCHITECTURES, NETWORKS, CnnArchitecture, MlpArchitecture, count_parameters
from tests.nets.support import CHANGED, record_of

SMALL = MlpArchitecture(hidden=(4,))


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
    assert message.isprintable() and len(message) < 500


def archived(path: pathlib.Path) -> bytes:
    """The two files of a checkpoint as an archive."""
    return zipped({file.name: file.read_bytes() for file in (path, path.with_suffix(".json"))})


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def check_archive_refusal(content: bytes, *words) -> None:
    with pytest.raises(CheckpointError) as caught:
        unpack(content)
    message = str(caught.value)
    for word in words:
        assert word in message
    assert message.isprintable() and len(message) < 300


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
    check_archive_refusal(archived(saved), "whole safetensors file")


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
    check_archive_refusal(archived(saved))


@pytest.mark.parametrize(
    ("shape", "kind", "size"),
    [
        ([0, 2**63], "F32", 0),
        ([0, 2**40, 2**40], "F32", 0),
        ([2**40, 2**40, 0], "F32", 0),
        ([2**62, 4], "F32", 0),
        ([1] * 1000 + [10], "F32", 40),
        ([10], "x" * 10**5, 40),
        ([10], "F8_E8M0", 10),
        ([2], "F4", 1),
        ([10], "C64", 80),
    ],
)
def test_odd_tensors(saved, shape, kind, size):
    """What safetensors or PyTorch stumble over, each in a way of its own."""
    state = {name: tensor for name, tensor in NETWORKS["mlp"]().state_dict().items() if name != "out.bias"}
    weights = safetensors.torch.save(state)
    length = struct.unpack("<Q", weights[:8])[0]
    header, end = json.loads(weights[8 : 8 + length]), len(weights) - 8 - length
    header["out.bias"] = {"dtype": kind, "shape": shape, "data_offsets": [end, end + size]}
    text = json.dumps(header).encode()
    content = struct.pack("<Q", len(text)) + text + weights[8 + length :] + bytes(size)
    saved.write_bytes(content)
    saved.with_suffix(".json").write_text(json.dumps(record_of(sha256=checkpoint._sha256(content))))
    check_archive_refusal(archived(saved), "The .safetensors is not a")
    with pytest.raises(CheckpointError, match=r"mlp\.safetensors is not a"):
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
        check_archive_refusal(archived(saved), "The .safetensors is not a whole safetensors file")
    assert not (tmp_path / "exploded").exists()


def change_name(state):
    state["head.bias"] = state.pop("out.bias")


def add_names(state):
    for i in range(1000):
        state["x" * 1000 + str(i)] = state["out.bias"].clone()


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
        (add_names, ["missing=[]", "extra=['xxx"]),
        (lambda state: state.clear(), ["missing="]),
    ],
)
def test_foreign_weights(saved, change, words):
    state = NETWORKS["mlp"]().state_dict()
    change(state)
    with_weights(saved, state)
    check_refusal(saved, *words)
    check_archive_refusal(archived(saved), *words)


def test_weights_of_the_other_network(saved):
    with_weights(saved, NETWORKS["cnn"]().state_dict())
    check_refusal(saved, "checkpoint of the mlp", "conv1")
    check_archive_refusal(archived(saved), "checkpoint of the mlp", "conv1")


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("network", NETWORKS)
def test_finite_weights_whose_sums_are_not(network, batch_norm, tmp_path):
    """Such as read a blank sheet well, and a striped one as NaN."""
    how, path = ARCHITECTURES[network](batch_norm=batch_norm), tmp_path / "huge.safetensors"
    model = NETWORKS[network](how).eval()
    with torch.no_grad():
        first = next(weight for weight in model.parameters())
        first.view(len(first), -1)[:, ::2], first.view(len(first), -1)[:, 1::2] = 3e38, -3e38
    stripes = torch.zeros(1, 1, 28, 28)
    stripes[..., ::2] = 1
    with torch.inference_mode():
        assert model(torch.zeros(1, 1, 28, 28)).isfinite().all()
        assert model(stripes).isnan().any()
    save(model, path, record_of(network=network, architecture=asdict(how)))
    check_refusal(path, "too large", "finite")
    check_archive_refusal(archived(path), "too large", "finite")


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
    check_archive_refusal(archived(saved), "The .json", word)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"network": "transformer"}, "expected one of mlp, cnn"),
        ({"network": ["mlp"]}, "network"),
        ({"network": "x" * 10_000}, "expected one of mlp, cnn"),
        ({"test": {"accuracy": "high", "loss": 1}}, "accuracy"),
        ({"test": {"loss": 1}}, "accuracy"),
        ({"seconds": None}, "seconds"),
        ({"seconds": float("nan")}, "seconds to hold a finite number"),
        ({"test": {"accuracy": 10**400, "loss": 1}}, "accuracy to hold a finite number"),
        ({"sha256": "0"}, "sha256"),
        ({"sha256": None}, "sha256"),
        ({"architecture": None}, "architecture to hold fields"),
    ],
)
def test_record_with_a_wrong_field(saved, changes, word):
    saved.with_suffix(".json").write_text(json.dumps(record_of() | changes))
    check_refusal(saved, ".json", word)
    check_archive_refusal(archived(saved), ".json", word)


@pytest.mark.parametrize("extra", ["NaN", "-Infinity", '"\\ud800"', '{"\\udfff": 1}'])
def test_record_that_could_not_be_written_again(saved, extra):
    """It would be refused as a download, or break the page that shows it."""
    record = saved.with_suffix(".json").read_text().rstrip().removesuffix("}")
    saved.with_suffix(".json").write_text(f'{record}, "extra": {extra}}}')
    with pytest.raises(CheckpointError, match=r"mlp\.json holds what cannot be written again"):
        load(saved)


@pytest.mark.parametrize(
    ("architecture", "word"),
    [
        ({"hidden": [513]}, "hidden must be whole numbers in [1, 512]"),
        ({"hidden": [8] * 7}, "hidden must be 1 to 6"),
        ({"hidden": 10**400}, "hidden must be 1 to 6"),
        ({"activation": "__import__"}, "activation must be one of"),
        ({"dropout": 1.0}, "dropout must lie in"),
        ({"dropout": float("nan")}, "dropout must lie in"),
        ({"kernel": 5}, "no option 'kernel'"),  # that is the other network's
        ({"x" * 10_000: 1}, "no option"),
    ],
)
def test_architecture_that_cannot_be_built(saved, architecture, word):
    record = json.loads(saved.with_suffix(".json").read_text())
    saved.with_suffix(".json").write_text(json.dumps(record | {"architecture": architecture}))
    with pytest.raises(CheckpointError, match=r"mlp\.json names an architecture that cannot be built"):
        load(saved)
    check_archive_refusal(archived(saved), "The .json names an architecture that cannot be built", word)


def test_weights_of_another_architecture(saved):
    record = json.loads(saved.with_suffix(".json").read_text())
    saved.with_suffix(".json").write_text(json.dumps(record | {"architecture": {"hidden": [128, 256, 128, 65]}}))
    check_refusal(saved, "65", "found float32")
    saved.with_suffix(".json").write_text(json.dumps(record | {"architecture": {"batch_norm": True}}))
    check_refusal(saved, "missing=['norm1.bias'")
    saved.with_suffix(".json").write_text(json.dumps(record | {"architecture": {}}))
    assert torch.equal(load(saved)[0].out.bias, unpack(archived(saved))[0].out.bias)  # what is not named is the default


def test_incomplete_record_is_not_saved(tmp_path):
    record = record_of()
    del record["seed"]
    with pytest.raises(CheckpointError, match="seed"):
        save(NETWORKS["mlp"](), tmp_path / "mlp.safetensors", record)
    with pytest.raises(CheckpointError, match="seed"):
        pack(NETWORKS["mlp"](), record)
    with pytest.raises(CheckpointError, match="JSON"):
        save(NETWORKS["mlp"](), tmp_path / "mlp.safetensors", record_of(config={"fade": float("nan")}))
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
    check_refusal(saved, "mlp.safetensors does not fit its record")


def test_load_shipped_from_a_folder(saved):
    with pytest.raises(CheckpointError, match=r"cnn\.safetensors"):
        load_shipped(saved.parent)
    save(NETWORKS["cnn"](), saved.with_name("cnn.safetensors"), record_of("cnn"))
    models, records = load_shipped(saved.parent)
    assert list(models) == list(records) == ["mlp", "cnn"]
    assert records["cnn"]["parameters"] == count_parameters(models["cnn"]) == 121_514


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("changed", [False, True])
def test_pack_and_unpack(network, changed):
    torch.manual_seed(1)
    how = CHANGED[network] if changed else ARCHITECTURES[network]()
    model = NETWORKS[network](how).train()
    model(torch.rand(8, 1, 28, 28))  # batch norm has statistics now
    record = record_of(network, architecture=json.loads(json.dumps(asdict(how))))
    content = pack(model, record)
    assert content == pack(model, record)
    loaded, found = unpack(content)
    assert found == record | {"sha256": found["sha256"]}
    assert not loaded.training and str(loaded) == str(model.eval())  # the layers, with all their settings
    for (name, tensor), (other, back) in zip(model.state_dict().items(), loaded.state_dict().items(), strict=True):
        assert name == other and torch.equal(tensor, back)
    assert torch.equal(loaded(torch.ones(2, 1, 28, 28)), model(torch.ones(2, 1, 28, 28)))


def test_an_archive_is_the_two_files(saved, tmp_path):
    """What is downloaded, unpacked with any other program, is a checkpoint."""
    model, record = load(saved)
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(pack(model, record))) as archive:
        assert archive.namelist() == ["mlp.safetensors", "mlp.json"] and archive.testzip() is None
        archive.extractall(folder)
    for suffix in LARGEST:
        assert (folder / "mlp").with_suffix(suffix).read_bytes() == saved.with_suffix(suffix).read_bytes()


def test_the_largest_networks_fit():
    for network, how in {
        "mlp": MlpArchitecture((512,) * 6, batch_norm=True),
        "cnn": CnnArchitecture(7, (64,) * 4, extra_conv=True, batch_norm=True),
    }.items():
        model = NETWORKS[network](how)
        loaded, _ = unpack(pack(model, record_of(network, architecture=asdict(how))))
        assert torch.equal(loaded.out.weight, model.out.weight)


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    """What is in the archive of a small MLP."""
    torch.manual_seed(0)
    content = pack(NETWORKS["mlp"](SMALL), record_of(architecture=asdict(SMALL)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def check_same(content: bytes, members: dict[str, bytes]) -> None:
    """It unpacks to the small MLP, bit for bit."""
    model, _ = unpack(content)
    state = safetensors.torch.load(members["mlp.safetensors"])
    assert all(torch.equal(tensor, state[name]) for name, tensor in model.state_dict().items())


NO_ARCHIVE = "not an archive of a network: expected a zip file of one .safetensors and one .json"


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x89PNG" * 100, b"\x80\x04.", b"[" * 10**5]
)
def test_no_archive(content):
    check_archive_refusal(content, NO_ARCHIVE)


def test_truncated_archives(members):
    content = zipped(members)
    for length in range(0, len(content), len(content) // 40):
        check_archive_refusal(content[:length], NO_ARCHIVE)
    check_archive_refusal(content[:-1], NO_ARCHIVE)


def test_other_members(members):
    weights, record = members.items()
    for other in (
        dict([weights]),
        dict([record]),
        {},
        members | {"more.safetensors": weights[1]},
        members | {"more.json": record[1]},
        members | {"README": b""},
        members | {"__MACOSX/": b""},
        {"mlp.pt": weights[1], "mlp.json": record[1]},
        {"mlp.SAFETENSORS": weights[1], "mlp.json": record[1]},
        {f"{i}.json": b"" for i in range(5000)},
    ):
        check_archive_refusal(zipped(other), NO_ARCHIVE)


def test_files_in_the_wrong_place(members):
    weights, record = members.values()
    check_archive_refusal(zipped({"mlp.safetensors": record, "mlp.json": weights}), "The .json")
    check_archive_refusal(zipped({"mlp.safetensors/": b"", "mlp.json/": b""}), "The .json")
    check_archive_refusal(zipped({"mlp.safetensors": weights[:-1] + b"\xff", "mlp.json": record}), "sha256")


@pytest.mark.parametrize("folder", ["../", "../../../", "{root}/", "C:\\", "a/b/", "", "\n", "%s/", "~/"])
def test_names_lead_nowhere(members, folder, tmp_path, monkeypatch):
    """A network is read from memory, and nothing is written, wherever the members' names point."""
    here = tmp_path / "a" / "b" / "c"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(here))
    check_same(zipped({folder.format(root=tmp_path) + name: file for name, file in members.items()}), members)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def peak(content: bytes, *words) -> int:
    """Bytes that refusing this archive takes at most."""
    tracemalloc.start()
    try:
        check_archive_refusal(content, *words)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", LARGEST)
def test_bombs_are_not_unpacked(members, suffix):
    size = 16 * LARGEST[suffix] + 12_345
    content = zipped(members | {f"mlp{suffix}": bytes(size)})
    assert peak(content, f"The {suffix} is too large", f"{LARGEST[suffix]:,}") < 4 * LARGEST[suffix]

    # The same with a lie about the size, here and in the list at the end: nobody may trust it.
    assert content.count(struct.pack("<L", size)) == 2
    assert peak(content.replace(struct.pack("<L", size), struct.pack("<L", 100)), NO_ARCHIVE) < 4 * LARGEST[suffix]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(members, compression):
    """zipfile unpacks these as far as they go: a piece of 4 kB may take gigabytes."""
    check_archive_refusal(zipped(members, compression), NO_ARCHIVE)
    assert peak(zipped(members | {"mlp.json": bytes(2**25)}, compression), NO_ARCHIVE) < 2**22
    check_same(zipped(members, zipfile.ZIP_STORED), members)


def test_oversized_archives_are_not_opened(members):
    check_archive_refusal(bytes(sum(LARGEST.values()) - len(zipped(members)) + 1) + zipped(members), "too large")


def test_encrypted_members(members):
    content = bytearray(zipped(members))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        content[at + flags] |= 1
    check_archive_refusal(bytes(content), NO_ARCHIVE)


@settings(deadline=None)
@given(content=st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
def test_random_bytes_are_no_archive(content):
    check_archive_refusal(content)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_mutated_archives(members, data):
    """Bytes of the zip file changed, mostly where its own fields are: refused, or the very same weights."""
    content = bytearray(zipped(members))
    fields = [
        0,
        content.find(b"PK\x03\x04", 1),
        content.find(b"PK\x01\x02"),
        content.rfind(b"PK\x01\x02"),
        len(content) - 22,
    ]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from(fields).flatmap(lambda start: st.integers(start, start + 60)))
        mutation = data.draw(st.binary(min_size=1, max_size=8) | st.sampled_from([b"\xff" * 4, b"\xff" * 8, bytes(4)]))
        content[place : place + data.draw(st.sampled_from([len(mutation)] * 5 + [0]))] = mutation
    try:
        check_same(bytes(content), members)
    except CheckpointError as error:
        assert str(error).isprintable() and len(str(error)) < 300


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.just(10**400)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner))


@settings(deadline=None)
@given(data=st.data())
def test_mutated_records(members, data):
    """Any value in any place of the record: refused, or the same weights."""
    record = json.loads(members["mlp.json"])
    part = data.draw(st.sampled_from([record, record["architecture"], record["data"], record["test"]]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(VALUES)
    content = zipped(members | {"mlp.json": json.dumps(record).encode()})
    try:
        check_same(content, members)
    except CheckpointError as error:
        assert str(error).isprintable() and len(str(error)) < 300


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
        assert record["architecture"] == record_of(name)["architecture"]


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
