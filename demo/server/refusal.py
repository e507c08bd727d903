"""A request that is answered before Gradio sees it."""

from __future__ import annotations

import math
import sys
import traceback
from pathlib import Path

from starlette.responses import JSONResponse, PlainTextResponse, Response

from demo.words import message, say

DEMO = Path(__file__).parents[1]


class Refusal(Exception):
    """A status, a sentence of the catalogue, and after how many seconds the request may be tried again."""

    answer: Response

    def __init__(self, status: int, key: str, wait: float = 0) -> None:
        headers = {"Retry-After": str(math.ceil(wait))} if wait else None
        self.answer = PlainTextResponse(say(key), status, headers)

    @classmethod
    def told(cls, key: str) -> Refusal:
        """An answer that the page shows: of a status Gradio does not tell the page's own forms."""
        refusal = cls(200, key)
        refusal.answer = JSONResponse({"problem": message(key)})
        return refusal


def write_down(error: BaseException) -> None:
    """An error that was not foreseen, as a line in the log: what it is, and the places in our own code it came through.

    What it says may hold what a visitor sent, and an error about a megabyte would be as long.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(DEMO)] or frames[-1:]
    where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in ours)
    said = " ".join(str(error).split())
    print(f"{type(error).__name__} ({where}): {said[:200]}", file=sys.stderr, flush=True)
