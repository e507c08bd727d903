"""What a training run reports: one event after every batch, one after every epoch, one at the end."""

from __future__ import annotations

from dataclasses import dataclass

from nets.evaluation import Evaluation


@dataclass(frozen=True)
class BatchEnd:
    step: int  # batches done, from 1
    steps: int  # batches in the whole run
    epoch: int  # from 1
    loss: float  # mean cross-entropy of the batch before the step, in nats: plain, as digits kept back are measured
    accuracy: float  # share of the batch read right before the step, in [0, 1]
    learning_rate: float
    images: int  # training images gone through so far
    seconds: float  # of training since the start: validation counts, what a listener does between two events does not
    objective: float  # what the step was to lower: the loss, with label smoothing where the config asks for it


@dataclass(frozen=True)
class EpochEnd:
    epoch: int  # from 1
    epochs: int
    loss: float  # mean over the epoch's images, as they were read during training; plain cross-entropy, in nats
    accuracy: float  # likewise, in [0, 1]
    validation: Evaluation
    seconds: float


@dataclass(frozen=True)
class TrainEnd:
    diverged: bool  # True: the loss went beyond all bounds, and the last good weights were put back
    step: int  # batches done
    seconds: float
    loss: float | None = None  # diverged: the loss that was too much; it may be infinite or NaN
    restored: int | None = None  # diverged: the batches after which the weights were as they are again


Event = BatchEnd | EpochEnd | TrainEnd
