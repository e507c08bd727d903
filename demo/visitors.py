"""Every visitor, by the key of the page that is open, within a budget of memory."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Any

from torch import nn

from demo.networks import Reader
from demo.training.lanes import Lanes
from demo.training.settings import setting
from demo.visitor import Visitor

IDLE = 3600.0  # seconds without a word from a page, after which its visitor is forgotten
MOST = 5000  # visitors, 3 kB each without networks of their own; an address can begin 4,600 until its first is idle
KEEP = 300.0  # seconds that a page which went away may take to come back
MOST_LEFT = 20  # visitors of such pages
MEGABYTES = setting("DIGIT_DUEL_VISITORS_MB", 1024)  # of all visitors' own networks together, runs under way included


class Visitors:
    """Visitors by key; of too many, the one longest unused goes, of the address that has the most.

    A page whose connection breaks cannot be told from one that is closed: its training ends, but its networks
    are kept for a while in case it comes back. Where the networks of all visitors take more memory than there is for
    them, those go that are large and long unused, and their visitors are told. Runs under way stay: the lanes bound
    their number.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Sequential],
        records: Mapping[str, Mapping[str, Any]],
        capacity: int = MOST,
        lanes: Lanes | None = None,
        budget: float = MEGABYTES * 2**20,
        tutorial: Mapping[str, Reader] | None = None,
    ) -> None:
        """budget: bytes; tutorial: the networks trained as in the tutorials, if they are there."""
        self.shipped, self.records, self.tutorial = networks, records, tutorial
        self._capacity, self._budget = capacity, budget
        self._lanes = lanes or Lanes()
        self._visitors: OrderedDict[str, Visitor] = OrderedDict()
        self._left: OrderedDict[str, tuple[float, Visitor]] = OrderedDict()  # since when
        self._bytes: dict[Visitor, int] = {}  # of those that have networks of their own
        self._lock = threading.Lock()  # nothing that waits is done with it held, nor anything that asks for it again

    def _new(self) -> Visitor:
        return Visitor(self.shipped, self.records, self._lanes, self._weigh, self.tutorial)

    def __getitem__(self, key: str) -> Visitor:
        gone = []
        with self._lock:
            if key not in self._visitors:
                _, back = self._left.pop(key, (0.0, None))
                self._visitors[key] = back or self._new()
            self._visitors.move_to_end(key)
            visitor = self._visitors[key]
            visitor.used = time.monotonic()
            oldest = next(iter(self._visitors))
            idle = self._visitors[oldest].used < visitor.used - IDLE
            if idle or len(self._visitors) > self._capacity:
                gone.append(self._visitors.pop(oldest if idle else self._first_to_go()))
                self._bytes.pop(gone[-1], None)
        for one in gone:
            one.close()
        return visitor

    def _first_to_go(self) -> str:
        """The key of the visitor longest unused of the address that has the most: so it crowds out nobody else's."""
        counts = Counter(visitor.address for visitor in self._visitors.values())
        most = counts.most_common(1)[0][0]
        return next(key for key, visitor in self._visitors.items() if visitor.address == most)

    def __len__(self) -> int:
        return len(self._visitors)

    @property
    def bytes(self) -> int:
        """Memory that visitors' own networks take, as it was when each last grew."""
        with self._lock:
            return sum(self._bytes.values())

    def forget(self, key: str | None) -> None:
        """The page with this key is closed, or cut off."""
        with self._lock:
            visitor = self._visitors.pop(key, None) if key is not None else None
            if key is not None and visitor is not None:
                self._left[key] = time.monotonic(), visitor
            while self._left:
                since, oldest = next(iter(self._left.values()))
                if len(self._left) <= MOST_LEFT and time.monotonic() - since < KEEP:
                    break
                self._left.popitem(last=False)
                self._bytes.pop(oldest, None)
        if visitor is not None:
            visitor.close()
            self._weigh(visitor)

    def _weigh(self, visitor: Visitor) -> None:
        """A visitor may have grown: if that is too much, let networks go, the largest and longest unused first."""
        size = visitor.bytes
        with self._lock:
            known = visitor in self._visitors.values() or any(visitor is left for _, left in self._left.values())
            if known and size:
                self._bytes[visitor] = size
            else:
                self._bytes.pop(visitor, None)
            over = sum(self._bytes.values()) - self._budget
            if over <= 0:
                return
            now = time.monotonic()
            order = sorted(self._bytes, key=lambda one: self._bytes[one] * (1 + now - one.used), reverse=True)
        for one in order:
            if over <= 0:
                return
            before = one.bytes
            if one is not visitor and one.drop():
                over -= before - one.bytes
                self._weigh_again(one)
        if over > 0 and visitor.drop():
            self._weigh_again(visitor)

    def _weigh_again(self, visitor: Visitor) -> None:
        with self._lock:
            if visitor in self._bytes:
                self._bytes[visitor] = visitor.bytes
