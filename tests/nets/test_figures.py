"""Figures, read part by part: what they show is what they were given, or what PyTorch makes of it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from PIL import Image

from nets import slides
from nets.charts import Chart, Line, confusion, curves, digits
from nets.figures import bars, kernels, maps, one_map
from nets.slides import FORMATS, content
from tests.support import ROOT

IMAGE = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(0))
MAPS = torch.randn(5, 14, 14, generator=torch.Generator().manual_seed(1))
COUNTS = torch.randint(0, 30, (10, 10), generator=torch.Generator().manual_seed(2))
LOGITS = torch.tensor([-1.0, 2, 0, 0.5, -3, 4, 1, -0.25, 3.5, -2])


def pictures(axes) -> list[np.ndarray]:
    return [np.asarray(image.get_array()) for image in axes.images]


def texts(*places) -> list[str]:
    return [text.get_text() for place in places for text in place.texts if text.get_text()]


@pytest.fixture(scope="module")
def some():
    """A figure of each kind."""
    line = Line("cnn", [1, 2, 3], [2.0, 0.5, 0.1], label="CNN 0.100")
    return {
        "maps": maps(MAPS, title="a", note="b", image=IMAGE),
        "units": maps(torch.arange(40.0), title="a"),
        "one_map": one_map(MAPS[0], title="a", image=IMAGE, cell=(3, 4), field=(0, 5, 1, 6)),
        "kernels": kernels(MAPS[:1, :5, :5], title="a"),
        "bars": bars(LOGITS, network="mlp", title="a"),
        "confusion": confusion(COUNTS, network="cnn", title="a"),
        "digits": digits(IMAGE.repeat(10, 1, 1), [1] * 10, {"mlp": [(1, 0.9)] * 10}, names={"mlp": "MLP"}, title="a"),
        "curves": curves([Chart("loss", [line], "log")], x="seconds", title="a"),
    }


# ---- what is inside networks


@pytest.mark.parametrize("own", [False, True])
def test_maps_are_those_given_with_their_numbers_and_the_drawing(own):
    figure = maps(MAPS, title="CNN, pool1", note="a 7", image=IMAGE, own=own)
    drawing, tiles, scale = figure.axes
    np.testing.assert_allclose(pictures(drawing), IMAGE, rtol=1e-6)
    np.testing.assert_allclose(pictures(tiles), MAPS, rtol=1e-6)
    most = MAPS.abs().amax((1, 2)) if own else MAPS.abs().max().expand(5)
    assert [image.norm.vmax for image in tiles.images] == pytest.approx(most.tolist())
    assert [image.norm.vmin for image in tiles.images] == pytest.approx((-most).tolist())
    assert texts(tiles) == ["0", "1", "2", "3", "4"]
    largest = slides.number(float(MAPS.abs().max()))
    assert texts(scale) == (["each from minus to plus its largest"] if own else [f"from −{largest} to {largest}"])  # noqa: RUF001
    assert figure.get_suptitle() == "CNN, pool1" and texts(figure)[-1] == "a 7"


def test_pictures_lie_side_by_side_and_never_on_each_other():
    for count in (1, 2, 5, 16, 32, 64):
        _, tiles, _ = maps(torch.zeros(count, 7, 7), title="", image=IMAGE).axes
        width, height = tiles.get_xlim()[1], tiles.get_ylim()[0]
        boxes = [image.get_extent() for image in tiles.images]
        for left, right, bottom, top in boxes:
            assert 0 <= left < right <= width + 1e-9 and 0 <= top < bottom <= height + 1e-9
            assert right - left == pytest.approx(bottom - top)
        for i, (left, right, bottom, top) in enumerate(boxes):
            assert not any(left < b and a < right and top < c and d < bottom for a, b, c, d in boxes[i + 1 :])


@pytest.mark.parametrize("count", [10, 64, 256, 512, 3136])
def test_units_are_in_rows_from_left_to_right(count):
    values = torch.rand(count)
    rows, _ = maps(values, title="").axes
    shown = np.concatenate([picture.ravel() for picture in pictures(rows)])
    np.testing.assert_allclose(shown[np.isfinite(shown)], values, rtol=1e-6)
    assert texts(rows)[0].startswith("0 to ")


@pytest.mark.parametrize("signed", [True, False])
def test_colours_are_the_pages(signed):
    wanted = [slides.NEGATIVE, slides.POSITIVE] if signed else ["#000000", "#ffffff"]
    assert [to_hex(slides.colours(signed)(end)) for end in (0.0, 1.0)] == wanted
    theme = (ROOT / "demo/page/theme.css").read_text("utf-8").partition(".dark")[0]
    for name, colour in {"positive": slides.POSITIVE, "negative": slides.NEGATIVE, **slides.NETWORK}.items():
        assert f"--{name}: {colour};" in theme


def test_one_map_has_its_cell_and_what_the_cell_sees():
    figure = one_map(MAPS[2], title="", image=IMAGE, cell=(3, 9), field=(-2, 12, 16, 30))
    drawing, square, bar = figure.axes
    np.testing.assert_allclose(pictures(square), MAPS[2:3], rtol=1e-6)
    frame = square.patches[-1]
    assert (frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height()) == (8.5, 2.5, 1, 1)
    step = 2.0 / 28
    seen = drawing.patches[-1]
    box = (seen.get_x(), seen.get_y(), seen.get_width(), seen.get_height())
    assert box == pytest.approx((16 * step, 0, 12 * step, 12 * step)), "what lies outside is left out"
    assert bar.get_ylim() == pytest.approx((-float(MAPS[2].abs().max()), float(MAPS[2].abs().max())))


def test_a_single_kernel_stands_there_with_its_numbers():
    box, _ = kernels(torch.tensor([[[1.0, -2.0], [0.005, 0.0]]]), title="", labels=[""]).axes
    assert texts(box) == ["1.00", "−2.00", "0.005", "0.00"]  # noqa: RUF001


def test_bars_are_logits_and_their_softmax():
    raw, sure = bars(LOGITS, network="cnn", title="").axes
    assert [bar.get_height() for bar in raw.patches] == pytest.approx(LOGITS.tolist())
    shares = LOGITS.double().softmax(0)
    assert [bar.get_height() for bar in sure.patches] == pytest.approx((100 * shares).tolist())
    assert [text for text in texts(sure) if text] == [
        slides.percent(share) for share in shares.tolist() if share >= 0.001
    ]
    signs = [to_hex(bar.get_facecolor()) for bar in raw.patches]
    assert signs == [slides.POSITIVE if value >= 0 else slides.NEGATIVE for value in LOGITS]


# ---- what networks learnt


def test_a_confusion_matrix_says_its_counts_or_percents():
    [counted] = confusion(COUNTS, network="mlp", title="").axes
    assert [text.get_text() for text in counted.texts] == [str(n) if n else "" for n in COUNTS.flatten().tolist()]
    assert [tuple(map(int, text.get_position())) for text in counted.texts[:3]] == [(0, 0), (1, 0), (2, 0)]
    assert (counted.get_ylabel(), counted.get_xlabel()) == ("true digit", "digit read")
    [shared] = confusion(COUNTS, network="mlp", title="", in_percent=True).axes
    shares = 100 * COUNTS / COUNTS.sum(1, keepdim=True)
    assert [text.get_text() for text in shared.texts] == [f"{n:.1f}" if n else "" for n in shares.flatten().tolist()]


def test_digits_say_what_they_are_and_what_is_read():
    read = {"mlp": [(3, 0.5), (4, 0.99999)], "cnn": [(7, 0.25), (4, 0.75)]}
    figure = digits(IMAGE.repeat(2, 1, 1), [3, 4], read, names={"mlp": "MLP", "cnn": "CNN"}, title="")
    [box] = figure.axes
    assert [text.split() for text in texts(box)] == [
        ["is", "3"], ["MLP", "3", "50.0", "%"], ["CNN", "✗", "7", "25.0", "%"],
        ["is", "4"], ["MLP", "4", ">99.9", "%"], ["CNN", "4", "75.0", "%"],
    ]  # fmt: skip
    np.testing.assert_allclose(pictures(box), IMAGE.repeat(2, 1, 1), rtol=1e-6)


def test_curves_go_through_their_points_and_names_keep_apart():
    x = [1.0, 2.0, 4.0]
    lines = [Line("mlp", x, [2.0, 1.0, 0.101], label="a"), Line("cnn", x, [2.0, 1.0, 0.1], label="b", run=1)]
    lines.append(Line("cnn", x, [1.0, float("nan"), float("nan")], label="c"))
    loss, accuracy = curves(
        [Chart("loss", lines, "log"), Chart("accuracy", [Line("mlp", x, [0.85, 0.99, 0.995])], "accuracy")],
        x="seconds",
        title="",
    ).axes
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in loss.lines[:2]] == [
        (line.x, line.y) for line in lines[:2]
    ]
    assert len({line.get_color() for line in loss.lines[:2]}) == 2 and loss.get_yscale() == "log"
    heights = {text.get_text(): text.get_position()[1] for text in loss.texts}
    assert heights["c"] > heights["a"] > heights["b"] >= 0
    assert (heights["a"] - heights["b"]) * loss.get_window_extent().height >= 14 / 72 * 100 - 1e-6
    place = accuracy.transData.transform
    low, most = place([(0, 0.98), (0, 0.99)])[:, 1], place([(0, 0.8), (0, 0.81)])[:, 1]
    assert low[1] - low[0] > 5 * (most[1] - most[0]), "the scale widens towards 100 %"
    assert accuracy.get_ylim() == pytest.approx((0.8, 1))


# ---- files


def test_every_kind_makes_valid_files(some):
    for name, figure in some.items():
        files = {kind: content(figure, kind) for kind in FORMATS}
        png = Image.open(io.BytesIO(files["png"]))
        assert png.size == (2000, 1125) and png.info["Title"] == "a" and "Software" not in png.info, name
        root = ET.fromstring(files["svg"])
        assert root.tag.endswith("svg")
        assert "a" in [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")], "text stays text"
        assert files["pdf"].startswith(b"%PDF-") and files["pdf"].rstrip().endswith(b"%%EOF")


def test_the_same_figure_gives_the_same_bytes_whatever_is_set_around(some):
    import matplotlib

    before = dict(matplotlib.rcParams)
    for kind in FORMATS:
        first = content(maps(MAPS, title="a", note="b", image=IMAGE), kind)
        with matplotlib.rc_context(
            {"font.size": 30, "svg.hashsalt": "x", "figure.facecolor": "red", "lines.color": "red"}
        ):
            assert content(maps(MAPS, title="a", note="b", image=IMAGE), kind) == first
        assert not re.search(rb"20\d\d-\d\d-\d\d|D:20\d\d", first), "a file without a date"
    assert dict(matplotlib.rcParams) == before


def test_no_pyplot_is_loaded():
    """It would keep the figures, and look for a screen."""
    code = (
        "import sys; from nets.charts import confusion; from nets.slides import content; "
        "assert 'matplotlib' not in sys.modules; "
        "content(confusion([[1] * 10] * 10, network='mlp', title=''), 'png'); "
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
