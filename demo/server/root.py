"""Where the page finds the server: beside itself, under whatever path it is shown.

Gradio writes an address of its own into the page, which it makes from the request. Behind a server that passes
/digits/ on as / that address is another's, unless GRADIO_ROOT_PATH names the path; the browser knows it anyhow.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BEFORE = b"<script data-gradio-mode>"  # what follows Gradio's configuration in its page
SCRIPT = b'<script>window.gradio_config.root = new URL(".", location.href).href.replace(/\\/$/, "");</script>'


class Root:
    """ASGI middleware next to Gradio."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

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
            content = content.replace(BEFORE, SCRIPT + BEFORE, 1)
            MutableHeaders(scope=start)["content-length"] = str(len(content))
            await send(start)
            await send({"type": "http.response.body", "body": content})

        await self.app(scope, receive, answer)
