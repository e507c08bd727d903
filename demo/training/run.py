"""Plans go in, a training run comes out: a thread that walks train(), can be paused or stopped, and tells how it is.

The thread alone touches the networks in training. What others read of them are copies that never change again, so that
a drawing is never read with half a step done, nor with dropout on.
"""

from __future__ import annotations

import atexit
import copy
import itertools
import os
import sys
import threading
import time
import traceback
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import torch
from torch import nn

from demo.training.gpu import LENT, Gone, Loan
from demo.training.plan import Plan
from nets.data import DataError, DigitData, load_digits, load_mnist
from nets.evaluation import Evaluation, evaluate
from nets.events import BatchEnd, EpochEnd, Event, TrainEnd
from nets.training import TrainConfig, new_model, reduces, train

POINTS = 240  # at most, of one curve
SNAPSHOTS = 60  # at most, of one run
SNAPSHOT_BYTES = 24 * 2**20  # at most, of all of a run's snapshots
COPY_EVERY = 0.2  # seconds between copies of the networks in training
SAMPLE = 500  # digits kept back that are read within an epoch
SAMPLE_SHARE = 0.03  # of the training's time that this reading may take, but for the first seconds
ABANDONED = 150.0  # seconds that nobody asked after a run; browsers let a page behind others ask once a minute


def _setting(name: str, default: float) -> float:
    try:
        value = float(os.environ.get(name, default))
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise SystemExit(f"{name} must be a number above 0, not {os.environ[name]!r}.")
    return value


def _cores() -> int:
    """Processor cores that this process may use: a container may be given less than the machine has."""
    have = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return max(1, min(have, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such limit, or none that is known here
        return have


CORES = _cores()
MINUTES = _setting("DIGIT_DUEL_RUN_MINUTES", 20)  # that a run may last, pauses included
RUNS = int(_setting("DIGIT_DUEL_RUNS", max(1, min(CORES, 4)))) or 1  # at once


class Lanes:
    """Room for so many runs at once; later ones wait in line, and a line has an end."""

    def __init__(self, room: int = RUNS, waiting: int = 50) -> None:
        self.room, self._most = room, room + waiting
        self._line: list[Run] = []  # those running come first
        self._changed = threading.Condition()

    @property
    def running(self) -> int:
        return min(len(self._line), self.room)

    @property
    def full(self) -> bool:
        return len(self._line) >= self._most

    def place(self, run: Run) -> int | None:
        """1: next, 2: next but one; None: not waiting."""
        with self._changed:
            ahead = self._line.index(run) - self.room if run in self._line else -1
        return ahead + 1 if ahead >= 0 else None

    @contextmanager
    def inside(self, run: Run) -> Iterator[None]:
        """Wait for a place and keep it; run.stopping is looked at while waiting."""
        with self._changed:
            self._line.append(run)
        try:
            with self._changed:
                while self._line.index(run) >= self.room and not run.stopping:
                    self._changed.wait(0.1)
            yield
        finally:
            with self._changed:
                self._line.remove(run)
                self._changed.notify_all()


class Curves:
    """What batches report goes in, at most POINTS points come out: neighbours are merged as the run gets longer."""

    COLUMNS = ("x", "loss", "smooth", "accuracy", "rate")  # seconds, nats, nats, 0 to 1, learning rate

    def __init__(self, steps: int) -> None:
        self.points: list[tuple[float, ...]] = []  # replaced, never changed but by appending: others read it meanwhile
        self.validation: list[tuple[float, float]] = []  # seconds, accuracy on digits kept back
        self._memory = 1 - 1 / min(100, max(5, steps / 40))  # of the moving averages
        self._weight = self._loss = self._accuracy = 0.0
        self._width, self._batches, self._sum = 1, 0, 0.0

    def add(self, batch: BatchEnd) -> None:
        fresh = 1 - self._memory
        self._weight = self._memory * self._weight + fresh  # below 1 at the start, where there is no past to average
        self._loss = self._memory * self._loss + fresh * batch.loss
        self._accuracy = self._memory * self._accuracy + fresh * batch.accuracy
        self._batches, self._sum = self._batches + 1, self._sum + batch.loss
        if self._batches < self._width and batch.step < batch.steps:
            return
        smooth, accuracy = self._loss / self._weight, self._accuracy / self._weight
        self.points.append((batch.seconds, self._sum / self._batches, smooth, accuracy, batch.learning_rate))
        self._batches, self._sum = 0, 0.0
        if len(self.points) >= POINTS:
            self._width *= 2
            pairs = zip(self.points[::2], self.points[1::2], strict=False)
            self.points = [(later[0], (first[1] + later[1]) / 2, *later[2:]) for first, later in pairs]

    def add_validation(self, seconds: float, accuracy: float) -> None:
        self.validation.append((seconds, accuracy))
        if len(self.validation) >= POINTS:
            self.validation = self.validation[1::2]

    @property
    def latest(self) -> tuple[float, ...] | None:
        return self.points[-1] if self.points else None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The networks of a run as they were at one moment of its clock; nobody changes them any more."""

    id: int
    seconds: float  # of training on the run's clock
    networks: dict[str, nn.Sequential]  # on the CPU, in eval mode
    evaluations: dict[str, Evaluation] = field(default_factory=dict)  # of those looked back at


class Pace:
    """How long steps take on so many threads goes in; on how many they are fastest comes out.

    That depends on the network and on what else the machine does: a CNN alone on two cores makes 1.2 to 1.4 times as
    many steps with two threads as with one, and half as many where one core is busy. So all are tried now and again.
    """

    TRIAL, AGAIN = 5, 200  # steps

    def __init__(self) -> None:
        self._seconds: dict[int, deque[float]] = {}  # of the newest steps, by number of threads
        self._steps = 0

    def threads(self, most: int) -> int:
        """For the next step, of 1 to so many."""
        choices = sorted({1, max(1, most // 2), most})
        for threads in choices:
            if len(self._seconds.get(threads, ())) < self.TRIAL:
                return threads
        return min(choices, key=lambda threads: median(self._seconds[threads]))

    def took(self, threads: int, seconds: float) -> None:
        self._steps += 1
        if self._steps % self.AGAIN == 0:
            self._seconds.clear()
        self._seconds.setdefault(threads, deque(maxlen=self.TRIAL)).append(seconds)


Remote = Callable[[str, nn.Sequential], Iterator[list[Event]]]  # takes the steps of a network elsewhere


def _singly(events: Iterator[Event]) -> Iterator[list[Event]]:
    with closing(events):
        for event in events:
            yield [event]


class Track:
    """One network of a run: its training, and what has been seen of it."""

    def __init__(self, plan: Plan, data: DigitData, device: torch.device, remote: Remote | None = None) -> None:
        self.plan = plan
        self.model = new_model(plan.network, plan.config.seed, plan.architecture).to(device)
        self._device, self._reduced = device, reduces(self.model, plan.config)
        self.steps = plan.config.epochs * -(-min(plan.config.subset, len(data.train)) // plan.config.batch_size)
        self.curves = Curves(self.steps)
        self.threads = 1  # at most, so far
        self._pace = Pace()
        self.batch: BatchEnd | None = None
        self.end: TrainEnd | None = None
        self.epochs = 0  # done
        self.validation: Evaluation | None = None  # the newest
        self.test: Evaluation | None = None
        self.copy = self._read_only()  # of the model, as it was when it was last looked at
        self._copied: object = None  # the event it was copied after
        self.sample = data.validation[:SAMPLE]
        self._sample_at = 0.0  # seconds of training, from which on the sample is read again
        self._events = remote(plan.network, self.model) if remote else _singly(train(self.model, data, plan.config))

    @property
    def seconds(self) -> float:
        last = self.end or self.batch
        return last.seconds if last else 0.0

    @property
    def left(self) -> float | None:
        """Seconds of training to go, if it goes on as it has."""
        if self.end:
            return 0.0
        return self.batch.seconds / self.batch.step * (self.batch.steps - self.batch.step) if self.batch else None

    def advance(self, cores: int) -> Event:
        """Go on to the next event, or where steps are taken elsewhere to the last of those that came."""
        threads = self._pace.threads(cores)
        torch.set_num_threads(threads)  # of the thread that calls alone
        self.threads = max(self.threads, threads)
        began = time.perf_counter()
        events = next(self._events)
        if isinstance(events[-1], BatchEnd):
            self._pace.took(threads, time.perf_counter() - began)
        for event in events:
            match event:
                case BatchEnd():
                    self.batch = event
                    self.curves.add(event)
                case EpochEnd():
                    self.epochs = event.epoch
                    self._validated(event.seconds, event.validation, 0.0)
                case TrainEnd():
                    self.end = event
        return event

    def look(self) -> nn.Sequential:
        """A copy of the model as it is now; now and then, also how well it reads digits kept back."""
        now = self.end or self.batch
        if self._copied is not now:
            self._copied, self.copy = now, self._read_only()
            if self.end is None and self.seconds >= self._sample_at:
                began = time.perf_counter()
                with torch.autocast(self._device.type, torch.bfloat16, enabled=self._reduced):  # three times as fast
                    read = evaluate(self.model, self.sample, SAMPLE // 2)
                self._validated(self.seconds, read, time.perf_counter() - began)
        return self.copy

    def close(self) -> None:
        self._events.close()

    def _validated(self, seconds: float, validation: Evaluation, cost: float) -> None:
        self.validation = validation
        self.curves.add_validation(seconds, validation.accuracy)
        pause = min(cost / SAMPLE_SHARE, max(seconds, 1.0))  # at first sooner, for most is learnt then
        self._sample_at = seconds + max(pause, COPY_EVERY)

    def _read_only(self) -> nn.Sequential:
        copied = copy.deepcopy(self.model).requires_grad_(False)
        return copied.to("cpu", memory_format=torch.contiguous_format).eval()


class Run:
    """One visitor's training of one network or, in turns on one clock, of both.

    In a race the network that is behind on the clock takes the next step: after a second of the clock either has
    trained for a second, whoever else computes meanwhile. Commands return at once; `state` is what they made of it.
    """

    def __init__(
        self,
        number: int,
        plans: list[Plan],
        data: str,
        lanes: Lanes,
        halt: type | None = None,
        moved: Callable[[Run], None] = lambda run: None,
        ended: Callable[[Run], None] = lambda run: None,
    ) -> None:
        """data: mnist or digits. halt: the event, BatchEnd or EpochEnd, of each network after which it is to pause.

        moved is called after each new copy of the networks, ended once nothing more comes of the run.
        """
        self.number, self.plans, self.wanted = number, plans, data
        self._moved, self._ended = moved, ended
        self.lanes = lanes
        self.data: DigitData | None = None
        self.download: tuple[int, int] | None = None  # bytes so far, and in all
        self.tracks: dict[str, Track] = {}
        self.snapshots: list[Snapshot] = []  # replaced, never changed but by appending
        self.newest: Snapshot | None = None
        self.version = 0  # counts copies
        self.outcome = ""  # how it ended: finished, stopped, diverged, failed
        self.reason = ""  # why it did not finish: visitor, time, abandoned, gpu, error
        self.loan: Loan | None = None  # of a GPU, where there is one to borrow
        self.evaluating = False
        self._until = None if halt is None else dict.fromkeys((plan.network for plan in plans), halt)
        self._stop = self._closed = False
        self._told = threading.Condition()
        self._asked = time.monotonic()
        self._deadline = float("inf")
        self._spacing = 0.0  # seconds of training between snapshots
        self._inside = False
        self._thread = threading.Thread(target=self._work, name=f"run {number}", daemon=True)
        _begun.add(self)
        self._thread.start()

    # ---- what a visitor may say

    def pause(self) -> None:
        self._tell({})

    def resume(self) -> None:
        self._tell(None)

    def step(self, event: type) -> None:
        """Go on until the next such event, BatchEnd or EpochEnd, of each network, and pause."""
        self._tell({name: event for name, track in self.tracks.items() if track.end is None})

    def stop(self, reason: str = "visitor") -> None:
        """Leave the line, or end the training and read the test set with what there is."""
        with self._told:
            if not self.stopping:
                self._stop, self.reason = True, reason
            self._told.notify_all()
        if not self.live:
            self._ended(self)

    def close(self) -> None:
        """Nobody wants to know any more."""
        self._closed = True
        self.stop("abandoned")

    def asked(self) -> None:
        """Somebody still wants to know."""
        self._asked = time.monotonic()

    def _tell(self, until: dict[str, type] | None) -> None:
        with self._told:
            self._until = until
            self._told.notify_all()

    # ---- how it is

    @property
    def stopping(self) -> bool:
        return self._stop

    @property
    def live(self) -> bool:
        """Whether something may still come of it: not once it has been stopped in a download that hangs, say."""
        return self.state not in ("finished", "stopped", "diverged", "failed")

    @property
    def state(self) -> str:
        if self.outcome:
            return self.outcome
        if self.evaluating or (self._stop and self.tracks):
            return "evaluating"
        if self._stop:
            return "stopped"
        if not self._inside:
            return "waiting" if self.lanes.place(self) else "loading"
        return "paused" if self._until == {} else "running"

    @property
    def seconds(self) -> float:
        """Of training: what the clock shows."""
        return max((track.seconds for track in self.tracks.values()), default=0.0)

    @property
    def left(self) -> float | None:
        """Seconds until all is trained, if it goes on as it has."""
        left = [track.left for track in self.tracks.values()]
        return None if not left or None in left else sum(left)

    # ---- the thread

    def _work(self) -> None:
        try:
            self.data = self._load()
            with self.lanes.inside(self):
                remote = self._borrow(self.data) if LENT and not self._stop else None
                if not self._stop:
                    self._deadline = time.monotonic() + 60 * MINUTES
                    self._train(self.data, remote)
            self.outcome = self.outcome or "stopped"
        except _Closed:
            self.outcome = "stopped"
        except Gone:
            self.reason, self.outcome = self.reason or "gpu", "stopped"
        except Exception:
            traceback.print_exc()
            self.reason, self.outcome = "error", "failed"
        finally:
            for track in self.tracks.values():
                track.close()
            if self.loan:
                self.loan.close()
            if self._closed:
                self.snapshots = []
            self._ended(self)

    def _load(self) -> DigitData:
        if self.wanted == "mnist":
            try:
                return load_mnist(progress=self._progress)
            except DataError as error:
                print(f"Training with scikit-learn's digits instead of MNIST: {error}", file=sys.stderr)
        return load_digits()

    def _progress(self, name: str, done: int, total: int) -> None:
        self.download = (done, total)
        if self._stop:
            raise _Closed

    def _borrow(self, data: DigitData) -> Remote:
        self.loan = loan = Loan()
        loan.wait(lambda: self._stop)
        loan.begin(self.plans, data)
        return lambda network, model: loan.train(network, model, lambda: 0.0 if self._until else COPY_EVERY)

    def _train(self, data: DigitData, remote: Remote | None) -> None:
        # On a ZeroGPU Space PyTorch says that there is CUDA, but here, outside of the loan, there is none.
        device = torch.device("cuda" if torch.cuda.is_available() and not LENT else "cpu")
        self.tracks = {plan.network: Track(plan, data, device, remote) for plan in self.plans}
        self._inside = True
        self._look()
        looked = time.monotonic()
        while (track := self._turn()) is not None:
            try:
                event = track.advance(max(1, CORES // self.lanes.running))
            except Gone:
                self.stop("gpu")
                continue
            with self._told:
                if self._until is not None and isinstance(event, (self._until.get(track.plan.network, ()), TrainEnd)):
                    self._until.pop(track.plan.network, None)
            if time.monotonic() - looked >= COPY_EVERY:
                self._look()
                looked = time.monotonic()
        for track in self.tracks.values():
            track.close()
        if self.loan:
            self.loan.close()
        self._look(last=True)
        self._finish(data)

    def _turn(self) -> Track | None:
        """The network whose step is next, once there may be a step; None when there is to be none."""
        while not self._stop:
            now = time.monotonic()
            if now > self._deadline:
                self.stop("time")
            elif now > self._asked + ABANDONED:
                self.stop("abandoned")
            training = [track for track in self.tracks.values() if track.end is None]
            if not training:
                return None
            until = self._until
            ready = [track for track in training if until is None or track.plan.network in until]
            if ready and not self._stop:
                return min(ready, key=lambda track: track.seconds)
            self._look()
            with self._told:
                if self._until == {} and not self._stop:
                    self._told.wait(1.0)
        return None

    def _look(self, last: bool = False) -> None:
        """Let others see how far it is."""
        networks = {name: track.look() for name, track in self.tracks.items()}
        if not self.newest or networks != self.newest.networks:  # nn.Module compares by identity
            self.version += 1
            self.newest = Snapshot(self.version, self.seconds, networks)
            self._moved(self)
        newest, kept = self.newest, self.snapshots[-1:]
        if newest not in kept and (last or not kept or newest.seconds >= kept[0].seconds + self._spacing):
            self.snapshots.append(newest)
        size = sum(p.nbytes for model in networks.values() for p in model.state_dict().values())
        most = max(2, min(SNAPSHOTS, SNAPSHOT_BYTES // size))
        if len(self.snapshots) > most:  # every other one goes, but the first and the newest
            self.snapshots = [*self.snapshots[:-1:2], self.snapshots[-1]]
            self._spacing = 2 * self.seconds / most

    def _finish(self, data: DigitData) -> None:
        self.evaluating = True
        for track in self.tracks.values():
            # At the end of its last epoch the validation set was read, unless the weights are others since.
            if not track.end or track.end.diverged or track.plan.config.calibrate:
                track.validation = evaluate(track.copy, data.validation, 500, self._unless_closed)
            track.test = evaluate(track.copy, data.test, 500, self._unless_closed)
        ends = [track.end for track in self.tracks.values()]
        if self._stop and None in ends:
            outcome = "stopped"
        else:
            outcome = "diverged" if any(end and end.diverged for end in ends) else "finished"
        self._ended(self)  # first, so that whoever sees the outcome sees what came of it
        self.outcome = outcome

    def _unless_closed(self) -> None:
        if self._closed:
            raise _Closed


_begun: weakref.WeakSet[Run] = weakref.WeakSet()


@atexit.register
def end_all() -> None:
    """End all trainings, because the server goes down.

    A thread that computes until the interpreter is gone would take it down with a crash.
    """
    runs = list(_begun)
    for run in runs:
        run.close()
    for run in runs:
        run._thread.join(5.0)


class _Closed(Exception):
    """There is nobody left to go on for."""


def warm_up() -> None:
    """Load what the first run would wait for: torchvision, PyTorch's optimizers, and MNIST where it is on disk."""
    data = load_digits()
    few = DigitData("few", data.train[:32], data.validation[:32], data.test[:32])
    for network in ("mlp", "cnn"):
        if not LENT:
            for _ in itertools.islice(train(new_model(network, 0), few, TrainConfig(batch_size=32)), 2):
                pass
    with suppress(DataError):
        load_mnist(download=False)
