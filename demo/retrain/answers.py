"""The calls of the Retrain tab: plan a run, command it, watch it, its curves, networks to keep and to load."""

from __future__ import annotations

import json
from typing import Any, Literal

import torch
from torch import nn

from demo import images
from demo.layers import layer_answer
from demo.networks import InTraining, Reader
from demo.retrain.shapes import (
    ArchiveAnswer,
    CellAnswer,
    Command,
    CurvesAnswer,
    FieldProblem,
    NetworkSettings,
    OfCell,
    OfNetwork,
    OfRun,
    PlanAnswer,
    PlannedNetwork,
    Settings,
    Stand,
    Watch,
)
from demo.retrain.stand import digits_of_cell, is_slow, stand
from demo.server.doors import Nothing, call
from demo.training.lanes import NoRoom
from demo.training.plan import Plan, TooMuchWork
from demo.visitor import Visitor
from demo.words import Message, message
from nets.augment import Augmentation
from nets.checkpoint import CheckpointError, pack, unpack
from nets.models import ARCHITECTURES, SIDE, LayerInfo, totals
from nets.options import OptionError, describe, read
from nets.training import RECIPES, TrainConfig

LONGEST_RECORD = 2**16  # characters of a loaded network's record: those written here have 3,000


class Refusal(ValueError):
    """What was asked for cannot be done."""

    def __init__(self, why: Message) -> None:
        super().__init__(why["key"])
        self.why = why


@call(price=10)
def plan(visitor: Visitor, asked: Settings) -> PlanAnswer:
    """What the networks of these settings would be made of and cost, or why they cannot be trained."""
    try:
        return {"problem": None, "networks": {name: _planned(name, asked) for name in _names(asked)}}
    except Refusal as refusal:
        return {"problem": refusal.why, "networks": {}}


@call(price=10, heavy=lambda visitor, asked: asked.do == "travel")
def command(visitor: Visitor, asked: Command) -> Stand:
    """Do what the visitor says; how it stands then, with a problem where it cannot be done."""
    problem = None
    try:
        _do(visitor, asked)
    except Refusal as refusal:
        problem = refusal.why
    except InTraining:
        problem = message("retrain.problem.stop_first")
    except NoRoom as error:
        problem = message(f"retrain.problem.{error.why}_full")
    return stand(visitor, asked, problem)


@call(price=1, heavy=lambda visitor, asked: is_slow(visitor))
def watch(visitor: Visitor, asked: Watch) -> Stand:
    """How it stands."""
    if visitor.training.latest:
        visitor.training.latest.asked()
    return stand(visitor, asked)


@call(price=4, heavy=True)
def curves(visitor: Visitor, asked: OfRun) -> CurvesAnswer:
    """Of an earlier run of this visit."""
    return {"networks": visitor.training.table.curves(asked.run)}


@call(price=2, heavy=lambda visitor, asked: is_slow(visitor))
def cell(visitor: Visitor, asked: OfCell) -> CellAnswer:
    """The digits of a cell of the table of mistakes."""
    return digits_of_cell(visitor, asked.network, asked.label, asked.digit)


@call(price=40, heavy=True)
def archive(visitor: Visitor, asked: OfNetwork) -> ArchiveAnswer:
    """The newest network of this name that was trained here or loaded, to be downloaded."""
    reader = visitor.networks.view.kept.get(asked.network)
    if reader is None or reader.record is None:
        return {"problem": message("retrain.problem.nothing_trained"), "name": "", "content": ""}
    name = asked.network if reader.run is None else f"{asked.network}-run-{reader.run}"
    return {"problem": None, "name": f"{name}.zip", "content": images.encoded(pack(reader.model, reader.record))}


@call(price=40, heavy=True)
def load(visitor: Visitor, asked: Nothing, content: bytes) -> Stand:
    """Read with the network in this archive from now on."""
    problem = None
    try:
        if visitor.networks.view.training is not None:  # before the work; whether it still holds is seen below
            raise InTraining
        model, record = _unpacked(content)
        visitor.load(record["network"], Reader(model, record, "loaded"))
    except InTraining:
        problem = message("retrain.problem.stop_first")
    except CheckpointError as error:
        problem = message(f"error.{error.code}", **error.values)
    except Refusal as refusal:
        problem = refusal.why
    return stand(visitor, Watch(), problem)


def lend(visitor: Visitor) -> None:
    """Borrow a GPU for the run that waits for one, in an event of its visitor; comes back when it is given back."""
    run = visitor.training.latest
    if run and run.loan:
        run.loan.lend()


def _do(visitor: Visitor, asked: Command) -> None:
    run = visitor.training.live
    match asked.do:
        case "start":
            _start(visitor, asked)
        case "batch" | "epoch" if run is None:
            _start(visitor, asked)
        case "others":
            visitor.training.others()
        case "shipped":
            visitor.networks.ship()
            visitor.dropped = False
        case "travel":
            if visitor.training.latest is None:
                raise Refusal(message("retrain.problem.no_past"))
            visitor.training.travel(asked.moment)
        case _ if run is None:
            raise Refusal(message("retrain.problem.no_live_run"))
        case "batch" | "epoch":
            run.step(asked.do)
        case "pause":
            run.pause()
        case "resume":
            run.resume()
        case "stop":
            run.stop()


def _start(visitor: Visitor, asked: Command) -> None:
    if asked.settings is None:
        raise Refusal(message("retrain.problem.no_network"))
    plans = [agreed(name, asked.settings) for name in _names(asked.settings)]
    halt = asked.do if asked.do in ("batch", "epoch") else None
    visitor.training.start(plans, asked.settings.data, halt, visitor.address)
    visitor.dropped = False


def _unpacked(content: bytes) -> tuple[nn.Sequential, dict[str, Any]]:
    """The network in an archive, if it reads; raises CheckpointError and Refusal."""
    model, record = unpack(content)
    if len(json.dumps(record)) > LONGEST_RECORD:
        raise Refusal(message("retrain.problem.long_record"))
    probes = torch.stack([torch.zeros(1, SIDE, SIDE), torch.ones(1, SIDE, SIDE), torch.rand(1, SIDE, SIDE)])
    with torch.inference_mode():
        if not model(probes).isfinite().all():
            raise Refusal(message("retrain.problem.no_numbers"))
    return model.requires_grad_(False), record


# ---- settings


def _names(settings: Settings) -> list[str]:
    if settings.networks not in (["mlp"], ["cnn"], ["mlp", "cnn"]):
        raise Refusal(message("retrain.problem.no_network"))
    return list(settings.networks)


def _plan(name: str, settings: Settings) -> Plan:
    """What is to be done with one network; raises Refusal."""
    chosen = settings.mlp if name == "mlp" else settings.cnn
    if chosen is None:
        raise Refusal(message("retrain.problem.no_network"))
    if chosen.recipe not in RECIPES:
        raise Refusal(message("retrain.problem.no_recipe"))
    try:
        architecture = read(ARCHITECTURES[name], chosen.architecture)
        config = read(TrainConfig, chosen.config)
    except OptionError as error:
        raise Refusal(message(f"error.{error.code}", **error.values)) from error
    if name == "mlp" and architecture.batch_norm and config.batch_size == 1:
        raise Refusal(message("error.option.batch_of_one"))
    return Plan(name, architecture, config, chosen.recipe)


def agreed(name: str, settings: Settings) -> Plan:
    """What is to be done with one network, if it can be done; raises Refusal."""
    plan = _plan(name, settings)
    _layers(plan)
    return plan


def _layers(plan: Plan) -> list[LayerInfo]:
    try:
        return plan.layers()
    except TooMuchWork as error:
        why = message("retrain.problem.too_much_work", multiply_adds=error.multiply_adds, images=error.images)
        raise Refusal(why) from error


def _planned(name: str, settings: Settings) -> PlannedNetwork:
    try:
        rows = _layers(_plan(name, settings))
    except Refusal as refusal:
        chosen = settings.mlp if name == "mlp" else settings.cnn
        fields = _wrong(name, chosen, refusal.why) if chosen else []
        return {"problem": refusal.why, "fields": fields, "parameters": 0, "multiply_adds": 0, "layers": []}
    parameters, multiply_adds = totals(rows)
    layers = [layer_answer(row) for row in rows]
    return {
        "problem": None,
        "fields": [],
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "layers": layers,
    }


def _wrong(name: str, chosen: NetworkSettings, why: Message) -> list[FieldProblem]:
    """Every option that holds what it may not; where each is right by itself, the size of a batch that is not."""
    config = {key: value for key, value in chosen.config.items() if key != "augmentation"}
    parts: list[tuple[Literal["training", "augmentation", "architecture"], type[Any], Any]] = [
        ("training", TrainConfig, config),
        ("augmentation", Augmentation, chosen.config.get("augmentation")),
        ("architecture", ARCHITECTURES[name], chosen.architecture),
    ]
    found: list[FieldProblem] = []
    for part, kind, values in parts:
        given = values if isinstance(values, dict) else {}
        for option in [known["name"] for known in describe(kind) if known["name"] in given]:
            try:
                read(kind, {option: given[option]})
            except OptionError as error:
                problem = message(f"error.{error.code}", **error.values)
                found.append({"part": part, "option": option, "problem": problem})
    if not found and why["key"] in ("retrain.problem.too_much_work", "error.option.batch_of_one"):
        found.append({"part": "training", "option": "batch_size", "problem": why})
    return found
