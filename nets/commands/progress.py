"""Progress bars, on standard error, for what takes a while: downloads and evaluations."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn
from tqdm import tqdm

from nets.data import DigitData, Digits, load_digits, load_mnist
from nets.evaluation import BATCH, Evaluation, evaluate


def load_data(name: str) -> DigitData:
    """The digits of this name, with a bar for each file that has to be downloaded."""
    return load_digits() if name == "digits" else load_mnist(progress=download_bar())


def download_bar() -> Callable[[str, int, int], None]:
    """What load_mnist calls while it downloads."""
    bars: dict[str, tqdm] = {}

    def show(name: str, done: int, total: int) -> None:
        if name not in bars:
            bars[name] = tqdm(desc=name, total=total or None, unit="B", unit_scale=True)
        bar = bars[name]
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show


def evaluate_with_bar(model: nn.Module, digits: Digits, name: str) -> Evaluation:
    """evaluate(), with a bar that is gone at the end."""
    with tqdm(desc=f"reading the {name}", total=-(-len(digits) // BATCH), unit=" batches", leave=False) as bar:
        return evaluate(model, digits, between=bar.update)
