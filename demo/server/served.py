"""What is served here: the paths that the page and its endpoint need, and the headers of every answer."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

from demo.server.doors import LARGEST_ASKED, LARGEST_DRAWING

LARGEST_TOOL_CALL = 2**20  # bytes of JSON from an assistant, which sends its picture in the text
LARGEST_PICTURE = 20 * 2**20  # bytes of a file in a form

# Gradio has more, such as files by their path, addresses it fetches and video.
PATHS = re.compile(
    r"/|/own/.+|/(config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|pwa_icon)/?|/(assets|static)/.+"
    r"|/gradio_api/(info|openapi\.json|app_id|startup-events|upload|component_server|cancel|reset|theme\.css"
    r"|heartbeat/[\w-]{1,64}|queue/(join|data|status)|call/(v2/)?predict(/\w{1,64})?|mcp(/.*)?)/?"
)
STREAMS = re.compile(r"/gradio_api/(heartbeat/[\w-]{1,64}|queue/data|call/(v2/)?predict/\w{1,64}|mcp(/.*)?)/?")
SESSION_NAME = re.compile(r"[\w-]{1,64}")  # what Gradio's clients call theirs; servers keep it as long as the session

FRAMED = re.compile(r"(https?:(//[\w.*-]+(:\d+)?)?|\*)( (https?:(//[\w.*-]+(:\d+)?)?|\*))*")


def frames(environment: Mapping[str, str]) -> str:
    """Which sites may show the page in a frame besides the Hub, from the environment; a Space's every site over HTTPS.

    Ends the program with a sentence where it says something else.
    """
    sites = environment.get("DIGIT_DUEL_FRAMES", "https:" if "SPACE_ID" in environment else "")
    if sites and not FRAMED.fullmatch(sites):
        raise SystemExit(f"DIGIT_DUEL_FRAMES must be addresses such as https://school.example, not {sites!r}.")
    return sites


HEADERS = {"X-Content-Type-Options": "nosniff"}  # of every answer
POLICIES = {  # of what becomes a page, a frame or a worker; on a hundred modules they would weigh 65 kB
    # Gradio has scripts within the page and makes its templates by eval, so that scripts cannot be forbidden where they
    # stand; but none comes from elsewhere, nothing is sent elsewhere, and no site but the Hub shows the page in a frame
    # unless it is named.
    "Content-Security-Policy": "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' data: blob: https://huggingface.co https://*.hf.space; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; "
    f"frame-ancestors 'self' https://huggingface.co https://*.hf.space {frames(os.environ)}".rstrip(),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

# Parts of a page, as the browser calls what it asks for: the page's own policies hold for them.
PARTS = ("script", "style", "image", "font", "empty")


def headers_of(scope: Scope) -> dict[str, str]:
    """Those of the answer to a request. Who does not say what it is for gets all of them."""
    return HEADERS if Headers(scope=scope).get("sec-fetch-dest") in PARTS else {**HEADERS, **POLICIES}


def path_of(scope: Scope) -> str:
    """The path asked for, without a slash at its end."""
    return scope["path"].rstrip("/")


def is_served(scope: Scope) -> bool:
    return PATHS.fullmatch(scope["path"]) is not None


def is_page_call(scope: Scope) -> bool:
    """Whether this is one of the page's own calls."""
    return path_of(scope) == "/gradio_api/component_server"


def is_upload(scope: Scope) -> bool:
    return path_of(scope) == "/gradio_api/upload"


def largest_json(scope: Scope) -> int:
    """Bytes that a body of JSON may have at this door. Of the page's calls only the drawing's may have so many."""
    if is_page_call(scope):
        return LARGEST_DRAWING
    return LARGEST_TOOL_CALL if is_tool_call(scope) else LARGEST_ASKED


def is_tool_call(scope: Scope) -> bool:
    """Whether an assistant asks, by the Model Context Protocol."""
    return path_of(scope).startswith("/gradio_api/mcp")


def streaming_session(scope: Scope) -> str | None:
    """Whose answer stays open, where it is one that does; None of another."""
    if scope["method"] != "GET" or not STREAMS.fullmatch(scope["path"]):
        return None
    named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [""])[0]
    return named[:64] or path_of(scope)
