"""The tab Preparation: a row for each step, with a switch, a picture, and what both networks would read there."""

from __future__ import annotations

import gradio as gr

from demo.page import own
from demo.preparation.answers import FOUND, SWITCHES, prepare, prepare_file
from demo.server.calls import doors
from demo.server.served import LARGEST_PICTURE
from demo.visitors import Visitors
from demo.words import say
from nets.models import NETWORKS, SIDE


def preparation(visitors: Visitors) -> None:
    """The component."""
    gr.HTML(
        html_template=template(),
        js_on_load=own.starting("preparation/preparation.js"),
        server_functions=doors(visitors, prepare, prepare_file),
        apply_default_css=False,
        elem_id="preparation",
        largest=LARGEST_PICTURE,
        side=SIDE,
    )


def template() -> str:
    """The component's HTML; preparation.js fills in what changes."""
    rows = "".join(
        _row(name, f"<h3>{say(f'preparation.{name}.label')}</h3>", say(f"preparation.{name}.help"))
        for name in (*FOUND, "ink")
    )
    for name in SWITCHES:
        control = f'<input type="checkbox" role="switch" name="{name}" checked>'
        label = f"<label>{control}<span>{say(f'step.{name}.label')}</span></label>"
        rows += _row(name, label, say(f"step.{name}.help"))
    return f"""
    <div class="intro"><p>{say("preparation.intro")}</p><div>
      <label class="button">{say("preparation.choose")}<input type="file" accept="image/*,.heic,.heif,.avif"></label>
      <button type="button" class="button" hidden>{say("preparation.back")}</button></div></div>
    <p class="problem" role="status">{say("preparation.blank")}</p>
    <ol class="steps" hidden>{rows}</ol>"""


def _row(name: str, head: str, help: str) -> str:
    verdicts = "".join(
        f'<p data-network="{network}"><span>{say(f"network.{network}")}</span><b></b><span></span></p>'
        for network in NETWORKS
    )
    stopped = (
        f'<canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="{say("preparation.stopped_label")}"></canvas>'
    )
    return f"""
    <li data-step="{name}">
      <div class="head">{head}</div>
      <figure><img alt="{say("preparation.picture_label", step=name)}"><figcaption></figcaption></figure>
      <p class="help">{help}</p>
      <div class="stopped">{stopped}<div>{verdicts}</div></div>
    </li>"""
