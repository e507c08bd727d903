"""Gradio's HTML document, put right before it is sent, and packed where brotli is understood.

Where the server is: beside the page, under whatever path it is shown. Gradio writes an address of its own into the
page, which it makes from the request. Behind a server that passes /digits/ on as / that address is another's, unless
GRADIO_ROOT_PATH names the path; the browser knows it anyhow.

What others are told of the page, who read no more than this: Gradio speaks of itself there.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.server.gradio_private import ENGLISH, MODE, NO_ENDLESS_FRAMES, OF_GRADIO, ROOT

BESIDE = 'window.gradio_config.root = new URL(".", location.href).href.replace(/\\/$/, "");'
SCRIPT = f"<script>{BESIDE}{ENGLISH}{NO_ENDLESS_FRAMES}</script>".encode()


class Document:
    """ASGI middleware next to Gradio. tags: HTML for the head of the page at an address that ends in a slash."""

    def __init__(self, app: ASGIApp, tags: Callable[[str], str]) -> None:
        self.app, self._tags = app, tags

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        start: Message = {}
        content = b""

        async def answer(told: Message) -> None:
            nonlocal start, content
            if told["type"] == "http.response.start":
                start = told
                return
            content += told.get("body", b"")
            if told.get("more_body", False):
                return
            content, headers = self._put_right(content), MutableHeaders(scope=start)
            if "br" in Headers(scope=scope).get("accept-encoding", ""):  # 41 kB, by gzip 46, in the same 5 ms
                content = brotli.compress(content, quality=6)
                headers["content-encoding"] = "br"
                headers.add_vary_header("Accept-Encoding")
            headers["content-length"] = str(len(content))
            await send(start)
            await send({"type": "http.response.body", "body": content})

        await self.app(scope, receive, answer)

    def _put_right(self, content: bytes) -> bytes:
        address = ROOT.search(content)
        tags = self._tags(json.loads(address[1]).rstrip("/") + "/") if address else ""
        return OF_GRADIO.sub(b"", content).replace(MODE, SCRIPT + tags.encode() + MODE, 1)
