"""What the page changes and moves for the tab Compare, against the same in Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from demo import samples
from nets.changes import CHANGES
from nets.preprocess import prepare_drawing

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node, which runs the page's modules, is missing")
PROGRAM = Path(__file__).parents[1] / "js" / "changed.mjs"
MOVES = [(0, 0), (3, 0), (0, -5), (-14, 14), (14, 2)]


@pytest.mark.parametrize("digit", [4, 8])
def test_the_page_changes_and_moves_an_image_as_the_library_does(digit):
    prepared = prepare_drawing(samples.drawing(digit))
    assert prepared is not None
    image = prepared.image
    changes = [(kind, value) for kind, change in CHANGES.items() for value in change.values]
    sent = json.dumps({"image": image.flatten().tolist(), "changes": changes, "moves": MOVES})
    answer = subprocess.run(["node", PROGRAM], input=sent, capture_output=True, text=True, check=True).stdout
    made = np.array(json.loads(answer))
    for (kind, value), ink in zip(changes, made, strict=False):
        expected = CHANGES[kind].apply(image[None], value).flatten().numpy()
        np.testing.assert_allclose(ink, expected, atol=1e-5, err_msg=f"{kind} {value}")
    for (dx, dy), ink in zip(MOVES, made[len(changes) :], strict=True):
        room = torch.nn.functional.pad(image, (28, 28, 28, 28))
        expected = room[0, 28 - dy : 56 - dy, 28 - dx : 56 - dx].flatten().numpy()
        np.testing.assert_array_equal(ink.astype(np.float32), expected)
