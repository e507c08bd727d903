"""pip install . : the library and its command, with the networks, outside of the checkout."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from nets.models import NETWORKS
from tests.support import ROOT, tracked

PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_dependencies_are_among_the_requirements():
    """Word for word, and those that nets imports: no more, no fewer."""
    [block] = re.findall(r"^dependencies = \[(.*?)^\]", PROJECT, re.MULTILINE | re.DOTALL)
    extra = re.findall(r'^(?:hub|figures) = \["(.*)"\]', PROJECT, re.MULTILINE)
    asked = re.findall(r'^    "(.*)",', block, re.MULTILINE)
    requirements = (ROOT / "requirements.txt").read_text("utf-8")
    required = {line.partition("#")[0].strip() for line in requirements.splitlines()}
    assert set(asked + extra) <= required
    sources = "".join((ROOT / file).read_text("utf-8") for file in tracked() if re.match(r"nets/.*\.py$", file))
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", sources, re.MULTILINE)) - set(sys.stdlib_module_names)
    named = {"PIL": "pillow", "pillow_heif": "pillow-heif", "sklearn": "scikit-learn"}
    ours = {re.match(r"[\w-]+", line)[0] for line in asked + extra}
    assert ours == {named.get(name, name) for name in imported} - {"nets"}


@pytest.mark.slow
def test_the_wheel_reads_a_digit_far_from_the_checkout(tmp_path):
    """Built from what is tracked, installed without dependencies beside those that are here, run in another folder."""
    source = tmp_path / "source"
    for file in tracked():
        if file.split("/")[0] in ("nets", "checkpoints", "pyproject.toml", "LICENSE"):
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            (source / file).write_bytes((ROOT / file).read_bytes())
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, source], check=True)
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"nets/checkpoints/{name}.{kind}" for name in NETWORKS for kind in ("safetensors", "json")} <= names
    tops = {name.split("/")[0] for name in names}
    assert "nets" in tops and all(top == "nets" or top.endswith(".dist-info") for top in tops)

    environment = tmp_path / "environment"
    venv.create(environment, symlinks=True)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    [packages] = environment.glob("**/site-packages")
    here = [path for path in sys.path if Path(path).name == "site-packages"]
    (packages / "those-that-are-here.pth").write_text("\n".join(here) + "\n")
    subprocess.run([*pip, "--python", python, "install", "--no-deps", wheel], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "seven.png").write_bytes((ROOT / "examples" / "seven.png").read_bytes())

    def run(*command) -> str:
        return subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=True, env={}).stdout

    answer = json.loads(run(scripts / "nets", "predict", "seven.png", "--json"))
    assert [answer[name]["digit"] for name in NETWORKS] == [7, 7]
    code = 'import nets; print(nets.read(nets.load("cnn"), "seven.png").digit, nets.data.FOLDER, nets.__file__)'
    digit, folder, file = run(python, "-c", code).split()
    assert digit == "7" and folder == "~/.cache/digit-duel" and Path(file).is_relative_to(packages)
    assert run(scripts / "nets", "--help").startswith("usage: nets ")
