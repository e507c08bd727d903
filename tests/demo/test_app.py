"""The program where a checkpoint is missing or broken: one sentence on the terminal, and an honest page."""

from __future__ import annotations

import shutil
import urllib.request

import pytest

from demo.words import say
from tests.support import ROOT, Server


@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_without_a_checkpoint_it_says_which_and_explains_itself(tmp_path, damage):
    for name in ("demo", "nets", "checkpoints"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path)
    file = tmp_path / "checkpoints" / "cnn.safetensors"
    file.unlink() if damage == "missing" else file.write_bytes(file.read_bytes()[:1000])
    with Server(tmp_path) as server:
        page = urllib.request.urlopen(server.url).read().decode()
    why = "cannot be read" if damage == "missing" else "does not fit its record"
    assert f"No networks to show: {file} {why}" in server.said()
    assert "Traceback" not in server.said()
    assert say("page.no_networks") in page
    assert "read_drawing" not in page
