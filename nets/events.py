"""What a training run reports: one event after every batch, one after every epoch, one at the end."""

from __future__ import annotations

from dataclasses import dataclass

from nets.evaluation import Evaluation


@dataclass(frozen=True)
class BatchEnd:
    step: int  # batches done, from 1
    steps: int  # batches in the whole run
    epoch: int  # from 1
    loss: float  # mean over the batch, label smoothing included
    accuracy: float  # share of the batch read rightly before the step, in [0, 1]
    learning_rate: float
    images: int  # training images gone through so far
    seconds: float  # of training since the start: validation counts, what a listener does between two events does not


@dataclass(frozen=True)
class EpochEnd:
    epoch: int  # from 1
    epochs: int
    loss: float  # mean over the epoch's batches, as they were read during training
    accuracy: float  # likewise, in [0, 1]
    validation: Evaluation
    seconds: float


@dataclass(frozen=True)
class TrainEnd:
    diverged: bool  # True: the loss went beyond all bounds, and the last good weights were put back
    step: int  # batches done
    seconds: float


Event = BatchEnd | EpochEnd | TrainEnd
