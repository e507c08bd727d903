"""How soon the maps follow a stroke by the mouse, with the tab Look inside open.

    python -m tests.bench.inside [--strokes FILE.jsonl.gz] [--count 30] [--layer conv1] [--cell]

Times are taken inside the page: from a pointer event's own time stamp to the cards changed by it, and to the maps of
the chosen layer, asked for after that, on their canvases. FILE is that of tests.bench.pen_to_verdict; without one (or
STROKES in the environment) the page's own samples are drawn. With --cell one cell's arithmetic is open as well. Prints
one JSON object, times in milliseconds, sizes in bytes.
"""

from __future__ import annotations

import argparse
import json
import os

from demo.words import say
from tests.bench.pen_to_verdict import draw, spread, summary
from tests.browser.driver import DESKTOP, PadPage, open_browser
from tests.support import Server

WATCH = """() => {
  window.maps = [];
  document.addEventListener("digit-duel:inside", ({ detail }) => window.maps.push([detail.asked, performance.now()]));
}"""


def open_tab(page: PadPage, layer: str, cell: bool) -> None:
    """The tab with a sample on the pad and the layer chosen."""
    page.put(7)
    page.wait_for(7, 7)
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    page.page.click(f'#inside .chain label[data-value="{layer}"]')
    if cell:
        page.page.click("#inside .big canvas")
        page.page.wait_for_selector("#inside .cell .work")
    page.page.keyboard.press("Home")
    page.page.evaluate("scrollTo(0, 0)")
    page.page.click("[data-do=clear]")


def until_maps(moves: list, verdicts: list, maps: list) -> list[float]:
    """From every pointer event to the first maps that were asked for once its verdict was there."""
    times = []
    for happened, handled in moves:
        read = next((written for sent, written in verdicts if sent >= handled - 0.1), None)
        shown = read and next((painted for asked, painted in maps if asked >= read - 0.1), None)
        if shown:
            times.append(shown - happened)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", default=os.environ.get("STROKES"), help="a file of digits as strokes")
    parser.add_argument("--count", type=int, default=30, help="strokes to draw")
    parser.add_argument("--layer", default="conv1")
    parser.add_argument("--cell", action="store_true", help="with a cell's arithmetic open")
    parser.add_argument("--pause", type=float, default=8.0, help="milliseconds between two pointer events, at least")
    options = parser.parse_args()
    drawn = spread(options.strokes, options.count)

    sizes = []
    with open_browser() as browser, Server() as server:
        page = PadPage(browser.new_context(**DESKTOP).new_page(), server.url)
        open_tab(page, options.layer, options.cell)

        def finished(request) -> None:
            if '"look"' in (request.post_data or ""):
                sizes.append(request.sizes()["responseBodySize"])

        page.page.on("requestfinished", finished)
        page.page.evaluate(WATCH)
        verdicts = draw(page, drawn, options.count, options.pause / 1000)
        page.page.wait_for_timeout(500)
        maps = until_maps(*page.page.evaluate("[window.moves, window.shown, window.maps]"))
    report = {
        "strokes": f"{options.count} of {'the samples' if options.strokes is None else 'the file'}",
        "layer": options.layer + (", one cell open" if options.cell else ""),
        "pointer events": len(verdicts),
        "pointer event to cards, this tab open": summary(verdicts),
        "pointer event to maps": summary(maps),
        "maps shown": len(sizes),
        "largest answer as sent, bytes": max(sizes),
        "load of the machine": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
