"""The lessons: what is there from the start, and the tab with the list of them."""

from __future__ import annotations

import gradio as gr

from demo.page import own
from demo.visitors import Visitors
from demo.words import say


def lesson_under_way() -> None:
    """The component that runs a lesson; it is seen in every tab, where the module puts it."""
    gr.HTML(
        html_template="<i></i>",
        js_on_load=own.starting("lessons/card.js"),
        apply_default_css=False,
        elem_id="lessons-start",
        files=own.results(),
    )


def lessons(visitors: Visitors) -> None:
    """The tab."""
    gr.HTML(
        html_template=template(),
        js_on_load=own.starting("lessons/lessons.js"),
        apply_default_css=False,
        elem_id="lessons",
    )


def template() -> str:
    """The tab's HTML, which the module fills in."""
    teach = 'type="button" class="button" aria-pressed="false" data-do="teach"'
    return f"""
    <div class="head"><p class="intro">{say("lesson.list.intro")}</p>
      <button {teach}>{say("lesson.list.teach")}</button></div>
    <p class="help taught" hidden>{say("lesson.list.taught")}</p>
    <ol class="list"></ol>
    <p class="unseen" role="status" aria-live="polite"></p>"""
