"""The tab Compare: its views, and what its module is given to begin with."""

from __future__ import annotations

import gradio as gr

from demo.compare.answers import measure, test_digits
from demo.page import own
from demo.page.lying import lying
from demo.page.theme import choice
from demo.server.calls import doors
from demo.visitors import Visitors
from demo.words import say
from nets.changes import CHANGES
from nets.models import SIDE

VIEWS = ("drawing", "digits", "ledger", "claims")


def compare(visitors: Visitors) -> None:
    """The component."""
    gr.HTML(
        html_template=template(),
        js_on_load=own.starting("compare/compare.js"),
        server_functions=doors(visitors, test_digits, measure),
        apply_default_css=False,
        elem_id="compare",
        kinds={
            name: {key: value for key, value in vars(change).items() if key != "apply"}
            for name, change in CHANGES.items()
        },
        trained=lying(visitors),
        files=own.results(),
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
      <p class="help">{say("compare.claims.help")}</p><p class="problem" role="status"></p><ol class="rows"></ol>
    </div>"""


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


def _digits() -> str:
    return f"""
    <p class="problem" role="status"></p>
    <section class="mine" hidden>
      <h3>{say("compare.mine.title")}</h3><p class="help">{say("compare.mine.help")}</p>
      <button type="button" class="button" data-do="measure">{say("compare.mine.start")}</button>
      <button type="button" class="button" data-do="cancel" hidden>{say("compare.mine.cancel")}</button>
      <p class="progress" role="status"></p>
    </section>
    <section class="moved-digits">
      <h3>{say("compare.moved.title")}</h3><p class="help">{say("compare.moved.help")} <span class="measured"></span></p>
      <p class="where"></p><div class="maps" role="group" aria-label="{say("compare.moved.title")}"></div>
    </section>
    <section class="changed-digits">
      <h3>{say("compare.changed.title")}</h3>
      <p class="help">{say("compare.changed.help")} <span class="measured"></span></p><div class="curves"></div>
    </section>
    <section class="mistakes">
      <h3>{say("compare.pair.title")}</h3><p class="help">{say("compare.pair.help")}</p>
      <label>{say("compare.pair.choose")} <select></select></label>
      <p class="verdict"></p><div class="kinds"></div><div class="tables"></div><div class="opened" aria-live="polite"></div>
    </section>
    <section class="gallery">
      <h3>{say("compare.gallery.title")}</h3><p class="help">{say("compare.gallery.help")} <span class="shares"></span></p>
      <div class="tiles"></div><p class="chosen" role="status"></p><p class="measured">{say("compare.gallery.licence")}</p>
    </section>
    <section class="calibration">
      <h3>{say("compare.calibration.title")}</h3><p class="help">{say("compare.calibration.help")}</p>
      <div class="charts"></div>
      <div class="wide" tabindex="0"><table class="plain"><thead></thead><tbody></tbody></table></div>
    </section>"""


def _ledger() -> str:
    return f"""
    <p class="help">{say("compare.ledger.help_all")} <span class="measured"></span></p><p class="problem" role="status"></p>
    <div class="wide" tabindex="0"><table class="plain"><thead></thead><tbody></tbody></table></div>"""
