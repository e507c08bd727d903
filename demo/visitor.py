"""One visitor: the networks that read the drawing on the pad, and the runs that train them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from demo.networks import Networks, NetworksAnswer, Reader
from demo.runs import Runs
from demo.training.lanes import Lanes
from demo.training.snapshots import size


class Visitor:
    """What the server keeps of one open page."""

    def __init__(
        self,
        networks: Mapping[str, nn.Sequential],
        records: Mapping[str, Mapping[str, Any]],
        lanes: Lanes | None = None,
        grown: Callable[[Visitor], None] = lambda visitor: None,
        tutorial: Mapping[str, Reader] | None = None,
    ) -> None:
        """The networks are the shipped ones, which all visitors share, with their records; tutorial: see Networks.

        grown is called whenever this visitor may take more memory than before.
        """
        shipped = {name: Reader(model, records[name], "shipped") for name, model in networks.items()}
        self.networks = Networks(shipped, tutorial)
        self._grown = grown
        self.training = Runs(self.networks, lanes or Lanes(), lambda: grown(self))
        self.address: str | None = None  # where its requests come from; None: not known
        self.used = 0.0  # when it was last asked for, on the monotonic clock
        self.dropped = False  # whether its networks went for want of memory, and it has not begun anew since

    def load(self, network: str, reader: Reader) -> None:
        """Read with a network from a file; raises InTraining."""
        self.networks.keep(network, reader)
        self.dropped = False
        self._grown(self)

    @property
    def bytes(self) -> int:
        """Memory that is this visitor's alone: networks, moments of a run, its kept steps, curves."""
        models = [reader.model for reader in self.networks.all]
        models += [model for moment in self.training.moments for model in moment.networks.values()]
        networks = sum(size(model) for model in {id(model): model for model in models}.values())
        return networks + self.training.table.bytes + self.training.kept_bytes

    def drop(self) -> bool:
        """Let go of all networks but the shipped ones, for want of memory; whether they went: not during a run."""
        nothing = not self.networks.all and not self.training.moments
        if nothing or not self.networks.drop():
            return False
        self.training.drop()
        self.dropped = True
        return True

    def close(self) -> None:
        """The page is gone: end the training; what was learnt by then is kept in case the page comes back."""
        self.training.close()


def describe_readers(visitor: Visitor) -> NetworksAnswer:
    """Which networks read now, for an answer's `networks`."""
    return visitor.networks.view.describe()
