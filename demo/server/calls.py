"""A page's calls go in and are answered by their functions at once; whatever else arrives is passed on to Gradio.

Gradio's own way to a component's function finds a route among sixty, looks at its signature, makes a session's state
and checks the answer value by value: 3 ms for a verdict that takes 2.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

ASKED = "digit_duel.asked"  # in a scope: what a page's call says, once the guard has read it


def page_of(request: Request) -> str:
    """Which page calls: what it names its session."""
    return request.scope[ASKED]["session_hash"]


class Calls:
    """ASGI middleware behind the guard."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope.get(ASKED)
        function = asked and _function(scope["app"].get_blocks().blocks, asked)
        if not function:
            return await self.app(scope, receive, send)
        answer = await function(asked["data"], Request(scope, receive))
        await Response(orjson.dumps(answer), media_type="application/json")(scope, receive, send)


def _function(components: dict[int, Any], asked: dict[str, Any]) -> Callable[[Any, Request], Awaitable[Any]] | None:
    """What the page asks for, if a component offers that to pages."""
    component, name = asked.get("component_id"), asked.get("fn_name")
    if "data" not in asked or type(component) is not int or not isinstance(name, str):
        return None
    function = getattr(components.get(component), name, None)
    return function if getattr(function, "_is_server_fn", False) and _takes_request(function) else None


@cache
def _takes_request(function: Callable[..., Any]) -> bool:
    """Whether it is called with the data and the request, as all are but those for files."""
    return inspect.iscoroutinefunction(function) and len(inspect.signature(function).parameters) == 2
