"""What stands between Uvicorn and Gradio, outermost first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from demo.server.calls import Calls
from demo.server.document import Document
from demo.server.gradio_private import upload_folder
from demo.server.guard import Guard
from demo.words import say


async def _does_not_fit(request: Request, error: Exception) -> PlainTextResponse:
    """FastAPI by itself gives the whole body back, for each field that is missing."""
    return PlainTextResponse(say("server.does_not_fit"), 422)


def app(tags: Callable[[str], str]) -> dict[str, Any]:
    """For Gradio's app_kwargs; tags: of the page at an address, for its head."""
    return {
        "middleware": [
            Middleware(Guard, uploads=upload_folder()),
            Middleware(Calls),
            Middleware(GZipMiddleware, minimum_size=2**16, compresslevel=6),  # Gradio does not pack its page, 260 kB
            Middleware(Document, tags=tags),
        ],
        "exception_handlers": {RequestValidationError: _does_not_fit},
    }
