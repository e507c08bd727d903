"""The ledger: what each contestant costs and how well it reads, over its seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import safetensors.torch
from torch import nn

from nets.comparison.measures import FAR, accuracy_far, drawn, sample
from nets.comparison.scores import spread
from nets.comparison.trials import LEVELS, Trial, converged, decimated, epochs_to, roughness
from nets.contestants import Contestant
from nets.data import DigitData
from nets.models import describe, totals


def account(trial: Trial, contestant: Contestant, data: DigitData, sets: dict[str, Any]) -> dict[str, Any]:
    """A trial's record for the results, with what is measured of its network; the single losses are left out."""
    record = {key: value for key, value in trial.record.items() if key != "losses"}
    losses = trial.record["losses"]
    return {
        **record,
        "loss": decimated(losses),
        "roughness": roughness(losses),
        "converged": converged(record["checks"]),
        **measured(trial.model, contestant, data, sets),
    }


def measured(model: nn.Sequential, contestant: Contestant, data: DigitData, sets: dict[str, Any]) -> dict[str, Any]:
    """What the ledger says of a network beside its training."""
    digits = sample(data.test)[1]
    return {
        "far": {"pixels": FAR, "digits": 4 * len(digits), "accuracy": accuracy_far(model, contestant, digits)},
        "drawn": drawn(model, contestant, sets),
    }


def row(contestant: Contestant, accounts: Sequence[dict[str, Any]], times: dict[str, float | None]) -> dict[str, Any]:
    """One line of the ledger: the costs of the network, and the spread of the rest over its seeds.

    Of ours, which are not trained here, there is one account, and none of the epochs that each level took.
    """
    model = contestant.build(0)
    parameters, multiply_adds = totals(describe(model))
    weights = safetensors.torch.save({name: x.contiguous() for name, x in model.state_dict().items()})
    first = accounts[0]
    sets = [name for name in first["drawn"] if all(name in account["drawn"] for account in accounts)]
    return {
        "contestant": contestant.key,
        "network": contestant.network,
        "recipe": contestant.recipe,
        "seeds": [account["seed"] for account in accounts],
        "epochs": first["epochs"],
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "bytes": len(weights),
        "milliseconds": times["milliseconds"],
        "seconds_an_epoch": times["epoch"],
        "epochs_to": {
            str(level): _levels([epochs_to(account["checks"], level) for account in accounts if account["checks"]])
            for level in LEVELS
        },
        "training_accuracy": spread([account["train"]["accuracy"] for account in accounts]),
        "accuracy": spread([account["test"]["accuracy"] for account in accounts]),
        "far": {**spread([account["far"]["accuracy"] for account in accounts]), "pixels": FAR},
        "drawn": {
            name: {
                "digits": first["drawn"][name]["digits"],
                **spread([account["drawn"][name]["accuracy"] for account in accounts]),
            }
            for name in sets
        },
    }


def _levels(found: list[float | None]) -> dict[str, Any] | None:
    """Epochs over the seeds; of a level that not all of them reached only how many did."""
    reached = [epochs for epochs in found if epochs is not None]
    if not found:
        return None
    return {"reached": len(reached), "of": len(found), **(spread(reached) if len(reached) == len(found) else {})}
