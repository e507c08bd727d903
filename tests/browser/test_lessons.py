"""The lessons in Chromium, each walked from its list to what there is to take home, by doing what it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from demo import samples
from demo.words import say
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
        assert self.page.inner_text("#lesson .say").startswith(say(f"lesson.{self.lesson}.home")[:12])
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
    walk.bet("thin", "both")
    walk.at("line")
    walk.page.click("#preparation [data-step=pen] label")
    assert say("lesson.prepare.thin.choice.one") in walk.told()
    walk.next()


def weights(walk: Walk) -> None:
    walk.at("look")
    walk.view("inside", say("inside.view.mlp"))
    walk.next()
    walk.at("other")
    walk.page.locator("#inside [data-view=mlp] .asked label", has_text="8").click()
    walk.next()
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
    walk.bet("way", "up")
    walk.at("raise")
    slider = walk.page.locator("#retrain .worked .loss .mover input")
    slider.press("ArrowRight")
    assert walk.page.get_attribute("#lesson [data-do=next]", "aria-disabled") == "true"  # the loss is hardly lower
    slider.press("End")
    assert say("lesson.learn.way.choice.up") in walk.told()
    walk.next()
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


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_done_by_doing_what_it_asks(visit, lesson):
    page = visit()
    walk = Walk(page, lesson)
    walk.begin()
    LESSONS[lesson](walk)
    walk.home()
    page.page.click("#lesson [data-do=list]")
    page.page.wait_for_selector("#lesson[hidden]", state="attached")
    assert page.page.locator("#lessons .state", has_text=say("lesson.list.done")).count() == 1


def test_who_does_something_else_is_not_let_on(visit):
    """The wrong pixel, a digit where a line is asked for, a place where it is read as before; and back again."""
    page = visit()
    walk = Walk(page, "image")
    walk.begin()
    walk.at("draw")
    onwards = page.page.locator("#lesson [data-do=next]")
    page.put(7)
    walk.next()
    walk.bet("bet", "row")
    walk.at("one")
    onwards.click(force=True)  # aria-disabled: it may be pressed, and nothing comes of it
    walk.page.wait_for_selector("#inside .layer h3:text('input')")
    walk.cell(12, 14)
    walk.next()
    walk.at("below")
    walk.cell(12, 15)
    page.page.wait_for_function("document.querySelector('#inside .field figcaption')?.innerText.includes('15')")
    onwards.click(force=True)
    assert page.page.get_attribute("#lesson", "data-step") == "below"
    assert onwards.get_attribute("aria-disabled") == "true" and page.page.is_visible("#lesson .wait")
    walk.cell(13, 14)
    assert say("lesson.image.bet.choice.row") in walk.told()
    page.page.click("#lesson [data-do=back]")
    walk.at("one")
    assert page.page.is_enabled("#lesson [data-do=next]")  # it was done before
    page.page.click("#lesson [data-do=leave]")
    page.page.wait_for_selector("#lesson[hidden]", state="attached")
    assert page.complaints == []


def test_a_lesson_goes_on_where_it_was_left_and_gives_the_drawing_back(visit):
    page = visit()
    page.put(3)
    page.wait_for(3, 3)
    walk = Walk(page, "prepare")
    walk.begin()
    walk.bet("bet", "other")
    walk.at("off")
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    assert page.page.is_visible("#lesson .say")  # in every tab
    page.page.reload()
    walk.at("off")
    assert say("lesson.prepare.bet.choice.other") in page.page.inner_text("#lesson .quote")
    page.page.click("#lesson [data-do=leave]")
    page.page.wait_for_selector("#lesson[hidden]", state="attached")
    walk.begin()
    walk.at("off")
    page.page.click("#lesson [data-do=leave]")


def test_a_lesson_that_cannot_be_fetched_yet_says_so_and_begins_when_it_can(visit):
    page = visit()
    page.page.route("**/lessons/running.js", lambda route: route.abort())
    walk = Walk(page, "prepare")
    walk.begin()
    page.page.get_by_text(say("retrain.lost")).locator("visible=true").wait_for()
    page.page.click("#lesson button")
    page.page.wait_for_selector("#lesson", state="detached")
    walk.begin()
    page.page.get_by_text(say("retrain.lost")).locator("visible=true").wait_for()
    page.page.unroute("**/lessons/running.js")
    walk.at("bet")
    assert page.page.locator("#lesson").count() == 1


def test_by_keyboard_alone(visit):
    """From the row of tabs to the end of a lesson: Tab, Enter, Space and arrow keys."""
    page = visit()
    keys = page.page.keyboard

    def to(selector: str) -> None:
        """Tab until this has the keyboard."""
        for _ in range(90):
            if page.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            keys.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    page.page.get_by_role("tab", name=say("page.tab.retrain")).focus()
    keys.press("ArrowLeft")
    page.page.wait_for_selector("[data-begin=reach]")
    to("[data-begin=reach]")
    keys.press("Enter")
    Walk(page, "reach").at("near")
    assert page.page.evaluate("document.activeElement.matches('#lesson .say')")
    page.page.wait_for_selector("#inside .layer h3:text('conv1')")
    to("#inside .big canvas")
    keys.press("ArrowRight")
    page.page.wait_for_selector("#lesson.over")
    page.page.focus("#lesson .say")
    to("#lesson [data-do=next]")
    keys.press("Enter")
    Walk(page, "reach").at("bet")
    to("#lesson [data-choice=part]")
    keys.press("Space")
    Walk(page, "reach").at("far")
    to("#inside .chain input")
    for _ in range(12):
        if page.page.locator("#inside .chain input:checked").get_attribute("value") == "conv4":
            break
        keys.press("ArrowRight")
    page.page.wait_for_selector("#inside .layer h3:text('conv4')")
    to("#inside .big canvas")
    keys.press("ArrowRight")
    page.page.wait_for_selector("#lesson.over")
    page.page.focus("#lesson .say")
    to("#lesson [data-do=next]")
    keys.press("Enter")
    Walk(page, "reach").home()


def test_on_a_phone_by_touch_and_in_the_dark(visit):
    """From the invitation beside the empty paper on; the card covers neither the paper nor what is lit."""
    page = visit(**PHONE, color_scheme="dark")
    page.page.locator("#seen .invitation button").tap()
    walk = Walk(page, "image")
    walk.at("draw")
    page.page.locator("#pad canvas").scroll_into_view_if_needed()
    page.touch(samples.strokes(7))
    walk.told()
    page.page.locator("#lesson [data-do=fold]").tap()
    assert not page.page.is_visible("#lesson .why")
    page.page.locator("#lesson [data-do=fold]").tap()
    page.page.locator("#lesson [data-do=next]").tap()
    walk.at("bet")
    page.page.locator("#lesson [data-choice=row]").tap()
    walk.at("one")
    canvas = page.page.locator("#inside .big canvas")
    canvas.wait_for()
    page.page.wait_for_function(
        """() => {
          const [lit, card] = ["#inside .big canvas", "#lesson"].map((one) => document.querySelector(one));
          return lit.getBoundingClientRect().top < card.getBoundingClientRect().top;
        }"""
    )
    canvas.tap(position={"x": 100, "y": 100})
    walk.told()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    page.page.locator("#lesson [data-do=leave]").tap()
    page.page.wait_for_selector("#lesson[hidden]", state="attached")
    assert page.complaints == []


def test_on_a_phone_what_a_step_lights_is_clear_of_the_card(visit):
    """As the page and the card grow; and the buttons that stay over Retrain hide what runs under them."""
    page = visit(**PHONE)

    def clear(selector: str) -> None:
        page.page.wait_for_selector(selector)
        page.page.wait_for_function(
            """(selector) => {
              const box = (one) => document.querySelector(one).getBoundingClientRect();
              const [lit, card] = [selector, "#lesson"].map(box);
              return lit.top > 0 && lit.bottom < card.top;
            }""",
            arg=selector,
        )

    walk = Walk(page, "weights")
    walk.begin()
    walk.at("look")
    clear("#inside .choice.view")
    page.page.mouse.wheel(0, -2000)  # the visitor's own scrolling is not undone
    page.page.wait_for_function("scrollY === 0")
    page.page.wait_for_timeout(500)
    assert page.page.evaluate("scrollY") == 0
    page.page.click("#lesson [data-do=leave]")
    walk = Walk(page, "learn")
    walk.begin()
    walk.bet("way", "up")
    walk.at("raise")
    clear("#retrain .worked .loss .mover")
    assert page.page.eval_on_selector("#retrain .controls .buttons", "e => getComputedStyle(e).opacity") == "1"


def test_a_teacher_gets_links_and_hidden_answers(visit):
    page = visit()
    page.page.get_by_role("tab", name=say("page.tab.lessons"), exact=True).click()
    row = page.page.locator("[data-lesson=move]")
    assert not row.locator(".teacher").is_visible()
    page.page.click("#lessons [data-do=teach]")
    assert not row.locator(".teacher details p").is_visible()
    page.page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    row.locator("[data-do=link]").click()
    page.page.wait_for_function("window.copied")
    link = page.page.evaluate("window.copied")
    assert len(link) < 200
    other = visit(link)
    Walk(other, "move").at("bet")
    other.wait_for(4, 4)
    assert other.page.get_by_role("tab", name=say("page.tab.compare")).get_attribute("aria-selected") == "true"
    row.locator("[data-do=large]").click()
    page.page.wait_for_selector(".presenting #lesson[data-step=bet]")
