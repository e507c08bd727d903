"""The server's process: what it needs before Gradio is loaded, and how it ends.

Nothing is imported here that takes time: from the first moment on a Ctrl-C ends the process.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import platform
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

MOST_FILES = 2**16  # open at once, connections among them, where the system lets a process have so many
GRACE = 1  # seconds that answers under way have once the server is to end
END = 2.5  # seconds after which it ends whatever still goes on

_asked = threading.Event()  # to end
_serving = threading.Event()


def begin() -> None:
    """Prepare the process; ends it with a sentence where it cannot serve. Call it before Gradio is imported."""
    signal.signal(signal.SIGINT, _end_is_asked_for)
    signal.signal(signal.SIGTERM, _end_is_asked_for)
    check_port()
    choose_folder()
    _allow_many_connections()
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(-8, 2)  # M_ARENA_MAX: or each training's thread would keep the memory it has freed


def serve(demo: gr.Blocks, launch: dict[str, Any], warm_up: Callable[[], object], stop: Callable[[], object]) -> None:
    """Serve the page until the process is asked to end.

    warm_up is called once the page answers, stop before it ends: it is to end all trainings.
    """
    from demo.server.gradio_private import (
        forbid_other_origins,
        keep_log_short,
        leave_matplotlib_alone,
        let_go_soon,
    )
    from demo.server.heads import bound_heads
    from demo.server.refusal import write_down

    bound_heads()
    forbid_other_origins()
    leave_matplotlib_alone()
    keep_log_short(write_down)
    try:
        # In a browser where there is a terminal, not on a Space.
        demo.launch(inbrowser=sys.stdout.isatty(), prevent_thread_lock=True, server_port=port(), **launch)
    except OSError as error:  # taken in the meantime
        raise SystemExit(f"The page cannot be served: {error}") from None
    let_go_soon(demo, GRACE)
    _serving.set()
    # In a thread of its own, so that the one which is told of signals does nothing but wait for them.
    threading.Thread(target=_warm_up, args=(warm_up,), name="warm up", daemon=True).start()
    while not _asked.wait(1.0):
        pass
    _end(demo, stop)


def _end_is_asked_for(*_: object) -> None:
    """Handle SIGINT and SIGTERM: end in good order, or at once where nothing is served yet, or when asked again."""
    if _asked.is_set() or not _serving.is_set():
        os._exit(0)
    _asked.set()


def _end(demo: gr.Blocks, stop: Callable[[], object]) -> None:
    print("The server ends.", flush=True)
    late = threading.Timer(END, os._exit, (0,))
    late.daemon = True
    late.start()
    stop()
    demo.close(verbose=False)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    _remove_folders()
    os._exit(0)  # a thread that still computes would take the interpreter down with a crash


def _warm_up(warm_up: Callable[[], object]) -> None:
    warm_up()
    gc.collect()
    gc.freeze()  # half a million objects stay; to look through them all would hold everybody up for 0.4 s


# ---- before it serves


def port() -> int | None:
    """The port that GRADIO_SERVER_PORT names; None: the first that is free, from 7860 on."""
    named = os.environ.get("GRADIO_SERVER_PORT")
    if not named:
        os.environ.pop("GRADIO_SERVER_PORT", None)  # Gradio would take an empty one for a number
        return None
    if not (named.isascii() and named.isdigit() and 0 < int(named) < 2**16):
        raise SystemExit(f"GRADIO_SERVER_PORT must be a number from 1 to 65535, not {named!r}.")
    return int(named)


def check_port() -> None:
    """End with a sentence where the port that was asked for is taken: Gradio would take seconds to find out."""
    number, host = port(), os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1"
    if number is None:
        return
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            if os.name != "nt":  # there it would let two share a port
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise SystemExit(
            f"The page cannot be served at {host}, port {number}: {error.strerror}. "
            "GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where it is to be."
        ) from None


_made: list[str] = []  # folders of this process


def choose_folder() -> None:
    """Have uploads kept in a folder of our own where the usual one, /tmp/gradio, belongs to somebody else.

    Gradio reads GRADIO_TEMP_DIR when it is imported.
    """
    folder = Path(os.environ.get("GRADIO_TEMP_DIR") or Path(tempfile.gettempdir(), "gradio"))
    if _is_ours(folder):
        return
    _made.append(tempfile.mkdtemp(prefix="digit-duel-"))
    os.environ["GRADIO_TEMP_DIR"] = _made[-1]
    print(f"{folder} belongs to somebody else, so uploads are kept in {_made[-1]}.", file=sys.stderr, flush=True)


def _is_ours(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
    except OSError:
        return False


@atexit.register
def _remove_folders() -> None:
    while _made:
        shutil.rmtree(_made.pop(), ignore_errors=True)


def _allow_many_connections() -> None:
    """Each connection is an open file, and many systems give a process a thousand unless it asks for more."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
