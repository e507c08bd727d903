"""Whether a request comes from this page itself or from another web page in the visitor's browser.

Browsers say it: Sec-Fetch-Site where the address is https or of this machine, Origin on every request that may change
something. Programs send neither and are let in. The way is that of Go's CrossOriginProtection (Filippo Valsorda, 2025).
Gradio itself gives other sites leave to read its answers; demo.server.gradio_private puts an end to that.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

OURS = ("same-origin", "none")  # none: typed, or opened from a bookmark
READING = ("GET", "HEAD")


def from_elsewhere(scope: Scope) -> bool:
    """Whether another site asks for what only this page, or a program, may ask for.

    Anybody may lead to the page, show its files and, as the Hub does, frame it; the policy in its headers says who.
    """
    headers = Headers(scope=scope)
    reading = scope["method"] in READING
    if site := headers.get("sec-fetch-site"):
        if site in OURS:
            return False
        return not (reading and (headers.get("sec-fetch-mode") == "navigate" or not _is_a_call(scope)))
    if reading or not (origin := headers.get("origin")):
        return False
    return urlsplit(origin).netloc.lower() not in _hosts(headers)


def _is_a_call(scope: Scope) -> bool:
    return scope["path"].startswith("/gradio_api/")


def _hosts(headers: Headers) -> set[str]:
    """What this server is called from outside; another page cannot write these headers."""
    named = {headers.get("host", ""), headers.get("x-forwarded-host", ""), os.environ.get("SPACE_HOST", "")}
    return {host.partition(",")[0].strip().lower() for host in named} - {""}
