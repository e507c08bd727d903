"""A run from the page against the same run from the command line: time, delays, bytes and memory.

MNIST_ROOT=FOLDER STROKES=FILE python -m tests.bench.retraining cost | page | sessions

cost: the same recipe by `python -m nets train` and by a run whose state is asked for as a page does, in turns.
page: in Chromium: Start to the first point, Stop and Pause to their word, updates a second, bytes an update, and the
pen of a second visitor meanwhile.
sessions: resident memory while visitors come, train a little and go.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import psutil
import torch

from demo.training.settings import CORES
from demo.training.warm_up import warm_up
from demo.visitors import Visitors
from nets.checkpoint import load_shipped
from nets.models import ARCHITECTURES, NETWORKS
from nets.training import RECIPES
from tests.bench.pen_to_verdict import draw, spread, summary
from tests.browser.driver import DESKTOP, PadPage, open_browser
from tests.demo.support import RetrainTab
from tests.support import ROOT, Server

ASK_EVERY = 0.17  # seconds: as retrain.js does


def settings(*networks: str, recipe: str = "fast", data: str = "mnist", **config: Any) -> dict[str, Any]:
    """What the page's form sends."""
    chosen = {
        name: {
            "recipe": recipe,
            "config": {**asdict(RECIPES[recipe][name]), **config},
            "architecture": asdict(ARCHITECTURES[name]()),
        }
        for name in networks
    }
    return {"networks": list(networks), "data": data, **chosen}


def from_command_line(network: str) -> float:
    """Seconds of training by python -m nets train."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "nets", "train", network, "--recipe", "fast", "--out", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])["seconds"]


def from_page(network: str) -> float:
    """Seconds from Start to the last step, the state asked for meanwhile; in a process of its own, as app.py has it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.retraining", "one", "--network", network],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def one(network: str) -> float:
    torch.set_num_threads(1)
    warm_up()
    tab = RetrainTab(Visitors(*load_shipped())["page"])
    began = time.perf_counter()
    tab.do("start", settings=settings(network))
    seen = ""
    while True:
        state = tab.watch(examples=seen)
        seen = (state["details"]["examples"] or {"version": seen})["version"]
        if state["state"] not in ("waiting", "loading", "running"):
            return time.perf_counter() - began
        time.sleep(ASK_EVERY)


def cost(runs: int, networks: Sequence[str] = tuple(NETWORKS)) -> dict[str, Any]:
    """Ratios of run to run, in turns so that the machine's moods fall on both."""
    report: dict[str, Any] = {"threads": CORES}
    for network in networks:
        pairs = [(from_command_line(network), from_page(network)) for _ in range(runs)]
        ratios = sorted(page / line for line, page in pairs)
        report[network] = {
            "command line, s": [round(line, 2) for line, _ in pairs],
            "page, s": [round(page, 2) for _, page in pairs],
            "ratio": round(statistics.median(ratios), 3),
            "from to": [round(ratios[0], 3), round(ratios[-1], 3)],
        }
    return report


def sessions(count: int) -> dict[str, Any]:
    """Resident memory, in MB, after every fifth of so many visitors."""
    torch.set_num_threads(1)
    warm_up()
    process, visitors, told = psutil.Process(), Visitors(*load_shipped()), {}
    for i in range(1, count + 1):
        tab = RetrainTab(visitors[f"page {i}"])
        tab.do("start", settings=settings("mlp", "cnn", data="digits", batch_size=32))
        tab.learns("cnn", steps=3)
        visitors.forget(f"page {i}")
        if i % (count // 5) == 0:
            gc.collect()
            told[f"after {i}"] = round(process.memory_info().rss / 2**20)
    told["threads"] = process.num_threads()
    return told


# Times, in milliseconds, of clicks and of what they bring about.
WATCH_PAGE = """() => {
  window.clicks = {}; window.points = []; window.states = [];
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#retrain [data-do]");
    if (button) window.clicks[button.dataset.do] = event.timeStamp;
  }, true);
  const controls = document.querySelector("#retrain .controls");
  new MutationObserver(() => window.states.push([controls.dataset.state, performance.now()]))
    .observe(controls, { attributes: true, attributeFilter: ["data-state"] });
  new MutationObserver((records) => {
    if (records.some(({ target, type }) => type === "attributes" && target.classList.contains("thin")
        || [...(records[0].addedNodes ?? [])].some((node) => node.classList?.contains("thin"))))
      window.points.push(performance.now());
  }).observe(document.querySelector("#retrain [data-chart=loss] svg"),
    { subtree: true, childList: true, attributes: true, attributeFilter: ["d"] });
}"""
MIDDLE = "() => window.scrollTo(0, document.querySelector('#retrain').getBoundingClientRect().top)"


def page(runs: int, strokes: int) -> dict[str, Any]:
    """A race on MNIST as a visitor sees it, and the pen of a second visitor beside it."""
    drawn = spread(os.environ.get("STROKES"), strokes)
    firsts, halts, rates, sizes, pens = [], [], [], [], {"nobody training": [], "a race beside": []}
    with open_browser() as browser, Server() as server:
        time.sleep(10)  # until it has warmed up
        for _ in range(runs):
            visitor = PadPage(browser.new_context(**DESKTOP).new_page(), server.url)
            other = PadPage(browser.new_context(**DESKTOP).new_page(), server.url)
            pens["nobody training"] += draw(other, drawn, strokes, 0.008)
            bodies: list[Any] = []
            visitor.page.on("response", lambda r, b=bodies: "component_server" in r.url and b.append(r))
            visitor.page.locator("#retrain .choice label", has_text="Race").click()
            visitor.page.locator("#retrain .choice label", has_text="best").click()
            visitor.put(7)
            visitor.page.evaluate(MIDDLE)
            visitor.page.evaluate(WATCH_PAGE)
            visitor.page.click("#retrain [data-do=start]")
            visitor.page.wait_for_function("window.points.length > 0")
            visitor.page.wait_for_timeout(5000)
            pens["a race beside"] += draw(other, drawn, strokes, 0.008)
            for button, states in (
                ("pause", ["paused"]),
                ("resume", ["running"]),
                ("stop", ["evaluating", "stopped"]),
            ):
                visitor.page.click(f"#retrain [data-do={button}]")
                selector = ", ".join(f"#retrain .controls[data-state={state}]" for state in states)
                visitor.page.wait_for_selector(selector)
            clicks, points, states = visitor.page.evaluate("[window.clicks, window.points, window.states]")
            firsts.append(points[0] - clicks["start"])
            rates.append(len([p for p in points if points[0] < p < points[0] + 5000]) / 5)
            for button, wanted in (("pause", ("paused",)), ("stop", ("evaluating", "stopped"))):
                halts.append(next(t for state, t in states if state in wanted and t > clicks[button]) - clicks[button])
            sizes += [len(answer.body()) for answer in bodies[-40:]]
            visitor.page.context.close()
            other.page.context.close()
    return {
        "Start to the first point, ms": [round(t) for t in firsts],
        "Pause and Stop to their word, ms": [round(t) for t in halts],
        "updates a second": rates,
        "largest update, kB": round(max(sizes) / 1000, 1),
        "another visitor's pen to cards, ms": {when: summary(times) for when, times in pens.items()},
        "load of the machine": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("cost", "page", "sessions", "one"))
    parser.add_argument("--strokes", type=int, default=33, help="of the second visitor, each time")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--count", type=int, default=200, help="visitors")
    parser.add_argument("--network", choices=NETWORKS, default="mlp", help=argparse.SUPPRESS)
    options = parser.parse_args()
    match options.what:
        case "cost":
            report: Any = cost(options.runs)
        case "page":
            report = page(options.runs, options.strokes)
        case "sessions":
            report = sessions(options.count)
        case _:
            report = one(options.network)
    print(json.dumps(report, indent=None if options.what == "one" else 2))


if __name__ == "__main__":
    main()
