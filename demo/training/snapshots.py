"""The networks of a run as they were: its newest copy, and moments of its past that a visitor can go back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from torch import nn

from nets.evaluation import Evaluation

MOST = 60  # snapshots, of one run
MOST_BYTES = 24 * 2**20  # of all snapshots of one run


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The networks at one moment of a run's clock; nobody changes them any more."""

    id: int
    seconds: float  # of training on the run's clock
    networks: Mapping[str, nn.Sequential]  # on the CPU, in eval mode
    steps: Mapping[str, int] = field(default_factory=dict)  # batches that each has been trained with
    evaluations: dict[str, Evaluation] = field(default_factory=dict)  # of those looked back at

    @cached_property
    def bytes(self) -> int:
        return sum(size(model) for model in self.networks.values())


_sizes: WeakKeyDictionary[nn.Module, int] = WeakKeyDictionary()


def size(model: nn.Module) -> int:
    """Bytes of a network's tensors; worked out once."""
    if model not in _sizes:
        _sizes[model] = sum(tensor.nbytes for tensor in model.state_dict().values())
    return _sizes[model]


class Snapshots:
    """Kept evenly over the run's clock: when there are too many, every other one goes, but the first and the newest."""

    def __init__(self) -> None:
        self.newest: Snapshot | None = None
        self.kept: list[Snapshot] = []  # replaced, never changed but by appending: others read it meanwhile
        self._spacing = 0.0  # seconds of training between two
        self._count = 0

    def add(
        self, seconds: float, networks: Mapping[str, nn.Sequential], steps: Mapping[str, int], last: bool = False
    ) -> bool:
        """The networks as they are now; whether they are others than before. The last are kept in any case."""
        new = self.newest is None or networks != self.newest.networks  # nn.Module compares by identity
        if new:
            self._count += 1
            self.newest = Snapshot(self._count, seconds, dict(networks), dict(steps))
        newest, before = self.newest, self.kept[-1:]
        assert newest is not None
        if newest not in before and (last or not before or newest.seconds >= before[0].seconds + self._spacing):
            self.kept.append(newest)
        most = max(2, min(MOST, MOST_BYTES // newest.bytes))
        if len(self.kept) > most:
            self.kept = [*self.kept[:-1:2], self.kept[-1]]
            self._spacing = 2 * seconds / most
        return new

    def clear(self) -> None:
        """Keep none but the newest."""
        self.kept = []

    def nearest(self, id: int) -> Snapshot | None:
        """The snapshot of this number, or the one before where it is gone; the first where there is none before."""
        kept = self.kept
        return max((s for s in kept if s.id <= id), key=lambda s: s.id, default=kept[0] if kept else None)
