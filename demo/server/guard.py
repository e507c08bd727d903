"""ASGI middleware in front of Gradio: what is not served here, too large, too much or another site's is refused."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from typing import IO, Any, NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.server import forms, served
from demo.server.addresses import visitor_of
from demo.server.bodies import LONG_PATIENCE, PATIENCE, Bodies, check_values, declared_size, read_json, replayed
from demo.server.calls import ADDRESS, ASKED, called
from demo.server.doors import LARGEST_ASKED
from demo.server.limits import (
    ANSWERS,
    BYTES,
    CALLS,
    FORMS,
    LEAST_UPLOAD,
    MALFORMED,
    PAGE,
    SESSION_STREAMS,
    SESSIONS,
    STREAMS,
    UNPRICED,
    UPLOAD_SWEEP,
    UPLOADS,
    WORK,
    AtOnce,
    Buckets,
    Rate,
)
from demo.server.origin import from_elsewhere
from demo.server.refusal import Refusal, write_down
from demo.server.served import LARGEST_PICTURE

# Bytes that are left free: of a form that finds no room on the way, Gradio leaves there for ever what it had written.
LEAST_ROOM = 2**25
IN_MEMORY = 2**20  # bytes of a body; what is longer lies on disk meanwhile


class Bounds(NamedTuple):
    """What a page's call costs, in verdicts, and how many bytes of JSON it may have."""

    price: float
    largest: int


def bounds_of(scope: Scope, asked: Mapping[str, Any]) -> Bounds:
    """What the function that is called says of itself, for what is asked of it."""
    door = getattr(called(scope, dict(asked)), "door", None)
    if door is None:
        return Bounds(UNPRICED, LARGEST_ASKED)
    try:
        return Bounds(door.price_of(asked.get("data")), door.largest)
    except Exception:  # of a question that fits nothing
        return Bounds(UNPRICED, door.largest)


class Guard:
    """uploads: the folder in which Gradio keeps them. bounds: of a page's call."""

    def __init__(
        self,
        app: ASGIApp,
        uploads: str,
        buckets: Buckets | None = None,
        on_space: bool = "SPACE_ID" in os.environ,
        bounds: Callable[[Scope, Mapping[str, Any]], Bounds] = bounds_of,
    ) -> None:
        self.app, self._uploads, self._on_space, self._bounds = app, uploads, on_space, bounds
        self._buckets = Buckets() if buckets is None else buckets
        self._bodies, self._open = Bodies(), AtOnce()
        self._folder = tempfile.gettempdir()  # tried by writing to it, so now, while there is room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close"})  # there is none here
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def answer(told: Message) -> None:
            nonlocal started
            if told["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=told).update(served.headers_of(scope))
            await send(told)

        address = scope[ADDRESS] = visitor_of(scope, self._on_space)
        stream = served.streaming_session(scope)
        keys = [("answers", address)] if stream is None else [("streams", address), ("streams of", stream)]
        try:
            with self._open.one_more(*keys), tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
                receive = await self._admit(scope, receive, address, stream, body)
                await self.app(scope, receive, answer)
        except Refusal as refusal:
            await refusal.answer(scope, receive, answer)
        except Exception as error:
            write_down(error)
            if started:
                return  # the connection is closed for want of the rest
            full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
            answered = _no_room(scope) if full else Refusal(500, "server.went_wrong")
            await answered.answer(scope, receive, answer)

    async def _admit(
        self, scope: Scope, receive: Receive, address: str, stream: str | None, body: IO[bytes]
    ) -> Receive:
        """What Gradio reads the request from: the body, which is here and is whole, and then what follows."""
        if not served.is_served(scope):
            raise Refusal(404, "server.nothing_here")
        if from_elsewhere(scope):
            raise Refusal(403, "server.other_site")
        self._bound_what_is_open(address, stream)
        if scope["method"] != "POST":
            self._take(("page", address), PAGE)
            return receive
        if forms.is_form(scope):
            await self._admit_form(scope, receive, address, body)
        else:
            await self._admit_json(scope, receive, address, body)
        return replayed(body, receive)

    def _bound_what_is_open(self, address: str, stream: str | None) -> None:
        if stream is None:
            too_many = self._open["answers", address] > ANSWERS
        else:
            too_many = self._open["streams of", stream] > SESSION_STREAMS or self._open["streams", address] > STREAMS
        if too_many:
            raise Refusal(429, "server.too_many", 1)

    async def _admit_form(self, scope: Scope, receive: Receive, address: str, body: IO[bytes]) -> None:
        headers, upload = Headers(scope=scope), served.is_upload(scope)
        self._take(("forms", address), FORMS)
        forms.check_boundary(headers)
        most = LARGEST_PICTURE + forms.LARGEST_FIELDS + 2**14  # and what stands between the parts
        declared_size(headers, most)
        size = await self._bodies.receive(address, receive, body, most, LONG_PATIENCE)
        fields = await forms.read_form(headers, body, upload)
        body.seek(size)
        if shutil.disk_usage(self._folder).free < size + LEAST_ROOM:
            raise _no_room(scope)
        if upload:
            scope["query_string"] = b""  # an upload_id would be kept for ever
            self._take("uploads", UPLOADS, max(size, LEAST_UPLOAD))
            _drop_empty_folders(self._uploads)
        elif session := fields.get("session_hash"):
            component = fields.get("component_id", "")
            number = int(component) if component.isascii() and component.isdigit() and len(component) < 10 else None
            self._charge(scope, address, session, {**fields, "component_id": number, "data": fields}, 0)

    async def _admit_json(self, scope: Scope, receive: Receive, address: str, body: IO[bytes]) -> None:
        most, page_call = served.largest_json(scope), served.is_page_call(scope)
        self._take(("bytes", address), BYTES, declared_size(Headers(scope=scope), most))
        if not page_call:
            self._take(("calls", address), CALLS)
        await self._bodies.receive(address, receive, body, most, PATIENCE)
        content = _content(body)
        if served.is_tool_call(scope):
            return check_values(content)
        try:
            asked = read_json(content)
        except ValueError:
            self._take(("malformed", address), MALFORMED)
            raise Refusal(400, "server.not_json") from None
        if not isinstance(asked, dict):
            raise Refusal(400, "server.does_not_fit")
        session = asked.get("session_hash")
        if session is not None and not (isinstance(session, str) and served.SESSION_NAME.fullmatch(session)):
            raise Refusal(400, "server.no_session")
        if not page_call:
            return _check_call(scope, asked)
        if not session:
            self._take(("calls", address), CALLS)
            return
        self._charge(scope, address, session, asked, len(content))
        scope[ASKED] = asked

    def _charge(self, scope: Scope, address: str, session: str, asked: Mapping[str, Any], size: int) -> None:
        """Charge the session that makes a page's call; size: of its JSON."""
        bounds = self._bounds(scope, asked)
        if ("work", session) not in self._buckets:
            self._take(("sessions", address), SESSIONS)
        self._take(("work", session), WORK, bounds.price)
        if size > bounds.largest:
            raise Refusal(413, "server.request_too_large")

    def _take(self, key: Hashable, rate: Rate, cost: float = 1) -> None:
        if wait := self._buckets.take(key, rate, cost):
            raise Refusal(429, "server.too_many", wait)


def _content(body: IO[bytes]) -> bytes:
    body.seek(0)
    return body.read()


def _check_call(scope: Scope, asked: Mapping[str, Any]) -> None:
    """Raise Refusal where Gradio would break over what is missing: this form of a call names its arguments."""
    if served.path_of(scope) == "/gradio_api/call/v2/predict" and asked.keys() != {"picture"}:
        raise Refusal(400, "server.one_picture")


def _no_room(scope: Scope) -> Refusal:
    """The disk is full."""
    if served.is_page_call(scope) and forms.is_form(scope):
        return Refusal.told("server.no_room")
    return Refusal(507, "server.no_room")


def _drop_empty_folders(uploads: str) -> None:
    """Those of uploads that have been deleted: Gradio deletes the files alone. The newest may be about to be filled."""
    folders = {}
    with suppress(OSError):
        folders = {folder.path: folder.stat().st_mtime for folder in os.scandir(uploads)}
    newest = max(folders.values(), default=0)
    for folder, changed in folders.items():
        if changed < newest - UPLOAD_SWEEP:
            with suppress(OSError):  # it is not empty, or no folder
                os.rmdir(folder)
