"""The one owner of which networks read a visitor's drawings: shipped, own, in training, or of a moment that is past.

Four layers lie on each other, and the topmost that has a network of a name reads: a moment of a run that the visitor
has gone back to; the run in training, with its newest copy; the visitor's own, loaded or trained; the shipped ones,
trained to be good or as in the tutorials.
Only the methods marked as commands change anything. Each is one step under one lock, so no two of them can mix.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypedDict

from torch import nn

from demo.training.snapshots import Snapshot
from nets.models import count_parameters

Record = Mapping[str, Any]
Training = Literal["shipped", "tutorial"]  # of the networks that come with the app: to be good, or as in the tutorials
Source = Literal["shipped", "tutorial", "loaded", "run"]


class InTraining(RuntimeError):
    """A run is in training: its networks read until it has ended."""


@dataclass(frozen=True, eq=False)
class Reader:
    """A network that reads, and where it comes from."""

    model: nn.Sequential  # in eval mode; never changes
    record: Record | None  # None while it is in training, and where its training was broken off
    source: Source
    run: int | None = None  # number of this visit's run
    seconds: float | None = None  # on that run's clock, where it is a moment of it: in training, or past

    @cached_property
    def parameters(self) -> int:
        return count_parameters(self.model)


class ReaderAnswer(TypedDict):
    """A reader, as answers tell it."""

    source: Source
    run: int | None
    seconds: float | None
    parameters: int


class NetworksAnswer(TypedDict):
    """The networks that read now. Whatever the page says of networks comes from the newest of these."""

    version: str
    readers: dict[str, ReaderAnswer]  # mlp and cnn


@dataclass(frozen=True, eq=False)
class View:
    """Which networks read at one moment; never changes."""

    version: str  # another one for every view there ever was
    readers: Mapping[str, Reader]
    kept: Mapping[str, Reader]  # the newest with a record that this visitor trained or loaded: they can be downloaded
    training: int | None  # the run in training
    moment: Snapshot | None  # that the visitor has gone back to, of the latest run

    def describe(self) -> NetworksAnswer:
        return {
            "version": self.version,
            "readers": {
                name: {
                    "source": reader.source,
                    "run": reader.run,
                    "seconds": None if reader.seconds is None else round(reader.seconds, 2),
                    "parameters": reader.parameters,
                }
                for name, reader in self.readers.items()
            },
        }


class Networks:
    """One visitor's networks, by name: mlp and cnn."""

    def __init__(self, shipped: Mapping[str, Reader], tutorial: Mapping[str, Reader] | None = None) -> None:
        """tutorial: trained as in the tutorials; where they are not given, the shipped ones stand for them."""
        self._shipped = dict(shipped)
        self._trained = {"shipped": self._shipped, "tutorial": dict(tutorial or shipped)}
        self._training_of_shipped: Training = "shipped"
        self._own: dict[str, Reader] = {}
        self._training: int | None = None
        self._followed: dict[str, Reader] = {}  # of the run in training, as far as it has got
        self._latest: int | None = None  # run
        self._past: dict[str, Reader] = {}
        self._moment: Snapshot | None = None
        self._kept: dict[str, Reader] = {}
        self._lock = threading.Lock()
        self._token, self._changes = secrets.token_hex(4), 0  # a server that was started again draws another token
        self._view = self._look()

    # ---- questions

    @property
    def view(self) -> View:
        return self._view

    def now(self) -> dict[str, Reader]:
        """The networks that read now, of one moment."""
        return dict(self._view.readers)

    @property
    def version(self) -> str:
        """Another string whenever now() is another."""
        return self._view.version

    def shipped_record(self, network: str) -> Record:
        """Of the shipped network of this name, whichever reads."""
        return self._shipped[network].record or {}

    @property
    def all(self) -> list[Reader]:
        """Every reader that this visitor alone keeps in memory."""
        with self._lock:
            layers = (self._own, self._followed, self._past, self._kept)
            return [reader for layer in layers for reader in layer.values()]

    # ---- commands

    def follow(self, run: int) -> None:
        """From now on a run is in training; nothing reads with it before its first copy. Raises InTraining."""
        with self._lock:
            self._refuse_in_training()
            self._training = self._latest = run
            self._past, self._moment = {}, None
            self._view = self._look()

    def publish(self, run: int, newest: Snapshot) -> None:
        """The newest copies of a run; those of one that is not in training any more change nothing."""
        with self._lock:
            if run == self._training:
                self._followed = _readers(run, newest)
                self._view = self._look()

    def settle(self, run: int, readers: Mapping[str, Reader]) -> None:
        """A run has ended, and these networks came of it."""
        with self._lock:
            if run == self._training:
                self._own |= readers
                self._kept |= {name: reader for name, reader in readers.items() if reader.record is not None}
                self._training, self._followed = None, {}
                self._view = self._look()

    def keep(self, network: str, reader: Reader) -> None:
        """Read with a network from a file. Raises InTraining."""
        with self._lock:
            self._refuse_in_training()
            self._own[network] = self._kept[network] = reader
            self._past, self._moment = {}, None
            self._view = self._look()

    def ship(self, training: Training = "shipped") -> None:
        """Read with networks that came with the app; what was trained or loaded can still be downloaded.

        Raises InTraining.
        """
        with self._lock:
            self._refuse_in_training()
            self._training_of_shipped = training
            self._own, self._past, self._moment = {}, {}, None
            self._view = self._look()

    def travel(self, run: int, moment: Snapshot | None) -> None:
        """Read with the networks of a moment of the latest run, or with none of the past; of no other run."""
        with self._lock:
            if run == self._latest and moment is not self._moment:
                self._past, self._moment = _readers(run, moment) if moment else {}, moment
                self._view = self._look()

    def drop(self) -> bool:
        """Keep nothing but the shipped networks, for want of memory; whether that was done: not during a run."""
        with self._lock:
            if self._training is not None:
                return False
            self._own, self._past, self._moment, self._kept = {}, {}, None, {}
            self._view = self._look()
            return True

    def _refuse_in_training(self) -> None:
        if self._training is not None:
            raise InTraining

    def _look(self) -> View:
        self._changes += 1
        readers = {**self._trained[self._training_of_shipped], **self._own, **self._followed, **self._past}
        version = f"{self._token}-{self._changes}"
        return View(version, readers, dict(self._kept), self._training, self._moment)


def _readers(run: int, moment: Snapshot) -> dict[str, Reader]:
    return {name: Reader(model, None, "run", run, moment.seconds) for name, model in moment.networks.items()}
