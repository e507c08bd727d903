"""A request's body, read whole and within bounds before Gradio sees the request."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import IO, Any

import anyio
import orjson
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from demo.server.limits import BODIES
from demo.server.refusal import Refusal

PATIENCE = 20.0  # seconds that a body of JSON may take to arrive
LONG_PATIENCE = 60.0  # seconds for a form with a file
DEEPEST = 500  # lists within lists: Gradio goes down into them until Python's recursion ends
MOST_VALUES = 2000  # in a call with a picture in its text: so much of it may be anything but long text
PIECE = 2**16  # bytes


def declared_size(headers: Headers, limit: int) -> int:
    """What the head says of the body's size, or where it says nothing the limit; raises Refusal for too much."""
    declared = headers.get("content-length")
    if declared is None:
        return limit
    if not declared.isascii() or not declared.isdigit() or int(declared) > limit:
        raise Refusal(413, "server.request_too_large")
    return int(declared)


class Bodies:
    """The bodies that are on their way.

    Of one address only so many: of more, the one that has taken longest is given up. So one who sends a thousand bodies
    and never ends them is in nobody's way, not even of others behind the same address, whose bodies arrive at once.
    """

    def __init__(self) -> None:
        self._waiting: dict[Hashable, OrderedDict[int, anyio.CancelScope]] = {}

    async def receive(self, address: Hashable, receive: Receive, body: IO[bytes], limit: int, seconds: float) -> int:
        """Read a body to its end and write it down; its size. Raises Refusal."""
        waiting = self._waiting.setdefault(address, OrderedDict())
        with anyio.move_on_after(seconds) as scope:
            waiting[id(scope)] = scope
            if len(waiting) > BODIES:
                waiting.popitem(last=False)[1].cancel()
            try:
                return await _receive(receive, body, limit)
            finally:
                waiting.pop(id(scope), None)
                if not waiting and self._waiting.get(address) is waiting:
                    del self._waiting[address]
        raise Refusal(408, "server.not_whole")


async def _receive(receive: Receive, body: IO[bytes], limit: int) -> int:
    size, more = 0, True
    while more:
        told = await receive()
        if told["type"] == "http.disconnect":
            raise Refusal(400, "server.not_whole")
        part, more = told.get("body", b""), told.get("more_body", False)
        size += len(part)
        if size > limit:
            raise Refusal(413, "server.request_too_large")
        body.write(part)
    return size


def read_json(content: bytes) -> Any:
    """The value in JSON as the standard has it: in UTF-8, without NaN, and not too deep. Raises ValueError."""
    value = orjson.loads(content)
    if content.count(b"[") + content.count(b"{") > DEEPEST:
        _unless_deep(value)
    return value


def check_values(content: bytes) -> None:
    """Raise Refusal where JSON holds more than a few values, however long its texts are."""
    if content.count(b",") + content.count(b"[") + content.count(b"{") > MOST_VALUES:
        raise Refusal(413, "server.request_too_large")


def _unless_deep(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        nested = [inner for inner in level if isinstance(inner, (dict, list))]
        if not nested:
            return
        level = [inner for outer in nested for inner in (outer.values() if isinstance(outer, dict) else outer)]
    raise ValueError(f"more than {DEEPEST} lists within lists")


def replayed(body: IO[bytes], receive: Receive) -> Receive:
    """What reads the body again as it came, from its beginning, and then what follows it."""
    left = body.tell()
    body.seek(0)
    whole = False

    async def replay() -> Message:
        nonlocal left, whole
        if whole:
            return await receive()
        part = body.read(PIECE)
        left -= len(part)
        whole = left == 0
        return {"type": "http.request", "body": part, "more_body": not whole}

    return replay
