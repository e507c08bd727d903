"""The digits that runs learn from: loaded and downloaded once, however many runs wait for them."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Literal

from nets.data import DataError, DigitData, load_digits, load_mnist

DataName = Literal["mnist", "digits"]
Bytes = tuple[int, int]  # so far, and in all (0 where that is not known)
Tell = Callable[[Bytes | None], None]

_lock = threading.Lock()  # whoever has it loads
_download: Bytes | None = None  # of the one that loads
_failed = 0.0  # when MNIST could last not be had, on the monotonic clock


def load(name: DataName, tell: Tell) -> DigitData:
    """MNIST, or the digits of scikit-learn, also where MNIST cannot be had.

    tell is called every so often, with how far the download is; what it raises ends the wait, and the download too
    where it is this caller's. Whoever waits for a download takes what came of it: nobody tries again what has just
    failed.
    """
    global _download, _failed
    came = time.monotonic()
    while not _lock.acquire(timeout=0.1):
        tell(_download)
    try:
        if name == "mnist" and _failed <= came:
            try:
                return load_mnist(progress=lambda _, done, total: _told(tell, (done, total)))
            except DataError as error:
                _failed = time.monotonic()
                print(f"Training with scikit-learn's digits instead of MNIST: {error}", file=sys.stderr)
        return load_digits()
    finally:
        _download = None
        _lock.release()


def _told(tell: Tell, download: Bytes) -> None:
    global _download
    _download = download
    tell(download)
