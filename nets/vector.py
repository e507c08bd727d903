"""(to be merged into preprocess.py) A drawing's way to 28x28, by one affine map and one drawing."""
from __future__ import annotations
import math

import numpy as np
from nets.ink import NEARLY, Box, box_of, draw, rounded
from nets.preprocess import BOX, FIELD, PAD, PEN, Drawing, Prepared, Stage, Steps

def prepare_vector(drawing: Drawing, steps: Steps = Steps()) -> Prepared | None:
    if not drawing.strokes:
        return None
    path = box_of(drawing.strokes)
    pen = PEN * path.side if steps.pen and path.side > drawing.pen else drawing.pen
    box = path.wider(pen / 2) if steps.crop else Box(0, 0, PAD, PAD)
    scale = (BOX if steps.fit else FIELD) / box.side
    # So many whole pixels; a box as wide as it should be does not get one more by its last digit.
    shape = tuple(max(1, math.ceil(length * scale - NEARLY)) for length in (box.height, box.width))
    ink = draw(drawing.strokes, pen, box, scale, shape)
    total = float(ink.sum(dtype=np.float64))
    if not total > 0:
        return None
    image = np.zeros((FIELD, FIELD), np.float32)
    corner = []
    for axis, length in enumerate((box.height * scale, box.width * scale)):
        centre = length / 2
        if steps.centre:
            centre = float((ink.sum(1 - axis, dtype=np.float64) * np.arange(shape[axis])).sum()) / total
        corner.append(min(max(rounded(FIELD / 2 - centre), 0), FIELD - shape[axis]))
    top, left = corner
    image[top : top + shape[0], left : left + shape[1]] = ink
    return Prepared((Stage("centre", image),))
