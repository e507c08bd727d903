"""Every example of README.md is run as it stands there, and what it says of the page is held against the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from demo import samples, words
from nets.checkpoint import SHIPPED, TUTORIAL, load_shipped
from nets.comparison.results import FOLDER, read
from nets.drawing import Drawing
from nets.prediction import Prediction, predict
from nets.preprocess import Steps, prepare_drawing
from tests.support import README, ROOT, blocks, requirements, tracked

INSTALL = ".venv/bin/pip install "
RUN = f"python3 -m venv .venv && {INSTALL}-r requirements.txt && .venv/bin/python app.py"
TEST = f"python3 -m venv .venv && {INSTALL}-r tests/requirements.txt -c tests/constraints.txt && "
TEST += ".venv/bin/python -m pytest -rs"
ELSEWHERE = {  # lines that are not run here, and what tries them
    RUN: "tests.support.Server, by every test of the page",
    TEST: ".ci/run",
    "python3 -m venv .venv": "the same without the rest",
    f'{INSTALL}"torch': "PyTorch's own index is not at hand; what is asked of it is checked below",
    "docker build": "tests/test_docker.py",
    ".venv/bin/python -m demo.deploy OWNER/NAME --hardware": "tests/demo/test_deploy.py",
}
LANGUAGES = {
    *("sh", "python", "powershell", "console", "text"),
    *("bash", "js", "json"),  # test_api.py
    "html",  # tests/browser/test_link.py
}


def section(title: str) -> str:
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)[1]


def lines(block: str) -> list[str]:
    """The commands of a block, without their comments."""
    return [line for line in (re.sub(r"\s+#.*", "", row) for row in block.splitlines()) if line]


def elsewhere(line: str) -> bool:
    return line in (RUN, TEST) or line.startswith(tuple(ELSEWHERE))


COMMANDS = [line for block in blocks("sh") for line in lines(block)]
HERE = [here for block in blocks("sh") if (here := [line for line in lines(block) if not elsewhere(line)])]
NEED_MNIST = re.compile(r"nets (train|evaluate)\b(?!.*--data digits)")


def need_mnist(block: list[str]) -> bool:
    return any(NEED_MNIST.search(line) for line in block)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A fresh clone: what git tracks, as it lies here, in a repository of its own."""
    folder = tmp_path_factory.mktemp("clone")
    for file in tracked():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes((ROOT / file).read_bytes())
    for line in ("init -q", "add -A", "-c user.name=nobody -c user.email=nobody commit -q -m Clone"):
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run(["git", *line.split()], cwd=folder, env=environment, check=True)
    return folder


def run(folder: Path, command: list[str], **environment: str) -> str:
    """What a command prints; it has to end well, and to complain of nothing."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr and "Warning" not in done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "block", [pytest.param(block, marks=[pytest.mark.mnist, pytest.mark.slow] * need_mnist(block)) for block in HERE]
)
def test_commands_run_as_they_stand(block, checkout, request):
    root = {"MNIST_ROOT": str(request.getfixturevalue("mnist_root"))} if need_mnist(block) else {}
    said = []
    for line in block:
        assert line.startswith(".venv/bin/python ")
        printed = run(checkout, ["sh", "-euc", line.replace(".venv/bin/python", sys.executable)], **root)
        assert printed.strip()
        said += printed.splitlines()
    if any("nets predict" in line for line in block):
        [shown] = blocks("console", section("From the command line"))
        assert shown.strip() in said


LIBRARY = blocks("python", section("As a library"))
A_HUB = """
import pathlib, shutil, types
import huggingface_hub.hub_mixin, nets.hub

class Api:
    def __init__(self, token=None): pass
    def create_repo(self, repo_id, **_): return types.SimpleNamespace(repo_id=repo_id)
    def upload_folder(self, *, repo_id, folder_path, **_): shutil.copytree(folder_path, pathlib.Path("hub", repo_id))

huggingface_hub.hub_mixin.HfApi = Api
nets.hub.snapshot_download = lambda repo_id, **_: str(pathlib.Path("hub", repo_id))
"""


@pytest.mark.parametrize("number", range(len(LIBRARY)))
def test_an_example_of_the_library_runs_as_it_stands(number, checkout):
    program = (A_HUB if "nets.hub" in LIBRARY[number] else "") + LIBRARY[number]
    said = run(checkout, [sys.executable, "-c", program])
    for shown in re.findall(r"print\(.*\)  # (.+)$", LIBRARY[number], re.MULTILINE):
        assert shown in said.splitlines(), f"the README says that it prints {shown}"


def test_every_block_is_tried():
    fences = re.findall(r"^```(\w*)$", README, re.MULTILINE)
    assert set(fences[::2]) <= LANGUAGES and set(fences[1::2]) == {""}
    assert not [
        block for block in blocks("python") if block not in LIBRARY + blocks("python", section("From a program"))
    ]
    for start in ELSEWHERE:
        assert any(line.startswith(start) for line in COMMANDS), f"{start} is not in the README any more"


def test_ci_finds_its_commands():
    for mark, command in (("run", RUN), ("test", TEST)):
        assert f"<!-- {mark} -->\n```sh\n{command}\n```\n" in README


def test_what_the_page_prints_at_its_start(server):
    [shown] = blocks("console", section("See it"))
    said = server.said().replace(f":{server.port}", ":7860")
    for line in shown.splitlines():
        assert line.strip() in (row.strip() for row in said.splitlines())


def test_windows_is_told_the_same_steps():
    [told] = blocks("powershell")
    steps = [step.replace(".venv/bin/pip", ".venv/bin/python -m pip") for step in RUN.split(" && ")]
    wanted = [step.replace(".venv/bin/python", r".\.venv\Scripts\python") for step in steps]
    assert re.sub(r"py -3\.\d+", "python3", told).splitlines() == wanted


def test_the_builds_without_cuda_are_those_that_are_required():
    [line] = [line for line in COMMANDS if line.startswith(f'{INSTALL}"torch')]
    asked = dict(re.findall(r'"([a-z]+)([^"]+)"', line))
    required = requirements("requirements.txt")
    assert asked == {
        name: str(required[name].specifier)
        .replace("<2.12,>=2.8", ">=2.8,<2.12")
        .replace("<0.27,>=0.23", ">=0.23,<0.27")
        for name in ("torch", "torchvision")
    }


def test_every_link_leads_somewhere():
    for document in ("README.md", "CONTRIBUTING.md", "BENCHMARKS.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", (ROOT / document).read_text("utf-8")):
            assert link.startswith("https://") or link in tracked(), f"{document} links to {link}"


# ---- the first five minutes


FIRST = section("The first five minutes")


def sentences(entry) -> list[str]:
    return [text for value in entry.values() for text in sentences(value)] if isinstance(entry, dict) else [entry]


def test_the_tabs_and_buttons_that_it_names_are_there():
    there = {text for text in sentences(words.CATALOGUE) if isinstance(text, str)}
    named = set(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", FIRST + section("If something goes wrong")))
    assert len(named) > 3 and named <= there


def verdicts(drawing: Drawing, steps: Steps | None = None, folder: Path = SHIPPED) -> dict[str, Prediction]:
    networks, _ = load_shipped(folder)
    image = prepare_drawing(drawing, steps or Steps()).image
    return {name: predict(network, image) for name, network in networks.items()}


def one(rise: float) -> Drawing:
    """A 1 with a long flag that rises by so many degrees, and no foot."""
    top, angle = np.array([180.0, 50.0]), np.radians(rise)
    flag = top - 100 * np.array([np.cos(angle), -np.sin(angle)])
    corners = np.array([flag, top, [180.0, 230.0]])
    there = np.linspace(0, 2, 41)
    return Drawing([np.stack([np.interp(there, range(3), corners[:, axis]) for axis in (0, 1)], axis=1)], 18.0)


def test_a_1_with_a_long_flag_fools_the_networks_of_the_tutorials_and_not_ours():
    for folder, digit in ((TUTORIAL, 7), (SHIPPED, 1)):
        for verdict in verdicts(one(30), folder=folder).values():
            assert (verdict.digit, verdict.confidence > 0.9) == (digit, True)


def test_moved_by_four_pixels_an_mlp_trained_well_reads_more_than_the_tutorials_cnn():
    right = [read(FOLDER, f"measured-{key}")["shift"]["accuracy"][14][18] for key in ("best-mlp", "tutorial-cnn")]
    assert right[0] > right[1] + 0.05


def test_a_small_5_in_a_corner_is_read_only_after_preparation():
    small = Drawing([0.3 * stroke + 10 for stroke in samples.drawing(5).strokes], 18.0)
    assert [v.digit for v in verdicts(small).values()] == [5, 5]
    unprepared = Steps(pen=False, crop=False, fit=False, centre=False)
    assert not {v.digit for v in verdicts(small, unprepared).values()} & {5}
