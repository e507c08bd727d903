"""Visitors' sessions go in, the inside of their networks comes out for the drawing on the pad: layout and wiring.

inside.js asks for the view that is seen and shows the feature maps, views.js the other views; paint.js turns bytes into
pictures, arithmetic.js a worked cell into tables. What is asked and what is answered is in demo.inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from demo import text
from demo.inside.answers import EXAMPLE, SHIFTS, VIEWS, answer, archive, is_heavy
from demo.page.theme import choice
from demo.server.calls import page_of
from demo.visitors import Visitors

SAY = text.INSIDE


def inside(visitors: Visitors) -> None:
    """The tab's layout and wiring."""
    computing = CapacityLimiter(1)

    async def look(asked: Any, request: gr.Request) -> dict[str, Any]:
        visitor = visitors[page_of(request)]
        if is_heavy(visitor, asked):
            return await run_sync(answer, visitor, asked, limiter=computing)
        return answer(visitor, asked)

    async def keep(asked: Any, request: gr.Request) -> dict[str, Any]:
        return await run_sync(archive, visitors[page_of(request)], asked, limiter=computing)

    gr.HTML(
        html_template=template(),
        js_on_load=Path(__file__).with_name("inside.js").read_text("utf-8"),
        server_functions=[look, keep],
        apply_default_css=False,
        elem_id="inside",
        words=SAY,
        names=text.NAMES,
        methods=text.METHODS,
        example=EXAMPLE,
    )


def template() -> str:
    """The component's HTML; inside.js fills in what changes."""
    views = {"maps": _maps(), "mlp": _mlp(), "pixels": _pixels(), "pooling": _pooling()}
    sections = "".join(f'<div data-view="{view}"{" hidden" * (view != VIEWS[0])}>{views[view]}</div>' for view in VIEWS)
    return f"""
    {choice("inside", "view", SAY["views"], text.INSIDE_VIEWS)}
    <p class="problem" role="status"></p>
    {sections}
    <p class="unseen" role="status" aria-live="polite"></p>"""


def _maps() -> str:
    arrows = "".join(
        f'<button type="button" data-move="{way}" aria-label="{SAY[way]}">{sign}</button>'
        for way, sign in {"left": "←", "up": "↑", "down": "↓", "right": "→"}.items()
    )
    return f"""
    <p class="intro">{text.INSIDE_MAPS}</p>
    <div class="chain ink" role="radiogroup" aria-label="{SAY["chain"]}"></div>
    <p class="without" role="status" hidden><span></span>
      <button type="button" data-do="all-on">{SAY["all_on"]}</button></p>
    <section class="layer ink">
      <div class="head"><h3></h3><p class="help"></p><p class="facts help"></p></div>
      <figure class="field"><canvas role="img"></canvas><figcaption class="help"></figcaption></figure>
      <figure class="big"><canvas role="img" tabindex="0"></canvas>
        <figcaption><output></output><p class="help">{SAY["big_help"]}</p></figcaption>
        <div class="arrows">{arrows}</div>
        <label class="switch"><input type="checkbox" role="switch" checked><span></span></label></figure>
      <div class="all">
        <div class="maps" role="radiogroup"></div>
        <div class="below"><div class="scale"><span></span><canvas role="img"></canvas><span></span></div>
          {choice("inside", "scale", SAY["scale"], {"one": SAY["one_scale"], "own": SAY["own_scale"]})}
          <div class="buttons"><button type="button" data-do="png">{SAY["png"]}</button>
            <button type="button" data-do="npz">{SAY["npz"]}</button></div></div></div>
    </section>
    <section class="cell ink" hidden>
      <ol class="path" aria-label="{SAY["path"]}"></ol>
      <h3></h3><button type="button" data-do="close">{SAY["close"]}</button>
      <p class="prose"></p><div class="work"></div>
      <button type="button" data-do="source"></button>
    </section>"""


def _mlp() -> str:
    return f"""
    <p class="intro"></p>
    <section class="evidence ink"><h3></h3><canvas role="img"></canvas><p class="help"></p></section>
    <section class="strips ink"><h3>{SAY["hidden"]}</h3><div></div></section>
    <section class="weights ink"><h3></h3><p class="help"></p><div></div></section>"""


def _pixels() -> str:
    figures = "".join(
        f'<figure data-network="{network}"><canvas role="img"></canvas>'
        f'<figcaption class="help"><b></b><span></span></figcaption></figure>'
        for network in text.NAMES
    )
    columns = "".join(
        f'<div class="method" data-method="{method}"><h3>{name}</h3><p class="help">{help}</p>{figures}</div>'
        for method, (name, help) in text.METHODS.items()
    )
    return f'<p class="intro">{text.INSIDE_PIXELS}</p><section class="methods ink">{columns}</section>'


def _pooling() -> str:
    cells = "".join(
        f'<input type="number" min="0" max="9" step="1" value="{value}"'
        f' aria-label="{SAY["value"].format(i // 4, i % 4)}">'
        for i, value in enumerate(EXAMPLE)
    )
    squares = "".join(
        f'<figure class="{how}"><div>{"<output></output>" * 4}</div><figcaption>{SAY[how]}</figcaption></figure>'
        for how in ("max", "average")
    )
    ways = {way: SAY[f"shift_{way}"] for way in SHIFTS}
    return f"""
    <p class="intro prose">{SAY["pooling"]}</p>
    <section class="example ink"><div class="cells">{cells}</div>{squares}</section>
    <section class="shift ink">
      <div class="head"><h3>{SAY["shift"]}</h3>{choice("inside", "shift", SAY["shift"], ways, "right")}</div>
      <p class="help"></p><div class="rows"></div></section>"""
