"""The tab Retrain: its template, and what its module is given to begin with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

import gradio as gr

from demo.figures.answers import figure
from demo.page import own
from demo.page.theme import choice
from demo.retrain.answers import archive, cell, command, curves, lend, load, plan, watch
from demo.retrain.step import logits, step, way
from demo.server.calls import doors
from demo.server.served import LARGEST_PICTURE
from demo.training.curves import WINDOW
from demo.training.digits import DataName
from demo.training.gpu import LENT
from demo.training.shown import EXAMPLES, PICTURES
from demo.visitors import Visitors
from demo.words import look_up, say, say_html
from nets.augment import Augmentation
from nets.models import ARCHITECTURES, CLASSES, SIDE
from nets.options import describe
from nets.recipes import recipe
from nets.training import RECIPES, TrainConfig

FIRST = ("epochs", "batch_size", "learning_rate", "optimizer", "seed")  # options that need no unfolding
NAMES = {network: say(f"network.{network}") for network in ARCHITECTURES}
DATA = {data: say(f"retrain.data.{data}") for data in get_args(DataName)}


def retrain(visitors: Visitors) -> None:
    """The tab's layout and wiring."""
    tab = gr.HTML(
        html_template=template(),
        js_on_load=own.starting("retrain/retrain.js"),
        server_functions=doors(visitors, plan, command, watch, curves, cell, archive, load, figure, step, way, logits),
        apply_default_css=False,
        elem_id="retrain",
        first=FIRST,
        options=options(),
        recipes={data: recipes(data) for data in get_args(DataName)},
        largest=LARGEST_PICTURE,
    )

    def lend_to(request: gr.Request) -> None:
        lend(visitors[request.session_hash or ""])

    if LENT:
        tab.input(lend_to, show_progress="hidden", concurrency_limit=None, api_visibility="private")


def recipes(data: DataName) -> dict[str, dict[str, Any]]:
    """What each recipe sets for each network, to begin with."""
    return {
        name: {network: asdict(recipe(name, network, data)) for network in networks}
        for name, networks in RECIPES.items()
    }


def options() -> dict[str, dict[str, Any]]:
    """What each network's options say of themselves, part by part of the form."""
    return {
        "training": dict.fromkeys(ARCHITECTURES, describe(TrainConfig)),
        "augmentation": dict.fromkeys(ARCHITECTURES, describe(Augmentation)),
        "architecture": {network: describe(kind) for network, kind in ARCHITECTURES.items()},
    }


def template() -> str:
    """The component's HTML; the modules fill in what changes."""
    return f'<div class="columns">{_controls()}{_worked()}{_setup()}<div class="live">{_live()}</div>{_runs()}</div>'


def _controls() -> str:
    buttons = "".join(
        f'<button type="button" data-do="{do}"{" class=primary" * (do == "start")}>'
        f"{say(f'retrain.controls.{do}')}</button>"
        for do in ("start", "batch", "epoch", "stop")
    )
    return f"""
    <section class="controls" data-state="idle" aria-label="{say("retrain.controls.label")}">
      <div class="buttons">{buttons}</div><p class="left"></p>
      <p class="sentence"><span class="run"></span> <span class="readers"></span></p>
      <progress max="1" value="0" aria-label="{say("retrain.controls.label")}"></progress>
      <p class="note"></p>
      <p class="problem"></p>
      <p class="unseen" role="status" aria-live="polite"></p>
    </section>"""


def _worked() -> str:
    """Its modules fill it in, once it is opened."""
    return f"""
    <details class="fold worked"><summary>{say("worked.title")}</summary>
      <div class="body"><p class="help">{say("worked.wait")}</p></div></details>"""


def _setup() -> str:
    networks = {**NAMES, " ".join(NAMES): say("retrain.form.both")}
    kinds = {name: words["label"] for name, words in look_up("retrain.recipe").items()}
    parts = "".join(
        f'<details data-part="{part}"><summary>{words["label"]}</summary>'
        f'<p class="help">{say_html(f"retrain.part.{part}.help")}</p></details>'
        for part, words in look_up("retrain.part").items()
    )
    heads = _each('<span data-network="{network}">{name}</span>')
    head = "".join(f'<th scope="col">{column}</th>' for column in look_up("retrain.layer").values())
    tables = _each(
        f'<div class="wide" role="region" tabindex="0" aria-label="{{name}}"><table data-network="{{network}}">'
        f"<thead><tr>{head}</tr></thead><tbody></tbody></table></div>"
    )
    totals = _each('<p class="total" data-network="{network}"><b>{name}</b> <span></span></p>')
    return f"""
    <section class="setup" aria-label="{say("retrain.form.label")}">
      <div class="choices">
        {choice("retrain", "networks", say("retrain.form.network"), networks)}
        {choice("retrain", "data", say("retrain.form.data"), DATA)}
        {choice("retrain", "recipe", say("retrain.form.recipe"), kinds)}
      </div>
      <p class="help recipe"></p>
      <p class="problem"></p>
      <p class="help next"></p>
      <details class="drawer"><summary><span>{say("retrain.form.settings")}</span> <small class="now"></small></summary>
        <p class="heads" aria-hidden="true">{heads}</p>
        <div data-part="first"></div>
        {parts}
        {totals}
        <details class="layers"><summary>{say("retrain.form.layers")}</summary>{tables}</details>
      </details>
    </section>"""


def _live() -> str:
    axes = {axis: say(f"retrain.chart.axis.{axis}") for axis in ("seconds", "batches", "epochs")}
    return f"""
    <section class="result" hidden><h3>{say("retrain.result.title")}</h3>
      <table><thead><tr><td></td><th scope="col" class="run"></th>
        <th scope="col">{say("retrain.result.shipped")}</th><th scope="col">{say("retrain.result.promise")}</th>
      </tr></thead><tbody></tbody></table></section>
    <div class="charts">
      {choice("retrain", "axis", say("retrain.chart.axis_label"), axes)}
      {_chart("loss")}{_chart("accuracy")}
      <details class="fold"><summary>{say("retrain.chart.rate.title")}</summary>{_chart("rate")}</details>
    </div>
    {_numbers()}
    <section class="travel"><h3>{say("retrain.travel.title")}</h3><output aria-live="off"></output>
      <input type="range" min="0" max="0" step="1" value="0" aria-label="{say("retrain.travel.title")}">
      <p class="help">{say("retrain.travel.help")}</p></section>
    {_examples()}
    <details class="fold roomy mistakes"><summary>{say("retrain.confusion.both")}</summary>
      <div class="pair">{"".join(map(_confusion, NAMES))}</div></details>
    <details class="fold roomy weights"><summary>{say("retrain.first.both")}</summary>
      <div class="pair">{"".join(map(_first, NAMES))}</div></details>
    {_keep()}"""


def _chart(name: str) -> str:
    title = say(f"retrain.chart.{name}.title")
    head = "".join(f'<th scope="col">{column}</th>' for column in look_up("retrain.chart.column").values())
    value = say(f"retrain.chart.{name}.value")
    return f"""
    <figure class="chart" data-chart="{name}">
      <div class="head"><h3>{title}</h3><div class="saves" data-saves="{name}"></div></div>
      <p class="help">{say_html(f"retrain.chart.{name}.help", window=WINDOW)}</p>
      <p class="key"></p>
      <div class="plot"><svg role="img" aria-label="{title}. {say("retrain.chart.nothing")}"></svg>
        <div class="cursor" role="slider" tabindex="0" aria-label="{say("retrain.chart.cursor", chart=title)}"
          aria-valuemin="0" aria-valuemax="0" aria-valuenow="0"></div>
        <div class="values" aria-hidden="true" hidden></div></div>
      <details class="table"><summary>{say("retrain.chart.table")}</summary>
        <div class="wide" role="region" tabindex="0" aria-label="{say("retrain.chart.table_of", chart=title)}">
          <table><thead><tr><td></td>{head}<th scope="col">{value}</th></tr></thead><tbody></tbody></table></div>
      </details>
    </figure>"""


def _numbers() -> str:
    names = _each('<th scope="col" data-network="{network}">{name}</th>')
    cells = _each(f'<td data-network="{{network}}"><span>{say("retrain.unknown")}</span> <small></small></td>')
    rows = "".join(
        f'<tr data-number="{number}"><th scope="row">{say_html(f"retrain.number.row.{number}")}</th>{cells}</tr>'
        for number in look_up("retrain.number.row")
    )
    return f"""
    <section class="numbers"><h3>{say("retrain.number.title")}</h3>
      <table><thead><tr><td></td>{names}</tr></thead><tbody>{rows}</tbody></table></section>"""


def _examples() -> str:
    cells = "<td></td>" * EXAMPLES
    pictures = f'<td><canvas width="{SIDE}" height="{SIDE}"></canvas></td>' * EXAMPLES
    reads = _each(f'<tr data-network="{{network}}"><th scope="row">{{name}}</th>{cells}<td class="sum"></td></tr>')
    return f"""
    <section class="examples"><div class="head"><h3>{say("retrain.examples.title")}</h3>
      <div class="saves" data-saves="examples"></div>
      <button type="button" data-do="others">{say("retrain.examples.others")}</button></div>
      <table><tbody><tr class="pictures"><td></td>{pictures}<td></td></tr>
        <tr class="labels"><th scope="row">{say("retrain.examples.is")}</th>{cells}<td></td></tr>{reads}
      </tbody></table><p class="help age"></p></section>"""


def _first(network: str) -> str:
    return f"""
    <figure class="first" data-network="{network}">
      <div class="head"><h3>{NAMES[network]}</h3><div class="saves" data-saves="first"></div></div>
      <div>{"<canvas></canvas>" * PICTURES}</div><figcaption class="help"></figcaption></figure>"""


def _confusion(network: str) -> str:
    columns = "".join(f'<th scope="col">{digit}</th>' for digit in range(CLASSES))
    rows = "".join(
        f'<tr><th scope="row" aria-label="{say("retrain.confusion.true", digit=digit)}">{digit}</th>'
        f"{''.join(f'<td{_right(digit, read)}></td>' for read in range(CLASSES))}</tr>"
        for digit in range(CLASSES)
    )
    title = say("retrain.confusion.title", network=NAMES[network])
    return f"""
    <figure class="confusion" data-network="{network}">
      <div class="head"><h3>{NAMES[network]}</h3><div class="saves" data-saves="confusion"></div></div>
      <p class="help">{say_html("retrain.confusion.help")} <span class="of"></span></p>
      <table role="grid" aria-label="{title}"><thead><tr><td></td>{columns}</tr></thead><tbody>{rows}</tbody></table>
      <div class="opened" hidden><p></p><button type="button">{say("retrain.confusion.close")}</button><div></div></div>
    </figure>"""


def _right(label: int, digit: int) -> str:
    return ' class="right"' * (label == digit)


def _keep() -> str:
    downloads = "".join(
        f'<button type="button" data-download="{network}" disabled>'
        f"{say('retrain.files.download', network=name)} <small></small></button>"
        for network, name in NAMES.items()
    )
    return f"""
    <section class="keep"><button type="button" data-do="shipped">{say("retrain.files.shipped")}</button>{downloads}
      <div class="load"><label class="button">{say("retrain.files.load")}<input type="file" accept=".zip"></label>
        <p class="problem"></p></div></section>"""


def _runs() -> str:
    head = "".join(
        f'<th scope="col" data-column="{column}">{label}</th>'
        for column, label in look_up("retrain.runs.column").items()
    )
    title = say("retrain.runs.title")
    return f"""
    <section class="runs" hidden><h3>{title}</h3>
      <button type="button" data-export>{say("retrain.runs.export")}</button>
      <p class="help">{say("retrain.runs.help")}</p>
      <div class="wide" role="region" aria-label="{title}" tabindex="0">
        <table><thead><tr><td></td>{head}</tr></thead><tbody></tbody></table></div>
      <div class="differ" hidden><h3>{say("retrain.runs.differ")}</h3><div class="wide" tabindex="0"></div></div>
    </section>"""


def _each(html: str) -> str:
    """The same for each network: {network} and {name} stand in it."""
    return "".join(html.format(network=network, name=name) for network, name in NAMES.items())
