"""nets.data against torchvision's own reading, and with everything that can go wrong on the way to MNIST."""

from __future__ import annotations

import errno
import http.server
import pathlib
import shutil
import subprocess
import sys
import threading
import time

import pytest
import torch
from torchvision.datasets import MNIST

from nets import data
from nets.data import DataError, Digits, load_digits, load_mnist


def put(root: pathlib.Path, files: dict[str, bytes]) -> pathlib.Path:
    """Lay files out under root as torchvision does, and give back their folder."""
    folder = root / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def files_under(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


class Mirror:
    """A server on this machine; what it sends is what the test puts in files, cut to `sent` bytes where that is set."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.sent: int | None = None
        self.asked: list[str] = []
        mirror = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.lstrip("/")
                mirror.asked.append(name)
                if name not in mirror.files:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(mirror.files[name])))
                self.end_headers()
                self.wfile.write(mirror.files[name][: mirror.sent])

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def mirror(archives, monkeypatch):
    server = Mirror()
    server.files = dict(archives)
    monkeypatch.setattr(MNIST, "mirrors", [server.url])
    yield server
    server.server.shutdown()
    server.server.server_close()


def compare_with_torchvision(loaded: data.DigitData, root) -> None:
    train, test = MNIST(root, train=True, download=True), MNIST(root, train=False)
    assert torch.equal(loaded.test.images[:, 0], test.data)
    assert torch.equal(loaded.test.labels, test.targets)
    # The split: rebuilt with a permutation of our own making.
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(data.SPLIT_SEED)).tolist()
    held_out = sorted(order[: len(train) // 12])
    rest = sorted(set(range(len(train))) - set(held_out))
    for part, indices in ((loaded.train, rest), (loaded.validation, held_out)):
        assert torch.equal(part.images[:, 0], train.data[indices])
        assert torch.equal(part.labels, train.targets[indices])


def test_archives_read_as_torchvision_reads_them(archives, tmp_path):
    put(tmp_path, archives)
    loaded = load_mnist(tmp_path)
    assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == (110, 10, 20)
    assert loaded.train.images.dtype == torch.uint8 and loaded.train.images.shape == (110, 1, 28, 28)
    assert loaded.train.labels.dtype == torch.int64
    assert loaded.checksums == dict(MNIST.resources)
    assert len(files_under(tmp_path)) == 4  # nothing was unpacked: the folder may be read-only
    compare_with_torchvision(loaded, tmp_path)


@pytest.mark.mnist
def test_mnist_reads_as_torchvision_reads_it(mnist_root, tmp_path):
    loaded = load_mnist(mnist_root)
    assert (loaded.name, len(loaded.train), len(loaded.validation), len(loaded.test)) == ("mnist", 55000, 5000, 10000)
    shutil.copytree(mnist_root / "MNIST", tmp_path / "MNIST")
    (tmp_path / "MNIST").chmod(0o755)
    (tmp_path / "MNIST" / "raw").chmod(0o755)
    compare_with_torchvision(loaded, tmp_path)


def test_root_comes_from_the_environment(archives, tmp_path, monkeypatch):
    put(tmp_path, archives)
    monkeypatch.setenv("MNIST_ROOT", str(tmp_path))
    assert load_mnist() is load_mnist(tmp_path)  # and is loaded once a process


def test_download_reports_progress_and_is_kept(mirror, archives, tmp_path):
    reports = []
    load_mnist(tmp_path / "new", lambda *report: reports.append(report))
    assert {path.name: path.read_bytes() for path in files_under(tmp_path)} == archives
    for name, content in archives.items():
        mine = [(done, total) for file, done, total in reports if file == name]
        assert mine[-1] == (len(content), len(content))
        assert mine == sorted(mine)


def test_only_what_is_missing_or_damaged_is_downloaded(mirror, archives, tmp_path):
    absent, damaged, *whole = archives
    folder = put(tmp_path, {name: archives[name] for name in whole} | {damaged: archives[damaged][:-1]})
    # Unpacked files cut short, as torchvision would leave them if the disk filled up: never looked at.
    (folder / absent.removesuffix(".gz")).write_bytes(b"\0\0\x08\x03")
    load_mnist(tmp_path)
    assert mirror.asked == [absent, damaged]
    assert (folder / damaged).read_bytes() == archives[damaged]


def test_second_mirror_is_tried(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:1/", mirror.url])
    assert len(load_mnist(tmp_path).test) == 20


def check_refusal(tmp_path, *words) -> None:
    """Loading says what happened and what to do, in one sentence, and leaves nothing behind."""
    before = files_under(tmp_path)
    with pytest.raises(DataError) as caught:
        load_mnist(tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    for word in (*words, "MNIST_ROOT", "--data digits"):
        assert word in message
    assert files_under(tmp_path) == before


def test_cut_off_download(mirror, archives, tmp_path):
    mirror.sent = 1000
    size = len(archives["train-images-idx3-ubyte.gz"])
    check_refusal(tmp_path, "train-images-idx3-ubyte.gz", f"cut off after 1,000 of {size:,} bytes")
    mirror.sent = None
    assert len(load_mnist(tmp_path).test) == 20  # trying again helps


def test_wrong_checksum(mirror, archives, tmp_path):
    first = next(iter(archives))
    mirror.files[first] = archives[first][:-1] + b"?"
    check_refusal(tmp_path, first, "wrong checksum")


def test_missing_at_the_mirror(mirror, tmp_path):
    mirror.files.clear()
    check_refusal(tmp_path, "Not Found")


def test_no_network(archives, tmp_path, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:1/"])
    check_refusal(tmp_path, "refused")


def test_damaged_archive_without_network(archives, tmp_path):
    put(tmp_path, {**archives, "t10k-labels-idx1-ubyte.gz": b"half"})
    check_refusal(tmp_path, "t10k-labels-idx1-ubyte.gz", "already there has a wrong checksum")


def test_silent_server_is_given_up(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "TIMEOUT", 0.1)
    release = threading.Event()
    monkeypatch.setattr(mirror.server, "process_request", lambda *_: release.wait(10))
    start = time.monotonic()
    check_refusal(tmp_path, "timed out")
    release.set()
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("call", ["mkdir", "write"])
def test_full_or_read_only_disk(mirror, tmp_path, monkeypatch, code, call):
    def fail(*_, **__):
        raise OSError(code, "no room" if code == errno.ENOSPC else "read-only")

    class Full:
        """A file that takes half of what it is given."""

        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, content):
            self.file.write(content[: len(content) // 2])
            fail()

    if call == "mkdir":
        monkeypatch.setattr(pathlib.Path, "mkdir", fail)
    else:
        real = pathlib.Path.open

        def opened(path, mode="r", **options):
            file = real(path, mode, **options)
            return Full(file) if "x" in mode else file

        monkeypatch.setattr(pathlib.Path, "open", opened)
    with pytest.warns(UserWarning, match=rf"cannot be kept.*{'no room' if code == errno.ENOSPC else 'read-only'}"):
        loaded = load_mnist(tmp_path)
    assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == (110, 10, 20)
    assert files_under(tmp_path) == []


def test_root_that_is_a_file(mirror, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.warns(UserWarning, match="cannot be kept"):
        assert len(load_mnist(tmp_path / "file").test) == 20


def test_cancelled_download_leaves_nothing(mirror, tmp_path):
    def cancel(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_mnist(tmp_path, cancel)
    assert files_under(tmp_path) == []


def test_bundled_digits():
    from sklearn.datasets import load_digits as bundled

    load_digits.cache_clear()
    loaded = load_digits()
    assert loaded.name == "digits"
    parts = (loaded.train, loaded.validation, loaded.test)
    assert [len(part) for part in parts] == [1297, 200, 300]
    labels = torch.cat([part.labels for part in parts])
    assert labels.bincount().tolist() == torch.from_numpy(bundled().target).bincount().tolist()
    for part in parts:
        assert part.images.dtype == torch.uint8 and part.images.shape[1:] == (1, 28, 28)
        # As MNIST: a margin of 4 pixels at least but for the shift to the centre of mass, which lies in the middle.
        weight = part.images[:, 0].double()
        rows = (weight.sum(2) * torch.arange(28)).sum(1) / weight.sum((1, 2))
        columns = (weight.sum(1) * torch.arange(28)).sum(1) / weight.sum((1, 2))
        assert (rows - 14).abs().max() < 0.6 and (columns - 14).abs().max() < 0.6
    assert load_digits() is loaded


def test_bundled_digits_are_the_same_in_every_process():
    def sums():
        load_digits.cache_clear()
        loaded = load_digits()
        return [part.images.long().sum((1, 2, 3)).tolist() for part in (loaded.train, loaded.validation, loaded.test)]

    torch.manual_seed(1)
    first = sums()
    torch.manual_seed(2)
    assert sums() == first


def test_subset():
    digits = Digits(torch.arange(3, dtype=torch.uint8).view(3, 1, 1, 1).expand(3, 1, 28, 28), torch.tensor([7, 8, 9]))
    for index in (torch.tensor([0, 2]), torch.tensor([True, False, True]), slice(0, 3, 2)):
        assert digits[index].labels.tolist() == [7, 9]
        assert digits[index].images[:, 0, 5, 5].tolist() == [0, 2]


def test_import_loads_and_fetches_nothing():
    """The page starts without waiting for torchvision or scikit-learn, let alone for data."""
    code = (
        "import socket, sys; socket.socket.connect = None; import nets.data; "
        "print([m for m in ('sklearn', 'torchvision') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
