"""The page on a ZeroGPU Space in small, in Chromium: the real `spaces` and its forks, Hugging Face's side made up.

There is no GPU, so the fork that has one on a Space trains on the processor. What is shown: the page asks in an event
that carries the visitor's token, the fork trains what the page shows, gives back, and the page lives through a refusal
and through the loss of the fork.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest

from demo.words import say
from tests.browser.driver import ENDLESS, RetrainPage
from tests.support import Server, until

pytestmark = pytest.mark.browser
pytest.importorskip("spaces", reason="spaces, which ZeroGPU Spaces have, is not installed")

LAUNCHER = """
import runpy
import spaces.zero.torch
spaces.zero.torch.init = lambda uuid: None
spaces.zero.torch.move = lambda callback=None: None
runpy.run_path("app.py", run_name="__main__")
"""


class Lender(ThreadingHTTPServer):
    """What lends GPUs to Spaces; keeps what was asked of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.free = True
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        url = urlsplit(self.path)
        self.server.asked.append((url.path, parse_qs(url.query)))
        gpu = {"idle": False, "nvidiaIndex": 0, "nvidiaUUID": "none", "allowToken": "yes"}
        content = json.dumps(gpu).encode() if url.path == "/schedule" else b""
        self.send_response(503 if url.path == "/schedule" and not self.server.free else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Not to the console."""


@pytest.fixture(scope="module")
def lender() -> Iterator[Lender]:
    server = Lender()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def zero(browser, lender) -> Iterator[Server]:
    address = f"http://127.0.0.1:{lender.server_port}"
    with Server(program=("-c", LAUNCHER), SPACES_ZERO_GPU="true", SPACES_ZERO_DEVICE_API_URL=address) as server:
        yield server


@pytest.fixture
def begin(visit, zero, lender):
    """Opens the page with the bundled digits and both networks chosen."""
    pages = []
    lender.asked.clear()
    lender.free = True

    def open_tab() -> RetrainPage:
        page = visit(zero.url, extra_http_headers={"X-IP-Token": "of.this.visitor"})
        page.__class__ = RetrainPage
        page.choose(say("retrain.form.data"), say("retrain.data.digits"))
        page.choose(say("retrain.form.network"), say("retrain.form.both"))
        pages.append(page)
        return page

    yield open_tab
    # Gradio's client hangs up itself when its event is over.
    assert [said for page in pages for said in page.complaints if "/queue/data" not in said] == []


def forks(server: Server) -> list[psutil.Process]:
    return [child for child in psutil.Process(server.pid).children() if child.status() != psutil.STATUS_ZOMBIE]


def test_a_race_on_a_borrowed_gpu(begin, lender, zero):
    page = begin()
    page.fill("mlp", epochs=1)
    page.fill("cnn", epochs=1)
    page.do("start")
    page.until("finished")
    (asked,) = [query for path, query in lender.asked if path == "/schedule"]
    assert asked["token"] == ["of.this.visitor"]
    assert lender.paths().count("/release") == 1
    assert len(page.table(".runs tbody")) == 2
    page.put(7)
    page.page.wait_for_selector("#card-mlp.yours")
    page.page.wait_for_selector("#card-cnn.yours")
    page.do("start")  # the fork of before is still there, and a new loan finds its way
    page.until("running", "evaluating")
    page.until("finished")
    assert lender.paths().count("/schedule") == 2


def test_pause_and_step_and_stop(begin, lender):
    page = begin()
    page.fill("mlp", epochs=ENDLESS)
    page.fill("cnn", epochs=ENDLESS)
    page.do("batch")
    page.until("paused")
    assert [page.number("step", network).split()[0] for network in ("mlp", "cnn")] == ["1", "1"]
    page.do("resume")
    page.until("running")
    assert "borrowed" in page.said()
    page.do("stop")
    page.until("stopped")
    assert lender.paths().count("/release") == 1


def test_without_a_gpu_to_borrow_the_cpu_trains(begin, lender):
    lender.free = False
    page = begin()
    page.fill("mlp", epochs=1)
    page.fill("cnn", epochs=1)
    page.do("start")
    page.until("finished")
    assert page.page.inner_text("#retrain .controls .note") == say("retrain.note.no_gpu")


def test_the_gpu_is_taken_away(begin, lender, zero):
    page = begin()
    page.fill("mlp", epochs=ENDLESS)
    page.fill("cnn", epochs=ENDLESS)
    page.do("start")
    page.until("running")
    for network in ("mlp", "cnn"):  # what has not learnt anything yet would not be kept
        until(lambda: page.number("step", network)[0] in "123456789")  # noqa: B023
    for fork in forks(zero):
        fork.kill()
    page.until("stopped")
    assert "GPU is gone" in page.said()
    page.put(4)
    assert page.yours() == ["card-mlp", "card-cnn"]
    page.fill("mlp", epochs=1)
    page.fill("cnn", epochs=1)
    page.do("start")
    page.until("finished")
