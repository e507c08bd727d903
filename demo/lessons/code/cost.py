"""Parameters and multiply-adds of both networks."""

import nets
from nets.models import describe

for name in ("mlp", "cnn"):
    model = nets.load(name)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(name, parameters, sum(layer.multiply_adds for layer in describe(model)))
