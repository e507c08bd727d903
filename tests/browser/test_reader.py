"""The page reads by itself, in Chromium."""

from __future__ import annotations

import base64
import json

import pytest

from demo import samples
from demo.page import own
from demo.words import say
from nets.checkpoint import SHIPPED, load_shipped
from nets.preprocess import Steps, prepare_drawing
from tests.browser.driver import PadPage, RetrainPage
from tests.demo.reading import compare, drawings, odd, question
from tests.support import Server, until

pytestmark = pytest.mark.browser

READS = """async ({ networks, drawings, modules }) => {
  const imported = modules.map((name) => import(new URL(name, document.baseURI)));
  const [{ prepare }, { network, tensors }] = await Promise.all(imported);
  const readers = networks.map(({ layers, weights }) => {
    return network(layers, tensors(Uint8Array.from(atob(weights), (c) => c.charCodeAt(0)).buffer));
  });
  return drawings.map(({ drawing, steps }) => {
    const image = prepare(drawing, steps);
    return image && { image: [...image], logits: readers.map((read) => [...read(image)]) };
  });
}"""
ALONE = """async (name) => {
  const { here } = await import(new URL(name, document.baseURI));
  return here.read({ strokes: [[[140, 140]]], pen: 18, steps: {} }) !== null;
}"""


def reads_alone(page: PadPage) -> bool:
    """Whether the page has the networks that read now."""
    return page.page.evaluate(ALONE, own.address("reader/own.js"))


def alone(page: PadPage) -> PadPage:
    until(lambda: reads_alone(page))
    return page


def asked(page: PadPage, since: int) -> list[str]:
    """The functions of the server that the page has called since."""
    return [call.function for call in page.calls[since:]]


def test_it_reads_a_thousand_drawings_as_python_does(visit):
    page = visit()
    models, _ = load_shipped()
    drawn = [(drawing, Steps()) for drawing in [*drawings(1000), *odd()]]
    sent = question([(model, SHIPPED / f"{name}.safetensors") for name, model in models.items()], drawn)
    for network in sent["networks"]:
        with open(network["weights"], "rb") as file:
            network["weights"] = base64.b64encode(file.read()).decode()
    sent["modules"] = [own.address("reader/ink.js"), own.address("reader/network.js")]
    compare(list(models.values()), drawn, page.page.evaluate(READS, sent))


def test_while_the_pen_moves_the_server_is_asked_nothing(visit):
    page = alone(visit())
    page.still()
    before = len(page.calls)
    for digit in range(10):
        page.draw(samples.strokes(digit))
        page.wait_for(digit, digit)
        page.page.click("[data-do=clear]")
    assert not asked(page, before)
    assert not page.complaints


@pytest.mark.parametrize(
    "missing",
    [
        "delete window.Worker",
        """window.Worker = class {
          constructor() { setTimeout(() => this.onerror(new Event("error"))); }
          postMessage() {}
          terminate() {}
        }""",
        "delete PointerEvent.prototype.getCoalescedEvents",
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError'); } })",
    ],
    ids=["no workers", "workers that break", "no coalesced events", "no storage"],
)
def test_it_reads_where_something_is_missing(browser, server, missing):
    context = browser.new_context()
    context.add_init_script(missing)
    page = alone(PadPage(context.new_page(), server.url))
    page.still()
    before = len(page.calls)
    page.draw(samples.strokes(7))
    page.wait_for(7, 7)
    assert not asked(page, before)
    context.close()


def test_two_pages_read_each_its_own_drawing(visit):
    one, other = alone(visit()), alone(visit())
    one.put(3)
    other.put(8)
    one.wait_for(3, 3)
    other.wait_for(8, 8)
    assert one.digits() == {"mlp": "3", "cnn": "3"}


def test_with_the_server_gone_the_pad_goes_on(browser):
    with Server() as server:
        context = browser.new_context()
        page = alone(PadPage(context.new_page(), server.url))
    page.draw(samples.strokes(4))
    page.wait_for(4, 4)
    assert "4" in page.sentence()
    context.close()


def test_steps_that_are_off_hold_for_the_cards_and_inside(visit):
    page = alone(visit())
    page.put(7)
    page.wait_for(7, 7)
    page.page.get_by_role("tab", name=say("page.tab.preparation")).click()
    page.page.get_by_role("switch", name=say("step.centre.label")).uncheck()
    page.page.get_by_role("switch", name=say("step.fit.label")).uncheck()
    drawing = samples.drawing(7)
    expected = prepare_drawing(drawing, Steps(centre=False, fit=False)).image[0].numpy()
    script = "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"

    def seen() -> list[int]:
        return page.page.eval_on_selector("#seen canvas", script)

    until(lambda: max(abs(a - 255 * b) for a, b in zip(seen(), expected.flatten().tolist(), strict=True)) <= 1)
    page.page.locator("#seen .note.off").wait_for()
    with page.page.expect_request(lambda request: '"look"' in (request.post_data or "")) as sent:
        page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    assert json.loads(sent.value.post_data)["data"]["drawing"]["steps"] == {"centre": False, "fit": False}
    page.page.click("#seen .note.off button")
    whole = prepare_drawing(drawing).image[0].numpy()
    until(lambda: max(abs(a - 255 * b) for a, b in zip(seen(), whole.flatten().tolist(), strict=True)) <= 1)
    assert page.page.is_hidden("#seen .note.off")


def test_a_network_in_training_is_read_by_the_server_and_a_stopped_one_by_the_page(browser, server):
    context = browser.new_context()
    page = alone(RetrainPage(context.new_page(), server.url))
    page.put(7)
    page.choose(say("retrain.form.data"), say("retrain.data.digits"))
    page.choose(say("retrain.form.network"), say("network.mlp"))
    page.fill("mlp", epochs=1000)
    page.do("start")
    until(lambda: not reads_alone(page))
    with page.page.expect_request(lambda request: '"read_drawing"' in (request.post_data or "")):
        page.put(3)
    page.do("stop")
    page.until("stopped")
    alone(page)
    page.put(5)
    page.page.wait_for_selector('#card-cnn [data-digit="5"]')
    read = page.page.evaluate(
        """async (name) => (await import(new URL(name, document.baseURI))).page.get().networks.readers.mlp.source""",
        own.address("page/state.js"),
    )
    assert read == "run"
    context.close()
