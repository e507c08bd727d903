"""Forms with files, looked through before Gradio reads them.

Gradio writes each file of a form to disk while it reads it, and leaves it there where the rest never comes, where the
file has no name, or where nobody asked for the field. So only whole forms of named files reach it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from pathlib import PurePath
from typing import IO

import anyio
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Scope

from demo.server.bodies import PIECE
from demo.server.refusal import Refusal
from demo.server.served import LARGEST_PICTURE, SESSION_NAME

LARGEST_FIELDS = 2**14  # bytes of what is no file in a form
MOST_FILES = 10  # in a form
MOST_FIELDS = 20  # in a form, that are no files


def is_form(scope: Scope) -> bool:
    return Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data")


def check_boundary(headers: Headers) -> None:
    """Raise Refusal unless the head says where the form's parts end and nothing else, such as another alphabet."""
    _, options = parse_options_header(headers["content-type"])
    if list(options) != [b"boundary"] or not options[b"boundary"]:
        raise Refusal(400, "server.not_a_form")


class _Parser(MultiPartParser):
    """Starlette's, which takes a form that breaks off for a whole one."""

    whole = False

    def on_end(self) -> None:
        self.whole = True


async def read_form(headers: Headers, body: IO[bytes], only_files: bool) -> Mapping[str, str]:
    """The fields of a form that are no files; raises Refusal for one that is not as it has to be.

    only_files: for the public endpoint, which takes files alone, under the name "files".
    """
    body.seek(0)
    parser = _Parser(headers, _pieces(body), max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        too_much = "exceeded maximum" in error.message or error.message.startswith("Too many")
        raise Refusal(413, "server.request_too_large") if too_much else Refusal(400, "server.not_a_form") from None
    try:
        if not parser.whole or not all(_is_wanted(name, value, only_files) for name, value in form.multi_items()):
            raise Refusal(400, "server.not_a_form")
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        sizes = [len(value.encode()) for _, value in form.multi_items() if isinstance(value, str)]
        if any((file.size or 0) > LARGEST_PICTURE for file in files) or sum(sizes) > LARGEST_FIELDS:
            raise Refusal(413, "server.request_too_large")
        named = form.getlist("session_hash")
        if not all(isinstance(name, str) and SESSION_NAME.fullmatch(name) for name in named):
            raise Refusal(400, "server.no_session")
        return fields
    finally:
        await form.close()


async def _pieces(body: IO[bytes]) -> AsyncGenerator[bytes, None]:
    while piece := body.read(PIECE):
        yield piece
        await anyio.sleep(0)  # others' answers are not to wait for a long form


def _is_wanted(name: str, value: str | UploadFile, only_files: bool) -> bool:
    if not name:
        return False
    if isinstance(value, str):
        return not only_files
    file_name = PurePath(value.filename or "").name
    return any(map(str.isalnum, file_name)) and (not only_files or name == "files")
