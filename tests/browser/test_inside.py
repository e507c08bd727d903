"""The tab Look inside in Chromium, by pointer and keyboard: what is shown is held against torch."""

# ruff: noqa: RUF001 (a minus as wide as a plus is what visitors read)

from __future__ import annotations

import json
import re
from dataclasses import asdict

import numpy as np
import pytest
import torch.nn.functional as F

from demo import samples
from demo.page import own
from demo.words import CATALOGUE, say
from nets.activations import activations, without_each
from nets.arithmetic import path
from nets.checkpoint import load_shipped, pack
from nets.models import cnn, count_parameters
from nets.preprocess import prepare_drawing
from tests.browser.driver import PHONE
from tests.demo.inside import CNNS, network

pytestmark = pytest.mark.browser

NETWORKS, _ = load_shipped()
CNN = NETWORKS["cnn"]
IMAGE = prepare_drawing(samples.drawing(7)).image
FOUND = activations(CNN, IMAGE)
BIG = "#inside .big canvas"
HEAR = """() => {
  window.heard = [];
  const hear = (changes) => changes.forEach(({ target }) => {
    const region = (target.nodeType === 1 ? target : target.parentNode)?.closest("[role=status], [aria-live], output");
    if (region) window.heard.push(region.textContent);
  });
  new MutationObserver(hear).observe(document.querySelector("#inside"), {
    subtree: true, childList: true, characterData: true,
  });
}"""
SHOWN = {  # what is there once a view is shown
    "maps": ".chain label:has(:checked)",
    "mlp": ".weights figure",
    "pixels": ".method b:not(:empty)",
    "pooling": ".shift .rows canvas",
}


@pytest.fixture
def inside(visit):
    """The tab with a 7 on the pad."""

    def open_tab(**options):
        page = visit(**options)
        page.put(7)
        page.wait_for(7, 7)
        page.page.get_by_role("tab", name=say("page.tab.inside")).click()
        page.page.wait_for_selector("#inside .chain label:has(:checked)")
        return page

    return open_tab


def layer(page, name: str) -> None:
    page.page.click(f'#inside .chain label[data-value="{name}"]')
    page.page.wait_for_function(f"document.querySelector('#inside .layer h3')?.textContent.startsWith('{name}:')")


def view(page, name: str) -> None:
    page.page.click(f"#inside .choice.view label:has([value={name}])")


def choose_map(page, index: int) -> None:
    page.page.click(f'#inside .maps label[data-value="{index}"]')
    page.page.wait_for_function(f"document.querySelector('#inside .switch span')?.textContent.endsWith(' {index}')")


def choose(page, y: int, x: int, side: int) -> None:
    """Click a cell of the map that is enlarged."""
    page.page.locator(BIG).scroll_into_view_if_needed()
    box = page.page.locator(BIG).bounding_box()
    page.page.mouse.click(box["x"] + (x + 0.5) * box["width"] / side, box["y"] + (y + 0.5) * box["height"] / side)
    wait_for_title(page, f"row {y}, column {x}:")


def wait_for_title(page, what: str) -> None:
    page.page.wait_for_function(f"document.querySelector('#inside .cell h3')?.textContent.includes({what!r})")


def number(shown: str) -> float:
    return float(shown.replace("−", "-").replace(",", ""))


def numbers(page, selector: str) -> list[float]:
    return [number(shown) for shown in page.page.eval_on_selector_all(selector, "e => e.map(e => e.textContent)")]


def told(page) -> float:
    return number(page.page.inner_text("#inside .cell h3 .value"))


def pixels(page, selector: str) -> np.ndarray:
    """The bytes of a small picture, red, green and blue."""
    script = """c => [c.width, c.height, ...c.getContext("2d").getImageData(0, 0, c.width, c.height).data]"""
    width, height, *values = page.page.eval_on_selector(selector, script)
    return np.array(values).reshape(height, width, 4)[..., :3]


def test_every_layer_can_be_chosen_and_shows_its_maps(inside):
    page = inside()
    names = page.page.eval_on_selector_all("#inside .chain label", "e => e.map(e => e.dataset.value)")
    assert names == list(FOUND)
    for name in ("relu1", "pool2", "out", "input"):
        layer(page, name)
    layer(page, "relu1")
    output = FOUND["relu1"]
    for index in (0, 7):
        shown = pixels(page, f'#inside .maps label[data-value="{index}"] canvas')
        assert (shown.min(-1) == shown.max(-1)).all()  # plain lightness
        np.testing.assert_allclose(
            shown[..., 0] / 255 * float(output.max()), output[index], atol=float(output.max()) / 254
        )
    layer(page, "conv1")
    shown = pixels(page, '#inside .maps label[data-value="3"] canvas').astype(int)
    values = FOUND["conv1"][3].numpy()
    strong = np.abs(values) > 0.3 * FOUND["conv1"].abs().max().item()
    assert strong.any()
    greener = shown[..., 1] > shown[..., 0]
    assert (greener == (values > 0))[strong].all()
    label = page.page.get_attribute('#inside .maps label[data-value="3"] canvas', "aria-label")
    assert [number(x) for x in re.findall(r"−?\d+\.\d+", label)] == pytest.approx(
        [values.min(), values.max()], abs=1e-4
    )
    assert not page.complaints


def test_each_map_on_its_own_scale(inside):
    page = inside()
    layer(page, "relu2")
    weakest = int(min((i for i, x in enumerate(FOUND["relu2"]) if x.max() > 0), key=lambda i: FOUND["relu2"][i].max()))
    label = f'#inside .maps label[data-value="{weakest}"]'
    before = pixels(page, f"{label} canvas").max()
    page.page.click("#inside fieldset.scale label:has([value=own])")
    lightest = f"""() => {{
      const canvas = document.querySelector('{label} canvas'), pen = canvas.getContext("2d");
      const {{ data }} = pen.getImageData(0, 0, canvas.width, canvas.height);
      return Math.max(...data.filter((_, i) => i % 4 === 0)) === 255;
    }}"""
    page.page.wait_for_function(lightest)
    after = pixels(page, f"{label} canvas")
    np.testing.assert_allclose(
        after[..., 0] / 255 * float(FOUND["relu2"][weakest].max()), FOUND["relu2"][weakest], atol=1e-2
    )
    assert before < 255


def test_a_cell_of_a_convolution_is_worked_out(inside):
    page = inside()
    layer(page, "conv1")
    choose_map(page, 6)
    choose(page, 10, 14, 28)
    window = F.pad(IMAGE, (2, 2, 2, 2))[0, 10:15, 14:19].flatten()
    kernel = CNN.conv1.weight[6, 0].detach().flatten()
    shown = {part: numbers(page, f"#inside .square[data-part={part}] td") for part in ("window", "kernel", "products")}
    np.testing.assert_allclose(shown["window"], window, atol=0.0051)
    np.testing.assert_allclose(shown["kernel"], kernel, atol=0.0051)
    np.testing.assert_allclose(shown["products"], window * kernel, atol=0.0051)
    total = float((window * kernel).sum() + CNN.conv1.bias[6].detach())
    assert told(page) == pytest.approx(total, abs=6e-5) == pytest.approx(float(FOUND["conv1"][6, 10, 14]), abs=6e-5)
    summed, bias, result = numbers(page, "#inside .sum b")
    sign = "−" if CNN.conv1.bias[6] < 0 else "+"
    assert page.page.inner_text("#inside .sum .sign >> nth=0") == sign
    assert (
        summed + (bias if sign == "+" else -bias) == pytest.approx(result, abs=2e-4) == pytest.approx(total, abs=2e-4)
    )
    assert "rows 8 to 12 and columns 12 to 16" in page.page.inner_text("#inside .field figcaption")
    page.page.hover("#inside .square[data-part=window] td >> nth=7")
    assert page.page.locator("#inside .square td.at").count() == 3
    page.page.hover("#inside .word[data-lights=kernel]")
    assert page.page.locator("#inside .square[data-part=kernel].lit").count() == 1
    assert not page.complaints


def test_every_channel_of_a_deep_cell_can_be_unfolded(inside):
    page = inside(viewport={"width": 1920, "height": 1080})  # where the page's style makes all of it larger
    layer(page, "conv4")
    choose(page, 3, 3, 7)
    sums = (FOUND["pool2"][:, 1:6, 1:6] * CNN.conv4.weight[int(shown_map(page))].detach()).sum((1, 2))
    page.page.click("#inside [data-key=all]")
    buttons = numbers(page, "#inside .sums b")
    np.testing.assert_allclose(sorted(buttons), sorted(sums.tolist()), atol=6e-4)
    weakest = int(sums.abs().argmin())
    page.page.click(f'#inside [data-key="channel {weakest}"]')
    page.page.wait_for_selector(f'#inside .product[data-channel="{weakest}"]')
    kernel = numbers(page, f'#inside .product[data-channel="{weakest}"] .square[data-part=kernel] td')
    np.testing.assert_allclose(kernel, CNN.conv4.weight[int(shown_map(page)), weakest].detach().flatten(), atol=0.0051)


def shown_map(page) -> str:
    return page.page.get_attribute("#inside .maps label:has(:checked)", "data-value")


def test_a_pool_winner_is_followed_down_to_a_pixel_by_keyboard(inside):
    page = inside()
    layer(page, "pool1")
    index = int(FOUND["pool1"].amax((1, 2)).argmax())
    choose_map(page, index)
    y, x = (int(i) for i in np.unravel_index(int(FOUND["pool1"][index].argmax()), (14, 14)))
    choose(page, y, x - 1, 14)
    page.page.focus(BIG)
    page.page.keyboard.press("ArrowRight")
    wait_for_title(page, f"row {y}, column {x}:")
    page.page.wait_for_function(
        f"document.querySelector('#inside [aria-live]')?.textContent.includes('row {y}, column {x}')"
    )
    window = FOUND["relu1"][index, 2 * y : 2 * y + 2, 2 * x : 2 * x + 2].flatten()
    np.testing.assert_allclose(numbers(page, "#inside .square td"), window, atol=0.0051)
    won = page.page.eval_on_selector("#inside .square .winner", "e => Number(e.dataset.i)")
    assert won == int(window.argmax())
    for name, at, _ in path(CNN, FOUND, "pool1", (index, y, x))[1:]:
        page.page.focus("#inside [data-do=source]")
        page.page.keyboard.press("Enter")
        wait_for_title(page, f"{name}, ")
        wait_for_title(page, f"row {at[1]}, column {at[2]}:")
        assert told(page) == pytest.approx(float(FOUND[name][at]), abs=6e-5)
    assert not page.page.is_visible("#inside [data-do=source]")
    page.page.click("#inside .path button >> nth=0")
    wait_for_title(page, f"pool1, map {index}, row {y}, column {x}:")


def test_a_logit_and_its_softmax(inside):
    page = inside()
    layer(page, "out")
    page.page.locator(BIG).scroll_into_view_if_needed()
    box = page.page.locator(BIG).bounding_box()
    page.page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    wait_for_title(page, "digit 7")
    assert told(page) == pytest.approx(float(FOUND["out"][7]), abs=6e-5)
    products = numbers(page, "#inside .terms >> nth=0 >> tbody td:nth-child(4)")
    assert (
        sum(products[:-1]) == pytest.approx(products[-1], abs=1e-3) == pytest.approx(float(FOUND["out"][7]), abs=1e-3)
    )
    shares = numbers(page, "#inside .terms >> nth=1 >> tbody td:nth-child(4)")[:10]
    np.testing.assert_allclose(shares, FOUND["out"].double().softmax(0), atol=1e-6)


def test_a_map_switched_off_changes_later_layers_and_the_verdict_in_the_tab_alone(inside):
    page = inside()
    layer(page, "conv4")
    before = pixels(page, '#inside .maps label[data-value="0"] canvas')
    layer(page, "relu1")
    strongest = int(FOUND["relu1"].sum((1, 2)).argmax())
    off = {"relu1": [strongest]}
    choose_map(page, strongest)
    page.page.locator("#inside .switch input").click()
    page.page.wait_for_selector("#inside .without:not([hidden])")
    without = activations(CNN, IMAGE, off)["out"].softmax(0)
    sentence = page.page.inner_text("#inside .without span")
    assert f"map {strongest} of relu1 off" in sentence
    digit, share = CATALOGUE["formats"]["a"][int(without.argmax())], float(without.max())
    assert f"{digit}, {'>99' if share >= 0.995 else f'{100 * share:.0f}'}\u202f%" in sentence
    layer(page, "conv4")
    assert (pixels(page, '#inside .maps label[data-value="0"] canvas') != before).any()
    assert page.digits() == {"mlp": "7", "cnn": "7"}
    page.page.click("#inside [data-do=all-on]")
    page.page.wait_for_selector("#inside .without", state="hidden")
    assert (pixels(page, '#inside .maps label[data-value="0"] canvas') == before).all()


def test_it_follows_the_pen_while_it_is_seen(inside):
    page = inside()
    sent = []
    page.page.on("request", lambda request: sent.append(request.post_data or ""))
    page.put(1)
    page.wait_for(1, 1)
    image = prepare_drawing(samples.drawing(1)).image
    expected = (image[0].numpy() * 255 + 0.5).astype(int)
    script = """([ink]) => {
      const pen = document.querySelector("#inside .chain canvas").getContext("2d");
      return [...pen.getImageData(0, 0, 28, 28).data].every((value, i) => i % 4 || Math.abs(value - ink[i / 4]) < 3);
    }"""
    page.page.wait_for_function(script, arg=[expected.flatten().tolist()])
    assert any('"look"' in body for body in sent)
    page.page.get_by_role("tab", name=say("page.tab.about")).click()
    page.page.wait_for_selector("#inside .chain", state="hidden")
    sent.clear()
    page.put(3)
    page.wait_for(3, 3)
    page.page.wait_for_timeout(400)  # longer than it ever waits before it asks
    assert not any('"look"' in body for body in sent)
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    image = prepare_drawing(samples.drawing(3)).image
    page.page.wait_for_function(script, arg=[(image[0].numpy() * 255 + 0.5).astype(int).flatten().tolist()])


def test_an_answer_to_an_earlier_choice_is_not_shown(inside):
    page = inside()
    held = []
    title = "#inside .layer h3"

    def hold(route) -> None:
        held.append(route) if '"look"' in (route.request.post_data or "") else route.continue_()

    page.page.route("**/component_server/**", hold)
    with page.page.expect_request(lambda request: '"relu1"' in (request.post_data or "")):
        page.page.click('#inside .chain label[data-value="relu1"]')
    page.page.click('#inside .chain label[data-value="conv2"]')
    with page.page.expect_request(lambda request: '"conv2"' in (request.post_data or "")):
        held.pop().continue_()
    assert page.page.inner_text(title).startswith("conv1:")
    held.pop().continue_()
    page.page.wait_for_function(f"document.querySelector('{title}')?.textContent.startsWith('conv2:')")


def test_a_server_that_does_not_answer_is_told_and_asked_again(inside):
    page = inside()
    page.page.route("**/component_server/**", lambda route: route.abort())
    page.page.click('#inside .chain label[data-value="relu1"]')
    page.page.wait_for_selector("#inside .problem:not(:empty)")
    assert page.page.inner_text("#inside .problem") == say("inside.lost")
    page.page.unroute("**/component_server/**")
    page.page.wait_for_function("document.querySelector('#inside .layer h3')?.textContent.startsWith('relu1:')")
    assert page.page.inner_text("#inside .problem") == ""


def test_the_page_s_state_says_what_is_looked_at_and_the_tab_follows_it(inside):
    page = inside()
    state = f'import(new URL("{own.address("page/state.js")}", document.baseURI))'
    looked_at = f"() => {state}.then(({{ page }}) => page.get().inside)"
    change = f"""(changes) => {state}.then(({{ page }}) => {{
      page.set({{ inside: {{ ...page.get().inside, ...changes }} }});
    }})"""
    layer(page, "relu1")
    page.page.click("#inside fieldset.scale label:has([value=own])")
    seen = page.page.evaluate(looked_at)
    assert (seen["view"], seen["layer"], seen["own"]) == ("maps", "relu1", True)
    page.page.evaluate(change, {"layer": "conv4", "cell": {"layer": "conv4", "at": [9, 3, 3]}, "own": False})
    page.page.locator("#inside .cell").scroll_into_view_if_needed()  # it is filled in once it is seen
    wait_for_title(page, "conv4, map 9, row 3, column 3:")
    assert page.page.is_checked("#inside fieldset.scale [value=one]")
    example = [9, *[0] * 15]
    page.page.evaluate(change, {"view": "pooling", "shift": "up", "example": example})
    page.page.wait_for_function("document.querySelector('#inside .max b')?.textContent === '9'")
    assert page.page.is_checked("#inside .choice.view [value=pooling]")
    assert page.page.is_checked("#inside fieldset.shift [value=up]")
    assert numbers(page, "#inside .max b") == [9, 0, 0, 0]
    assert page.page.eval_on_selector_all("#inside .cells input", "e => e.map(e => Number(e.value))") == example
    assert not page.complaints


def test_the_mlp_and_which_pixels_matter(inside):
    page = inside()
    view(page, "mlp")
    page.page.wait_for_selector("#inside .weights figure")
    assert "The MLP reads a 7" in page.page.inner_text("#inside [data-view=mlp] .intro")
    assert page.page.locator("#inside .strips figure").count() == 5
    assert page.page.locator("#inside .weights figure").count() == 24
    view(page, "pixels")
    page.page.wait_for_function("document.querySelector('#inside .method b')?.textContent")
    heads = page.page.eval_on_selector_all("#inside .method b", "e => e.map(e => e.textContent)")
    assert heads == ["MLP reads 7", "CNN reads 7"] * 3
    assert page.page.locator("#inside .method figure > canvas:visible").count() == 6
    assert not page.complaints


def test_why_not_another_digit(inside):
    """Asked by pointer and by keyboard; the cells and the bias add up to the digit's logit, as is told under them."""
    page = inside()
    view(page, "pixels")
    for key, digit in ((None, 1), ("ArrowRight", 2)):
        if key:
            page.page.keyboard.press(key)
        else:
            page.page.click(f"#inside [data-view=pixels] .explained label:has([value='{digit}'])")
        page.page.wait_for_function(f"document.querySelector('.method b')?.textContent === 'MLP: why not {digit}?'")
        for name in ("mlp", "cnn"):
            told = page.page.inner_text(f"#inside [data-method=parts] [data-network={name}] figcaption span")
            supporting, opposing, biases, total = (number(x) for x in re.findall(r"−?\d+\.\d+", told))
            logit = float(NETWORKS[name](IMAGE[None])[0, digit].detach())
            assert supporting + opposing + biases == pytest.approx(logit, abs=0.02) == pytest.approx(total, abs=0.02)
            low, high = numbers(page, f"#inside [data-method=parts] [data-network={name}] .legend span")
            assert 0 < high == -low <= max(supporting, -opposing)
    view(page, "mlp")
    page.page.wait_for_selector("#inside .weights figure")
    assert page.page.inner_text("#inside .evidence h3").endswith("the 2")
    assert page.page.is_checked("#inside [data-view=mlp] .explained [value='2']")
    assert not page.complaints


def test_maps_ranked_by_what_switching_them_off_does(inside):
    page = inside()
    layer(page, "relu1")
    page.page.evaluate(HEAR)
    page.page.click("#inside .order label:has([value=effect])")
    for told, digit in enumerate((7, 0), start=1):
        if digit != 7:
            page.page.focus("#inside .ranked [value='']")
            page.page.keyboard.press("ArrowRight")
        page.page.wait_for_function(f"document.querySelector('.ranked > p')?.textContent.includes('logit of {digit} ')")
        changes = (without_each(CNN, IMAGE, "relu1") - FOUND["out"])[:, digit]
        shown = page.page.eval_on_selector_all("#inside .maps label", "e => e.map(e => Number(e.dataset.value))")
        assert sorted(shown) == list(range(16))
        np.testing.assert_allclose(numbers(page, "#inside .maps b"), changes[shown], atol=0.0051)
        assert (np.diff(changes[shown].abs()) < 1e-6).all()
        assert f"Map {shown[0]} has" in page.page.inner_text("#inside .ranked > p")
        page.page.wait_for_function(
            f"window.heard.length === {told} && window.heard.at(-1).startsWith('Map {shown[0]} has')"
        )
    page.page.locator("#inside .maps").scroll_into_view_if_needed()
    before = page.page.evaluate("window.heard.length")
    page.page.hover(BIG)
    for i in range(16):
        page.page.hover(f"#inside .maps label >> nth={i}")
    page.page.click("#inside .order label:has([value=number])")
    page.page.wait_for_function("!document.querySelector('.maps.by-effect')")
    first = page.page.eval_on_selector_all("#inside .maps label", "e => e.map(e => Number(e.dataset.value))")
    assert first == list(range(16))
    page.put(3)
    page.wait_for(3, 3)
    page.still("look", quiet=1.0)  # longer than what there is to tell would wait
    assert page.page.evaluate("window.heard.length") == before  # neither hovering nor drawing is told
    assert not page.complaints


def test_a_path_and_its_bars_say_how_much_they_carry(inside):
    page = inside()
    layer(page, "out")
    page.page.locator(BIG).scroll_into_view_if_needed()
    box = page.page.locator(BIG).bounding_box()
    page.page.mouse.click(box["x"] + 0.55 * box["width"], box["y"] + box["height"] / 2)
    wait_for_title(page, "digit 5")
    buttons = page.page.eval_on_selector_all("#inside .path button", "e => e.map(e => [e.innerText, e.ariaLabel])")
    assert all(label.startswith(" ".join(seen.split())) for seen, label in buttons) and len(buttons) == len(FOUND)
    carried = page.page.eval_on_selector_all("#inside .path .way small", "e => e.map(e => e.textContent)")
    steps = path(CNN, FOUND, "out", (5,))[1:]
    assert carried == ["" if step.share == 1 else f"{100 * step.share:.0f}\u202f%" for step in steps]
    products = numbers(page, "#inside .terms >> nth=0 >> tbody td:nth-child(4)")[:-1]
    script = "e => e.map(e => parseFloat(e.style.getPropertyValue('--length')))"
    lengths = np.array(page.page.eval_on_selector_all("#inside .terms:first-of-type tbody .bar[style]", script))
    lengths = lengths[: len(products)]
    np.testing.assert_allclose(lengths, 50 * np.abs(products) / np.abs(products).max(), atol=0.1)
    assert not page.complaints


def test_the_pooling_example_can_be_changed(inside):
    page = inside()
    view(page, "pooling")
    page.page.wait_for_function("document.querySelector('#inside .max b')?.textContent === '6'")
    assert numbers(page, "#inside .max b") == [6, 4, 4, 8]
    assert numbers(page, "#inside .average b") == [3.75, 2.25, 2.5, 3.5]
    page.page.fill("#inside .cells input >> nth=0", "9")
    page.page.wait_for_function("document.querySelector('#inside .max b')?.textContent === '9'")
    assert numbers(page, "#inside .average b") == [5.75, 2.25, 2.5, 3.5]
    winners = page.page.eval_on_selector_all(
        "#inside .cells input", "e => e.flatMap((e, i) => e.classList.contains('winner') ? [i] : [])"
    )
    assert winners == [0, 3, 10, 13]
    page.page.fill("#inside .cells input >> nth=5", "77")
    assert page.page.input_value("#inside .cells input >> nth=5") == "9"
    page.page.click("#inside fieldset.shift label:has([value=up])")
    page.page.wait_for_function(
        "document.querySelector('#inside .shift > .help')?.textContent.startsWith('One pixel up')"
    )
    assert not page.complaints


def test_blank_paper_is_told_in_words(visit):
    page = visit()
    page.page.get_by_role("tab", name=say("page.tab.inside")).click()
    page.page.wait_for_function("document.querySelector('#inside .problem')?.textContent")
    assert page.page.inner_text("#inside .problem") == say("inside.blank")
    assert not page.page.is_visible("#inside .layer")
    assert page.page.locator("#inside .learnt .kernels figure:visible").count() == 16
    view(page, "mlp")
    page.page.wait_for_selector("#inside .learnt .units figure")
    assert page.page.locator("#inside .learnt figure:visible").count() == 24
    view(page, "pooling")
    page.page.wait_for_function("document.querySelector('#inside .max b')?.textContent === '6'")
    page.put(7)
    page.page.wait_for_selector("#inside .shift .rows canvas")
    assert not page.complaints


def test_it_fits_a_phone(inside):
    page = inside(**PHONE)
    layer(page, "conv1")
    page.page.locator(BIG).tap()
    page.page.wait_for_selector("#inside .cell .square")
    page.page.click("#inside [data-move=left]")
    widest = "e => Math.max(...e.filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().right))"
    for name in ("maps", "mlp", "pixels", "pooling"):
        view(page, name)
        page.page.wait_for_selector(f"#inside {SHOWN[name]}")
        assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.page.eval_on_selector_all("#inside canvas, #inside p, #inside table, #inside button", widest) <= 390
    view(page, "maps")
    small = (
        "e => e.filter(e => e.checkVisibility() && Math.min(e.offsetWidth, e.offsetHeight) < 44).map(e => e.outerHTML)"
    )
    for name in ("conv1", "conv4"):
        layer(page, name)
        assert page.page.eval_on_selector_all("#inside button, #inside label:not(.switch)", small) == []
    assert not page.complaints


def test_a_network_of_other_layers_is_shown_as_soon_as_it_reads(inside):
    """Every cell's arithmetic with batch norm, leaky ReLU and dropout; and a layer that is not there any more."""
    page = inside()
    layer(page, "relu3")
    model = network(cnn, CNNS["other"])
    _, records = load_shipped()
    architecture = json.loads(json.dumps(asdict(CNNS["other"])))
    record = {**records["cnn"], "architecture": architecture, "parameters": count_parameters(model)}
    archive = {"name": "cnn.zip", "mimeType": "application/zip", "buffer": pack(model, record)}
    page.page.set_input_files("#retrain [type=file]", archive)
    page.page.wait_for_selector('#inside .chain label[data-value="norm1"]')
    assert page.page.inner_text("#inside .layer h3").startswith("conv1:")  # there is no relu3
    found = activations(model, IMAGE)
    page.wait_for(7, int(found["out"].argmax()))  # what the cards say moves the tab
    assert page.page.eval_on_selector_all("#inside .chain label", "e => e.map(e => e.dataset.value)") == list(found)
    for name, said in {
        "norm2": "norm2",
        "leaky2": "LeakyReLU, norm2",
        "pool2": "max",
        "conv5": "sum of 8 maps",
    }.items():
        layer(page, name)
        side = found[name].shape[-1]
        choose(page, side // 2, side // 2, side)
        wait_for_title(page, f"{name}, map")
        index = int(shown_map(page))
        assert told(page) == pytest.approx(float(found[name][index, side // 2, side // 2]), abs=6e-5)
        assert said in page.page.inner_text("#inside .work")
    layer(page, "drop")
    choose_unit(page, 3)
    assert told(page) == pytest.approx(float(found["drop"][3]), abs=6e-5)
    assert page.page.inner_text("#inside .cell > .prose") == say("inside.work.Dropout")
    assert not page.complaints


def choose_unit(page, unit: int) -> None:
    """Click a unit of a layer that is a list."""
    page.page.locator(BIG).scroll_into_view_if_needed()
    box = page.page.locator(BIG).bounding_box()
    rows, columns = 8, 49  # a map to a row
    page.page.mouse.click(box["x"] + (unit + 0.5) * box["width"] / columns, box["y"] + 0.5 * box["height"] / rows)
    wait_for_title(page, f"unit {unit}:")
