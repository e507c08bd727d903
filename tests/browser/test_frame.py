"""What stands around the parts of the page, in Chromium: terms that are explained where they stand."""

from __future__ import annotations

import pytest

from demo.words import say
from tests.browser.driver import PHONE

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
    page.page.eval_on_selector_all("#retrain details", "e => e.forEach((one) => (one.open = true))")
    terms = page.page.locator("#retrain .setup .term")
    terms.first.wait_for()
    assert terms.count() > 10
    for i in range(terms.count()):
        if terms.nth(i).is_visible():
            terms.nth(i).tap()
            explained(page, terms.nth(i).get_attribute("data-term"))
    page.page.locator("#title h1").tap()
    explained(page, None)
