"""QR codes as the page is told them: the modules that segno makes."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import segno
from pydantic import ValidationError

from demo.link.qr import LONGEST, Text, qr
from demo.visitor import Visitor
from nets.checkpoint import load_shipped


@pytest.mark.parametrize("text", ["https://school.example/#1&d=AAfQAogC&tab=inside", "~" * LONGEST])
def test_a_code_is_told_as_its_modules(text):
    code = qr(Visitor(*load_shipped()), Text(text=text))
    bits = np.unpackbits(np.frombuffer(base64.b64decode(code["modules"]), np.uint8))[: code["size"] ** 2]
    expected = segno.make(text, micro=False)
    assert np.array_equal(bits.reshape(code["size"], -1), np.array(expected.matrix, np.uint8))
    assert expected.version and code["size"] == 17 + 4 * expected.version


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1), "😀" * LONGEST, "a b", "https://school.example/\n", 7, None])
def test_what_is_no_text_of_a_link_gets_none(text):
    with pytest.raises(ValidationError):
        Text(text=text)
