"""From a pointer event to both cards' change by that stroke: real strokes drawn by the mouse, near the server and far.

    python -m tests.bench.pen_to_verdict [--strokes FILE.jsonl.gz] [--count 200] [--runs 3]

The line to the server takes 0, 100 and 200 ms there and back, and once the processor has a quarter of its speed (as
Chromium plays them). The page has fetched the weights before, and reads by itself; with --server it does not get them.

Times are taken inside the page: from the pointer event's own time stamp to the moment the cards of a drawing that holds
it have been written. FILE has a digit a line, {"strokes": [[[x, y], ...], ...], ...}, larger side 200; without one (or
STROKES in the environment) the page's own samples are drawn. Prints one JSON object, times in milliseconds.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import torch

from demo import samples
from demo.page.own import address
from nets.checkpoint import load_shipped
from nets.drawing import Drawing
from nets.prediction import predict
from nets.preprocess import prepare_drawing
from tests.browser.driver import DESKTOP, PadPage, open_browser
from tests.support import Server

Stroke = list[tuple[float, float]]

# A pointer event counts that adds ink: the pen goes down or moves by more than the page's 0.7 pad units.
WATCH = """async () => {
  const { page } = await import(new URL("STATE", document.baseURI));
  window.moves = [];
  window.shown = [];
  let x, y;
  function note(event) {
    const far = event.type === "pointerdown" || Math.hypot(event.clientX - x, event.clientY - y) >= 1.5;
    if (!event.buttons || !far) return;
    ({ clientX: x, clientY: y } = event);
    window.moves.push([event.timeStamp, performance.now()]);
  }
  for (const kind of ["pointerdown", "pointermove"])
    document.querySelector("#pad canvas").addEventListener(kind, note, true);
  page.subscribe(["verdict"], ({ verdict }) => window.shown.push([verdict.asked, performance.now()]));
}""".replace("STATE", address("page/state.js"))
CONDITIONS = {  # milliseconds there and back, and how many times slower the processor is
    "near": (0, 1),
    "100 ms": (100, 1),
    "200 ms": (200, 1),
    "near, a quarter of the processor": (0, 4),
}
FETCHED = """() => {
  const names = performance.getEntriesByType("resource").filter((entry) => entry.responseEnd).map(({ name }) => name);
  return ["mlp", "cnn"].every((network) => names.some((name) => name.endsWith(`${network}.safetensors`)));
}"""
READ = "() => window.shown.length && window.shown.at(-1)[0] >= window.moves.at(-1)[1] - 0.1"  # clocks are rounded


def digits(path: str | None) -> Iterator[tuple[int, list[Stroke]]]:
    """Digits with their strokes in pad units, 180 units large in the middle of the pad; without a path, the samples."""
    if path is None:
        yield from ((digit, samples.strokes(digit)) for digit in itertools.cycle(range(10)))
    with gzip.open(path, "rt") as file:
        for record in map(json.loads, file):
            points = np.concatenate([np.array(stroke, float) for stroke in record["strokes"]])
            scale = 180 / max(np.ptp(points, axis=0).max(), 1)
            offset = 140 - scale * (points.max(0) + points.min(0)) / 2
            yield record["label"], [[tuple(offset + scale * np.array(p)) for p in s] for s in record["strokes"]]


def spread(path: str | None, count: int) -> list[tuple[int, list[Stroke]]]:
    """So many digits, taken evenly from the whole file."""
    every = list(digits(path)) if path else list(itertools.islice(digits(None), count))
    return every[:: max(1, len(every) // count)][:count]


def draw(page: PadPage, drawn: list[tuple[int, list[Stroke]]], strokes: int, pause: float) -> list[float]:
    """Draw digits until that many strokes are done; the time from every pointer event to its verdict."""
    page.page.evaluate(WATCH)
    done = 0
    for _, digit in drawn:
        page.draw(digit, pause)
        page.page.wait_for_function(READ)
        page.page.keyboard.press("Delete")
        done += len(digit)
        if done >= strokes:
            break
    return taken(page)


def taken(page: PadPage) -> list[float]:
    """The time from every pointer event that was watched to its verdict."""
    moves, shown = page.page.evaluate("[window.moves, window.shown]")
    times = []
    for happened, handled in moves:
        answers = [written for asked, written in shown if asked >= handled - 0.1]
        if answers:
            times.append(answers[0] - happened)
    return times


def reading(drawn: list[tuple[int, list[Stroke]]]) -> list[float]:
    """Preparation and both networks of every digit, in this process."""
    torch.set_num_threads(1)
    networks, _ = load_shipped()

    def read(drawing: Drawing) -> None:
        image = prepare_drawing(drawing.thinned()).image
        for model in networks.values():
            predict(model, image)

    drawings = [Drawing(tuple(np.array(s, np.float32) for s in digit), samples.PEN) for _, digit in drawn]
    read(drawings[0])
    times = []
    for drawing in drawings:
        began = time.perf_counter()
        read(drawing)
        times.append(time.perf_counter() - began)
    return times


def summary(times: list[float]) -> dict[str, float]:
    low, high = np.percentile(times, [50, 95])
    return {"median": round(float(low), 1), "p95": round(float(high), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", default=os.environ.get("STROKES"), help="a file of digits as strokes")
    parser.add_argument("--count", type=int, default=200, help="strokes to draw in each run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--server", action="store_true", help="let the server read")
    parser.add_argument("--pause", type=float, default=8.0, help="milliseconds between two pointer events, at least")
    options = parser.parse_args()
    drawn = spread(options.strokes, options.count)

    runs: dict[str, list[list[float]]] = {name: [] for name in CONDITIONS}
    asked = dict.fromkeys(CONDITIONS, 0)
    share: dict[str, list[float]] = {name: [] for name in CONDITIONS}  # of a core
    with open_browser() as browser, Server() as server:
        for _, (name, (line, slower)) in itertools.product(range(options.runs), CONDITIONS.items()):
            context = browser.new_context(**DESKTOP)
            if options.server:
                context.route("**/*.safetensors", lambda route: route.abort())
            page = PadPage(context.new_page(), server.url)
            if not options.server:
                page.page.wait_for_function(FETCHED)
            tools = context.new_cdp_session(page.page)
            tools.send("Network.enable")
            conditions = {"offline": False, "latency": line, "downloadThroughput": -1, "uploadThroughput": -1}
            tools.send("Network.emulateNetworkConditions", conditions)
            tools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            before, used, began = len(page.requests), worked(server.pid), time.perf_counter()
            runs[name].append(draw(page, drawn, options.count, options.pause / 1000))
            asked[name] += len(page.requests) - before
            share[name].append((worked(server.pid) - used) / (time.perf_counter() - began))
            context.close()
        peak = memory(server.pid)
    report = {
        "strokes": f"{options.count} of {'the samples' if options.strokes is None else 'the file'}",
        "pointer event to cards": {
            name: {
                "pointer events": sum(map(len, times)),
                **summary(list(itertools.chain(*times))),
                "medians of the runs": [summary(run)["median"] for run in times],
                "requests to the server": asked[name],
                "server's share of a core": [round(part, 3) for part in share[name]],
            }
            for name, times in runs.items()
        },
        "preparation and both networks": summary([1000 * seconds for seconds in reading(drawn)]),
        "start to an answering page, s": round(server.seconds, 1),
        "peak memory of the server, MB": peak,
        "load of the machine": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(report, indent=2))


def worked(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def memory(pid: int) -> int | None:
    """The most memory a process has held, in MB, where the system says so."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1024


if __name__ == "__main__":
    main()
