"""A trained network and its record go in, two files come out: weights as safetensors, the record as JSON; and back.

Both are plain data: nothing in them is ever run, as a pickle would be.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import nn

from nets.files import write_whole
from nets.models import NETWORKS

SHIPPED = Path(__file__).resolve().parent.parent / "checkpoints"
LARGEST = {".safetensors": 64 * 2**20, ".json": 2**20}  # bytes that are read at most

NUMBER = (int, float)
SCORES = {"accuracy": NUMBER, "loss": NUMBER}  # 0 to 1; nats
RECORD: dict[str, Any] = {  # what a record says, at least, and of what type
    "network": str,  # a name in nets.models.NETWORKS
    "parameters": int,
    "recipe": str,
    "config": {},  # every field of the recipe's TrainConfig
    "seed": int,
    "data": {"name": str, "checksums": {}},
    "versions": {},  # of python, torch, torchvision, numpy
    "device": str,
    "seconds": NUMBER,  # of training
    "epochs": int,
    "validation": SCORES,
    "test": SCORES,
}


class CheckpointError(ValueError):
    """A checkpoint cannot be read or written; the message names the file and says what was expected."""


def versions() -> dict[str, str]:
    """Of what a result depends on, for the record."""
    import torchvision  # here, because it takes a second that loading need not wait for

    libraries = {module.__name__: str(module.__version__) for module in (torch, torchvision, np)}
    return {"python": platform.python_version(), **libraries}


def save(model: nn.Module, path: Path | str, record: Mapping[str, Any]) -> None:
    """Write the weights to path (*.safetensors) and the record beside it (*.json), each whole or not at all.

    The record has the fields of RECORD; the checksum of the weights is added, so that two files that do not belong
    together are told apart. Raises CheckpointError where they cannot be written or the record is not complete.
    """
    path, beside = _pair(path)
    _check_record(record, beside)
    # A network trained in channels_last has strided weights, which safetensors refuses.
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    weights = safetensors.torch.save(state)
    try:
        text = json.dumps({**record, "sha256": _sha256(weights)}, indent=2, allow_nan=False) + "\n"
        write_whole(path, weights)
        write_whole(beside, text.encode())
    except ValueError as error:
        raise CheckpointError(f"{beside} cannot be written: {error}") from error
    except OSError as error:
        raise CheckpointError(f"{path} and {beside.name} cannot be written: {error.strerror}") from error


def load(path: Path | str) -> tuple[nn.Sequential, dict[str, Any]]:
    """The network in path (*.safetensors) with the record beside it (*.json): in eval mode, on the CPU.

    Raises CheckpointError where either file is missing, too large, broken, or not of a network known here.
    """
    path, beside = _pair(path)
    weights, text = _read(path), _read(beside)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{beside} cannot be read, expected the JSON record of a checkpoint: {error}") from error
    _check_record(record, beside)
    if record.get("sha256") != _sha256(weights):
        raise CheckpointError(f"{beside} is not the record of {path.name}: expected the sha256 of those weights")
    model = NETWORKS[record["network"]]()
    try:
        tensors = safetensors.torch.load(weights)
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{path} is not a whole safetensors file: {error}") from error
    _check_weights(tensors, model.state_dict(), f"{path} is not a checkpoint of the {record['network']}")
    model.load_state_dict(tensors)
    return model.eval(), record


def load_shipped(folder: Path | str = SHIPPED) -> tuple[dict[str, nn.Sequential], dict[str, dict[str, Any]]]:
    """The networks in a folder, and their records, each under its name: mlp, cnn. Raises CheckpointError as load."""
    loaded = {name: load(Path(folder) / f"{name}.safetensors") for name in NETWORKS}
    return {name: model for name, (model, _) in loaded.items()}, {name: record for name, (_, record) in loaded.items()}


def table(records: Iterable[Mapping[str, Any]]) -> str:
    """Records as a Markdown table, a line each, as checkpoints/README.md shows it."""
    lines = [
        "| network | parameters | recipe | data | seed | epochs | trained on | minutes "
        "| validation accuracy | test accuracy | test loss |",
        "| --- | ---: | --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for r in records:
        lines.append(
            f"| {r['network']} | {r['parameters']:,} | {r['recipe']} | {r['data']['name']} | {r['seed']} "
            f"| {r['epochs']} | {r['device']} | {r['seconds'] / 60:.1f} | {r['validation']['accuracy']:.2%} "
            f"| {r['test']['accuracy']:.2%} | {r['test']['loss']:.4f} |"
        )
    return "\n".join(lines)


def _pair(path: Path | str) -> tuple[Path, Path]:
    path = Path(path)
    if path.suffix != ".safetensors":
        raise CheckpointError(f"{path} is not a checkpoint: expected a name that ends in .safetensors")
    return path, path.with_suffix(".json")


def _read(path: Path) -> bytes:
    limit = LARGEST[path.suffix]
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise CheckpointError(f"{path} cannot be read, expected a {path.suffix} file: {reason}") from error
    if len(content) > limit:
        raise CheckpointError(f"{path} is too large: expected at most {limit:,} bytes")
    if content.startswith(b"version https://git-lfs"):
        raise CheckpointError(f"{path} is a Git LFS pointer, expected the file itself: run `git lfs pull`")
    return content


def _check_record(record: Any, path: Path) -> None:
    _check_fields({"the record": record}, {"the record": RECORD}, f"{path} is not the record of a checkpoint")
    if record["network"] not in NETWORKS:
        found, known = record["network"][:40], ", ".join(NETWORKS)
        raise CheckpointError(f"{path} names the network {found!r}: expected one of {known}")


def _check_fields(found: Mapping[str, Any], expected: Mapping[str, Any], complaint: str) -> None:
    for key, kind in expected.items():
        value, fields = found.get(key), isinstance(kind, dict)
        if not isinstance(value, dict if fields else kind):
            wanted = "fields" if fields else "a string" if kind is str else "a number"
            raise CheckpointError(f"{complaint}: expected {key} to hold {wanted}, found {type(value).__name__}")
        if fields:
            _check_fields(value, kind, complaint)


def _check_weights(found: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor], complaint: str) -> None:
    if found.keys() != expected.keys():
        missing, extra = sorted(expected.keys() - found.keys()), sorted(found.keys() - expected.keys())
        raise CheckpointError(f"{complaint}: expected the tensors {', '.join(expected)}; {missing=}, {extra=}")
    for name, tensor in found.items():
        form, wanted = (f"{tuple(t.shape)} {str(t.dtype).removeprefix('torch.')}" for t in (tensor, expected[name]))
        if form != wanted:
            raise CheckpointError(f"{complaint}: expected {name} to be {wanted}, found {form}")
        if not tensor.isfinite().all():
            raise CheckpointError(f"{complaint}: expected finite numbers in {name}, found NaN or infinity")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
