"""A visitor's two networks and their records go in, tables of what they are and how well they do come out."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from anyio.to_thread import run_sync
from torch import nn

from demo import samples, text
from demo.server.calls import page_of
from demo.visitors import Visitors
from nets.models import LayerInfo, describe, totals
from nets.prediction import predict
from nets.preprocess import prepare_drawing

SHIFT = 4  # pixels: as far as a digit of 20 pixels can go in 28 without loss


def about(visitors: Visitors) -> None:
    """The tab's layout and wiring: about the shipped networks, until the visitor has others."""
    notes = told_wrong(visitors.shipped)
    shipped = content(visitors.shipped, visitors.records, notes)

    async def networks(_: Any, request: gr.Request) -> str:
        readers = visitors[page_of(request)].networks.now()
        models = {name: reader.model for name, reader in readers.items()}
        records = {name: reader.record for name, reader in readers.items()}
        return await run_sync(content, models, records, notes)

    gr.HTML(
        html_template=shipped,
        js_on_load=Path(__file__).with_name("about.js").read_text("utf-8"),
        server_functions=[networks],
        apply_default_css=False,
        elem_id="about",
    )


def content(networks: Mapping[str, nn.Sequential], records: Mapping[str, Mapping[str, Any] | None], notes: str) -> str:
    """The tab for these networks, as HTML; no record: still in training."""
    layers = {name: describe(model) for name, model in networks.items()}
    costs = {name: totals(rows) for name, rows in layers.items()}
    sections = [
        *(section(name, text.FULL_NAMES[name], layer_table(rows)) for name, rows in layers.items()),
        section("", text.RESULTS, result_table(records)),
        notes,
    ]
    return f'<p class="intro">{text.about(costs)}</p>{"".join(sections)}'


def told_wrong(networks: Mapping[str, nn.Sequential]) -> str:
    """What is often said of the tutorials' networks and is not so."""
    layers = {name: describe(model) for name, model in networks.items()}
    costs = {name: totals(rows) for name, rows in layers.items()}
    notes = "".join(f"<li>{note}</li>" for note in text.told_wrong(layers, costs, shifted(networks), SHIFT))
    return section("", text.TOLD_WRONG, f"<ul>{notes}</ul>")


def section(kind: str, title: str, content: str) -> str:
    """A part of the tab under its title."""
    return f'<section class="{kind}"><h3>{title}</h3>{content}</section>'


def layer_table(rows: Sequence[LayerInfo]) -> str:
    """A line for every layer, and the sums."""
    cells = [
        (
            row.name,
            row.kind,
            text.shape(row.shape),
            text.count(row.parameters),
            text.count(row.multiply_adds),
            row.receptive_field,
        )
        for row in rows
    ]
    return table("layers", text.LAYER_COLUMNS, cells, (text.TOTAL, "", "", *map(text.count, totals(rows)), ""))


def result_table(records: Mapping[str, Mapping[str, Any] | None]) -> str:
    """What the networks' records say, a column for each."""
    told = [text.result(record) if record else {} for record in records.values()]
    lines = max(told, key=len)
    cells = [(line, *(column.get(line, text.NOT_YET) for column in told)) for line in lines]
    return table("results", ("", *(text.NAMES[name] for name in records)), cells)


def shifted(networks: Mapping[str, nn.Sequential]) -> dict[str, tuple[int, int]]:
    """How many sample digits each network reads right when they are moved by SHIFT pixels, and out of how many."""
    counts = dict.fromkeys(networks, 0)
    moves = [(y, x) for y in (-SHIFT, 0, SHIFT) for x in (-SHIFT, 0, SHIFT) if (y, x) != (0, 0)]
    for digit in samples.CONTROLS:
        image = prepare_drawing(samples.drawing(digit)).image
        for move in moves:
            moved = image.roll(move, (1, 2))
            for name, model in networks.items():
                counts[name] += predict(model, moved).digit == digit
    return {name: (count, len(moves) * len(samples.CONTROLS)) for name, count in counts.items()}


def table(kind: str, head: Iterable[Any], rows: Iterable[Iterable[Any]], foot: Iterable[Any] = ()) -> str:
    """An HTML table; everything in it is escaped."""

    def line(cells: Iterable[Any]) -> str:
        first, *rest = (html.escape(str(cell)) for cell in cells)
        return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'

    columns = "".join(f'<th scope="col">{html.escape(str(cell))}</th>' for cell in head)
    last = list(foot)
    return (
        f'<table class="{kind}"><thead><tr>{columns}</tr></thead><tbody>{"".join(map(line, rows))}</tbody>'
        f"{f'<tfoot>{line(last)}</tfoot>' if last else ''}</table>"
    )
