"""Nobody is kept out: axe-core finds nothing serious, no text is cut, and what a colour says is seen without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from demo.words import look_up, say
from tests.browser.driver import ENDLESS, PHONE, RetrainPage

pytestmark = pytest.mark.browser

TABS = list(look_up("page.tab"))
# What hangs on theme and window alone, so that the second round need not look at all the rest once more.
OF_LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]

AXE = """async ([context, rules]) => {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: { type: "rule", values: rules } }) };
  const { violations } = await axe.run(context, options);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, html }) => `${target} ${html.slice(0, 200)}`)}`);
}"""

# Text that reaches out of the window, or out of the button, card or box that it stands in. What scrolls is left out.
CUT = """() => {
  const up = (node, holds) => node && node !== document.body && (holds(node) || up(node.parentElement, holds));
  const hidden = (node) => ["inset(50%)", "inset(100%)"].includes(getComputedStyle(node).clipPath);
  const scrolls = (node) => /auto|scroll/.test(getComputedStyle(node).overflowX);
  const PLACES = "button, label, .card, section, [role=tabpanel]";
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode());) {
    const parent = text.parentElement;
    if (!text.textContent.trim() || parent.closest("script, style")) continue;
    if (!parent.checkVisibility({ visibilityProperty: true }) || up(parent, hidden) || up(parent, scrolls)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const { left, right, top, bottom, width } = range.getBoundingClientRect();
    if (!width) continue;
    let around = parent.closest(PLACES);
    while (around && getComputedStyle(around).display === "contents") around = around.parentElement.closest(PLACES);
    const box = (around ?? document.documentElement).getBoundingClientRect();
    const wide = left < Math.max(0, box.left) - 1 || right > Math.min(innerWidth, box.right) + 1;
    const tall = around?.matches("button") && (top < box.top - 1 || bottom > box.bottom + 1);
    if (wide || tall)
      found.push(`${text.textContent.trim().slice(0, 40)} in ${around?.tagName}.${around?.className}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is wider than its window");
  return found;
}"""
# WCAG 1.4.12: what a reader may set
SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""


def in_all_states(page: RetrainPage, look: Callable[[str], None]) -> None:
    """Look at the blank page, then at every tab with a drawing, and at every view in it."""
    look("blank")
    page.put(7)
    page.wait_for(7, 7)
    for tab in TABS:
        page.page.get_by_role("tab", name=say(f"page.tab.{tab}")).click()
        views = page.page.locator(f"#{tab} fieldset.view label")
        for i in range(max(1, views.count())):
            if views.count():
                views.nth(i).click()
            page.still()
            look(f"{tab}, view {i}")


def axe(page: RetrainPage, context: str, rules: list[str] | None = None) -> list[str]:
    if page.page.evaluate("typeof axe") == "undefined":
        page.page.evaluate(Axe().axe_script)
    return page.page.evaluate(AXE, [context, rules])


def cut_when_spaced(page: RetrainPage) -> list[str]:
    style = page.page.add_style_tag(content=SPACED)
    found = page.page.evaluate(CUT)
    style.evaluate("e => e.remove()")
    return found


def opened(browser: Any, url: str, **options: Any) -> RetrainPage:
    return RetrainPage(browser.new_context(**options).new_page(), url)


def test_nothing_keeps_anybody_out(browser, server):
    """On a screen in light, also where a reader wants more space, and while two networks learn."""
    page = opened(browser, server.url, viewport={"width": 1280, "height": 900})
    wrong: list[str] = []

    def look(state: str) -> None:
        wrong.extend(f"{state}: {one}" for one in axe(page, "#tabs"))
        wrong.extend(f"{state}, spaced, cut: {one}" for one in cut_when_spaced(page))

    in_all_states(page, look)
    page.page.get_by_role("tab", name=say("page.tab.retrain")).click()
    page.choose(say("retrain.form.data"), say("retrain.data.digits"))
    page.choose(say("retrain.form.network"), say("retrain.form.both"))
    page.fill("mlp", epochs=ENDLESS)
    page.do("start")
    page.page.wait_for_selector("#retrain .examples canvas", state="visible")
    page.page.eval_on_selector_all("#retrain details", "e => e.forEach((one) => (one.open = true))")
    page.answered("watch")
    wrong += [f"training: {one}" for one in axe(page, "body")]
    page.do("stop")
    assert not wrong, "\n".join(wrong)
    page.page.context.close()


def test_on_a_narrow_phone_in_the_dark_everything_is_there_and_legible(browser, server):
    """320 pixels are also a screen of 1,280 at 400 %."""
    page = opened(browser, server.url, **{**PHONE, "viewport": {"width": 320, "height": 700}}, color_scheme="dark")
    wrong = []

    def look(state: str) -> None:
        page.page.eval_on_selector_all("#tabs details", "e => e.forEach((one) => (one.open = true))")
        wrong.extend(f"{state}: {one}" for one in axe(page, "body", OF_LOOKS))
        wrong.extend(f"{state}, cut: {one}" for one in page.page.evaluate(CUT))
        for width in (390, 320):
            page.page.set_viewport_size({"width": width, "height": 700})
            wrong.extend(f"{state}, {width} pixels, spaced, cut: {one}" for one in cut_when_spaced(page))

    in_all_states(page, look)
    page.page.get_by_role("tab", name=say("page.tab.retrain")).click()
    page.choose(say("retrain.form.data"), say("retrain.data.digits"))
    page.fill("mlp", epochs=1)
    page.do("start")
    page.until("finished")
    look("after a run")
    assert not wrong, "\n".join(wrong)
    page.page.context.close()


COLOURS = """(selectors) => {
  const of = (selector) => getComputedStyle(document.querySelector(selector)).backgroundColor;
  return selectors.map(of);
}"""


def test_forced_colours_leave_what_is_chosen_on_and_likely(browser, server):
    page = opened(browser, server.url, forced_colors="active", viewport={"width": 1280, "height": 900})
    page.put(7)
    page.wait_for(7, 7)
    full, track = page.page.evaluate(COLOURS, ["#card-cnn .first i i", "#card-cnn .first > i"])
    assert full != track
    for group in ("#retrain .choice", "#training"):
        chosen, other = page.page.evaluate(
            COLOURS, [f"{group} label:{which}" for which in ("has(:checked)", "not(:has(:checked))")]
        )
        assert chosen != other, group
    page.page.get_by_role("tab", name=say("page.tab.preparation")).click()
    page.page.get_by_role("switch").first.uncheck()
    on, off = page.page.evaluate(
        COLOURS, [f"#preparation [role=switch]:{which}" for which in ("checked", "not(:checked)")]
    )
    assert on != off
    page.page.context.close()


def test_on_paper_stand_drawing_cards_and_the_open_tab(browser, server):
    page = opened(browser, server.url, viewport={"width": 720, "height": 900}, color_scheme="dark")
    page.put(7)
    page.wait_for(7, 7)
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    page.page.emulate_media(media="print")
    for there in ("#pad canvas", "#card-mlp", "#card-cnn", ".sentence", "#about table >> nth=0"):
        page.page.wait_for_selector(there)
    for gone in (".tools", ".samples", "footer", "#retrain", "#bar"):
        assert not page.page.is_visible(gone), gone
    assert page.page.get_by_role("tab").filter(visible=True).all_inner_texts() == [say("page.tab.about")]
    ink = "getComputedStyle(document.querySelector('#about table')).color"
    assert page.page.evaluate(ink) == "rgb(0, 0, 0)"  # in the dark too
    page.page.context.close()
