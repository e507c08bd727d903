"""Every visitor, by the key of the page that is open."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from torch import nn

from demo.training.run import Lanes
from demo.visitor import Visitor

IDLE = 3600.0  # seconds without a word from a page, after which its visitor is forgotten
KEEP = 300.0  # seconds that a page which went away may take to come back
MOST_LEFT = 20  # visitors of such pages


class Visitors:
    """Visitors by key; of too many, those longest unused go first.

    A page whose connection breaks cannot be told from one that is closed: its training ends, but its drawing and its
    networks are kept for a while in case it comes back.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Sequential],
        records: Mapping[str, Mapping[str, Any]],
        capacity: int = 1000,
        lanes: Lanes | None = None,
    ) -> None:
        self.shipped, self.records = networks, records
        self._capacity = capacity
        self._lanes = lanes or Lanes()
        self._visitors: OrderedDict[str, Visitor] = OrderedDict()
        self._left: OrderedDict[str, tuple[float, Visitor]] = OrderedDict()  # since when
        self._lock = threading.Lock()

    def __getitem__(self, key: str) -> Visitor:
        with self._lock:
            if key not in self._visitors:
                _, back = self._left.pop(key, (0.0, None))
                self._visitors[key] = back or Visitor(self.shipped, self.records, self._lanes)
            self._visitors.move_to_end(key)
            visitor = self._visitors[key]
            visitor.used = time.monotonic()
            oldest = next(iter(self._visitors.values()))
            if len(self._visitors) > self._capacity or oldest.used < visitor.used - IDLE:
                self._visitors.popitem(last=False)[1].close()
            return visitor

    def __len__(self) -> int:
        return len(self._visitors)

    def forget(self, key: str | None) -> None:
        """The page with this key is closed, or cut off."""
        with self._lock:
            visitor = self._visitors.pop(key, None)
            if visitor:
                visitor.close()
                self._left[key] = time.monotonic(), visitor
            while self._left:
                since, _ = next(iter(self._left.values()))
                if len(self._left) <= MOST_LEFT and time.monotonic() - since < KEEP:
                    break
                self._left.popitem(last=False)
