"""The data sets: MNIST and scikit-learn's digits, as tensors for training, validation and test.

Files, mirrors, checksums and folders (ROOT/MNIST/raw/*.gz) are those of torchvision.datasets.MNIST, so either can use
what the other has downloaded. Reading is done here, in memory and straight from the archives: the checksums cover the
archives and not the files that torchvision unpacks beside them, where a truncated file would go unnoticed; a read-only
folder will do; and a failed download leaves nothing behind.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.client
import os
import urllib.request
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from nets.errors import CodedError
from nets.files import write_whole
from nets.places import DATA as FOLDER

SPLIT_SEED = 0  # of the permutation that takes the validation set out of the training set
TIMEOUT = 30  # seconds without a byte after which a download has failed
LARGEST = 32 * 2**20  # bytes; the largest archive has 9,912,422

Progress = Callable[[str, int, int], None]


class DataError(CodedError, RuntimeError):
    """The digits are not available; the message says why, and what to do."""

    code = "data.unavailable"


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of digits and what they show."""

    images: torch.Tensor  # (N, 1, 28, 28) uint8, paper 0, ink 255
    labels: torch.Tensor  # (N,) int64, 0 to 9

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: torch.Tensor | slice) -> Digits:
        """The digits at these indices (int64), where this mask (bool) is true, or in this slice."""
        return Digits(self.images[index], self.labels[index])


@dataclass(frozen=True, eq=False)
class DigitData:
    """One data set: train to learn from, validation to choose by, test for the final report only."""

    name: str  # "mnist" or "digits"
    train: Digits
    validation: Digits
    test: Digits
    checksums: dict[str, str] = field(default_factory=dict)  # file name -> md5 of the files read


def load_mnist(root: Path | str | None = None, progress: Progress | None = None, download: bool = True) -> DigitData:
    """MNIST: 55,000 digits to train with, 5,000 for validation, 10,000 for the test.

    The archives are looked for in root, else in the folder that MNIST_ROOT names, else in data/ of a checkout, or in
    ~/.cache/digit-duel where nets was installed. Those missing or damaged are downloaded, about 12 MB in all, while
    progress(file name, bytes so far, bytes in all or 0 if unknown) is called; an exception raised there cancels. What
    has arrived whole is kept, so trying again goes on from there; where it cannot be kept there is a warning. Without
    download only what is on disk is read. Loaded once a process: the tensors are shared, change copies only.

    Raises DataError where the digits cannot be had.
    """
    root = Path(root or os.environ.get("MNIST_ROOT") or FOLDER).expanduser().resolve()
    if root not in _loaded:
        _loaded[root] = _read_mnist(root, progress, download)
    return _loaded[root]


_loaded: dict[Path, DigitData] = {}


def _read_mnist(root: Path, progress: Progress | None, download: bool) -> DigitData:
    from torchvision.datasets import MNIST  # here, because it takes a second that the page need not wait for

    folder = root / "MNIST" / "raw"
    # resources: training images and labels, test images and labels
    mirrors = MNIST.mirrors if download else []
    archives = [_archive(folder / name, md5, mirrors, progress) for name, md5 in MNIST.resources]
    images, labels, test_images, test_labels = map(_read_idx, archives)
    training = Digits(images.unsqueeze(1), labels.long())
    return DigitData(
        "mnist",
        *_split(training, len(training) // 12),
        test=Digits(test_images.unsqueeze(1), test_labels.long()),
        checksums=dict(MNIST.resources),
    )


def _split(digits: Digits, count: int) -> tuple[Digits, Digits]:
    """All digits but `count`, and those: chosen at random with a fixed seed, both in their original order."""
    order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(SPLIT_SEED))
    return digits[order[count:].sort().values], digits[order[:count].sort().values]


def _read_idx(archive: bytes) -> torch.Tensor:
    """The uint8 tensor in a gzipped IDX file: two zeros, type, number of dimensions, sizes (big-endian), data."""
    content = bytearray(gzip.decompress(archive))
    dimensions = content[3]
    sizes = np.frombuffer(content, ">u4", dimensions, offset=4).tolist()
    return torch.frombuffer(content, dtype=torch.uint8, offset=4 + 4 * dimensions).view(sizes)


def _archive(path: Path, md5: str, mirrors: list[str], progress: Progress | None) -> bytes:
    """The bytes of one archive with the right checksum: from path, or else from a mirror and then kept at path."""
    advice = (
        "set MNIST_ROOT to a folder that holds the four .gz files in MNIST/raw, "
        "or use the digits bundled with scikit-learn (--data digits)"
    )
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        content = b""
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}): make it readable, {advice}.", "data.unreadable", file=path.name
        ) from error
    if _md5(content) == md5:
        return content
    failures = ["the file already there has a wrong checksum"] if content else []
    for mirror in mirrors:
        try:
            content, size = _download(mirror + path.name, progress)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)  # of an URLError: the OSError behind it, or a text
            failures.append(f"{mirror}: {getattr(reason, 'strerror', None) or reason}")
            continue
        if _md5(content) == md5:
            break
        cut_off = f"cut off after {len(content):,} of {size:,} bytes"
        failures.append(f"{mirror}: {cut_off if len(content) < size else 'wrong checksum'}")
    else:
        raise DataError(
            f"MNIST's {path.name} cannot be had ({'; '.join(failures)}): try again later, {advice}.",
            "data.unavailable",
            file=path.name,
        )
    try:
        write_whole(path, content)
    except OSError as error:
        warnings.warn(
            f"MNIST cannot be kept in {path.parent} ({error.strerror}), so it is downloaded again next time: "
            "make room for 12 MB there, or name another folder in MNIST_ROOT.",
            stacklevel=2,
        )
    return content


def _download(url: str, progress: Progress | None) -> tuple[bytes, int]:
    """The content at url, and its size according to the server (0 if it does not say)."""
    content = bytearray()
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
        size = answer.length or 0
        while len(content) < LARGEST and (part := answer.read(2**16)):
            content += part
            if progress:
                progress(url.rpartition("/")[2], len(content), size)
    return bytes(content), size


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@functools.cache
def load_digits() -> DigitData:
    """The 1,797 handwritten digits that come with scikit-learn: 1,297 to train with, 200 for validation, 300 to test.

    They are 8x8 pixels (E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998), brought to 28x28 the way a drawing is. They need no network and are not MNIST: results on them
    say nothing about MNIST. Loaded once a process: the tensors are shared, change copies only.
    """
    from sklearn.datasets import load_digits as bundled

    from nets.preprocess import Steps, prepare_ink

    source = bundled()
    inks = ((source.images * (255 / 16)).round() / 255).astype(np.float32)  # (1797, 8, 8), ink was 16
    prepared = [prepare_ink(ink / ink.max(), Steps(pen=False)) for ink in inks]
    images = torch.stack([digit.image for digit in prepared if digit is not None])  # there is ink in all of them
    digits = Digits((images * 255).round().byte(), torch.from_numpy(source.target).long())
    rest, test = _split(digits, 300)
    return DigitData("digits", *_split(rest, 200), test=test)
