"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put content at path in one step, making the folder if needed.

    The bytes go to a file of another name first, which then replaces path: anyone reading meanwhile sees the old file
    or the new one. Raises OSError (full or read-only disk), and then leaves path as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # otherwise a power cut may leave an empty file under the new name
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
