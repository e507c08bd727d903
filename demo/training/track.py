"""One network of a run: its training, and what has been seen of it."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import NamedTuple

import torch
from torch import nn

from demo.training.curves import Curves
from demo.training.pace import Pace
from demo.training.plan import Plan
from demo.training.steps import KeptSteps
from demo.training.threads import use_threads
from nets.data import DigitData
from nets.evaluation import Evaluation, evaluate
from nets.events import BatchEnd, EpochEnd, Event, TrainEnd
from nets.training import new_model, reduces, train

COPY_EVERY = 0.2  # seconds between copies of the networks in training
SAMPLE = 500  # digits kept back that are read within an epoch
SAMPLE_SHARE = 0.03  # of the training's time that this reading may take, but for the first seconds

# The seam through which a run takes its steps, here or elsewhere: a network by name and its model; events, as many at a
# time as have come, with the model as it is after the last of them.
Trainer = Callable[[str, nn.Sequential], Generator[list[Event], None, None]]


def singly(events: Iterator[Event]) -> Generator[list[Event], None, None]:
    with closing(events):  # type: ignore[type-var]  # train() is a generator
        for event in events:
            yield [event]


class KeptBackRead(NamedTuple):
    """How digits kept back were read."""

    evaluation: Evaluation
    step: int  # batches that the network was trained with then


class Track:
    """Its training, step by step."""

    def __init__(
        self,
        plan: Plan,
        data: DigitData,
        device: torch.device,
        elsewhere: Trainer | None = None,
        single: Callable[[], bool] = lambda: False,
    ) -> None:
        """single: whether the step under way was asked for by itself, and is to be kept."""
        self.plan = plan
        self.kept_steps = KeptSteps(single)
        self.model = new_model(plan.network, plan.config.seed, plan.architecture).to(device)
        self.device, self._reduced = device, reduces(self.model, plan.config)
        per_epoch = -(-min(plan.config.subset, len(data.train)) // plan.config.batch_size)
        self.steps = plan.config.epochs * per_epoch
        self.curves = Curves(per_epoch)
        self.threads = 1  # at most, so far
        self._pace = Pace()
        self.batch: BatchEnd | None = None
        self.end: TrainEnd | None = None
        self.epochs = 0  # done
        self.kept_back: KeptBackRead | None = None  # the newest
        self.test: Evaluation | None = None
        self.copy = self._read_only()  # of the model, as it was when it was last looked at
        self.copied = 0  # batches that it was trained with then
        self._copied: object = None  # the event it was copied after
        self.sample = data.validation[:SAMPLE]
        self._sample_at = 0.0  # seconds of training, from which on the sample is read again
        steps = elsewhere or (lambda network, model: singly(train(model, data, plan.config, self.kept_steps.keeper)))
        self._events = steps(plan.network, self.model)

    @property
    def seconds(self) -> float:
        last = self.end or self.batch
        return last.seconds if last else 0.0

    @property
    def validation(self) -> Evaluation | None:
        return self.kept_back.evaluation if self.kept_back else None

    @property
    def step(self) -> int:
        """Batches that the model has been trained with: fewer than were done where older weights were put back."""
        if self.end and self.end.restored is not None:
            return self.end.restored
        return self.batch.step if self.batch else 0

    @property
    def left(self) -> float | None:
        """Seconds of training to go, if it goes on as it has."""
        if self.end:
            return 0.0
        return self.batch.seconds / self.batch.step * (self.batch.steps - self.batch.step) if self.batch else None

    def advance(self, cores: int) -> Event:
        """Go on to the next event, or where steps are taken elsewhere to the last of those that came."""
        threads = self._pace.threads(cores)
        use_threads(threads)
        self.threads = max(self.threads, threads)
        began = time.perf_counter()
        events = next(self._events)
        if isinstance(events[-1], BatchEnd):
            self._pace.took(threads, time.perf_counter() - began)
        for event in events:
            match event:
                case BatchEnd():
                    self.batch, self.steps = event, event.steps
                    self.curves.per_epoch = event.steps // self.plan.config.epochs
                    self.curves.add(event)
                    self.kept_steps.took(event.step)
                case EpochEnd():
                    self.epochs = event.epoch
                    self._sampled(event.seconds, event.validation, 0.0)
                case TrainEnd():
                    self.end = event
                    if event.diverged:
                        self.curves.diverge(event)
        return events[-1]

    def look(self) -> nn.Sequential:
        """A copy of the model as it is now; now and then, also how well it reads digits kept back."""
        now = self.end or self.batch
        if self._copied is not now:
            self._copied, self.copy, self.copied = now, self._read_only(), self.step
            if self.end is None and self.seconds >= self._sample_at:
                began = time.perf_counter()
                with torch.autocast(self.device.type, torch.bfloat16, enabled=self._reduced):  # three times as fast
                    read = evaluate(self.model, self.sample, SAMPLE // 2)
                self._sampled(self.seconds, read, time.perf_counter() - began)
        return self.copy

    def close(self) -> None:
        """Take no more steps: what the training has kept for them, such as an optimizer's state, goes."""
        self._events.close()

    def release(self) -> None:
        """Nothing changes any more: the copy will do for the model."""
        self.close()
        self.model = self.copy

    def validated(self, validation: Evaluation) -> None:
        """This is how it reads digits kept back as it is now."""
        self.kept_back = KeptBackRead(validation, self.step)

    def _sampled(self, seconds: float, validation: Evaluation, cost: float) -> None:
        self.validated(validation)
        self.curves.add_validation(seconds, self.step, validation)
        pause = min(cost / SAMPLE_SHARE, max(seconds, 1.0))  # at first sooner, for most is learnt then
        self._sample_at = seconds + max(pause, COPY_EVERY)

    def _read_only(self) -> nn.Sequential:
        copied = copy.deepcopy(self.model).requires_grad_(False)
        copied.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # PyTorch's stubs lack it
        return copied.eval()
