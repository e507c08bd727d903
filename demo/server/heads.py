"""Connections that say too little or too much, given up by the HTTP server itself.

Uvicorn's httptools bounds neither the size of a request's head nor the time it may take; its h11 bounds the size and
takes 0.1 ms more a request. So httptools it is, with these bounds around it, which take a tenth of that.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from demo.words import say

LARGEST_HEAD = 2**16  # bytes: address and headers of a request
PATIENCE = 20.0  # seconds that a head may take, from the connection's first moment or from the head's first byte
LISTENING = 60.0  # seconds that somebody may take to receive some of what waits for them
MOST_WAITING = 512  # connections with half a head; of more, the oldest is given up
PIECE = 2**14  # bytes that are read before they are counted again


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    _waiting: dict[BoundedProtocol, None] = {}  # noqa: RUF012 (all connections' together: those with half a head)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._unseen = 0  # bytes since the last of which something has come: a head, or a piece of a body
        self._head = 0  # bytes of this head's address and headers
        self._in_head = False
        self._too_large = False
        self._patience: asyncio.TimerHandle | None = None
        self._listening: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        self._listened()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            if self.transport.is_closing():
                return
            self._unseen += len(piece)
            super().data_received(piece)
            if self._unseen > LARGEST_HEAD or self._too_large:
                return self._refuse(431, "server.head_too_large")
        if self._in_head and self._patience is None and not self.transport.is_closing():
            self._wait()

    # ---- what the parser has found

    def on_message_begin(self) -> None:
        self._head, self._in_head = 0, True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value) + 4
        self._too_large |= self._head > LARGEST_HEAD  # also of headers that follow a body
        if not self._too_large:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._unseen, self._in_head = 0, False
        self._heard()
        if self._head > LARGEST_HEAD:
            self._too_large = True
            raise ValueError("a head too large")  # the parser stops here
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unseen = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unseen = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if not self._too_large:
            super().send_400_response(msg)

    # ---- what is waited for

    def _wait(self) -> None:
        self._patience = self.loop.call_later(PATIENCE, self._refuse, 408, "server.not_whole")
        self._waiting[self] = None
        if len(self._waiting) > MOST_WAITING:
            next(iter(self._waiting))._refuse(408, "server.not_whole")

    def _heard(self) -> None:
        self._waiting.pop(self, None)
        if self._patience:
            self._patience.cancel()
            self._patience = None

    def _refuse(self, status: int, key: str) -> None:
        """Say why, unless an answer is under way, and close the connection."""
        self._heard()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            content = say(key).encode()
            head = f"HTTP/1.1 {status} {'Request Timeout' if status == 408 else 'Request Header Fields Too Large'}\r\n"
            head += f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(content)}\r\n"
            self.transport.write(head.encode() + b"connection: close\r\n\r\n" + content)
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._listening is None:
            self._listen(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._listened()
        super().resume_writing()

    def _listen(self, left: int) -> None:
        self._listening = self.loop.call_later(LISTENING, self._still_listening, left)

    def _still_listening(self, left: int) -> None:
        """Give up a connection by which nothing more has been taken."""
        now = self.transport.get_write_buffer_size()
        if now < left:
            self._listen(now)
        else:
            self.transport.abort()

    def _listened(self) -> None:
        if self._listening:
            self._listening.cancel()
            self._listening = None


def bound_heads() -> None:
    """Let Uvicorn, which Gradio starts without saying how, serve by this protocol from now on."""
    HTTP_PROTOCOLS["auto"] = f"{__name__}:{BoundedProtocol.__name__}"
