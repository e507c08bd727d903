"""What a run is to train."""

from __future__ import annotations

from dataclasses import dataclass

from nets.models import Architecture
from nets.training import TrainConfig


@dataclass(frozen=True)
class Plan:
    """One network to be trained."""

    network: str  # mlp or cnn
    architecture: Architecture
    config: TrainConfig
    recipe: str  # that the config started from
