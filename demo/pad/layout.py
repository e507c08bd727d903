"""Visitors' sessions go in, the pad with its verdicts comes out: one gr.HTML that sends strokes and shows both cards.

Its canvas, tools and updates are in pad.js, its looks in pad.css. The page calls `read` while the pen moves.
"""

from __future__ import annotations

import asyncio
import html
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import gradio as gr
from torch import nn

from demo import images, samples, text
from demo.readings import Readings
from demo.server.calls import page_of
from demo.visitors import Visitors
from nets import preprocess
from nets.models import SIDE, count_parameters
from nets.prediction import Prediction
from nets.preprocess import Drawing, DrawingError

PENS = range(8, 33, 2)  # pad units across


def pad(visitors: Visitors) -> gr.HTML:
    """The pad, the image both networks see and a card for each; put it at the top of the page."""

    readings = Readings()
    sizes: WeakKeyDictionary[nn.Module, str] = WeakKeyDictionary()

    def size(model: nn.Module) -> str:
        if model not in sizes:
            sizes[model] = text.parameters(count_parameters(model))
        return sizes[model]

    # On the event loop and not in a thread: handing the interpreter to and fro made the slowest answers take two to
    # three times as long (95th percentile of a request 25 to 36 ms, not 12).
    async def read_drawing(payload: Any, request: gr.Request) -> dict[str, Any]:
        try:
            drawing = Drawing.from_json(payload)
        except DrawingError as error:
            return {**BLANK, "lead": text.REFUSED, "rest": str(error)}
        visitor = visitors[page_of(request)]
        readers, prepared = visitor.networks.now(), visitor.prepare(drawing)
        if prepared is None:
            return BLANK
        read = await asyncio.gather(*(readings.predict(reader.model, prepared.image) for reader in readers.values()))
        predictions = dict(zip(readers, read, strict=True))
        return {
            **text.verdict(predictions)._asdict(),
            "image": images.pixels(prepared.image),
            "cards": {
                name: {
                    **card(predictions[name]),
                    "size": size(reader.model),
                    "yours": reader.source != "shipped",
                }
                for name, reader in readers.items()
            },
        }

    return gr.HTML(
        html_template=template({name: count_parameters(model) for name, model in visitors.shipped.items()}),
        js_on_load=Path(__file__).with_name("pad.js").read_text("utf-8"),
        server_functions=[read_drawing],
        apply_default_css=False,
        elem_id="duel",
        side=preprocess.PAD,
        samples={str(digit): samples.strokes(digit) for digit in samples.CONTROLS},
        blank=BLANK,
        waiting={"lead": text.WAITING, "rest": text.WAITING_REST},
        lost={"lead": text.LOST, "rest": text.LOST_REST},
        maxStrokes=preprocess.MAX_STROKES,
        maxPoints=preprocess.MAX_POINTS,
    )


def card(prediction: Prediction) -> dict[str, Any]:
    """What a card shows of a prediction."""
    top = prediction.confidence
    return {
        "digit": prediction.digit,
        "confidence": round(top, 4),
        "percent": text.percent(top),
        "margin": text.margin(prediction),
        "shares": [round(share, 4) for share in prediction.probabilities],
        "points": [text.points(share) for share in prediction.probabilities],
        "time": text.milliseconds(prediction.seconds),
    }


NO_CARD = {
    **dict.fromkeys(("digit", "confidence", "percent", "margin", "time"), ""),
    "shares": [0] * 10,
    "points": [""] * 10,
}
BLANK = {**text.BLANK._asdict(), "image": "", "cards": {name: NO_CARD for name in text.NAMES}}


def template(sizes: dict[str, int]) -> str:
    """The component's HTML; pad.js fills in what changes."""
    tools = "".join(
        f'<button type="button" data-do="{name}">{label}</button>'
        for name, label in {"undo": text.UNDO, "redo": text.REDO, "clear": text.CLEAR}.items()
    )
    thumbnails = "".join(
        f'<button type="button" data-sample="{digit}" aria-label="{text.sample(digit)}" title="{text.sample(digit)}">'
        f"{_thumbnail(digit)}</button>"
        for digit in samples.CONTROLS
    )
    return f"""
    <section id="pad" class="blank" aria-label="{text.PAD_LABEL}">
      <div class="paper">
        <canvas tabindex="0" role="img" aria-label="{html.escape(text.PAPER_LABEL)}"></canvas>
        <p aria-hidden="true">{text.PAPER}</p>
      </div>
      <div class="tools">{tools}
        <label>{text.PEN}<input type="range" aria-label="{text.PEN_LABEL}"
          min="{PENS[0]}" max="{PENS[-1]}" step="{PENS.step}" value="{samples.PEN:g}"></label>
      </div>
      <div class="samples" role="group" aria-label="{text.SAMPLES}">{thumbnails}</div>
    </section>
    <section id="seen" aria-label="{text.VERDICT_LABEL}">
      <canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="{text.SEEN_LABEL}"></canvas>
      <div><p class="sentence"><strong></strong> <span></span></p><p class="note">{text.SEEN}</p></div>
      <p class="unseen" role="status" aria-live="polite"></p>
    </section>
    {"".join(_card(name, size) for name, size in sizes.items())}
    """


def _card(network: str, size: int) -> str:
    bars = "".join(f"<li><b>{digit}</b><i><s></s></i><span></span></li>" for digit in range(10))
    return f"""
    <section class="card" id="card-{network}" aria-label="{text.NAMES[network]}">
      <h2>{text.NAMES[network]}</h2><p class="size">{text.parameters(size)}</p>
      <div class="reading" data-network="{network}" data-digit="" data-confidence="">
        <p class="digit"></p><p class="percent"></p><p class="margin"></p>
      </div>
      <ol class="bars">{bars}</ol>
      <p class="time"></p>
    </section>"""


def _thumbnail(digit: int) -> str:
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:g},{y:g}" for x, y in stroke)}"/>' for stroke in samples.strokes(digit)
    )
    return f'<svg viewBox="50 30 180 220" aria-hidden="true">{lines}</svg>'
