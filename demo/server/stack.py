"""What stands between Uvicorn and Gradio, outermost first."""

from __future__ import annotations

from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from demo.server.calls import Calls
from demo.server.gradio_private import upload_folder
from demo.server.guard import Guard
from demo.server.root import Root
from demo.words import say


async def _does_not_fit(request: Request, error: Exception) -> PlainTextResponse:
    """FastAPI by itself gives the whole body back, for each field that is missing."""
    return PlainTextResponse(say("server.does_not_fit"), 422)


APP: dict[str, Any] = {  # for Gradio's app_kwargs
    "middleware": [
        Middleware(Guard, uploads=upload_folder()),
        Middleware(Calls),
        Middleware(GZipMiddleware, minimum_size=2**16, compresslevel=6),  # Gradio does not pack its page, 260 kB
        Middleware(Root),
    ],
    "exception_handlers": {RequestValidationError: _does_not_fit},
}
