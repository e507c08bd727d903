"""A thousand things that nobody should send, sent to each door of the page over HTTP, and visitors who take turns."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import tempfile
from typing import Any

import orjson
import pytest

from demo import samples
from demo.server.doors import LARGEST_ASKED
from tests.demo.dice import (
    ARCHIVES,
    ASKED,
    CASES,
    DRAWINGS,
    FIGURES,
    MODELS,
    PICTURES,
    QUESTIONS,
    SETTINGS,
    SEVEN,
    cases,
    record_of,
)

pytestmark = pytest.mark.slow
CALL = "/gradio_api/component_server/"
DIGITS = [
    {"strokes": [[list(point) for point in stroke] for stroke in samples.strokes(digit)], "pen": 18}
    for digit in range(10)
]


class Page:
    """The page as it is served, without a socket: the application that uvicorn would run."""

    def __init__(self) -> None:
        from gradio.routes import App
        from starlette.middleware import Middleware

        from demo.interface import LAUNCH, build
        from demo.server.guard import Buckets, Guard

        clock = itertools.count(step=10**6)  # so that no rate is ever too high
        guard, *others = LAUNCH["app_kwargs"]["middleware"]
        assert guard.cls is Guard
        middleware = [Middleware(Guard, **guard.kwargs, buckets=Buckets(clock=lambda: next(clock))), *others]
        demo = build(MODELS, {name: record_of(name) for name in MODELS})
        demo.max_file_size = LAUNCH["max_file_size"]
        self.app = App.create_app(demo, app_kwargs={"middleware": middleware})
        demo.app = self.app
        self.loop = asyncio.new_event_loop()
        self.functions = {}
        for block in demo.blocks.values():
            for function in getattr(block, "server_fns", ()):
                self.functions[function.__name__] = block._id

    def call(self, function: str, asked: Any, session: str) -> dict[str, Any]:
        """What a page sends to have a function called."""
        component = self.functions[function]
        return {"data": asked, "component_id": component, "fn_name": function, "session_hash": session}

    def ask(self, path: str, body: bytes, kind: str = "application/json") -> tuple[int, bytes]:
        """POST, and the answer's status and content."""
        return self.loop.run_until_complete(self._ask(path, body, kind))

    def told(self, *calls: dict[str, Any]) -> list[Any]:
        """What these calls are answered that arrive at the same time."""

        async def together() -> list[tuple[int, bytes]]:
            asked = (self._ask(CALL, json.dumps(call).encode(), "application/json") for call in calls)
            return await asyncio.gather(*asked)

        answers = self.loop.run_until_complete(together())
        assert [status for status, _ in answers] == [200] * len(calls), answers
        return [json.loads(answer) for _, answer in answers]

    async def _ask(self, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        status, answer, sent = 0, b"", False

        async def receive():
            nonlocal sent
            if sent:
                await asyncio.sleep(3600)
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            nonlocal status, answer
            status = message.get("status", status)
            answer += message.get("body", b"")

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"content-type", kind.encode()), (b"host", b"localhost")],
            "client": ("192.0.2.1", 1),
            "server": ("localhost", 80),
        }
        await self.app(scope, receive, send)
        return status, answer


@pytest.fixture(scope="module")
def page() -> Page:
    return Page()


STEPS = [{"network": "mlp", "settings": SETTINGS[0]}, {"network": "cnn", "settings": SETTINGS[1]}]
WEIGHTS = [("fc1.weight", None), ("conv2.weight", [1]), ("out.weight", [3, 5]), ("conv1.weight", [0, 0, 2, 2])]
SENT = {
    "qr": [{"text": "http://127.0.0.1:7860/#1&tab=inside"}, {"text": "é" * 400}, {"text": ""}],
    "read_drawing": DRAWINGS,
    "prepare": DRAWINGS,
    "prepare_file": [None],
    "describe_networks": [{}],
    "look": QUESTIONS,
    "rank": QUESTIONS,
    "keep": QUESTIONS,
    "figure": FIGURES,
    **{name: asked for name, asked in ASKED.items() if name != "command"},
    "command": [one for one in ASKED["command"] if one["do"] not in ("start", "batch", "epoch")],  # nothing trains here
    "step": STEPS,
    "way": [{**one, "parameter": name, "index": at} for one in STEPS for name, at in WEIGHTS],
    "logits": DRAWINGS,
    "load": [None],
    "weights": [{}],
    "read_with": [{"training": "tutorial"}, {"training": "shipped"}],
    "show_digits": [{"indices": [0, 9999]}, {"indices": []}],
    "measure": [{"network": "mlp", "part": "test", "at": 0}, {"network": "mlp", "part": "blur", "at": -14}],
}
STARTING = {"start", "batch", "epoch"}
QUICK = ["read_drawing", "plan", "command", "watch", "curves", "cell", "archive"]


def is_json(body: bytes) -> bool:
    """As JSON's own standard has it: Python writes numbers that are none, and halves of letters, too."""
    with contextlib.suppress(orjson.JSONDecodeError):
        orjson.loads(body)
        return True
    return False


def test_every_function_is_among_them(page):
    assert set(page.functions) == set(SENT)


def test_anything_sent_to_a_function(page, capsys):
    """What is plain JSON for a function that is there is answered, with 200 or a sentence; nothing brings it down."""
    statuses = set()

    @cases
    def send(dice):
        name = dice.choice(list(SENT) if dice.random() < 0.2 else QUICK)
        asked = dice.nearly(SENT[name])
        if name == "command" and isinstance(asked, dict) and str(asked.get("do")) in STARTING:
            return
        request = page.call(name, asked, "abc")
        whole = dice.random() < 0.7
        if not whole:
            request = dice.nearly([request])
        body = json.dumps(request).encode()
        status, answer = page.ask(CALL, body)
        statuses.add(status)
        assert answer and b"Traceback" not in answer
        if whole:
            expected = {200, 413} if len(body) > LARGEST_ASKED else {200}
            assert status in (expected if is_json(body) else {400, 413}), (name, asked, answer)
        if status == 200:
            json.loads(answer, parse_constant=pytest.fail)
        assert status in (200, 400, 404, 413, 422, 500)

    send()
    assert {200, 400, 404} <= statuses
    [answer] = page.told(page.call("read_drawing", {"strokes": SEVEN, "pen": 18}, "after"))
    assert answer["cards"]["cnn"]["digit"] in range(10)


# ---- visitors who take turns

UNEQUAL = {"milliseconds", "seconds", "version"}  # what two answers to the same question may tell differently


def same(one: Any, other: Any) -> bool:
    """Whether two answers say the same, but for times and for the last digits of what was computed in a batch."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one.keys() - UNEQUAL)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return one == pytest.approx(other, abs=2e-4)
    return one == other


def test_every_visitor_is_told_of_the_drawing_of_their_own(page):
    """Some draw and some ask at the same time; each answer is that which one gets who is alone."""
    told: dict[str, dict[str, str]] = {}  # what a view shows, by drawing
    alone = itertools.count()
    compared = 0

    def expected(session: str, function: str, asked: Any) -> Any:
        [answer] = page.told(page.call(function, asked, f"alone-{next(alone)}"))
        if function == "look":
            told.setdefault(json.dumps(asked["cell"]), {})[json.dumps(asked["drawing"])] = json.dumps(answer)
        return answer

    @cases(max(100, CASES // 10))
    def take_turns(dice):
        nonlocal compared
        calls = []
        for session in dice.sample(["a", "b", "c", "d", "e"], dice.randrange(2, 6)):
            function, drawn = dice.choice(["read_drawing", "prepare", "look"]), dice.choice(DIGITS)
            looks = function == "look"
            calls.append((session, function, {**dice.choice(QUESTIONS[:4]), "drawing": drawn} if looks else drawn))
        answers = page.told(*(page.call(function, asked, session) for session, function, asked in calls))
        for call, answer in zip(calls, answers, strict=True):
            compared += 1
            assert same(answer, expected(*call)), call

    take_turns()
    assert compared > CASES / 10
    assert len(told) == 4 and all(len(answers) > 3 for answers in told.values())
    for answers in told.values():
        assert len(set(answers.values())) == len(answers), "other drawings, other answers"


FORM = b"".join(
    b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % part
    for part in (
        (b"picture", b'; filename="a.png"', b"FILE"),
        (b"steps", b"", b'{"pen": false}'),
        (b"component_id", b"", b"COMPONENT"),
        (b"fn_name", b"", b"FUNCTION"),
        (b"session_hash", b"", b"abc"),
    )
)


def test_anything_sent_as_a_form(page, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    forms = [
        (FORM + b"--b--\r\n")
        .replace(b"COMPONENT", str(page.functions[name]).encode())
        .replace(b"FUNCTION", name.encode())
        .replace(b"FILE", file)
        for name, file in (
            *[("prepare_file", b"none"), ("load", b"none"), ("load", ARCHIVES[0]), ("read_drawing", b"")] * 5,
            ("prepare_file", PICTURES[0]),  # which takes long
        )
    ]
    answered = set()

    @cases
    def send(dice):
        content = dice.damaged(forms)
        status, answer = page.ask(CALL, content, "multipart/form-data; boundary=b")
        answered.add(status)
        assert answer and status in (200, 400, 404, 413, 500)

    send()
    assert {200, 400} <= answered
    assert not list(tmp_path.iterdir()), "no file is left lying about"


DOORS = [
    "/gradio_api/queue/join",
    "/gradio_api/call/predict",
    "/gradio_api/call/v2/predict",
    "/gradio_api/cancel",
    "/gradio_api/reset",
    "/gradio_api/component_server",
    "/gradio_api/upload",
    "/gradio_api/run/predict",
    "/gradio_api/queue/data",
    "/gradio_api/call/predict/abc",
]
BODIES = [
    {"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}], "fn_index": 0, "session_hash": "a"},
    {"data": [{"path": "http://127.0.0.1/", "meta": {"_type": "gradio.FileData"}}], "event_id": "a", "fn_index": 1},
    {"session_hash": "a", "fn_index": 0, "event_id": "b"},
]


def test_anything_sent_to_any_other_door(page, capsys):
    @cases
    def send(dice):
        path, value = dice.choice(DOORS), dice.nearly(BODIES)
        kind = dice.choice(["application/json", "text/plain", "x", ""])
        status, answer = page.ask(path, json.dumps(value).encode(), kind)
        assert answer and status in (200, 400, 404, 405, 413, 422, 500, 503)

    send()
