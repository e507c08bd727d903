"""The drawing on the pad, as pages send it with what they ask."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field
from torch import Tensor

from demo.server.doors import Asked
from nets.apart import apart
from nets.drawing import Drawing, DrawingError
from nets.models import SIDE
from nets.preprocess import Prepared, Stage, Steps, prepare_drawing

Switches = dict[Literal["pen", "crop", "fit", "centre"], bool]  # of the preparation's steps; off where False


class Drawn(Asked):
    """The strokes on the pad, or a picture that lies on it, and which steps of the preparation are off."""

    strokes: list[list[list[float]]]  # lists of points, [x, y] each, in pad units
    pen: float  # width in pad units
    steps: Switches = Field(default_factory=dict)
    digit: int | None = None  # the one that is asked about, where several stand apart: its place from the left
    image: str | None = None  # of a picture, instead of strokes: base64 of the 28x28 bytes that the networks see

    def drawing(self) -> Drawing:
        """The strokes of the digit that is asked about, checked; raises DrawingError."""
        whole = Drawing.from_json({"strokes": self.strokes, "pen": self.pen})
        return whole if self.digit is None else _nth(apart(whole), self.digit)

    def switches(self) -> Steps:
        """Which steps are on."""
        return Steps(**self.steps)

    def prepare(self) -> Prepared | None:
        """What the networks read of it, or None where it has no ink; raises DrawingError."""
        if self.image is not None:
            return prepared_already(self.image)
        return prepare_drawing(self.drawing().thinned(), self.switches())

    def seen(self) -> Tensor | None:
        """The (1, 28, 28) image that networks see; None without ink, or if the page could not read it, either."""
        try:
            prepared = self.prepare()
        except DrawingError:
            return None
        return prepared.image if prepared else None

    def digits(self, images: Sequence[str] = ()) -> list[Prepared]:
        """Every digit that stands apart, from the left; of a picture, these images. Raises DrawingError."""
        if self.image is not None:
            return [prepared_already(image) for image in images]
        whole = Drawing.from_json({"strokes": self.strokes, "pen": self.pen})
        found = [prepare_drawing(digit.thinned(), self.switches()) for digit in apart(whole)]
        return [prepared for prepared in found if prepared]


def prepared_already(image: str) -> Prepared:
    """An image in base64, as the page was given it; raises DrawingError where it is none."""
    try:
        content = base64.b64decode(image, validate=True)
    except ValueError:
        content = b""
    if len(content) != SIDE * SIDE:
        raise DrawingError(f"An image is the base64 of {SIDE * SIDE} bytes.", "picture.array")
    pixels = np.frombuffer(content, np.uint8).reshape(SIDE, SIDE).astype(np.float32) / 255
    return Prepared(Stage("centre", pixels), lambda: ())


def _nth(digits: list[Drawing], place: int) -> Drawing:
    return digits[min(max(place, 0), len(digits) - 1)]
