"""The catalogue against the sources: every key used is there and every key there is used, with the values it needs.

A key is found where it stands as a string, or begins one: `retrain.state.${state}` uses all that begin in this way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.words import CATALOGUE, MARK, PLACEHOLDER, say, say_html
from tests.demo.sources import Call, Text, javascript, python
from tests.support import ROOT

DEMO = ROOT / "demo"
SOURCES = sorted([*ROOT.glob("*.py"), *DEMO.rglob("*.py"), *DEMO.rglob("*.js")])
STRINGS = [path for path in SOURCES if path.parent != DEMO / "words"]
LOOKED_UP = re.compile(r'look_up\("([\w.]+)"\)')  # whole sections
FILE = re.compile(r"\.(css|js|json|py|zip|png|svg|html|csv|safetensors)$")


def read(path: Path) -> tuple[list[Text], list[Call]]:
    name = path.relative_to(ROOT).as_posix()
    return python(path, name) if path.suffix == ".py" else javascript(path.read_text("utf-8"), name)


def leaves(section: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Every key with its sentence, or with its singular and plural."""
    if isinstance(section, str) or set(section) == {"one", "other"}:
        yield ".".join(path), section
    else:
        for name, inner in section.items():
            yield from leaves(inner, *path, name)


SENTENCES = dict(leaves({name: section for name, section in CATALOGUE.items() if name != "formats"}))
SECTION = re.compile(rf"^({'|'.join(name for name in CATALOGUE if name != 'formats')})\.[\w.]*$")

FOUND = [read(path) for path in STRINGS]
TEXTS = [text for texts, _ in FOUND for text in texts]
CALLS = [call for _, calls in FOUND for call in calls]
SECTIONS = {section for path in STRINGS for section in LOOKED_UP.findall(path.read_text("utf-8"))}


def is_key(text: str) -> bool:
    """Whether a string looks like a key, or like the beginning of one."""
    return bool(SECTION.match(text)) and not FILE.search(text)


def patterns(texts: list[Text]) -> list[re.Pattern[str]]:
    """The keys that are put together from a beginning and a value."""
    found = []
    for text in texts:
        if is_key(text.parts[0]) and (text.literal is None or text.literal.endswith(".")):
            parts = text.parts if text.literal is None else (text.parts[0], "")
            found.append(re.compile(".+".join(map(re.escape, parts))))
    return found


def needed(sentence: Any) -> set[str]:
    """The values that a sentence takes."""
    if isinstance(sentence, dict):
        return {"count"}.union(*(needed(form) for form in sentence.values()))
    return {found[1] for found in PLACEHOLDER.finditer(sentence)}


def test_every_key_that_is_used_is_there():
    missing = [f"{call.where}: {key}" for call in CALLS for key in call.keys if key not in SENTENCES]
    for text in TEXTS:
        key = text.literal
        if (
            key
            and is_key(key)
            and not any(known == key or known.startswith(f"{key.rstrip('.')}.") for known in SENTENCES)
        ):
            missing.append(f"{text.where}: {key}")
    assert not missing


def test_every_beginning_of_a_key_leads_somewhere():
    lost = [found.pattern for found in patterns(TEXTS) if not any(found.fullmatch(key) for key in SENTENCES)]
    assert not lost


def test_every_key_that_is_there_is_used():
    used = {text.literal for text in TEXTS}
    begun = [*patterns(TEXTS), *(re.compile(re.escape(section) + r"\..+") for section in SECTIONS)]
    unused = [key for key in SENTENCES if key not in used and not any(found.fullmatch(key) for found in begun)]
    assert not unused


def test_every_sentence_gets_the_values_it_takes():
    """A call that chooses between sentences gives what all of them take."""
    wrong = []
    for call in CALLS:
        taken = set().union(*(needed(SENTENCES.get(key, "")) for key in call.keys))
        if call.keys and call.values is not None and call.values != taken:
            wrong.append(f"{call.where}: {call.keys} take {sorted(taken)}, and get {sorted(call.values)}")
    assert not wrong


def test_every_list_of_formats_is_used():
    styles = {found[2] for sentence in SENTENCES.values() for found in PLACEHOLDER.finditer(json.dumps(sentence))}
    assert CATALOGUE["formats"].keys() <= styles


# ---- terms

TERMS = CATALOGUE["term"]
MARKED = {
    key: {mark[1] for mark in MARK.finditer(json.dumps(sentence, ensure_ascii=False))}
    for key, sentence in SENTENCES.items()
}
# Of parts of the page that do not mark them yet.
UNMARKED = {
    "confidence", "cross_entropy", "kept_back", "point",
}  # fmt: skip


def test_every_mark_names_a_term_and_every_term_is_marked_somewhere():
    assert {key: marks - TERMS.keys() for key, marks in MARKED.items() if marks - TERMS.keys()} == {}
    assert TERMS.keys() - UNMARKED - set().union(*MARKED.values()) == set()
    assert not [key for key, sentence in SENTENCES.items() if "[[" in MARK.sub("", json.dumps(sentence))]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_explained_in_one_short_plain_sentence(term):
    means = TERMS[term]["means"]
    assert len(means.split()) <= 25 and means[-1] == "." and not re.search(r"[.!?] ", means)
    assert not MARKED[f"term.{term}.means"] and not MARKED[f"term.{term}.word"]


def test_terms_are_said_plainly_or_as_html(monkeypatch):
    monkeypatch.setitem(
        CATALOGUE, "test", {"one": "A [[mlp]] & [[cnn|<{name}>]]", "other": "{count:count} [[mlp|MLPs]]"}
    )
    assert say("test", count=1, name="x") == "A MLP & <x>" and say("test", count=2000) == "2,000 MLPs"
    span = '<span class="term" tabindex="0" role="button" data-term="{}">{}</span>'
    html = say_html("test", count=1, name="<b>")
    assert html == f"A {span.format('mlp', 'MLP')} &amp; {span.format('cnn', '&lt;&lt;b&gt;&gt;')}"


# ---- no sentence stands elsewhere

# What looks like words, with the reason why no visitor reads it.
ALLOWED = {
    **dict.fromkeys(("Segoe UI", "Noto Sans", "Liberation Sans", "Liberation Mono"), "a font"),
    **dict.fromkeys(("Request Timeout", "Request Header Fields Too Large"), "HTTP's own words"),
    "streams of": "the name of a count",
    "There is no such file; reload the page.": "an answer to a browser that asks for a module of another version",
}
TERMINAL = {"demo/deploy.py"}  # speak to whoever runs them
SENTENCE = re.compile(r"^\W*[A-Z][a-z]+,? [a-z]+|[a-z]{2,} [a-z]{2,}[^<>{}=#\[\]]*[.!?:]\W*$")
WORDS = re.compile(r"\b[A-Za-z]{2,}[,:;.]? \(?[A-Za-z]{2,}\b")
CODE = re.compile(r"[#{}=\[\];|]|--|sans-serif|^[a-z-]+(, [a-z-]+)+$|^(\.|tbody |thead |svg )|^[a-z]+( (mlp|cnn))+$")
SHOWN = re.compile(r">[^<>{}]*[A-Za-z]{3,}[^<>{}]*<|(?:aria-label|title|placeholder|alt)=[\"'][^\"'{]*[A-Za-z]{3,}")


def sentences(texts: list[Text]) -> list[str]:
    """What a visitor may read of these strings."""
    told = []
    for text in texts:
        whole = "\0".join(text.parts).replace("\n", " ")
        plain = re.sub(r"<[^>]*>", "", whole)
        prose = SENTENCE.search(whole) or SHOWN.search(whole) or (WORDS.search(plain) and not CODE.search(plain))
        if prose and not text.quiet and whole not in ALLOWED:
            told.append(f"{text.where}: {whole[:100]!r}")
    return told


@pytest.mark.parametrize(
    "path",
    [path for path in STRINGS if DEMO in path.parents and path.relative_to(ROOT).as_posix() not in TERMINAL],
    ids=lambda path: path.relative_to(DEMO).as_posix(),
)
def test_no_sentence_stands_outside_the_catalogue(path):
    if path.name == "text.py":
        return  # its sentences are moving into the catalogue
    assert sentences(read(path)[0]) == []


# ---- the checks themselves

SCRIPT = """
// say("comment.one") is none, nor is 'this'
const { say } = words, quote = /["'`]/g, half = 1 / 2; /* "nor this" */
say(open ? "pad.open" : state === "shut" ? "pad.shut" : "pad.else", { count, width: f(1, [2]) });
say(`retrain.state.${deep ? `a${1}` : "b"}.text`, values);
node.say("pad.undo"); function say(key) {}
throw new Error("Nobody reads this sentence.");
"""


def test_strings_and_calls_of_javascript():
    texts, calls = javascript(SCRIPT, "x.js")
    assert [text.parts for text in texts] == [
        ("pad.open",), ("shut",), ("pad.shut",), ("pad.else",), ("retrain.state.", ".text"), ("a", ""), ("b",),
        ("pad.undo",), ("Nobody reads this sentence.",),
    ]  # fmt: skip
    assert [(call.keys, call.values) for call in calls] == [
        (("pad.open", "pad.shut", "pad.else"), {"count", "width"}),
        ((), None),
        (("pad.undo",), set()),
    ]
    assert [text.quiet for text in texts] == [False] * 8 + [True] and texts[-1].where == "x.js:7"


def test_strings_and_calls_of_python(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(
        '"""Doc."""\n'
        'message("a.b", count=1)\nsay("a.c" if x else "a.d", **values)\nmessage(f"a.{x}.e")\nraise E("not this")\n'
    )
    texts, calls = python(path)
    assert sorted(text.parts for text in texts) == [("a.", ".e"), ("a.b",), ("a.c",), ("a.d",), ("not this",)]
    assert [(call.keys, call.values) for call in calls] == [
        (("a.b",), {"count"}),
        (("a.c", "a.d"), None),
        ((), set()),
    ]
    assert [text.parts[0] for text in texts if text.quiet] == ["not this"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The connection is lost.", True),
        ("lost for ever", True),
        ("Learning rate", True),
        ("<p>Undo</p>", True),
        ('<input aria-label="Pen width">', True),
        ("#pad canvas", False),
        (".big output", False),
        ('<div class="choice view"></div>', False),
        ("pointerdown", False),
    ],
)
def test_what_counts_as_a_sentence(text, told):
    assert bool(sentences([Text("x", (text,))])) == told


def test_the_values_a_sentence_needs():
    assert needed("{a} and {b:count}") == {"a", "b"} and needed("none") == set()
    assert needed({"one": "one image", "other": "{count} images of {n}"}) == {"count", "n"}
