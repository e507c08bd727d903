"""What a newcomer, the Hub and CI read first, held against the repository itself."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest

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


def test_gradio_is_asked_for_in_the_version_that_the_front_matter_names():
    pinned = re.search(r"^gradio==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned and f'sdk_version: "{pinned[1]}"' in README


def test_requirements_name_what_the_code_imports():
    sources = "".join((ROOT / f).read_text() for f in tracked() if f.endswith(".py") and not f.startswith("tests/"))
    imported = {
        (m[1] or m[2]) for m in re.finditer(r"^\s*(?:from (\w+)[\w.]* import|import (\w+))", sources, re.MULTILINE)
    }
    required = set(re.findall(r"^([a-z-]+)[=<>]", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    named = {"pillow": "PIL", "scikit-learn": "sklearn"}
    unnamed = {"httptools", "uvloop"}  # imported by uvicorn
    missing = {name for name in required - unnamed if named.get(name, name) not in imported}
    assert not missing, "required, but never imported"


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
    assert "python app.py" in commands
    assert "-r tests/requirements.txt" in commands


def test_the_results_in_the_readme_are_those_of_the_checkpoints():
    _, records = load_shipped()
    for network, record in records.items():
        row = re.search(rf"^\| {network.upper()} \|.*$", README, re.MULTILINE)
        assert row, f"no row of results for the {network}"
        for value in (
            f"{record['parameters']:,}",
            f"{100 * record['validation']['accuracy']:.2f} %",
            f"{100 * record['test']['accuracy']:.2f} %",
        ):
            assert value in row[0], f"{network}: {value}"


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
