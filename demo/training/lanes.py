"""Room for so many runs at once, and a line for those that wait, in which addresses take turns."""

from __future__ import annotations

import threading
from typing import Literal

from demo.training.settings import RUNS

WAITING = 50  # places in the line
SHARE = 0.5  # of these places that one address may have


class NoRoom(RuntimeError):
    """The line is full, or this address has its share of it."""

    def __init__(self, why: Literal["line", "share"]) -> None:
        super().__init__(why)
        self.why = why


class Place:
    """One run's place: in the line at first, then among those that run, until it is left."""

    def __init__(self, lanes: Lanes, address: str | None) -> None:
        self._lanes = lanes
        self.address = address or object()  # an unknown address is one of its own

    def wait(self, seconds: float) -> bool:
        """Wait so long for its turn; whether it has come."""
        return self._lanes.wait(self, seconds)

    @property
    def number(self) -> int | None:
        """1: next, 2: next but one; None: not waiting."""
        return self._lanes.number(self)

    @property
    def running(self) -> int:
        """How many run now, this one included."""
        return self._lanes.running

    def leave(self) -> None:
        self._lanes.leave(self)


class Lanes:
    """The runs of all visitors: so many at once, the others in line.

    When a run ends, the next is one of the address that has waited longest since it last had its turn; of the same
    address, those that came first go first. So whoever comes from elsewhere waits for one run of a busy address, and
    not for all.
    """

    def __init__(self, room: int = RUNS, waiting: int = WAITING) -> None:
        self.room, self._most = room, waiting
        self._share = max(1, int(SHARE * waiting))
        self._running: list[Place] = []
        self._line: list[Place] = []  # in the order of their turns
        self._turns: dict[object, int] = {}  # when an address had its last turn, of those that have places
        self._changed = threading.Condition()

    @property
    def running(self) -> int:
        return len(self._running)

    def enter(self, address: str | None = None) -> Place:
        """A place at the end, or at once among those that run; raises NoRoom."""
        place = Place(self, address)
        with self._changed:
            if len(self._running) >= self.room:
                if len(self._line) >= self._most:
                    raise NoRoom("line")
                if sum(other.address == place.address for other in self._line) >= self._share:
                    raise NoRoom("share")
            self._line.append(place)
            self._advance()
        return place

    def number(self, place: Place) -> int | None:
        with self._changed:
            return self._line.index(place) + 1 if place in self._line else None

    def wait(self, place: Place, seconds: float) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: place not in self._line, seconds)
            return place in self._running

    def leave(self, place: Place) -> None:
        with self._changed:
            for places in (self._running, self._line):
                if place in places:
                    places.remove(place)
            self._advance()

    def _advance(self) -> None:
        """Let those whose turn it is run, and put the others in order."""
        self._sort()
        while self._line and len(self._running) < self.room:
            place = self._line.pop(0)
            self._running.append(place)
            self._turns[place.address] = max(self._turns.values(), default=0) + 1
            self._sort()
        present = {place.address for place in (*self._running, *self._line)}
        self._turns = {address: turn for address, turn in self._turns.items() if address in present}
        self._changed.notify_all()

    def _sort(self) -> None:
        """First the first of every address, the least lately served before others; then the second of each; ..."""
        before: dict[object, int] = {}
        keys: dict[Place, tuple[int, int]] = {}
        for place in self._line:  # places of the same address stay in their order, and newcomers are at the end
            rank = before.get(place.address, 0)
            before[place.address] = rank + 1
            keys[place] = rank, self._turns.get(place.address, 0)
        self._line.sort(key=keys.__getitem__)
