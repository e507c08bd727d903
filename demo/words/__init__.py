"""Every sentence a visitor reads, by key; en.json holds them in English, and another language stands beside it.

An answer carries a message, a key with values, and the page says it (page/words.js). Python itself says what is fixed
when the page is built, and the errors of the public endpoint, which reach programs and not the page.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TypedDict

PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")  # {name} or {name:format}


class Message(TypedDict):
    """A sentence of the catalogue, with a value for each of its placeholders."""

    key: str
    values: dict[str, Any]


CATALOGUE: dict[str, Any] = json.loads(Path(__file__).with_name("en.json").read_text("utf-8"))


def message(key: str, /, **values: Any) -> Message:
    """The sentence of this key, for the page to say; raises KeyError where there is none."""
    look_up(key)
    return {"key": key, "values": values}


def say(key: str, /, **values: Any) -> str:
    """The sentence of this key in English; raises KeyError where there is none, or where a value is missing."""
    sentence = look_up(key)
    if isinstance(sentence, dict):
        sentence = sentence["one" if values["count"] == 1 else "other"]
    return PLACEHOLDER.sub(lambda found: _written(values[found[1]], found[2]), sentence)


def tell(message: Message) -> str:
    """A message in English."""
    return say(message["key"], **message["values"])


def look_up(key: str) -> Any:
    """What stands under a dotted key: a sentence, its singular and plural, or a section with more of them."""
    found: Any = CATALOGUE
    for part in key.split("."):
        found = found[part]
    return found


def _written(value: Any, style: str | None) -> str:
    """A value in a sentence. The page's own formats are in page/words.js; Python needs whole numbers alone."""
    if style not in (None, "count"):
        raise KeyError(f"Python has no number format {style!r}")
    return f"{value:,}" if style else str(value)
