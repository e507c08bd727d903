"""Fixtures that several test modules share: digits made up on the spot, MNIST's layout in small, MNIST itself."""

from __future__ import annotations

import os

# As in app.py, before PyTorch is loaded: machines for tests are shared.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import gzip
import hashlib
import signal
import struct
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nets import data
from nets.data import DigitData, Digits
from tests.browser.driver import chromium, open_browser
from tests.support import Server

# A shell that runs pytest beside itself has it ignore Ctrl-C, and so would whatever the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in the browser come last: Playwright keeps an event loop running, beside which no other can be run."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator[None, pytest.TestReport, Any]:
    """Under a test that failed stands what the servers said that ran meanwhile."""
    report = yield
    if report.failed:
        for server in Server.alive:
            report.sections.append((f"The server on port {server.port}", server.said()[-5000:]))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator:
    pytest.importorskip("playwright", reason="Playwright, which drives Chromium, is not installed")
    if chromium() is None:
        pytest.skip("Chromium is not installed: put it on the PATH or name it in CHROMIUM")
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The page, served by a process of its own."""
    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def mnist_root() -> Path:
    """The folder that holds MNIST itself; not to be written to."""
    root = os.environ.get("MNIST_ROOT")
    if not root or not Path(root, "MNIST", "raw").is_dir():
        pytest.skip("MNIST is not at hand: set MNIST_ROOT to a folder with the four archives in MNIST/raw")
    return Path(root)


@pytest.fixture(scope="session")
def synthetic() -> DigitData:
    """Noisy bars at ten heights, one for each label: learnt in a few batches. 400 / 100 / 100, all labels in each."""
    generator = torch.Generator().manual_seed(7)
    labels = torch.arange(600) % 10
    images = torch.randint(0, 60, (600, 1, 28, 28), generator=generator)
    for i, label in enumerate(labels.tolist()):
        images[i, 0, 4 + 2 * label : 6 + 2 * label, 6:22] += 190
    digits = Digits(images.byte(), labels)
    return DigitData("synthetic", digits[:400], digits[400:500], digits[500:])


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Sums in one order: Adam makes whole steps of the rounding where a gradient is next to nothing."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def idx_gz(array: np.ndarray) -> bytes:
    """An array of bytes as MNIST's archives hold it."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


@pytest.fixture
def archives(monkeypatch) -> dict[str, bytes]:
    """A data set laid out as MNIST is, 120 images and 20, which torchvision is made to take for MNIST."""
    from torchvision.datasets import MNIST

    rng = np.random.default_rng(3)
    contents = []
    for count in (120, 20):
        contents += [rng.integers(0, 256, (count, 28, 28)), rng.integers(0, 10, count)]
    files = {name: idx_gz(array) for (name, _), array in zip(MNIST.resources, contents, strict=True)}
    monkeypatch.setattr(MNIST, "resources", [(name, hashlib.md5(file).hexdigest()) for name, file in files.items()])
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:1/"])  # no test reaches the network by accident
    monkeypatch.setattr(data, "_loaded", {})
    return files
