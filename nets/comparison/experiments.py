"""Fair experiments: the same recipe, digits and seeds, and one thing changed. Each takes less than two minutes.

They are small, on a tenth of the training digits, so that whoever doubts one can run it again:
python -m nets compare --experiment NAME. What they find need not hold for longer trainings on more digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nets.comparison.ledger import account
from nets.comparison.scores import spread
from nets.comparison.trials import same, trial
from nets.contestants import CONTESTANTS, SEEDS, Contestant
from nets.data import DigitData
from nets.models import CnnArchitecture, MlpArchitecture
from nets.recipes import RECIPES

DIGITS = 6_000  # to learn from


@dataclass(frozen=True)
class Experiment:
    """What is compared: contestants that differ in one thing, under what that thing is."""

    key: str
    arms: dict[str, Contestant]


def _arm(experiment: str, arm: str, network: str, epochs: int, architecture: Any = None, **config: Any) -> Contestant:
    """A tutorial's network and training, in small, with this changed. Convolutions may be reduced in precision."""
    base = replace(RECIPES["tutorial"][network], epochs=epochs, subset=DIGITS, reduced_precision=True)
    return Contestant(f"{experiment}-{arm}", network, "tutorial", replace(base, **config), architecture)


def _rates(network: str, epochs: int, rates: tuple[float, ...]) -> Experiment:
    key = f"rates-{network}"
    return Experiment(key, {str(rate): _arm(key, str(rate), network, epochs, learning_rate=rate) for rate in rates})


def _regularised(network: str, epochs: int, kind: type[MlpArchitecture] | type[CnnArchitecture]) -> Experiment:
    key = f"regularised-{network}"
    changed = {"plain": kind(), "dropout": kind(dropout=0.3), "batch_norm": kind(batch_norm=True)}
    return Experiment(key, {arm: _arm(key, arm, network, epochs, how) for arm, how in changed.items()})


def _contest(key: str, *contestants: str) -> Experiment:
    """Contestants with their own recipe, in small."""
    arms = {name: CONTESTANTS[name] for name in contestants}
    return Experiment(
        key,
        {
            name: replace(arm, key=f"{key}-{name}", config=replace(arm.config, subset=DIGITS, epochs=3))
            for name, arm in arms.items()
        },
    )


EXPERIMENTS = {
    experiment.key: experiment
    for experiment in (
        _rates("mlp", 10, (0.0003, 0.001, 0.0045, 0.01, 0.03)),
        _rates("cnn", 3, (0.0003, 0.001, 0.0045, 0.01, 0.03)),
        _regularised("mlp", 15, MlpArchitecture),
        _regularised("cnn", 4, CnnArchitecture),
        Experiment(
            "tutorials",
            {name: _arm("tutorials", name, name, RECIPES["tutorial"][name].epochs) for name in ("mlp", "cnn")},
        ),
        _contest("sizes", "mlp", "mlp-121k", "cnn", "cnn-175k-adds"),
        _contest("pools", "cnn", "cnn-strided", "cnn-blurred"),
        _contest("sharing", "cnn", "cnn-unshared"),
        _contest("pixels", "mlp", "mlp-scrambled", "cnn", "cnn-scrambled"),
    )
}


def run(
    experiment: Experiment,
    data: DigitData,
    folder: Path,
    known: dict[str, Any] | None = None,
    seeds: tuple[int, ...] = SEEDS,
    told: Callable[[str], object] = print,
) -> Iterator[dict[str, Any]]:
    """The experiment's results after each training that was needed: {arm: {seed: account}}.

    Those known already are taken as they are, where they are of the same training.
    """
    found: dict[str, Any] = {arm: dict((known or {}).get(arm, {})) for arm in experiment.arms}
    for seed in seeds:
        for arm, contestant in experiment.arms.items():
            if same(found[arm].get(str(seed), {}).get("config"), replace(contestant.config, seed=seed)):
                continue
            done = trial(contestant, seed, data, folder, told)
            found[arm][str(seed)] = account(done, contestant, data, {})
            yield found
    yield found


def summary(found: dict[str, Any]) -> dict[str, Any]:
    """Each arm's accuracy, accuracy off centre, epochs to converge and roughness of the loss, over the seeds."""
    return {
        arm: {
            "seeds": [int(seed) for seed in accounts],
            "accuracy": spread([a["test"]["accuracy"] for a in accounts.values()]),
            "training_accuracy": spread([a["train"]["accuracy"] for a in accounts.values()]),
            "far": spread([a["far"]["accuracy"] for a in accounts.values()]),
            "converged": spread([a["converged"] for a in accounts.values()]),
            "roughness": spread([a["roughness"]["relative"] for a in accounts.values()]),
            "diverged": sum(a["diverged"] for a in accounts.values()),
            "seconds": round(sum(a["processor_seconds"] for a in accounts.values()), 1),
        }
        for arm, accounts in found.items()
    }
