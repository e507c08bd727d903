"""A step worked out, in Chromium: one batch, its loss, and a weight chosen with a finger or with keys."""

from __future__ import annotations

import pytest

from demo import samples
from demo.words import say
from tests.browser.driver import PHONE, RetrainPage

pytestmark = pytest.mark.browser

MINUS, TIMES = "\u2212", "\u00d7"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
CUT = """e => e.filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
    .map((e) => e.outerHTML)"""


@pytest.fixture
def begin(visit):
    """Opens the page with the bundled digits and one network chosen, and the fold with the worked step."""
    pages = []

    def open_step(network: str, **options) -> RetrainPage:
        page = visit(**options)
        page.__class__ = RetrainPage
        pages.append(page)
        page.choose(say("retrain.form.data"), say("retrain.data.digits"))
        page.choose(say("retrain.form.network"), say(f"network.{network}"))
        page.page.click("#retrain .worked > summary")
        return page

    yield open_step
    assert [page.complaints for page in pages] == [[]] * len(pages)


def test_a_fold_opened_before_its_module_came_stays_open(visit):
    held = []
    page = visit(held=("**/retrain/retrain.js", held))
    page.page.click("#retrain .worked > summary")
    assert len(held) == 1
    held[0].continue_()
    page.page.wait_for_selector("#retrain .worked .weight[data-step='1']")
    assert not page.complaints


def heard(page: RetrainPage) -> list:
    """The answers to `way` that the page is given from now on."""
    answers: list = []

    def hear(response) -> None:
        if '"way"' in (response.request.post_data or "") and response.ok:
            answers.append(response.json())

    page.page.on("response", hear)
    return answers


def at(page: RetrainPage, index: list[int], step: int) -> None:
    shown = f"#retrain .worked .weight[data-index='{','.join(map(str, index))}'][data-step='{step}']"
    page.page.wait_for_selector(shown)


def written(value: float) -> str:
    """A number of a formula below 100,000, as step_sums.js writes it."""
    if abs(value) >= 1e-3:
        return f"{float(f'{value:.5g}'):g}".replace("-", MINUS)
    digits, power = f"{value:.4e}".split("e")
    return f"{float(digits):g}{TIMES}10{str(int(power)).translate(RAISED)}".replace("-", MINUS)


def test_a_batch_is_worked_out_down_to_one_weight(begin):
    page = begin("mlp")
    page.page.wait_for_selector("#retrain .worked .weight[data-step='1']")  # of a first step: there is no run
    assert page.page.inner_text("#retrain .worked .about").startswith("There is no run yet.")
    page.fill("mlp", batch_size=100, learning_rate=0.01)
    page.field("mlp", "optimizer").select_option("adam")
    page.draw(samples.strokes(7))
    for step in (1, 2):
        page.do("batch")
        page.page.wait_for_selector(f"#retrain .worked[data-step='{step}'] .weight[data-step='{step}']")
    assert page.page.inner_text("#retrain .worked .about").startswith("Run 1, step 2 of")
    page.still("step", "way", "logits")

    # the loss follows the slider
    loss = page.page.locator("#retrain .worked .loss")
    assert loss.locator("select").input_value() in "0123456789"
    before = float(loss.get_attribute("data-loss"))
    slider = loss.get_by_role("slider")
    slider.focus()
    for _ in range(20):
        page.page.keyboard.press("ArrowRight")
    after = float(loss.get_attribute("data-loss"))
    assert after < before and f"{after:.4f}" in slider.get_attribute("aria-valuetext")
    assert f"{after:.4f}" in loss.locator(".total").inner_text()
    loss.get_by_role("button", name=say("worked.loss.reset")).click()
    assert float(loss.get_attribute("data-loss")) == pytest.approx(before)
    images = page.page.locator("#retrain .worked .batch button")
    images.first.click()  # its own logits then
    image_loss = float(images.first.inner_text().split()[1])
    assert float(loss.get_attribute("data-loss")) == pytest.approx(image_loss, rel=0.01)

    # a weight by a click, and its neighbour by a key
    answers = heard(page)
    cells = page.page.locator("#retrain .worked .cells")
    cells.scroll_into_view_if_needed()
    box = cells.bounding_box()
    page.page.mouse.click(box["x"] + box["width"] * 12.5 / 28, box["y"] + box["height"] * 15.5 / 28)
    unit = int(page.page.locator("#retrain .worked .units input").input_value())
    at(page, [unit, 15 * 28 + 12], 2)
    cells.focus()
    page.page.keyboard.press("ArrowDown")
    at(page, [unit, 16 * 28 + 12], 2)
    assert "row 16, column 12" in cells.get_attribute("aria-valuetext")
    page.still("way")
    told = answers[-1]
    assert told["index"] == [unit, 16 * 28 + 12]
    rows = dict(
        page.page.eval_on_selector_all(
            "#retrain .worked [data-line]", "e => e.map(e => [e.dataset.line, e.children[1].innerText])"
        )
    )
    assert list(rows) == ["gradient", "m", "v", "m_corrected", "v_corrected", "step_adam", "weight"]
    assert rows["weight"].endswith(f"= {written(told['lines']['after'])}")
    assert f"w = {written(told['lines']['before'])} " in rows["weight"]

    # the same weight after the next batch begins where this one ended
    page.do("batch")
    at(page, [unit, 16 * 28 + 12], 3)
    page.still("way")
    assert answers[-1]["lines"]["before"] == told["lines"]["after"]
    assert answers[-1]["lines"]["m"][0] == pytest.approx(told["lines"]["m"][1], rel=1e-5, abs=1e-12)
    assert page.page.locator("#retrain .worked .sizes path").count() == 5  # a curve for each layer


def test_on_a_phone_a_kernels_cell_is_chosen_with_a_finger(begin):
    page = begin("cnn", **PHONE)
    page.page.wait_for_selector("#retrain .worked .weight[data-step='1']")
    page.still("step", "way")
    cells = page.page.locator("#retrain .worked .cells")
    cells.scroll_into_view_if_needed()
    box = cells.bounding_box()
    page.page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.9)
    unit = int(page.page.locator("#retrain .worked .units input").input_value())
    at(page, [unit, 0, 4, 1], 1)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    inside = "e => Math.max(...e.map(e => e.getBoundingClientRect().right))"
    assert page.page.eval_on_selector_all("#retrain .worked :is(section, table, figure, svg, p, button)", inside) <= 390
    cut = page.page.eval_on_selector_all("#retrain .worked :is(td, th, p, span, button, output)", CUT)
    assert cut == []
    small = page.page.eval_on_selector_all(
        "#retrain .worked :is(button, select, summary, [type=range], label)",
        "e => e.map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && box.height < 44).map(([name]) => name)",
    )
    assert small == []
