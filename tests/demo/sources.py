"""Strings in the sources of the page, Python's and JavaScript's, and the calls that they are arguments of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SAYING = ("message", "say", "say_html")
QUIET = {
    "print",
    "Error",
    "TypeError",
    "RangeError",
    "warn",
    "Thread",
    "startswith",
    "endswith",
}  # no visitor hears of it
BEFORE_REGEX = re.compile(r"(^|[(,=:\[!&|?{};~^%*+\-<>]|=>|\breturn|\btypeof)\s*$")


@dataclass(frozen=True)
class Text:
    """A string: its literal parts, with a value between any two of them."""

    where: str  # file:line
    parts: tuple[str, ...]
    quiet: bool = False  # an argument of a call that no visitor hears of

    @property
    def literal(self) -> str | None:
        return self.parts[0] if len(self.parts) == 1 else None


@dataclass(frozen=True)
class Call:
    """A call that says a sentence, with the keys that it may name and the values that it gives."""

    where: str
    keys: tuple[str, ...]  # those that stand there as they are
    values: frozenset[str] | None  # their names, or None where they are not written out


# ---- Python


def python(path: Path, name: str = "") -> tuple[list[Text], list[Call]]:
    """The strings, docstrings aside, and the calls of message, say and say_html."""
    tree = ast.parse(path.read_text("utf-8"))
    name = name or path.name
    docstrings = {
        id(body[0].value)
        for node in ast.walk(tree)
        if isinstance(body := getattr(node, "body", None), list) and body and isinstance(body[0], ast.Expr)
    }
    quiet = {id(inner) for node in ast.walk(tree) if _speaks_to_nobody(node) for inner in ast.walk(node)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    texts, calls = [], []
    for node in ast.walk(tree):
        if parts := _parts(node):
            if id(node) not in docstrings | inside:
                texts.append(Text(f"{name}:{node.lineno}", parts, id(node) in quiet))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
            keys = [part for option in _options(node.args[0]) if len(part := _parts(option) or ("", "")) == 1]
            values = None if any(k.arg is None for k in node.keywords) else frozenset(k.arg for k in node.keywords)
            calls.append(Call(f"{name}:{node.lineno}", tuple(key for (key,) in keys), values))
    return texts, calls


def _parts(node: ast.AST) -> tuple[str, ...] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = [""]
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            parts[-1] += str(piece.value)
        else:
            parts.append("")
    return tuple(parts)


def _options(node: ast.AST) -> list[ast.AST]:
    return [*_options(node.body), *_options(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def _speaks_to_nobody(node: ast.AST) -> bool:
    """An error that is raised, what is printed, or compared with what somebody else says."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", getattr(node.func, "attr", "")) in QUIET
    return isinstance(node, ast.Raise | ast.Compare)


# ---- JavaScript


def javascript(source: str, name: str) -> tuple[list[Text], list[Call]]:
    """The strings, and the calls of say and marked; comments and regular expressions are left out."""
    masked, found = _scan(source)
    texts, calls = [], []
    for start, _, parts in found:
        before = masked[:start]
        texts.append(Text(_at(name, source, start), parts, bool(re.search(rf"\b({'|'.join(QUIET)})\(\s*$", before))))
    for call in re.finditer(r"\b(say|marked)\(", masked):
        if masked[: call.start()].endswith("function "):
            continue
        arguments = list(_arguments(masked, call.end()))
        within = [one for one in found if arguments and arguments[0][0] <= one[0] < arguments[0][1]]
        keys = [
            parts[0]
            for start, _, parts in within
            if len(parts) == 1 and not re.search(r"[!=]==?\s*$|[\w\])]\[\s*$", masked[:start])
            if not any(begun < start < ended for begun, ended, _ in within)  # else a part of another key
        ]
        calls.append(Call(_at(name, source, call.start()), tuple(keys), _names(masked, arguments)))
    return texts, calls


def _at(name: str, source: str, place: int) -> str:
    return f"{name}:{1 + source.count(chr(10), 0, place)}"


def _arguments(masked: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the arguments of a call lie, from behind its opening bracket."""
    depth, begun = 0, start
    for i in range(start, len(masked)):
        if masked[i] in "([{":
            depth += 1
        elif depth and masked[i] in ")]}":
            depth -= 1
        elif not depth and masked[i] in ",)":
            if masked[begun:i].strip():
                yield begun, i
            begun = i + 1
            if masked[i] == ")":
                return


def _names(masked: str, arguments: list[tuple[int, int]]) -> frozenset[str] | None:
    """The names in an object written out as a call's second argument; None where it is not, or has more in it."""
    if len(arguments) < 2:
        return frozenset()
    text = masked[slice(*arguments[1])].strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    inner = text[1:-1] + ")"
    names = [re.match(r"\s*(\w+)\s*(:|$)", inner[a:b]) for a, b in _arguments(inner, 0)]
    return frozenset(name[1] for name in names if name) if all(names) else None


def _scan(source: str) -> tuple[str, list[tuple[int, int, tuple[str, ...]]]]:
    """The source with blanks for comments and for what is in strings; each string's beginning, end and parts."""
    masked: list[str] = list(source)
    found: list[tuple[int, int, tuple[str, ...]]] = []
    open_templates: list[tuple[int, list[str], int]] = []  # start, parts, depth of braces inside its value

    def blank(start: int, end: int) -> None:
        masked[start:end] = [c if c == "\n" else " " for c in source[start:end]]

    def template(i: int, start: int, parts: list[str]) -> int:
        """Read on in a template from i; stop behind it, or behind the ${ of a value."""
        begun = i
        while i < len(source):
            if source[i] == "`":
                parts[-1] += source[begun:i]
                blank(begun, i)
                found.append((start, i, tuple(parts)))
                return i + 1
            if source.startswith("${", i):
                parts[-1] += source[begun:i]
                parts.append("")
                blank(begun, i + 2)
                open_templates.append((start, parts, 0))
                return i + 2
            i += 2 if source[i] == "\\" else 1
        raise ValueError(f"a template that begins at {start} never ends")

    i = 0
    while i < len(source):
        c = source[i]
        if source.startswith(("//", "/*"), i):
            end = source.find("\n", i) if source[i + 1] == "/" else source.index("*/", i) + 2
            end = len(source) if end < 0 else end
            blank(i, end)
            i = end
        elif c in "\"'" or (c == "/" and BEFORE_REGEX.search("".join(masked[max(0, i - 20) : i]))):
            end = re.compile(
                rf"(?:\\.|\[(?:\\.|[^\]\n])*\]|[^\\\n{c}])*{c}" if c == "/" else rf"(?:\\.|[^\\\n{c}])*{c}"
            )
            match = end.match(source, i + 1)
            assert match, f"a string or regular expression that never ends: {source[i : i + 40]}"
            if c != "/":
                found.append((i, match.end(), (match[0][:-1],)))
            blank(i + 1, match.end() - 1)
            i = match.end()
        elif c == "`":
            i = template(i + 1, i, [""])
        elif c in "{}" and open_templates:
            start, parts, depth = open_templates.pop()
            if c == "}" and depth == 0:
                masked[i] = " "
                i = template(i + 1, start, parts)
            else:
                open_templates.append((start, parts, depth + (1 if c == "{" else -1)))
                i += 1
        else:
            i += 1
    return "".join(masked), sorted(found)
