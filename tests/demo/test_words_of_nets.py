"""Every error, option and step of nets that a visitor reads of has its words in the catalogue."""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest

import nets
from demo.words import CATALOGUE, say
from nets.errors import CodedError
from nets.models import ARCHITECTURES
from nets.options import describe
from nets.preprocess import Steps
from nets.recipes import Augmentation, TrainConfig

FOLDER = Path(nets.__file__).parent


def coded(name: str) -> bool:
    """Whether this is the name of an error with a code, wherever in nets it is defined."""
    for path in FOLDER.glob("*.py"):
        if not path.stem.startswith("__"):
            kind = getattr(importlib.import_module(f"nets.{path.stem}"), name, None)
            if isinstance(kind, type) and issubclass(kind, CodedError):
                return True
    return False


def raised() -> dict[str, list[set[str]]]:
    """The codes of all errors made anywhere in nets, each with the names of the values given in each place."""
    found: dict[str, list[set[str]]] = {}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and coded(node.func.id):
                _, code = node.args
                assert isinstance(code, ast.Constant), f"{path.name}:{node.lineno} has a code that is not written out"
                found.setdefault(code.value, []).append({value.arg for value in node.keywords})
    return found


def entries(section: dict | str, key: str) -> dict[str, str]:
    """Every sentence of a section by its key."""
    if isinstance(section, str):
        return {key: section}
    return {name: text for part, inner in section.items() for name, text in entries(inner, f"{key}.{part}").items()}


RAISED = raised()
SENTENCES = {key.removeprefix("error."): text for key, text in entries(CATALOGUE["error"], "error").items()}


def test_every_code_has_its_sentence_and_no_other_is_there():
    assert set(RAISED) == set(SENTENCES) - {CodedError.code}


@pytest.mark.parametrize("code", RAISED)
def test_a_sentence_asks_for_no_value_that_the_error_lacks(code):
    wanted = set(re.findall(r"\{(\w+)", SENTENCES[code]))
    assert all(wanted <= values for values in RAISED[code])


def test_every_option_has_its_words():
    options = {
        option["name"] for kind in (TrainConfig, Augmentation, *ARCHITECTURES.values()) for option in describe(kind)
    }
    assert options == set(CATALOGUE["option"])
    assert {step.name for step in fields(Steps)} == set(CATALOGUE["step"])


@pytest.mark.parametrize("section", ["option", "step"])
def test_labels_are_short_and_help_is_a_sentence(section):
    labels = []
    for name, words in CATALOGUE[section].items():
        assert words.keys() == {"label", "help"}
        label, help = (say(f"{section}.{name}.{part}") for part in ("label", "help"))
        assert re.fullmatch(r"([A-Z]|bfloat16)\S*( \S+)*", label) and len(label) < 24
        assert re.fullmatch(r"[A-Z]\S*( \S+)+\.", help)
        labels.append(label)
    assert len(set(labels)) == len(labels)
