"""What tests of training share: little to train, what does not end by itself, and the Retrain tab's calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import ValidationError

from demo.retrain import answers
from demo.server.doors import door_of
from demo.training.plan import Plan
from demo.training.states import ENDED
from demo.visitor import Visitor
from nets.models import ARCHITECTURES
from nets.training import RECIPES, TrainConfig
from tests.support import until

SMALL = TrainConfig(epochs=3, batch_size=50, learning_rate=0.003, reduced_precision=False, seed=5)
ENDLESS = replace(SMALL, epochs=1000)


def plan(network: str = "mlp", config: TrainConfig = SMALL, architecture: Any = None) -> Plan:
    return Plan(network, architecture or ARCHITECTURES[network](), config, "fast")


def chosen(*networks: str, recipe: str = "fast", architecture: Any = None, **config: Any) -> dict[str, Any]:
    """What the page's form sends."""
    settings = {
        name: {
            "recipe": recipe,
            "config": {**asdict(RECIPES[recipe][name]), "batch_size": 50, **config},
            "architecture": {**asdict(ARCHITECTURES[name]()), **(architecture or {})},
        }
        for name in networks
    }
    return json.loads(json.dumps({"networks": list(networks), "data": "mnist", **settings}))


class RetrainTab:
    """One visitor's calls, through their doors, as JSON there and back."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def ask(self, function: Callable[..., Any], asked: Any, *file: bytes) -> Any:
        question = door_of(function).question.validate_python(asked)
        return json.loads(json.dumps(function(self.visitor, question, *file)))

    def fits(self, function: Callable[..., Any], asked: Any) -> bool:
        try:
            door_of(function).question.validate_python(asked)
        except ValidationError:
            return False
        return True

    def watch(self, **asked: Any) -> Any:
        return self.ask(answers.watch, asked)

    def do(self, do: str, **more: Any) -> Any:
        return self.ask(answers.command, {"do": do, **more})

    def start(self, *networks: str, **settings: Any) -> Any:
        told = self.do("start", settings=chosen(*networks, **settings))
        assert told["problem"] is None
        return told

    def finish(self) -> Any:
        """How it stands once the run has ended."""
        until(lambda: self.watch(visible=False)["state"] in ENDED)
        return self.watch()

    def learns(self, network: str = "mlp", steps: int = 5) -> Any:
        """How it stands once so many steps have been taken."""
        until(lambda: self.watch()["details"]["tracks"].get(network, {}).get("step", 0) >= steps)
        return self.watch()

    def models(self) -> dict[str, Any]:
        return {name: reader.model for name, reader in self.visitor.networks.now().items()}


def said(told: Any) -> list[str]:
    """The keys of what is said of how it stands, without the section's name."""
    return [message["key"].removeprefix("retrain.") for message in told["status"]]


def is_of(value: Any, kind: Any) -> bool:
    """Whether JSON is of a declared type: a TypedDict, a list, a dictionary, a union, a Literal or a plain one."""
    if is_typeddict(kind):
        declared = get_type_hints(kind)
        return (
            isinstance(value, dict)
            and value.keys() == declared.keys()
            and all(is_of(value[name], inner) for name, inner in declared.items())
        )
    origin, inside = get_origin(kind), get_args(kind)
    if origin is list:
        return isinstance(value, list) and all(is_of(each, inside[0]) for each in value)
    if origin is dict:
        return isinstance(value, dict) and all(is_of(each, inside[1]) for each in value.values())
    if origin is Literal:
        return value in inside
    if inside:  # a union
        return any(is_of(value, each) for each in inside)
    if kind is Any:
        return True
    if kind is type(None):
        return value is None
    return isinstance(value, (int, float) if kind is float else kind) and isinstance(value, bool) == (kind is bool)
