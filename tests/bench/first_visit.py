"""The first visit of a browser that has never seen the page: seconds until a stroke is read, and bytes.

    python -m tests.bench.first_visit [--visits 7]

Seconds count from the start of navigation, by the page's own clock: to the pad's canvas, and to both cards' verdict on
a line that real pointer events draw as soon as the pad takes it. Bytes are those on the wire, heads included. Our own
are those that an empty Gradio page, measured alike, does not have: of what both load the difference, and of the rest
all but Gradio's files, which lie under /assets/ and /static/. Prints a table, with the extremes behind the medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from demo.page.own import address
from tests.browser.driver import DESKTOP, PadPage, open_browser
from tests.support import Server

EMPTY = """
import gradio
with gradio.Blocks(analytics_enabled=False) as page:
    gradio.HTML("<p id=empty>")
page.launch(ssr_mode=False)
"""
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("#pad canvas, #empty")) return;
  window.there = performance.now();
  observer.disconnect();
  if (document.querySelector("#pad canvas")) import(new URL("STATE", document.baseURI)).then(listen);
}).observe(document, { subtree: true, childList: true });
const listen = ({ page }) => page.subscribe(["verdict"], ({ verdict }) => {
  if (verdict.asked >= window.drawn - 0.1) window.read ??= performance.now(); // clocks are rounded
});
document.addEventListener("pointermove", ({ buttons }) => buttons && (window.drawn = performance.now()), true);
""".replace("STATE", address("page/state.js"))
LINE = [[(140, 60), (140, 220)]]
CALLS = "/gradio_api/component_server/"
REST = 2.0  # seconds after which the page has loaded whatever it loads by itself


class Visit(NamedTuple):
    there: float  # seconds until the canvas, or the empty page's paragraph
    read: float  # seconds until the line is read
    requests: int
    sizes: Counter[str]  # bytes, by path


def visit(browser, server: Server) -> Visit:
    """Open the page in a profile of its own, and draw where there is a pad."""
    context = browser.new_context(**DESKTOP)
    page, paths, sizes = context.new_page(), {}, Counter()
    page.add_init_script(WATCH)
    network = context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", lambda told: paths.update({told["requestId"]: told["request"]["url"]}))
    network.on(
        "Network.loadingFinished",
        lambda told: sizes.update({urlsplit(paths[told["requestId"]]).path: int(told["encodedDataLength"])}),
    )
    network.send("Network.enable")
    if server.program == ("app.py",):
        pad = PadPage(page, server.url, first=True)
        pad.draw(LINE)
        page.wait_for_function("window.read")
        assert all(pad.digits().values())
    else:
        page.goto(server.url)
        page.wait_for_selector("#empty", state="attached")
    page.wait_for_timeout(1000 * REST)
    there, read = page.evaluate("[window.there / 1000, (window.read ?? 0) / 1000]")
    context.close()
    return Visit(there, read, sum(url.startswith(server.url) for url in paths.values()), sizes)


def visits(browser, server: Server, count: int) -> list[Visit]:
    """The first of them right after the start, the others once the server is at rest."""
    with server:
        first = visit(browser, server)
        time.sleep(10)
        return [first, *(visit(browser, server) for _ in range(count))]


def own(page: Counter[str], empty: Counter[str]) -> Counter[str]:
    """Bytes that are not Gradio's, by path."""
    gradios = {path for path in page if path.startswith(("/assets/", "/static/"))} - empty.keys()
    return Counter({path: size - empty[path] for path, size in page.items() if path not in gradios})


def weights(sizes: Counter[str]) -> int:
    return sum(size for path, size in sizes.items() if path.endswith(".safetensors"))


def spread(values: Iterable[float], form: str) -> str:
    values = list(values)
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=7)
    options = parser.parse_args()
    with open_browser() as browser:
        _, *empty = visits(browser, Server(program=("-c", EMPTY)), options.visits)
        first, *page = visits(browser, Server(), options.visits)
    ours = [own(visit.sizes, empty[0].sizes) for visit in page]
    rows = {
        "opened to the pad's canvas, s": (spread((v.there for v in page), ".2f"), ""),
        "opened to both cards' verdict on a stroke, s": (spread((v.read for v in page), ".2f"), "2"),
        "the same, just started": (f"{first.read:.2f}", ""),
        "an empty Gradio page to its content, s": (spread((v.there for v in empty), ".2f"), ""),
        "requests": (spread((v.requests for v in page), ".0f"), ""),
        "kB in all": (spread((v.sizes.total() / 1000 for v in page), ".1f"), ""),
        "of it the weights, which the page waits for neither to be seen nor to read": (
            spread((weights(sizes) / 1000 for sizes in ours), ".1f"),
            "1200",
        ),
        "of it the rest of our own": (
            spread(((sizes.total() - weights(sizes)) / 1000 for sizes in ours), ".1f"),
            "150",
        ),
        "of that the page itself": (spread((sizes["/"] / 1000 for sizes in ours), ".1f"), ""),
        "of that answers to its calls": (spread((sizes[CALLS] / 1000 for sizes in ours), ".1f"), ""),
    }
    print("| | measured | aim |\n| --- | ---: | ---: |")
    for name, (measured, aim) in rows.items():
        print(f"| {name} | {measured} | {aim} |")
    print(f"\n{options.visits} visits each; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
