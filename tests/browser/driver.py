"""Strokes go in, pointer events in Chromium come out: `python app.py` in its own process and its page in a browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def chromium() -> str | None:
    """Where Chromium is, if anywhere."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def open_browser() -> Iterator[Any]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


class Server:
    """The page's own process, on a free port."""

    def __init__(self, root: Path = ROOT, program: tuple[str, ...] = ("app.py",), **environment: str) -> None:
        self.root, self.program, self.environment = root, program, environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.process: subprocess.Popen | None = None
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 (it lasts as long as the process)

    def start(self) -> float:
        """Start it and wait until the page answers; the seconds that took."""
        here = {"GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(self.port)}
        environment = {**os.environ, **here, **self.environment}
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, *self.program], cwd=self.root, env=environment, stdout=self._said, stderr=self._said
        )
        while time.monotonic() < began + 90:
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return time.monotonic() - began
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    raise RuntimeError(f"app.py ended: {self.said()}") from None
                time.sleep(0.1)
        raise TimeoutError("app.py did not answer")

    def said(self) -> str:
        """What it has printed."""
        self._said.seek(0)
        return self._said.read()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class PadPage:
    """The page open in a browser, as a visitor uses it."""

    def __init__(self, page, url: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.goto(url)
        page.wait_for_selector("#pad canvas")
        page.wait_for_function("document.querySelector('.sentence').innerText.trim() !== ''")

    def box(self) -> dict[str, float]:
        return self.page.locator("#pad canvas").bounding_box()

    def on_screen(self, stroke) -> list[tuple[float, float]]:
        """Points in pad units -> points in the window."""
        box = self.box()
        return [(box["x"] + x * box["width"] / 280, box["y"] + y * box["height"] / 280) for x, y in stroke]

    def draw(self, strokes, pause: float = 0.0, lift: bool = True) -> None:
        """Draw with the mouse, down to up."""
        for stroke in strokes:
            (x, y), *rest = self.on_screen(stroke)
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            for x, y in rest:
                self.page.mouse.move(x, y)
                time.sleep(pause)
            if lift:
                self.page.mouse.up()

    def touch(self, strokes) -> None:
        """Draw with a finger."""
        session = self.page.context.new_cdp_session(self.page)
        for stroke in strokes:
            for i, (x, y) in enumerate(self.on_screen(stroke)):
                kind = "touchMove" if i else "touchStart"
                session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def digits(self) -> dict[str, str]:
        """What each card reads, empty without a verdict."""
        script = "e => e.map(e => [e.dataset.network, e.dataset.digit])"
        return dict(self.page.eval_on_selector_all(".card [data-digit]", script))

    def wait_for(self, mlp, cnn) -> None:
        """Until both cards read this."""
        for name, digit in (("mlp", mlp), ("cnn", cnn)):
            self.page.wait_for_selector(f'#card-{name} [data-digit="{digit}"]', timeout=30_000)

    def put(self, digit: int) -> None:
        """Put a sample on the pad by a click."""
        self.page.click(f'[data-sample="{digit}"]')

    def ink(self) -> int:
        """How many dark pixels the paper shows."""
        return self.page.evaluate(
            """() => {
              const canvas = document.querySelector("#pad canvas");
              const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              return pixels.filter((value, i) => i % 4 === 0 && value < 128).length;
            }"""
        )

    def paper(self) -> set[tuple[int, ...]]:
        """The colours of the paper's corners."""
        script = "() => [...document.querySelector('#pad canvas').getContext('2d').getImageData(2, 2, 1, 1).data]"
        return {tuple(self.page.evaluate(script))}

    def sentence(self) -> str:
        return re.sub(r"\s+", " ", self.page.inner_text(".sentence")).strip()
