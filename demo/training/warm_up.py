"""Load what the first run would wait for: torchvision, PyTorch's optimizers, and MNIST where it is on disk."""

from __future__ import annotations

import itertools
from contextlib import suppress

from demo.training.gpu import LENT
from nets.data import DataError, DigitData, load_digits, load_mnist
from nets.training import TrainConfig, new_model, train


def warm_up() -> None:
    data = load_digits()
    few = DigitData("few", data.train[:32], data.validation[:32], data.test[:32])
    for network in ("mlp", "cnn"):
        if not LENT:
            for _ in itertools.islice(train(new_model(network, 0), few, TrainConfig(batch_size=32)), 2):
                pass
    with suppress(DataError):
        load_mnist(download=False)
