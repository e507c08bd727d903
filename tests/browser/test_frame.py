"""What stands around the parts of the page, in Chromium: terms, tabs, verdicts in sight, the presenting view."""

from __future__ import annotations

import pytest

from demo.words import look_up, say
from tests.browser.driver import PHONE, PadPage

pytestmark = pytest.mark.browser


def meaning(term: str) -> str:
    return f"{say(f'term.{term}.word')} {say(f'term.{term}.means')}"


def explained(page, term: str | None) -> None:
    """Until this term is explained in sight, or none is."""
    page.page.wait_for_function(
        """(text) => {
          const note = document.querySelector("#term");
          if (text === null) return !note.checkVisibility();
          const { left, right, top, bottom } = note.getBoundingClientRect();
          return note.textContent === text && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        }""",
        arg=term and meaning(term),
    )


def test_a_term_is_explained_by_pointer_and_by_keyboard(visit):
    page = visit()
    term = page.page.locator("#title [data-term=cnn]")
    term.hover()
    explained(page, "cnn")
    page.page.hover("#term")  # the window can be pointed at
    explained(page, "cnn")
    page.page.hover("#title h1")
    explained(page, None)
    term.click()
    page.page.hover("#title h1")
    explained(page, "cnn")  # a click makes it stay
    page.page.mouse.click(5, 5)
    explained(page, None)
    page.page.locator("#title [data-term=mlp]").focus()
    explained(page, "mlp")
    assert page.page.get_attribute("#title [data-term=mlp]", "aria-describedby") == "term"
    page.page.keyboard.press("Escape")
    explained(page, None)
    page.page.keyboard.press("Enter")
    explained(page, "mlp")
    page.page.keyboard.press("Tab")
    explained(page, "cnn")
    page.page.keyboard.press("Tab")
    explained(page, None)
    assert page.complaints == []


def test_terms_of_every_option_are_explained_by_a_tap_on_a_narrow_phone(visit):
    page = visit(**{**PHONE, "viewport": {"width": 320, "height": 640}})
    terms = page.page.locator("#retrain .setup .term")
    terms.first.wait_for(state="attached")
    page.page.eval_on_selector_all("#retrain details", "e => e.forEach((one) => (one.open = true))")
    terms.first.wait_for()
    assert terms.count() > 10
    for i in range(terms.count()):
        if terms.nth(i).is_visible():
            terms.nth(i).tap()
            explained(page, terms.nth(i).get_attribute("data-term"))
            page.page.keyboard.press("Escape")  # the window may lie over the next term
    page.page.locator("#title h1").tap()
    explained(page, None)


TOP = "scrollTo(0, 0)"
TABS, END = "document.querySelector('#tabs').scrollIntoView()", "scrollTo(0, document.documentElement.scrollHeight)"
IN_SIGHT = """(selectors) => selectors.every((selector) => {
  const shown = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  return shown.length && shown.every((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
  });
})"""


def in_sight(page, *selectors: str, scroll: str = "0") -> None:
    """Until all that these find lies in the window, scrolled there as often as the page grows."""
    page.page.wait_for_function(f"(selectors) => {{ {scroll}; return ({IN_SIGHT})(selectors) }}", arg=selectors)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=str)
def test_pad_and_cards_stay_beside_the_tab(visit, size):
    page = visit(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.put(4)
    page.wait_for(4, 4)
    in_sight(page, "#pad canvas", ".card", ".sentence", "#tabs [role=tab]", scroll=TOP)
    in_sight(page, "#pad canvas", ".card", scroll=END)
    assert page.page.locator("#bar").is_hidden()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("width", [320, 390, 1000])
def test_a_bar_shows_drawing_and_verdicts_where_the_cards_are_gone(visit, width):
    page = visit(viewport={"width": width, "height": 640}, has_touch=True, is_mobile=width < 640)
    in_sight(page, ".card .reading")
    assert page.page.locator("#bar").is_hidden()
    in_sight(page, "#bar", scroll=TABS)
    page.put(3)
    page.wait_for(3, 3)
    in_sight(page, "#bar", scroll=TABS)
    page.page.wait_for_function("document.querySelector('#bar')?.innerText.match(/MLP\\s+3\\s.*CNN\\s+3\\s/s)")
    in_sight(page, "#bar", "#bar canvas", "#bar p")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    page.page.get_by_role("button", name=say("page.back")).click()
    in_sight(page, "#pad canvas")
    assert page.page.evaluate("document.activeElement === document.querySelector('#pad canvas')")
    page.draw([[(100, 60), (150, 140), (120, 240)]])  # whatever it is: a verdict stays in sight meanwhile
    assert page.page.evaluate(IN_SIGHT, [".card .reading"]) or page.page.evaluate(IN_SIGHT, ["#bar p"])


def test_on_a_phone_start_and_verdicts_are_in_sight_together(visit):
    page = visit(**PHONE)
    page.put(3)
    page.wait_for(3, 3)
    opens = (".card", "#pad canvas", "#pad .tools button", "#tabs [role=tab]")
    in_sight(page, *opens, scroll=TOP)
    page.page.get_by_role("tab", name=say("page.tab.retrain")).tap()
    page.page.wait_for_function("document.querySelector('#bar')?.innerText.match(/MLP\\s+3\\s.*CNN\\s+3\\s/s)")
    in_sight(page, "#bar p", "#retrain [data-do=start]", "#retrain .setup", "#tabs [role=tab]")
    in_sight(page, "#bar p", "#tabs [role=tab]", "#retrain .keep", scroll=END)  # the page's end is above the tabs
    page.page.locator("#retrain [data-chart=loss] svg").scroll_into_view_if_needed()
    page.page.locator("#retrain [data-do=start]").tap(trial=True)  # from the charts too, with nothing over it
    in_sight(page, "#bar p", "#retrain [data-do=start]")
    page.page.get_by_role("tab", name=say("page.tab.about")).tap()
    in_sight(page, "#about .intro", "#bar p")


def test_tabs_are_reached_by_arrow_keys(visit):
    page = visit()
    names = page.page.eval_on_selector_all(
        "#tabs [role=tab]", "e => e.map(e => e.getAttribute('aria-controls').slice(4))"
    )
    last = len(names) - 1
    page.page.wait_for_function("document.querySelectorAll('#tabs [role=tab][tabindex=\"-1\"]').length > 1")
    page.page.get_by_role("tab").first.focus()
    for key, reached in (("ArrowRight", 1), ("End", last), ("ArrowRight", 0), ("ArrowLeft", last), ("Home", 0)):
        page.page.keyboard.press(key)
        tab = page.page.get_by_role("tab", name=say(f"page.tab.{names[reached]}"), selected=True)
        tab.wait_for()
        page.page.wait_for_selector(f"#{names[reached]}", state="visible")
        assert tab.evaluate("e => e === document.activeElement")
        page.page.wait_for_function("document.querySelectorAll('[role=tab][tabindex=\"0\"]').length === 1")
        assert tab.get_attribute("aria-controls") == f"tab-{names[reached]}"
    assert page.page.locator("#tab-retrain[role=tabpanel]").count() == 1


OPENED = "document.querySelectorAll('dialog#share[open]').length"
PRESENTING = "document.documentElement.classList.contains('presenting')"


@pytest.mark.parametrize(("button", "done"), [("share", f"{OPENED} === 1"), ("present", PRESENTING)])
def test_a_button_clicked_before_its_module_came_works_once_it_has(visit, button, done):
    waiting: list = []
    page = visit(held=("**/page/frame.js", waiting))
    page.page.click(f"#title .{button}")
    page.page.click(f"#title .{button}")  # as visitors do; two clicks would open and close
    for route in waiting:
        route.continue_()
    page.page.wait_for_function(done)
    page.page.wait_for_timeout(300)
    assert page.page.evaluate(done), "it was clicked twice"
    assert page.complaints == []


def test_start_clicked_before_its_module_came_starts_a_run(visit):
    waiting: list = []
    page = visit(held=("**/retrain/retrain.js", waiting))
    page.page.click("#retrain [data-do=start]")
    for route in waiting:
        route.continue_()
    page.page.wait_for_selector("#retrain .controls:not([data-state=idle])")


def test_a_link_asked_for_twice_opens_one_panel(visit):
    waiting: list = []
    page = visit(held=("**/link/share.js", waiting))
    page.page.click("#title .share")
    page.page.click("#title .share")
    page.page.wait_for_timeout(200)
    for route in waiting:
        route.continue_()
    page.page.wait_for_function(f"{OPENED} > 0")
    page.page.wait_for_timeout(300)
    assert page.page.locator("dialog#share").count() == 1
    page.page.keyboard.press("Escape")
    assert page.page.evaluate(OPENED) == 0
    assert page.complaints == []


def test_a_panel_that_cannot_be_fetched_says_so_and_opens_at_the_next_click(visit):
    page = visit()
    page.page.context.set_offline(True)
    page.page.click("#title .share")
    page.page.get_by_text(say("link.unfetched")).wait_for()
    page.page.context.set_offline(False)
    page.page.click("#title .share")
    page.page.wait_for_function(f"{OPENED} === 1")
    assert page.page.inner_text("#title .said") == ""


def test_a_slider_moves_where_all_text_is_selected(visit):
    page = visit()
    page.page.keyboard.press("Control+a")
    pen = page.page.locator("#pad [type=range]")
    box = pen.bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=4)
    page.page.mouse.move(box["x"] + box["width"] - 2, y, steps=4)
    page.page.mouse.up()
    assert pen.input_value() == pen.get_attribute("max")


STATE = """async (changes) => {
  const { page } = await import(document.querySelector('link[href$="page/state.js"]').href);
  if (changes) page.set(changes);
  return page.get().tab;
}"""


def test_the_state_and_the_row_of_tabs_keep_in_step(visit):
    page = visit()
    state = page.page.evaluate
    assert state(STATE, {"tab": "about"}) == "about"
    page.page.get_by_role("tab", name=say("page.tab.about"), selected=True).wait_for()
    page.page.wait_for_selector("#about", state="visible")
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    page.page.wait_for_selector("#inside", state="visible")
    assert state(STATE) == "inside"
    assert state(STATE, {"tab": "nowhere"}) == "inside"
    state(STATE, {"theme": "dark"})
    assert page.page.evaluate("document.body.classList.contains('dark')")
    page.page.emulate_media(color_scheme="dark")
    page.page.emulate_media(color_scheme="light")
    state(STATE, {"theme": ""})
    page.page.wait_for_function("!document.body.classList.contains('dark')")
    assert page.complaints == []


def test_the_presenting_view_fills_the_screen_and_escape_leaves_it(visit):
    page = visit(viewport={"width": 1920, "height": 1080})
    page.put(7)
    page.wait_for(7, 7)
    before = page.box()["width"]
    larger = "(before) => document.querySelector('#pad canvas').getBoundingClientRect().width > before"
    page.page.get_by_role("button", name=say("page.present")).click()
    page.page.wait_for_function(larger, arg=before)
    in_sight(page, "#pad canvas", "#pad button", ".card", ".sentence", "#tabs [role=tab]")
    assert page.page.evaluate("document.querySelector('#tabs').getBoundingClientRect().right") > 1880
    page.page.click("[data-do=clear]")
    page.draw([[(80, 60), (200, 60), (130, 220)]])  # the pen is where it points
    page.wait_for(7, 7)
    page.page.evaluate("document.exitFullscreen?.().catch(() => {})")
    page.page.wait_for_function(f"(before) => !({larger})(before)", arg=before)
    page.page.focus("#pad canvas")
    page.page.keyboard.press("Alt+p")
    page.page.wait_for_function(larger, arg=before)
    page.page.keyboard.press("Escape")
    page.page.wait_for_function(f"(before) => !({larger})(before)", arg=before)
    assert page.digits() == {"mlp": "7", "cnn": "7"}  # on the pad alone it would have cleared the drawing


# Frames that are asked for; the page has come to rest when none is for a while.
COUNT = """() => {
  const given = window.requestAnimationFrame;
  window.frames_asked = 0;
  window.requestAnimationFrame = (action) => {
    window.frames_asked += 1;
    return given.call(window, action);
  };
}"""
AT_REST = """async () => {
  for (let i = 0; i < 50; i++) {
    const before = window.frames_asked;
    await new Promise((done) => setTimeout(done, 300));
    if (window.frames_asked === before)
      return document.getAnimations().every(({ playState }) => playState !== "running");
  }
  return false;
}"""


def test_an_idle_page_rests_and_is_english_everywhere(browser, server):
    context = browser.new_context(locale="de-DE")
    context.add_init_script(f"({COUNT})()")
    page = PadPage(context.new_page(), server.url)
    page.put(7)
    page.wait_for(7, 7)
    for name in look_up("page.tab"):
        page.page.get_by_role("tab", name=say(f"page.tab.{name}")).click()
        page.still()
        assert page.page.evaluate(AT_REST), f"{name} goes on"
    assert page.page.evaluate("frames_asked") > 0
    assert page.page.get_attribute("html", "lang") == "en"
    assert page.page.inner_text("footer .show-api") == "Use via API"
    assert page.complaints == []
    context.close()


@pytest.mark.parametrize("height", [800, 860, 900])
def test_the_pad_stays_under_the_pen_when_a_blank_tab_fills(visit, height):
    page = visit(viewport={"width": 1280, "height": height})
    page.put(7)
    page.wait_for(7, 7)
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    page.page.wait_for_selector("#inside .chain label:has(:checked)")
    page.page.evaluate("scrollTo(0, 300)")
    page.page.evaluate("document.querySelector('#pad [data-do=clear]').click()")  # a pointer's click may scroll
    page.page.wait_for_selector("#inside .chain label:has(:checked)", state="hidden")
    before = page.box()["y"]
    page.draw([[(60, 60), (140, 60)]], lift=False)
    page.page.wait_for_selector("#inside .chain label:has(:checked)")
    page.still("look")
    assert page.box()["y"] == before
    page.page.mouse.up()
