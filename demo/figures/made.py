"""What can be saved: a figure and its numbers, each made when it is asked for; and why there may be neither."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from torch import Tensor

from demo.words import Message, look_up, message
from nets.charts import ChartWords
from nets.figures import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = Sequence[str | int | float | None]


class NotThere(ValueError):
    """There is nothing to be saved."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.why: Message = message(key)


@dataclass(frozen=True)
class Made:
    """One thing that can be saved."""

    name: str  # of the file, without its ending
    figure: Callable[[], Figure]
    head: Row  # of the columns
    rows: Callable[[], Iterable[Row]]

    def table(self) -> bytes:
        """The numbers as CSV, with seven digits."""
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow(self.head)
        writer.writerows([_cell(value) for value in row] for row in self.rows())
        return file.getvalue().encode()


def _cell(value: Any) -> Any:
    return f"{value + 0.0:.7g}" if isinstance(value, float) else value  # and no -0


def finite(values: Tensor) -> Tensor:
    """The numbers; raises NotThere where a network's have run away while it learns."""
    if not values.isfinite().all():
        raise NotThere("figure.not_finite")
    return values


@cache
def words() -> Words:
    """What figures of the page say."""
    return Words(**look_up("figure.words"))


@cache
def chart_words() -> ChartWords:
    return ChartWords(**look_up("figure.chart_words"))
