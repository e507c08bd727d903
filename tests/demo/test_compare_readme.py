"""The tables of checkpoints/README.md against the results, and the claims' sentences against their numbers."""

from __future__ import annotations

import re

import pytest

from demo.compare.readme import README, claims, sentence, spread, written
from demo.words import look_up
from nets.comparison.claims import CLAIMS
from nets.comparison.results import FOLDER, read

ROWS = (read(FOLDER, "claims") or {"rows": []})["rows"]


def test_the_readme_holds_what_was_measured():
    text = README.read_text("utf-8")
    assert written(text, FOLDER) == text, "run: python -m demo.compare.readme"
    assert text.count("<!-- ledger -->") == text.count("<!-- /claims -->") == 1


def test_a_readme_bears_that_nothing_was_measured(tmp_path):
    bare = written(README.read_text("utf-8"), tmp_path)
    assert "| contestant | parameters |" in bare and "The MLP reads" not in bare


def test_every_claim_has_its_sentences():
    assert look_up("compare.claim").keys() == CLAIMS.keys()
    assert all({"claim", "measured"} <= told.keys() for told in look_up("compare.claim").values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["key"])
def test_every_row_can_be_said(row):
    parts = ["claim", "measured", *(["depends"] if row["verdict"] == "depends" else [])]
    for part in parts:
        told = sentence(row, part)
        assert not re.search(r"[{}]|None|nan", told) and told.endswith(".")


def test_a_row_by_hand():
    row = {
        "key": "accuracy_mlp", "verdict": "so", "digits": 10_000, "seeds": 3, "command": "run",
        "values": {"low": 0.97, "high": 0.98, "test": 0.97512, "train": 0.999},
        "spread": {"test": 0.0012, "train": None},
    }  # fmt: skip
    points = " Largest standard deviation over the seeds: 0.12 percentage points."
    assert spread(row) == points and spread({**row, "spread": {}}) == ""
    assert spread({**row, "spread": {"epochs": 3.16}}) == " Standard deviation over the seeds: 3.2 epochs."
    loss = {**row, "digits": 0, "spread": {"nats": 0.002, "relative": 0.034}}
    assert spread(loss) == " Largest standard deviation over the seeds: 0.03 times the mean loss."
    assert claims([row]).splitlines()[-1] == (
        "| The MLP reads 97% to 98% of the test set. | 97.51% of the test set, and 99.90% of 10,000 digits that it "
        f"learnt from.{points} | so | 10,000 | 3 | `run` |"
    )
