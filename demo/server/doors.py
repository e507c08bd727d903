"""What a page may ask, declared at the function that answers: its name, the type of the question, and its price.

An answer function is plain Python, called with the visitor, the checked question and, where it takes one, the content
of an uploaded file.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter

LARGEST_ASKED = 2**13  # bytes of JSON of a usual question
LARGEST_DRAWING = 2**17  # bytes of JSON: as many points as are taken are 60 kB

Function = TypeVar("Function", bound=Callable[..., Any])


class Asked(BaseModel):
    """A question's fields; of another type they are refused, and fields that nobody knows are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Nothing(Asked):
    """A question without fields."""


@dataclass(frozen=True)
class Door:
    """One call that the page may make."""

    question: TypeAdapter[Any]
    price: float | Callable[[Any], float]
    heavy: bool | Callable[[Any, Any], bool]
    takes_file: bool
    largest: int  # bytes of JSON that a question may have

    def price_of(self, asked: Any) -> float:
        """What a call costs that asks this, unchecked as it came; in verdicts, about 5 ms of a core each."""
        return self.price(asked) if callable(self.price) else self.price

    def is_heavy(self, visitor: Any, asked: Any) -> bool:
        """Whether an answer takes so long that it must not be made on the server's event loop."""
        return self.heavy(visitor, asked) if callable(self.heavy) else self.heavy


def call(
    price: float | Callable[[Any], float],
    heavy: bool | Callable[[Any, Any], bool] = False,
    largest: int = LARGEST_ASKED,
) -> Callable[[Function], Function]:
    """Offer a function to pages.

    price: in verdicts (about 5 ms of a core), or a function of what is asked that gives it. heavy: whether the answer
    is made in a thread, one of the few at once; or a function of the visitor and the checked question that says so.
    largest: how many bytes of JSON a question may have.
    """

    def offer(function: Function) -> Function:
        _, question, *file = inspect.signature(function).parameters
        adapter: TypeAdapter[Any] = TypeAdapter(get_type_hints(function)[question])
        _doors[function] = Door(adapter, price, heavy, bool(file), largest)
        return function

    return offer


_doors: dict[Callable[..., Any], Door] = {}


def door_of(function: Callable[..., Any]) -> Door:
    """How this function is offered; raises KeyError for one that is not."""
    return _doors[function]
