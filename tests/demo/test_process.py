"""How the server's process begins and ends: on its own, and as `python app.py`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from demo.server import process
from demo.training.warm_up import warm_up
from nets import data
from nets.data import DataError, load_mnist
from tests.bench.retraining import settings
from tests.support import ROOT, Server, until

IN_TIME = 3.0  # seconds to end in, as machines that stop a server wait for it


@pytest.fixture
def taken():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield str(holder.getsockname()[1])


# ---- the port


def test_a_port_that_is_taken_is_told(taken, monkeypatch):
    monkeypatch.setenv("GRADIO_SERVER_PORT", taken)
    monkeypatch.setenv("GRADIO_SERVER_NAME", "127.0.0.1")
    with pytest.raises(SystemExit, match=f"port {taken}: Address already in use"):
        process.check_port()


def test_a_free_port_is_taken_and_without_one_the_first_that_is_free(monkeypatch):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        free = holder.getsockname()[1]
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(free))
    process.check_port()
    assert process.port() == free
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("GRADIO_SERVER_PORT", raising=False)
        else:
            monkeypatch.setenv("GRADIO_SERVER_PORT", unset)
        process.check_port()
        assert process.port() is None and "GRADIO_SERVER_PORT" not in os.environ


@pytest.mark.parametrize("named", ["web", "0", "65536", "-1", "78.60", "٣"])
def test_what_is_no_port_is_told(named, monkeypatch):
    monkeypatch.setenv("GRADIO_SERVER_PORT", named)
    with pytest.raises(SystemExit, match="GRADIO_SERVER_PORT must be a number from 1 to 65535"):
        process.check_port()


def test_a_name_that_is_none_of_this_machine_is_told(monkeypatch):
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7999")
    monkeypatch.setenv("GRADIO_SERVER_NAME", "192.0.2.1")
    with pytest.raises(SystemExit, match=r"192\.0\.2\.1, port 7999"):
        process.check_port()


def test_where_the_port_is_taken_the_program_says_so_and_ends(taken):
    began = time.monotonic()
    here = {"GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": taken}
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **here}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and taken in done.stderr
    assert time.monotonic() - began < 30


# ---- the folder for uploads


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(process.tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    return tmp_path


def test_uploads_are_kept_where_gradio_keeps_them(temporary):
    process.choose_folder()
    process.choose_folder()
    assert "GRADIO_TEMP_DIR" not in os.environ and [path.name for path in temporary.iterdir()] == ["gradio"]


@pytest.mark.parametrize("whose", ["a file", "somebody else's"])
def test_where_that_folder_is_somebody_else_s_another_is_made(temporary, monkeypatch, capsys, whose):
    if whose == "a file":
        (temporary / "gradio").write_text("")
    else:
        (temporary / "gradio").mkdir()
        monkeypatch.setattr(process.os, "getuid", lambda: (temporary / "gradio").stat().st_uid + 1)
    process.choose_folder()
    made = Path(os.environ["GRADIO_TEMP_DIR"])
    assert made.parent == temporary and made.is_dir() and made.stat().st_mode & 0o077 == 0
    assert str(made) in capsys.readouterr().err
    process._remove_folders()
    assert not made.exists()
    monkeypatch.delenv("GRADIO_TEMP_DIR")


# ---- the network


def test_nothing_is_asked_for_over_the_network_before_anybody_trains(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_ROOT", str(tmp_path))
    monkeypatch.setattr(data, "_loaded", {})
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it reaches for the network"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("it reaches for the network"))
    warm_up()
    with pytest.raises(DataError):
        load_mnist(download=False)
    assert list(tmp_path.iterdir()) == []


# ---- the end


def ends(server: Server, how: signal.Signals) -> None:
    """It ends in time, and in the same way whatever it was told by."""
    assert server.process
    began = time.monotonic()
    server.process.send_signal(how)
    assert server.process.wait(30) == 0
    assert time.monotonic() - began < IN_TIME
    assert "Traceback" not in server.said() and "Exception" not in server.said()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_it_ends_while_it_is_being_loaded(how):
    program = "import app, sys; sys.argv = ['app.py']; import runpy; runpy.run_path('app.py', run_name='__main__')"
    waits = f"import time, demo.server.process as p; p.begin(); print('begun', flush=True); time.sleep(60); {program}"
    child = subprocess.Popen([sys.executable, "-c", waits], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert child.stdout and child.stdout.readline() == b"begun\n"
    child.send_signal(how)
    assert child.wait(IN_TIME) == 0
    assert child.stdout.read() == b""
    child.stdout.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_it_ends_while_it_warms_up(how):
    with Server() as server:
        ends(server, how)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_it_ends_in_a_training_with_pages_open(how):
    with Server() as server, contextlib.ExitStack() as stack:
        components = httpx.get(f"{server.url}config").json()["components"]
        functions = {name: one["id"] for one in components for name in one["props"].get("server_fns") or ()}

        def call(name: str, data: object) -> dict:
            body = {"data": data, "fn_name": name, "component_id": functions[name], "session_hash": "trains"}
            return httpx.post(f"{server.url}gradio_api/component_server/", json=body).json()

        for page in ("trains", "looks"):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(f"GET /gradio_api/heartbeat/{page} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        call("command", {"do": "start", "settings": settings("mlp", "cnn", data="digits", epochs=1000)})
        until(lambda: call("watch", {}).get("state") == "running", every=0.2)
        ends(server, how)


def test_asked_again_it_ends_at_once(monkeypatch):
    """Whatever hangs: the second Ctrl-C is never swallowed either."""

    class Ended(BaseException):
        pass

    def end(status):
        raise Ended

    monkeypatch.setattr(process.os, "_exit", end)
    monkeypatch.setattr(process, "_asked", asked := threading.Event())
    monkeypatch.setattr(process, "_serving", serving := threading.Event())
    with pytest.raises(Ended):  # nothing is served yet
        process._end_is_asked_for()
    serving.set()
    process._end_is_asked_for()
    assert asked.is_set()
    with pytest.raises(Ended):
        process._end_is_asked_for()
