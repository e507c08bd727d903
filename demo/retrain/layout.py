"""A visitor's settings, commands and files go in, what the visitor's training says comes out: layout and wiring.

retrain.js builds the form from what the options say of themselves, asks for the state while a run lasts and shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from gradio.data_classes import DataWithFiles

from demo import text
from demo.page.theme import choice
from demo.retrain.answers import Retraining, recipe
from demo.server.calls import page_of
from demo.server.guard import LARGEST_PICTURE
from demo.training.gpu import LENT
from demo.visitors import Visitors
from nets.augment import Augmentation
from nets.models import ARCHITECTURES, CLASSES, SIDE
from nets.options import describe
from nets.training import RECIPES, TrainConfig

FIRST = ("epochs", "batch_size", "learning_rate", "optimizer", "seed")  # options that need no unfolding
PICTURES = 16  # of the first layer


def retrain(visitors: Visitors) -> None:
    """The tab's layout and wiring."""
    computing = CapacityLimiter(2)

    def of_visitor(request: gr.Request) -> Retraining:
        return visitors[page_of(request)].training

    async def plan(settings: Any, request: gr.Request) -> dict[str, Any]:
        return of_visitor(request).plan(settings)

    async def command(order: Any, request: gr.Request) -> dict[str, Any]:
        return of_visitor(request).command(order)

    async def watch(asked: Any, request: gr.Request) -> dict[str, Any]:
        retraining = of_visitor(request)
        if isinstance(asked, Mapping) and asked.get("at") is not None:  # what was, has to be computed again
            return await run_sync(retraining.watch, asked, limiter=computing)
        return retraining.watch(asked)

    async def curves(asked: Any, request: gr.Request) -> dict[str, Any]:
        return await run_sync(of_visitor(request).curves, asked, limiter=computing)

    async def archive(asked: Any, request: gr.Request) -> dict[str, Any]:
        return await run_sync(of_visitor(request).archive, asked, limiter=computing)

    async def load(payload: Any) -> dict[str, Any]:
        if not isinstance(payload, DataWithFiles) or len(payload.files) != 1:
            return {"problem": text.RETRAIN["no_archive"]}
        retraining = visitors[payload.data["session_hash"]].training
        return await run_sync(retraining.load, payload.files[0][1], limiter=computing)

    def lend(request: gr.Request) -> None:
        visitors[request.session_hash].training.lend()

    tab = gr.HTML(
        html_template=template(),
        js_on_load=Path(__file__).with_name("retrain.js").read_text("utf-8"),
        server_functions=[plan, command, watch, curves, archive, load],
        apply_default_css=False,
        elem_id="retrain",
        names=text.NAMES,
        words=text.RETRAIN,
        data=text.DATA,
        recipeHelp=text.RECIPES,
        columns=text.RUNS,
        first=FIRST,
        options=options(),
        recipes={data: recipes(data) for data in text.DATA},
        largest=LARGEST_PICTURE,
    )
    if LENT:
        tab.input(lend, show_progress="hidden", concurrency_limit=None, api_visibility="private")


def recipes(data: str) -> dict[str, dict[str, Any]]:
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
    """The component's HTML; retrain.js fills in what changes."""
    return f'<div class="columns">{_setup()}<div class="live">{_live()}</div>{_runs()}</div>'


def _setup() -> str:
    say = text.RETRAIN
    networks = {**text.NAMES, "mlp cnn": say["both"]}
    parts = "".join(
        f'<details data-part="{part}"><summary>{title}</summary><p class="help">{text.PART_HELP[part]}</p></details>'
        for part, title in text.PARTS.items()
    )
    heads = "".join(f'<span data-network="{network}">{name}</span>' for network, name in text.NAMES.items())
    head = "".join(f'<th scope="col">{column}</th>' for column in text.LAYERS)
    tables = "".join(
        f'<table data-network="{network}" aria-label="{name}"><thead><tr>{head}</tr></thead><tbody></tbody></table>'
        for network, name in text.NAMES.items()
    )
    totals = "".join(
        f'<p class="total" data-network="{network}"><b>{name}</b> <span></span></p>'
        for network, name in text.NAMES.items()
    )
    return f"""
    <section class="setup" aria-label="{say["settings"]}">
      {choice("retrain", "networks", say["network"], networks)}
      {choice("retrain", "data", say["data"], text.DATA)}
      {choice("retrain", "recipe", say["recipe"], {name: name for name in text.RECIPES})}
      <p class="help recipe"></p>
      <p class="heads" aria-hidden="true">{heads}</p>
      <div data-part="first"></div>
      {parts}
      <p class="problem" role="status"></p>
      <p class="help next" role="status"></p>
      {totals}
      <details class="layers"><summary>{say["layers"]}</summary>{tables}</details>
    </section>"""


def _live() -> str:
    say = text.RETRAIN
    controls = "".join(
        f'<button type="button" data-do="{do}"{" class=primary" * (do == "start")}>{say[do]}</button>'
        for do in ("start", "batch", "epoch", "stop")
    )
    downloads = "".join(
        f'<button type="button" data-download="{network}">{say["download"].format(name)}</button>'
        for network, name in text.NAMES.items()
    )
    names = "".join(f'<th scope="col" data-network="{network}">{name}</th>' for network, name in text.NAMES.items())
    cells = "".join(f'<td data-network="{network}">{say["unknown"]}</td>' for network in text.NAMES)
    numbers = "".join(
        f'<tr data-number="{number}"><th scope="row">{label}</th>{cells}</tr>' for number, label in text.NUMBERS.items()
    )
    return f"""
    <section class="controls" data-state="idle" aria-label="{say["controls"]}">
      <div class="buttons">{controls}</div>
      <p class="sentence"></p><p class="left"></p>
      <progress max="1" value="0" aria-label="{say["controls"]}"></progress>
      <p class="note"></p>
      <p class="problem" role="status"></p>
      <p class="unseen" role="status" aria-live="polite"></p>
    </section>
    <section class="result" hidden><h3>{say["result"]}</h3>
      <table><thead><tr><td></td><th scope="col">{say["this"]}</th><th scope="col">{say["shipped_result"]}</th>
        <th scope="col">{say["promise"]}</th></tr></thead><tbody></tbody></table></section>
    {"".join(_chart(name) for name in ("loss", "accuracy", "rate"))}
    <section class="numbers"><h3>{say["numbers"]}</h3>
      <table><thead><tr><td></td>{names}</tr></thead><tbody>{numbers}</tbody></table></section>
    <section class="travel"><h3>{say["travel"]}</h3><output></output>
      <input type="range" min="0" max="0" step="1" value="0" aria-label="{say["travel"]}">
      <p class="help">{say["travel_help"]}</p></section>
    {_examples()}
    {"".join(_first(network) + _confusion(network) for network in text.NAMES)}
    <section class="keep"><button type="button" data-do="shipped">{say["shipped"]}</button>{downloads}
      <label class="button">{say["load"]}<input type="file" accept=".zip"></label>
      <p class="problem" role="status"></p></section>"""


def _chart(name: str) -> str:
    title, help = text.RETRAIN[name], text.RETRAIN[f"{name}_help"]
    return f"""
    <figure class="chart" data-chart="{name}"><h3>{title}</h3><p class="help">{help}</p>
      <svg role="img" aria-label="{title}. {help}"></svg></figure>"""


def _examples() -> str:
    say = text.RETRAIN
    pictures = f'<td><canvas width="{SIDE}" height="{SIDE}"></canvas></td>' * 10
    reads = "".join(
        f'<tr data-network="{network}"><th scope="row">{name}</th>{"<td></td>" * 10}<td class="sum"></td></tr>'
        for network, name in text.NAMES.items()
    )
    return f"""
    <section class="examples"><h3>{say["examples"]}</h3>
      <button type="button" data-do="others">{say["others"]}</button>
      <table><tbody><tr class="pictures"><td></td>{pictures}<td></td></tr>
        <tr class="labels"><th scope="row">{say["is"]}</th>{"<td></td>" * 10}<td></td></tr>{reads}
      </tbody></table></section>"""


def _first(network: str) -> str:
    return f"""
    <figure class="first" data-network="{network}"><h3>{text.NAMES[network]}: {text.RETRAIN["first"]}</h3>
      <div>{"<canvas></canvas>" * PICTURES}</div><figcaption class="help"></figcaption></figure>"""


def _confusion(network: str) -> str:
    label, cells = text.RETRAIN["true"], "<td></td>" * CLASSES
    columns = "".join(f'<th scope="col">{digit}</th>' for digit in range(CLASSES))
    rows = "".join(
        f'<tr><th scope="row" aria-label="{label.format(digit)}">{digit}</th>{cells}</tr>' for digit in range(CLASSES)
    )
    return f"""
    <figure class="confusion" data-network="{network}"><h3>{text.NAMES[network]}: {text.RETRAIN["confusion"]}</h3>
      <table><thead><tr><td></td>{columns}</tr></thead><tbody>{rows}</tbody></table>
      <figcaption class="help"></figcaption></figure>"""


def _runs() -> str:
    say = text.RETRAIN
    head = "".join(f'<th scope="col" data-column="{column}">{label}</th>' for column, label in text.RUNS.items())
    return f"""
    <section class="runs" hidden><h3>{say["runs"]}</h3><button type="button" data-export>{say["export"]}</button>
      <p class="help">{say["runs_help"]}</p>
      <div class="wide" role="region" aria-label="{say["runs"]}" tabindex="0">
        <table><thead><tr><td></td>{head}</tr></thead><tbody></tbody></table></div>
      <div class="differ" hidden><h3>{say["differ"]}</h3><div class="wide" tabindex="0"></div></div></section>"""
