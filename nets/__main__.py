"""The command line, python -m nets COMMAND: train, evaluate, predict, activations, figure, compare, table, card."""

from __future__ import annotations

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until a command is loaded, see _deadly_interrupt

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

from nets.commands.arguments import build_parser
from nets.commands.output import OutputError, Refusal, flush, give_up_output, note
from nets.errors import CodedError

PACKAGES = {"PIL": "pillow", "sklearn": "scikit-learn"}  # where a package has another name than its module


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and give its exit status.

    0: done; 1: training diverged, or predict could not read all files; 2: nothing came of it; 130: stopped by Ctrl-C,
    and 141: nobody reads standard output any more, both as shells have it, 128 and the signal's number.
    """
    if sys.stderr is None:  # closed: what is said there goes nowhere, where print would put it on standard output
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if sys.stdout is None:
        note("standard output is closed: there is nowhere to write results to")
        return 2
    try:
        status = _run(arguments)
        flush()
        return status
    except (CodedError, Refusal) as error:
        note(str(error))
        return 2
    except ModuleNotFoundError as error:
        name = (error.name or "nets").partition(".")[0]
        if name == "nets":  # our own mistake
            raise
        note(f"this command needs {name}, which is not installed: pip install {PACKAGES.get(name, name)}")
        return 2
    except KeyboardInterrupt:
        note("interrupted")
        return 130
    except OutputError as error:
        if isinstance(error.__cause__, BrokenPipeError):
            return 141
        note(f"standard output cannot be written: {getattr(error.__cause__, 'strerror', None)}")
        return 2
    except BrokenPipeError:  # of a progress bar's
        give_up_output()
        return 141


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit as end:  # argparse has printed its help, or a complaint
        return int(end.code or 0)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names may hold bytes that are no text
    with _deadly_interrupt():
        command = import_module(f"nets.commands.{options.module}")
    return command.run(options)


@contextmanager
def _deadly_interrupt() -> Iterator[None]:
    """Inside, Ctrl-C ends the process at once and without a word, as it ends one that is not Python.

    For imports: a KeyboardInterrupt in the midst of NumPy or PyTorch comes out as any error, with pages of traceback.
    """
    if signal.getsignal(signal.SIGINT) not in (signal.SIG_DFL, signal.default_int_handler):
        yield  # it is ignored, or in somebody else's hands
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    sys.exit(main())
