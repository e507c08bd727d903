"""How a training went, batch by batch, as a table: `nets train` writes it, and charts are made of it.

Columns are those of Batch; what was measured on digits kept back stands in the last batch of its epoch.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from nets.events import BatchEnd, EpochEnd, Event

LARGEST = 64 * 2**20  # bytes that are read at most: half a million batches
WINDOW = 20  # batches in a mean, as on the page


class LogError(ValueError):
    """A table that cannot be read; the message names the file and says why."""


@dataclass(frozen=True)
class Batch:
    """One batch, and where an epoch ended with it how digits kept back were read."""

    network: str
    step: int  # batches done
    epoch: int  # from 1
    seconds: float  # of training
    loss: float  # mean cross-entropy of the batch, nats
    accuracy: float  # of the batch, 0 to 1
    learning_rate: float
    validation_loss: float | None = None  # nats
    validation_accuracy: float | None = None


COLUMNS = [column.name for column in fields(Batch)]


class Log:
    """The table of a training that is under way."""

    def __init__(self, network: str) -> None:
        self.network = network
        self.rows: list[Batch] = []

    def add(self, event: Event) -> None:
        match event:
            case BatchEnd():
                numbers = (event.step, event.epoch, event.seconds, event.loss, event.accuracy, event.learning_rate)
                self.rows.append(Batch(self.network, *numbers))
            case EpochEnd() if self.rows:
                loss, accuracy = event.validation.loss, event.validation.accuracy
                self.rows[-1] = replace(self.rows[-1], validation_loss=loss, validation_accuracy=accuracy)

    def content(self) -> bytes:
        """As CSV."""
        file = io.StringIO(newline="")
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for row in self.rows:
            table.writerow([_cell(getattr(row, name)) for name in COLUMNS])
        return file.getvalue().encode()


def read(path: Path) -> list[Batch]:
    """The table in a file; raises LogError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError(f"expected at most {LARGEST:,} bytes")
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            raise ValueError(f"it has no column {missing[0]}")
        rows = [_row(line) for line in table]
    except OSError as error:
        raise LogError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, csv.Error) as error:
        raise LogError(f"{path} is no table that nets train wrote: {error}") from error
    if not rows:
        raise LogError(f"{path} is no table that nets train wrote: it has no rows")
    return rows


def mean(values: list[float], window: int = WINDOW) -> list[float]:
    """At each place the mean of the last values, so many or as many as there are."""
    sums, total = [], 0.0
    for i, value in enumerate(values):
        total += value - (values[i - window] if i >= window else 0.0)
        sums.append(total / min(i + 1, window))
    return sums


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _row(line: dict[str, str]) -> Batch:
    kinds: dict[str, Any] = {"network": str, "step": int, "epoch": int}
    told: dict[str, Any] = {}
    for name in COLUMNS:
        empty = name.startswith("validation") and not line[name]
        told[name] = None if empty else kinds.get(name, float)(line[name])
    row = Batch(**told)
    if row.network not in ("mlp", "cnn"):
        raise ValueError(f"{row.network[:40]!r} is no network")
    if not all(math.isfinite(value) for value in (row.seconds, row.loss, row.accuracy, row.learning_rate)):
        raise ValueError(f"batch {row.step} has a number that is none")
    return row
