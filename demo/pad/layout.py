"""The pad, the image that both networks see, and a card for each network: the page above its tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

import gradio as gr

from demo import samples
from demo.networks import Training
from demo.pad.answers import read_drawing
from demo.page import own
from demo.page.lying import lying
from demo.page.theme import choice
from demo.reader.answers import read_with, weights
from demo.server.calls import doors
from demo.server.served import LARGEST_PICTURE
from demo.visitors import Visitors
from demo.words import say
from nets.drawing import MAX_STROKES, PAD
from nets.models import SIDE, count_parameters

PENS = range(8, 33, 2)  # pad units across
TOOLS = ("undo", "redo", "clear")


def pad(visitors: Visitors, prepare_file: Callable[..., Any]) -> None:
    """The component; put it at the top of the page. prepare_file: the door that prepares a picture."""
    gr.HTML(
        html_template=template(
            {name: count_parameters(model) for name, model in visitors.shipped.items()}, bool(visitors.tutorial)
        ),
        js_on_load=own.starting("pad/pad.js"),
        server_functions=doors(visitors, read_drawing, weights, read_with, prepare_file),
        apply_default_css=False,
        elem_id="duel",
        side=PAD,
        samples={str(digit): samples.strokes(digit) for digit in samples.CONTROLS},
        maxStrokes=MAX_STROKES,
        largest=LARGEST_PICTURE,
        trained=lying(visitors),
    )


def template(parameters: Mapping[str, int], tutorial: bool) -> str:
    """The component's HTML, which the page's modules fill in; parameters: of the shipped networks, by name.

    tutorial: whether there are networks trained as in the tutorials as well.
    """
    tools = "".join(f'<button type="button" data-do="{name}">{say(f"pad.{name}")}</button>' for name in TOOLS)
    thumbnails = "".join(map(_sample, samples.CONTROLS))
    return f"""
    <section id="pad" class="blank" aria-label="{say("pad.label")}">
      <div class="paper">
        <canvas tabindex="0" role="application" aria-label="{say("pad.paper_label")}"
          aria-describedby="pad-help"></canvas>
        <span class="cell" aria-hidden="true"></span>
        <img class="picture" alt="{say("pad.picture.alt")}" hidden>
        <p aria-hidden="true">{say("pad.paper")}<br><small>{say("pad.picture.hint")}</small></p>
      </div>
      <div class="tools">{tools}
        <label class="choose">{say("pad.picture.choose")}<input type="file" accept="image/*,.heic,.heif,.avif"
          aria-label="{say("pad.picture.choose_label")}"></label>
        <label class="width">{say("pad.pen")}<input type="range" aria-label="{say("pad.pen_label")}"
          min="{PENS[0]}" max="{PENS[-1]}" step="{PENS.step}" value="{samples.PEN:g}"></label>
      </div>
      <div class="tools pictured-tools" hidden><h2>{say("pad.picture.label")}</h2>
        <button type="button" data-do="back">{say("pad.picture.back")}</button></div>
      <div class="samples" role="group" aria-label="{say("pad.samples")}">{thumbnails}</div>
      <p class="problem"></p>
    </section>
    <section id="seen" aria-label="{say("verdict.label")}">
      <canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="{say("verdict.image_label")}"></canvas>
      <div><p class="sentence"><strong></strong> <span></span></p><p class="note">{say("verdict.image")}</p>
        <p class="note off" hidden>{say("pad.steps_off")} <button type="button">{say("pad.steps_on")}</button></p>
        <p class="note loose" hidden><span></span> <button type="button">{say("pad.loose.without")}</button></p>
        <p class="note help" id="pad-help">{say("pad.help")}</p></div>
      <p class="unseen" role="status" aria-live="polite"></p>
    </section>
    {_training() if tutorial else ""}
    {"".join(_card(name, count) for name, count in parameters.items())}
    """


def _training() -> str:
    """The switch between networks trained to be good and as in the tutorials."""
    values = {training: say(f"verdict.training.{training}") for training in get_args(Training)}
    switch = choice("pad", "training", say("verdict.training.label"), values)
    return f'<section id="training">{switch}<p class="training-problem" role="status"></p></section>'


def _card(network: str, parameters: int) -> str:
    name = say(f"network.{network}")
    bars = "".join(f'<li><b>{digit}</b><i aria-hidden="true"><i></i></i><span></span></li>' for digit in range(10))
    return f"""
    <section class="card" id="card-{network}" aria-label="{name}">
      <h2>{name}</h2><p class="size">{say("verdict.size", parameters=parameters)}</p>
      <div class="reading" data-network="{network}" data-digit="" data-confidence="">
        <p class="digit"></p><p class="percent"></p><p class="margin"></p>
      </div>
      <div class="several" role="group" aria-label="{say("verdict.digits.label")}" hidden></div>
      <ol class="bars">{bars}</ol>
      <p class="time"></p>
    </section>"""


def _sample(digit: int) -> str:
    label = say("pad.sample", digit=digit)
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:g},{y:g}" for x, y in stroke)}"/>' for stroke in samples.strokes(digit)
    )
    drawing = f'<svg viewBox="50 30 180 220" aria-hidden="true">{lines}</svg>'
    return f'<button type="button" data-sample="{digit}" aria-label="{label}" title="{label}">{drawing}</button>'
