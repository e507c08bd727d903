"""The experiments that Retrain can run again: what its form says for each arm."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from nets.comparison.experiments import EXPERIMENTS
from nets.contestants import Contestant
from nets.models import ARCHITECTURES
from nets.recipes import RECIPES


def again() -> dict[str, dict[str, dict[str, Any]]]:
    """By experiment and arm the form in short, as the page's state keeps it: what differs from the recipe.

    Networks that the form cannot make, strided or scrambled ones, and the contestants' own recipe are left out.
    """
    forms = {
        name: {arm: _form(contestant) for arm, contestant in experiment.arms.items()}
        for name, experiment in EXPERIMENTS.items()
        if all(contestant.recipe == "tutorial" for contestant in experiment.arms.values())
    }
    return forms


def _form(contestant: Contestant) -> dict[str, Any]:
    network = contestant.network
    usual = {**asdict(RECIPES["tutorial"][network]), **asdict(ARCHITECTURES[network]())}
    architecture = contestant.architecture or ARCHITECTURES[network]()
    mine = {**asdict(contestant.config), **asdict(architecture)}
    changed = {option: value for option, value in mine.items() if value != usual[option]}
    return {"networks": [network], "data": "mnist", "recipe": "tutorial", "changed": {network: changed}}
