"""nets.hub: there and back through a folder and a Hub of our own; and the cards, held against the JSON."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError
from PIL import Image, ImageDraw

from nets import __main__ as cli
from nets import hub
from nets.card import card
from nets.checkpoint import SHIPPED, CheckpointError, load, load_shipped
from nets.commands import card as card_command
from nets.hub import HubNetwork
from nets.models import NETWORKS
from tests.nets.support import CHANGED, record_of
from tests.support import ROOT, SOURCES, imports, module


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def downloads(monkeypatch, tmp_path) -> list[dict]:
    """A Hub with one network, me/cnn, beside files that nobody asks for: what is asked of it."""
    stored, asked = tmp_path / "stored", []
    HubNetwork(*load(SHIPPED / "cnn.safetensors")).save_pretrained(stored)
    (stored / "pytorch_model.bin").write_bytes(b"a pickle")

    def snapshot_download(repo_id: str, **options) -> str:
        asked.append({"repo_id": repo_id, **options})
        if repo_id != "me/cnn":
            raise FileNotFoundError(f"404\nNo {repo_id} here")
        cache = tmp_path / "cache"
        cache.mkdir()
        for name in options["allow_patterns"]:
            shutil.copy(stored / name, cache)
        return str(cache)

    monkeypatch.setattr(hub, "snapshot_download", snapshot_download)
    return asked


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_there_and_back_through_a_folder(name, changed, images, tmp_path):
    torch.manual_seed(1)
    if changed:
        network = NETWORKS[name](CHANGED[name]).eval()
        architecture = json.loads(json.dumps(CHANGED[name].__dict__))
        model = HubNetwork(network, record_of(name, architecture=architecture))
    else:
        model = HubNetwork(*load(SHIPPED / f"{name}.safetensors"))
    model.save_pretrained(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model.safetensors", "model.json", "README.md"}
    back = HubNetwork.from_pretrained(tmp_path)
    assert torch.equal(back(images), model(images)) and not back.training
    assert {key: back.record[key] for key in model.record} == model.record
    shown, wanted = ModelCard.load(tmp_path / "README.md"), ModelCard(card(model.record))
    assert shown.data.to_dict() == wanted.data.to_dict() and shown.text == wanted.text


def test_from_the_hub(downloads, images, tmp_path):
    network, record = load(SHIPPED / "cnn.safetensors")
    model = HubNetwork.from_pretrained("me/cnn", revision="v1", token="hf_token", cache_dir=tmp_path / "its own")
    assert torch.equal(model(images), network(images)) and model.record == record
    [asked] = downloads
    assert asked["allow_patterns"] == ["model.safetensors", "model.json"]
    assert asked["revision"] == "v1" and asked["token"] == "hf_token" and asked["cache_dir"] == tmp_path / "its own"
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"model.safetensors", "model.json"}


def test_to_the_hub(monkeypatch, images):
    seen = {}

    class Api:
        def __init__(self, token: str | None = None) -> None:
            seen["token"] = token

        def create_repo(self, repo_id: str, **_: object):
            return type("Url", (), {"repo_id": repo_id})

        def upload_folder(self, *, repo_id: str, folder_path: Path, **_: object) -> str:
            back = HubNetwork.from_pretrained(folder_path)
            seen[repo_id] = sorted(path.name for path in Path(folder_path).iterdir())
            seen["logits"] = back(images)
            return "the commit"

    monkeypatch.setattr("huggingface_hub.hub_mixin.HfApi", Api)
    model = HubNetwork(*load(SHIPPED / "mlp.safetensors"))
    assert model.push_to_hub("me/mlp", token="hf_token") == "the commit"
    assert seen["me/mlp"] == ["README.md", "model.json", "model.safetensors"] and seen["token"] == "hf_token"
    assert torch.equal(seen["logits"], model(images))


@pytest.mark.parametrize("name", ["me/nothing", "no/such/folder", "me/.."])
def test_what_cannot_be_downloaded_is_one_sentence(downloads, name):
    with pytest.raises(CheckpointError, match="expected a folder or OWNER/NAME") as caught:
        HubNetwork.from_pretrained(name)
    assert "\n" not in str(caught.value)


def test_a_name_that_cannot_be_one_is_not_asked_for():
    with pytest.raises(CheckpointError, match="OWNER/NAME") as caught:
        HubNetwork.from_pretrained("no/such/folder")
    assert isinstance(caught.value.__cause__, HFValidationError)


def test_a_pickle_is_not_read(downloads, tmp_path):
    (tmp_path / "stored" / "model.safetensors").write_bytes(b"\x80\x04\x95 a pickle, whatever it is called")
    with pytest.raises(CheckpointError, match="sha256"):
        HubNetwork.from_pretrained("me/cnn")
    folder = tmp_path / "pickles"
    folder.mkdir()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04\x95")
    with pytest.raises(CheckpointError, match=r"model\.safetensors cannot be read"):
        HubNetwork.from_pretrained(folder)


def test_the_networks_run_without_the_hub():
    """Only nets.hub, the cards and the command that writes them need huggingface_hub; a child process does without."""
    for path in SOURCES:
        found = imports(path)
        if path.parts[0] == "nets" and path.stem not in ("hub", "card"):
            assert not any(name.startswith("huggingface_hub") for name in found), path
            assert not found & {"nets.hub", "nets.card"}, path
    names = [module(path) for path in SOURCES if path.parts[0] == "nets" and path.stem not in ("hub", "card")]
    assert "nets.training" in names
    code = f"""
import importlib, sys
sys.modules["huggingface_hub"] = None
for name in {names}:
    importlib.import_module(name)
from nets.checkpoint import load_shipped
print(*load_shipped()[0])
"""
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert child.stdout.split() == list(NETWORKS), child.stderr


@pytest.mark.parametrize("name", NETWORKS)
def test_the_shipped_cards_are_those_of_the_json(name):
    shown = (SHIPPED / f"{name}.md").read_text()
    record = json.loads((SHIPPED / f"{name}.json").read_text())
    assert shown == card(record), "run: python -m nets card"
    data = ModelCard(shown, ignore_metadata_errors=False).data
    results = {result.metric_type: result for result in data.eval_results}
    measured = {kind: result.metric_value for kind, result in results.items()}
    assert measured == pytest.approx(record["test"], abs=1e-6)
    for result in results.values():
        assert (result.task_type, result.dataset_name, result.dataset_split) == (
            "image-classification",
            "MNIST",
            "test",
        )
    assert data.license == "mit" and data.library_name == "pytorch" and data.datasets == ["ylecun/mnist"]
    assert data.model_name == f"digit-duel-{name}" and name in data.tags
    for number in (f"{record['parameters']:,}", f"{record['test']['accuracy']:.2%}", f"{record['epochs']} epochs"):
        assert number in shown


def test_the_card_of_a_record_that_says_strange_things_is_still_one():
    record = record_of(data={"name": 'a: "b"\n---', "checksums": {}}, test={"accuracy": 1, "loss": 0.00001})
    data = ModelCard(card(record), ignore_metadata_errors=False).data
    assert data.eval_results[0].dataset_name == 'a: "b"\n---'
    assert [result.metric_value for result in data.eval_results] == [1, 0.00001]
    other = ModelCard(card(record_of(data={"name": "digits", "checksums": {}}))).data
    assert "MNIST" not in json.dumps(other.to_dict())


def test_the_command_writes_the_cards(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(card_command, "SHIPPED", tmp_path)
    assert cli.main(["card"]) == 0
    said = capsys.readouterr().out
    _, records = load_shipped()
    for name, record in records.items():
        assert (tmp_path / f"{name}.md").read_text() == card(record)
        assert str(tmp_path / f"{name}.md") in said
    monkeypatch.setattr(card_command, "SHIPPED", tmp_path / "mlp.md")
    assert cli.main(["card"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_snippet_in_the_card_reads_a_seven(tmp_path):
    [snippet] = re.findall(r"^```python\n(.*?)^```$", (SHIPPED / "cnn.md").read_text(), re.MULTILINE | re.DOTALL)
    HubNetwork(*load(SHIPPED / "cnn.safetensors")).save_pretrained(tmp_path / "cnn")
    picture = Image.new("L", (100, 100), 255)
    ImageDraw.Draw(picture).line([(25, 20), (75, 20), (40, 85)], fill=0, width=8)
    picture.save(tmp_path / "seven.png")
    snippet = snippet.replace("OWNER/NAME", "cnn")
    run = subprocess.run(
        [sys.executable, "-c", snippet], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert run.stdout == "7\n", run.stderr


def test_errors_of_the_hub_s_own_are_told(monkeypatch):
    """An error that huggingface_hub itself raises, made as it makes it."""
    from httpx import Request, Response

    def snapshot_download(*_: object, **__: object) -> str:
        response = Response(404, request=Request("GET", "https://huggingface.co"))
        raise RepositoryNotFoundError("404 Client Error.\n\nRepository Not Found", response=response)

    monkeypatch.setattr(hub, "snapshot_download", snapshot_download)
    with pytest.raises(CheckpointError, match=r"me/nothing.*Repository Not Found"):
        HubNetwork.from_pretrained("me/nothing")
