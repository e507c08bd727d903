"""Requests go in; those for what is not served here, too large or too many are answered before the page sees them.

Who sends them is told by session, where a page names the one it has, and by address. A session is whatever a page calls
itself, so an address may begin only so many; what one address may do is enough for a school class behind it.
"""

from __future__ import annotations

import errno
import json
import math
import os
import re
import shutil
import tempfile
import time
import traceback
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import anyio
import orjson
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo import text
from demo.server.calls import ASKED

LARGEST_BODY = 2**20  # bytes; a drawing of as many points as are taken is under 100 kB
LARGEST_PICTURE = 20 * 2**20  # bytes
LARGEST_FIELDS = 2**14  # bytes of what is no file in a form
MOST_FILES = 10  # in a form
DEEPEST = 500  # lists within lists, in JSON that is read the slow way
PATIENCE = 60.0  # seconds that a body may take to arrive
AT_ONCE = 400  # requests of one address that are answered at the same time: a page keeps one open, and a few in flight

# What the page and its endpoint need. Gradio has more, such as files by their path, addresses it fetches and video.
PATHS = re.compile(
    r"/|/own/.+|/(config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|pwa_icon)/?|/(assets|static)/.+"
    r"|/gradio_api/(info|openapi\.json|app_id|startup-events|upload|component_server|cancel|reset|theme\.css"
    r"|heartbeat/[\w-]{1,64}|queue/(join|data|status)|call/(v2/)?\w{1,64}(/\w{1,64})?|mcp(/.*)?)/?"
)
SESSION_NAME = re.compile(r"[\w-]{1,64}")  # what Gradio's clients call theirs; servers keep it as long as the session

HEADERS = {
    # Gradio has scripts within the page and makes its templates by eval, so that scripts cannot be forbidden where they
    # stand; but none comes from elsewhere, nothing is sent elsewhere, and only the Hub shows the page in a frame.
    "Content-Security-Policy": "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' data: blob: https://huggingface.co https://*.hf.space; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self' https://huggingface.co https://*.hf.space",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


@dataclass(frozen=True)
class Rate:
    """What may be used in the long run, and at once after a pause."""

    a_second: float
    at_once: float


PAGE = Rate(200, 8000)  # files of the page and the like, of an address: a page has about 80
CALLS = Rate(4, 120)  # of the public endpoint, of an address
FORMS = Rate(1, 60)  # pictures and archives, of an address: up to a second each
SESSIONS = Rate(1, 1000)  # begun, of an address
# A session's work, in verdicts of about 5 ms. A page that does all it can at once uses 65 a second: 30 verdicts, the
# state of a training 6 times, the inside of a network 7 times.
WORK = Rate(80, 240)
COST = {"read_drawing": 1, "watch": 1, "look": 4, "archive": 40}  # by function; of others OTHER_COST
OTHER_COST = 10
# Bytes uploaded to the public endpoint, of all visitors: they lie on disk until they are UPLOAD_AGE old.
UPLOADS = Rate(2**18, 2**28)
LEAST_UPLOAD = 2**18  # bytes that an upload counts for
UPLOAD_AGE, UPLOAD_SWEEP = 600, 60  # seconds: so at most about 420 MB
# Bytes that are left free: of a form that finds no room on the way, Gradio leaves there for ever what it had written.
LEAST_ROOM = 2**25


class Buckets:
    """Token buckets: each fills at its rate; of too many, those longest unused are forgotten, and full again."""

    def __init__(self, capacity: int = 20_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity, self._clock = capacity, clock
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens, and when

    def __contains__(self, key: Hashable) -> bool:
        return key in self._levels

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: Hashable, rate: Rate, cost: float = 1) -> float:
        """0, and the tokens are taken; or else the seconds until there are enough."""
        now = self._clock()
        level, since = self._levels.pop(key, (rate.at_once, now))
        level = min(rate.at_once, level + (now - since) * rate.a_second)
        wait = max(0.0, (cost - level) / rate.a_second)
        self._levels[key] = (level if wait else level - cost, now)
        if len(self._levels) > self._capacity:
            self._levels.popitem(last=False)
        return wait


class Refusal(Exception):
    """A request that is not passed on: status, a sentence, and after how many seconds it may be tried again."""

    def __init__(self, status: int, sentence: str, wait: float = 0) -> None:
        headers = {"Retry-After": str(math.ceil(wait))} if wait else None
        self.answer = PlainTextResponse(sentence, status, headers)

    @classmethod
    def no_room(cls, scope: Scope) -> Refusal:
        """The disk is full. The page's own forms have an answer for it: of a refusal Gradio does not tell the page."""
        refusal = cls(507, text.NO_ROOM)
        if scope["path"].rstrip("/").endswith("/component_server") and _is_form(scope):
            refusal.answer = JSONResponse({"problem": text.NO_ROOM})
        return refusal


class Form:
    """Parts of a form go in as they arrive; raises Refusal for what Gradio would keep or leave lying about.

    Gradio writes each file to disk while it arrives, and leaves it there where the rest never comes, where a name is
    none, or where nobody asked for the field.
    """

    def __init__(self, headers: Headers, upload: bool) -> None:
        _, options = parse_options_header(headers["content-type"])
        if list(options) != [b"boundary"] or not options[b"boundary"]:
            raise Refusal(400, text.NOT_A_FORM)
        self._upload = upload  # for the public endpoint: files alone, under the name "files"
        self._name = self._value = self._field = b""
        self._is_file = self._done = False
        self._files = self._fields = self._size = 0
        events = {
            "on_part_begin": self._part_begins,
            "on_header_begin": self._header_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._part_ends,
            "on_end": self._end,
        }
        self._parser = MultipartParser(options[b"boundary"], events)

    def feed(self, content: bytes) -> None:
        try:
            self._parser.write(content)
        except FormParserError:
            raise Refusal(400, text.NOT_A_FORM) from None

    def finish(self) -> None:
        if not self._done:
            raise Refusal(400, text.NOT_A_FORM)

    def _part_begins(self) -> None:
        self._field, self._is_file, self._size, self._content = b"", False, 0, b""
        self._disposition = b""

    def _header_begins(self) -> None:
        self._name = self._value = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field, self._is_file = options.get(b"name", b""), b"filename" in options
        self._files += self._is_file
        file_name = PurePath(options.get(b"filename", b"").decode("utf-8", "replace")).name
        nameless = self._is_file and not any(map(str.isalnum, file_name))
        if not self._field or nameless or (self._upload and (not self._is_file or self._field != b"files")):
            raise Refusal(400, text.NOT_A_FORM)
        if self._files > MOST_FILES:
            raise Refusal(413, text.REQUEST_TOO_LARGE)

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if not self._is_file:
            self._fields += end - start
            self._content += data[start:end][:65]
        if self._size > LARGEST_PICTURE or self._fields > LARGEST_FIELDS:
            raise Refusal(413, text.REQUEST_TOO_LARGE)

    def _part_ends(self) -> None:
        if self._field == b"session_hash" and (
            self._is_file or not SESSION_NAME.fullmatch(self._content.decode("utf-8", "replace"))
        ):
            raise Refusal(400, text.NO_SESSION)

    def _end(self) -> None:
        self._done = True


class Guard:
    """ASGI middleware in front of Gradio, which keeps uploads in the folder of this name."""

    def __init__(
        self,
        app: ASGIApp,
        uploads: str,
        buckets: Buckets | None = None,
        on_space: bool = "SPACE_ID" in os.environ,
    ) -> None:
        self.app, self._uploads, self._on_space = app, uploads, on_space
        self._buckets = Buckets() if buckets is None else buckets
        self._open: Counter[str] = Counter()  # requests, by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        address = self._address(scope)
        self._open[address] += 1
        try:
            with tempfile.SpooledTemporaryFile(LARGEST_BODY) as body:
                receive = await self._admit(scope, receive, address, body)
                await self.app(scope, receive, send_with_headers)
        except Refusal as refusal:
            await refusal.answer(scope, receive, send_with_headers)
        except Exception as error:
            if started:
                raise
            traceback.print_exc()
            full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
            refusal = Refusal.no_room(scope) if full else Refusal(500, text.WENT_WRONG)
            await refusal.answer(scope, receive, send_with_headers)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    def _address(self, scope: Scope) -> str:
        """Who is at the other end, as far as it can be known.

        Uvicorn has already looked through a proxy on this machine. On a Space, every connection comes from the Hub's
        proxy; it puts the address it saw last in X-Forwarded-For, and what stands before that anybody may have
        written. Elsewhere the header is not looked at. Should the Hub put a hop of its own last, all its visitors count
        as one address, and its limits are wide enough for that.
        """
        address = (scope.get("client") or ("",))[0]
        if self._on_space:
            address = Headers(scope=scope).get("x-forwarded-for", address).rpartition(",")[2].strip()[:45]
        return ":".join(address.split(":")[:4])  # of an IPv6 address, the network: its owner has all the rest

    async def _admit(self, scope: Scope, receive: Receive, address: str, body: Any) -> Receive:
        """What the page reads the request from: the body, which is here and is whole, and then what follows."""
        path = scope["path"].rstrip("/")
        if not PATHS.fullmatch(scope["path"]):
            raise Refusal(404, text.NOTHING_HERE)
        if self._open[address] > AT_ONCE:
            raise Refusal(429, text.TOO_MANY, 1)
        if scope["method"] != "POST":
            self._take(("page", address), PAGE)
            return receive
        headers = Headers(scope=scope)
        if _is_form(scope):
            self._take(("forms", address), FORMS)
            form = Form(headers, path.endswith("/upload"))
            size = await _receive(headers, receive, body, LARGEST_PICTURE + LARGEST_BODY, form.feed)
            form.finish()
            if shutil.disk_usage(tempfile.gettempdir()).free < size + LEAST_ROOM:
                raise Refusal.no_room(scope)
            if path.endswith("/upload"):
                scope["query_string"] = b""  # an upload_id would be kept for ever
                self._take("uploads", UPLOADS, max(size, LEAST_UPLOAD))
                _drop_empty_folders(self._uploads)
        else:
            await _receive(headers, receive, body, LARGEST_BODY)
            body.seek(0)
            asked = _json(body.read())
            session, function = asked.get("session_hash"), asked.get("fn_name")
            if session is not None and not (isinstance(session, str) and SESSION_NAME.fullmatch(session)):
                raise Refusal(400, text.NO_SESSION)
            if path.endswith("/component_server") and session:
                if ("work", session) not in self._buckets:
                    self._take(("sessions", address), SESSIONS)
                cost = COST.get(function, OTHER_COST) if isinstance(function, str) else OTHER_COST
                self._take(("work", session), WORK, cost)
                scope[ASKED] = asked
            else:
                self._take(("calls", address), CALLS)
        left = body.tell()
        body.seek(0)
        whole = False

        async def replay() -> Message:
            nonlocal left, whole
            if whole:
                return await receive()
            part = body.read(2**16)
            left -= len(part)
            whole = left == 0
            return {"type": "http.request", "body": part, "more_body": not whole}

        return replay

    def _take(self, key: Hashable, rate: Rate, cost: float = 1) -> None:
        if wait := self._buckets.take(key, rate, cost):
            raise Refusal(429, text.TOO_MANY, wait)


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


def _is_form(scope: Scope) -> bool:
    return Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data")


async def _receive(
    headers: Headers, receive: Receive, body: Any, limit: int, look: Callable[[bytes], None] = lambda _: None
) -> int:
    """Read a body to its end; its size."""
    declared = headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > limit:
        raise Refusal(413, text.REQUEST_TOO_LARGE)
    size, more = 0, True
    try:
        with anyio.fail_after(PATIENCE):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(400, text.NOT_WHOLE)
                part, more = message.get("body", b""), message.get("more_body", False)
                size += len(part)
                if size > limit:
                    raise Refusal(413, text.REQUEST_TOO_LARGE)
                look(part)
                body.write(part)
    except TimeoutError:
        raise Refusal(408, text.NOT_WHOLE) from None
    return size


def _json(content: bytes) -> dict[str, Any]:
    """An object's fields, or none of something else; read as Gradio reads them."""
    try:
        value = orjson.loads(content)
    except ValueError:
        try:
            value = json.loads(content)  # takes NaN, and other encodings; from Python 3.12 on, also what is very deep
            _unless_deep(value)
        except (ValueError, RecursionError):
            raise Refusal(400, text.NOT_JSON) from None
    return value if isinstance(value, dict) else {}


def _unless_deep(value: Any) -> None:
    """Raise RecursionError for what Gradio would go down into until it breaks."""
    level = [value]
    for _ in range(DEEPEST):
        nested = [inner for inner in level if isinstance(inner, (dict, list))]
        if not nested:
            return
        level = [inner for outer in nested for inner in (outer.values() if isinstance(outer, dict) else outer)]
    raise RecursionError
