"""The tabs Preparation and About in Chromium."""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo import samples
from demo.words import say
from nets.checkpoint import load_shipped, pack
from nets.models import CnnArchitecture, cnn, count_parameters, describe
from nets.preprocess import Steps, prepare_drawing
from tests.browser.driver import PHONE
from tests.support import until

pytestmark = pytest.mark.browser

STEPS = ["ink", "pen", "crop", "fit", "centre"]


def open_preparation(visit):
    page = visit()
    page.page.get_by_role("tab", name=say("page.tab.preparation")).click()
    return page


def verdicts(page, step: str) -> list[str]:
    return page.page.eval_on_selector_all(f"[data-step={step}] [data-network] b", "e => e.map(e => e.innerText)")


def stopped(page, step: str) -> np.ndarray:
    """The 28x28 bytes shown under a step."""
    script = "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    values = page.page.eval_on_selector(f"[data-step={step}] canvas", script)
    return np.array(values, np.float32).reshape(28, 28) / 255


def wait_for(page, digit: int, step: str = "centre") -> None:
    """Until both networks are shown to read this digit after a step."""
    page.page.wait_for_function(
        """([step, digit]) => {
          const rows = [...document.querySelectorAll(`[data-step=${step}] [data-network] b`)];
          return rows.every((row) => row.checkVisibility() && row.textContent === digit);
        }""",
        arg=[step, str(digit)],
    )


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
    assert page.page.inner_text("#preparation .problem") == say("preparation.blank")
    page.put(5)
    wait_for(page, 5)
    drawing = samples.drawing(5)
    np.testing.assert_allclose(stopped(page, "centre"), prepare_drawing(drawing).image[0], atol=1 / 255)
    plain = prepare_drawing(drawing, Steps(pen=False, crop=False, fit=False, centre=False))
    np.testing.assert_allclose(stopped(page, "ink"), plain.image[0], atol=1 / 255)
    assert all(len(verdicts(page, step)) == 2 for step in STEPS)
    page.page.click("[data-do=clear]")
    page.page.locator("#preparation .problem", has_text=say("preparation.blank")).wait_for()
    assert not page.page.is_visible("#preparation .steps")


def test_a_switch_changes_what_is_shown(visit):
    page = open_preparation(visit)
    page.put(5)
    wait_for(page, 5)
    before = stopped(page, "centre")
    for name, label in (("crop", "Crop"), ("pen", "Pen")):
        page.page.get_by_role("switch", name=label).uncheck()
        until(lambda: page.page.wait_for_timeout(20) or abs(stopped(page, "centre") - before).max() > 0.1)  # noqa: B023
        assert "off" in page.page.get_attribute(f"[data-step={name}]", "class")
        before = stopped(page, "centre")
    assert page.digits() == {"mlp": "5", "cnn": "5"}  # the cards above go on with every step


def test_a_picture_takes_the_same_steps_until_the_pen_moves(visit, tmp_path):
    page = open_preparation(visit)
    choose(page, tmp_path / "seven.png", png())
    wait_for(page, 7)
    assert all(page.page.is_visible(f"[data-step={step}]") for step in ("picture", "flat", *STEPS))
    page.put(3)
    wait_for(page, 3)
    assert not page.page.is_visible("[data-step=picture]") and not page.page.is_visible("[data-step=flat]")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("<img src=x onerror=alert(1)>.png", b"this is no picture", "cannot be read as a picture"),
        ("blank.png", png(draw_seven=False), say("error.picture.no_ink")),
        ("huge.png", b"\x89PNG" + bytes(21 * 2**20), "too large"),
    ],
    ids=["text", "blank", "huge"],
)
def test_a_bad_picture_is_said_clearly(visit, tmp_path, name, content, said):
    page = open_preparation(visit)
    choose(page, tmp_path / name, content)
    page.page.wait_for_function(f"document.querySelector('#preparation .problem')?.innerText.includes({said!r})")
    page.put(3)
    wait_for(page, 3)


def test_a_tab_that_is_not_seen_costs_nothing(visit, seven):
    page = visit(served=True)
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    sent = []
    page.page.on("request", lambda request: sent.append(request.post_data or ""))
    page.draw(seven)
    page.wait_for(7, 7)
    page.page.wait_for_timeout(500)  # longer than a tab that is seen would wait for the pen to rest
    assert sum("read_drawing" in body for body in sent) > 0
    assert not any('"prepare"' in body for body in sent)
    page.page.get_by_role("tab", name=say("page.tab.preparation")).click()
    wait_for(page, 7)


def told(page, section: str) -> list[list[str]]:
    """The lines of a table of the tab About, cell by cell."""
    lines = page.page.locator(f"#about {section} tbody tr")
    return lines.evaluate_all("e => e.map(e => [...e.children].map(e => e.innerText))")


def until_told(page, *said: str) -> None:
    """Until the tab About says all this."""
    script = "said => said.every((one) => document.querySelector('#about')?.innerText.includes(one))"
    page.page.wait_for_function(script, arg=said)


def test_about_shows_the_live_networks(visit):
    page = visit()
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    until_told(page, "30.7", "59 times", "175,306 parameters, not")
    networks, records = load_shipped()
    for name, model in networks.items():
        rows = describe(model)
        shown = told(page, f".{name}")
        assert [row[0] for row in shown] == [row.name for row in rows]
        assert [row[5] for row in shown] == [str(row.receptive_field) for row in rows]
        total = page.page.inner_text(f"#about .{name} tfoot")
        assert f"{sum(row.parameters for row in rows):,}" in total
        assert f"{sum(row.multiply_adds for row in rows):,}" in total
    results = dict((line, cells) for line, *cells in told(page, ".results"))
    assert results["weights"] == ["as shipped", "as shipped"]
    accuracies = [f"{100 * record['test']['accuracy']:.2f}" for record in records.values()]
    assert [cell.split("\u202f")[0] for cell in results["test accuracy"]] == accuracies


def test_about_speaks_of_the_networks_that_the_cards_read_with(visit, tmp_path):
    """A small CNN from a file, then the shipped one again."""
    architecture = CnnArchitecture(kernel=3, channels=(1, 2, 3, 4))
    model, (_, records) = cnn(architecture).eval(), load_shipped()
    record = {**records["cnn"], "architecture": asdict(architecture), "parameters": count_parameters(model)}
    path = tmp_path / "small.zip"
    path.write_bytes(pack(model, {**record, "test": {"accuracy": 0.1234, "loss": 2.25}}))
    page = visit()
    page.page.set_input_files("#retrain .keep input[type=file]", path)
    page.page.wait_for_selector("#card-cnn.yours")
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    until_told(page, "from your file", "12.34", f"{count_parameters(model):,}")
    assert [row[3] for row in told(page, ".cnn")] == [
        f"{row.parameters:,}" if row.parameters else "" for row in describe(model)
    ]
    notes = page.page.inner_text("#about ul")
    assert "conv4 sees past the image's edges" not in notes and "3.5" not in notes and "3 (conv1), 4 (pool1)" in notes
    page.page.get_by_role("tab", name=say("page.tab.retrain")).click()
    page.page.click("#retrain [data-do=shipped]")
    page.page.wait_for_selector("#card-cnn:not(.yours)")
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    until_told(page, "conv4 sees past the image's edges", f"{100 * records['cnn']['test']['accuracy']:.2f}")
    assert "from your file" not in page.page.inner_text("#about")


def test_the_tabs_fit_a_phone(visit):
    page = visit(**PHONE)
    page.put(8)
    page.wait_for(8, 8)
    for tab, there in {"preparation": "#preparation .steps", "about": "#about tfoot"}.items():
        page.page.get_by_role("tab", name=say(f"page.tab.{tab}")).click()
        page.page.locator(there).first.wait_for()
        assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
        widest = "e => Math.max(...e.map(e => e.getBoundingClientRect().right))"
        assert page.page.eval_on_selector_all("#tabs table, #tabs .steps, #tabs p", widest) <= 390
