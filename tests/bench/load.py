"""Visitors by the dozen, by the thousand and for hours: delays, errors, memory, and what is left behind.

STROKES=FILE MNIST_ROOT=FOLDER python -m tests.bench.load visitors | maps | sessions | hours

visitors: so many draw real digits without a pause, from one address, while one more trains; each answer's time, and
whether it is what the networks read in the drawing it was asked for.
maps: some pages in Chromium fill shift maps, in turns with rest, while another visitor draws whom the server reads.
Chromium has the lowest priority, so that what counts is what its pages cost the server.
sessions: resident memory while so many pages are opened, drawn on and closed.
hours: what the server holds while visitors come, draw, train, upload and go or vanish; its clock leaps ahead, ten
minutes at a time, so that all that expires does.
STROKES and MNIST_ROOT may be missing: then the samples are drawn, and the bundled digits trained on.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import gc
import io
import itertools
import os
import random
import re
import runpy
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import psutil
import torch
from PIL import Image

# Nothing here may import demo.server.guard: `serve` has to set the clock first.
from demo import images, samples
from nets.checkpoint import load_shipped
from nets.drawing import Drawing
from nets.prediction import predict
from nets.preprocess import draw, prepare_drawing
from tests.bench.pen_to_verdict import Stroke, spread
from tests.bench.retraining import ASK_EVERY, settings
from tests.browser.driver import ARGUMENTS, chromium
from tests.support import ROOT, Server

PEN = 60  # points a second: a digit of the file takes about one
UPDATES = 30  # a second, at most, of one visitor
WARM_UP = 10  # seconds from the page's first answer until nothing more is loaded
CLOSE_TO = 0.001  # a share to the one computed here: it was rounded, and a batch adds in another order
BATCH = 100  # pages open at once
LEAP = 600  # seconds
WAYS = ("leaves", "vanishes", "is unheard of")  # how a visit ends; in the last, no heartbeat was ever opened
ALIVE = ("waiting", "loading", "running", "evaluating")
MAPS = "#compare [data-view=drawing]"  # has data-done as soon as all maps are whole
COUNTED = ("Visitor", "Run", "Snapshot", "SessionState")

Row = tuple[str, Any, Any]  # what, measured, aim


class Line:
    """A visitor's connection: one request at a time, by hand, because a client of the usual kind costs too much."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None

    async def begin(self, path: str, body: bytes | None = None, kind: str = "application/json", cut: int = 0) -> None:
        """Send a POST of the body, less the last bytes where it is to be cut, or a GET."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
        if body is not None:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(f"{head}\r\n".encode() + (body or b"")[: len(body or b"") - cut])

    async def head(self) -> bytes:
        return await self._reader.readuntil(b"\r\n\r\n")

    async def ask(self, path: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, bytes]:
        """The answer's status and content."""
        try:
            await self.begin(path, body, kind)
            head = await self.head()
        except (ConnectionError, asyncio.IncompleteReadError):  # closed because it was idle: browsers ask again, too
            self.close()
            await self.begin(path, body, kind)
            head = await self.head()
        content = b""
        if length := re.search(rb"\r\ncontent-length: (\d+)", head):
            content = await self._reader.readexactly(int(length[1]))
        else:  # in chunks
            while size := int(await self._reader.readline(), 16):
                content += (await self._reader.readexactly(size + 2))[:-2]
            await self._reader.readline()
        return int(head[9:12]), content

    def close(self) -> None:
        if self._writer:
            self._writer.close()
            self._writer = None


class Visitor:
    """A page as the server sees it: calls under its own session, and a heartbeat that ends when it is closed."""

    def __init__(self, port: int, functions: dict[str, int], session: str) -> None:
        self.session, self._functions = session, functions
        self.line, self._heartbeat = Line(port), Line(port)

    async def open(self) -> None:
        await self.line.ask("/")
        await self._heartbeat.begin(f"/gradio_api/heartbeat/{self.session}")
        await self._heartbeat.head()

    async def call(self, function: str, data: Any) -> tuple[int, bytes]:
        body = {
            "data": data,
            "fn_name": function,
            "component_id": self._functions[function],
            "session_hash": self.session,
        }
        return await self.line.ask("/gradio_api/component_server/", orjson.dumps(body))

    async def told(self, function: str, data: Any) -> dict[str, Any]:
        """What a call that has to succeed answers."""
        status, content = await self.call(function, data)
        if status != 200:
            raise RuntimeError(f"{function}: {status} {content[:200]!r}")
        return orjson.loads(content)

    async def draw(self, strokes: list[Stroke], updates: int) -> None:
        """A digit in so many updates."""
        points = sum(map(len, strokes))
        for i in range(1, updates + 1):
            await self.told("read_drawing", so_far(strokes, points * i // updates))

    async def start(self, config: dict[str, Any]) -> None:
        """Begin a race, and wait until both networks have taken three steps."""
        state = await self.told("command", {"do": "start", "settings": config})
        while not (tracks := state["details"]["tracks"]) or any(track["step"] < 3 for track in tracks.values()):
            if state["problem"]:
                raise RuntimeError(state["problem"])
            await asyncio.sleep(ASK_EVERY)
            state = await self.told("watch", {})

    def close(self) -> None:
        self.line.close()
        self._heartbeat.close()


async def page(port: int) -> dict[str, int]:
    """Everything a page can call, with the component it belongs to."""
    line = Line(port)
    _, content = await line.ask("/config")
    line.close()
    components = orjson.loads(content)["components"]
    return {name: one["id"] for one in components for name in one["props"].get("server_fns") or ()}


def so_far(strokes: list[Stroke], count: int) -> dict[str, Any]:
    """What pad.js sends once the pen has passed so many points, at least one."""
    drawn, left = [], max(1, count)
    for stroke in strokes:
        if left > 0:
            drawn.append([[round(float(x), 1), round(float(y), 1)] for x, y in stroke[:left]])
            left -= len(stroke)
    return {"strokes": drawn, "pen": samples.PEN}


# ---- visitors


@dataclass
class Update:
    """One drawing that was sent, and its answer."""

    seconds: float
    status: int
    drawing: dict[str, Any]
    answer: bytes


async def draws(visitor: Visitor, digits: Iterable[list[Stroke]], until: float) -> list[Update]:
    """Draw one digit after the other; the next update is sent when the last is answered, as pad.js does."""
    loop, updates = asyncio.get_running_loop(), []
    for strokes in itertools.cycle(digits):
        began, points, count = loop.time(), sum(map(len, strokes)), 0
        while count < points:
            sent = loop.time()
            if sent >= until:
                return updates
            count = 1 + int((sent - began) * PEN)
            drawing = so_far(strokes, count)
            status, answer = await visitor.call("read_drawing", drawing)
            updates.append(Update(loop.time() - sent, status, drawing, answer))
            await asyncio.sleep(sent + 1 / UPDATES - loop.time())


async def trains(visitor: Visitor, config: dict[str, Any], until: float) -> int:
    """Race and watch until then, as retrain.js does; the steps that were trained."""
    seen, steps, before = "", 0, 0
    while asyncio.get_running_loop().time() < until:
        state = await visitor.told("watch", {"examples": seen})
        details = state["details"]
        seen = details["examples"]["version"] if details["examples"] else seen
        now = sum(track["step"] for track in details["tracks"].values())
        steps, before = steps + max(0, now - before), now
        if state["state"] not in ALIVE:
            await visitor.start(config)
            before = 0
        await asyncio.sleep(ASK_EVERY)
    await visitor.told("command", {"do": "stop"})
    return steps


def wrong(updates: list[Update]) -> int:
    """How many answers are not what the shipped networks read in the drawing that was sent."""
    torch.set_num_threads(1)
    (networks, _), count = load_shipped(), 0
    for update in updates:
        image = prepare_drawing(Drawing.from_json(update.drawing)).image
        answer = orjson.loads(update.answer)
        same = answer["image"] == images.pixels(image)
        for name, model in networks.items():
            card, prediction = answer["cards"][name], predict(model, image)
            off = np.abs(np.subtract(card["probabilities"], prediction.probabilities)).max()
            shipped = answer["networks"]["readers"][name]["source"] == "shipped"
            same = same and shipped and card["digit"] == prediction.digit and off < CLOSE_TO
        count += not same
    return count


async def visitors(server: Server, options: argparse.Namespace) -> list[Row]:
    functions, loop = await page(server.port), asyncio.get_running_loop()
    config = settings("mlp", "cnn", recipe="best", data="mnist" if os.environ.get("MNIST_ROOT") else "digits")
    digits = [strokes for _, strokes in spread(os.environ.get("STROKES"), options.count * 20)]
    pages = [Visitor(server.port, functions, f"visitor{i}") for i in range(options.count)]
    trainer = Visitor(server.port, functions, "trainer")
    process = psutil.Process(server.pid)
    for visitor in (*pages, trainer):
        await visitor.open()
    if not options.alone:
        await trainer.start(config)
    before, mine, began = sum(process.cpu_times()[:2]), time.process_time(), loop.time()
    until = began + options.seconds
    drawing = [draws(visitor, digits[i :: options.count], until) for i, visitor in enumerate(pages)]
    every = await asyncio.gather(*drawing, *([] if options.alone else [trains(trainer, config, until)]))
    wall = loop.time() - began
    server_share, own_share = (sum(process.cpu_times()[:2]) - before) / wall, (time.process_time() - mine) / wall
    steps = 0 if options.alone else every.pop()
    for visitor in (*pages, trainer):
        visitor.close()
    updates = list(itertools.chain(*every))
    good = [update for update in updates if update.status == 200]
    times = [1000 * update.seconds for update in good]
    medians = sorted(float(np.median([u.seconds for u in one])) * 1000 for one in every if one)
    checked = random.Random(0).sample(good, min(options.check, len(good)))
    errors = Counter(update.status for update in updates if update.status != 200)
    return [
        (f"an update of {options.count} visitors, median, ms", round(np.percentile(times, 50)), ""),
        ("the same, 95th percentile, ms", round(np.percentile(times, 95)), "at most 300"),
        ("the same, 99th percentile, ms", round(np.percentile(times, 99)), ""),
        ("the luckiest and the unluckiest visitor's median, ms", f"{medians[0]:.0f} and {medians[-1]:.0f}", ""),
        ("verdicts a second", round(len(good) / wall), "at least 250"),
        ("errors by status", dict(errors) or "none", "none"),
        (f"of {len(checked)} verdicts, of another drawing than was sent", wrong(checked), 0),
        ("steps a second of the race beside them", round(steps / wall, 1), ""),
        ("processor of the server and of this program, cores", f"{server_share:.2f} and {own_share:.2f}", ""),
    ]


# ---- maps


async def maps(server: Server, options: argparse.Namespace) -> list[Row]:
    from playwright.async_api import async_playwright

    functions, loop = await page(server.port), asyncio.get_running_loop()
    visitor, process = Visitor(server.port, functions, "visitor"), psutil.Process(server.pid)
    digits = [strokes for _, strokes in spread(os.environ.get("STROKES"), 20)]
    await visitor.open()
    times: dict[bool, list[list[float]]] = {False: [], True: []}  # whether maps are filled -> by turn, milliseconds
    shares: dict[bool, list[float]] = {False: [], True: []}  # the server's, of a core
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        pages = [await (await browser.new_context()).new_page() for _ in range(options.count)]
        for one in pages:
            await one.goto(f"{server.url}#1&tab=compare")
            await one.wait_for_selector(MAPS)
        for child in psutil.Process().children(recursive=True):
            if "chrom" in child.name():
                child.nice(19)
        await asyncio.sleep(WARM_UP)
        for busy in [False, True] * options.turns:
            before, began = sum(process.cpu_times()[:2]), loop.time()
            filling = [fills(one, began + options.seconds) for one in pages] if busy else []
            updates, *_ = await asyncio.gather(draws(visitor, digits, began + options.seconds), *filling)
            shares[busy].append((sum(process.cpu_times()[:2]) - before) / (loop.time() - began))
            times[busy].append([1000 * update.seconds for update in updates])
            assert all(update.status == 200 for update in updates)
        await browser.close()
    visitor.close()
    told = {False: f"{options.count} pages at rest", True: f"{options.count} pages filling shift maps"}
    return [
        (f"{what}, {told[busy]}, {options.turns} turns", ", ".join(f"{of(turn):.2f}" for turn in values[busy]), "")
        for what, values, of in (
            ("another visitor's verdict, median, ms", times, np.median),
            ("the same, 95th percentile, ms", times, lambda turn: np.percentile(turn, 95)),
            ("the server's share of a core", shares, float),
        )
        for busy in (False, True)
    ]


async def fills(one: Any, until: float) -> None:
    """Put one sample after the other on the pad, each as soon as the maps of the last are whole."""
    loop = asyncio.get_running_loop()
    for digit in itertools.cycle(range(10)):
        if loop.time() >= until:
            return
        await one.click(f'[data-sample="{digit}"]')
        await one.wait_for_selector(f"{MAPS}[data-done]")


# ---- sessions


async def sessions(server: Server, options: argparse.Namespace) -> list[Row]:
    functions, process = await page(server.port), psutil.Process(server.pid)
    digits = [strokes for _, strokes in spread(os.environ.get("STROKES"), BATCH)]
    told = {0: process.memory_info().rss / 2**20}

    async def visit(visitor: Visitor, strokes: list[Stroke]) -> None:
        await visitor.open()
        await visitor.draw(strokes, 3)

    for first in range(0, options.count, BATCH):
        pages = [Visitor(server.port, functions, f"session{first + i}") for i in range(BATCH)]
        await asyncio.gather(*map(visit, pages, itertools.cycle(digits)))
        for visitor in pages:
            visitor.close()
        await asyncio.sleep(1.5)  # until the server has noticed
        told[first + BATCH] = process.memory_info().rss / 2**20
    settled = list(told.values())[3:]  # after the start and two batches
    return [
        *((f"resident memory after {count} sessions, MB", round(size), "") for count, size in told.items()),
        (
            f"growth from {3 * BATCH} sessions to the most, %",
            round(100 * (max(settled) / settled[0] - 1), 1),
            "at most 5",
        ),
    ]


# ---- hours


def serve(address: str) -> None:
    """The page's own process, whose clock leaps and which counts what it holds, when told so at this address."""
    ahead = 0.0
    monotonic, wall = time.monotonic, time.time
    time.monotonic = lambda: monotonic() + ahead
    time.time = lambda: wall() + ahead
    sys.modules["uvloop"] = None  # it has a clock of its own; asyncio's loop asks for the time each time

    from gradio import route_utils  # not before the clock is set

    class Leaping(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return datetime.datetime.now(tz) + datetime.timedelta(seconds=ahead)

    route_utils.datetime = Leaping  # tells which uploads are old

    def held(loops: list[asyncio.AbstractEventLoop]) -> dict[str, int]:
        gc.collect()
        kinds = Counter(type(one).__name__ for one in gc.get_objects())
        return {
            "asyncio tasks": sum(len(asyncio.all_tasks(loop)) for loop in loops),
            **{f"{name} objects": kinds[name] for name in COUNTED},
            "Python objects": kinds.total(),
        }

    def obey() -> None:
        nonlocal ahead
        with Listener(address) as listener, listener.accept() as bench:
            gc.unfreeze()  # what the page has told gc to leave alone counts as well
            loops = [one for one in gc.get_objects() if issubclass(type(one), asyncio.AbstractEventLoop)]
            while True:
                ahead += bench.recv()
                for loop in loops:
                    loop.call_soon_threadsafe(lambda: None)  # it sleeps until its next timer, by the former clock
                bench.send(held(loops))

    threading.Thread(target=obey, daemon=True).start()
    os.chdir(ROOT)
    runpy.run_path("app.py", run_name="__main__")


def leaping(folder: Path) -> Server:
    """The page by way of `serve`; the folder gets what it keeps."""
    root, kept = folder / "server", folder / "kept"
    root.mkdir()
    kept.mkdir()
    code = f"from tests.bench.load import serve\n\nserve({str(folder / 'control')!r})\n"
    (root / "app.py").write_text(code, "utf-8")
    return Server(root, PYTHONPATH=str(ROOT), GRADIO_TEMP_DIR=str(kept), TMPDIR=str(kept))


def picture(strokes: list[Stroke]) -> bytes:
    """A digit as a PNG, dark on light."""
    ink = draw(tuple(np.array(stroke, np.float32) for stroke in strokes), samples.PEN)
    file = io.BytesIO()
    Image.fromarray(((1 - ink) * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


async def upload(line: Line, content: bytes, collect: bool) -> None:
    """Ask the public endpoint about a picture, as the README does with curl."""
    part = b'--part\r\nContent-Disposition: form-data; name="files"; filename="digit.png"\r\n\r\n'
    form = part + content + b"\r\n--part--\r\n"
    status, answer = await line.ask("/gradio_api/upload", form, "multipart/form-data; boundary=part")
    if status != 200:
        raise RuntimeError(f"upload: {status} {answer[:200]!r}")
    asked = {"data": [{"path": orjson.loads(answer)[0], "meta": {"_type": "gradio.FileData"}}]}
    status, answer = await line.ask("/gradio_api/call/predict", orjson.dumps(asked))
    if status != 200:
        raise RuntimeError(f"predict: {status} {answer[:200]!r}")
    if collect:
        status, answer = await line.ask(f"/gradio_api/call/predict/{orjson.loads(answer)['event_id']}")
        if b"event: complete" not in answer:
            raise RuntimeError(f"predict: {status} {answer[:200]!r}")


async def ten_minutes(port: int, functions: dict[str, int], number: int, digits: list[list[Stroke]]) -> list[Visitor]:
    """Visitors of each kind at once, one of them training; those who vanish, their connections still open."""
    config = settings("mlp", "cnn", recipe="best", data="digits", batch_size=32)

    async def visit(i: int, does: str, goes: str) -> Visitor | None:
        visitor, strokes = Visitor(port, functions, f"visitor{number}-{i}"), digits[(10 * number + i) % len(digits)]
        if goes != "is unheard of":
            await visitor.open()
        if does == "uploads":
            await upload(visitor.line, picture(strokes), collect=goes == "leaves")
        else:
            await visitor.draw(strokes, 5)
        if does == "trains":
            await visitor.start(config)
        if does == "breaks off":
            await visitor.line.begin("/gradio_api/component_server/", bytes(1000), cut=500)
        return visitor.close() if goes == "leaves" else visitor

    kinds = [*itertools.product(("draws", "uploads", "breaks off"), WAYS), ("trains", WAYS[number % len(WAYS)])]
    stayed = await asyncio.gather(*(visit(i, *kind) for i, kind in enumerate(kinds)))
    return [visitor for visitor in stayed if visitor]


async def hours(server: Server, options: argparse.Namespace, control: Connection, folder: Path) -> list[Row]:
    functions, process = await page(server.port), psutil.Process(server.pid)
    digits = [strokes for _, strokes in spread(os.environ.get("STROKES"), 10 * 6 * options.hours)]

    async def leap(seconds: float) -> dict[str, Any]:
        control.send(seconds)
        while not control.poll():
            await asyncio.sleep(0.02)
        return control.recv()

    async def census() -> dict[str, Any]:
        for _ in range(2):  # what one leap ends may leave something for the next
            await leap(LEAP)
            await asyncio.sleep(1)
        return {
            "resident memory, MB": round(process.memory_info().rss / 2**20),
            "open files and sockets": process.num_fds(),
            "threads": process.num_threads(),
            "files in the temporary folder": sum(path.is_file() for path in folder.rglob("*")),
            **await leap(0),
        }

    counts = [await census()]
    for hour in range(options.hours):
        gone: list[Visitor] = []
        for ten in range(6):
            gone += await ten_minutes(server.port, functions, 6 * hour + ten, digits)
            await leap(LEAP)
            await asyncio.sleep(0.3)
        for visitor in gone:  # as a router does that has heard nothing for long
            visitor.close()
        counts.append(await census())
    return [(name, " ".join(str(count[name]) for count in counts), "no growth") for name in counts[0]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(dest="what", required=True)
    dozens = kinds.add_parser("visitors")
    dozens.add_argument("--count", type=int, default=50)
    dozens.add_argument("--seconds", type=float, default=60)
    dozens.add_argument("--check", type=int, default=2000, help="verdicts to compare")
    dozens.add_argument("--alone", action="store_true", help="nobody trains beside")
    some = kinds.add_parser("maps")
    some.add_argument("--count", type=int, default=5)
    some.add_argument("--seconds", type=float, default=20)
    some.add_argument("--turns", type=int, default=3)
    thousand = kinds.add_parser("sessions")
    thousand.add_argument("--count", type=int, default=1000)
    long = kinds.add_parser("hours")
    long.add_argument("--hours", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with leaping(folder) if options.what == "hours" else Server() as server:
            time.sleep(WARM_UP)
            match options.what:
                case "visitors":
                    rows = asyncio.run(visitors(server, options))
                case "maps":
                    rows = asyncio.run(maps(server, options))
                case "sessions":
                    rows = asyncio.run(sessions(server, options))
                case _:
                    with Client(str(folder / "control")) as control:
                        rows = asyncio.run(hours(server, options, control, folder / "kept"))
        said = server.said()
    print("| | measured | aim |\n| --- | ---: | ---: |")
    for what, measured, aim in [*rows, ("load of the machine", round(os.getloadavg()[0], 1), "")]:
        print(f"| {what} | {measured} | {aim} |")
    if "Traceback" in said:
        print(said)


if __name__ == "__main__":
    main()
