"""The tabs in Chromium: a drawing or a picture and a visitor's switches go in, what is shown comes out."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo import samples, text
from nets.checkpoint import load_shipped
from nets.models import describe
from nets.preprocess import Steps, prepare_drawing
from tests.browser.driver import PHONE

pytestmark = pytest.mark.browser

STEPS = ["ink", "pen", "crop", "fit", "centre"]


def open_preparation(visit):
    page = visit()
    page.page.get_by_role("tab", name=text.PREPARATION_TAB).click()
    return page


def verdicts(page, step: str) -> list[str]:
    return page.page.eval_on_selector_all(f"[data-step={step}] [data-network] b", "e => e.map(e => e.innerText)")


def stopped(page, step: str) -> np.ndarray:
    """The 28x28 bytes shown under a step."""
    script = "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    values = page.page.eval_on_selector(f"[data-step={step}] canvas", script)
    return np.array(values, np.float32).reshape(28, 28) / 255


def settled(page) -> None:
    """Until what was drawn is read and prepared, and nothing more is asked."""
    page.still("read_drawing", "prepare", "networks")


def png(draw_seven: bool = True) -> bytes:
    ink = prepare_drawing(samples.drawing(7, 24.0)).stages[0].image if draw_seven else np.zeros((60, 60), np.float32)
    file = io.BytesIO()
    Image.fromarray((255 - 255 * ink).astype(np.uint8)).save(file, "png")
    return file.getvalue()


def choose(page, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    page.page.set_input_files("#preparation input[type=file]", path)


def test_each_step_shows_what_it_does_and_both_verdicts(visit):
    page = open_preparation(visit)
    assert page.page.inner_text("#preparation .problem") == text.NOTHING_DRAWN
    page.put(5)
    page.wait_for(5, 5)
    settled(page)
    drawing = samples.drawing(5)
    np.testing.assert_allclose(stopped(page, "centre"), prepare_drawing(drawing).image[0], atol=1 / 255)
    plain = prepare_drawing(drawing, Steps(pen=False, crop=False, fit=False, centre=False))
    np.testing.assert_allclose(stopped(page, "ink"), plain.image[0], atol=1 / 255)
    assert verdicts(page, "centre") == ["5", "5"]
    assert all(len(verdicts(page, step)) == 2 for step in STEPS)
    page.page.click("[data-do=clear]")
    settled(page)
    assert page.page.inner_text("#preparation .problem") == text.NOTHING_DRAWN
    assert not page.page.is_visible("#preparation .steps")


def test_a_switch_changes_what_is_shown(visit):
    page = open_preparation(visit)
    page.put(5)
    page.wait_for(5, 5)
    settled(page)
    before = stopped(page, "centre")
    for name, label in (("crop", "Crop"), ("pen", "Pen")):
        page.page.get_by_role("switch", name=label).uncheck()
        settled(page)
        after = stopped(page, "centre")
        assert abs(after - before).max() > 0.1
        assert "off" in page.page.get_attribute(f"[data-step={name}]", "class")
        before = after
    assert page.digits() == {"mlp": "5", "cnn": "5"}  # the cards above go on with every step


def test_a_picture_takes_the_same_steps_until_the_pen_moves(visit, tmp_path):
    page = open_preparation(visit)
    choose(page, tmp_path / "seven.png", png())
    settled(page)
    assert verdicts(page, "centre") == ["7", "7"]
    assert page.page.get_by_role("switch", name="Pen").is_disabled()
    page.put(3)
    page.wait_for(3, 3)
    settled(page)
    assert verdicts(page, "centre") == ["3", "3"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("<img src=x onerror=alert(1)>.png", b"this is no picture", "cannot be read as a picture"),
        ("blank.png", png(draw_seven=False), text.NO_INK),
        ("huge.png", b"\x89PNG" + bytes(21 * 2**20), "too large"),
    ],
    ids=["text", "blank", "huge"],
)
def test_a_bad_picture_is_said_clearly(visit, tmp_path, name, content, said):
    page = open_preparation(visit)
    choose(page, tmp_path / name, content)
    page.page.wait_for_function(f"document.querySelector('#preparation .problem').innerText.includes({said!r})")
    page.put(3)
    page.wait_for(3, 3)
    settled(page)
    assert verdicts(page, "centre") == ["3", "3"]


def test_a_tab_that_is_not_seen_costs_nothing(visit, seven):
    page = visit()
    page.page.get_by_role("tab", name=text.ABOUT_TAB).click()
    settled(page)
    sent = []
    page.page.on("request", lambda request: sent.append(request.post_data or ""))
    page.draw(seven)
    page.wait_for(7, 7)
    settled(page)
    assert sum("read_drawing" in body for body in sent) > 0
    assert not any('"prepare"' in body for body in sent)
    page.page.get_by_role("tab", name=text.PREPARATION_TAB).click()
    settled(page)
    assert verdicts(page, "centre") == ["7", "7"]


def test_about_shows_the_live_networks(visit):
    page = visit()
    page.page.get_by_role("tab", name=text.ABOUT_TAB).click()
    networks, records = load_shipped()
    for name, model in networks.items():
        rows = describe(model)
        table = page.page.locator(f"#about .{name} table")
        shown = table.locator("tbody tr").evaluate_all("e => e.map(e => [...e.children].map(e => e.innerText))")
        assert [row[0] for row in shown] == [row.name for row in rows]
        assert [row[5] for row in shown] == [str(row.receptive_field) for row in rows]
        total = table.locator("tfoot").inner_text()
        assert f"{sum(row.parameters for row in rows):,}" in total
        assert f"{sum(row.multiply_adds for row in rows):,}" in total
    results = page.page.inner_text("#about .results")
    for record in records.values():
        assert f"{100 * record['test']['accuracy']:.2f}" in results
    assert "30.7" in page.page.inner_text("#about .intro") and "59 times" in page.page.inner_text("#about .intro")


def test_the_tabs_fit_a_phone(visit):
    page = visit(**PHONE)
    page.put(8)
    page.wait_for(8, 8)
    settled(page)
    for tab in (text.PREPARATION_TAB, text.ABOUT_TAB):
        page.page.get_by_role("tab", name=tab).click()
        settled(page)
        assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
        widest = "e => Math.max(...e.map(e => e.getBoundingClientRect().right))"
        assert page.page.eval_on_selector_all("#tabs table, #tabs .steps, #tabs p", widest) <= 390
