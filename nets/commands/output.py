"""What commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


class Refusal(Exception):
    """What was asked for cannot be done here; the message says why."""


class OutputError(Exception):
    """Standard output takes nothing more; the cause is an OSError, BrokenPipeError where nobody reads it any more."""


def put(line: str) -> None:
    """A line of results, at once: whoever reads them may be waiting. Raises OutputError."""
    try:
        print(line, flush=True)
    except OSError as error:
        give_up_output()
        raise OutputError from error


def flush() -> None:
    """Write what is still in standard output's buffer. Raises OutputError."""
    try:
        sys.stdout.flush()
    except OSError as error:
        give_up_output()
        raise OutputError from error


def give_up_output() -> None:
    """Let what is still in the buffer go nowhere, or Python complains of it at its end."""
    with suppress(OSError, ValueError):  # a stream without a descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(line: str) -> None:
    """A line for the person at the keyboard."""
    print(f"nets: {line}", file=sys.stderr, flush=True)
