"""The base of the errors that a visitor may read: a code and values beside the English message."""

from __future__ import annotations

from typing import Any


class CodedError(Exception):
    """An error that says what is wrong twice: in English for the command line, and as data for a page.

    A page looks its own sentence up by the code and puts the values into it. Values are ready for JSON; what somebody
    else has written is cut short in them and escaped as repr() does.
    """

    code: str = "unexpected"
    values: dict[str, Any]

    def __init__(self, message: str, code: str = "", **values: Any) -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.values = values
