"""The paper in Chromium: what is drawn with mouse, finger, stylus and keys, pictures, several digits, a first visit."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from demo import samples
from demo.page import own
from demo.words import say
from nets.drawing import Drawing
from nets.preprocess import Steps, draw, prepare_drawing
from tests.browser.driver import PHONE, PadPage
from tests.support import until

pytestmark = pytest.mark.browser

PLAIN = Steps(pen=False, crop=False, fit=False, centre=False)
STATE = "(await import(new URL(STATE, document.baseURI))).page".replace("STATE", repr(own.address("page/state.js")))


def state(page: PadPage) -> dict:
    return page.page.evaluate(f"async () => ({STATE}).get()")


def put(page: PadPage, strokes, pen: float) -> None:
    page.page.evaluate(f"async (drawing) => ({STATE}).set(drawing)", {"strokes": strokes, "pen": pen})


def lying(page: PadPage) -> int:
    """How many strokes lie on the paper."""
    return len(state(page)["strokes"])


def beside(*digits: int) -> list[list[tuple[float, float]]]:
    """Two samples side by side."""
    return [
        [(0.55 * x + 120 * place, 0.6 * y + 50) for x, y in stroke]
        for place, digit in enumerate(digits)
        for stroke in samples.strokes(digit)
    ]


# ---- ink

TINY = {
    "a dot": [[[140, 140]]],
    "a dot on the edge": [[[0, 93.3]]],
    "the same point again and again": [[[60, 200]] * 5],
    "a hair": [[[100, 100], [100.1, 100]]],
    "a comma": [[[200, 90], [198.5, 92]]],
    "a dot beside a stroke": [[[30, 30]], [[120, 60], [180, 200], [180, 200]]],
}


@pytest.mark.parametrize("ratio", [1, 2, 3])
def test_what_lies_on_the_paper_is_what_is_read(visit, ratio):
    """The canvas's ink, brought down to 28x28, against the reader's."""
    page = visit(device_scale_factor=ratio)
    for name, strokes in TINY.items():
        for pen in (8, 18, 32):
            put(page, strokes, pen)
            address = page.page.evaluate("document.querySelector('#pad canvas').toDataURL()")
            shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("L"), float)
            edges = np.arange(len(shown) + 1) * 28 / len(shown)  # of pixels, in cells
            cells = np.arange(28)[:, None]
            share = (np.minimum(edges[1:], cells + 1) - np.maximum(edges[:-1], cells)).clip(0) * len(shown) / 28
            ink = share @ ((255 - shown) / (255 - 17)) @ share.T * (28 / len(shown)) ** 2
            drawing = Drawing(tuple(np.array(stroke, np.float32) for stroke in strokes), pen)
            read = prepare_drawing(drawing, PLAIN).image[0].numpy()
            assert abs(ink - read).max() < 0.06, f"{name}, pen {pen}"
            assert ink.sum() == pytest.approx(read.sum(), rel=0.08), f"{name}, pen {pen}"
    page.page.click("[data-do=clear]")
    page.draw([[(140, 140)]])  # a tap
    assert page.ink() > 0.9 * np.pi * 81 * (page.box()["width"] * ratio / 280) ** 2 and lying(page) == 1


# ---- pointers


def test_palms_pinches_and_cancelled_touches_leave_nothing(visit):
    page = visit(**PHONE)
    session = page.page.context.new_cdp_session(page.page)
    a, b, c, d = page.on_screen([(60, 140), (220, 140), (220, 240), (120, 60)])

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def stylus(kind: str, x: float, y: float, buttons: int = 1) -> None:
        more = {"button": "left", "buttons": buttons, "clickCount": 1, "pointerType": "pen"}
        session.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **more})

    touch("touchStart", a)
    touch("touchStart", a, b)  # a pinch
    touch("touchMove", d, c)
    touch("touchEnd")
    assert lying(page) == 0 and page.ink() == 0

    touch("touchStart", a)
    touch("touchMove", b)
    assert lying(page) == 1
    touch("touchCancel")
    assert lying(page) == 0 and page.ink() == 0
    assert page.page.is_disabled("[data-do=undo]")

    touch("touchStart", a)  # a palm, and then the stylus
    stylus("mousePressed", *d)
    stylus("mouseMoved", *c)
    assert lying(page) == 1
    stylus("mouseReleased", *c, buttons=0)
    touch("touchEnd")
    [stroke] = state(page)["strokes"]
    assert stroke[0] == pytest.approx([120, 60], abs=1) and stroke[-1] == pytest.approx([220, 240], abs=1)
    page.page.click("[data-do=undo]")
    assert lying(page) == 0


def test_a_stroke_ends_where_its_button_is_released_or_the_paper_is_cleared(visit):
    page = visit()
    (x, y), (u, v), (s, t) = page.on_screen([(60, 60), (200, 200), (60, 200)])
    mouse = page.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(u, v)
    mouse.down(button="right")
    mouse.up()  # the right one is still held
    mouse.move(s, t)
    mouse.up(button="right")
    [stroke] = state(page)["strokes"]
    assert stroke[-1] == pytest.approx([200, 200], abs=1)
    mouse.down()
    mouse.move(x, y)
    page.page.keyboard.press("Delete")
    mouse.move(u, v)
    mouse.up()
    assert lying(page) == 0
    page.page.keyboard.press("Control+z")
    assert lying(page) == 2


def test_a_stroke_ends_where_another_drawing_comes_to_lie_on_the_paper(visit):
    page = visit()
    page.put(4)
    page.draw([[(60, 60), (200, 60)]], lift=False)
    put(page, samples.strokes(7), 18)  # as a lesson's step does, or a link
    before = state(page)["strokes"]
    for x, y in page.on_screen([(200, 200), (60, 200)]):
        page.page.mouse.move(x, y)
    page.page.mouse.up()
    assert state(page)["strokes"] == before
    page.draw([[(40, 250), (240, 250)]])
    assert lying(page) == len(before) + 1
    page.page.keyboard.press("Control+z")
    assert state(page)["strokes"] == before
    page.page.keyboard.press("Control+z")
    assert lying(page) == len(samples.strokes(4)) and page.complaints == []


def test_a_finger_whose_stroke_was_ended_may_leave_beside_the_paper(visit):
    page = visit(**PHONE)
    session = page.page.context.new_cdp_session(page.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in page.on_screen(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (60, 60))
    touch("touchMove", (200, 60))
    put(page, [], 18)
    touch("touchMove", (140, -60))
    touch("touchEnd")
    touch("touchStart", (60, 140))
    touch("touchEnd")
    assert lying(page) == 1


def test_the_right_buttons_menu_comes_only_where_nothing_is_being_drawn(visit):
    page = visit()
    page.page.evaluate("""() => {
      window.menus = [];
      addEventListener("contextmenu", (event) => window.menus.push(!event.defaultPrevented));
    }""")
    page.draw([[(60, 60), (200, 60)]], lift=False)
    page.page.mouse.down(button="right")
    page.page.mouse.up(button="right")
    page.page.mouse.move(*page.on_screen([(200, 200)])[0])
    page.page.mouse.up()
    [stroke] = state(page)["strokes"]
    assert stroke[-1] == pytest.approx([200, 200], abs=1)
    page.page.mouse.click(*page.on_screen([(60, 60)])[0], button="right")
    assert page.page.evaluate("window.menus") == [False, True]


# ---- keys


def test_keys_act_where_they_belong_and_draw(visit):
    page = visit()
    page.put(4)
    page.page.focus("#pad [type=range]")
    for key in ("Backspace", "Delete", "7"):
        page.page.keyboard.press(key)
    assert lying(page) == 2
    page.page.focus("[role=tab]")
    page.page.keyboard.press("Control+z")
    assert lying(page) == 0
    page.page.keyboard.press("Control+y")
    page.page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'text' }))")
    page.page.focus("#text")
    page.page.keyboard.press("Control+z")
    assert lying(page) == 2

    page.page.focus("#pad canvas")
    page.page.keyboard.press("Delete")
    assert (
        page.page.is_visible("#pad .cell")
        and page.page.is_visible("#pad-help")
        and not page.page.is_visible("#seen .note")
    )
    for key in ["ArrowUp"] * 6 + ["Space"] + ["ArrowDown"] * 12 + ["Space"] + ["ArrowRight"] * 2:
        page.page.keyboard.press(key)
    assert state(page)["strokes"] == [[[145, 85 + 10 * i] for i in range(13)]]
    page.wait_for(1, 1)
    page.page.keyboard.press("ArrowRight")  # after the verdict: of several sentences, the last is read aloud
    page.page.locator("#seen [aria-live]", has_text=say("pad.keys.at", row=20, column=17)).wait_for()
    page.page.keyboard.press("Space")
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("ArrowUp")
    assert [len(stroke) for stroke in state(page)["strokes"]] == [13, 2]
    page.page.keyboard.press("Control+z")
    assert lying(page) == 1 and page.complaints == []


# ---- several things


def test_several_digits_are_read_each_and_what_lies_loose_is_said(visit):
    page = visit()
    page.draw(beside(7, 2))
    page.wait_for(2, 2)  # the newest
    assert page.sentence().startswith("There seem to be two digits: 7 and 2.")
    row = page.page.locator("#card-mlp .several button")
    assert [text.split()[0] for text in row.all_inner_texts()] == ["7", "2"]
    row.first.click()
    page.wait_for(7, 7)
    with page.page.expect_request(lambda request: '"look"' in (request.post_data or "")) as sent:
        page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    assert json.loads(sent.value.post_data)["data"]["drawing"]["digit"] == 0
    page.page.click("[data-do=undo]")
    page.wait_for(7, 7)
    assert not page.page.is_visible(".several") and "Both read a 7" in page.sentence()

    page.draw([[(262, 20)]])  # a dot
    page.page.locator(".note.loose", has_text=say("pad.loose.small")).wait_for()
    page.page.click(".note.loose button")
    page.page.locator(".note.loose").wait_for(state="hidden")
    assert lying(page) == 1
    page.page.keyboard.press("Control+z")
    assert lying(page) == 2
    page.page.locator(".note.loose").wait_for()


def test_on_a_phone_the_paper_stays_where_it_is_while_digits_are_drawn(visit):
    page = visit(**PHONE)
    before = page.box()
    page.touch(beside(7))
    page.wait_for(7, 7)
    page.touch([[(x + 120, y) for x, y in stroke] for stroke in beside(2)])
    page.wait_for(2, 2)
    assert page.page.is_visible("#card-mlp .several") and page.box() == before
    page.page.set_viewport_size({"width": 320, "height": 700})
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 320
    page.page.locator("#card-mlp .several button").first.tap()
    page.wait_for(7, 7)


# ---- pictures


def png(*strokes) -> bytes:
    file = io.BytesIO()
    ink = draw([np.array(stroke, np.float32) for stroke in strokes], 20.0) if strokes else np.zeros((60, 60))
    Image.fromarray((255 - 255 * ink).astype(np.uint8)).save(file, "png")
    return file.getvalue()


HAND_OVER = """([kind, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/png" }));
  const init = { bubbles: true, cancelable: true };
  const event = kind === "paste" ? new ClipboardEvent(kind, { clipboardData: data, ...init })
    : new DragEvent(kind, { dataTransfer: data, ...init });
  document.querySelector("#tabs").dispatchEvent(event);
}"""


def hand_over(page: PadPage, kind: str, content: bytes, name: str = "<b>x</b>.png") -> None:
    page.page.evaluate(HAND_OVER, [kind, name, base64.b64encode(content).decode()])


def test_a_picture_lies_on_the_paper_until_the_drawing_is_wanted_again(visit, tmp_path):
    page = visit()
    page.put(3)
    page.wait_for(3, 3)
    hand_over(page, "drop", png(*samples.strokes(8)))
    page.wait_for(8, 8)
    assert page.page.get_by_role("heading", name=say("pad.picture.label")).is_visible()
    assert page.page.locator("#pad .picture").evaluate("image => image.naturalWidth") == 280
    assert "x</b>" not in page.page.inner_html("#duel")
    with page.page.expect_request(lambda request: '"look"' in (request.post_data or "")) as sent:
        page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    asked = json.loads(sent.value.post_data)["data"]["drawing"]
    assert asked["strokes"] == [] and len(base64.b64decode(asked["image"])) == 784

    for content, said in (
        (png(), say("error.picture.no_ink")),
        (b"no picture", say("error.picture.unreadable", formats="PNG")[:30]),
    ):
        hand_over(page, "drop", content)
        page.page.locator("#pad .problem", has_text=said).wait_for()
        assert page.digits() == {"mlp": "8", "cnn": "8"}

    hand_over(page, "paste", png(*beside(7, 2)))
    page.wait_for(7, 7)
    assert page.page.inner_text("#pad .problem") == ""
    page.page.locator("#card-cnn .several button").nth(1).click()
    page.wait_for(2, 2)
    page.page.get_by_role("button", name=say("pad.picture.back")).first.click()
    page.wait_for(3, 3)
    assert not page.page.is_visible("#pad .picture") and page.page.is_visible("[data-do=undo]")

    (tmp_path / "six.png").write_bytes(png(*samples.strokes(6)))
    page.page.set_input_files("#pad .choose input", tmp_path / "six.png")
    page.wait_for(6, 6)
    page.page.focus("#pad canvas")
    page.page.keyboard.press("Control+z")
    page.wait_for(3, 3)
    page.page.keyboard.press("Control+z")
    assert lying(page) == 0 and page.complaints == []


def hold_pictures(page: PadPage) -> list:
    """From now on, pictures that are sent to the server wait in this list."""
    held = []

    def hold(route):
        held.append(route) if b"prepare_file" in (route.request.post_data_buffer or b"") else route.continue_()

    page.page.route("**/component_server/", hold)
    return held


def test_a_picture_on_its_way_gives_way_to_what_is_done_meanwhile(visit):
    page = visit()
    held = hold_pictures(page)
    problem = page.page.locator("#pad .problem")
    aloud = page.page.locator("#seen [aria-live]")
    reading = say("pad.picture.reading")

    def bring(digit: int) -> None:
        hand_over(page, "paste", png(*samples.strokes(digit)))
        problem.get_by_text(reading).wait_for()

    def begin_a_stroke() -> None:
        page.draw([[(60, 60), (200, 60)]], lift=False)

    for act in (begin_a_stroke, lambda: page.put(3), lambda: page.page.click("[data-do=clear]")):
        bring(8)
        aloud.get_by_text(reading).wait_for()
        act()
        assert problem.inner_text() == ""
        drawing = state(page)["strokes"]
        held.pop().continue_()
        page.still("prepare_file")
        now = state(page)
        assert (now["strokes"], now["picture"], problem.inner_text()) == (drawing, None, "")
        page.page.mouse.move(*page.on_screen([(200, 200)])[0])
        assert (state(page)["strokes"] != drawing) == (act is begin_a_stroke)
        page.page.mouse.up()

    bring(8)
    page.put(3)
    bring(9)
    for route in held:
        route.continue_()
    page.wait_for(9, 9)
    assert problem.inner_text() == ""
    held.clear()
    bring(8)
    held.pop().abort()
    problem.get_by_text(say("verdict.lost.lead")).wait_for()
    assert page.digits() == {"mlp": "9", "cnn": "9"}


def test_a_picture_that_is_brought_in_mid_stroke_ends_the_stroke(visit):
    page = visit()
    held = hold_pictures(page)
    page.draw([[(60, 60), (200, 60)]], lift=False)
    hand_over(page, "paste", png(*samples.strokes(8)))
    page.page.mouse.move(*page.on_screen([(200, 200)])[0])
    until(lambda: page.page.wait_for_timeout(20) or held)
    held.pop().continue_()
    page.wait_for(8, 8)
    page.page.mouse.up()
    page.page.click("[data-do=back]")
    [stroke] = state(page)["strokes"]
    assert stroke[-1] == pytest.approx([200, 60], abs=1)


def test_what_is_dropped_may_hold_no_file(visit):
    page = visit()
    page.page.evaluate("""() => {
      const event = new DragEvent("drop", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], files: [] } });
      document.body.dispatchEvent(event);
    }""")
    page.put(3)
    page.wait_for(3, 3)
    assert page.complaints == []


# ---- a first visit


def test_on_a_first_visit_a_sample_draws_itself_until_somebody_does(visit, seven):
    page = visit(first=True)
    page.wait_for(5, 5)
    until(
        lambda: (
            page.page.wait_for_timeout(20) or sum(map(len, state(page)["strokes"])) == sum(map(len, samples.strokes(5)))
        )
    )
    assert page.page.is_disabled("[data-do=undo]")
    assert page.page.inner_text("#seen [aria-live]") == ""
    assert page.page.evaluate("sessionStorage['digit-duel']") is None
    page.draw(seven)
    page.wait_for(7, 7)
    assert lying(page) == 1
    page.page.click("[data-do=undo]")
    assert lying(page) == 0
    page.page.reload()
    page.page.wait_for_function("document.querySelector('.sentence')?.innerText.trim()")
    page.put(3)
    page.wait_for(3, 3)
    assert lying(page) == 1


def test_a_picture_does_not_give_way_to_the_sample_that_draws_itself(visit):
    page = visit(first=True)
    held = hold_pictures(page)
    hand_over(page, "paste", png(*samples.strokes(8)))
    page.wait_for(5, 5)
    until(lambda: page.page.wait_for_timeout(20) or held)
    held.pop().continue_()
    page.wait_for(8, 8)


def test_where_motion_is_not_wanted_the_sample_stands_still_and_keys_end_it(visit):
    page = visit(first=True, reduced_motion="reduce")
    page.wait_for(5, 5)
    page.page.focus("#pad canvas")
    page.page.keyboard.press("5")
    until(lambda: page.page.is_enabled("[data-do=undo]"))
    page.page.keyboard.press("Control+z")
    assert lying(page) == 0
