"""Options: dataclass fields that know what they may hold.

Kind, range and default stand on the field, so that the command line, a file and a page agree on them. The help on it is
the command line's; a page has words of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from nets.errors import CodedError


class Dataclass(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Options = TypeVar("Options", bound=Dataclass)


class OptionError(CodedError, ValueError):
    """A value that an option cannot hold. The message names the option and what it takes, but not what was given."""


def number(default: float, low: float, high: float, help: str) -> Any:
    """A field that holds a number from low to high, and a whole one where the default is."""
    kind = "integer" if isinstance(default, int) else "number"
    return field(default=default, metadata={"kind": kind, "low": low, "high": high, "help": help})


def choice(default: Any, choices: tuple[Any, ...], help: str) -> Any:
    """A field that holds one of these."""
    return field(default=default, metadata={"kind": "choice", "choices": choices, "help": help})


def switch(default: bool, help: str) -> Any:
    """A field that is on or off."""
    return field(default=default, metadata={"kind": "switch", "help": help})


def integers(default: tuple[int, ...], low: int, high: int, fewest: int, most: int, help: str) -> Any:
    """A field that holds a tuple of `fewest` to `most` whole numbers, each from low to high."""
    bounds = {"low": low, "high": high, "fewest": fewest, "most": most}
    return field(default=default, metadata={"kind": "integers", **bounds, "help": help})


def check(options: Any) -> None:
    """Raise OptionError unless every field made by the functions above holds what it may."""
    for option in fields(options):
        name, value, known = option.name, getattr(options, option.name), option.metadata
        match known.get("kind"):
            case "integer" | "number":
                _check_number(name, value, **known)
            case "choice":
                _check_choice(name, value, known["choices"])
            case "switch":
                if not isinstance(value, bool):
                    raise OptionError(f"{name} must be true or false", "option.switch", option=name)
            case "integers":
                _check_integers(name, value, **known)


def _check_number(name: str, value: Any, *, kind: str, low: float, high: float, **_: str) -> None:
    whole = kind == "integer"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        if whole:
            raise OptionError(f"{name} must be a whole number", "option.whole", option=name)
        raise OptionError(f"{name} must be a number", "option.number", option=name)
    if not low <= value <= high:  # nor is NaN
        message = f"{name} must lie in [{low}, {high}]"
        raise OptionError(message, "option.range", option=name, low=low, high=high)


def _check_choice(name: str, value: Any, choices: tuple[Any, ...]) -> None:
    if not any(value == other and type(value) is type(other) for other in choices):  # True is not 1, nor is 1.0
        known = ", ".join(map(str, choices))
        raise OptionError(f"{name} must be one of {known}", "option.choice", option=name, choices=known)


def _check_integers(name: str, value: Any, *, low: int, high: int, fewest: int, most: int, **_: str) -> None:
    if not isinstance(value, tuple) or not fewest <= len(value) <= most:
        if fewest == most:
            message = f"{name} must be {most} whole numbers"
            raise OptionError(message, "option.exactly", option=name, low=low, high=high, count=most)
        message = f"{name} must be {fewest} to {most} whole numbers"
        raise OptionError(message, "option.integers", option=name, low=low, high=high, fewest=fewest, most=most)
    if not all(type(number) is int and low <= number <= high for number in value):
        message = f"{name} must be whole numbers in [{low}, {high}]"
        raise OptionError(message, "option.integers_range", option=name, low=low, high=high)


def read(kind: type[Options], values: Any) -> Options:
    """Options from what somebody else has written, as JSON gives it; those not named have their defaults.

    Raises OptionError unless it is an object of known names and of values that they may hold.
    """
    if not isinstance(values, Mapping):
        raise OptionError(f"{kind.__name__} must be an object of options", "option.not_object", kind=kind.__name__)
    known = {option.name: option for option in fields(kind)}
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            found = repr(str(name)[:40])
            raise OptionError(
                f"{kind.__name__} has no option {found}", "option.unknown", kind=kind.__name__, found=found
            )
        match known[name].metadata.get("kind"):
            case None:  # options within options
                inner: Any = known[name].default_factory
                value = read(inner, value)
            case "integer" | "choice":
                value = _whole(value)
            case "integers" if isinstance(value, list):
                value = tuple(map(_whole, value))
        given[name] = value
    return kind(**given)


def describe(kind: type) -> list[dict[str, Any]]:
    """Every option of this dataclass, ready for JSON: name, kind, default, and low, high or choices."""
    told = []
    for option in fields(kind):
        known = {key: value for key, value in option.metadata.items() if key != "help"}
        if known:
            told.append({"name": option.name, "default": option.default, **known})
    return told


def _whole(value: Any) -> Any:
    """3.0 as 3, because JSON does not tell them apart; anything else unchanged."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
