"""Connections by hand, to Uvicorn with the bounded protocol in front of a page that answers everything."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from uvicorn.config import HTTP_PROTOCOLS

from demo.server import heads
from demo.server.heads import LARGEST_HEAD, BoundedProtocol
from demo.words import say
from tests.support import until


class Page:
    """Answers with the length of what it was sent, and keeps the headers; /large with megabytes."""

    def __init__(self) -> None:
        self.headers: list[list[tuple[bytes, bytes]]] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        self.headers.append(scope["headers"])
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        content = b"x" * 2**26 if scope["path"] == "/large" else str(size).encode()
        head = [(b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": content})


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    page = Page()
    config = uvicorn.Config(page, host="127.0.0.1", port=0, http=BoundedProtocol, lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    page.server, page.port = server, server.servers[0].sockets[0].getsockname()[1]
    yield page
    server.force_exit = server.should_exit = True
    thread.join()


@pytest.fixture
def connect(page):
    with contextlib.ExitStack() as stack:

        def connect() -> socket.socket:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", page.port), timeout=5))
            return connection

        yield connect


def told(connection: socket.socket) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        if not (part := connection.recv(2**16)):
            raise ConnectionError("closed without a word")
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head)[1])
    while len(body) < length:
        body += connection.recv(2**16)
    return int(answer.split()[1]), body


def is_closed(connection: socket.socket) -> bool:
    with contextlib.suppress(ConnectionError):
        return connection.recv(1) == b""
    return True


def head(*lines: str, path: str = "/", method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: a", *lines, "", ""]).encode()


def test_requests_are_answered_one_after_the_other(connect):
    connection = connect()
    for size in (0, 10, 200_000):
        connection.sendall(head(f"Content-Length: {size}", method="POST") + b"x" * size)
        assert told(connection) == (200, str(size).encode())
    connection.sendall(head() * 3)
    assert b"".join(connection.recv(2**16) for _ in range(1)).startswith(b"HTTP/1.1 200")


def test_a_head_may_come_in_pieces_and_be_large(connect):
    connection = connect()
    whole = head("X: " + "a" * 60_000)
    for start in range(0, len(whole), 1000):
        connection.sendall(whole[start : start + 1000])
    assert told(connection)[0] == 200


@pytest.mark.parametrize(
    "too_large",
    [
        head("X: " + "a" * LARGEST_HEAD),
        head(*(f"X-{i}: {'a' * 100}" for i in range(700))),
        head(path="/" + "a" * LARGEST_HEAD),
        head()[:-2] + b"X: " + b"a" * 2 * LARGEST_HEAD,  # which goes on and on
        b"G" * 2 * LARGEST_HEAD,
        head("Transfer-Encoding: chunked", method="POST") + b"1\r\nx\r\n0\r\n" + b"X: y\r\n" * 20_000,  # after a body
        head("Transfer-Encoding: chunked", method="POST") + b"1\r\nx\r\n0\r\nX: " + b"y" * 2 * LARGEST_HEAD,
    ],
    ids=["one header", "many headers", "address", "no end", "no method", "trailers", "one trailer"],
)
@pytest.mark.parametrize("first", [b"", head()], ids=["at once", "later"])
def test_a_head_of_more_than_64_kilobytes_is_not_read(connect, page, too_large, first):
    connection = connect()
    if first:
        connection.sendall(first)
        assert told(connection)[0] == 200
    before = len(page.headers)
    with contextlib.suppress(ConnectionError):
        connection.sendall(too_large)
    with contextlib.suppress(ConnectionError):
        status, said = told(connection)
        assert status in (400, 431)
        assert status == 400 or said.decode() == say("server.head_too_large")
    assert is_closed(connection)
    kept = sum(len(name) + len(value) for headers in page.headers[before:] for name, value in headers)
    assert kept <= LARGEST_HEAD


def test_it_is_said_why(connect):
    connection = connect()
    connection.sendall(head("X: " + "a" * LARGEST_HEAD))
    assert told(connection) == (431, say("server.head_too_large").encode())


@pytest.mark.parametrize("start", [b"", b"GET / HT", head()[:-2], head()[:-2] + b"X: y"])
@pytest.mark.parametrize("first", [b"", head()], ids=["at once", "later"])
def test_a_head_that_never_ends_is_not_waited_for(connect, monkeypatch, start, first):
    monkeypatch.setattr(heads, "PATIENCE", 0.1)
    connection = connect()
    if first:
        connection.sendall(first)
        assert told(connection)[0] == 200
    connection.sendall(start)
    if not first or start:  # one that is idle after an answer is Uvicorn's to close, after five seconds
        assert told(connection) == (408, say("server.not_whole").encode())
        assert is_closed(connection)


def test_a_head_that_trickles_in_is_not_waited_for(connect, monkeypatch):
    monkeypatch.setattr(heads, "PATIENCE", 0.3)
    connection, began = connect(), time.monotonic()
    with contextlib.suppress(ConnectionError):
        for letter in head("X: " + "a" * 10_000):
            connection.sendall(bytes([letter]))
            time.sleep(0.02)
    assert time.monotonic() - began < 10


def test_of_too_many_half_heads_the_oldest_is_given_up(connect, monkeypatch):
    monkeypatch.setattr(heads, "MOST_WAITING", 5)
    silent = [connect() for _ in range(5)]
    until(lambda: len(BoundedProtocol._waiting) == 5)
    connection = connect()
    connection.sendall(head())
    assert told(connection)[0] == 200
    assert told(silent[0])[0] == 408
    silent[4].sendall(head())
    assert told(silent[4])[0] == 200
    for one in silent:
        one.close()
    until(lambda: not BoundedProtocol._waiting)


def test_an_answer_that_nobody_takes_is_given_up(connect, page, monkeypatch):
    monkeypatch.setattr(heads, "LISTENING", 0.2)
    connection = connect()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    connection.sendall(head(path="/large"))
    connections = page.server.server_state.connections
    until(lambda: connections)
    until(lambda: not connections)


def test_an_answer_that_is_taken_slowly_comes_whole(connect, monkeypatch):
    monkeypatch.setattr(heads, "LISTENING", 0.5)
    connection = connect()
    connection.sendall(head(path="/large"))
    received, began = 0, time.monotonic()
    while received < 2**26:
        received += len(connection.recv(2**20))
        if time.monotonic() < began + 1.5:
            time.sleep(0.05)
    assert received >= 2**26


def test_uvicorn_is_told_to_serve_by_it(monkeypatch):
    monkeypatch.setitem(HTTP_PROTOCOLS, "auto", HTTP_PROTOCOLS["auto"])
    heads.bound_heads()
    config = uvicorn.Config(Page())
    config.load()
    assert config.http_protocol_class is BoundedProtocol
