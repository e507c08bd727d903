"""What the page says of the networks that the cards read with, against what they read, after whatever a visitor does.

What it says after a server was killed is in test_faults.py.
"""

from __future__ import annotations

import re

import pytest

from demo.words import say
from tests.browser.driver import ENDLESS, RetrainPage

pytestmark = pytest.mark.browser

SHIPPED = say("retrain.reads.shipped.both")
CNN_SHIPPED = say("retrain.reads.shipped.cnn")


@pytest.fixture
def begin(visit):
    """Opens the page with a 4 drawn, and with the MLP and the bundled digits chosen."""
    pages = []

    def open_tab() -> RetrainPage:
        page = visit()
        page.__class__ = RetrainPage
        page.choose(say("retrain.form.data"), say("retrain.data.digits"))
        page.choose(say("retrain.form.network"), say("network.mlp"))
        page.put(4)
        page.wait_for(4, 4)
        pages.append(page)
        return page

    yield open_tab
    assert [page.complaints for page in pages] == [[]] * len(pages)


def run(page: RetrainPage, **values: object) -> None:
    """Train the MLP for a moment, until there is one more row in the table of runs."""
    rows = len(page.table(".runs > .wide tbody"))
    page.fill("mlp", **{"epochs": 1, **values})
    page.do("start")
    page.page.wait_for_selector(f"#retrain .runs > .wide tbody tr:nth-child({rows + 1})", timeout=120_000)


def until_it_reads(page: RetrainPage, confidence: str) -> None:
    """Until the MLP is as sure of the 4 as this: but for rounding, for page and server add in another order."""
    script = "value => Math.abs(document.querySelector('#card-mlp .reading').dataset.confidence - value) < 2e-4"
    page.page.wait_for_function(script, arg=float(confidence))


def result_of(number: int) -> str:
    return say("retrain.reads.result.mlp", run=number)


def test_at_first_the_shipped_networks_read(begin):
    page = begin()
    page.until_said(SHIPPED)
    assert (page.yours(), page.marked(), page.downloads()) == ([], [], [])


def test_back_to_the_shipped_weights(begin):
    page = begin()
    before = page.confidences()
    run(page)
    page.until_said(result_of(1))
    page.page.wait_for_selector("#card-mlp.yours")
    assert CNN_SHIPPED in page.said()
    assert page.marked() == [["1", "mlp"]]
    page.do("shipped")
    page.until_said(SHIPPED)
    page.page.wait_for_selector("#card-mlp:not(.yours)")
    until_it_reads(page, before[0])
    assert result_of(1) not in page.said()
    assert page.marked() == []
    assert page.downloads() == ["MLP of run 1"], "it can still be had"


def test_a_network_from_a_file(begin, tmp_path):
    page = begin()
    run(page)
    page.until_said(result_of(1))
    with page.page.expect_download() as download:
        page.page.click("[data-download=mlp]")
    download.value.save_as(tmp_path / "mlp.zip")
    page.page.wait_for_selector("#card-mlp.yours")
    confidence = page.page.get_attribute("#card-mlp .reading", "data-confidence")
    run(page, seed=1)
    page.until_said(result_of(2))
    assert page.marked() == [["2", "mlp"]]
    page.page.set_input_files("#retrain [type=file]", tmp_path / "mlp.zip")
    page.until_said(say("retrain.reads.loaded.mlp", parameters=175_306))
    assert CNN_SHIPPED in page.said()
    until_it_reads(page, confidence)
    assert page.yours() == ["card-mlp"] and page.marked() == []
    assert page.downloads() == ["MLP from your file"]
    run(page, seed=2)
    page.until_said(result_of(3))
    assert (page.marked(), page.downloads()) == ([["3", "mlp"]], ["MLP of run 3"])
    assert page.page.inner_text("#retrain .keep .problem") == ""


def test_a_diverged_run_that_was_left(begin):
    page = begin()
    before = page.confidences()
    page.open_settings()
    page.field("mlp", "optimizer").select_option("sgd")
    run(page, epochs=50, learning_rate=100)
    page.until("diverged")
    page.until_said(result_of(1))
    assert page.marked() == [["1", "mlp"]]
    page.do("shipped")
    page.until_said(SHIPPED)
    until_it_reads(page, before[0])
    assert page.yours() == page.marked() == []
    run(page, epochs=1, learning_rate=0.01)
    page.until_said(result_of(2))
    assert say("retrain.state.finished.mlp") in page.said() and "bounds" not in page.said()
    assert page.marked() == [["2", "mlp"]]


def test_a_moment_of_the_past(begin):
    page = begin()
    run(page, epochs=3)
    page.until_said(result_of(1))
    page.page.wait_for_selector("#card-mlp.yours")
    slider = page.page.locator("#retrain .travel input")
    slider.focus()
    page.page.keyboard.press("Home")
    past = re.compile(r"run 1 as it was after 0\.0 s of training")
    page.page.locator("#retrain .controls .sentence").filter(has_text=past).wait_for()
    assert page.marked() == [] and CNN_SHIPPED in page.said()
    assert page.downloads() == ["MLP of run 1"]
    page.page.keyboard.press("End")
    page.until_said(result_of(1))
    assert page.marked() == [["1", "mlp"]]
    page.page.keyboard.press("Home")
    page.page.locator("#retrain .controls .sentence").filter(has_text=past).wait_for()
    page.do("shipped")
    page.until_said(SHIPPED)
    page.page.wait_for_selector("#card-mlp:not(.yours)")
    assert page.page.inner_text(".travel output") == say("retrain.travel.now")


def test_while_it_learns(begin):
    page = begin()
    page.fill("mlp", epochs=ENDLESS)
    page.do("start")
    page.until("running")
    page.until_said(say("retrain.reads.learning.mlp", run=1))
    page.page.wait_for_selector("#card-mlp.yours")
    assert (page.marked(), page.downloads()) == ([], [])
    page.do("pause")
    page.until("paused")
    assert say("retrain.reads.learning.mlp", run=1) in page.said()
    page.do("stop")
    page.until("stopped")
    page.until_said(result_of(1))
