"""What the page changes, moves and reads for the tab Compare, against the same in Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from demo import samples
from demo.compare.again import again
from demo.compare.waiting import waiting
from nets.changes import CHANGES
from nets.checkpoint import SHIPPED, TUTORIAL, load_shipped
from nets.comparison.claims import CLAIMS
from nets.comparison.experiments import EXPERIMENTS
from nets.comparison.measures import shift
from nets.comparison.results import FOLDER, read
from nets.models import ARCHITECTURES
from nets.preprocess import prepare_drawing
from nets.recipes import RECIPES

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node, which runs the page's modules, is missing")
PROGRAM = Path(__file__).parents[1] / "js" / "changed.mjs"
MOVES = [(0, 0), (3, 0), (0, -5), (-14, 14), (14, 2)]


def ask(**asked: Any) -> tuple[np.ndarray, np.ndarray]:
    answer = subprocess.run(["node", PROGRAM], input=json.dumps(asked), capture_output=True, text=True, check=True)
    told = json.loads(answer.stdout)
    return np.array(told["images"]), np.array(told["logits"])


def prepared(digit: int) -> torch.Tensor:
    found = prepare_drawing(samples.drawing(digit))
    assert found is not None
    return found.image


@pytest.mark.parametrize("digit", [4, 8])
def test_the_page_changes_and_moves_an_image_as_the_library_does(digit):
    image = prepared(digit)
    changes = [(kind, value) for kind, change in CHANGES.items() for value in change.values]
    made, _ = ask(image=image.flatten().tolist(), changes=changes, moves=MOVES, networks=[])
    for (kind, value), ink in zip(changes, made, strict=False):
        expected = CHANGES[kind].apply(image[None], value).flatten().numpy()
        np.testing.assert_allclose(ink, expected, atol=1e-5, err_msg=f"{kind} {value}")
    for (dx, dy), ink in zip(MOVES, made[len(changes) :], strict=True):
        np.testing.assert_array_equal(ink.astype(np.float32), shift(image[None], dx, dy).flatten().numpy())


def test_all_four_readers_read_moved_and_changed_images_as_pytorch_does():
    image = prepared(2)
    folders = {SHIPPED: load_shipped()[0], TUTORIAL: load_shipped(TUTORIAL)[0]}
    networks = [
        {"layers": [layer for layer, _ in model.named_children()], "weights": str(folder / f"{name}.safetensors")}
        for folder, models in folders.items()
        for name, model in models.items()
    ]
    changes = [("rotation", 40), ("noise", 0.5), ("inversion", 0.7)]
    made, logits = ask(image=image.flatten().tolist(), changes=changes, moves=MOVES, networks=networks)
    images = torch.tensor(made, dtype=torch.float32).view(-1, 1, 28, 28)
    with torch.inference_mode():
        expected = [model(images).numpy() for models in folders.values() for model in models.values()]
    np.testing.assert_allclose(logits.transpose(1, 0, 2), np.stack(expected), atol=1e-4)


def test_claims_without_a_result_are_told_as_those_with_one():
    """What waits for trainings is every claim that layers and readers alone do not tell, by the same experiment."""
    told = {row["key"]: row for row in read(FOLDER, "claims")["rows"]}
    waits = {row["key"]: row for row in waiting()}
    assert set(CLAIMS) - set(told) <= set(waits) <= set(CLAIMS)
    for key in set(told) & set(waits):
        for name in ("texts", "command"):
            assert told[key][name] == waits[key][name]
        assert waits[key]["values"].items() <= told[key]["values"].items()


def test_retrain_is_set_up_for_the_arms_of_an_experiment():
    """By the form in short Retrain makes what the experiment trains, but for its seed."""
    forms = again()
    assert {"rates-mlp", "rates-cnn", "regularised-mlp", "regularised-cnn", "tutorials"} == set(forms)
    assert forms["rates-cnn"]["0.01"] == {
        "networks": ["cnn"],
        "data": "mnist",
        "recipe": "tutorial",
        "changed": {"cnn": {"epochs": 3, "learning_rate": 0.01, "subset": 6000, "reduced_precision": True}},
    }
    for name, arms in forms.items():
        for arm, form in arms.items():
            contestant = EXPERIMENTS[name].arms[arm]
            changed = form["changed"][contestant.network]
            config = {field: value for field, value in changed.items() if field in vars(contestant.config)}
            assert replace(RECIPES["tutorial"][contestant.network], **config) == contestant.config
            kind = ARCHITECTURES[contestant.network]
            assert kind(**{field: changed[field] for field in set(changed) - set(config)}) == (
                contestant.architecture or kind()
            )
