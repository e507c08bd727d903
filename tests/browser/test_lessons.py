"""The lessons in Chromium, each walked from its list to what there is to take home, by doing what it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from demo import samples
from demo.words import look_up, say
from tests.browser.driver import PHONE, PadPage

pytestmark = pytest.mark.browser

UPRIGHT = [[(140.0, 50.0 + 4 * i) for i in range(46)]]
LYING = [[(50.0 + 4 * i, 140.0) for i in range(46)]]
CORNER = [[(0.3 * x + 190, 0.3 * y + 190) for x, y in stroke] for stroke in samples.strokes(3)]
LETTER = [[(60.0, 230.0), (140.0, 50.0), (220.0, 230.0)], [(95.0, 150.0), (185.0, 150.0)]]


class Walk:
    """A lesson under way on the page."""

    def __init__(self, page: PadPage, lesson: str) -> None:
        self.pad, self.page, self.lesson = page, page.page, lesson

    def begin(self) -> None:
        self.page.get_by_role("tab", name=say("page.tab.lessons"), exact=True).click()
        self.page.click(f"[data-begin={self.lesson}]")

    def at(self, step: str) -> None:
        """Until this step is shown, and what it lights can be seen."""
        self.page.wait_for_selector(f"#lesson[data-step={step}]:not([hidden])")

    def bet(self, step: str, choice: str) -> None:
        self.at(step)
        self.page.click(f"#lesson [data-choice={choice}]")

    def told(self) -> str:
        """What is said once it was done."""
        self.page.wait_for_selector("#lesson.over [data-do=next][aria-disabled=false]", timeout=40_000)
        return self.page.inner_text("#lesson .told")

    def next(self) -> None:
        self.told()
        self.page.click("#lesson [data-do=next]")

    def home(self) -> None:
        self.at("end")
        self.page.locator("#lesson .code code", has_text="import").wait_for(state="attached")
        assert self.page.inner_text("#lesson .say").startswith(look_up(f"lesson.{self.lesson}.home")[:12])
        assert self.pad.complaints == []

    def cell(self, row: int, column: int) -> None:
        """Choose a cell of the enlarged map, by its share of the canvas."""
        canvas = self.page.locator("#inside .big canvas")
        canvas.wait_for()
        box = canvas.bounding_box()
        self.tap(canvas, (column + 0.5) * box["width"] / 28, (row + 0.5) * box["height"] / 28)

    def tap(self, node: Any, x: float, y: float) -> None:
        node.click(position={"x": x, "y": y})

    def place(self, right: int, down: int) -> None:
        """Choose a place of the first map of Compare."""
        canvas = self.page.locator("#compare .shifts .maps canvas").first
        canvas.wait_for()
        box = canvas.bounding_box()
        self.tap(canvas, (right + 14.5) * box["width"] / 29, (down + 14.5) * box["height"] / 29)

    def view(self, tab: str, name: str) -> None:
        self.page.locator(f"#{tab} .choice.view label", has_text=name).first.click()


def image(walk: Walk) -> None:
    walk.at("draw")
    walk.pad.draw(samples.strokes(7))
    walk.next()
    walk.bet("bet", "next")
    walk.at("one")
    walk.page.wait_for_selector("#inside .layer h3:text('input')")
    walk.cell(12, 14)
    walk.next()
    walk.at("below")
    walk.cell(13, 14)
    assert "350" in walk.told() and "378" in walk.told()
    walk.next()


def prepare(walk: Walk) -> None:
    walk.bet("bet", "five")
    walk.at("off")
    walk.page.click("#preparation [data-step=crop] label")
    assert say("lesson.prepare.bet.choice.other") in walk.told()
    walk.next()
    walk.at("on")
    walk.page.click("#preparation [data-step=crop] label")
    walk.next()
    walk.at("own")
    walk.pad.draw(CORNER)
    walk.next()


def weights(walk: Walk) -> None:
    walk.at("look")
    walk.view("inside", say("inside.view.mlp"))
    walk.next()
    walk.at("other")
    walk.page.locator("#inside [data-view=mlp] .asked label", has_text="3").click()
    walk.next()
    if walk.page.get_attribute("#lesson", "data-step") == "bet":  # where it was measured
        walk.bet("bet", "mlp")
        walk.at("ledger")
        walk.view("compare", say("compare.view.ledger"))
        walk.next()


def kernel(walk: Walk) -> None:
    walk.at("upright")
    walk.pad.draw(UPRIGHT)
    walk.next()
    walk.bet("bet", "same")
    walk.at("lying")
    walk.pad.draw(LYING)
    walk.next()
    walk.bet("count", "shared")
    walk.at("one")
    walk.page.wait_for_selector("#inside .layer h3:text('conv1')")
    walk.cell(8, 8)
    walk.next()
    walk.at("two")
    walk.cell(20, 14)
    assert "416" in walk.told()
    walk.next()


def pool(walk: Walk) -> None:
    walk.bet("bet", "many")
    walk.at("same")
    walk.page.locator("#inside .cells input").first.fill("2")  # 5 and 6 stay larger
    assert say("lesson.pool.bet.choice.none") in walk.told()
    walk.next()
    walk.bet("shifted", "more")
    walk.at("shift")
    walk.page.locator("#inside .choice.shift label", has_text=say("inside.shift.up")).click()
    walk.next()


def reach(walk: Walk) -> None:
    walk.at("near")
    walk.page.wait_for_selector("#inside .layer h3:text('conv1')")
    walk.cell(14, 14)
    assert " 5 " in walk.told()
    walk.next()
    walk.bet("bet", "more")
    walk.at("far")
    walk.page.locator("#inside .chain label", has_text="conv4").click()
    walk.page.wait_for_selector("#inside .layer h3:text('conv4')")
    walk.cell(14, 14)
    assert " 40 " in walk.told()
    walk.next()


def learn(walk: Walk) -> None:
    walk.bet("bet", "many")
    walk.at("start")
    walk.page.click("#retrain [data-do=start]")
    assert say("lesson.learn.bet.choice.some") in walk.told()
    walk.next()
    walk.bet("rate", "faster")
    walk.at("again")
    walk.page.wait_for_selector("#retrain .controls[data-state=finished]", timeout=60_000)
    walk.page.click("#retrain [data-do=start]")
    assert say("lesson.learn.rate.choice.never") in walk.told()
    walk.next()
    if walk.page.get_attribute("#lesson", "data-step") == "kinds":  # where it was measured
        walk.bet("kinds", "same")
        walk.at("claims")
        walk.view("compare", say("compare.view.claims"))
        walk.next()


def move(walk: Walk) -> None:
    walk.bet("bet", "never")
    walk.at("move")
    walk.place(-13, 0)
    walk.next()
    walk.bet("who", "cnn")
    walk.at("set")
    walk.view("compare", say("compare.view.digits"))
    assert "1,000" in walk.told()
    walk.next()


def cost(walk: Walk) -> None:
    walk.bet("bet", "less")
    walk.at("ledger")
    walk.view("compare", say("compare.view.ledger"))
    walk.page.click("#compare [data-column=multiply_adds] button")
    assert say("lesson.cost.bet.choice.many") in walk.told()
    walk.next()
    if walk.page.get_attribute("#lesson", "data-step") == "small":
        walk.bet("small", "yes")
        walk.at("accuracy")
        walk.page.click("#compare [data-column=accuracy] button")
        walk.next()


def doubt(walk: Walk) -> None:
    walk.bet("bet", "low")
    walk.at("letter")
    walk.pad.draw(LETTER)
    walk.next()
    walk.bet("flag", "one")
    walk.at("tutorial")
    walk.page.locator("#training label", has_text=say("verdict.training.tutorial")).click()
    walk.next()
    walk.at("good")
    walk.page.locator("#training label", has_text=say("verdict.training.shipped")).click()
    walk.next()


LESSONS: dict[str, Callable[[Walk], None]] = {
    "image": image,
    "prepare": prepare,
    "weights": weights,
    "kernel": kernel,
    "pool": pool,
    "reach": reach,
    "learn": learn,
    "move": move,
    "cost": cost,
    "doubt": doubt,
}


def test_every_lesson_is_done_by_doing_what_it_asks(visit):
    """One after the other, on one page: the end of each leads to the next."""
    page = visit()
    Walk(page, "image").begin()
    for lesson, steps in LESSONS.items():
        walk = Walk(page, lesson)
        steps(walk)
        walk.home()
        if lesson != "doubt":
            page.page.click("#lesson [data-do=other]")
    page.page.click("#lesson [data-do=list]")
    page.page.wait_for_selector("#lesson[hidden]", state="attached")
    done = page.page.locator("#lessons .state", has_text=say("lesson.list.done"))
    assert done.count() == len(LESSONS)
