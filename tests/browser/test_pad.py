"""The pad in Chromium, drawn on with real pointer events: what the paper and both cards show."""

from __future__ import annotations

import json
import time

import pytest

from demo import samples
from demo.words import say
from tests.browser.driver import PHONE
from tests.support import until

pytestmark = pytest.mark.browser

BLANK = {"mlp": "", "cnn": ""}


def both(digit: int) -> dict[str, str]:
    return {"mlp": str(digit), "cnn": str(digit)}


def test_a_drawn_seven_is_read_by_both(visit, seven):
    page = visit()
    assert page.digits() == BLANK
    assert say("verdict.blank.lead") in page.sentence()
    page.draw(seven)
    page.wait_for(7, 7)
    assert "Both read a 7." in page.sentence()
    assert page.page.inner_text("#card-cnn .size") == "121,514 parameters"
    confidence = float(page.page.get_attribute("#card-mlp [data-confidence]", "data-confidence"))
    assert 0.1 <= confidence <= 1
    bars = page.page.eval_on_selector_all("#card-mlp .bars li", "e => e.map(e => e.innerText.split(/\\s+/)[0])")
    assert bars == list("0123456789")


def test_verdicts_come_before_the_pen_is_lifted(visit, seven):
    page = visit()
    page.draw(seven, pause=0.01, lift=False)
    page.wait_for(7, 7)
    page.page.mouse.up()


def test_undo_redo_and_clear(visit):
    page = visit()
    four = samples.strokes(4)
    page.draw(four)
    page.wait_for(4, 4)
    whole = page.ink()
    page.page.click("[data-do=undo]")
    assert 0 < page.ink() < whole
    page.page.click("[data-do=redo]")
    assert page.ink() == whole
    page.wait_for(4, 4)
    page.page.click("[data-do=clear]")
    assert page.digits() == BLANK  # at once, not when the server answers
    assert page.ink() == 0
    page.page.keyboard.press("Control+z")
    page.wait_for(4, 4)
    page.page.keyboard.press("Control+z")
    page.page.keyboard.press("Control+z")
    page.page.wait_for_function("document.querySelector('#card-cnn [data-digit]')?.dataset.digit === ''")
    page.page.keyboard.press("Control+Shift+z")
    page.page.keyboard.press("Control+y")
    page.wait_for(4, 4)
    page.page.keyboard.press("Delete")
    assert page.digits() == BLANK
    assert say("verdict.blank.lead") in page.sentence()


def test_a_cleared_pad_stays_blank_when_an_old_verdict_arrives(visit, seven):
    page = visit(served=True)
    page.page.route("**/component_server/", lambda route: (time.sleep(0.4), route.continue_()))
    page.draw(seven)
    with page.page.expect_response(lambda answer: '"strokes":[]' in (answer.request.post_data or "")):
        page.page.click("[data-do=clear]")
        page.page.evaluate(
            """() => {
              window.seen = [];
              const card = document.querySelector("#card-cnn [data-digit]");
              new MutationObserver(() => window.seen.push(card.dataset.digit)).observe(card, { attributes: true });
            }"""
        )
    assert page.digits() == BLANK
    assert set(page.page.evaluate("window.seen")) <= {""}


def test_one_call_is_in_flight_and_the_last_state_is_read(visit, seven):
    page = visit(served=True)
    flying, most, sent = 0, 0, []

    def slow(route):
        nonlocal flying, most
        if "read_drawing" not in route.request.post_data:
            return route.continue_()
        flying += 1
        most = max(most, flying)
        sent.append(sum(map(len, json.loads(route.request.post_data)["data"]["strokes"])))
        time.sleep(0.1)
        flying -= 1
        return route.continue_()

    page.page.route("**/component_server/", slow)
    page.draw(seven, pause=0.005)
    drawn = page.page.evaluate("JSON.parse(sessionStorage['digit-duel']).strokes.flat().length")
    until(lambda: page.page.wait_for_timeout(20) or sent[-1] == drawn)
    page.wait_for(7, 7)
    assert most == 1
    assert sent == sorted(sent)


@pytest.mark.parametrize("before", [None, 3])
def test_an_answer_that_takes_long_is_waited_for(visit, before):
    """Meanwhile neither the verdict before nor a blank paper is spoken of."""
    page = visit(served=True)
    if before is not None:
        page.put(before)
        page.wait_for(before, before)
    held = []

    def hold(route):
        held.append(route) if "read_drawing" in route.request.post_data else route.continue_()

    page.page.route("**/component_server/", hold)
    page.put(7)
    page.page.wait_for_function(
        "said => document.querySelector('#seen .sentence')?.innerText.startsWith(said)", arg=say("verdict.waiting.lead")
    )
    assert page.digits() == {"mlp": "", "cnn": ""}
    [route] = held
    route.continue_()
    page.page.unroute("**/component_server/", hold)
    page.wait_for(7, 7)
    assert "7" in page.sentence()


@pytest.mark.parametrize("way", ["click", "keyboard"])
def test_every_sample_is_read_right(visit, way):
    page = visit()
    page.page.focus("#pad canvas")
    for digit in range(10):
        page.put(digit) if way == "click" else page.page.keyboard.press(str(digit))
        page.wait_for(digit, digit)


def test_a_pen_draws_under_what_gradio_lays_over_the_page_while_it_loads(visit, seven):
    """It goes before the pad is there or, seldom, after; here it stays."""
    page = visit()
    page.page.add_init_script(
        """new MutationObserver((changes) => {
          for (const { target, removedNodes } of changes)
            for (const node of removedNodes)
              if (node.matches?.(".wrap.translucent")) window.stays = target.appendChild(node.cloneNode(true));
        }).observe(document, { childList: true, subtree: true })"""
    )
    page.page.reload()
    page.page.wait_for_function("document.querySelector('.sentence')?.innerText.trim() && window.stays?.isConnected")
    page.draw(seven)
    page.wait_for(7, 7)


def test_a_mouse_draws_where_the_pages_text_is_selected(visit, seven):
    page = visit()
    page.page.keyboard.press("Control+a")
    page.draw(seven)
    page.wait_for(7, 7)


def test_resizing_keeps_the_drawing_crisp(visit, seven):
    page = visit()
    page.draw(seven)
    page.wait_for(7, 7)
    before = page.ink() / page.page.evaluate("document.querySelector('#pad canvas').width ** 2")
    page.page.set_viewport_size({"width": 500, "height": 900})
    sharp = (
        "() => { const c = document.querySelector('#pad canvas'); return c.width === c.clientWidth && c.width > 400 }"
    )
    page.page.wait_for_function(sharp)
    width = page.page.evaluate("document.querySelector('#pad canvas').width")
    assert page.ink() / width**2 == pytest.approx(before, rel=0.05)
    page.page.click("[data-do=clear]")
    page.draw(samples.strokes(3))  # where the pen is, the ink is, at any size
    page.wait_for(3, 3)


def test_a_wider_pen_gives_more_ink(visit, seven):
    page = visit()
    page.draw(seven)
    thin = page.ink()
    page.page.focus("#pad [type=range]")
    for _ in range(4):
        page.page.keyboard.press("ArrowRight")
    assert page.ink() > 1.2 * thin
    page.wait_for(7, 7)


def test_touch_draws_without_scrolling_and_both_verdicts_stay_in_sight(visit, seven):
    page = visit(**PHONE)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    page.touch(seven)
    page.wait_for(7, 7)
    assert page.page.evaluate("window.scrollY") == 0
    boxes = [page.page.locator(f"#card-{name}").bounding_box() for name in ("mlp", "cnn")] + [page.box()]
    for box in boxes:
        assert box["y"] >= 0 and box["y"] + box["height"] <= 844
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_paper_stays_white_in_the_dark(visit, seven):
    page = visit(color_scheme="dark")
    assert page.page.evaluate("document.body.classList.contains('dark')")
    page.draw(seven)
    page.wait_for(7, 7)
    assert page.paper() == {(255, 255, 255, 255)}
    forced = visit(f"{page.page.url.split('?')[0]}?__theme=dark")
    assert forced.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 17, 20)"


def test_nothing_calls_out_and_nothing_complains(visit, server, seven):
    page = visit()
    page.draw(seven)
    page.wait_for(7, 7)
    for tab, shown in {"about": "#about table", "preparation": "#preparation img[src^='data:']"}.items():
        page.page.get_by_role("tab", name=say(f"page.tab.{tab}")).click()
        page.page.locator(shown).first.wait_for()
    assert not [url for url in page.requests if not url.startswith((server.url, "data:", "blob:"))]
    assert page.complaints == []


def test_the_drawing_survives_a_reload_and_another_tab(visit, seven):
    page = visit()
    page.draw(seven)
    page.wait_for(7, 7)
    ink = page.ink()
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    page.page.get_by_role("tab", name=say("page.tab.preparation")).click()
    assert page.ink() == ink
    page.page.reload()
    page.wait_for(7, 7)
    assert page.ink() == ink


def test_without_storage_the_pad_works(visit, seven):
    page = visit()
    page.page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no') } })")
    page.page.reload()
    page.page.wait_for_function("document.querySelector('#seen .sentence')?.innerText.trim()")
    page.draw(seven)
    page.wait_for(7, 7)


def test_more_points_than_the_server_takes_are_thinned(visit):
    page = visit(served=True)
    zigzag = [[[20 + (i % 2) * 200, 10 + i / 20] for i in range(5000)]]
    page.page.evaluate(
        "kept => sessionStorage.setItem('digit-duel', JSON.stringify({ strokes: kept, pen: 18 }))", zigzag
    )
    with page.page.expect_request(lambda request: "read_drawing" in (request.post_data or "")) as sent:
        page.page.reload()
    strokes = json.loads(sent.value.post_data)["data"]["strokes"]
    assert 0 < sum(map(len, strokes)) <= 4096
    page.page.wait_for_selector("#card-cnn [data-digit]:not([data-digit=''])")


def test_names_for_those_who_do_not_see_the_page(visit, seven):
    page = visit()
    assert page.page.get_by_role("application", name=say("pad.paper_label")).count() == 1
    for name in (say("pad.undo"), say("pad.redo"), say("pad.clear"), say("pad.sample", digit=3)):
        assert page.page.get_by_role("button", name=name).count() == 1
    assert page.page.get_by_role("slider", name=say("pad.pen_label")).count() == 1
    page.draw(seven)
    page.page.locator("#seen [aria-live=polite]", has_text="Both read a 7.").wait_for()
    small = page.page.eval_on_selector_all(
        "#pad button, #pad label, #preparation .button, [role=tab]",
        "e => e.map(e => e.getBoundingClientRect()).filter(box => box.width && box.height < 44).length",
    )
    assert small == 0


def test_networks_trained_as_in_the_tutorials_can_stand_on_the_cards(visit):
    """The cards read with them, say so, and read with the shipped ones again."""
    page = visit()
    page.put(7)
    page.wait_for(7, 7)
    before = page.page.inner_text("#card-mlp .bars")
    page.page.click("[name=pad-training][value=tutorial]")
    page.page.wait_for_selector("#card-mlp.tutorial")
    page.page.wait_for_selector("#card-cnn.tutorial")
    page.wait_for(7, 7)
    page.page.click("[name=pad-training][value=shipped]")
    page.page.wait_for_selector("#card-mlp:not(.tutorial)")
    page.page.wait_for_function("text => document.querySelector('#card-mlp .bars')?.innerText === text", arg=before)
    assert not page.complaints


def test_of_two_quick_changes_of_the_networks_the_newest_counts(visit):
    page = visit()
    page.page.wait_for_selector("[name=pad-training][value=shipped]:checked")
    held = []

    def hold(route):
        held.append(route) if not held and "read_with" in (route.request.post_data or "") else route.continue_()

    page.page.route("**/component_server/", hold)
    page.page.click("[name=pad-training][value=tutorial]")
    until(lambda: page.page.wait_for_timeout(20) or held)
    page.page.click("[name=pad-training][value=shipped]")
    held[0].continue_()
    page.still("read_with")
    assert page.page.eval_on_selector("[name=pad-training]:checked", "e => e.value") == "shipped"
    page.page.wait_for_selector("#card-mlp:not(.tutorial)")
    assert not page.complaints
