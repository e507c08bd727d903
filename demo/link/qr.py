"""QR codes of links, as the page draws them."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np
import segno
from pydantic import Field

from demo import images
from demo.server.doors import Asked, call
from demo.visitor import Visitor

LONGEST = 1000  # characters: codes with more are too fine to be read from a screen
PRINTABLE = "^[!-~]*$"  # ASCII, of which addresses are; of other characters a code holds fewer


class Text(Asked):
    """What a code is to say."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=PRINTABLE)]


class Code(TypedDict):
    """A code's modules, without the empty edge around them."""

    size: int  # modules along each side
    modules: str  # base64 of bits, row by row; 1 is dark


@call(price=20, heavy=True)
def qr(visitor: Visitor, asked: Text) -> Code:
    """The code of a text."""
    matrix = np.array(segno.make(asked.text, micro=False).matrix, np.uint8)
    return {"size": len(matrix), "modules": images.encoded(np.packbits(matrix).tobytes())}
