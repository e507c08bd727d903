"""What a run is to train, and how long that may take."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from demo.training.digits import DataName
from nets.models import ARCHITECTURES, NETWORKS, Architecture, LayerInfo, describe, totals
from nets.recipes import TrainConfig, recipe

STEP_WORK = 2 * 10**10  # multiply-adds of one step's images, forward: a second or two here


class TooMuchWork(ValueError):
    """One step would take too long."""

    def __init__(self, network: str, multiply_adds: int) -> None:
        super().__init__(network, multiply_adds)
        self.network, self.multiply_adds, self.images = network, multiply_adds, STEP_WORK // multiply_adds


@dataclass(frozen=True)
class Plan:
    """One network to be trained."""

    network: str  # mlp or cnn
    architecture: Architecture
    config: TrainConfig
    recipe: str  # that the config started from

    def layers(self) -> list[LayerInfo]:
        """What the network is made of; raises TooMuchWork."""
        rows = describe(NETWORKS[self.network](self.architecture))
        _, work = totals(rows)
        if work * self.config.batch_size > STEP_WORK:
            raise TooMuchWork(self.network, work)
        return rows

    def options(self) -> dict[str, Any]:
        """Every option by its name, those of the augmentation and the architecture among them."""
        return _flat(self.config, self.architecture)

    def changed(self, data: DataName) -> list[str]:
        """The options that are not as in the recipe."""
        before = _flat(recipe(self.recipe, self.network, data), ARCHITECTURES[self.network]())
        return [name for name, value in self.options().items() if value != before[name]]


def _flat(config: TrainConfig, architecture: Any) -> dict[str, Any]:
    flat = asdict(config)
    augmentation = flat.pop("augmentation")
    return {**flat, **augmentation, **asdict(architecture)}
