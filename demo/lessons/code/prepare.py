"""A small 5 in a corner, prepared as MNIST's digits were, and without being cut out."""

import numpy as np

import nets
from nets.preprocess import Steps, prepare_drawing

points = np.array([(45, 30), (22, 30), (20, 55), (42, 60), (40, 85), (18, 85)], np.float32)
five = nets.Drawing((points,), 10.0)
for steps in (Steps(), Steps(crop=False)):
    prepared = prepare_drawing(five, steps)
    assert prepared is not None  # there is ink
    digits = [int(nets.load(name)(prepared.image[None]).argmax()) for name in ("mlp", "cnn")]
    print("cropped" if steps.crop else "whole", digits)
