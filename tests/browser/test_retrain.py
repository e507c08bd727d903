"""The tab Retrain in Chromium, used as a visitor uses it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from demo.words import look_up, say
from nets.checkpoint import unpack
from nets.models import MlpArchitecture, count_parameters, describe, mlp
from nets.recipes import RECIPES
from tests.browser.driver import ENDLESS, PHONE, RetrainPage

pytestmark = pytest.mark.browser


@pytest.fixture
def begin(visit):
    """Opens the page with the bundled digits and these networks chosen."""
    pages = []

    def open_tab(networks: str = say("network.mlp"), **options) -> RetrainPage:
        page = visit(**options)
        page.__class__ = RetrainPage
        page.choose(say("retrain.form.data"), say("retrain.data.digits"))
        page.choose(say("retrain.form.network"), networks)
        pages.append(page)
        return page

    yield open_tab
    assert [page.complaints for page in pages] == [[]] * len(pages)


def test_it_learns_before_the_visitors_eyes(begin):
    page = begin()
    page.put(7)
    page.wait_for(7, 7)
    before = page.confidences()
    page.fill("mlp", epochs=ENDLESS)
    page.do("start")
    page.until("running")
    page.page.wait_for_selector("#card-mlp.yours")
    for count in (1, 5, 20):
        page.page.wait_for_function(
            "n => (document.querySelector('[data-chart=loss] .thin')?.getAttribute('d').split('L').length ?? 0) > n",
            arg=count,
        )
    changed = "before => document.querySelector('#card-mlp .reading').dataset.confidence !== before"
    page.page.wait_for_function(changed, arg=before[0])
    assert page.yours() == ["card-mlp"]
    assert page.confidences()[1] == before[1]  # the CNN's
    assert page.page.locator("#retrain .examples canvas").count() == 10
    page.page.wait_for_function(  # what is out of view is drawn once a second
        """() => new Set([...document.querySelectorAll("#retrain .first[data-network=mlp] canvas")]
            .map((canvas) => canvas.toDataURL())).size === 16"""
    )
    assert sum(float(cell or 0) for row in page.table(".confusion[data-network=mlp] tbody") for cell in row[1:]) > 0


def test_pause_holds_and_resume_goes_on(begin):
    page = begin()
    page.fill("mlp", epochs=ENDLESS)
    page.do("start")
    page.until("running")
    page.page.wait_for_function("document.querySelector('[data-number=step] td')?.innerText.includes(' of ')")
    page.do("pause")
    page.until("paused")
    page.still()
    held = page.number("step")
    page.answered("watch")
    assert page.number("step") == held
    assert say("network.mlp") in page.said()
    page.do("resume")
    page.until("running")
    changed = "held => document.querySelector('[data-number=step] td').innerText !== held"
    page.page.wait_for_function(changed, arg=held)


def test_one_batch_is_one_step_and_one_epoch_ends_with_it(begin):
    page = begin()
    page.fill("mlp", epochs=3, batch_size=400)
    for step in (1, 2):
        page.do("batch")
        page.page.wait_for_function(
            "step => document.querySelector('[data-number=step] td')?.innerText.startsWith(`${step} of`)", arg=step
        )
        page.until("paused")
    steps = int(page.number("step").split()[-1])
    page.do("epoch")
    page.page.wait_for_function(
        "step => document.querySelector('[data-number=step] td')?.innerText.startsWith(`${step} of`)", arg=steps // 3
    )
    page.until("paused")
    page.still()
    assert page.number("step") == f"{steps // 3} of {steps}"
    assert page.number("epoch") == "1 of 3"


def test_stop_ends_it_and_the_shipped_weights_come_back(begin):
    page = begin()
    page.put(3)
    page.wait_for(3, 3)
    before = page.confidences()
    page.page.wait_for_selector("[data-do=shipped]:disabled", state="attached")
    page.fill("mlp", epochs=ENDLESS)
    page.do("start")
    page.until("running")
    page.page.wait_for_selector("#card-mlp.yours")
    assert page.page.locator("[data-do=shipped]").is_disabled()  # while it runs
    page.do("stop")
    page.until("stopped")
    [[name, accuracy, *others]] = page.table(".result tbody")
    assert (name, others) == ("MLP", [say("retrain.result.mnist_only")] * 2)
    assert "%" in accuracy and "loss" in accuracy
    page.do("shipped")
    page.page.wait_for_selector("#card-mlp:not(.yours)")
    page.page.wait_for_function(
        "before => document.querySelector('#card-mlp .reading').dataset.confidence === before", arg=before[0]
    )
    assert page.confidences() == before


def test_both_race_on_one_clock(begin):
    page = begin(say("retrain.form.both"))
    page.put(5)
    page.fill("mlp", epochs=2)
    page.fill("cnn", epochs=1, batch_size=400)
    page.do("start")
    page.until("finished")
    assert sorted(page.yours()) == ["card-cnn", "card-mlp"]
    labels = page.page.locator("[data-chart=loss] text.label").all_text_contents()
    assert sorted(label.split()[0] for label in labels) == ["CNN", "MLP"]
    for network in ("mlp", "cnn"):
        assert page.number("epoch", network) in ("2 of 2", "1 of 1")
        assert page.page.locator(f".first[data-network={network}] canvas").first.is_visible()
        assert page.page.locator(f".confusion[data-network={network}]").is_visible()
    assert [row[0] for row in page.table(".result tbody")] == ["MLP", "CNN"]


def test_a_learning_rate_far_too_large_is_told(begin):
    page = begin()
    page.fill("mlp", epochs=50, learning_rate=100)
    page.field("mlp", "optimizer").select_option("sgd")
    page.do("start")
    page.until("diverged")
    assert "learning rate" in page.said()
    page.page.wait_for_function(  # aloud, after a rest
        "said => document.querySelector('#retrain .controls .unseen')?.innerText === said", arg=page.said()
    )
    mark = page.page.locator("[data-chart=loss] text.label", has_text="MLP: beyond all bounds at batch")
    assert mark.is_visible() and page.page.locator("[data-chart=loss] .cross").count() == 1
    assert mark.text_content() in page.page.get_attribute("[data-chart=loss] .plot svg", "aria-label")


def test_an_architecture_is_counted_before_it_is_trained(begin):
    page = begin()
    page.put(2)
    page.unfold("architecture")
    page.fill("mlp", hidden="32, 16", epochs=2)
    model = mlp(MlpArchitecture(hidden=(32, 16)))
    size = f"{count_parameters(model):,} parameters"
    page.page.wait_for_function(
        "size => document.querySelector('.total[data-network=mlp]')?.innerText.includes(size)", arg=size
    )
    page.page.click("#retrain .layers summary")
    rows = page.table(".layers table[data-network=mlp] tbody")
    assert [row[0] for row in rows] == [layer.name for layer in describe(model)]
    assert [row[4] for row in rows] == [str(layer.receptive_field) for layer in describe(model)]
    page.do("start")
    page.until("finished")
    page.page.wait_for_function("size => document.querySelector('#card-mlp .size')?.innerText === size", arg=size)


def test_what_cannot_be_trained_is_said_beside_the_form_and_refused(begin):
    """Every field at once, each beside itself; Start leads to the first."""
    page = begin()
    page.fill("mlp", batch_size=0, learning_rate=1000)
    page.page.wait_for_function("document.querySelectorAll('#retrain [aria-invalid]').length === 2")
    for name, most in (("batch_size", "4096"), ("learning_rate", "100")):
        ids = page.field("mlp", name).get_attribute("aria-describedby").split()
        assert most in page.page.inner_text(f"#{ids[0]}")
    problem = page.page.locator("#retrain .setup .problem")
    assert problem.inner_text() == say("retrain.form.wrong", fields="Batch size, Learning rate")
    page.page.click("#retrain .drawer > summary")  # folds it
    page.do("start")
    page.page.wait_for_function("document.querySelector('#retrain .controls .problem')?.innerText")
    assert page.page.evaluate("document.activeElement.closest('.option').dataset.name") == "batch_size"
    assert page.page.locator(".controls[data-state=idle]").count() == 1
    page.fill("mlp", batch_size=64, learning_rate=0.01)
    page.page.wait_for_function("document.querySelector('#retrain .setup .problem')?.innerText === ''")
    assert page.page.locator("#retrain [aria-invalid]").count() == 0


def test_a_recipe_fills_the_form_and_what_differs_from_it_is_marked(begin):
    page = begin(say("network.cnn"))
    page.choose(say("retrain.form.recipe"), "tutorial")
    assert page.field("cnn", "epochs").input_value() == "15"  # few digits are seen more often
    page.choose(say("retrain.form.data"), say("retrain.data.mnist"))
    assert page.field("cnn", "epochs").input_value() == "8"
    assert page.field("cnn", "optimizer").input_value() == "adam"
    assert page.page.locator("#retrain .changed").count() == 0
    page.fill("cnn", epochs=2)
    assert page.page.locator("#retrain .changed").count() == 1
    assert page.page.inner_text("#retrain [data-name=epochs] .was") == say("retrain.form.recipe_was", value=8)
    page.choose(say("retrain.form.recipe"), "best")
    assert page.field("cnn", "epochs").input_value() == str(RECIPES["best"]["cnn"].epochs)
    page.unfold("augmentation")
    assert page.field("cnn", "rotation").input_value() == "12"
    assert page.page.locator("#retrain .changed").count() == 0


def test_a_trained_network_is_downloaded_and_loaded_elsewhere(begin, tmp_path):
    page = begin()
    page.put(4)
    page.fill("mlp", epochs=5)
    page.do("start")
    page.until("finished")
    page.page.wait_for_selector("#card-mlp.yours")
    page.still()
    with page.page.expect_download() as download:
        page.page.click("[data-download=mlp]")
    archive = tmp_path / download.value.suggested_filename
    download.value.save_as(archive)
    model, record = unpack(archive.read_bytes())
    assert (record["network"], record["epochs"], archive.suffix) == ("mlp", 5, ".zip")
    assert count_parameters(model) == record["parameters"]

    other = begin()
    other.put(4)
    other.wait_for(4, 4)
    before = other.confidences()
    other.page.set_input_files("#retrain [type=file]", {"name": "x.zip", "mimeType": "", "buffer": b"PK\x03\x04 no"})
    other.page.locator(".keep .problem", has_text="x.zip was not loaded").wait_for()
    assert other.yours() == [] and other.confidences() == before
    other.page.set_input_files("#retrain [type=file]", archive)
    other.page.wait_for_selector("#card-mlp.yours")
    expected = page.confidences()[0]
    other.page.wait_for_function(
        "value => document.querySelector('#card-mlp .reading').dataset.confidence === value", arg=expected
    )
    assert other.confidences()[1] == before[1]
    assert other.page.inner_text(".keep .problem") == say("retrain.files.loaded", name=archive.name)


def test_time_travel_shows_what_was(begin):
    page = begin()
    page.put(6)
    page.fill("mlp", epochs=5)
    page.do("start")
    page.until("finished")
    page.still()
    slider = page.page.locator("#retrain .travel input")
    end, verdict = page.pictures(), page.confidences()[0]
    assert page.page.inner_text(".travel output") == say("retrain.travel.now")
    slider.focus()
    page.page.keyboard.press("Home")
    page.page.wait_for_function(
        "now => document.querySelector('#card-mlp .reading').dataset.confidence !== now", arg=verdict
    )
    page.still()
    assert page.page.inner_text(".travel output") == "0.0 s"
    assert page.pictures() != end
    assert page.page.locator("[data-chart=loss] .moment").count() == 1
    page.page.keyboard.press("End")
    page.page.wait_for_function(
        "now => document.querySelector('#card-mlp .reading').dataset.confidence === now", arg=verdict
    )
    page.still()
    assert page.pictures() == end
    assert page.page.locator("[data-chart=loss] .moment").count() == 0


def test_a_chart_is_read_by_pointer_and_by_keys_and_a_cell_opens_its_digits(begin):
    page = begin()
    page.fill("mlp", epochs=4)
    page.do("start")
    page.until("finished")
    page.still()
    chart = page.page.locator("#retrain [data-chart=loss]")
    slider, values = chart.get_by_role("slider"), chart.locator(".values")
    last = page.number("validation_loss").split()[0]
    assert f"{last} after batch 164" in chart.locator(".plot svg").get_attribute("aria-label")

    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x = box["x"] + box["width"] / 3
    page.page.mouse.move(x, box["y"] + 100)
    values.wait_for()
    hair = "line => line.getBoundingClientRect().x"
    assert abs(chart.locator(".hair").evaluate(hair) - x) < 30  # at a point
    assert "MLP, training" in values.inner_text() and "batch" in values.inner_text()
    page.page.mouse.move(x, box["y"] - 30)
    values.wait_for(state="hidden")

    slider.focus()
    page.page.keyboard.press("End")
    assert f"MLP, kept back {last}" in slider.get_attribute("aria-valuetext")
    most = int(slider.get_attribute("aria-valuemax"))
    page.page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuenow") == str(most - 1)
    page.page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuenow") == "0" and values.is_visible()
    page.page.keyboard.press("Escape")
    assert values.is_hidden()

    page.choose(say("retrain.chart.axis_label"), say("retrain.chart.axis.epochs"))
    slider.focus()
    page.page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext").startswith("After 4.00 epochs")
    chart.locator(".table summary").click()
    chart.locator(".table tbody tr").first.wait_for()
    rows = page.table("[data-chart=loss] .table tbody")
    assert rows[-1] == ["MLP, kept back", "164", "4.00", rows[-1][3], last]
    plot = chart.locator(".grid").evaluate_all("e => e.map(e => e.getBoundingClientRect().y)")
    assert max(plot) - min(plot) >= 320

    cells = page.page.locator(".confusion[data-network=mlp] tbody td.right")
    cells.nth(3).click()
    opened = page.page.locator(".confusion[data-network=mlp] .opened")
    opened.locator("canvas").first.wait_for()
    count = int(cells.nth(3).get_attribute("title").split(": ")[1].split()[0])
    assert opened.locator("canvas").count() == min(count, 24)
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    opened.locator("p", has_text="4 read as 4").wait_for()


def test_runs_are_listed_compared_and_exported(begin):
    page = begin()
    for rate, run in ((0.02, 1), (0.005, 2)):
        page.fill("mlp", learning_rate=rate)
        page.do("start")
        page.until("running")  # a run that is stopped before is not listed
        page.page.wait_for_selector("#card-mlp.yours")
        page.do("stop")
        page.page.wait_for_selector(f".runs [data-run='{run}']", timeout=120_000)
    rows = page.table(".runs > .wide tbody")
    assert [row[1:5] for row in rows] == [
        ["1", "MLP", "fast", ""],
        ["2", f"MLP {say('retrain.runs.reads')}", "fast", "Learning rate"],
    ]
    for run in (1, 2):
        page.page.check(f".runs [data-run='{run}']")
    page.page.wait_for_selector("[data-chart=loss] .earlier", state="attached")
    assert page.page.locator("[data-chart=loss] .earlier").count() == 1  # the other is drawn already
    assert page.table(".differ tbody") == [["Learning rate", "0.02", "0.005"]]
    with page.page.expect_download() as download:
        page.page.click("[data-export]")
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_bytes().decode(), newline="")))
    assert [line["run"] for line in lines] == ["1", "2"]
    assert [line["setting learning_rate"] for line in lines] == ["0.02", "0.005"]
    assert {line["setting hidden"] for line in lines} == {"128,256,128,64"}
    for line, row in zip(lines, rows, strict=True):
        assert row[10].startswith(f"{100 * float(line['test_accuracy']):.2f}")


def test_a_tab_that_is_not_seen_asks_for_little_and_is_up_to_date_when_it_is(begin):
    page = begin()
    page.fill("mlp", epochs=ENDLESS)
    page.do("start")
    page.until("running")
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    for _ in range(2):  # the first may have been on its way
        page.answered("watch")
    asked = []
    page.page.on("request", lambda request: asked.append(request.post_data or ""))
    for _ in range(3):
        page.answered("watch")
    watches = [body for body in asked if '"watch"' in body]
    assert len(watches) >= 2 and all('"visible":false' in body for body in watches)
    before = page.page.text_content("[data-number=step] td")
    page.page.get_by_role("tab", name=say("page.tab.retrain")).click()
    page.page.wait_for_function(
        "before => document.querySelector('[data-number=step] td').innerText !== before", arg=before
    )


def test_a_worked_step_that_cannot_be_fetched_yet_says_so_and_comes_when_it_can(visit):
    page = visit().page
    page.route("**/retrain/step.js", lambda route: route.abort())
    page.click("#retrain .worked > summary")
    page.locator("#retrain .worked .body", has_text=say("retrain.lost")).wait_for()
    page.unroute("**/retrain/step.js")
    page.wait_for_selector("#retrain .worked .weight")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone(begin, theme):
    page = begin(say("retrain.form.both"), **PHONE, color_scheme=theme)
    page.fill("mlp", epochs=2)
    page.fill("cnn", epochs=1, batch_size=400)
    for part in look_up("retrain.part"):
        page.unfold(part)
    page.do("start")
    page.until("finished")
    page.page.check(".runs [data-run='1'][data-network=mlp]")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    widest = "e => Math.max(...e.map(e => e.getBoundingClientRect().right))"
    assert page.page.eval_on_selector_all("#retrain :is(section, figure, svg, .option)", widest) <= 390
    small = page.page.eval_on_selector_all(
        "#retrain :is(button, .button, select, summary, .choice label, .option input, .travel input, .runs label)",
        "e => e.map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && box.height < 44).map(([name]) => name)",
    )
    assert small == []
