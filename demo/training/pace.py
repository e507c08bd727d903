"""On how many threads a training's steps are fastest, by trial."""

from __future__ import annotations

from collections import deque
from statistics import median


class Pace:
    """Tries every number of threads now and again, and takes the fastest in between.

    Which that is depends on the network and on what else the machine does: a CNN alone on two cores makes 1.2 to 1.4
    times as many steps with two threads as with one, and half as many where one core is busy.
    """

    TRIAL, AGAIN = 5, 200  # steps

    def __init__(self) -> None:
        self._seconds: dict[int, deque[float]] = {}  # of the newest steps, by number of threads
        self._steps = 0

    def threads(self, most: int) -> int:
        """For the next step, of 1 to so many."""
        choices = sorted({1, max(1, most // 2), most})
        for threads in choices:
            if len(self._seconds.get(threads, ())) < self.TRIAL:
                return threads
        return min(choices, key=lambda threads: median(self._seconds[threads]))

    def took(self, threads: int, seconds: float) -> None:
        self._steps += 1
        if self._steps % self.AGAIN == 0:
            self._seconds.clear()
        self._seconds.setdefault(threads, deque(maxlen=self.TRIAL)).append(seconds)
