"""One training run: a thread that walks train(), can be paused or stopped, and tells how it is.

The thread alone touches the networks in training. What others read of them are copies that never change again, so that
a drawing is never read with half a step done, nor with dropout on.
"""

from __future__ import annotations

import atexit
import threading
import time
import traceback
import weakref
from collections.abc import Sequence
from typing import Protocol

import torch

from demo.training import digits
from demo.training.gpu import LENT, Gone, Loan
from demo.training.lanes import Place
from demo.training.plan import Plan
from demo.training.settings import CORES, MINUTES
from demo.training.snapshots import Snapshots
from demo.training.states import AFTER, ENDED, Halt, Outcome, Reason, State, Stopped
from demo.training.track import COPY_EVERY, Track, Trainer
from nets.data import DigitData
from nets.evaluation import evaluate
from nets.events import BatchEnd, EpochEnd, Event, TrainEnd

ABANDONED = 150.0  # seconds that nobody asked after a run; browsers let a page behind others ask once a minute

HALTS: dict[Halt, type[BatchEnd] | type[EpochEnd]] = {"batch": BatchEnd, "epoch": EpochEnd}


class Listener(Protocol):
    """Who is told how a run goes on; in the run's thread, or in that of whoever stops it."""

    def moved(self, run: Run) -> None:
        """There is a new copy of the networks: run.snapshots.newest."""

    def ended(self, run: Run, outcome: Outcome) -> None:
        """It is over; told once, before the run's state says so."""


class Run:
    """One visitor's training of one network or, in turns on one clock, of both.

    In a race the network that is behind on the clock takes the next step: after a second of the clock either has
    trained for a second, whoever else computes meanwhile. Commands return at once; `state` is what they made of it.
    """

    def __init__(
        self,
        number: int,
        plans: Sequence[Plan],
        wanted: digits.DataName,
        place: Place,
        listener: Listener | None = None,
        halt: Halt | None = None,
    ) -> None:
        """halt: after each network's first batch or epoch, pause."""
        self.number, self.plans, self.wanted, self.place = number, plans, wanted, place
        self.data: DigitData | None = None
        self.download: digits.Bytes | None = None
        self.tracks: dict[str, Track] = {}
        self.snapshots = Snapshots()
        self.reason: Reason = ""  # why it did not finish
        self.loan: Loan | None = None  # of a GPU, where there is one to borrow
        self._listener = listener
        self._state: State = "waiting"
        self._then: State = "stepping" if halt else "running"  # what comes after loading
        self._halt: Halt = halt or "batch"  # where a step ends
        self._owing = {plan.network for plan in plans}  # networks that have not come that far
        self._stopping = self._closed = self._over = False
        self._pausing = False  # once the step under way is done
        self._single = lambda: self.state == "stepping" and self._halt == "batch"  # the step under way was asked for
        self._told = threading.Condition()  # and the lock of the state and of what leads to it
        self._asked = time.monotonic()
        self._deadline = float("inf")
        self._thread = threading.Thread(target=self._work, name=f"run {number}", daemon=True)
        _begun.add(self)
        self._thread.start()

    # ---- commands

    def pause(self) -> None:
        """Take no step after the one under way."""
        self._go_to("paused")

    def resume(self) -> None:
        self._go_to("running")

    def step(self, halt: Halt) -> None:
        """Go on until the next batch, or the next epoch, of each network is done, and pause."""
        with self._told:
            self._halt = halt
            self._owing = {p.network for p in self.plans} - {name for name, track in self.tracks.items() if track.end}
            self._go_to("stepping")

    def stop(self, reason: Reason = "visitor") -> None:
        """Leave the line, or end the training and read the test set with what there is."""
        with self._told:
            if self._stopping or self._state in ENDED:
                return
            self._stopping, self.reason = True, reason
            nothing = self._state in ("waiting", "loading")
            if not nothing:
                self._enter("evaluating")
            self._told.notify_all()
        if nothing:
            self._end("stopped")  # at once, even if the thread hangs in a download

    def close(self) -> None:
        """Nobody wants to know any more."""
        self._closed = True
        self.stop("abandoned")
        self.snapshots.clear()

    def asked(self) -> None:
        """Somebody still wants to know."""
        self._asked = time.monotonic()

    def _go_to(self, state: State) -> None:
        with self._told:
            self._pausing = state == "paused" and self._state in ("running", "stepping")
            if self._state in ("waiting", "loading"):
                self._then = state
            elif not self._stopping and not self._pausing:
                self._enter(state)
            self._told.notify_all()

    # ---- how it is

    @property
    def state(self) -> State:
        return self._state

    @property
    def stopping(self) -> bool:
        return self._stopping

    @property
    def live(self) -> bool:
        """Whether something may still come of it: not once it has been stopped in a download that hangs, say."""
        return self._state not in ENDED

    @property
    def seconds(self) -> float:
        """Of training: what the clock shows."""
        return max((track.seconds for track in self.tracks.values()), default=0.0)

    @property
    def left(self) -> float | None:
        """Seconds until all is trained, if it goes on as it has."""
        left = [track.left for track in self.tracks.values()]
        return sum(seconds or 0.0 for seconds in left) if left and None not in left else None

    @property
    def progress(self) -> float:
        """Of the download or the training, from 0 to 1."""
        if self.download and not self.data:
            done, total = self.download
            return done / total if total else 0.0
        if not self.live:
            return 1.0 if self.tracks and all(track.end for track in self.tracks.values()) else 0.0
        done_in, left = sum(track.seconds for track in self.tracks.values()), self.left
        return done_in / (done_in + left) if left is not None and done_in else 0.0

    # ---- from state to state

    def _enter(self, state: State) -> bool:
        """Go on to a state that may follow; whether it did. With the lock held."""
        if state not in AFTER[self._state]:
            return False
        self._state = state
        return True

    def _enter_or_stop(self, state: State) -> None:
        with self._told:
            if self._stopping or not self._enter(state):
                raise Stopped

    def _end(self, outcome: Outcome) -> None:
        """Whatever is done in the thread from now on, nothing comes of it."""
        with self._told:
            if self._over:
                return
            self._over = True
        self.place.leave()
        try:
            if self._listener:
                self._listener.ended(self, outcome)
        except Exception:
            traceback.print_exc()
            outcome, self.reason = "failed", "error"
        with self._told:
            entered = self._enter(outcome)
            self._told.notify_all()
        assert entered

    # ---- the thread

    def _work(self) -> None:
        outcome: Outcome = "stopped"
        try:
            while not self.place.wait(1.0):  # in line
                self._look_out()
            self._enter_or_stop("loading")
            outcome = self._train()
        except Stopped:
            pass
        except Gone:
            self.reason = self.reason or "gpu"
        except Exception:
            traceback.print_exc()
            outcome, self.reason = "failed", "error"
        finally:
            if self.loan:
                self.loan.close()
            self._end(outcome)
            for track in self.tracks.values():
                track.release()
            if self._closed:
                self.snapshots.clear()

    def _look_out(self) -> None:
        """Raise Stopped where the run is to go no further, by command, for want of time, or because nobody asks."""
        now = time.monotonic()
        if now > self._deadline:
            self.stop("time")
        elif now > self._asked + ABANDONED:
            self.stop("abandoned")
        if self._stopping:
            raise Stopped

    def _load(self, download: digits.Bytes | None) -> None:
        self.download = download
        self._look_out()

    def _borrow(self, data: DigitData) -> Trainer:
        """Train on a GPU that the visitor lends."""
        self.loan = loan = Loan()
        loan.wait(lambda: self._stopping)
        loan.begin(self.plans, data)
        return lambda network, model: loan.train(
            network, model, lambda: COPY_EVERY if self._state == "running" and not self._pausing else 0.0
        )

    def _train(self) -> Outcome:
        data = self.data = digits.load(self.wanted, self._load)
        self._look_out()
        elsewhere = self._borrow(data) if LENT else None
        self._look_out()
        self._deadline = time.monotonic() + 60 * MINUTES
        # On a ZeroGPU Space PyTorch says that there is CUDA, but here, outside of the loan, there is none.
        device = torch.device("cuda" if torch.cuda.is_available() and not LENT else "cpu")
        self.tracks = {plan.network: Track(plan, data, device, elsewhere, self._single) for plan in self.plans}
        self._look()
        self._enter_or_stop(self._then)
        looked = time.monotonic()
        while (track := self._turn()) is not None:
            try:
                event = track.advance(max(1, CORES // self.place.running))
            except Gone:
                self.stop("gpu")
                continue
            self._came(track, event)
            if time.monotonic() - looked >= COPY_EVERY:
                self._look()
                looked = time.monotonic()
        with self._told:
            self._enter("evaluating")
        for track in self.tracks.values():
            track.close()
        if self.loan:
            self.loan.close()
        self._look(last=True)
        return self._evaluate(data)

    def _turn(self) -> Track | None:
        """The network whose step is next, once there may be a step; None when there is to be none."""
        while True:
            try:
                self._look_out()
            except Stopped:
                return None
            training = [track for track in self.tracks.values() if track.end is None]
            if not training:
                return None
            if self._pausing:
                self._look()  # first, so that whoever sees the pause sees what it holds
            with self._told:
                if self._pausing:
                    self._enter("paused")
                    self._pausing = False
                if self._state == "stepping":
                    training = [track for track in training if track.plan.network in self._owing]
                if self._state in ("running", "stepping") and training:
                    return min(training, key=lambda track: track.seconds)
            self._look()
            with self._told:
                self._told.wait_for(lambda: self._state != "paused" or self._stopping, 1.0)

    def _came(self, track: Track, event: Event) -> None:
        """A network has come as far as this event: where a step was asked for, that may have been it."""
        with self._told:
            if isinstance(event, (HALTS[self._halt], TrainEnd)):
                self._owing.discard(track.plan.network)
            if self._state == "stepping" and not self._owing:
                self._pausing = True

    def _look(self, last: bool = False) -> None:
        """Let others see how far it is."""
        networks = {name: track.look() for name, track in self.tracks.items()}
        steps = {name: track.copied for name, track in self.tracks.items()}
        if self.snapshots.add(self.seconds, networks, steps, last) and self._listener:
            self._listener.moved(self)

    def _evaluate(self, data: DigitData) -> Outcome:
        self._unless_closed()
        for track in self.tracks.values():
            # At the end of its last epoch the validation set was read, unless the weights are others since.
            if not track.end or track.end.diverged or track.plan.config.calibrate:
                track.validated(evaluate(track.copy, data.validation, 500, self._unless_closed))
            track.test = evaluate(track.copy, data.test, 500, self._unless_closed)
        ends = [track.end for track in self.tracks.values()]
        if self._stopping and None in ends:
            return "stopped"
        return "diverged" if any(end and end.diverged for end in ends) else "finished"

    def _unless_closed(self) -> None:
        if self._closed:
            raise Stopped


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
