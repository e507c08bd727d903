"""The digits that runs learn from: loaded and downloaded once, however many runs wait for them."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from nets.data import DataError, DigitData, load_digits, load_mnist

DataName = Literal["mnist", "digits"]
Bytes = tuple[int, int]  # so far, and in all (0 where that is not known)
Tell = Callable[[Bytes | None], None]

_locks = {"mnist": threading.Lock(), "digits": threading.Lock()}  # whoever has one loads
_download: Bytes | None = None  # of MNIST, by the one that loads it
_failed = 0.0  # when MNIST could last not be had, on the monotonic clock


def load(name: DataName, tell: Tell) -> DigitData:
    """MNIST, or the digits of scikit-learn, also where MNIST cannot be had.

    tell is called every so often, with how far the download is; what it raises ends the wait, and the download too
    where it is this caller's. Whoever waits for a download takes what came of it: nobody tries again what has just
    failed.
    """
    if name == "mnist" and (data := _mnist(tell)):
        return data
    with _alone("digits", lambda: tell(None)):
        return load_digits()


def _mnist(tell: Tell) -> DigitData | None:
    """None where it cannot be had."""
    global _download, _failed
    came = time.monotonic()
    with _alone("mnist", lambda: tell(_download)):
        if _failed > came:
            return None
        try:
            return load_mnist(progress=lambda _, done, total: _told(tell, (done, total)))
        except DataError as error:
            _failed = time.monotonic()
            print(f"Training with scikit-learn's digits instead of MNIST: {error}", file=sys.stderr)
            return None
        finally:
            _download = None


@contextmanager
def _alone(name: DataName, waiting: Callable[[], None]) -> Iterator[None]:
    while not _locks[name].acquire(timeout=0.1):
        waiting()
    try:
        yield
    finally:
        _locks[name].release()


def _told(tell: Tell, download: Bytes) -> None:
    global _download
    _download = download
    tell(download)
