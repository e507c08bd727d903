"""nets as a library: networks by name, what read() takes and what it refuses, names imported when first used."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import nets
from demo import samples
from nets import checkpoint
from nets.drawing import Drawing
from nets.models import NETWORKS
from nets.pictures import open_picture
from nets.places import SHIPPED
from nets.prediction import predict
from nets.preprocess import draw, prepare_drawing, prepare_picture
from tests.support import ROOT

SEVEN = ROOT / "examples" / "seven.png"


@pytest.fixture(scope="module")
def cnn() -> nn.Sequential:
    return nets.load("cnn")


@pytest.fixture(scope="module")
def ready() -> torch.Tensor:
    """(3, 1, 28, 28) float32 in [0, 1]: a 7, a 3 and a 0 as the networks see them."""
    images = [prepare_drawing(samples.drawing(digit)).image for digit in (7, 3, 0)]
    return (torch.stack(images) * 255).round() / 255  # so that they are the same as bytes


@pytest.mark.parametrize("name", NETWORKS)
def test_load_by_name_and_by_file(name):
    expected = checkpoint.load(SHIPPED / f"{name}.safetensors")[0].state_dict()
    for which in (name, SHIPPED / f"{name}.safetensors", str(SHIPPED / f"{name}.safetensors")):
        model = nets.load(which)
        assert not model.training
        assert all(torch.equal(tensor, expected[key]) for key, tensor in model.state_dict().items())


@pytest.mark.parametrize("which", ["CNN", "resnet", "cnn.json", "", SHIPPED, Path("none.safetensors")])
def test_what_cannot_be_loaded(which):
    with pytest.raises(nets.CheckpointError, match=r"expected a (name that ends in )?\.safetensors"):
        nets.load(which)


def test_the_sample_picture_is_one_of_the_project_s_own_digits():
    drawing = samples.drawing(7)
    ink = np.round(draw(drawing.strokes, drawing.pen) * 255)
    assert np.array_equal(np.asarray(Image.open(SEVEN)), 255 - ink)


def test_pictures_are_prepared(cnn):
    expected = predict(cnn, prepare_picture(open_picture(SEVEN)).image).probabilities
    with SEVEN.open("rb") as file:
        for source in (SEVEN, str(SEVEN), file, io.BytesIO(SEVEN.read_bytes()), Image.open(SEVEN)):
            assert nets.read(cnn, source).probabilities == expected
    assert expected[7] > 0.9
    inverted = Image.fromarray(255 - np.asarray(Image.open(SEVEN))).convert("RGB")
    assert nets.read(cnn, inverted).probabilities == pytest.approx(expected, abs=1e-3)


def test_drawings_are_prepared(cnn):
    drawing = samples.drawing(3)
    expected = predict(cnn, prepare_drawing(drawing).image).probabilities
    written = {"strokes": [[[float(x), float(y)] for x, y in s] for s in samples.strokes(3)], "pen": samples.PEN}
    for source in (drawing, json.loads(json.dumps(written))):
        assert nets.read(cnn, source).probabilities == expected
    assert expected[3] > 0.9


def kinds(images: torch.Tensor) -> dict[str, object]:
    """The same images in [0, 1] as tensors and arrays of several types; each is worth the same."""
    whole = (images * 255).round()
    return {
        "float32": images,
        "float64": images.double(),
        "uint8": whole.byte(),
        "int64": whole.long(),
        "gradient": images.clone().requires_grad_(),
        "numpy float32": images.numpy(),
        "numpy float64": images.double().numpy(),
        "numpy big-endian": images.numpy().astype(">f4"),
        "numpy uint8": whole.byte().numpy(),
        "numpy uint16": whole.numpy().astype(np.uint16),
        "numpy, read-only and strided": np.broadcast_to(images.numpy()[..., None], (*images.shape, 2))[..., 0],
    }


@pytest.mark.parametrize("kind", kinds(torch.zeros(1, 28, 28)))
def test_one_image_in_every_shape_and_type(cnn, ready, kind):
    expected = predict(cnn, ready[0])
    for shape in ((28, 28), (1, 28, 28), (28, 28, 1)):
        prediction = nets.read(cnn, kinds(ready[0].reshape(shape))[kind])
        assert prediction.probabilities == pytest.approx(expected.probabilities, abs=1e-6)
    assert prediction.digit == 7


@pytest.mark.parametrize("kind", kinds(torch.zeros(1, 28, 28)))
def test_a_batch_in_every_shape_and_type(cnn, ready, kind):
    for shape in ((3, 1, 28, 28), (3, 28, 28, 1), (3, 28, 28)):
        assert [one.digit for one in nets.read(cnn, kinds(ready.reshape(shape))[kind])] == [7, 3, 0]
    [one] = nets.read(cnn, kinds(ready[:1])[kind])  # a batch of one is a batch
    assert one.digit == 7


def test_what_is_ready_is_neither_moved_nor_scaled(ready):
    corner = torch.zeros(28, 28)
    corner[:9, :7] = 0.5
    assert torch.equal(nets.prepare(corner), corner[None])
    assert torch.equal(nets.prepare(corner.bool()), (corner > 0).float()[None])
    assert torch.equal(nets.prepare(np.full((28, 28), 51, np.uint8)), torch.full((1, 28, 28), 0.2))
    assert torch.equal(nets.prepare(torch.zeros(28, 28)), torch.zeros(1, 28, 28))  # blank paper is an image, too
    half = nets.prepare(ready.half())
    assert half.dtype == torch.float32 and torch.allclose(half, ready, atol=1e-3)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (np.zeros((280, 280), np.uint8), ["(280, 280)", "expected (28, 28)", "Image.fromarray"]),
        (torch.zeros(28, 28, 3), ["(28, 28, 3)"]),
        (torch.zeros(2, 3, 28, 28), ["(2, 3, 28, 28)"]),
        (torch.zeros(784), ["(784,)"]),
        (torch.zeros(0, 1, 28, 28), ["(0, 1, 28, 28)"]),
        (torch.zeros(1, 1, 1, 28, 28), ["(1, 1, 1, 28, 28)"]),
        (torch.tensor(0.5), ["()"]),
        (np.full((28, 28), 255.0), ["Floats from 255 to 255", "0 for paper to 1 for ink", "not normalised"]),
        (torch.full((28, 28), -0.42), ["Floats from -0.42", "not normalised"]),
        (torch.full((28, 28), float("nan")), ["Floats from nan"]),
        (torch.full((28, 28), float("inf")), ["Floats from inf"]),
        (np.full((28, 28), 256), ["Whole numbers from 256", "255 for ink"]),
        (np.full((28, 28), -1), ["Whole numbers from -1"]),
        (torch.eye(28, dtype=torch.long), ["Whole numbers from 0 to 1", "floats or bools"]),
        (np.full((28, 28), "7"), ["expected numbers"]),
        (np.full((28, 28), 1j), ["complex128"]),
        (torch.zeros(28, 28, dtype=torch.complex64), ["complex"]),
        (Image.new("L", (50, 50), "white"), ["No digit stands out"]),
        (ROOT, ["is a folder"]),
        ("none.png", ["no such file"]),
        (io.BytesIO(b"7"), ["cannot be read as a picture"]),
    ],
)
def test_what_is_no_image_is_told_what_would_be_one(cnn, source, words):
    with pytest.raises(nets.PictureError) as caught:
        nets.read(cnn, source)
    assert all(word in str(caught.value) for word in words), caught.value


def test_what_is_no_drawing(cnn):
    for source in (Drawing((), 20.0), {"strokes": [], "pen": 20}, {"strokes": [], "pen": 0}, {}):
        with pytest.raises(nets.DrawingError):
            nets.read(cnn, source)


@pytest.mark.parametrize("source", [None, 7, [SEVEN], b"seven.png", object()])
def test_anything_else_is_a_type_error(cnn, source):
    with pytest.raises(TypeError, match="expected a picture's file name, a Pillow image, a drawing, or an array"):
        nets.read(cnn, source)


def test_reading_leaves_the_network_as_it_was(ready):
    """In training mode as well, where dropout would silence half of it."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.Dropout(0.5), nn.Linear(64, 10)).train()
    first, second = (nets.read(model, ready[0]).probabilities for _ in range(2))
    assert first == second and model.training
    assert nets.read(model.eval(), ready[0]).probabilities == first and not model.training


def test_names_come_when_they_are_asked_for():
    """In a process of its own: `import nets` imports nothing, dir() neither, and every name is there."""
    code = """
import sys
import nets
assert set(nets.__all__) <= set(dir(nets)) and {"training", "models", "read"} <= set(dir(nets))
print(sorted({"torch", "numpy", "PIL", "nets.reading"} & set(sys.modules)))
print([name for name in dir(nets) if not name.startswith("__") and not hasattr(nets, name)])
print(nets.activations.activations.__module__, hasattr(nets, "none"), hasattr(nets, "_private"))
from nets import *
print(read is nets.reading.read)
"""
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert child.stdout.splitlines() == ["[]", "[]", "nets.activations False False", "True"], child.stderr


def test_what_is_listed_is_what_type_checkers_see():
    """__all__, and where each name comes from, against the imports that only type checkers follow."""
    import ast

    tree = ast.parse((ROOT / "nets" / "__init__.py").read_text())
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name: node.module for node in block.body for alias in node.names}
    assert seen.keys() == set(nets.__all__) and len(nets.__all__) == len(seen)
    for name, module in seen.items():
        assert getattr(nets, name) is getattr(sys.modules[module], name)


def test_the_example_runs():
    """The code in the docstring of nets, as it stands, in the folder of the sample picture."""
    lines = [line[4:] for line in nets.__doc__.splitlines() if line.startswith("    ") or not line]
    code = "\n".join(["import sys", f"sys.path.insert(0, {str(ROOT)!r})", *lines])
    child = subprocess.run([sys.executable, "-c", code], cwd=SEVEN.parent, capture_output=True, text=True)
    first, *epochs, last = child.stdout.splitlines()
    assert first == "7" and len(epochs) == 15, child.stderr
    assert all(re.fullmatch(r"epoch \d+: [\d.]+% of the validation set", line) for line in epochs)
    assert float(re.fullmatch(r"test set: ([\d.]+)%", last)[1]) > 90
