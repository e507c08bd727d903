"""Every sentence a visitor reads, by key, in English: en.json, and sections of parts that are opened later in en/.

Another language stands beside it.

An answer carries a message, a key with values, and the page says it (page/words.js). Python itself says what is fixed
when the page is built, and the errors of the public endpoint, which reach programs and not the page.

A sentence may mark terms: [[key]] shows the word of that term, [[key|text]] this text. What term.<key>.means is told
where the term stands (page/terms.js).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict

PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")  # {name} or {name:format}
MARK = re.compile(r"\[\[(\w+)(?:\|([^\]]+))?\]\]")  # [[term]] or [[term|text]]
TERM = '<span class="term" tabindex="0" role="button" data-term="{term}">{text}</span>'


class Message(TypedDict):
    """A sentence of the catalogue, with a value for each of its placeholders."""

    key: str
    values: dict[str, Any]


FOLDER = Path(__file__).parent
CATALOGUE: dict[str, Any] = json.loads((FOLDER / "en.json").read_text("utf-8"))
CATALOGUE |= {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("en/*.json"))}


def message(key: str, /, **values: Any) -> Message:
    """The sentence of this key, for the page to say; raises KeyError where there is none."""
    look_up(key)
    return {"key": key, "values": values}


def say(key: str, /, **values: Any) -> str:
    """The sentence of this key in English; raises KeyError where there is none, or where a value is missing."""
    return _sentence(key, values, lambda term, text: text, str)


def say_html(key: str, /, **values: Any) -> str:
    """The same as HTML, in which each term that is marked can be asked for."""
    return _sentence(key, values, lambda term, text: TERM.format(term=term, text=text), html.escape)


def tell(message: Message) -> str:
    """A message in English."""
    return say(message["key"], **message["values"])


def look_up(key: str) -> Any:
    """What stands under a dotted key: a sentence, its singular and plural, or a section with more of them."""
    found: Any = CATALOGUE
    for part in key.split("."):
        found = found[part]
    return found


def _sentence(key: str, values: Mapping[str, Any], shown: Callable[[str, str], str], text: Callable[[str], str]) -> str:
    """A sentence with its terms as they are to be shown, and its text and values as `text` makes them."""
    found = look_up(key)
    if isinstance(found, dict):
        found = found["one" if values["count"] == 1 else "other"]
    marked = MARK.sub(lambda mark: shown(mark[1], mark[2] or text(look_up(f"term.{mark[1]}.word"))), text(found))
    return PLACEHOLDER.sub(lambda place: text(_written(values[place[1]], place[2])), marked)


def _written(value: Any, style: str | None) -> str:
    """A value in a sentence. The page's own formats are in page/words.js; Python needs whole numbers alone."""
    if style not in (None, "count"):
        raise KeyError(f"Python has no number format {style!r}")
    return f"{value:,}" if style else str(value)
