"""The way of a drawing or a picture to the image that the networks read, step by step, and what each step changes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from threading import Semaphore
from typing import TypedDict

import torch
from pydantic import Json

from demo import images
from demo.networks import NetworksAnswer
from demo.server.doors import LARGEST_DRAWING, Asked, call
from demo.server.drawn import Drawn, Switches
from demo.visitor import Visitor
from demo.words import Message, message
from nets.drawing import DrawingError
from nets.paper import find_ink
from nets.pictures import PictureError, open_picture
from nets.prediction import predict_batch
from nets.preprocess import Prepared, Steps, prepare_drawing, prepare_ink

SWITCHES = tuple(switch.name for switch in fields(Steps))
STAGES = ("ink", *SWITCHES)
PICTURES = Semaphore(2)  # opened at once: each may take a hundred megabytes


class Form(Asked):
    """What comes in a form beside a picture."""

    steps: Json[Switches]


class Read(TypedDict):
    """What a network reads in a stage's image."""

    digit: int
    confidence: float


class Stage(TypedDict):
    """The digit after one step."""

    name: str
    picture: str  # address of a PNG
    height: int
    width: int
    image: str  # base64 of the 28x28 bytes that the networks would see if the preparation stopped here
    reads: dict[str, Read]  # by network


class Stages(TypedDict):
    """Every stage, in order."""

    networks: NetworksAnswer
    stages: list[Stage]


class PictureStages(Stages):
    """The stages of a picture, and the digits in it that stand apart."""

    digits: list[str]  # from left to right, each by itself: base64 of the 28x28 bytes that the networks see of it


class Problem(TypedDict):
    """Why there is nothing to be shown."""

    problem: Message


@call(price=10, heavy=True, largest=LARGEST_DRAWING)
def prepare(visitor: Visitor, asked: Drawn) -> Stages | Problem:
    """The steps of a drawing."""
    try:
        drawing = asked.drawing().thinned()
    except DrawingError as error:
        return {"problem": message(f"error.{error.code}", **error.values)}
    answer = stages(partial(prepare_drawing, drawing), asked.switches(), visitor)
    return answer or {"problem": message("preparation.blank")}


@call(price=20, heavy=True)
def prepare_file(visitor: Visitor, asked: Form, content: bytes) -> PictureStages | Problem:
    """The steps of a picture's content."""
    try:
        with PICTURES:
            picture = open_picture(io.BytesIO(content))
    except PictureError as error:
        return {"problem": message(f"error.{error.code}", **error.values)}
    found = find_ink(picture)
    steps = Steps(**asked.steps)
    whole = None if found is None else prepare_ink(found.ink, steps)
    answer = None if found is None else stages(partial(prepare_ink, found.ink), steps, visitor)
    if whole is None or answer is None:
        return {"problem": message("error.picture.no_ink")}
    return {**answer, "digits": [images.pixels(digit) for digit in whole.digits]}


def stages(prepare: Callable[[Steps], Prepared | None], steps: Steps, visitor: Visitor) -> Stages | None:
    """Every stage's picture, and what the networks would read if the preparation stopped there; None without ink."""
    stops = []
    for i in range(len(STAGES)):
        stopped = prepare(replace(steps, **dict.fromkeys(STAGES[i + 1 :], False)))
        if stopped is None:
            return None
        stops.append(stopped)
    view, together = visitor.networks.view, torch.stack([stopped.image for stopped in stops])
    read = {name: predict_batch(reader.model, together) for name, reader in view.readers.items()}
    shown, answers = stops[0].stages[0].image, []
    for i, (name, stopped) in enumerate(zip(STAGES, stops, strict=True)):
        # A step that is off changes nothing.
        shown = next((stage.image for stage in stopped.stages if stage.name == name), shown)
        answers.append(
            Stage(
                name=name,
                picture=images.png(shown),
                height=shown.shape[0],
                width=shown.shape[1],
                image=images.pixels(stopped.image),
                reads={
                    network: {"digit": readings[i].digit, "confidence": round(readings[i].confidence, 6)}
                    for network, readings in read.items()
                },
            )
        )
    return {"networks": view.describe(), "stages": answers}
