"""The results as files: each is written whole as soon as it is known, and read again by the next call."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import nn

from nets.checkpoint import load
from nets.contestants import CONTESTANTS, READERS, Contestant
from nets.files import write_whole
from nets.places import SHIPPED, TUTORIAL

FOLDER = SHIPPED / "compare"
VERSION = 1  # of what is measured of a reader: another one, and all are measured again


def read(folder: Path, name: str) -> Any:
    """The content of a JSON file in the folder; None where it is missing or broken."""
    try:
        return json.loads((folder / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        return None


def write(folder: Path, name: str, content: Any) -> None:
    """One JSON file, without spaces: the page fetches it."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    write_whole(folder / f"{name}.json", text.encode() + b"\n")


def reader_path(key: str, folder: Path = FOLDER) -> Path:
    """Where a reader's weights are: ours are the shipped networks, the tutorials' lie in a folder beside results."""
    recipe, network = key.split("-")
    return (SHIPPED if recipe == "best" else folder.parent / TUTORIAL.name) / f"{network}.safetensors"


def load_reader(key: str, folder: Path = FOLDER) -> tuple[nn.Sequential, dict[str, Any]]:
    """A reader, in eval mode, and its record; its key is in READERS. Raises CheckpointError as nets.checkpoint.load."""
    return load(reader_path(key, folder))


def keep(contestant: Contestant, model: nn.Sequential, folder: Path) -> None:
    """A contestant's weights in half precision, for whoever wants to look into it: half the bytes."""
    weights = {name: x.detach().half().contiguous() for name, x in model.state_dict().items()}
    write_whole(folder / "contestants" / f"{contestant.key}.safetensors", safetensors.torch.save(weights))


def load_contestant(key: str, folder: Path = FOLDER) -> nn.Sequential:
    """A contestant that is shipped, in eval mode; what it sees is Contestant.sees(images).

    Raises KeyError for an unknown one, OSError where its weights are missing.
    """
    if key in READERS:
        return load_reader(key, folder)[0]
    model = CONTESTANTS[key].build(0)
    weights = safetensors.torch.load((folder / "contestants" / f"{key}.safetensors").read_bytes())
    model.load_state_dict({name: x.float() for name, x in weights.items()})
    return model.eval()


def checksum(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp() -> dict[str, Any]:
    """What a measurement depends on, beside digits and weights."""
    from nets.checkpoint import device_name, versions

    return {
        "version": VERSION,
        "versions": versions(),
        "device": device_name(torch.device("cpu"), torch.get_num_threads()),
    }
