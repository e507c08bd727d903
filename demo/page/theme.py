"""The page's looks: a Gradio theme and style sheets; besides, groups of choices as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import gradio as gr

from demo.page import own
from demo.words import say

DEMO = Path(__file__).parents[1]
SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"]
FIXED = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"]

STYLES = (
    "page/theme.css",
    "page/terms.css",
    "figures/saves.css",
    "page/frame.css",
    "page/starting.css",
    "link/link.css",
    "pad/pad.css",
    "pad/paper.css",
    "page/tabs.css",
    "retrain/retrain.css",
    "inside/inside.css",
    "preparation/preparation.css",
    "about/about.css",
    "compare/compare.css",
    "lessons/lessons.css",
    "page/phone.css",
    "page/preferences.css",
)


YOURS, TUTORIAL = say("page.yours"), say("page.tutorial")  # beside the name of a network that is not the shipped one
STYLE = re.sub(r"/\*.*?\*/\s*", "", "".join((DEMO / name).read_text("utf-8") for name in STYLES), flags=re.DOTALL)
LOOKS = f"<style>:root {{ --yours: '{YOURS}'; --tutorial: '{TUTORIAL}'; }}{STYLE}</style>"
HEAD = f"{LOOKS}{own.starter()}{own.preloading('pad/pad.js', 'page/frame.js')}"


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in the colours of theme.css."""
    return gr.themes.Base(font=SYSTEM, font_mono=FIXED).set(
        body_background_fill="var(--page)",
        body_background_fill_dark="var(--page)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
    )


def choice(tab: str, name: str, legend: str, values: Mapping[str, str], chosen: str = "") -> str:
    """A group of choices as HTML, from values and their labels; the first is chosen unless another is named."""
    radios = "".join(
        f'<label><input type="radio" name="{tab}-{name}" value="{value}"'
        f"{' checked' * (value == (chosen or next(iter(values))))}><span>{label}</span></label>"
        for value, label in values.items()
    )
    return f'<fieldset class="choice {name}"><legend>{legend}</legend><div>{radios}</div></fieldset>'
