"""How soon a drawing's shift maps are seen, and what the pen feels of them: the tab Compare open in Chromium.

    python -m tests.bench.shift_map [--runs 5]

From the last pointer event of a drawing to the first picture of all four maps, and to the whole of them. The page
waits 200 ms for the pen to rest before it begins. Then each stroke begins while the maps of the one before are being
filled, and the time from each pointer event to both cards is taken, as in tests.bench.pen_to_verdict. The best of the
runs counts: other work on the machine only ever adds. Prints one JSON object, times in milliseconds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
from typing import Any

from demo import samples
from demo.page.own import address
from demo.words import say
from tests.bench.pen_to_verdict import READ, summary, taken
from tests.bench.pen_to_verdict import WATCH as PEN
from tests.browser.driver import DESKTOP, PadPage, open_browser
from tests.support import Server

DONE = "#compare [data-view=drawing][data-done]"

# When a map has its first reading, and when it says that it is whole.
WATCH = """async (address) => {
  const { page } = await import(new URL(address, document.baseURI));
  const told = (window.told = {});
  const now = (name) => (told[name] ??= performance.now() - window.last);
  document.querySelector("#pad canvas").addEventListener("pointerup", () => {
    window.last = performance.now();
    for (const name of Object.keys(told)) delete told[name];
  }, true);
  page.subscribe(["verdict"], () => window.last && now("verdict"));
  const maps = document.querySelector("#compare .shifts .maps");
  new MutationObserver(() => {
    const said = [...maps.querySelectorAll(".says")].map((node) => node.textContent);
    if (said.length && said.every((text) => text !== "…")) now("first");
    if ([...maps.querySelectorAll(".told")].every((node) => node.textContent)) now("whole");
  }).observe(maps, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def opened(browser: Any, url: str) -> PadPage:
    page = PadPage(browser.new_context(**DESKTOP).new_page(), url)
    page.page.get_by_role("tab", name=say("page.tab.compare")).click()
    page.put(4)
    page.page.wait_for_selector(DONE, timeout=120_000)
    page.page.keyboard.press("Delete")
    return page


def maps(page: PadPage, digit: int) -> dict[str, float]:
    """The times of one drawing."""
    page.draw(samples.strokes(digit))
    page.page.wait_for_function("window.told.whole", timeout=120_000)
    times = page.page.evaluate("window.told")
    page.page.wait_for_selector(DONE, timeout=120_000)
    page.page.keyboard.press("Delete")
    return {name: round(time) for name, time in times.items()}


def filling(page: PadPage, strokes: int) -> list[float]:
    """Strokes of digits, each begun while the maps of the last are being made."""
    page.page.evaluate(PEN)
    drawn = [stroke for digit in range(10) for stroke in samples.strokes(digit)]
    for stroke in itertools.islice(itertools.cycle(drawn), strokes):
        page.draw([stroke], 0.008)
        page.page.wait_for_function("window.told.first", timeout=120_000)
        if page.page.evaluate("window.moves.length") % 3 == 0:
            page.page.keyboard.press("Delete")
    page.page.wait_for_function(READ)
    return taken(page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--strokes", type=int, default=60)
    options = parser.parse_args()
    with open_browser() as browser, Server() as server:
        page = opened(browser, server.url)
        page.page.evaluate(WATCH, address("page/state.js"))
        runs = [maps(page, digit) for digit in itertools.islice(itertools.cycle((7, 4, 8)), options.runs)]
        during = filling(page, options.strokes)
    best = {name: min(run[name] for run in runs) for name in ("first", "whole")}
    report = {
        "drawing to the first picture of four maps": best["first"],
        "drawing to the whole of four maps": best["whole"],
        "all runs": runs,
        "pointer event to cards while maps are filled": summary(during),
        "processors": os.cpu_count(),
        "load of the machine": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
