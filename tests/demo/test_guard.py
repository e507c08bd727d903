"""The guard, with requests made up by hand and a page that answers everything behind it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from demo.server import guard as guards
from demo.server.bodies import DEEPEST
from demo.server.doors import LARGEST_ASKED, LARGEST_DRAWING
from demo.server.forms import LARGEST_FIELDS, MOST_FIELDS, MOST_FILES
from demo.server.guard import LEAST_ROOM, Bounds, Guard
from demo.server.limits import (
    ANSWERS,
    BODIES,
    BYTES,
    CALLS,
    FORMS,
    LEAST_UPLOAD,
    MALFORMED,
    SESSION_STREAMS,
    SESSIONS,
    STREAMS,
    UNPRICED,
    UPLOAD_AGE,
    UPLOAD_SWEEP,
    UPLOADS,
    WORK,
    Buckets,
)
from demo.server.served import LARGEST_PICTURE, LARGEST_TOOL_CALL, POLICIES, frames
from demo.words import message, say
from tests.support import run

SERVER = "/gradio_api/component_server/"
UPLOAD = "/gradio_api/upload"
LOOP = asyncio.new_event_loop()


PRICES = {"read_drawing": 1, "watch": 1, "look": 4}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Page:
    """Stands behind the guard: keeps what it is sent, and answers 200."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.queries: list[bytes] = []
        self.problem: Exception | None = None

    async def __call__(self, scope, receive, send) -> None:
        if self.problem:
            raise self.problem
        body, more = b"", True
        while more:
            message = await receive()
            assert message["type"] == "http.request", "the page is told of no disconnect before the body is whole"
            body, more = body + message["body"], message["more_body"]
        self.bodies.append(body)
        self.queries.append(scope["query_string"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"page"})


class Answer:
    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, {}, b""

    async def send(self, message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")


class Visitors:
    """Sends requests through a guard with a clock of its own."""

    def __init__(self, on_space: bool = False, uploads: str = "no such folder") -> None:
        self.page, self.clock = Page(), Clock()
        self.buckets = Buckets(clock=self.clock)
        self.guard = Guard(self.page, uploads, self.buckets, on_space, self.bounds)

    @staticmethod
    def bounds(scope, asked) -> Bounds:
        name = asked.get("fn_name")
        return Bounds(PRICES.get(name, UNPRICED) if isinstance(name, str) else UNPRICED, LARGEST_DRAWING)

    def ask(self, path="/", method="GET", body=b"", headers=(), address="192.0.2.1", parts=None, whole=True) -> Answer:
        if parts is None and body and "Content-Length" not in dict(headers):
            headers = [*headers, ("Content-Length", str(len(body)))]
        parts = [body] if parts is None else parts
        sent = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        if whole:
            sent[-1]["more_body"] = False
        messages = iter(sent)

        async def receive():
            return next(messages, {"type": "http.disconnect"})

        answer = Answer()
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"upload_id=a",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "client": (address, 1234),
        }
        LOOP.run_until_complete(self.guard(scope, receive, answer.send))
        return answer

    def call(self, function="read_drawing", session="one", **more) -> Answer:
        body = json.dumps({"data": None, "fn_name": function, "session_hash": session, "component_id": 1})
        return self.ask(SERVER, "POST", body.encode(), **more)

    def form(self, content: bytes, path=SERVER, kind="multipart/form-data; boundary=b", **more) -> Answer:
        return self.ask(path, "POST", content, [("Content-Type", kind)], **more)


@pytest.fixture
def visitors() -> Visitors:
    return Visitors()


def part(name: str, content: bytes = b"x", file: str | None = None) -> bytes:
    file = "" if file is None else f'; filename="{file}"'
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"


END = b"--b--\r\n"


# ---- rates


def test_a_session_may_do_what_a_page_does_and_not_much_more(visitors):
    """30 verdicts a second, the training 6 times and the inside 7 times: a minute of it, evenly."""
    for tick in range(60 * 30):
        visitors.clock.now = tick / 30
        assert visitors.call().status == 200
        if tick % 5 == 0:
            assert visitors.call("watch").status == 200
        if tick % 30 in range(0, 28, 4):
            assert visitors.call("look").status == 200
    answers = [visitors.call() for _ in range(int(WORK.at_once) + 1)]
    refused = answers[-1]
    assert refused.status == 429 and refused.body.decode() == say("server.too_many")
    assert int(refused.headers["retry-after"]) >= 1


def test_fifty_visitors_behind_one_address_never_meet_a_limit(visitors):
    for visitor in range(50):
        for _ in range(80):
            assert visitors.ask("/assets/index.js").status == 200  # all open the page in the same second
        for _ in range(60):
            assert visitors.call(session=f"visitor-{visitor}").status == 200
        assert visitors.form(part("picture", file="a.png") + END).status == 200


@pytest.mark.parametrize(("function", "price"), [*PRICES.items(), ("prepare", UNPRICED)])
def test_in_the_long_run_a_session_does_so_much_work_whatever_it_asks_for(visitors, function, price):
    """A verdict is about 5 ms: 80 a second keep less than half a core busy."""
    done = 0
    for _ in range(600):
        visitors.clock.now += 0.1
        while visitors.call(function).status == 200:
            done += 1
    assert done * price == pytest.approx(WORK.at_once + 60 * WORK.a_second, rel=0.01)


def test_a_price_may_depend_on_what_is_asked():
    visitors = Visitors()
    visitors.guard._bounds = lambda scope, asked: Bounds(len(asked["data"]), 1000)
    body = {"data": "x" * int(WORK.at_once), "fn_name": "read_drawing", "session_hash": "one", "component_id": 1}
    assert visitors.ask(SERVER, "POST", json.dumps(body).encode()).status == 200
    assert visitors.ask(SERVER, "POST", json.dumps({**body, "data": "x"}).encode()).status == 429


def test_what_costs_more_than_a_bucket_holds_passes_alone():
    visitors = Visitors()
    visitors.guard._bounds = lambda scope, asked: Bounds(10 * WORK.at_once, 1000)
    assert [visitors.call().status, visitors.call().status] == [200, 429]


def test_a_function_that_nobody_knows_costs_as_much_as_a_heavy_one(visitors):
    for function in ("no such", None, ["read_drawing"], {}):
        visitors.clock.now += 1000
        passed = sum(visitors.call(function).status == 200 for _ in range(100))
        assert passed == WORK.at_once // UNPRICED


def test_a_form_costs_its_session_what_its_function_costs(visitors):
    form = part("fn_name", b"prepare") + part("session_hash", b"abc") + part("picture", file="a.png") + END
    statuses = [visitors.form(form, address=f"192.0.2.{i}").status for i in range(30)]
    assert statuses == [200] * int(WORK.at_once // UNPRICED) + [429] * 6


def test_malformed_bodies_cost_their_sender_and_nobody_else(visitors):
    statuses = [visitors.ask(SERVER, "POST", b"{").status for _ in range(150)]
    assert statuses == [400] * int(MALFORMED.at_once) + [429] * (150 - int(MALFORMED.at_once))
    assert visitors.call().status == 200, "who asks as a page does is answered, even at the same address"
    assert visitors.ask(SERVER, "POST", b"{", address="192.0.2.2").status == 400


def test_bytes_are_charged_before_they_are_read(visitors):
    """What is declared is charged, and where nothing is declared as much as there may be; nothing is read then."""
    headers = [("Content-Length", str(LARGEST_DRAWING))]
    for _ in range(int(BYTES.at_once // LARGEST_DRAWING)):
        visitors.ask(SERVER, "POST", b"{", headers)
    assert visitors.ask(SERVER, "POST", b"{", headers, whole=False).status == 429
    assert visitors.ask(SERVER, "POST", parts=[b"{"], whole=False).status == 429


def test_an_address_begins_only_so_many_sessions(visitors):
    begun = [visitors.call(session=f"made-up-{i}").status for i in range(int(SESSIONS.at_once) + 5)]
    assert begun == [200] * int(SESSIONS.at_once) + [429] * 5
    assert visitors.call(session="made-up-3").status == 200, "those begun go on"
    assert visitors.call(session="other", address="192.0.2.2").status == 200
    assert visitors.call(session="v6", address="2001:db8:1:2::1").status == 200


def test_the_endpoint_and_forms_have_a_rate_by_address(visitors):
    body = json.dumps({"data": [], "session_hash": "a"}).encode()
    calls = [visitors.ask("/gradio_api/call/predict", "POST", body).status for _ in range(int(CALLS.at_once) + 1)]
    assert calls == [200] * int(CALLS.at_once) + [429]
    forms = [visitors.form(part("picture", file="a.png") + END).status for _ in range(int(FORMS.at_once) + 1)]
    assert forms == [200] * int(FORMS.at_once) + [429]
    visitors.clock.now += 60
    assert visitors.form(END).status != 429


def test_uploads_fill_only_so_much_of_the_disk(visitors):
    """However many addresses upload: what is kept until it is deleted is bounded."""
    kept = 0
    content = part("files", b"x" * 2**21, "a.png") + END
    for i in range(300):
        kept += visitors.form(content, UPLOAD, address=f"192.0.2.{i % 250}").status == 200
    assert kept == int(UPLOADS.at_once // len(content))
    small = part("files", file="a.png") + END
    visitors.clock.now += 1000 * UPLOADS.at_once
    kept = sum(visitors.form(small, UPLOAD, address=f"192.0.3.{i % 250}").status == 200 for i in range(2000))
    assert kept == UPLOADS.at_once // LEAST_UPLOAD, "nor so many small ones"
    most = UPLOADS.at_once + UPLOADS.a_second * (UPLOAD_AGE + UPLOAD_SWEEP)
    assert most < 2**29


class Crowd:
    """Requests that are all open at once: each waits behind the guard until it is released."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.answers: list[Answer] = []
        self.guard = Guard(self.waits, "", Buckets(clock=Clock()))
        self.tasks: list[asyncio.Task] = []

    async def waits(self, scope, receive, send):
        await self.release.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def ask(self, path: str, address: str) -> None:
        self.answers.append(Answer())
        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": (address, 1)}
        self.tasks.append(asyncio.create_task(self.guard(scope, None, self.answers[-1].send)))
        await asyncio.sleep(0)

    def count(self, status: int) -> int:
        return [answer.status for answer in self.answers].count(status)

    async def end(self) -> None:
        self.release.set()
        await asyncio.gather(*self.tasks)
        assert len(self.guard._open) == 0, "what is answered is forgotten"


def test_only_so_many_requests_of_an_address_are_answered_at_once():
    async def crowd():
        page = Crowd()
        for _ in range(ANSWERS + 3):
            await page.ask("/", "192.0.2.1")
        await page.ask("/", "192.0.2.2")
        assert page.count(429) == 3
        await page.end()
        assert page.count(200) == ANSWERS + 1

    run(crowd())


def test_answers_that_stay_open_are_bounded_by_session_and_lock_no_address_out():
    async def crowd():
        page = Crowd()
        for session in range(STREAMS // SESSION_STREAMS):
            for _ in range(SESSION_STREAMS + 1):
                await page.ask(f"/gradio_api/heartbeat/s{session}", "192.0.2.1")
        sessions = STREAMS // SESSION_STREAMS
        assert page.count(429) == sessions, "one of each session"
        await page.ask("/gradio_api/heartbeat/another", "192.0.2.1")
        assert page.count(429) == sessions + 1
        await page.ask("/gradio_api/heartbeat/another", "192.0.2.2")
        await page.ask("/", "192.0.2.1")
        assert page.count(429) == sessions + 1, "the address asks for everything else as before"
        await page.end()

    run(crowd())


def test_bodies_that_never_end_are_given_up_for_those_that_do():
    """The oldest first: so no number of them keeps others of the same address out."""

    async def crowd():
        guard = Guard(Page(), "", Buckets(clock=Clock()), bounds=Visitors.bounds)
        answers = [Answer() for _ in range(BODIES + 2)]

        async def never():
            await asyncio.sleep(30)

        async def begin(answer):
            scope = {"type": "http", "method": "POST", "path": SERVER, "headers": [], "client": ("192.0.2.1", 1)}
            scope["headers"] = [(b"content-length", b"10")]
            await guard({**scope, "query_string": b""}, never, answer.send)

        tasks = [asyncio.create_task(begin(answer)) for answer in answers]
        await asyncio.sleep(0.05)
        assert [answer.status for answer in answers[:3]] == [408, 408, 0]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not guard._bodies._waiting and len(guard._open) == 0

    run(crowd())


def test_forty_pages_that_open_at_once_meet_no_limit(visitors):
    """A school behind one address: 3,588 requests were counted."""
    for request in range(3588):
        assert visitors.ask(f"/assets/{request % 90}.js").status == 200


def test_whoever_writes_the_header_is_not_believed():
    """X-Forwarded-For counts on a Space alone, and there its last entry, which the Hub's proxy wrote."""
    local, space = Visitors(), Visitors(on_space=True)
    for i in range(int(CALLS.at_once)):
        forwarded = [("X-Forwarded-For", f"198.51.100.{i}, 203.0.113.7")]
        assert local.ask("/gradio_api/cancel", "POST", b"{}", forwarded).status == 200
        assert space.ask("/gradio_api/cancel", "POST", b"{}", forwarded).status == 200
    for visitors in (local, space):
        refused = visitors.ask("/gradio_api/cancel", "POST", b"{}", [("X-Forwarded-For", "203.0.113.7")])
        assert refused.status == 429
    assert local.ask("/gradio_api/cancel", "POST", b"{}", [("X-Forwarded-For", "203.0.113.8")]).status == 429
    assert space.ask("/gradio_api/cancel", "POST", b"{}", [("X-Forwarded-For", "203.0.113.8")]).status == 200


def test_an_ipv6_network_is_one_address(visitors):
    for i in range(int(CALLS.at_once)):
        visitors.ask("/gradio_api/cancel", "POST", b"{}", address=f"2001:db8:1:2:{i:x}::1")
    assert visitors.ask("/gradio_api/cancel", "POST", b"{}", address="2001:db8:1:2:ffff::1").status == 429
    assert visitors.ask("/gradio_api/cancel", "POST", b"{}", address="2001:db8:1:3::1").status == 200


def test_no_limit_depends_on_the_clock_on_the_wall():
    sources = [*Path("demo").rglob("*.py"), *Path("nets").rglob("*.py")]
    assert sources and not [p for p in sources if re.search(r"\btime\.time\(|datetime", p.read_text("utf-8"))]


# ---- sizes and shapes of bodies


@pytest.mark.parametrize("parts", [1, 3, 64])
def test_a_body_is_passed_on_as_it_came(visitors, parts):
    body = json.dumps({"data": "é" * 15_000, "session_hash": "a", "fn_name": "x"}).encode()
    step = -(-len(body) // parts)
    answer = visitors.ask(SERVER, "POST", parts=[body[i : i + step] for i in range(0, len(body), step)])
    assert answer.status == 200 and visitors.page.bodies == [body]
    assert visitors.ask("/gradio_api/cancel", "POST", b"{}").status == 200
    assert visitors.page.bodies[1] == b"{}"


def test_a_form_is_passed_on_as_it_came(visitors):
    content = part("picture", bytes(range(256)) * 9000, "ü.png") + part("session_hash", b"abc") + END
    assert visitors.form(content).status == 200
    assert visitors.page.bodies == [content]


@pytest.mark.parametrize(
    ("door", "most"),
    [
        (SERVER, LARGEST_DRAWING),
        ("/gradio_api/cancel", LARGEST_ASKED),
        ("/gradio_api/reset", LARGEST_ASKED),
        ("/gradio_api/queue/join", LARGEST_ASKED),
        ("/gradio_api/call/predict", LARGEST_ASKED),
        ("/gradio_api/call/v2/predict", LARGEST_ASKED),
        ("/gradio_api/mcp/", LARGEST_TOOL_CALL),
        ("/", LARGEST_ASKED),
    ],
)
def test_every_door_but_the_drawing_s_takes_a_few_kilobytes(visitors, door, most):
    body = json.dumps({"picture": "x"}).encode()
    assert visitors.ask(door, "POST", body.ljust(most)).status == 200
    assert visitors.ask(door, "POST", body.ljust(most + 1)).status == 413
    assert LARGEST_ASKED < 10_000


def test_a_question_is_as_large_as_its_function_takes(visitors):
    """The doors of a page have one path; whose the body is, is known once it is read."""
    visitors.guard._bounds = lambda scope, asked: Bounds(1, 50)
    assert visitors.call().status == 413
    visitors.guard._bounds = lambda scope, asked: Bounds(1, 500)
    assert visitors.call().status == 200


def test_an_assistant_s_picture_is_text_and_not_a_million_values(visitors):
    picture = json.dumps({"params": {"picture": "x" * 500_000}}).encode()
    assert visitors.ask("/gradio_api/mcp/", "POST", picture).status == 200
    assert visitors.ask("/gradio_api/mcp/", "POST", b"[" + b"[]," * 10_000 + b"[]]").status == 413


@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_not_read_whole(visitors, declared):
    size = LARGEST_DRAWING + 1
    headers = [("Content-Length", str(size))] if declared else []
    given = 0

    def parts():
        nonlocal given
        for _ in range(64):
            given += 1
            yield b" " * 2**20

    answer = visitors.ask(SERVER, "POST", headers=headers, parts=list(parts()))
    assert answer.status == 413 and answer.body.decode() == say("server.request_too_large")
    assert not visitors.page.bodies
    assert visitors.ask(SERVER, "POST", headers=[("Content-Length", "-1")]).status == 413
    assert visitors.ask(SERVER, "POST", headers=[("Content-Length", "²")]).status == 413


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 2**17, b"{" * 1000, b'{"a":' * 20_000, b"\xff\xfe", b"nonsense", b"NaN"]
)
def test_what_is_no_json_is_refused(visitors, body):
    answer = visitors.ask(SERVER, "POST", body)
    assert answer.status == 400 and answer.body.decode() == say("server.not_json")


@pytest.mark.parametrize(("deep", "status"), [(DEEPEST - 10, 200), (DEEPEST + 10, 400), (5000, 400)])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")])
def test_how_deep_json_may_be_is_the_same_for_every_python(visitors, opens, closes, deep, status):
    body = f'{{"deep": {opens * deep}1{closes * deep}}}'
    assert visitors.ask(SERVER, "POST", body.encode()).status == status


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": NaN}',
        b'{"data": -Infinity}',
        json.dumps({"session_hash": "x"}).encode("utf-16"),
        b'{"data": "\\ud800"}',
        b'{"a": 1} {"a": 1}',
    ],
)
def test_json_is_what_the_standard_says(visitors, body):
    """Gradio takes more, and reads it slowly; what it reads and the guard does not would be unguarded."""
    answer = visitors.ask(SERVER, "POST", body)
    assert answer.status == 400 and answer.body.decode() == say("server.not_json")


def test_a_session_s_name_is_found_however_it_is_written(visitors):
    long = b"x" * 1000
    for body in (
        b'{"session\\u005fhash": "' + long + b'"}',
        b'{"session_hash": "short", "session_hash": "' + long + b'"}',
    ):
        answer = visitors.ask(SERVER, "POST", body)
        assert answer.status == 400 and answer.body.decode() == say("server.no_session")


@pytest.mark.parametrize("body", [b"[]", b"7", b'"text"', b"null"])
def test_a_body_is_an_object(visitors, body):
    for door in (SERVER, "/gradio_api/cancel"):
        answer = visitors.ask(door, "POST", body)
        assert answer.status == 400 and answer.body.decode() == say("server.does_not_fit")


@pytest.mark.parametrize("body", [{}, {"data": []}, {"picture": None, "more": 1}])
def test_a_call_by_named_arguments_names_the_picture(visitors, body):
    answer = visitors.ask("/gradio_api/call/v2/predict", "POST", json.dumps(body).encode())
    assert answer.status == 400 and answer.body.decode() == say("server.one_picture")


@pytest.mark.parametrize("session", [7, ["a"], {"a": 1}, "x" * 65, "a b", "../a", "", "${alert(1)}", True])
def test_a_session_has_a_short_plain_name(visitors, session):
    assert visitors.call(session=session).status == 400
    form = part("picture", file="a.png") + part("session_hash", str(session).encode() + b"!") + END
    assert visitors.form(form).status == 400
    assert not visitors.page.bodies


def test_the_first_content_type_counts_as_it_does_for_gradio(visitors):
    """Or a body that Gradio takes for JSON would have the limits of a form."""
    kinds = [("Content-Type", "application/json"), ("Content-Type", "multipart/form-data; boundary=b")]
    assert visitors.ask(SERVER, "POST", b" " * (LARGEST_DRAWING + 1), kinds).status == 413


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (part("picture", b"x" * (LARGEST_PICTURE + 1), "a.png") + END, 413),
        (part("steps", b"x" * (LARGEST_FIELDS + 1)) + END, 413),
        (part("steps", b"x" * 9000) * 2 + END, 413),
        (part("p", file="a.png") * (MOST_FILES + 1) + END, 413),
        (part("p") * (MOST_FIELDS + 1) + END, 413),
        (part("picture", b"x" * 1000, "a.png"), 400),  # which never ends
        (part("picture", file="") + END, 400),
        (part("picture", file="..") + END, 400),
        (part("picture", file="a/..") + END, 400),
        (part("", file="a.png") + END, 400),
        (b"--b\r\nX: y\r\n\r\nz\r\n" + END, 400),
        (b"--b\r\n" + b"".join(b"X: y\r\n" for _ in range(100)) + b"\r\nz\r\n" + END, 400),
        (b"no form", 400),
        (b"", 400),
    ],
)
def test_a_form_that_gradio_would_leave_lying_about_is_refused(visitors, content, status):
    assert visitors.form(content).status == status
    assert not visitors.page.bodies


def test_a_form_cut_off_never_reaches_the_page(visitors):
    content = part("picture", b"x" * 100_000, "a.png") + END
    answer = visitors.ask(
        SERVER,
        "POST",
        parts=[content[:50_000]],
        headers=[("Content-Type", "multipart/form-data; boundary=b")],
        whole=False,
    )
    assert answer.status == 400 and not visitors.page.bodies


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=b; charset=utf-16",
        "Multipart/Form-Data; x=b",
    ],
)
def test_a_form_says_where_its_parts_end_and_nothing_else(visitors, kind):
    assert visitors.form(part("picture", file="a.png") + END, kind=kind).status == 400


def test_an_upload_is_of_files_alone_and_is_followed_by_nobody(visitors):
    assert visitors.form(part("files", file="a.png") + END, UPLOAD).status == 200
    assert visitors.page.queries == [b""]
    assert visitors.form(part("other", file="a.png") + END, UPLOAD).status == 400
    assert visitors.form(part("files") + END, UPLOAD).status == 400


def test_the_folders_of_deleted_uploads_go_with_the_next_upload(tmp_path):
    visitors = Visitors(uploads=str(tmp_path))
    long_ago = time.time() - 2 * UPLOAD_SWEEP
    for name in ("empty", "full", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "a.png").write_bytes(b"x")
    (tmp_path / "a.txt").write_bytes(b"x")
    for name in ("empty", "full", "a.txt"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    assert visitors.form(part("files", file="a.png") + END, UPLOAD).status == 200
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "full", "new"]


def test_a_body_that_never_comes_is_not_waited_for(visitors, monkeypatch):
    monkeypatch.setattr(guards, "PATIENCE", 0.02)
    answer = Answer()

    async def receive():
        await asyncio.sleep(30)

    scope = {"type": "http", "method": "POST", "path": SERVER, "headers": [], "client": ("192.0.2.1", 1)}
    run(visitors.guard(scope, receive, answer.send))
    assert answer.status == 408


# ---- what is there, and what is said


@pytest.mark.parametrize("path", ["/", "/config", "/assets/a/b.js", "/gradio_api/heartbeat/abc", "/gradio_api/upload"])
def test_the_page_s_own_paths_are_open(visitors, path):
    assert visitors.ask(path).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/app.py",
        "/gradio_api/proxy=http://127.0.0.1/",
        "/gradio_api/deep_link",
        "/gradio_api/stream/a/b/1/playlist-file",
        "/gradio_api/process_recording",
        "/gradio_api/dev/reload",
        "/gradio_api/heartbeat/" + "x" * 65,
        "/pwa_icon/100000",
        "/monitoring/summary",
        "/file=app.py",
        "//etc/passwd",
        "/config\n",
    ],
)
def test_whatever_else_gradio_has_is_not_there(visitors, path):
    for method in ("GET", "HEAD", "POST"):
        answer = visitors.ask(path, method)
        assert answer.status == 404 and answer.body.decode() in (say("server.nothing_here"), "")


def test_every_answer_has_the_headers(visitors):
    for answer in (visitors.ask("/"), visitors.ask("/nothing"), visitors.ask(SERVER, "POST", b"{")):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self' https://huggingface.co https://*.hf.space" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "referrer-policy" in answer.headers and "permissions-policy" in answer.headers
        assert "x-frame-options" not in answer.headers, "it would keep the page out of the Space's frame"


@pytest.mark.parametrize(
    ("becomes", "told"), [("script", False), ("worker", True), ("document", True), ("iframe", True)]
)
def test_policies_are_told_to_what_becomes_a_page_or_a_worker_and_not_to_its_parts(visitors, becomes, told):
    answer = visitors.ask("/", headers=[("Sec-Fetch-Dest", becomes)])
    assert all((name.lower() in answer.headers) == told for name in POLICIES)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_sites_may_frame_the_page_where_whoever_runs_it_says_so():
    assert frames({}) == "" and frames({"SPACE_ID": "owner/name"}) == "https:"
    for sites in ("https://school.example", "https://a.example http://localhost:8000 https://*.b.example", "*", ""):
        assert frames({"DIGIT_DUEL_FRAMES": sites, "SPACE_ID": "owner/name"}) == sites
    for wrong in ("school.example", "https://a.example; script-src *", "https://a.example\r\nX-Header: 1", " "):
        with pytest.raises(SystemExit, match="DIGIT_DUEL_FRAMES"):
            frames({"DIGIT_DUEL_FRAMES": wrong})


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        (OSError(errno.ENOSPC, "full"), 507, say("server.no_room")),
        (OSError(errno.EROFS, "read-only"), 507, say("server.no_room")),
        (OSError(errno.EIO, "broken"), 500, say("server.went_wrong")),
        (KeyError("no such component"), 500, say("server.went_wrong")),
        (RecursionError(), 500, say("server.went_wrong")),
    ],
)
def test_what_goes_wrong_behind_is_answered_with_a_sentence(visitors, capsys, problem, status, said):
    visitors.page.problem = problem
    answer = visitors.call()
    assert (answer.status, answer.body.decode()) == (status, said)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(type(problem).__name__) and "guard.py:" in line


def test_an_error_is_a_line_in_the_log_however_much_it_says(visitors, capsys):
    visitors.page.problem = ValueError("a visitor's own words\n" * 10_000)
    assert visitors.call().status == 500
    [line] = capsys.readouterr().err.splitlines()
    assert len(line) < 400


def test_a_full_disk_under_the_guard_itself_is_a_sentence(visitors, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(guards.tempfile.SpooledTemporaryFile, "rollover", full)
    assert visitors.form(part("files", b"x" * 2**21, "a.png") + END, UPLOAD).status == 507
    answer = visitors.form(part("picture", b"x" * 2**21, "a.png") + END)
    assert (answer.status, json.loads(answer.body)) == (200, {"problem": message("server.no_room")}), (
        "the page shows this"
    )


def test_a_form_that_leaves_too_little_room_is_not_passed_on(visitors, monkeypatch):
    """Gradio would leave what it could write of it lying about."""
    content = part("files", b"x" * 1000, "a.png") + END
    monkeypatch.setattr(guards.shutil, "disk_usage", lambda _: SimpleNamespace(free=LEAST_ROOM + 500))
    assert visitors.form(content, UPLOAD).status == 507 and not visitors.page.bodies
    assert visitors.form(part("files", b"x", "a.png") + END, UPLOAD).status == 200
    assert visitors.call().status == 200


def test_what_is_no_request_passes():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    run(Guard(app, "")({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]
