"""How many pixels across one cell sees, layer by layer."""

from torch import nn

import nets

field, step = 1, 1  # pixels that a cell sees, and pixels from one cell to the next
for name, layer in nets.load("cnn").named_children():
    if isinstance(layer, (nn.Conv2d, nn.MaxPool2d)):
        size = layer.kernel_size[0] if isinstance(layer, nn.Conv2d) else 2
        field, step = field + (size - 1) * step, step * (1 if isinstance(layer, nn.Conv2d) else 2)
        print(name, field)
