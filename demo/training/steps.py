"""The newest step of a network in training, kept while somebody looks at steps, and how large its gradients were."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from nets.kept_step import Keeper, KeptStep
from nets.worked import gradient_sizes

LOOKED = 4.0  # seconds for which steps are kept after somebody has asked
MOST_SIZES = 120  # steps whose sizes are remembered; of more, every other one goes


class Sizes(NamedTuple):
    """Of the gradients of one step."""

    step: int  # of the run, from 1
    rms: list[float]  # of each layer's weights, from the image to the logits


class KeptSteps:
    """Of one network. Where nobody looks, and nobody takes a single batch, nothing is kept or computed."""

    def __init__(self, single: Callable[[], bool] = lambda: False) -> None:
        """single: whether the step under way was asked for by itself."""
        self.keeper = Keeper(lambda: single() or time.monotonic() < self._looked + LOOKED)
        self.sizes: list[Sizes] = []  # replaced, never changed but by appending: others read it meanwhile
        self._looked = float("-inf")

    @property
    def newest(self) -> KeptStep | None:
        return self.keeper.kept

    @property
    def bytes(self) -> int:
        kept = self.newest
        return kept.bytes if kept else 0

    def look(self) -> None:
        """Somebody looks."""
        self._looked = time.monotonic()

    def took(self, step: int) -> None:
        """This step is taken; if it was not kept, an earlier one tells nothing of the network as it is now."""
        kept = self.newest
        if kept is None or kept.step != step:
            return self.keeper.drop()
        self.sizes.append(Sizes(step, [size.rms for size in gradient_sizes(kept)]))
        if len(self.sizes) >= MOST_SIZES:
            self.sizes = self.sizes[1::2]
        return None
