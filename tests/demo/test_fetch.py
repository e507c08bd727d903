"""Addresses go in: of this machine, of others that are not public, and of a server made to look public."""

from __future__ import annotations

import gzip
import http.server
import threading
import time

import pytest
import safehttpx

from demo.server import fetch
from demo.server.fetch import FetchError


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
            if self.path == "/packed":
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(gzip.compress(b"x" * 10_000) if self.path == "/packed" else b"x" * 1000)

        def log_message(self, *_):
            pass

    async def public(host):
        if host != "public.example":
            raise ValueError("not public")
        return "127.0.0.1"

    asked: list[str] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(safehttpx, "async_validate_url", public)
    yield f"http://public.example:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_file_comes_whole_and_by_way_of_another_address(site):
    url, _ = site
    assert fetch.fetch(f"{url}/file", 1000) == b"x" * 1000
    assert fetch.fetch(f"{url}/here", 1000) == b"x" * 1000


@pytest.mark.parametrize(
    ("path", "most", "said"),
    [
        ("/file", 999, "too large"),
        ("/packed", 9_999, "too large"),  # what is small on its way counts as what it is
        ("/loop", 1000, "could be fetched"),
        ("/inside", 1000, "could be fetched"),
        ("/none", 1000, "could be fetched"),
    ],
)
def test_what_is_not_fetched(site, path, most, said):
    url, asked = site
    with pytest.raises(FetchError, match=said):
        fetch.fetch(url + path, most)
    assert len(asked) <= fetch.REDIRECTS + 1


def test_a_slow_answer_is_not_waited_for(site, monkeypatch):
    monkeypatch.setattr(fetch, "SECONDS", 0.1)
    with pytest.raises(FetchError, match="could be fetched"):
        fetch.fetch(site[0] + "/slow", 1000)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http:///",
        "http://",
        "https://a b/",
    ],
)
def test_no_machine_is_asked_that_is_not_public(url, monkeypatch):
    async def nobody(_):
        return []

    monkeypatch.setattr(safehttpx, "async_resolve_hostname_google", nobody)
    monkeypatch.setattr(safehttpx, "AsyncSecureTransport", lambda machine: pytest.fail(f"asks {machine}"))
    with pytest.raises(FetchError):
        fetch.fetch(url, 1000)
