"""The tab Compare in Chromium: maps, curves and readers of a drawing made with the mouse; results; a phone."""

from __future__ import annotations

import csv
import io

import pytest
import torch

from demo import samples
from demo.page import own
from demo.words import say
from nets.checkpoint import TUTORIAL, load_shipped
from nets.comparison.measures import shift
from nets.comparison.results import FOLDER, read
from nets.preprocess import prepare_drawing
from tests.browser.driver import PHONE, PadPage

pytestmark = pytest.mark.browser
DONE = "#compare [data-view=drawing][data-done]"  # all there is to see of the drawing has arrived
LONG = 120_000  # milliseconds, on a machine with much else to do
TWO = "() => new Set([...document.querySelectorAll('.card [data-digit]')].map((card) => card.dataset.digit)).size === 2"
PICTURE = "address => import(new URL(address, document.baseURI)).then(({ page }) => page.get().picture !== null)"
PLACES = [(0, 0), (4, 0), (-6, 3), (9, -9), (0, 14)]


def opened(page: PadPage, view: str) -> None:
    page.page.get_by_role("tab", name=say("page.tab.compare")).click()
    shown(page, view)


def shown(page: PadPage, view: str) -> None:
    page.page.locator(f"#compare label:has([name=compare-view][value={view}])").click()
    page.page.wait_for_selector(f"#compare [data-view={view}]:not([hidden])")


def saved(page: PadPage, section: str, form: str, group: int = 0) -> bytes:
    """What an entry of a section's menu saves."""
    page.page.locator(f"#compare {section} .saves > button").first.click()
    with page.page.expect_download() as download:
        page.page.locator(".saving:popover-open [role=group]").nth(group).locator(f"[data-form={form}]").click()
    return download.value.path().read_bytes()


def text(page: PadPage, selector: str) -> str:
    return page.page.locator(f"#compare {selector}").first.inner_text()


def test_where_four_readers_part_on_a_drawing(visit):
    page = visit()
    page.draw(samples.strokes(7))
    page.wait_for(7, 7)
    opened(page, "drawing")
    page.page.wait_for_selector(DONE, timeout=LONG)
    maps = page.page.locator("#compare .shifts canvas[data-key]")
    assert maps.count() == 4

    # every map is PyTorch's, and without a move it is what the cards say
    image = prepare_drawing(samples.drawing(7)).image
    models = [*load_shipped()[0].values(), *load_shipped(TUTORIAL)[0].values()]
    rows = list(csv.reader(io.StringIO(saved(page, ".shifts", "csv").decode(), newline="")))[1:]
    told = {(int(row[0]), int(row[1])): row[2:] for row in rows}
    assert len(told) == 29 * 29
    with torch.inference_mode():
        for dx, dy in PLACES:
            for i, model in enumerate(models):
                share, digit = model(shift(image[None], dx, dy)).softmax(1).max(1)
                assert int(told[dx, dy][2 * i]) == digit
                assert float(told[dx, dy][2 * i + 1]) == pytest.approx(float(share), abs=1e-4)
    for i, network in enumerate(("mlp", "cnn")):
        card = page.page.get_attribute(f"#card-{network} .reading", "data-confidence")
        assert float(told[0, 0][2 * i + 1]) == pytest.approx(float(card), abs=2e-4)
    assert saved(page, ".shifts", "svg").startswith(b"<svg") and saved(page, ".shifts", "png")[1:4] == b"PNG"

    # pointer and keys lead to the same place on all maps
    maps.nth(1).focus()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("ArrowRight")
    assert text(page, ".moved figcaption") == say("compare.shift.right", count=1)
    box = maps.nth(0).bounding_box()
    page.page.mouse.move(box["x"] + 3.5 * box["width"] / 29, box["y"] + 14.5 * box["height"] / 29)
    assert text(page, ".moved figcaption") == say("compare.shift.left", count=11)

    # a slider moves the curve's place, and the readers say what they read there
    slider = page.page.locator("#compare [data-kind=blur] input")
    first = text(page, "[data-kind=blur] .told")
    slider.focus()
    page.page.keyboard.press("End")
    page.page.wait_for_function(
        "before => document.querySelector('#compare [data-kind=blur] .told').innerText !== before", arg=first
    )

    # another drawing has its maps without a word to the server
    since = len(page.requests)
    page.put(2)
    page.wait_for(2, 2)
    page.page.wait_for_function("() => document.querySelector('#compare .trace-title')?.innerText.includes('2')")
    page.page.wait_for_selector(DONE, timeout=LONG)
    assert [url for url in page.requests[since:] if url.startswith("http")] == []

    # what they part on soonest lies on the paper after a click, and the cards say two digits
    page.page.locator("#compare .parting button").click()
    page.page.wait_for_function(PICTURE, arg=own.address("page/state.js"))
    page.page.wait_for_function(TWO)
    assert not page.complaints


def test_results_on_the_test_set(visit):
    page = visit()
    opened(page, "digits")
    page.page.wait_for_selector("#compare .tables .matrix")
    ledger, measured = read(FOLDER, "ledger"), read(FOLDER, "measured-best-mlp")
    assert ledger and measured
    counts = measured["test"]["confusion"]
    script = "e => [...e.querySelectorAll('tbody tr')].map(r => [...r.querySelectorAll('td')].map(c => +c.innerText))"
    shown_counts = page.page.eval_on_selector("#compare .tables .matrix", script)
    assert shown_counts == counts and sum(map(sum, shown_counts)) == 10_000

    # a cell opens its digits, or says why there are none
    label, digit = next((i, j) for i in range(10) for j in range(10) if i != j and counts[i][j])
    page.page.locator(f"#compare .tables .matrix >> nth=0 >> tbody tr >> nth={label} >> td >> nth={digit}").locator(
        "button"
    ).click()
    who = say("compare.short.shipped", network="MLP")
    said = f"{who}: {counts[label][digit]} times a {label} was read as {digit}."
    page.page.wait_for_function(
        "said => document.querySelector('#compare .opened')?.innerText.startsWith(said)", arg=said
    )
    page.page.wait_for_selector("#compare .opened canvas, #compare .opened p:nth-of-type(2)")

    shown(page, "ledger")
    head = page.page.locator("#compare [data-column=parameters] button")
    head.wait_for()
    for order, reverse in (("descending", True), ("ascending", False)):
        head.click()
        page.page.wait_for_selector(f"#compare [data-column=parameters][aria-sort={order}]")
        cells = page.page.eval_on_selector_all(
            "#compare [data-view=ledger] table tbody td:nth-of-type(3)",
            "e => e.map(e => +e.innerText.replace(/,/g, ''))",
        )
        assert cells == sorted((row["parameters"] for row in ledger["rows"]), reverse=reverse)
    rows = list(csv.reader(io.StringIO(saved(page, "[data-view=ledger]", "csv").decode(), newline="")))
    assert len(rows) == 1 + len(ledger["rows"])

    shown(page, "claims")
    claims = read(FOLDER, "claims")
    page.page.wait_for_selector("#compare [data-claim]")
    verdicts = page.page.eval_on_selector_all(
        "#compare [data-claim]", "e => Object.fromEntries(e.map(e => [e.dataset.claim, e.dataset.verdict]))"
    )
    known = {row["key"]: row["verdict"] for row in claims["rows"]}
    assert {key: verdict for key, verdict in verdicts.items() if verdict != "waiting"} == known
    for key in verdicts.keys() - known.keys():
        row = text(page, f"[data-claim={key}]")
        assert say("compare.claims.waiting") in row and "python -m nets compare --experiment" in row
    assert not page.complaints


def test_retrain_is_set_up_from_a_claim(visit):
    page = visit()
    opened(page, "claims")
    page.page.locator("#compare [data-claim=rate_cnn] .arms button", has_text="0.01").click()
    rate = page.page.locator("#retrain [data-name=learning_rate] input[data-network=cnn]")
    rate.wait_for(state="attached")
    page.page.wait_for_function("input => input.value === '0.01'", arg=rate.element_handle())
    assert page.page.locator("#tabs [role=tab][aria-selected=true]").first.inner_text() == say("page.tab.retrain")


def test_the_switch_over_the_cards_changes_who_is_compared(visit):
    page = visit()
    page.put(4)
    page.wait_for(4, 4)
    opened(page, "drawing")
    page.page.wait_for_selector(DONE, timeout=LONG)
    trainings = "#compare .shifts .maps .training"
    named = [say(f"compare.training.{training}") for training in ("shipped", "tutorial")]
    order = "e => e.map(e => e.innerText)"
    assert page.page.eval_on_selector_all(trainings, order) == [named[0]] * 2 + [named[1]] * 2
    page.page.locator("#training label:has([value=tutorial])").click()
    page.page.wait_for_function(
        "([selector, first]) => document.querySelector(selector)?.innerText === first", arg=[trainings, named[1]]
    )
    page.page.wait_for_selector(DONE, timeout=LONG)
    assert page.page.eval_on_selector_all(trainings, order) == [named[1]] * 2 + [named[0]] * 2
    assert not page.complaints


def test_on_a_phone_nothing_is_cut_and_a_finger_moves_the_image(visit):
    page = visit(**PHONE)
    page.touch(samples.strokes(3))
    page.wait_for(3, 3)
    page.page.get_by_role("tab", name=say("page.tab.compare")).tap()
    for view in ("drawing", "digits", "ledger", "claims"):
        page.page.locator(f"#compare label:has([name=compare-view][value={view}])").tap()
        page.page.wait_for_selector(
            f"#compare [data-view={view}] :is([data-key], .matrix, .plain tbody tr, [data-claim])"
        )
        wide = page.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], view
    page.page.locator("#compare label:has([name=compare-view][value=drawing])").tap()
    page.page.wait_for_function("document.querySelector('#compare .shifts .says')?.innerText.includes('3')")
    box = page.page.locator("#compare .shifts canvas[data-key]").first.bounding_box()
    page.page.locator("#compare .shifts canvas[data-key]").first.tap(
        position={"x": 24.5 * box["width"] / 29, "y": 14.5 * box["height"] / 29}
    )
    assert text(page, ".moved figcaption") == say("compare.shift.right", count=10)
    assert not page.complaints
