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
from nets.paper import Found, find_ink
from nets.pictures import PictureError, open_picture
from nets.prediction import predict_batch
from nets.preprocess import Prepared, Steps, prepare_drawing, prepare_ink, shrunk

SWITCHES = tuple(switch.name for switch in fields(Steps))
STAGES = ("ink", *SWITCHES)
FOUND = ("picture", "flat")  # of a picture, before its ink is known
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
    answer = None if found is None else stages(partial(prepare_ink, found.ink), steps, visitor, found)
    if whole is None or answer is None:
        return {"problem": message("error.picture.no_ink")}
    return {**answer, "digits": [images.pixels(digit) for digit in whole.digits]}


def stages(
    prepare: Callable[[Steps], Prepared | None], steps: Steps, visitor: Visitor, found: Found | None = None
) -> Stages | None:
    """Every stage's picture, and what the networks would read if the preparation stopped there; None without ink.

    found: of a picture, what comes before its ink.
    """
    stops = []
    for i in range(len(STAGES)):
        stopped = prepare(replace(steps, **dict.fromkeys(STAGES[i + 1 :], False)))
        if stopped is None:
            return None
        stops.append(stopped)
    seen, shown = [stopped.image for stopped in stops], [stops[0].stages[0].image]
    for name, stopped in zip(SWITCHES, stops[1:], strict=True):
        # A step that is off changes nothing.
        shown.append(next((stage.image for stage in stopped.stages if stage.name == name), shown[-1]))
    pictures = [images.png(image) for image in shown]
    if found is not None:
        shown[:0] = found.picture, found.flat
        seen[:0] = shrunk(found.picture.mean(2)), shrunk(found.flat)
        pictures[:0] = images.photograph(found.picture), images.png(found.flat)
    view = visitor.networks.view
    read = {name: predict_batch(reader.model, torch.stack(seen)) for name, reader in view.readers.items()}
    names = STAGES if found is None else FOUND + STAGES
    answers = [
        Stage(
            name=name,
            picture=pictures[i],
            height=shown[i].shape[0],
            width=shown[i].shape[1],
            image=images.pixels(seen[i]),
            reads={
                network: {"digit": readings[i].digit, "confidence": round(readings[i].confidence, 6)}
                for network, readings in read.items()
            },
        )
        for i, name in enumerate(names)
    ]
    return {"networks": view.describe(), "stages": answers}
