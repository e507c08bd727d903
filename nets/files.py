"""Bytes go in, a whole file comes out, or none at all: never half of one."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put content at path in one step, making its folder where it is missing.

    The bytes go to a file of another name first, which then takes the place of path: whoever reads meanwhile sees
    the old file or the new one. Raises OSError (full or read-only disk), and then leaves path as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may leave the new name with no bytes behind it
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
