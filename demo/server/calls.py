"""A page's calls, answered without Gradio's way to a component's function.

Gradio finds a route among sixty, looks at a function's signature, makes a session's state and checks the answer value
by value: 3 ms for a verdict that takes 2. Whatever is not a page's call is passed on to it.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any, cast

import gradio as gr
import orjson
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from demo.server.doors import door_of
from demo.server.gradio_private import DataWithFiles, server_function
from demo.training.settings import CORES
from demo.words import message

ASKED = "digit_duel.asked"  # in a scope: what a page's call says, once the guard has read it
ADDRESS = "digit_duel.address"  # in a scope: whose call it is, as far as the guard can tell

BUDGET = CapacityLimiter(max(2, CORES))  # heavy answers that are being made at once, of all visitors


def page_of(request: Request) -> str:
    """Which page calls: what it names its session."""
    return request.scope[ASKED]["session_hash"]


def doors(visitors: Any, *functions: Callable[..., Any]) -> list[Callable[[Any, gr.Request], Awaitable[Any]]]:
    """The functions that answer pages, for Gradio's server_functions: each is given its visitor by the calling page."""
    return [_wrapped(visitors, function) for function in functions]


def _wrapped(visitors: Any, function: Callable[..., Any]) -> Callable[[Any, gr.Request], Awaitable[Any]]:
    door = door_of(function)

    async def answer(payload: Any, request: gr.Request) -> Any:
        file: tuple[bytes, ...] = ()
        if door.takes_file:
            if not isinstance(payload, DataWithFiles) or len(payload.files) != 1:
                return {"problem": message("page.not_understood")}
            page, file, payload = payload.data["session_hash"], (payload.files[0][1],), payload.data
        else:
            page = page_of(cast(Request, request))
        try:
            asked = door.question.validate_python(payload)
        except (ValidationError, RecursionError):
            return {"problem": message("page.not_understood")}
        visitor = visitors[page]
        visitor.address = getattr(request, "scope", {}).get(ADDRESS)
        if door.is_heavy(visitor, asked):
            return await run_sync(partial(function, visitor, asked, *file), limiter=BUDGET)
        told = function(visitor, asked, *file)
        return await told if inspect.isawaitable(told) else told

    answer.__name__ = function.__name__
    answer.door = door  # type: ignore[attr-defined]  # the guard charges its price
    return answer


class Calls:
    """ASGI middleware behind the guard."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: dict[str, Any] = scope.get(ASKED, {})
        function = called(scope, asked)
        if function is None or "data" not in asked or not _takes_request(function):
            return await self.app(scope, receive, send)
        answer = await function(asked["data"], Request(scope, receive))
        await Response(orjson.dumps(answer), media_type="application/json")(scope, receive, send)


def called(scope: Scope, asked: dict[str, Any]) -> Callable[[Any, Request], Awaitable[Any]] | None:
    """The function that a page's call names, if a component offers that to pages."""
    component, name = asked.get("component_id"), asked.get("fn_name")
    if type(component) is not int or not isinstance(name, str):
        return None
    return server_function(scope, component, name)


@cache
def _takes_request(function: Callable[..., Any]) -> bool:
    """Whether it is called with the data and the request, as all are but those for files."""
    return inspect.iscoroutinefunction(function) and len(inspect.signature(function).parameters) == 2
