"""Checkpoints: a network's weights as safetensors, and a record of how it came about as JSON beside them.

Both are plain data: nothing in them is ever run, as a pickle would be. An archive is a zip file of the two.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import platform
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from torch import nn

from nets.data import DigitData
from nets.errors import CodedError
from nets.evaluation import Evaluation
from nets.files import write_whole
from nets.models import ARCHITECTURES, NETWORKS, SIDE, Architecture, count_parameters
from nets.options import OptionError, read
from nets.places import SHIPPED as SHIPPED
from nets.places import TUTORIAL as TUTORIAL
from nets.training import TrainConfig

LARGEST = {".safetensors": 8 * 2**20, ".json": 2**20}  # bytes that are read at most; the largest network has 7 MB

NUMBER = (int, float)
SCORES = {"accuracy": NUMBER, "loss": NUMBER}  # 0 to 1; nats
RECORD: dict[str, Any] = {  # what a record says, at least, and of what type
    "network": str,  # a name in nets.models.NETWORKS
    "architecture": {},  # fields of its dataclass in nets.models.ARCHITECTURES; those left out have their defaults
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


class CheckpointError(CodedError, ValueError):
    """A checkpoint that cannot be read or written; the message names the file and what was expected."""


def versions() -> dict[str, str]:
    """The versions of what a result depends on, for the record."""
    import torchvision  # here, because it takes a second that loading need not wait for

    libraries = {module.__name__: str(module.__version__) for module in (torch, torchvision, np)}
    return {"python": platform.python_version(), **libraries}


def device_name(device: torch.device, threads: int) -> str:
    """What a network was trained on, for the record."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    counted = f"{threads} thread{'s' * (threads != 1)}"
    return f"CPU ({platform.machine()}, {torch.backends.cpu.get_cpu_capability()}, {counted})"


def training_record(
    *,
    network: str,
    architecture: Architecture,
    recipe: str,
    config: TrainConfig,
    model: nn.Module,
    data: DigitData,
    device: str,
    seconds: float,
    epochs: int,
    outcome: str,
    validation: Evaluation,
    test: Evaluation,
    **more: Any,
) -> dict[str, Any]:
    """The record of a trained network: the fields of RECORD, the outcome, and any more that are given."""
    return {
        "network": network,
        "architecture": asdict(architecture),
        "parameters": count_parameters(model),
        "recipe": recipe,
        "config": asdict(config),
        "seed": config.seed,
        "data": {"name": data.name, "checksums": data.checksums},
        "versions": versions(),
        "device": device,
        "seconds": round(seconds, 2),
        "epochs": epochs,
        "outcome": outcome,
        **more,
        "validation": {"accuracy": validation.accuracy, "loss": validation.loss},
        "test": {"accuracy": test.accuracy, "loss": test.loss},
    }


def save(model: nn.Module, path: Path | str, record: Mapping[str, Any]) -> None:
    """Write the weights to path (*.safetensors) and the record beside it (*.json), each whole or not at all.

    The record has the fields of RECORD; the checksum of the weights is added, so that files that do not belong together
    are noticed. Raises CheckpointError if they cannot be written or the record is incomplete.
    """
    path, beside = _pair(path)
    weights, text = _files(model, record, beside)
    try:
        write_whole(path, weights)
        write_whole(beside, text)
    except OSError as error:
        message = f"{path} and {beside.name} cannot be written: {error.strerror}"
        raise CheckpointError(message, "checkpoint.unwritable", file=path.name) from error


def load(path: Path | str) -> tuple[nn.Sequential, dict[str, Any]]:
    """The network in path (*.safetensors) with the record beside it (*.json): in eval mode, on the CPU.

    Raises CheckpointError if either file is missing, too large, broken, or not of a network known here.
    """
    path, beside = _pair(path)
    return _network(_read(path), _read(beside), path, beside)


def pack(model: nn.Module, record: Mapping[str, Any]) -> bytes:
    """The content of an archive with this network and its record, which has the fields of RECORD."""
    weights, text = _files(model, record, "The record")
    content, name = io.BytesIO(), record["network"]
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, file in ((".safetensors", weights), (".json", text)):
            archive.writestr(zipfile.ZipInfo(name + suffix), file, zipfile.ZIP_DEFLATED)  # no date: same in, same out
    return content.getvalue()


def unpack(content: bytes) -> tuple[nn.Sequential, dict[str, Any]]:
    """The network and the record in an archive, as load gives them; nothing is written to disk.

    Raises CheckpointError for anything that pack cannot have made: another kind of file, other members, too much data.
    """
    if len(content) > (most := sum(LARGEST.values())):  # also bounds how many members zipfile lists
        message = f"This archive is too large: expected at most {most:,} bytes"
        raise CheckpointError(message, "checkpoint.too_large", most=most)
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sorted(Path(member.filename).suffix for member in members) != sorted(LARGEST):
                raise ValueError("other members")
            for member in members:
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise ValueError("a compression that zipfile does not unpack piece by piece")
                suffix = Path(member.filename).suffix
                with archive.open(member) as opened:  # what a member says of its size need not be so
                    found[suffix] = opened.read(LARGEST[suffix] + 1)
    except Exception as error:  # zipfile lets nearly anything out where a file was made to mislead
        message = (
            "This file is not an archive of a network: "
            "expected a zip file of one .safetensors and one .json, as downloaded here"
        )
        raise CheckpointError(message, "checkpoint.not_archive") from error
    for suffix, file in found.items():
        if len(file) > LARGEST[suffix]:
            message = f"The {suffix} is too large: expected at most {LARGEST[suffix]:,} bytes"
            raise CheckpointError(message, "checkpoint.member_too_large", suffix=suffix, most=LARGEST[suffix])
    return _network(found[".safetensors"], found[".json"], "The .safetensors", "The .json")


def load_shipped(folder: Path | str = SHIPPED) -> tuple[dict[str, nn.Sequential], dict[str, dict[str, Any]]]:
    """The networks in a folder, and their records, each under its name: mlp, cnn. Raises CheckpointError as load."""
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        wanted = " and ".join(f"{name}.safetensors" for name in NETWORKS)
        raise CheckpointError(f"{folder} is a file: expected a folder that holds {wanted}", "checkpoint.folder")
    loaded = {name: load(folder / f"{name}.safetensors") for name in NETWORKS}
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


def _files(model: nn.Module, record: Mapping[str, Any], name: Path | str) -> tuple[bytes, bytes]:
    """The two files' content: weights, and the record with the weights' checksum."""
    _check_record(record, name)
    # A network trained in channels_last has strided weights, which safetensors refuses.
    state = {key: tensor.detach().cpu().contiguous() for key, tensor in model.state_dict().items()}
    weights = safetensors.torch.save(state)
    try:
        text = json.dumps({**record, "sha256": _sha256(weights)}, indent=2, allow_nan=False) + "\n"
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name} cannot be written: {error}", "checkpoint.record_unwritable") from error
    return weights, text.encode()


def _network(weights: bytes, text: bytes, name: Path | str, beside: Path | str) -> tuple[nn.Sequential, dict[str, Any]]:
    """The network and record in the content of the two files, which errors call by these names."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{beside} cannot be read, expected the JSON record of a checkpoint: {error}"
        raise CheckpointError(message, "checkpoint.not_json") from error
    _check_record(record, beside)
    if record.get("sha256") != _sha256(weights):
        message = f"{name} does not fit its record: expected the sha256 in the .json"
        raise CheckpointError(message, "checkpoint.checksum")
    network = record["network"]
    try:
        model = NETWORKS[network](read(ARCHITECTURES[network], record["architecture"]))
    except OptionError as error:
        message = f"{beside} names an architecture that cannot be built: {error}"
        raise CheckpointError(message, "checkpoint.architecture", network=network) from error
    try:
        tensors = safetensors.torch.load(weights)
    except Exception as error:  # of many kinds, and what they say may be as long as the file
        raise CheckpointError(f"{name} is not a whole safetensors file", "checkpoint.not_safetensors") from error
    _check_weights(tensors, model.state_dict(), network, name)
    try:
        json.dumps(record, indent=2, allow_nan=False, ensure_ascii=False).encode()  # fields of nobody's, too
    except (ValueError, RecursionError) as error:
        message = f"{beside} holds what cannot be written again: {error}"
        raise CheckpointError(message, "checkpoint.record_odd") from error
    model.load_state_dict(tensors)
    model.eval()
    if not _stays_finite(model):
        message = f"{name} has weights too large to read a digit with: expected finite numbers in every layer"
        raise CheckpointError(message, "checkpoint.overflow")
    return model, record


def _stays_finite(model: nn.Sequential) -> bool:
    """Whether no image in [0, 1] can make a number in this network overflow, and then perhaps turn into NaN.

    A trial reading: with every weight as its absolute value, a sheet full of ink gives each layer at least what any
    image gives it, sums on the way included.
    """
    largest = copy.deepcopy(model)
    with torch.inference_mode():
        for layer in largest:
            for weight in layer.parameters():
                weight.abs_()
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) and layer.running_mean is not None:
                layer.running_mean.abs_().neg_()  # it is subtracted
        return bool(largest(torch.ones(1, 1, SIDE, SIDE)).isfinite().all())


def _pair(path: Path | str) -> tuple[Path, Path]:
    path = Path(path)
    if path.suffix == ".safetensors":
        return path, path.with_suffix(".json")
    found, near = "is not a checkpoint", [path.with_suffix(".safetensors")] if path.name else []
    if path.is_dir():
        found, near = "is a folder and not a checkpoint", sorted(path.glob("*.safetensors"))
    elif str(path) in NETWORKS:
        near.append(SHIPPED / f"{path}.safetensors")
    such = next((f", such as {file}" for file in near if file.is_file()), "")
    message = f"{path} {found}: expected a name that ends in .safetensors{such}"
    raise CheckpointError(message, "checkpoint.name")


def _read(path: Path) -> bytes:
    limit = LARGEST[path.suffix]
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        message = f"{path} cannot be read, expected a {path.suffix} file: {reason}"
        raise CheckpointError(message, "checkpoint.unreadable", file=path.name) from error
    if len(content) > limit:
        message = f"{path} is too large: expected at most {limit:,} bytes"
        raise CheckpointError(message, "checkpoint.member_too_large", suffix=path.suffix, most=limit)
    if content.startswith(b"version https://git-lfs"):
        message = f"{path} is a Git LFS pointer, expected the file itself: run `git lfs pull`"
        raise CheckpointError(message, "checkpoint.lfs", file=path.name)
    return content


def _check_record(record: Any, path: Path | str) -> None:
    _check_fields({"the record": record}, {"the record": RECORD}, f"{path} is not the record of a checkpoint")
    if record["network"] not in NETWORKS:
        found, known = repr(record["network"][:40]), ", ".join(NETWORKS)
        message = f"{path} names the network {found}: expected one of {known}"
        raise CheckpointError(message, "checkpoint.network", found=found, known=known)


def _check_fields(found: Mapping[str, Any], expected: Mapping[str, Any], complaint: str) -> None:
    for key, kind in expected.items():
        value, fields = found.get(key), isinstance(kind, dict)
        endless = isinstance(value, NUMBER) and not abs(value) < 2**63  # NaN is, too
        if endless or not isinstance(value, dict if fields else kind):
            wanted = "fields" if fields else "a string" if kind is str else "a finite number"
            message = f"{complaint}: expected {key} to hold {wanted}, found {type(value).__name__}"
            raise CheckpointError(message, "checkpoint.field", field=key)
        if fields:
            _check_fields(value, kind, complaint)


def _check_weights(
    found: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor], network: str, file: Path | str
) -> None:
    complaint = f"{file} is not a checkpoint of the {network} that the record names"
    if found.keys() != expected.keys():
        differences = expected.keys() - found.keys(), found.keys() - expected.keys()
        missing, extra = ([name[:40] for name in sorted(names)[:3]] for names in differences)
        message = f"{complaint}: expected its tensors and no others; {missing=}, {extra=}"
        raise CheckpointError(message, "checkpoint.tensors", network=network)
    for name, tensor in found.items():
        form, wanted = (f"{str(t.dtype).removeprefix('torch.')} {tuple(t.shape)}" for t in (tensor, expected[name]))
        if form != wanted:
            message = f"{complaint}: expected {name} to be {wanted}, found {form[:80]}"
            raise CheckpointError(message, "checkpoint.tensor", tensor=name, expected=wanted, found=form[:80])
        if not tensor.isfinite().all():
            message = f"{complaint}: expected finite numbers in {name}, found NaN or infinity"
            raise CheckpointError(message, "checkpoint.not_finite", tensor=name)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
