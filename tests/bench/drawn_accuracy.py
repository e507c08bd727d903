"""How many real pen digits each network reads when they are drawn on the page by the mouse.

    python -m tests.bench.drawn_accuracy --strokes FILE.jsonl.gz [--count 100]

FILE (or STROKES in the environment) has a digit a line, {"label": 7, "strokes": [[[x, y], ...], ...], ...}; as many
are drawn, taken evenly from the whole file. Without one the page's own ten samples are drawn. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os

from tests.bench.pen_to_verdict import READ, WATCH, spread
from tests.browser.driver import DESKTOP, PadPage, open_browser
from tests.support import Server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", default=os.environ.get("STROKES"), help="a file of digits as strokes")
    parser.add_argument("--count", type=int, default=100, help="digits to draw")
    options = parser.parse_args()
    drawn = spread(options.strokes, options.count if options.strokes else 10)
    right, wrong = {"mlp": 0, "cnn": 0}, []
    with open_browser() as browser, Server() as server:
        page = PadPage(browser.new_context(**DESKTOP).new_page(), server.url)
        page.page.evaluate(WATCH)
        for label, strokes in drawn:
            page.page.keyboard.press("Delete")
            page.draw(strokes)
            page.page.wait_for_function(READ)
            read = page.digits()
            for name in right:
                right[name] += read[name] == str(label)
            if set(read.values()) != {str(label)}:
                wrong.append({"label": label, **read})
    accuracy = {name: count / len(drawn) for name, count in right.items()}
    print(json.dumps({"digits": len(drawn), "accuracy": accuracy, "read otherwise": wrong}))


if __name__ == "__main__":
    main()
