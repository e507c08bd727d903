"""Loading the digits: one download for all who wait for it."""

from __future__ import annotations

import http.server
import threading
import time

import pytest

from demo.training import digits
from nets.data import DataError
from tests.support import until


class Mirror(http.server.ThreadingHTTPServer):
    """Serves files slowly, and counts who asks for them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.asked, self.opened = files, [], threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.files[name])))
        self.end_headers()
        content = self.server.files[name]
        self.wfile.write(content[:-100])
        self.server.opened.wait(30)  # until all who want it wait for it
        self.wfile.write(content[-100:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(archives, monkeypatch, tmp_path):
    from torchvision.datasets import MNIST

    mirror = Mirror(archives)
    threading.Thread(target=mirror.serve_forever, daemon=True).start()
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url])
    monkeypatch.setenv("MNIST_ROOT", str(tmp_path))
    yield mirror
    mirror.opened.set()
    mirror.shutdown()
    mirror.server_close()


def loads(count: int, tell=lambda download: None) -> tuple[list[threading.Thread], list]:
    loaded: list = []
    threads = [threading.Thread(target=lambda: loaded.append(digits.load("mnist", tell))) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, loaded


def test_five_who_begin_at_once_download_mnist_once(mirror, archives):
    told = []
    threads, loaded = loads(5, lambda download: told.append((threading.get_ident(), download)))
    until(lambda: len({who for who, download in told if download}) == 5)  # those who wait are told how far it is
    mirror.opened.set()
    for thread in threads:
        thread.join(60)
    assert sorted(mirror.asked) == sorted(archives)
    assert len(loaded) == 5 and len({id(data) for data in loaded}) == 1 and len(loaded[0].test) == 20


def test_who_leaves_the_download_lets_another_go_on(mirror, archives):
    """What has arrived whole is kept."""
    leave = threading.Event()

    class Left(Exception):
        pass

    def first(download) -> None:
        if leave.is_set():
            raise Left

    outcome = []

    def load_first() -> None:
        try:
            digits.load("mnist", first)
        except Left:
            outcome.append("left")

    one = threading.Thread(target=load_first)
    one.start()
    until(lambda: mirror.asked)
    [other], loaded = loads(1)
    leave.set()
    mirror.opened.set()
    one.join(60)
    other.join(60)
    assert outcome == ["left"] and len(loaded) == 1 and loaded[0].name == "mnist"


def test_what_has_just_failed_is_not_tried_again_by_those_who_waited(monkeypatch, synthetic, capsys):
    tries, fail = [], threading.Event()

    def none(progress):
        tries.append(time.monotonic())
        assert fail.wait(60)
        raise DataError("no route to the mirrors")

    monkeypatch.setattr(digits, "load_mnist", none)
    monkeypatch.setattr(digits, "load_digits", lambda: synthetic)
    waiting = []
    threads, loaded = loads(5, lambda download: waiting.append(threading.get_ident()))
    until(lambda: len(set(waiting)) == 4)
    fail.set()
    for thread in threads:
        thread.join(60)
    assert len(tries) == 1 and loaded == [synthetic] * 5
    assert digits.load("mnist", lambda download: None) is synthetic and len(tries) == 2  # who comes later tries again
    assert digits.load("digits", lambda download: None) is synthetic and len(tries) == 2
    assert "no route" in capsys.readouterr().err


def test_who_wants_the_bundled_digits_does_not_wait_for_mnist(monkeypatch, synthetic):
    arrive = threading.Event()
    monkeypatch.setattr(digits, "load_mnist", lambda progress: arrive.wait(60) and synthetic)
    [thread], loaded = loads(1)
    assert len(digits.load("digits", lambda download: None).test) == 300
    assert not loaded
    arrive.set()
    thread.join(60)
    assert loaded == [synthetic]
