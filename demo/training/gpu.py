"""A borrowed GPU, on which a run's steps are taken: the same events as of nets.training.train.

On a ZeroGPU Space a GPU is there only inside a function marked @spaces.GPU: in a forked process, for so many seconds,
at the expense of the visitor whose event called it. So the run asks, the page answers with an event, and from then on
the run and the process talk through a socket: the run says how long to go on, the process sends what happened and the
weights. Where no GPU is to be had a process without one takes its place; the server's own cannot train there, because
`spaces` makes PyTorch say that it has CUDA. Everywhere else there is nothing to borrow.
"""

from __future__ import annotations

import os
import pickle
import select
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import nn

from demo.training.plan import Plan
from nets.checkpoint import device_name
from nets.data import DigitData
from nets.events import BatchEnd, Event, TrainEnd
from nets.training import new_model, train

try:
    from spaces import GPU
except ImportError:
    GPU = None

SECONDS = 60  # that a GPU is borrowed for, at most: ZeroGPU's own default, within every visitor's share of a day
PATIENCE = 120.0  # seconds to wait for it; ZeroGPU's own line ends after 60


def _work(there: socket.socket) -> None:
    """Where the GPU is: train what is sent, as far as is asked, until nobody asks any more."""
    torch.set_num_threads(1)  # a fork has none of its parent's threads, and OpenMP would wait for them for ever
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with there, there.makefile("rwb") as line, suppress(EOFError, ConnectionError):
        _send(line, device_name(device, 1))
        plans, data = pickle.load(line)
        models = {p.network: new_model(p.network, p.config.seed, p.architecture).to(device) for p in plans}
        trainings = {p.network: train(models[p.network], data, p.config) for p in plans}
        while True:
            network, seconds = pickle.load(line)
            until, events = time.perf_counter() + seconds, []
            for event in trainings[network]:
                events.append(event)
                if not isinstance(event, BatchEnd) or time.perf_counter() >= until:
                    break
            weights = {name: value.cpu().contiguous() for name, value in models[network].state_dict().items()}
            _send(line, (events, weights))


def _work_without(there: socket.socket) -> None:
    """The same in a new process, where PyTorch knows what there is."""
    end = there.fileno()
    subprocess.run(
        [sys.executable, "-m", "demo.training.gpu", str(end)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "SPACES_ZERO_GPU": ""},
        pass_fds=[end],
        check=True,
    )


if GPU:
    _work = GPU(_work, duration=SECONDS)
LENT = hasattr(_work, "zerogpu")  # whether there are GPUs to borrow; spaces marks what it lends them to


class Gone(Exception):
    """The GPU is not there any more: its time is over, or its process broke."""


class Loan:
    """One run's GPU: not yet there, there, or gone."""

    def __init__(self) -> None:
        self._here, self._there = socket.socketpair()
        self._line = self._here.makefile("rwb")
        self._closed, self._lock = False, threading.Lock()
        self.asked = False  # whether an event of the page has begun to ask for it
        self.device = ""  # what it trains on, once it is there
        self.refused = False  # so that this is no GPU

    def lend(self) -> None:
        """Get the GPU, in an event of the visitor who is to pay for it; comes back when it is gone. Once only."""
        with self._lock:
            if self.asked or self._closed:
                return
            self.asked = True
        try:
            try:
                _work(self._there)
            except Exception:  # none is free, the visitor's share is used up, or the process broke
                traceback.print_exc()
                self.refused = not self.device
                if self.refused and not self._closed:
                    _work_without(self._there)
        except Exception:
            traceback.print_exc()
        finally:
            self.close()

    def wait(self, stopping: Callable[[], bool]) -> None:
        """Until it has come; raises Gone once it is clear that it will not, or where stopping() says not to wait."""
        patient = time.monotonic() + PATIENCE
        while not select.select([self._here], [], [], 0.1)[0]:
            if stopping() or time.monotonic() > patient:
                self.close()
        self.device = self._hear()

    def begin(self, plans: Sequence[Plan], data: DigitData) -> None:
        self._say((plans, data))

    def train(
        self, network: str, model: nn.Sequential, seconds: Callable[[], float]
    ) -> Generator[list[Event], None, None]:
        """What train() yields, in as many events at a time as come in so many seconds, or 0 for each by itself.

        Before they are yielded the model, on the CPU, is given the weights as they are after the last of them.
        """
        ended = False
        while not ended:
            self._say((network, seconds()))
            events, weights = self._hear()
            model.load_state_dict(weights)
            ended = isinstance(events[-1], TrainEnd)
            yield events

    def close(self) -> None:
        """Give it back: whoever waits at either end hears of it, other forks that hold the socket or not."""
        self._closed = True
        with suppress(OSError):
            self._here.shutdown(socket.SHUT_RDWR)

    def _say(self, what: Any) -> None:
        try:
            _send(self._line, what)
        except OSError as error:
            raise Gone from error

    def _hear(self) -> Any:
        try:
            return pickle.load(self._line)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise Gone from error


def _send(line: Any, what: Any) -> None:
    pickle.dump(what, line)
    line.flush()


if __name__ == "__main__":
    _work(socket.socket(fileno=int(sys.argv[1])))
