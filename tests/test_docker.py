"""The Dockerfile without Docker: its steps carried out in a folder, where pip and what changes the system only note."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support import README, ROOT, Server, constraints, requirements, tracked

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
INSTEAD = ("pip", "useradd", "chown")  # commands that are noted, not run
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "CMD"}


def steps() -> list[tuple[str, str]]:
    lines = re.sub(r"\\\n", " ", DOCKERFILE).splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip() and not line.startswith("#")]


def sent(file: str) -> bool:
    """Whether .dockerignore lets Docker see a file: the last line that fits it, or a folder it is in, decides."""
    seen = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!").removeprefix("**/")
            names = [file, *map(str, Path(file).parents)]
            if "**/" in line:
                names += Path(file).parts
            if any(fnmatch.fnmatch(name, pattern) for name in names):
                seen = line.startswith("!")
    return seen


@dataclass
class Image:
    folder: Path  # what is /app in the image
    commands: list[list[str]] = field(default_factory=list)  # those of INSTEAD that were noted
    environment: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    port: int = 0
    command: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Image:
    """What the steps make of an empty folder."""
    image = Image(tmp_path_factory.mktemp("image") / "app")
    image.folder.mkdir()
    stubs, noted = image.folder.parent / "bin", image.folder.parent / "noted"
    stubs.mkdir()
    for name in INSTEAD:
        (stubs / name).write_text(f'#!/bin/sh\necho {name} "$@" >>{noted}\n')
        (stubs / name).chmod(0o755)
    context = [file for file in tracked() if sent(file)]
    for name, rest in steps():
        if name == "COPY":
            *sources, to = rest.split()
            for source in sources:
                files = [file for file in context if file == source or file.startswith(f"{source}/")]
                assert files, f"COPY {source}: git does not track it, or .dockerignore leaves it out"
                for file in files:
                    into = image.folder / to / (Path(file).relative_to(source) if file != source else Path(file).name)
                    into.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / file, into)
        elif name == "RUN":
            for word in shlex.split(rest):
                if word.endswith(".txt"):
                    assert (image.folder / word).is_file(), f"{word} is not in the image at this step"
            path = f"{stubs}{os.pathsep}{os.environ['PATH']}"
            subprocess.run(["sh", "-euc", rest], cwd=image.folder, env={"PATH": path}, check=True)
        elif name == "ENV":
            image.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        elif name == "USER":
            image.user = rest
        elif name == "EXPOSE":
            image.port = int(rest)
        elif name == "CMD":
            image.command = json.loads(rest)
    image.commands = [shlex.split(line) for line in noted.read_text().splitlines()]
    return image


def test_every_instruction_is_one_that_is_carried_out_here():
    assert {name for name, _ in steps()} == INSTRUCTIONS
    assert [rest for name, rest in steps() if name == "WORKDIR"] == ["/app"]
    assert [rest for name, rest in steps() if name == "FROM"] == ["python:3.12-slim"]


def test_pip_is_asked_for_a_pair_without_cuda_and_for_what_ci_tested(image):
    pair, rest = [command[1:] for command in image.commands if command[0] == "pip"]
    tested = constraints()
    assert "https://download.pytorch.org/whl/cpu" in pair and "--no-deps" in pair
    assert {word for word in pair if "==" in word} == {f"{name}=={tested[name]}" for name in ("torch", "torchvision")}
    assert rest[-4:] == ["-r", "requirements.txt", "-c", "constraints.txt"]
    assert requirements("requirements.txt")["torch"].specifier.contains(tested["torch"])


def test_it_runs_as_a_user_who_may_write_where_mnist_goes(image):
    assert image.user != "root"
    assert ["useradd", "--create-home", image.user] in image.commands
    assert ["chown", image.user, "data"] in image.commands and (image.folder / "data").is_dir()


def test_its_command_and_port_are_the_readme_s(image):
    assert f"docker run --rm --init -p {image.port}:{image.port} digit-duel" in DOCKERFILE
    assert f"docker build -t digit-duel . && docker run --rm --init -p {image.port}:{image.port} digit-duel" in README
    assert image.command == ["python", "app.py"] and image.environment == {"GRADIO_SERVER_NAME": "0.0.0.0"}


def test_the_page_stands_on_what_is_in_the_image_and_writes_nothing_beside_it(image, tmp_path):
    before = sorted(image.folder.rglob("*"))
    environment = {**image.environment, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    with (
        Server(image.folder, tuple(image.command[1:]), **environment) as server,
        urllib.request.urlopen(server.url, timeout=30) as answer,
    ):
        assert answer.status == 200 and b"Digit Duel" in answer.read()
    assert sorted(image.folder.rglob("*")) == before


def test_tests_and_tools_stay_out_of_the_image(image):
    top = {path.name for path in image.folder.iterdir()}
    assert top == {"LICENSE", "app.py", "checkpoints", "constraints.txt", "data", "demo", "nets", "requirements.txt"}
    assert not sent("demo/__pycache__/deploy.cpython-312.pyc") and not sent("data/MNIST/raw/x.gz")
