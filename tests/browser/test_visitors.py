"""Several visitors in Chromium, on a server with room for one run: what one does, the others wait for and never see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.words import say
from tests.browser.driver import ENDLESS, RetrainPage
from tests.support import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def narrow(browser) -> Iterator[Server]:
    with Server(DIGIT_DUEL_RUNS="1") as server:
        yield server


@pytest.fixture
def arrive(visit, narrow):
    """Opens the page as one more visitor, with the bundled digits chosen."""

    def open_page() -> RetrainPage:
        page = visit(narrow.url)
        page.__class__ = RetrainPage
        page.choose(say("retrain.form.data"), say("retrain.data.digits"))
        return page

    return open_page


def start(page: RetrainPage, **values: object) -> None:
    page.fill("mlp", **values)
    page.do("start")


def test_a_closed_tab_ends_its_training_and_lets_the_next_in(arrive):
    first, second, third = arrive(), arrive(), arrive()
    start(first, epochs=ENDLESS)
    first.until("running")
    start(second, epochs=1, seed=2)
    second.until("waiting")
    start(third, epochs=1, seed=3)
    third.until("waiting")
    assert "next" in second.said() and "2" in third.said()
    second.do("stop")  # leaves the line
    second.until("stopped")
    third.page.wait_for_function("document.querySelector('#retrain .controls .sentence')?.innerText.includes('next')")
    first.page.close()
    third.until("finished")
    assert second.table(".runs tbody") == [] and len(third.table(".runs tbody")) == 1
    start(second, epochs=1, seed=2)  # the place is free again
    second.until("finished")


def test_what_one_visitor_trains_reads_for_nobody_else(arrive):
    one, other = arrive(), arrive()
    for page in (one, other):
        page.put(4)
        page.wait_for(4, 4)
    before = other.confidences()
    start(one, epochs=1, learning_rate=0.0001)
    one.until("finished")
    assert one.yours() == ["card-mlp"] and other.yours() == []
    one.page.wait_for_function(
        "before => document.querySelector('.reading').dataset.confidence !== before", arg=before[0]
    )
    other.page.click("[data-do=undo]")
    other.put(4)
    other.wait_for(4, 4)
    assert other.confidences() == before
    assert other.table(".runs tbody") == []
