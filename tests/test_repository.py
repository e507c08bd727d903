"""What a newcomer, the Hub and CI read first, held against the repository itself."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest
import yaml

from nets.checkpoint import load_shipped
from tests.support import README, ROOT, blocks, tracked


def test_the_front_matter_is_valid_for_spaces():
    from huggingface_hub import SpaceCard

    card = SpaceCard.load(ROOT / "README.md").data
    assert card.sdk == "gradio"
    assert card.sdk_version == importlib.metadata.version("gradio"), "the tested version and the deployed one differ"
    assert re.fullmatch(r"3\.\d+(\.\d+)?", card.python_version)
    assert (ROOT / card.app_file).is_file()
    assert card.license == "mit"
    assert card.title and len(card.short_description) <= 60  # the Hub's limit
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {card.colorFrom, card.colorTo} <= colours
    assert card.emoji


def test_the_tree_in_the_readme_is_the_tree_in_git():
    [tree] = [block for block in blocks("text") if "app.py" in block]
    shown, folder = set(), {}
    for line in tree.splitlines():
        entry = re.match(r"( *)(\S+)", line)
        if entry:
            depth = len(entry[1]) // 2
            folder[depth] = entry[2]
            shown.add("".join(folder[d] for d in range(depth + 1)))
    files = set(tracked())
    for path in shown:
        assert path in files or any(file.startswith(path) for file in files if path.endswith("/")), f"{path} is gone"
    leaves = {path for path in shown if not path.endswith("/")}
    closed = {path for path in shown if path.endswith("/") and not any(p != path and p.startswith(path) for p in shown)}
    for file in files:
        covered = file in leaves or any(file.startswith(path) for path in closed)
        assert covered or Path(file).name == "__init__.py", f"{file} is missing from the README's tree"


def test_the_commands_in_the_readme_run_what_is_there():
    commands = "\n".join(blocks("sh"))
    for module in re.findall(r"python -m ((?:nets|tests)[\w.]*)", commands):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module


def test_the_results_told_are_those_of_the_checkpoints():
    """In BENCHMARKS.md a row for each network, in the README a column."""
    _, records = load_shipped()
    told = {}
    for network, record in records.items():
        parameters, test = f"{record['parameters']:,}", f"{100 * record['test']['accuracy']:.2f} %"
        told[network] = parameters, test
        row = re.search(rf"^\| {network.upper()} \|.*$", (ROOT / "BENCHMARKS.md").read_text("utf-8"), re.MULTILINE)
        assert row and {parameters, test, f"{100 * record['validation']['accuracy']:.2f} %"} <= set(row[0].split(" | "))
    for cells in zip(told["mlp"], told["cnn"], strict=True):
        assert re.search(rf"^\| .* \| {cells[0]} \| {cells[1]} \|$", README, re.MULTILINE), cells


def test_checkpoints_are_weights_and_no_lfs_pointers():
    for path in (ROOT / "checkpoints").glob("*.safetensors"):
        assert path.stat().st_size > 100_000
        assert not path.read_bytes().startswith(b"version https://git-lfs")
    assert "*.safetensors filter=lfs" in (ROOT / ".gitattributes").read_text()


@pytest.mark.parametrize("word", ["/work/", "/root/", "/home/", "/opt/", "file://"])
def test_no_machines_own_paths_are_told(word):
    told = [
        file
        for file in tracked()
        if (ROOT / file).suffix in {".py", ".md", ".txt", ".toml", ".json", ".js", ".css", ""}
        and file != "tests/test_repository.py"
        and word in (ROOT / file).read_text(errors="ignore")
    ]
    assert not told


def test_the_citation_is_of_this_software():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0" and citation["type"] == "software"
    assert citation["license"] == "MIT" and f"title: {citation['title']}" in README
    assert [author["name"] in (ROOT / "LICENSE").read_text("utf-8") for author in citation["authors"]] == [True]
    assert f'version = "{citation["version"]}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert citation["message"] and citation["abstract"]
