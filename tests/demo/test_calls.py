"""Calls that a page makes, and others, through the middleware in front of a Gradio page with every kind of function."""

from __future__ import annotations

from typing import Any

import gradio as gr
import httpx
import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from demo import interface
from demo.server.calls import Calls
from demo.server.guard import Guard
from demo.words import say
from nets.checkpoint import load_shipped


@pytest.fixture(scope="module")
def page() -> TestClient:
    async def double(data: Any, request: gr.Request) -> dict[str, Any]:
        return {"twice": 2 * data, "session": (await request.json())["session_hash"]}

    async def without(data: Any) -> Any:
        return data

    def in_a_thread(data: Any, request: gr.Request) -> Any:
        return data

    async def breaks(data: Any, request: gr.Request) -> Any:
        raise ZeroDivisionError

    with gr.Blocks() as demo:
        it = gr.HTML("", server_functions=[double, without, in_a_thread, breaks])
    middleware = [Middleware(Guard, uploads=""), Middleware(Calls)]
    app = gr.routes.App.create_app(demo, app_kwargs={"middleware": middleware})
    client = TestClient(app)
    client.component = it._id
    return client


def ask(page: TestClient, **asked: Any):
    body = {"component_id": page.component, "session_hash": "me", "data": 21, **asked}
    return page.post("/gradio_api/component_server/", json=body)


def test_a_function_is_called_without_gradio(page):
    """It makes no state for the session."""
    answer = ask(page, fn_name="double", session_hash="mine")
    assert answer.json() == {"twice": 42, "session": "mine"}
    assert answer.headers["content-type"] == "application/json" and "Content-Security-Policy" in answer.headers
    assert "mine" not in page.app.state_holder.session_data


@pytest.mark.parametrize("function", ["without", "in_a_thread"])
def test_functions_of_another_kind_are_left_to_gradio(page, function):
    assert ask(page, fn_name=function, session_hash=function).json() == 21
    assert function in page.app.state_holder.session_data


@pytest.mark.parametrize(
    "asked",
    [
        {"fn_name": "get_config"},  # a method of every component, but none that is offered
        {"fn_name": "__class__"},
        {"fn_name": "double", "component_id": 10**6},
        {"fn_name": ["double"]},
    ],
    ids=str,
)
def test_nothing_else_can_be_called(page, asked):
    assert ask(page, **asked).status_code in (400, 404, 500)


def test_a_function_that_breaks_is_told_in_a_sentence(page, capfd):
    answer = ask(page, fn_name="breaks")
    assert answer.status_code == 500 and "Traceback" not in answer.text
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_gradio_remembers_only_so_many_calls_of_the_endpoint(monkeypatch):
    """By itself it keeps a little of every call for ever."""
    monkeypatch.setattr(interface, "MOST_REMEMBERED", 2)
    demo = interface.build(*load_shipped())
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1")
    try:
        with httpx.Client(base_url=url) as http:
            for _ in range(5):
                event = http.post("/gradio_api/call/predict", json={"data": [None]}).json()["event_id"]
                assert say("server.no_picture") in http.get(f"/gradio_api/call/predict/{event}").text
        assert len(demo._queue.pending_event_ids_session) == 2
    finally:
        demo.close()
