"""The code at the end of each lesson: short, and it runs as it stands, in the repository's folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support import ROOT

CODE = sorted((ROOT / "demo/lessons/code").glob("*.py"))
SAYS = {  # a line that each prints, as far as it is the same everywhere
    "cost": r"^cnn 121514 10380160$",
    "doubt": r"^cnn \[",
    "image": r"784 numbers$",
    "kernel": r"^(-?\d\.\d+) \1$",
    "learn": r"^0\.0045 0\.[89]",
    "move": r"^tutorial/cnn \[7, ",
    "pool": r"^0 parameters$",
    "prepare": r"^cropped \[5, 5\]$",
    "reach": r"^conv4 40$",
    "weights": r"^True$",
}


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_the_code_of_a_lesson_runs_and_says_what_the_lesson_says(path):
    program = path.read_text("utf-8")
    lines = [line for line in program.splitlines() if line and not line.startswith(("import", "from", '"""'))]
    assert len(lines) <= 12
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert re.search(SAYS[path.stem], done.stdout, re.MULTILINE), done.stdout


def test_every_lesson_has_code():
    assert {path.stem for path in CODE} == SAYS.keys()
