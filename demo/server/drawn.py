"""The drawing on the pad, as pages send it with what they ask."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from demo.server.doors import Asked
from nets.drawing import Drawing
from nets.preprocess import Prepared, Steps, prepare_drawing

Switches = dict[Literal["pen", "crop", "fit", "centre"], bool]  # of the preparation's steps; off where False


class Drawn(Asked):
    """The strokes on the pad, the width of the pen, and which steps of the preparation are off."""

    strokes: list[list[list[float]]]  # lists of points, [x, y] each, in pad units
    pen: float
    steps: Switches = Field(default_factory=dict)

    def drawing(self) -> Drawing:
        """The drawing, checked; raises DrawingError."""
        return Drawing.from_json({"strokes": self.strokes, "pen": self.pen})

    def switches(self) -> Steps:
        """Which steps are on."""
        return Steps(**self.steps)

    def prepare(self) -> Prepared | None:
        """What the networks read of it, or None where it has no ink; raises DrawingError."""
        return prepare_drawing(self.drawing().thinned(), self.switches())
