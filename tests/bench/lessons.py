"""How soon a lesson can be begun, and how long each takes to set the page up, in Chromium.

    python -m tests.bench.lessons [--runs 5]

The first: from the pad's canvas to the first lesson's card with its step, on a page opened by a link to it. Each: from
the click on "Begin" in the list to the card with its first step, and to the page as that step wants it, its tab open
and what it put on the paper read; the modules of lesson and tab are fetched meanwhile. Prints a table in milliseconds,
medians with the extremes behind them.
"""

from __future__ import annotations

import argparse
import os

from demo.page.own import address
from demo.words import say
from tests.bench.first_visit import spread
from tests.browser.driver import DESKTOP, PadPage, open_browser
from tests.support import Server

# When the canvas stands, when a lesson is begun, when its card is there, and when the page is as the step wants it.
WATCH = """
const times = (window.times = {});
const now = (name) => (times[name] ??= performance.now());
addEventListener("click", ({ target }) => target.closest?.("[data-begin]") && now("click"), true);
const look = () => {
  if (document.querySelector("#pad canvas")) now("canvas");
  if (document.querySelector("#lesson[data-step]:not([hidden])")) now("card");
  requestAnimationFrame(look);
};
look();
import(new URL("STATE", document.baseURI)).then(({ page }) => {
  const check = () => {
    const { tab, strokes, verdict, lesson } = page.get();
    const open = !tab || document.querySelector(`#tab-${tab}`)?.checkVisibility();
    const read = !strokes.length || (verdict?.cards?.mlp && verdict.cards.cnn);
    if (lesson && times.card && open && read) return now("ready");
    setTimeout(check, 5);
  };
  check();
});
"""


def measured(browser, url: str, lesson: str, link: bool) -> dict[str, float]:
    """Milliseconds by the page's clock: when canvas, click, card and page were there."""
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    page.add_init_script(
        f"addEventListener('DOMContentLoaded', () => {{ {WATCH} }})".replace("STATE", address("page/state.js"))
    )
    pad = PadPage(page, f"{url}#1&lesson={lesson}.0" if link else url)
    if not link:
        page.get_by_role("tab", name=say("page.tab.lessons"), exact=True).click()
        page.click(f"[data-begin={lesson}]")
    page.wait_for_function("window.times?.ready")
    times = page.evaluate("window.times")
    assert not pad.complaints
    context.close()
    return times


def listed(browser, url: str) -> list[str]:
    """The lessons in the order of their list."""
    context = browser.new_context(**DESKTOP)
    page = PadPage(context.new_page(), url).page
    page.get_by_role("tab", name=say("page.tab.lessons"), exact=True).click()
    page.wait_for_selector("[data-begin]")
    lessons = page.eval_on_selector_all("[data-begin]", "e => e.map(e => e.dataset.begin)")
    context.close()
    return lessons


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print("| | card | page set up |\n| --- | ---: | ---: |")
    with open_browser() as browser, Server() as server:
        lessons = listed(browser, server.url)  # and the server is warm then
        for name, lesson, start in [
            ("the first by a link, from the canvas on", lessons[0], "canvas"),
            *((f"{lesson}, from the click on", lesson, "click") for lesson in lessons),
        ]:
            runs = [measured(browser, server.url, lesson, start == "canvas") for _ in range(options.runs)]
            parts = (spread((run[what] - run[start] for run in runs), ".0f") for what in ("card", "ready"))
            print(f"| {name} | {' | '.join(parts)} |", flush=True)
    print(f"\n{options.runs} runs each; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
