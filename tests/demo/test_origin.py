"""Requests as browsers and programs send them: which come from another web page."""

from __future__ import annotations

import pytest

from demo.server.origin import from_elsewhere

CALL = "/gradio_api/component_server/"


def asked(method: str = "POST", path: str = CALL, **headers: str) -> bool:
    named = {"host": "localhost:7860", **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    return from_elsewhere({"type": "http", "method": method, "path": path, "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a program
        {"origin": "http://localhost:7860"},
        {"origin": "https://localhost:7860"},  # behind a proxy that takes TLS off
        {"origin": "http://LOCALHOST:7860"},
        {"origin": "http://192.168.1.5:7860", "host": "192.168.1.5:7860"},
        {"origin": "https://owner-name.hf.space", "host": "owner-name.hf.space"},
        {"origin": "https://digits.example", "x_forwarded_host": "digits.example"},
        {"origin": "https://digits.example", "x_forwarded_host": "digits.example, proxy.inside"},
        {"sec_fetch_site": "same-origin", "origin": "https://digits.example"},  # browsers say so, and know best
        {"sec_fetch_site": "none"},
    ],
)
def test_the_page_and_programs_are_let_in(headers):
    assert not asked(**headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:8000"},
        {"origin": "http://localhost"},
        {"origin": "http://localhost:7860.evil.example"},
        {"origin": "http://evil.example/localhost:7860"},
        {"origin": "null"},
        {"origin": "https://huggingface.co", "host": "owner-name.hf.space"},
        {"origin": "http://evil.example", "host": "evil.example:80"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "origin": "http://localhost:7860"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_another_page_is_not(headers, method):
    assert asked(method, **headers)
    assert asked(method, "/", **headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_anybody_may_lead_to_the_page_and_frame_it_as_the_hub_does(site):
    """Who may frame it is said in its headers."""
    framed = {"sec_fetch_site": site, "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}
    assert not asked("GET", "/", **framed)
    assert not asked("GET", "/assets/index.js", sec_fetch_site=site, sec_fetch_mode="no-cors")
    assert asked("GET", "/gradio_api/heartbeat/abc", sec_fetch_site=site, sec_fetch_mode="no-cors"), "it stays open"


def test_a_space_knows_the_name_it_has_outside(monkeypatch):
    assert asked(origin="https://owner-name.hf.space", host="10.0.0.1:7860")
    monkeypatch.setenv("SPACE_HOST", "owner-name.hf.space")
    assert not asked(origin="https://owner-name.hf.space", host="10.0.0.1:7860")
