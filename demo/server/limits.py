"""Token buckets, and how much one session and one address may ask for.

A session is whatever a page calls itself, so an address may begin only so many. What one session may do comes first;
the bounds of an address are wide, because a school stands behind one address, and behind a proxy that hides addresses
everybody does.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """What may be used per second in the long run, and at once after a pause."""

    a_second: float
    at_once: float


PAGE = Rate(400, 16_000)  # files of the page and the like, of an address: a page has about 90
CALLS = Rate(4, 120)  # of the public endpoint, of an address
FORMS = Rate(2, 120)  # pictures and archives, of an address: up to a second each
MALFORMED = Rate(1, 60)  # bodies that are no JSON, of an address; what comes after is refused in another tone
BYTES = Rate(16 * 2**20, 64 * 2**20)  # of JSON, of an address, before it is read: a long drawing is 60 kB
SESSIONS = Rate(1, 1000)  # begun, of an address
# A session's work, in verdicts of about 5 ms. A page that does all it can at once uses 65 a second: 30 verdicts, the
# state of a training 6 times, the inside of a network 7 times.
WORK = Rate(80, 240)
UNPRICED = 10.0  # verdicts that a call of no known function costs
# Bytes uploaded to the public endpoint, of all visitors: they lie on disk until they are UPLOAD_AGE old.
UPLOADS = Rate(2**18, 2**28)
LEAST_UPLOAD = 2**18  # bytes that an upload counts for
UPLOAD_AGE, UPLOAD_SWEEP = 600, 60  # seconds: so at most about 420 MB

ANSWERS = 400  # requests of one address that are being answered at the same time
BODIES = 200  # of them, those whose bodies are on their way; of more, the one that has taken longest is given up
SESSION_STREAMS = 4  # answers of one session that stay open: its heartbeat, its queue, and those of a page cut off
STREAMS = 1500  # such answers of one address


class Buckets:
    """Token buckets: each fills at its rate; of too many, those longest unused are forgotten, and full again."""

    def __init__(self, capacity: int = 20_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity, self._clock = capacity, clock
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens, and when

    def __contains__(self, key: Hashable) -> bool:
        return key in self._levels

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: Hashable, rate: Rate, cost: float = 1) -> float:
        """0, and the tokens are taken; or else the seconds until there are enough.

        What costs more than a bucket holds is let through by a full one and leaves it empty.
        """
        now = self._clock()
        level, since = self._levels.pop(key, (rate.at_once, now))
        level = min(rate.at_once, level + (now - since) * rate.a_second)
        cost = min(cost, rate.at_once)
        wait = max(0.0, (cost - level) / rate.a_second)
        self._levels[key] = (level if wait else level - cost, now)
        if len(self._levels) > self._capacity:
            self._levels.popitem(last=False)
        return wait


class AtOnce:
    """How many things are under way at the same time, by key."""

    def __init__(self) -> None:
        self._open: Counter[Hashable] = Counter()

    def __getitem__(self, key: Hashable) -> int:
        return self._open[key]

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def one_more(self, *keys: Hashable) -> Iterator[None]:
        """Counted under each of these keys until it ends."""
        self._open.update(keys)
        try:
            yield
        finally:
            for key in keys:
                self._open[key] -= 1
                if not self._open[key]:
                    del self._open[key]
