"""The tab Compare: its views, and what its module is given to begin with."""

from __future__ import annotations

import gradio as gr

from demo.compare.again import again
from demo.compare.answers import measure, show_digits
from demo.compare.waiting import waiting
from demo.page import own
from demo.page.lying import lying
from demo.page.theme import choice
from demo.server.calls import doors
from demo.visitors import Visitors
from demo.words import say, say_html
from nets.changes import CHANGES
from nets.models import SIDE

TABLE = '<div class="wide" tabindex="0"><table class="plain"><thead></thead><tbody></tbody></table></div>'
VALUES = f"""
      <div class="kept"><div class="saves"></div>
      <details class="table"><summary>{say("compare.figure.table")}</summary>
      <div class="wide" role="region" tabindex="0" aria-label="{say("compare.figure.table")}"></div></details></div>"""
KEY = '<p class="key"></p>'
SAVES = '<div class="kept"><div class="saves"></div></div>'
SHARING = ("parameters", "products", "accuracy")  # what is told of a layer with and without shared weights
VIEWS = ("drawing", "digits", "ledger", "claims")


def compare(visitors: Visitors) -> None:
    """The component."""
    gr.HTML(
        html_template=template(),
        js_on_load=own.starting("compare/compare.js"),
        server_functions=doors(visitors, show_digits, measure),
        apply_default_css=False,
        elem_id="compare",
        kinds={
            name: {key: value for key, value in vars(change).items() if key != "apply"}
            for name, change in CHANGES.items()
        },
        trained=lying(visitors),
        files=own.results(),
        waiting=waiting(),
        again=again(),
    )


def template() -> str:
    """The component's HTML; the modules fill in what changes."""
    views = choice("compare", "view", say("compare.view_label"), {view: say(f"compare.view.{view}") for view in VIEWS})
    return f"""
    {views}
    <div data-view="drawing">{_drawing()}</div>
    <div data-view="digits" hidden>{_digits()}</div>
    <div data-view="ledger" hidden>{_ledger()}</div>
    <div data-view="claims" hidden>
      <p class="help">{say_html("compare.claims.help")}</p><p class="problem" role="status"></p>
      {SAVES}<ol class="rows"></ol>
    </div>"""


def _section(name: str, key: str, body: str, hidden: bool = False) -> str:
    """A section with its title, what there is to see, and of how many digits."""
    title, help = say(f"compare.{key}.title"), say_html(f"compare.{key}.help")
    return f"""
    <section class="{name}"{" hidden" * hidden}>
      <h3>{title}</h3><p class="help">{help} <span class="measured"></span></p>
      {body}
    </section>"""


def _drawing() -> str:
    label = say("compare.shift.image_label")
    maps = f"""
      <div class="maps" role="group" aria-label="{say("compare.shift.title")}"></div>
      <div class="beside">
        <figure class="moved">
          <canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="{label}"></canvas><figcaption></figcaption>
        </figure>
        <div class="trace"><h4 class="trace-title"></h4>{KEY}</div>
      </div>
      {VALUES}<p class="unseen" role="status" aria-live="polite"></p>"""
    put = f'<button type="button" class="button" hidden>{say("compare.parting.put")}</button>'
    curves = f'<div class="parting"><p></p>{put}</div>{KEY}<div class="curves"></div>{VALUES}'
    row = f'<tr data-row="{{}}"><th scope="row">{{}}</th>{"<td></td>" * 3}</tr>'
    heads = "".join(f'<th scope="col">{say(f"compare.sharing.column.{name}")}</th>' for name in SHARING)
    rows = "".join(row.format(name, say(f"compare.sharing.{name}")) for name in ("shared", "unshared"))
    shared = f"""
      <div class="kernels" role="radiogroup" aria-label="{say("compare.sharing.choose")}"></div>
      <div class="beside"><canvas class="whole" tabindex="0" role="img"
        aria-label="{say("compare.sharing.title")}"></canvas><div class="windows"></div></div>
      <p class="saved"></p>
      <div class="wide" tabindex="0"><table class="plain"><thead><tr><td></td>{heads}</tr></thead>
        <tbody>{rows}</tbody></table></div>{VALUES}"""
    blank = f'<p class="void">{say("compare.blank")}</p>'
    return (
        blank
        + _section("shifts", "shift", maps)
        + _section("changes", "changes", curves)
        + _section("sharing", "sharing", shared)
    )


def _digits() -> str:
    mine = f"""
      <button type="button" class="button" data-do="measure">{say("compare.mine.start")}</button>
      <button type="button" class="button" data-do="cancel" hidden>{say("compare.mine.cancel")}</button>
      <p class="progress" role="status"></p>"""
    label = say("compare.moved.title")
    maps = f'<p class="where"></p><div class="maps" role="group" aria-label="{label}"></div>{VALUES}'
    mistakes = f"""
      <label>{say("compare.pair.choose")} <select></select></label>
      <p class="verdict"></p><div class="kinds"></div><div class="tables"></div>{SAVES}
      <div class="opened" aria-live="polite"></div>"""
    numbers = f'<div class="summary">{TABLE}</div>{VALUES}'
    gallery = f"""
      <p class="shares"></p><div class="tiles"></div><p class="chosen" role="status"></p>
      <p class="licence">{say("compare.gallery.licence")}</p>"""
    parts = (
        _section("mine", "mine", mine, hidden=True),
        _section("moved-digits", "moved", maps),
        _section("changed-digits", "changed", f'{KEY}<div class="curves"></div>{VALUES}'),
        _section("mistakes", "pair", mistakes),
        _section("gallery", "gallery", gallery),
        _section("calibration", "calibration", f'{KEY}<div class="charts"></div>{numbers}'),
    )
    return f'<p class="problem" role="status"></p>{"".join(parts)}'


def _ledger() -> str:
    help = say_html("compare.ledger.help_all")
    return f"""
    <p class="help">{help} <span class="measured"></span></p><p class="problem" role="status"></p>{TABLE}{SAVES}
    <details class="columns" open><summary>{say("compare.ledger.columns")}</summary><dl></dl></details>"""
