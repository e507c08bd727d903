"""The curves of a network in training, in few points however long the training is."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import NamedTuple, TypedDict

from nets.evaluation import Evaluation
from nets.events import BatchEnd, TrainEnd

POINTS, KEPT_BACK = 180, 120  # at most, of a curve of batches and of one of digits kept back
WINDOW = 20  # batches in a mean; of the first batches, those that there are


class Point(NamedTuple):
    """What was measured when a batch was done: of it, and the means over the last WINDOW batches."""

    x: float  # seconds of training
    step: int  # batches done
    loss: float  # nats: plain cross-entropy
    smooth: float
    accuracy: float  # of training images, over the window
    rate: float  # learning rate


class KeptBack(NamedTuple):
    """What was measured on digits kept back."""

    x: float  # seconds of training
    step: int  # batches done
    accuracy: float
    loss: float  # nats: plain cross-entropy


class KeptBackCurve(TypedDict):
    """Columns of the same length."""

    x: list[float]
    step: list[int]
    accuracy: list[float]
    loss: list[float]


class Divergence(TypedDict):
    """The batch whose loss was too much."""

    x: float  # seconds of training
    step: int
    loss: float | None  # nats; None: beyond all numbers


class CurvesOfNetwork(TypedDict):
    """Curves as answers carry them: columns of the same length, but for validation, which has points of its own."""

    x: list[float]
    step: list[int]
    loss: list[float]
    smooth: list[float]
    accuracy: list[float]
    rate: list[float]
    per_epoch: int  # batches in an epoch
    window: int  # batches in a mean
    validation: KeptBackCurve
    diverged: Divergence | None


def short(value: float) -> float:
    """Four digits that matter: what a chart shows, in few bytes."""
    return float(f"{value:.4g}")


class Curves:
    """Of one network: at most POINTS points each. As the run gets longer every other one goes; the rest stay exact."""

    def __init__(self, per_epoch: int) -> None:
        self.per_epoch = per_epoch  # batches
        self.points: list[Point] = []  # replaced, never changed but by appending: others read it meanwhile
        self.validation: list[KeptBack] = []  # likewise
        self.diverged: Divergence | None = None
        self._recent: deque[tuple[float, float]] = deque(maxlen=WINDOW)  # loss and accuracy of the newest batches
        self._apart, self._batches = 1, 0  # batches from one point to the next, and since the last one

    def add(self, batch: BatchEnd) -> None:
        self._recent.append((batch.loss, batch.accuracy))
        self._batches += 1
        if self._batches < self._apart and batch.step < batch.steps:
            return
        self._batches = 0
        loss, accuracy = (sum(values) / len(self._recent) for values in zip(*self._recent, strict=True))
        self.points.append(Point(batch.seconds, batch.step, batch.loss, loss, accuracy, batch.learning_rate))
        if len(self.points) >= POINTS:
            self._apart *= 2
            self.points = self.points[1::2]

    def add_validation(self, seconds: float, step: int, read: Evaluation) -> None:
        self.validation.append(KeptBack(seconds, step, read.accuracy, read.loss))
        if len(self.validation) >= KEPT_BACK:
            self.validation = self.validation[1::2]

    def diverge(self, end: TrainEnd) -> None:
        """The batch after the last one was too much."""
        loss = short(end.loss) if end.loss is not None and isfinite(end.loss) else None
        self.diverged = {"x": short(end.seconds), "step": end.step + 1, "loss": loss}

    @property
    def latest(self) -> Point | None:
        return self.points[-1] if self.points else None

    def packed(self) -> PackedCurves:
        """As they are now, in little memory."""
        return PackedCurves(self)

    def answer(self) -> CurvesOfNetwork:
        return _answer(_columns(self.points, Point), _columns(self.validation, KeptBack), self.per_epoch, self.diverged)


class PackedCurves:
    """Curves that do not change any more, in four bytes a number."""

    def __init__(self, curves: Curves) -> None:
        self._columns = _packed(_columns(curves.points, Point))
        self._validation = _packed(_columns(curves.validation, KeptBack))
        self._per_epoch, self._diverged = curves.per_epoch, curves.diverged

    @property
    def bytes(self) -> int:
        return sum(column.itemsize * len(column) for column in (*self._columns, *self._validation))

    def answer(self) -> CurvesOfNetwork:
        return _answer(self._columns, self._validation, self._per_epoch, self._diverged)


STEP = Point._fields.index("step")  # in either: whole numbers, which keep all their digits
assert KeptBack._fields[STEP] == "step"

Columns = Sequence[Sequence[float]]


def _columns(points: list[Point] | list[KeptBack], kind: type[Point] | type[KeptBack]) -> Columns:
    rows: list[tuple[float, ...]] = list(points)
    return list(zip(*rows, strict=True)) or [()] * len(kind._fields)


def _packed(columns: Columns) -> list[array[int] | array[float]]:
    return [array("I", values) if i == STEP else array("f", map(short, values)) for i, values in enumerate(columns)]


def _shown(column: Iterable[float]) -> list[float]:
    return [short(value) for value in column]


def _answer(columns: Columns, kept_back: Columns, per_epoch: int, diverged: Divergence | None) -> CurvesOfNetwork:
    x, step, loss, smooth, accuracy, rate = columns
    at, after, read, lost = kept_back
    return {
        "x": _shown(x),
        "step": [int(number) for number in step],
        "loss": _shown(loss),
        "smooth": _shown(smooth),
        "accuracy": _shown(accuracy),
        "rate": _shown(rate),
        "per_epoch": per_epoch,
        "window": WINDOW,
        "validation": {
            "x": _shown(at),
            "step": [int(number) for number in after],
            "accuracy": _shown(read),
            "loss": _shown(lost),
        },
        "diverged": diverged,
    }
