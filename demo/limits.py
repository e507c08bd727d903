"""Requests go in, those with a body too large to be ours are refused before anything reads it whole."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 2**20  # bytes; a drawing of as many points as are taken is under 100 kB
LARGEST_PICTURE = 20 * 2**20  # bytes


class LimitBody:
    """ASGI middleware: answers 413 to a body above LARGEST_BODY, or above LARGEST_PICTURE and its frame for a form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = dict(scope["headers"])
        form = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        limit = LARGEST_PICTURE + LARGEST_BODY if form else LARGEST_BODY
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            return await PlainTextResponse("The request is too large.", 413)(scope, receive, send)

        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message if received <= limit else {"type": "http.disconnect"}

        return await self.app(scope, counted, send)
