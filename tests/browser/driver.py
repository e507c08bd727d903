"""Chromium, and the page in it as a visitor uses it: the pad, the verdicts, the tab Retrain."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Point = tuple[float, float]

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
# A visitor who has been here, and left the paper blank: a first visit begins with a sample that draws itself.
RETURNING = """try { sessionStorage["digit-duel"] ??= JSON.stringify({ strokes: [], pen: 18 }) } catch {}"""
ENDLESS = 1000  # epochs: a run that ends only when a test ends it


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


@dataclass
class Call:
    """A call that the page has made of the server."""

    function: str
    request: Any

    @property
    def waits(self) -> bool:
        """Whether it has not been answered yet."""
        return bool(self.request.timing["responseEnd"] < 0 and not self.request.failure)


class PadPage:
    """The page open in a browser, as a visitor uses it: one who has been here before, unless it is the first visit."""

    def __init__(self, page: Any, url: str, first: bool = False) -> None:
        self.page = page
        if not first:
            page.add_init_script(RETURNING)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.calls: list[Call] = []
        page.on("request", self._call)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.goto(url)
        page.wait_for_selector("#pad canvas")
        page.wait_for_function("document.querySelector('.sentence')?.innerText.trim()")

    def _call(self, request: Any) -> None:
        if "/component_server" not in request.url:
            return
        named = re.search(rb'fn_name"(?::\s*"|\r\n\r\n)(\w+)', request.post_data_buffer or b"")
        call = Call(named[1].decode() if named else "", request)
        self.calls.append(call)

    def still(self, *functions: str, quiet: float = 0.3, timeout: float = 30.0) -> None:
        """Until these functions of the server (any, where none is named) have answered and are not called again.

        "Not again" is for so many seconds: a page may wait for a pen to rest before it asks.
        """
        limit, since = time.monotonic() + timeout, time.monotonic()
        made = len(self.calls)
        while time.monotonic() < since + quiet:
            self.page.wait_for_timeout(20)  # Playwright hears of requests meanwhile
            of = [call for call in self.calls if not functions or call.function in functions]
            if len(of) != made or any(call.waits for call in of):
                made, since = len(of), time.monotonic()
            assert time.monotonic() < limit, f"it goes on: {[call.function for call in of if call.waits]}"
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def answered(self, function: str, timeout: float = 30.0) -> None:
        """Until a call of this function that is made from now on has been answered."""
        before, limit = len(self.calls), time.monotonic() + timeout
        while not any(call.function == function and not call.waits for call in self.calls[before:]):
            assert time.monotonic() < limit, f"{function} was not called, or not answered"
            self.page.wait_for_timeout(20)

    def _hear(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def box(self) -> dict[str, float]:
        return self.page.locator("#pad canvas").bounding_box()

    def on_screen(self, stroke: Sequence[Point]) -> list[tuple[float, float]]:
        """Points in pad units -> points in the window."""
        box = self.box()
        return [(box["x"] + x * box["width"] / 280, box["y"] + y * box["height"] / 280) for x, y in stroke]

    def draw(self, strokes: Sequence[Sequence[Point]], pause: float = 0.0, lift: bool = True) -> None:
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

    def touch(self, strokes: Sequence[Sequence[Point]]) -> None:
        """Draw with a finger."""
        session = self.page.context.new_cdp_session(self.page)
        for stroke in strokes:
            for i, (x, y) in enumerate(self.on_screen(stroke)):
                kind = "touchMove" if i else "touchStart"
                session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(600)  # a tap right after so quick a stroke would count as the end of a fling

    def digits(self) -> dict[str, str]:
        """What each card reads, empty without a verdict."""
        script = "e => e.map(e => [e.dataset.network, e.dataset.digit])"
        return dict(self.page.eval_on_selector_all(".card [data-digit]", script))

    def wait_for(self, mlp: int | str, cnn: int | str) -> None:
        """Until both cards read this."""
        for name, digit in (("mlp", mlp), ("cnn", cnn)):
            self.page.wait_for_selector(f'#card-{name} [data-digit="{digit}"]')

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


class RetrainPage(PadPage):
    """The page with this tab in use; runs on the bundled digits unless told otherwise."""

    def choose(self, name: str, label: str) -> None:
        self.page.locator("#retrain .choice", has_text=name).locator("label", has_text=label).click()

    def field(self, network: str, name: str) -> Any:
        return self.page.locator(f"#retrain [data-name={name}] :is(input, select)[data-network={network}]")

    def open_settings(self) -> None:
        if not self.page.eval_on_selector("#retrain .drawer", "e => e.open"):
            self.page.click("#retrain .drawer > summary")

    def fill(self, network: str, **values: object) -> None:
        self.open_settings()
        for name, value in values.items():
            self.field(network, name).fill(str(value))

    def unfold(self, part: str) -> None:
        self.open_settings()
        self.page.click(f"#retrain [data-part={part}] summary")

    def do(self, what: str) -> None:
        self.page.click(f"#retrain [data-do={what}]")

    def until(self, *states: str) -> None:
        """Until the training is in one of these states."""
        listed = ", ".join(f"[data-state={state}]" for state in states)
        self.page.wait_for_selector(f"#retrain .controls:is({listed})", timeout=120_000)

    def said(self) -> str:
        return self.page.inner_text("#retrain .controls .sentence")

    def number(self, name: str, network: str = "mlp") -> str:
        return self.page.inner_text(f"#retrain [data-number={name}] td[data-network={network}]")

    def points(self, chart: str = "loss", line: str = "strong") -> list[int]:
        """How many points each line of this kind has."""
        script = "e => e.map(e => (e.getAttribute('d').match(/[ML]/g) ?? []).length)"
        return self.page.eval_on_selector_all(f"#retrain [data-chart={chart}] path.{line}", script)

    def confidences(self) -> list[str]:
        return self.page.eval_on_selector_all(".reading", "e => e.map(e => e.dataset.confidence)")

    def yours(self) -> list[str]:
        return self.page.eval_on_selector_all(".card.yours", "e => e.map(e => e.id)")

    def pictures(self, network: str = "mlp") -> list[str]:
        script = "e => e.map(e => e.toDataURL())"
        return self.page.eval_on_selector_all(f"#retrain .first[data-network={network}] canvas", script)

    def table(self, selector: str) -> list[list[str]]:
        script = "e => e.map(e => [...e.children].map(e => e.innerText))"
        return self.page.eval_on_selector_all(f"#retrain {selector} tr", script)

    def until_said(self, sentence: str) -> None:
        """Until the line under the buttons says this, among other things."""
        said = "document.querySelector('#retrain .controls .sentence').innerText"
        self.page.wait_for_function(f"sentence => {said}.includes(sentence)", arg=sentence)

    def marked(self) -> list[list[str]]:
        """Run and network of the rows that are said to read now."""
        script = "e => e.map(e => [...e.querySelectorAll('input')].map(e => [e.dataset.run, e.dataset.network])[0])"
        return self.page.eval_on_selector_all("#retrain .runs tbody tr.reads", script)

    def downloads(self) -> list[str]:
        """What can be downloaded, as the buttons say: MLP of run 1."""
        buttons = self.page.locator("#retrain [data-download]:not(:disabled)").all_inner_texts()
        return [" ".join(text.split()).removeprefix("Download ") for text in buttons]
