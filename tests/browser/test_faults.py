"""What visitors see of faults: lines cut, a server killed, slow readers, clocks that jump, a full disk."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from demo.words import say
from tests.browser.driver import DESKTOP, ENDLESS, RETURNING, RetrainPage
from tests.support import Server, predict, seven_png

pytestmark = pytest.mark.browser

# The page's own process, with a clock that jumps and a disk that fills up as files in a folder say.
LAUNCHER = """
import os, pathlib, runpy, time

faults = pathlib.Path(os.environ["FAULTS"])
clock, opened = time.time, os.open

def jumping():
    days = (faults / "ahead").exists() - (faults / "behind").exists()
    if days:
        (faults / "jumped").touch()
    return clock() + 86400 * days

def filling(path, flags, *more, **named):
    file = opened(path, flags, *more, **named)
    if flags & os.O_EXCL and (faults / "full").exists():  # as tempfile makes its files
        with open("/dev/full", "r+b", buffering=0) as device:
            os.dup2(device.fileno(), file, inheritable=False)
    return file

time.time, os.open = jumping, filling
runpy.run_path("app.py", run_name="__main__")
"""


class Line:
    """Between a browser and a server: all passes, or nothing does, or every connection breaks and no other is made."""

    def __init__(self, port: int) -> None:
        self._port, self._whole, self._flows = port, True, threading.Event()
        self._flows.set()
        self._ends: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def silence(self) -> None:
        self._flows.clear()

    def cut(self) -> None:
        self._whole = False
        for end in self._ends:
            _end(end)

    def mend(self) -> None:
        self._whole = True
        self._flows.set()

    def close(self) -> None:
        self._flows.set()
        self.cut()
        _end(self._door)
        self._door.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ends = self._door.accept()[0], socket.create_connection(("127.0.0.1", self._port))
                self._ends += ends
                for source, target in (ends, ends[::-1]):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while self._whole and (content := source.recv(2**16)):
                self._flows.wait()
                target.sendall(content)
        _end(source)
        _end(target)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(server) -> Iterator[Line]:
    line = Line(server.port)
    yield line
    line.close()


@pytest.fixture(scope="module")
def mortal(browser, tmp_path_factory) -> Iterator[Server]:
    with Server(program=("-c", LAUNCHER), FAULTS=str(tmp_path_factory.mktemp("faults"))) as server:
        yield server


@pytest.fixture
def frail(mortal) -> Server:
    """A server with faults, running whatever the test before did to it."""
    if not mortal.runs:
        mortal.start()
    return mortal


@pytest.fixture
def faults(frail) -> Iterator[Path]:
    """The folder that names this server's faults."""
    folder = Path(frail.environment["FAULTS"])
    yield folder
    for fault in folder.iterdir():
        fault.unlink()


class FaultyPage(RetrainPage):
    """The page while something is wrong."""

    def train(self) -> None:
        """A run on the bundled digits that does not end by itself; until something was learnt."""
        self.choose(say("retrain.form.data"), say("retrain.data.digits"))
        self.fill("mlp", epochs=ENDLESS)
        self.do("start")
        self.until("running")
        self.page.wait_for_selector("#card-mlp.yours")
        self.goes_on()

    def goes_on(self) -> None:
        """Until the training has gone on."""
        step = "document.querySelector('#retrain [data-number=step] td[data-network=mlp]').innerText"
        self.page.wait_for_function(f"before => {step} !== before", arg=self.page.evaluate(step), timeout=60_000)

    def examples(self) -> set[str]:
        """The pictures of the ten test digits."""
        return set(self.page.eval_on_selector_all("#retrain .examples canvas", "e => e.map(e => e.toDataURL())"))

    def until_lost(self) -> None:
        """Until the pad and the training both say that nobody answers."""
        self.page.wait_for_function(
            """lost => ["#seen", "#retrain .controls"].every(
                (place) => document.querySelector(`${place} .sentence`)?.innerText.includes(lost))""",
            arg=say("verdict.lost.lead"),
        )

    def until_read(self, digit: int) -> None:
        """Until the CNN, which nobody trains here, reads this."""
        self.page.wait_for_selector(f'#card-cnn [data-digit="{digit}"]')

    def until_written(self, selector: str, sentence: str) -> None:
        self.page.wait_for_function(
            "([where, said]) => document.querySelector(where)?.innerText === said", arg=[selector, sentence]
        )


@pytest.fixture
def arrive(visit):
    """Opens the page as a visitor."""
    errors: list[str] = []

    def open_page(url: str, **options) -> FaultyPage:
        page = visit(url, **options)
        page.__class__ = FaultyPage
        page.page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    assert errors == []


@pytest.mark.parametrize(
    ("file", "place", "works"),
    [
        ("page/frame.js", "#title", "#title .term[aria-describedby]"),
        ("page/terms.js", "#title", "#title .term[aria-describedby]"),
        ("retrain/retrain.js", "#retrain", "#retrain p.recipe:not(:empty)"),
        ("pad/pad.js", "#duel", "#pad:not(.blank)"),
        ("words/en.json", "#duel", "#pad:not(.blank)"),
        ("words/en/inside.json", "#inside", "#inside .chain label"),
        ("inside/inside.js", "#inside", "#inside .chain label"),
    ],
)
def test_what_could_not_be_fetched_is_said_and_fetched_again(browser, server, file, place, works):
    context = browser.new_context(**DESKTOP)
    context.add_init_script(RETURNING)
    page, broken = context.new_page(), True
    context.route(f"**/own/*/{file}", lambda route: route.abort("connectionreset") if broken else route.continue_())
    page.goto(server.url)
    if place == "#inside":
        page.click("[data-sample='7']")
        page.get_by_role("tab", name=say("page.tab.inside")).click()
    note = page.locator(place).get_by_text(say("page.unfetched"))
    note.wait_for()
    broken = False
    note.wait_for(state="detached")
    if place == "#title":
        page.focus("#title .term")
    elif place == "#duel":
        page.click("[data-sample='7']")
    page.wait_for_selector(works)
    context.close()


def test_a_tab_first_opened_offline_comes_as_soon_as_the_page_is_online(arrive, server):
    page = arrive(server.url)
    page.put(7)
    page.page.context.set_offline(True)
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    page.page.locator("#inside").get_by_text(say("page.unfetched")).wait_for()
    page.page.context.set_offline(False)
    page.page.wait_for_selector("#inside .chain label")


UNREAD = {"mlp": "", "cnn": ""}


@pytest.mark.parametrize("fault", ["cut", "silence"])
def test_a_line_that_breaks_while_training_and_drawing(arrive, line, seven, fault):
    """Where it is cut the page knows at once; where all is silent, after the ten seconds of its patience.

    The server reads: a page that had the networks of a slow run would go on reading.
    """
    page = arrive(line.url, served=True)
    page.put(3)
    page.wait_for(3, 3)
    shipped = page.confidences()
    page.train()
    page.page.click("[data-do=clear]")
    [stroke] = seven
    page.draw([stroke[:15]], lift=False)
    getattr(line, fault)()
    for x, y in page.on_screen(stroke[15:]):
        page.page.mouse.move(x, y)
    page.page.mouse.up()
    ink = page.ink()
    page.until_lost()
    assert page.digits() == UNREAD
    line.mend()
    page.until_read(7)
    assert page.ink() == ink
    if fault == "cut":  # the server was told that the page is gone
        page.until("idle")
        page.until_said(say("retrain.gone"))
        page.until_said(say("retrain.reads.broken_off.mlp", run=1))
    else:
        page.until("running")
        page.goes_on()
    page.put(3)
    page.until_read(3)
    assert page.yours() == ["card-mlp"]
    mlp, cnn = page.confidences()
    assert mlp != shipped[0] and cnn == shipped[1]


def test_a_server_killed_while_training_and_started_again(arrive, frail, seven):
    page = arrive(frail.url, served=True)
    page.train()
    digits = page.examples()
    frail.kill()
    page.draw(seven)
    page.until_lost()
    assert page.digits() == UNREAD and page.ink() > 0
    frail.start()
    page.wait_for(7, 7)
    page.until("idle")
    page.until_said(say("retrain.gone"))
    page.until_said(say("retrain.reads.shipped.both"))
    assert page.yours() == []
    page.fill("mlp", epochs=1, seed=1)
    page.do("start")
    page.until("running", "evaluating", "finished")  # a server that has just started takes longer
    page.until("finished")
    assert page.yours() == ["card-mlp"]
    assert [row[1] for row in page.table(".runs > .wide tbody")] == ["1"]
    assert len(page.examples() - digits) > 5, "another seed draws other test digits"


def test_those_who_read_slowly_hold_up_nobody(arrive, server):
    """They ask for all that the page is made of, thrice, and take a byte of it now and then, or none."""
    page = arrive(server.url)
    files = {url.removeprefix(server.url) for url in page.requests if url.startswith(f"{server.url}assets/")}
    assert len(files) > 20
    with contextlib.ExitStack() as stack:
        slow = []
        for file in 3 * sorted(files):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.settimeout(30)
            connection.connect(("127.0.0.1", server.port))
            connection.sendall(f"GET /{file} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            slow.append(connection)
        for digit in range(5):
            page.put(digit)
            page.wait_for(digit, digit)
            assert all(connection.recv(1) for connection in slow[::2])


def test_a_clock_that_jumps_throws_nobody_out(arrive, frail, faults):
    page = arrive(frail.url)
    page.train()
    with httpx.Client(base_url=frail.url, timeout=30) as visitor:
        [before] = visitor.post("/gradio_api/upload", files={"files": ("seven.png", seven_png())}).json()
        for digit, fault in enumerate(("ahead", "behind", "none")):
            for other in faults.iterdir():
                other.unlink(missing_ok=True)
            (faults / fault).touch()
            page.put(digit)
            page.until_read(digit)
            page.goes_on()
            [now] = visitor.post("/gradio_api/upload", files={"files": ("seven.png", seven_png(90))}).json()
            assert '"digit": 7' in predict(visitor, before) and '"digit": 7' in predict(visitor, now)
            assert fault == "none" or (faults / "jumped").exists(), "the server looks at its clock"
    page.do("stop")
    page.until("stopped")
    assert page.yours() == ["card-mlp"]


def test_a_server_started_again_under_a_page_that_rests(arrive, frail):
    """The run had ended, so nothing is asked until the visitor does; then all that was said of it is taken back."""
    page = arrive(frail.url)
    page.put(3)
    page.train()
    page.do("stop")
    page.until("stopped")
    page.page.check(".runs [data-run='1']")
    page.until_said(say("retrain.reads.result.mlp", run=1))
    assert (page.marked(), page.downloads()) == ([["1", "mlp"]], ["MLP of run 1"])
    page.still()  # a question that meets no server is asked again
    frail.kill()
    frail.start()
    page.page.click("#retrain [data-download=mlp]")
    page.until_written("#retrain .keep .problem", say("retrain.problem.nothing_trained"))
    page.until("idle")
    page.until_said(say("retrain.reads.shipped.both"))
    assert say("retrain.gone") not in page.said(), "it had ended before"
    page.put(7)
    page.wait_for(7, 7)
    assert page.yours() == page.marked() == page.downloads() == []
    assert not page.page.is_visible("#retrain .runs") and not page.page.is_visible("#retrain .result")
    page.do("start")
    page.until("running")
    page.do("stop")
    page.until("stopped")
    page.page.wait_for_selector(".runs [data-run='1']")
    assert not page.page.is_checked(".runs [data-run='1']"), "it is another run of that number"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device is always full here")
def test_a_full_disk_stops_uploads_alone(arrive, frail, faults, tmp_path):
    page = arrive(frail.url)
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (1100, 1100)).astype(np.uint8)).save(photo)
    (faults / "full").touch()
    with httpx.Client(base_url=frail.url, timeout=30) as visitor:
        for content in (seven_png(), photo.read_bytes()):
            answer = visitor.post("/gradio_api/upload", files={"files": ("seven.png", content)})
            assert (answer.status_code, answer.text) == (507, say("server.no_room"))
        page.page.set_input_files("#retrain .keep input", photo)
        refused = say("retrain.files.refused", name="photo.png", why=say("server.no_room"))
        page.until_written("#retrain .keep .problem", refused)
        page.page.get_by_role("tab", name=say("page.tab.preparation")).click()
        page.page.set_input_files("#preparation input[type=file]", photo)
        page.until_written("#preparation .problem", say("server.no_room"))
        page.page.get_by_role("tab", name=say("page.tab.retrain")).click()
        page.put(4)
        page.wait_for(4, 4)
        page.train()
        (faults / "full").unlink()
        assert visitor.post("/gradio_api/upload", files={"files": ("seven.png", seven_png())}).status_code == 200
