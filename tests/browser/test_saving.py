"""What is saved in Chromium, by real clicks and keys: the files are opened, and hold what the page shows."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch
from PIL import Image

from demo import samples
from demo.words import say
from nets.activations import activations
from nets.checkpoint import load_shipped
from nets.preprocess import prepare_drawing
from tests.browser.driver import RetrainPage

pytestmark = pytest.mark.browser


def opened(page, menu: str) -> None:
    page.page.locator(f"{menu} > button").click()
    page.page.wait_for_selector(".saving:popover-open [role=menuitem]:focus")


def saved(page, menu: str, form: str, group: int = 0) -> tuple[str, bytes]:
    """The name and the content of what an entry of a menu saves."""
    opened(page, menu)
    with page.page.expect_download() as download:
        page.page.locator(f".saving:popover-open [role=group] >> nth={group}").locator(f"[data-form={form}]").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def texts(content: bytes) -> list[str]:
    return [node.text or "" for node in ET.fromstring(content).iter("{http://www.w3.org/2000/svg}text")]


def test_a_layer_and_its_numbers_are_saved(visit):
    page = visit()
    page.put(7)
    page.wait_for(7, 7)
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    page.page.wait_for_selector("#inside .chain label:has(:checked)")
    layers = "#inside .saves[data-picture=layer]"
    found = activations(load_shipped()[0]["cnn"], prepare_drawing(samples.drawing(7)).image)
    name, png = saved(page, layers, "png")
    assert name == "cnn-conv1.png" and Image.open(io.BytesIO(png)).size == (2000, 1125)
    name, npz = saved(page, layers, "npz")
    arrays = np.load(io.BytesIO(npz))
    torch.testing.assert_close(torch.from_numpy(arrays["activation"]), found["conv1"], rtol=1e-5, atol=1e-5)
    name, svg = saved(page, layers, "svg", group=1)
    assert name == "cnn-conv1-kernels.svg"
    assert say("figure.title.kernels", network="CNN", layer="conv1", count=16, height=5, width=5) in texts(svg)

    # by keyboard: the menu opens, its entries are in a ring, Escape leads back to the button
    page.page.locator("#inside .saves[data-picture=map] > button").focus()
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(".saving:popover-open [data-form=png]:focus")
    page.page.keyboard.press("Escape")
    page.page.wait_for_selector("#inside .saves[data-picture=map] > button:focus")
    assert page.page.locator(".saving:popover-open").count() == 0
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(".saving:popover-open [data-form=png]:focus")
    page.page.keyboard.press("ArrowUp")
    with page.page.expect_download() as download:
        page.page.keyboard.press("Enter")
    rows = lines(download.value.path().read_bytes())
    which = int(rows[0]["map"])
    assert download.value.suggested_filename == f"cnn-conv1-map-{which}.csv"
    values = torch.tensor([float(row["value"]) for row in rows]).view(28, 28)
    torch.testing.assert_close(values, found["conv1"][which], rtol=1e-4, atol=1e-5)

    # which pixels matter, for the digit that is asked about
    for view, menu, file in (("mlp", "evidence", "mlp-parts"), ("pixels", "occlusion", "mlp-cnn-occlusion")):
        page.page.locator("#inside .choice.view label", has_text=say(f"inside.view.{view}")).click()
        page.page.locator(f"#inside [data-view={view}] .choice.explained label").nth(4).click()
        page.still("look")
        name, content = saved(page, f"#inside .saves[data-picture={menu}]", "csv")
        assert name == f"{file}.csv" and {row["digit"] for row in lines(content)} == {"3"}
    page.page.locator("#inside .choice.view label", has_text=say("inside.view.pooling")).click()
    page.page.locator("#inside .choice.shift label", has_text=say("inside.shift.up")).click()
    page.still("look")
    name, svg = saved(page, "#inside .saves[data-picture=shift]", "svg")
    assert name == "cnn-shift-up.svg" and say("figure.label.shift", layer="pool1", what="moved") in texts(svg)
    assert not page.complaints


def test_charts_mistakes_and_digits_are_saved(visit):
    page = visit()
    page.__class__ = RetrainPage
    page.choose(say("retrain.form.data"), say("retrain.data.digits"))
    page.choose(say("retrain.form.network"), say("network.mlp"))
    opened(page, "#retrain .saves[data-saves=loss]")
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector("#retrain .saves[data-saves=loss] .problem")
    assert page.page.inner_text("#retrain .saves[data-saves=loss] .problem") == say("figure.no_run")
    page.fill("mlp", epochs=2)
    page.do("start")
    page.until("finished")
    name, content = saved(page, "#retrain .saves[data-saves=loss]", "csv")
    rows = lines(content)
    assert name == "loss-1.csv" and {row["network"] for row in rows} == {"mlp"}
    last = [row for row in rows if row["measure"] == "kept_back"][-1]
    assert float(last["epoch"]) == 2 and float(last["value"]) > 0
    page.page.locator("#retrain .choice.axis label", has_text=say("retrain.chart.axis.epochs")).click()
    name, svg = saved(page, "#retrain .saves[data-saves=accuracy]", "svg")
    assert name == "accuracy-1.svg" and say("figure.axis.epochs") in texts(svg)
    name, png = saved(page, "#retrain .saves[data-saves=examples]", "png")
    assert name == "run-1-digits.png" and Image.open(io.BytesIO(png)).size == (2000, 1125)
    name, content = saved(page, "#retrain .confusion[data-network=mlp] .saves", "csv", group=1)
    assert len(lines(content)) == 100 and name == "mlp-run-1-confusion.csv"
    assert not page.complaints
