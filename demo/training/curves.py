"""The curves of a network in training, in few points however long the training is."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TypedDict

from nets.events import BatchEnd

POINTS = 240  # at most, of one curve


class Points(TypedDict):
    x: list[float]  # seconds of training
    y: list[float]


class CurvesOfNetwork(TypedDict):
    """Curves as answers carry them: columns of the same length, but for validation, which has points of its own."""

    x: list[float]  # seconds of training
    loss: list[float]  # nats
    smooth: list[float]  # nats
    accuracy: list[float]  # of training images
    rate: list[float]  # learning rate
    validation: Points  # accuracy on digits kept back


def short(value: float) -> float:
    """Four digits that matter: what a chart shows, in few bytes."""
    return float(f"{value:.4g}")


class Curves:
    """Of one network: at most POINTS points each; neighbours are merged as the run gets longer."""

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

    def packed(self) -> PackedCurves:
        """As they are now, in little memory."""
        return PackedCurves(*self._columns())

    def answer(self) -> CurvesOfNetwork:
        return _answer(*self._columns())

    def _columns(self) -> tuple[list[list[float]], list[list[float]]]:
        points, validation = list(self.points), list(self.validation)
        return [[p[i] for p in points] for i in range(len(self.COLUMNS))], [[p[i] for p in validation] for i in (0, 1)]


class PackedCurves:
    """Curves that do not change any more, in four bytes a number."""

    def __init__(self, columns: Iterable[Iterable[float]], validation: Iterable[Iterable[float]]) -> None:
        self._columns, self._validation = (
            [array("f", map(short, values)) for values in part] for part in (columns, validation)
        )

    @property
    def bytes(self) -> int:
        return sum(column.itemsize * len(column) for column in (*self._columns, *self._validation))

    def answer(self) -> CurvesOfNetwork:
        return _answer(self._columns, self._validation)


def _answer(columns: Iterable[Iterable[float]], validation: Iterable[Iterable[float]]) -> CurvesOfNetwork:
    x, loss, smooth, accuracy, rate = ([short(value) for value in column] for column in columns)
    at, read = ([short(value) for value in column] for column in validation)
    return {
        "x": x,
        "loss": loss,
        "smooth": smooth,
        "accuracy": accuracy,
        "rate": rate,
        "validation": {"x": at, "y": read},
    }
