"""What tests and benchmarks share: the page's own process, waiting, what is in the repository, a picture."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import torch
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    import httpx

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SOURCES = sorted(
    path.relative_to(ROOT) for path in [*ROOT.glob("*.py"), *ROOT.glob("nets/**/*.py"), *ROOT.glob("demo/**/*.py")]
)

Answer = TypeVar("Answer")


# ---- waiting


def run(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """What a coroutine gives, on an event loop of its own: Playwright may keep one going in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def until(condition: Callable[[], Answer], timeout: float = 60.0, every: float = 0.005) -> Answer:
    """Wait until the condition holds, and return what it gave; the timeout only ends a test that would hang."""
    limit = time.monotonic() + timeout
    while not (answer := condition()):
        assert time.monotonic() < limit, f"it did not come about within {timeout:g} seconds"
        time.sleep(every)
    return answer


# ---- the page's own process

# On Linux the page ends with the process that started it, even where that is killed and cannot clean up.
LEASH = """
import os, sys
if sys.platform == "linux":
    import ctypes, signal
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


class Server:
    """The page in a process of its own, on a free port: `with Server() as server:` starts it, and ends all it began.

    It may be killed and started again in between, on the same port. What it has printed is shown where the block, or a
    test that ran meanwhile (conftest.py), fails.
    """

    alive: ClassVar[list[Server]] = []

    def __init__(self, root: Path = ROOT, program: tuple[str, ...] = ("app.py",), **environment: str) -> None:
        self.root, self.program, self.environment = root, program, environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.process: subprocess.Popen[bytes] | None = None
        self.seconds = 0.0  # from its start to its first answer
        self._log = tempfile.TemporaryFile("w+b")  # noqa: SIM115 (it outlives the process)

    def __enter__(self) -> Server:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.kill()
        if error is not None:
            print(self.said(), file=sys.stderr)

    def start(self) -> None:
        """Start it, and wait until the page answers."""
        here = {"GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(self.port)}
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", LEASH, *self.program],
            cwd=self.root,
            env={**os.environ, **here, **self.environment},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,  # a process group of its own, to be killed as one
        )
        self.alive.append(self)
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"{' '.join(self.program)[:80]} ended:\n{self.said()}")
            if time.monotonic() > began + 300:
                raise TimeoutError(f"{' '.join(self.program)[:80]} does not answer:\n{self.said()}")
            time.sleep(0.1)
        self.seconds = time.monotonic() - began

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    @property
    def pid(self) -> int:
        assert self.process, "it was not started"
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        """What it has printed so far."""
        file = self._log.fileno()
        return os.pread(file, os.fstat(file).st_size, 0).decode("utf-8", "replace")

    def kill(self) -> None:
        """End it and its children at once, as a lack of memory would."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        self.alive.remove(self)


# ---- the repository


def tracked() -> list[str]:
    """Every file that git tracks."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listing.stdout.splitlines()


def blocks(language: str, document: str = README) -> list[str]:
    """The fenced blocks of a document in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)


def module(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Modules that a file imports, anywhere in it, by full name."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: imports are absolute here"
            found.add(node.module)
            for alias in node.names:  # from demo import visitors
                name = Path(*node.module.split("."), alias.name)
                if (ROOT / name.with_suffix(".py")).exists() or (ROOT / name).is_dir():
                    found.add(f"{node.module}.{alias.name}")
    return found


# ---- requirements


def requirements(file: str) -> dict[str, Requirement]:
    """The lines of a requirements file by name, those of files that it includes left out."""
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
    asked = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {canonicalize_name(requirement.name): requirement for requirement in asked}


def constraints() -> dict[str, Version]:
    """The releases that tests/constraints.txt names for this interpreter and system."""
    lines = (ROOT / "tests/constraints.txt").read_text("utf-8").splitlines()
    named = [Requirement(line) for line in lines if not line.startswith("#")]
    here = [one for one in named if one.marker is None or one.marker.evaluate()]
    return {canonicalize_name(one.name): Version(str(one.specifier).removeprefix("==")) for one in here}


# ---- digits and networks


def weights(model: torch.nn.Module) -> torch.Tensor:
    """All parameters in one row."""
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def seven_png(size: int = 280) -> bytes:
    """A 7 in black on white."""
    from PIL import Image, ImageDraw

    from demo import samples

    picture = Image.new("L", (280, 280), 255)
    for stroke in samples.strokes(7):
        ImageDraw.Draw(picture).line([(x, y) for x, y in stroke], fill=0, width=18)
    file = io.BytesIO()
    picture.resize((size, size)).save(file, "PNG")
    return file.getvalue()


def predict(visitor: httpx.Client, path: str, **more: object) -> str:
    """What the public endpoint says of an uploaded file, as the text of its events."""
    data = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}, **more}]}
    answer = visitor.post("/gradio_api/call/predict", json=data)
    assert answer.status_code == 200, answer.text
    return visitor.get(f"/gradio_api/call/predict/{answer.json()['event_id']}").text
