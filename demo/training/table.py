"""The table of one visit's runs that have ended, with their curves."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping

from demo.training.curves import CurvesOfNetwork, PackedCurves
from demo.training.records import Row

MOST_ROWS = 100


class Table:
    """Rows in the order in which runs ended; of too many, the oldest go."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(4)  # of a server that was started again, the version is another
        self._rows: list[Row] = []  # replaced, never changed
        self._curves: dict[int, dict[str, PackedCurves]] = {}  # of each run, by network
        self._filed = 0
        self._lock = threading.Lock()

    @property
    def rows(self) -> list[Row]:
        return self._rows

    @property
    def version(self) -> str:
        """Another string whenever there are other rows."""
        return f"{self.token}-{self._filed}"

    @property
    def bytes(self) -> int:
        with self._lock:
            return sum(curves.bytes for networks in self._curves.values() for curves in networks.values())

    def file(self, run: int, rows: list[Row], curves: Mapping[str, PackedCurves]) -> None:
        """Add a run that has ended."""
        with self._lock:
            self._rows = [*self._rows, *rows][-MOST_ROWS:]
            self._curves[run] = dict(curves)
            for number in self._curves.keys() - {row["run"] for row in self._rows}:
                del self._curves[number]
            self._filed += 1

    def curves(self, run: int) -> dict[str, CurvesOfNetwork]:
        """Of one of these runs, by network; of none, where there is no such run."""
        with self._lock:
            networks = dict(self._curves.get(run, {}))
        return {name: curves.answer() for name, curves in networks.items()}
