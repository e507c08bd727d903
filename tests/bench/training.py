"""What the recipes reach, and how much sooner than the tutorials' own pipeline.

    MNIST_ROOT=... python -m tests.bench.training [--seeds 5] [--skip-tutorial]

The tutorial's pipeline is Dataset, ToTensor, DataLoader (batch 64) and its loop: 25 epochs of the MLP, 8 of the CNN.
It is timed over --tutorial-epochs of them, which all cost the same, and multiplied. Both sides train on the same
55,000 digits, both start with the files read; validation is left out of both times, as the tutorial has none.
"""

import argparse
import os
import platform
import statistics
import time
from dataclasses import replace

import torch
import torch.nn.functional as F
import torchvision
from torch.utils.data import DataLoader
from torchvision.transforms import ToTensor

from nets.data import DigitData, load_mnist
from nets.evaluation import evaluate
from nets.events import BatchEnd
from nets.training import RECIPES, bfloat16_pays, new_model, train


class AsTheTutorial(torchvision.datasets.MNIST):
    """torchvision's dataset, its images and labels those of our training split."""

    def __init__(self, data: DigitData) -> None:
        self.data, self.targets = data.train.images[:, 0], data.train.labels
        self.transform, self.target_transform = ToTensor(), None


def tutorial_epoch(network: str, data: DigitData) -> float:
    """Seconds of one epoch of the tutorial's loop."""
    model = new_model(network, 0).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=RECIPES["tutorial"][network].learning_rate)
    loader = DataLoader(AsTheTutorial(data), batch_size=64)
    start = time.perf_counter()
    for images, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return time.perf_counter() - start


def run(network: str, data: DigitData, recipe: str, seed: int) -> tuple[float, float, float]:
    """Seconds of training, accuracy on the validation set and on the test set."""
    model = new_model(network, seed)
    seconds = 0.0
    start = time.perf_counter()
    for event in train(model, data, replace(RECIPES[recipe][network], seed=seed)):
        if isinstance(event, BatchEnd):
            seconds += time.perf_counter() - start
        start = time.perf_counter()  # what follows an EpochEnd is counted, its validation is not
    return seconds, evaluate(model, data.validation).accuracy, evaluate(model, data.test).accuracy


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--networks", nargs="+", default=["mlp", "cnn"])
    options.add_argument("--recipe", default="fast", choices=RECIPES)
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--tutorial-epochs", type=int, default=2)
    options = options.parse_args()
    print(
        f"torch {torch.__version__}, torchvision {torchvision.__version__}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {torch.get_num_threads()} threads, bfloat16 {bfloat16_pays(torch.device('cpu'))}"
    )
    data = load_mnist()
    for network in options.networks:
        epochs = RECIPES["tutorial"][network].epochs
        # Ours and theirs by turns, so that a busy machine slows both.
        ours, theirs = [], []
        for seed in range(options.seeds):
            ours.append(run(network, data, options.recipe, seed))
            if seed < options.tutorial_epochs:
                theirs.append(tutorial_epoch(network, data) * epochs)
        seconds, validation, test = zip(*ours, strict=True)
        print(f"\n{network}, recipe {options.recipe}, {options.seeds} seeds")
        print(f"  seconds       median {statistics.median(seconds):8.2f}   {min(seconds):.2f} to {max(seconds):.2f}")
        for name, scores in (("validation", validation), ("test", test)):
            low, high = min(scores), max(scores)
            print(f"  {name:12}  mean {100 * statistics.mean(scores):8.2f} %   {100 * low:.2f} to {100 * high:.2f}")
        if theirs:
            tutorial = statistics.median(theirs)
            low, high = min(theirs) / max(seconds), max(theirs) / min(seconds)
            print(f"  the tutorial's pipeline, {epochs} epochs: {tutorial:.1f} s")
            print(
                f"  ratio         {tutorial / statistics.median(seconds):.1f}   {low:.1f} to {high:.1f} over the runs"
            )


if __name__ == "__main__":
    main()
