"""A small 5 in a corner, prepared as MNIST's digits were, and without being cut out."""

import numpy as np

import nets
from nets.preprocess import Steps, prepare_drawing

corners = [[(45, 30), (22, 30), (20, 55), (42, 60), (40, 85), (18, 85)]]
five = nets.Drawing([np.array(stroke, np.float32) for stroke in corners], 10.0)
for steps in (Steps(), Steps(crop=False)):
    image = prepare_drawing(five, steps).image
    print("cropped" if steps.crop else "whole", [nets.read(nets.load(name), image).digit for name in ("mlp", "cnn")])
