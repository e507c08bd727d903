"""The drawing on the pad, or a picture, goes in; its way to 28x28 comes out, step by step, with both verdicts."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from gradio.data_classes import DataWithFiles

from demo import images, text
from demo.server.calls import page_of
from demo.server.guard import LARGEST_PICTURE
from demo.visitor import Visitor
from demo.visitors import Visitors
from demo.words import say
from nets.models import SIDE
from nets.pictures import PictureError, open_picture
from nets.preprocess import Drawing, Prepared, Steps, prepare_drawing, prepare_picture

SWITCHES = fields(Steps)
NAMES = ("ink", *(switch.name for switch in SWITCHES))  # of the stages, in order


def read_steps(value: Any) -> Steps:
    """The switches that anybody sent: what is not plainly off is on."""
    value = value if isinstance(value, Mapping) else {}
    return Steps(**{switch.name: value.get(switch.name) is not False for switch in SWITCHES})


def drawing_stages(steps: Steps, visitor: Visitor) -> dict[str, Any]:
    """The steps of the drawing that lies on this visitor's pad."""
    drawing = visitor.drawing or Drawing((), 1.0)
    return stages(partial(prepare_drawing, drawing), steps, visitor) or {"problem": text.NOTHING_DRAWN}


def picture_stages(content: bytes, steps: Steps, visitor: Visitor) -> dict[str, Any]:
    """The steps of a picture's content."""
    try:
        picture = open_picture(io.BytesIO(content))
    except PictureError as error:
        return {"problem": str(error)}
    return stages(partial(prepare_picture, picture), steps, visitor) or {"problem": text.NO_INK}


def stages(prepare: Callable[[Steps], Prepared | None], steps: Steps, visitor: Visitor) -> dict[str, Any] | None:
    """Each stage's picture, and what the networks would read if the preparation stopped there; None without ink."""
    shown, rows = None, []
    for i, name in enumerate(NAMES):
        stopped = prepare(replace(steps, **{later: False for later in NAMES[i + 1 :]}))
        if stopped is None:
            return None
        # A step that is off changes nothing.
        shown = next((stage.image for stage in stopped.stages if stage.name == name), shown)
        rows.append(
            {
                "name": name,
                "picture": images.png(shown),
                "small": max(shown.shape) <= SIDE,
                "size": text.size(*shown.shape),
                "image": images.pixels(stopped.image),
                "verdicts": {
                    network: {"digit": prediction.digit, "percent": text.percent(prediction.confidence)}
                    for network, prediction in visitor.predict(stopped.image).items()
                },
            }
        )
    return {"stages": rows}


def preparation(visitors: Visitors) -> None:
    """The tab's layout and wiring."""
    pictures_at_once = CapacityLimiter(2)  # each may take a hundred megabytes

    async def prepare(payload: Any, request: gr.Request) -> dict[str, Any]:
        if isinstance(payload, DataWithFiles):  # a form: a picture's file and the switches as JSON
            if len(payload.files) != 1:
                return {"problem": text.NO_PICTURE}
            try:
                steps = read_steps(json.loads(payload.data.get("steps", "{}")))
            except (ValueError, RecursionError):
                steps = Steps()
            visitor = visitors[payload.data["session_hash"]]
            return await run_sync(picture_stages, payload.files[0][1], steps, visitor, limiter=pictures_at_once)
        return await run_sync(drawing_stages, read_steps(payload), visitors[page_of(request)])

    gr.HTML(
        html_template=template(),
        js_on_load=Path(__file__).with_name("preparation.js").read_text("utf-8"),
        server_functions=[prepare],
        apply_default_css=False,
        elem_id="preparation",
        largest=LARGEST_PICTURE,
        tooLarge=text.too_large(LARGEST_PICTURE),
        lost=f"{say('verdict.lost.lead')} {say('verdict.lost.rest')}",
    )


def template() -> str:
    """The component's HTML; preparation.js fills in what changes."""
    rows = _row("ink", f"<h3>{text.INK}</h3>", text.INK_HELP)
    for switch in SWITCHES:
        control = f'<input type="checkbox" role="switch" name="{switch.name}" checked>'
        label = f"<label>{control}<span>{say(f'step.{switch.name}.label')}</span></label>"
        rows += _row(switch.name, label, say(f"step.{switch.name}.help"))
    return f"""
    <div class="intro"><p>{text.PREPARATION}</p><div>
      <label class="button">{text.CHOOSE_PICTURE}<input type="file" accept="image/*"></label>
      <button type="button" class="button" hidden>{text.BACK_TO_DRAWING}</button></div></div>
    <p class="problem" role="status">{text.NOTHING_DRAWN}</p>
    <ol class="steps" hidden>{rows}</ol>"""


def _row(name: str, head: str, help: str) -> str:
    verdicts = "".join(
        f'<p data-network="{network}"><span>{label}</span><b></b><span></span></p>'
        for network, label in text.NAMES.items()
    )
    return f"""
    <li data-step="{name}">
      <div class="head">{head}</div>
      <figure><img alt="{text.stage_label(name)}"><figcaption></figcaption></figure>
      <p class="help">{help}</p>
      <div class="stopped"><canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="{text.STOPPED}"></canvas>
        <div>{verdicts}</div></div>
    </li>"""
