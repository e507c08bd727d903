"""What to train in the tests of demo.training: little, and what does not end by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from demo.training.run import Plan
from nets.models import ARCHITECTURES
from nets.training import TrainConfig

SMALL = TrainConfig(epochs=3, batch_size=50, learning_rate=0.003, reduced_precision=False, seed=5)
ENDLESS = replace(SMALL, epochs=1000)


def plan(network: str = "mlp", config: TrainConfig = SMALL, architecture: Any = None) -> Plan:
    return Plan(network, architecture or ARCHITECTURES[network](), config, "fast")
