"""The tab Compare: its views, and what its module is given to begin with."""

from __future__ import annotations

import gradio as gr

from demo.page import own
from demo.page.lying import lying
from demo.page.theme import choice
from demo.visitors import Visitors
from demo.words import say
from nets.changes import CHANGES
from nets.models import SIDE

VIEWS = ("drawing", "digits")


def compare(visitors: Visitors) -> None:
    """The component."""
    gr.HTML(
        html_template=template(),
        js_on_load=own.starting("compare/compare.js"),
        apply_default_css=False,
        elem_id="compare",
        kinds={
            name: {key: value for key, value in vars(change).items() if key != "apply"}
            for name, change in CHANGES.items()
        },
        trained=lying(visitors),
    )


def template() -> str:
    """The component's HTML; the modules fill in what changes."""
    views = choice("compare", "view", say("compare.view_label"), {view: say(f"compare.view.{view}") for view in VIEWS})
    return f"""
    {views}
    <div data-view="drawing">{_drawing()}</div>
    <div data-view="digits" hidden></div>"""


def _drawing() -> str:
    moved = (
        f'<canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="{say("compare.shift.image_label")}"></canvas>'
    )
    put = f'<button type="button" class="button" hidden>{say("compare.parting.put")}</button>'
    return f"""
    <p class="void">{say("compare.blank")}</p>
    <section class="shifts">
      <h3>{say("compare.shift.title")}</h3><p class="help">{say("compare.shift.help")}</p>
      <div class="maps" role="group" aria-label="{say("compare.shift.title")}"></div>
      <div class="beside">
        <figure class="moved">{moved}<figcaption></figcaption></figure>
        <div class="trace"><h4 class="trace-title"></h4></div>
      </div>
      <p class="unseen" role="status" aria-live="polite"></p>
    </section>
    <section class="changes">
      <h3>{say("compare.changes.title")}</h3><p class="help">{say("compare.changes.help")}</p>
      <div class="parting"><p></p>{put}</div>
      <div class="curves"></div>
    </section>"""
