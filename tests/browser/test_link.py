"""Links in Chromium: what one draws and chooses another sees; Back and Forward; what is hidden for a class; frames."""

from __future__ import annotations

import html
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from demo import samples
from demo.interface import FIRST
from demo.words import say
from tests.browser.driver import PHONE
from tests.support import README, blocks

pytestmark = pytest.mark.browser

HUB = "https://huggingface.co/"  # where the page may be framed; Playwright answers in its place
SELECTED = '#tabs [role=tab][aria-selected="true"]'


def opened(page, tab: str) -> None:
    """Until this tab is open."""
    page.page.wait_for_selector(f'{SELECTED}[aria-controls="tab-{tab}"]')
    page.page.wait_for_selector(f"#{tab}", state="visible")


def says(page, *parts: str) -> str:
    """The address, once it holds these."""
    page.page.wait_for_function("(parts) => parts.every((one) => location.hash.includes(one))", arg=list(parts))
    return page.page.url


def tabs(page) -> list[str]:
    """The names of the tabs, in order."""
    return page.page.eval_on_selector_all(
        "#tabs [role=tab]", "e => e.map(e => e.getAttribute('aria-controls').slice(4))"
    )


def confidences(page) -> list[float]:
    return [float(one) for one in page.page.eval_on_selector_all(".reading", "e => e.map(e => e.dataset.confidence)")]


def test_another_sees_what_one_drew_and_chose_and_back_leads_to_the_tab_before(visit):
    page = visit()
    assert "#" not in page.page.url
    page.draw(samples.strokes(3))
    page.wait_for(3, 3)
    page.page.locator("#training label", has_text=say("verdict.training.tutorial")).click()
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    page.page.locator("#inside .chain [data-value=conv2]").click()
    link = says(page, "1&d=", "readers=tutorial", "tab=inside", "inside-layer=conv2")
    assert len(link) < 300

    other = visit(link, first=True)
    other.wait_for(3, 3)
    opened(other, "inside")
    other.page.wait_for_selector("#inside .chain [data-value=conv2] :checked", state="attached")
    other.page.wait_for_selector("#training [value=tutorial]:checked", state="attached")
    other.still("read_with", "read_drawing", "look")
    page.still("read_with", "read_drawing", "look")
    assert confidences(other) == pytest.approx(confidences(page), abs=0.02)

    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    opened(page, "about")
    page.page.click("[data-do=clear]")
    page.draw(samples.strokes(1))
    page.wait_for(1, 1)
    for way, tab in (("back", "inside"), ("back", FIRST), ("forward", "inside"), ("forward", "about")):
        page.page.evaluate(f"history.{way}()")
        opened(page, tab)
        says(page, f"tab={tab}")
        assert page.digits() == {"mlp": "1", "cnn": "1"}, "going back takes no drawing away"
    assert page.complaints == [] and other.complaints == []


def test_the_panel_makes_a_link_that_hides_what_a_class_is_not_to_see(visit):
    page = visit(**PHONE)
    page.put(7)
    page.wait_for(7, 7)
    page.page.get_by_role("button", name=say("link.open")).tap()
    panel = page.page.get_by_role("dialog", name=say("link.title"))
    panel.wait_for()
    first, second, *_ = tabs(page)
    for label in ("link.part.samples", "link.part.answers", "page.tab.about", f"page.tab.{first}"):
        panel.get_by_text(say(label), exact=True).tap()
    panel.get_by_label(say("link.theme.label")).select_option("dark")
    link = panel.get_by_label(say("link.link"), exact=True).input_value()
    page.page.wait_for_selector("#share svg path[d]")
    page.page.evaluate(Axe().axe_script)
    serious = "({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))"
    assert page.page.evaluate(f"axe.run('#share').then({serious})") == []
    assert page.page.evaluate(
        "document.querySelector('#share').scrollWidth <= document.querySelector('#share').clientWidth"
    )
    page.page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert page.page.evaluate("document.activeElement.matches('.share')")
    assert page.page.is_visible(".samples"), "the panel changes nothing here"

    other = visit(link, first=True, **PHONE)
    other.wait_for(7, 7)
    opened(other, second)  # the first that is not hidden
    hidden = (".samples", ".card .digit", ".bars", ".sentence", "#tab-about-button", f"#tab-{first}-button")
    for part in hidden:
        assert not other.page.locator(part).first.is_visible(), part
    assert other.page.evaluate("document.body.classList.contains('dark')")
    other.page.get_by_role("button", name=say("link.show_all")).tap()
    for part in hidden:
        other.page.locator(part).first.wait_for()
    assert other.page.get_by_role("button", name=say("link.show_all")).is_hidden()
    assert page.complaints == [] and other.complaints == []


# Of every tab what says what both networks read in the drawing, or how surely; views are those of the tab.
READINGS = {
    "preparation": {"": ["[data-step=ink] b", "[data-step=ink] [data-network] span:last-child"]},
    "compare": {"drawing": [".shifts", ".shifts .says", ".trace-title", ".changes .told", ".changes .plot"]},
    "inside": {
        "maps": [".chain [data-value=out]"],
        "mlp": [".intro", ".evidence", ".weights h3", ".strips figure:last-child"],
        "pixels": [".logits", ".methods"],
        "pooling": [".shift > .help"],
    },
}


def test_no_tab_says_what_the_networks_read_where_a_link_hides_it(visit, server):
    plain = f"{server.url}#1&d=AAfQAogCuAEHiAIXb_4BQZoBG1I5xgE"  # a 7
    for hide, shown in (("", True), ("&hide=answers", False)):
        for tab, views in READINGS.items():
            for view, parts in views.items():
                other = visit(f"{plain}&tab={tab}{f'&{tab}-view={view}' if view else ''}{hide}", first=True)
                other.wait_for(7, 7)
                opened(other, tab)
                inside = f"#{tab} [data-view={view}]" if view else f"#{tab}"
                for part in parts:
                    first = other.page.locator(f"{inside} {part}").first
                    first.wait_for(state="visible" if shown else "attached")
                    assert first.is_visible() == shown, (tab, view, part)
                other.page.context.close()
    other = visit(f"{plain}&tab=inside&inside-layer=out&hide=answers", first=True)
    opened(other, "inside")
    other.page.wait_for_selector("#inside .chain [data-value=out] :checked", state="attached")
    assert other.page.locator("#inside .layer").is_hidden()


def test_a_link_that_is_none_gives_the_plain_page_and_a_sentence(visit, server):
    page = visit()
    for fragment, key in (
        ("1&tab=about&tab=inside", "link.broken"),
        ("1&d=<img src=x onerror=alert(1)>", "link.broken"),
        ("1&hide=__proto__", "link.broken"),
        ("1&tab=about" + "&x" * 50_000, "link.broken"),
        ("2&tab=about", "link.newer"),
    ):
        page.page.goto("about:blank")
        page.page.goto(f"{server.url}#{fragment}")
        page.page.wait_for_function("(text) => document.querySelector('.said')?.innerText === text", arg=say(key))
        opened(page, FIRST)
        assert page.ink() == 0
    page.page.evaluate("location.hash = '1&tab=about&picture=1'")  # into the address of an open page
    opened(page, "about")
    assert page.page.inner_text(".said") == say("link.without.picture")
    page.page.evaluate("location.hash = '1&tab=nowhere&compare-pair=no/body&inside-layer=none&compare-size=99'")
    for tab in ("compare", "inside"):  # what there is not is not shown
        page.page.get_by_role("tab", name=say(f"page.tab.{tab}")).click()
        opened(page, tab)
    assert not [said for said in page.complaints if not said.startswith("failed: ")]  # calls that a reload cuts off


def test_a_part_stands_in_the_page_of_another_site(browser, server):
    [line] = blocks("html")
    assert README.count("http://127.0.0.1:7860/#1&d=") == 1
    context = browser.new_context(**PHONE)
    context.grant_permissions(["local-network-access"], origin=HUB)  # else a public page may not show a local one
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda said: said.type == "error" and told.append(said.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    example = re.search(r"http://127.0.0.1:7860/(#1&d=\S+)", README)[1]
    line = line.replace("#1&amp;", html.escape(example).split("tab=")[0])
    body = line.replace("http://127.0.0.1:7860/", server.url).replace("<iframe", '<iframe id="part"')
    listen = "<script>addEventListener('message', ({ data }) => (window.hash = data.hash ?? window.hash))</script>"
    page.route(HUB, lambda route: route.fulfill(content_type="text/html", body=f"<body>{listen}{body}"))
    page.route(f"{HUB}favicon.ico", lambda route: route.fulfill(status=204))
    page.goto(HUB)
    inside = page.frame_locator("#part")
    for name in ("mlp", "cnn"):
        inside.locator(f'#card-{name} [data-digit="7"]').wait_for()
    for part in ("h1", "#tabs", "footer"):
        assert inside.locator(part).first.is_hidden(), part
    assert inside.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    inside.locator("[data-do=clear]").tap()
    page.wait_for_function(
        "window.hash?.includes('hide=title,tabs') && !window.hash.includes('d=')"
    )  # for the Hub's address
    assert told == []
    context.close()
