"""Pictures fetched from a server on this machine that is made to look public, and from addresses that are not."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import http.server
import socket
import threading
import time
from email.message import Message
from typing import NamedTuple

import httpx
import pytest

from demo.server import fetch as fetching
from demo.server.fetch import OF_ADDRESS, OF_ALL, REDIRECTS, FetchError
from demo.words import say
from tests.support import run


def fetch(url: str, most: int, visitor: str = "") -> bytes:
    return run(fetching.fetch(url, most, visitor))


class Site(NamedTuple):
    url: str
    asked: list[str]  # paths
    asked_for: list[Message]  # headers
    sent: list[int]  # bytes, of what has no end


@pytest.fixture
def site(monkeypatch):
    """A server on this machine that is taken for a public one; /loop leads to itself, /here to /file."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path in ("/loop", "/here", "/inside"):
                goes_to = {"/here": "/file", "/inside": "http://localhost:1/file"}.get(self.path, self.path)
                self.send_response(302)
                self.send_header("Location", goes_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.path == "/slow":
                time.sleep(1)
            self.send_response(404 if self.path == "/none" else 200)
            asked_for.append(self.headers)
            if self.path.startswith("/packed-"):
                self.send_header("Content-Encoding", self.path.removeprefix("/packed-"))
            self.end_headers()
            if self.path == "/endless":
                with contextlib.suppress(OSError):
                    while True:
                        self.wfile.write(b"x" * 2**16)
                        sent.append(2**16)
            with contextlib.suppress(OSError):  # nobody reads what is packed
                self.wfile.write(gzip.compress(b"x" * 10**6) if self.path.startswith("/packed-") else b"x" * 1000)

        def log_message(self, *_):
            pass

    async def resolve(self, host, *_, **__):
        found = {"public.example": "127.0.0.1", "localhost": "127.0.0.2"}.get(host, host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (found, 0))]

    asked: list[str] = []
    asked_for: list[Message] = []
    sent: list[int] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")
    real = fetching._public_machine

    async def machine(host):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio.get_running_loop().__class__, "getaddrinfo", resolve)
            return await real(host)

    monkeypatch.setattr(fetching, "_public_machine", machine)
    yield Site(f"http://public.example:{server.server_port}", asked, asked_for, sent)
    server.shutdown()
    server.server_close()


def test_a_file_comes_whole_and_by_way_of_another_address(site):
    assert fetch(f"{site.url}/file", 1000) == b"x" * 1000
    assert fetch(f"{site.url}/here", 1000) == b"x" * 1000


def test_the_server_is_asked_by_its_name_and_for_nothing_packed(site):
    fetch(f"{site.url}/file", 1000)
    assert site.asked_for[0]["Accept-Encoding"] == "identity"
    assert site.asked_for[0]["Host"] == site.url.removeprefix("http://")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "x-gzip", "identity, gzip", "nonsense"])
def test_what_would_unfold_is_not_taken(site, encoding):
    """A body of 2 kB can unfold to gigabytes."""
    with pytest.raises(FetchError, match=say("server.compressed")):
        fetch(f"{site.url}/packed-{encoding}", 10**7)


def test_no_more_is_read_than_may_be(site):
    with pytest.raises(FetchError, match="up to 1 MB"):
        fetch(f"{site.url}/endless", 2**20)
    assert sum(site.sent) < 2**24


@pytest.mark.parametrize(
    ("path", "most", "said"),
    [
        ("/file", 999, "picture_too_large"),
        ("/loop", 1000, "not_fetched"),
        ("/inside", 1000, "not_fetched"),
        ("/none", 1000, "not_fetched"),
    ],
)
def test_what_is_not_fetched(site, path, most, said):
    with pytest.raises(FetchError) as caught:
        fetch(site.url + path, most)
    assert str(caught.value) == say(f"server.{said}", megabytes=0)
    assert len(site.asked) <= REDIRECTS + 1


def test_a_slow_answer_is_not_waited_for(site, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.1)
    with pytest.raises(FetchError, match=say("server.not_fetched")):
        fetch(site.url + "/slow", 1000)


def test_of_one_visitor_few_pictures_are_fetched_at_once_and_of_all_not_many(monkeypatch):
    release = asyncio.Event()

    async def waits(url, most):
        await release.wait()
        return b"x"

    monkeypatch.setattr(fetching, "_fetch", waits)

    async def crowd():
        tasks = [asyncio.create_task(fetching.fetch("http://a/", 1, "one")) for _ in range(OF_ADDRESS + 8)]
        await asyncio.sleep(0)
        others = [asyncio.create_task(fetching.fetch("http://a/", 1, f"other {i}")) for i in range(OF_ALL)]
        await asyncio.sleep(0.01)
        release.set()
        mine = await asyncio.gather(*tasks, return_exceptions=True)
        theirs = await asyncio.gather(*others, return_exceptions=True)
        assert mine == [b"x"] * OF_ADDRESS + mine[OF_ADDRESS:]
        assert all(str(refused) == say("server.too_many") for refused in mine[OF_ADDRESS:])
        assert theirs.count(b"x") == OF_ALL - OF_ADDRESS

    run(crowd())
    assert len(fetching._under_way) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://[64:ff9b::7f00:1]:1/",
        "http://[2002:7f00:1::]:1/",
        "http://[fec0::1]:1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://168.63.129.16/",
        "http://192.0.0.192/",
        "http://10.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http:///",
        "http://",
        "https://a b/",
    ],
)
def test_no_machine_is_asked_that_is_not_public(url, monkeypatch):
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: pytest.fail("a machine is asked"))
    with pytest.raises(FetchError):
        fetch(url, 1000)
