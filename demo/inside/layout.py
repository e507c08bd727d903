"""The tab Look inside, laid out: four views, of which inside.js fills in what changes. Its looks are in inside.css."""

from __future__ import annotations

from html import escape
from typing import get_args

import gradio as gr

from demo.figures.answers import figure
from demo.inside.answers import keep, look, rank
from demo.inside.pixels import METHODS
from demo.inside.pooling import EXAMPLE
from demo.inside.questions import View
from demo.page import own
from demo.page.theme import choice
from demo.server.calls import doors
from demo.visitors import Visitors
from demo.words import say, say_html
from nets.activations import SHIFTS
from nets.models import CLASSES

VIEWS: tuple[View, ...] = get_args(View)
ORDERS = ("number", "effect")
ARROWS = {"left": "←", "up": "↑", "down": "↓", "right": "→"}


def inside(visitors: Visitors) -> None:
    """The tab's layout and wiring."""
    gr.HTML(
        html_template=template(),
        js_on_load=own.starting("inside/inside.js"),
        server_functions=doors(visitors, look, rank, keep, figure),
        apply_default_css=False,
        elem_id="inside",
        example=EXAMPLE,
    )


def template() -> str:
    """The component's HTML."""
    views = {"maps": _maps(), "mlp": _mlp(), "pixels": _pixels(), "pooling": _pooling()}
    sections = "".join(f'<div data-view="{view}"{" hidden" * (view != VIEWS[0])}>{views[view]}</div>' for view in VIEWS)
    return f"""
    {choice("inside", "view", say("inside.view.label"), {view: say(f"inside.view.{view}") for view in VIEWS})}
    <p class="problem"></p>
    {sections}
    {_learnt()}
    <p class="unseen" role="status" aria-live="polite"></p>"""


def _maps() -> str:
    arrows = "".join(
        f'<button type="button" data-move="{way}" aria-label="{_said(f"inside.map.{way}")}">{sign}</button>'
        for way, sign in ARROWS.items()
    )
    scales = {scale: say(f"inside.layer.scale.{scale}") for scale in ("one", "own")}
    orders = {order: say(f"inside.rank.{order}") for order in ORDERS}
    return f"""
    <p class="intro">{say_html("inside.chain.intro")}</p>
    <div class="chain ink" role="radiogroup" aria-label="{_said("inside.chain.label")}"></div>
    <p class="without" hidden><span></span>
      <button type="button" data-do="all-on">{_said("inside.off.all_on")}</button></p>
    <section class="layer ink">
      <div class="head"><h3></h3><p class="help"></p><p class="facts help"></p></div>
      <figure class="field"><canvas role="img"></canvas><figcaption class="help"></figcaption></figure>
      <figure class="big"><canvas role="img" tabindex="0"></canvas>
        <figcaption><b></b><p class="help">{_said("inside.map.point")}</p></figcaption>
        <div class="arrows">{arrows}</div>
        <label class="switch"><input type="checkbox" role="switch" checked><span></span></label>{_saves("map")}</figure>
      <div class="all">
        <div class="sorting">{choice("inside", "order", say("inside.rank.label"), orders)}</div>
        <div class="ranked" hidden>{_asked("ranked")}<p class="help"></p></div>
        <div class="maps" role="radiogroup"></div>
        <div class="below">{LEGEND}<div class="kernels">{LEGEND}</div>
          {choice("inside", "scale", say("inside.layer.scale.label"), scales)}{_saves("layer")}</div></div>
    </section>
    <section class="cell ink" hidden>
      <p class="help">{say_html("inside.cell.follows")}</p>
      <ol class="path" aria-label="{_said("inside.cell.path")}"></ol>
      <h3></h3><button type="button" data-do="close">{_said("inside.cell.close")}</button>
      <p class="prose"></p><div class="work"></div>
      <p class="strongest help"></p>
      <button type="button" data-do="source"></button>
    </section>"""


def _mlp() -> str:
    return f"""
    <p class="intro"></p>
    {_asked("mlp")}
    <section class="evidence ink"><h3></h3><canvas role="img"></canvas>{LEGEND}<p class="help"></p>
      {_saves("evidence")}</section>
    <section class="strips ink"><h3>{_said("inside.mlp.hidden")}</h3><p class="help"></p><div></div>
      {_saves("strips")}</section>
    <section class="weights ink"><h3></h3><p class="help"></p><div></div>{LEGEND}{_saves("weights")}</section>"""


def _pixels() -> str:
    figures = "".join(
        f'<figure data-network="{network}"><canvas role="img"></canvas>{LEGEND}'
        f'<figcaption class="help"><b></b><span></span></figcaption></figure>'
        for network in ("mlp", "cnn")
    )
    columns = "".join(
        f'<div class="method" data-method="{method}"><h3>{_said(f"inside.method.{method}.name")}</h3>'
        f'<p class="help">{say_html(f"inside.method.{method}.help")}</p>{figures}{_saves(method)}</div>'
        for method in METHODS
    )
    return f"""
    <p class="intro">{say_html("inside.pixels.intro")}</p>
    {_asked("pixels")}<p class="logits"></p>
    <section class="methods ink">{columns}</section>"""


def _pooling() -> str:
    cells = "".join(
        f'<input type="number" min="0" max="9" step="1" value="{value}"'
        f' aria-label="{escape(say("inside.pooling.cell", row=i // 4, column=i % 4))}">'
        for i, value in enumerate(EXAMPLE)
    )
    squares = "".join(
        f'<figure class="{how}"><div>{"<b></b>" * 4}</div>'
        f"<figcaption>{_said(f'inside.part.{how}')}</figcaption></figure>"
        for how in ("max", "average")
    )
    title, ways = say("inside.shift.title"), {way: say(f"inside.shift.{way}") for way in SHIFTS}
    return f"""
    <p class="intro prose"></p>
    <section class="example ink"><div class="cells">{cells}</div>{squares}</section>
    <section class="shift ink">
      <div class="head"><h3>{escape(title)}</h3>{choice("inside", "shift", title, ways, "right")}</div>
      <p class="help"></p><div class="rows"></div>{_saves("shift")}</section>"""


def _learnt() -> str:
    """What is shown while the paper is blank."""
    parts = "".join(
        f'<div class="{name}"><h3></h3><p class="help">{say_html(f"inside.learnt.{name}_help")}</p>'
        f'<div class="tiles"></div>{LEGEND}{_saves(name)}</div>'
        for name in ("kernels", "units")
    )
    return f'<section class="learnt ink" hidden>{parts}</section>'


def _asked(place: str) -> str:
    """The choice of the digit whose logit is explained; there are several of it, which asked.js keeps alike."""
    values = {"": say("inside.asked.read")} | {str(digit): str(digit) for digit in range(CLASSES)}
    label = _said("inside.asked.label")
    chosen = choice("inside", "explained", label, values).replace("inside-explained", f"inside-explained-{place}")
    return f'<div class="asked"><span aria-hidden="true">{label}</span>{chosen}</div>'


def _saves(picture: str) -> str:
    """Beside a picture, what saves it."""
    return f'<div class="saves" data-picture="{picture}"></div>'


def _said(key: str) -> str:
    """A sentence as HTML."""
    return escape(say(key))


LEGEND = '<div class="legend"><span></span><canvas aria-hidden="true"></canvas><span></span><small></small></div>'
