"""Things that nobody should send, made by throwing dice: good ones with a place or two in them made something else."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import math
import os
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import safetensors.torch
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from demo import samples
from nets.checkpoint import load_shipped, pack
from nets.models import NETWORKS, CnnArchitecture, MlpArchitecture, count_parameters
from nets.training import RECIPES

CASES = int(os.environ.get("FUZZ_CASES", 10_000))  # for each door; .ci/run takes fewer, to be done in time
THROWS = 20  # of the dice for each seed: choosing one takes Hypothesis a millisecond

WORDS = ("", "mlp", "cnn", "conv1", "start", "maps", "__class__", "../a", "${1}", "<b>", "\ud800", "\0", "9" * 99)
PLAIN = (None, True, False, 0, -1, 1, 2, 7, 300, 10**30, -(2**63), 0.5, -0.0, 1e308, 1e-308, *WORDS)
ENDLESS = (math.nan, math.inf, -math.inf)
PLAIN += ENDLESS


class Dice(random.Random):
    """Makes things that are nearly right."""

    def junk(self, depth: int = 0) -> Any:
        """Any JSON value."""
        match self.randrange(8 if depth < 3 else 5):
            case 0:
                return self.randint(-3, 300)
            case 1:
                return self.uniform(-300, 300)
            case 5:
                return [self.junk(depth + 1) for _ in range(self.randrange(5))]
            case 6:
                return {self.choice(WORDS): self.junk(depth + 1) for _ in range(self.randrange(4))}
            case 7:
                return [self.choice(PLAIN)] * self.choice((1, 16, 300))
            case _:
                return self.choice(PLAIN)

    def nearly(self, good: Sequence[Any]) -> Any:
        """One of these JSON values with a place or two in it, deep or not, made something else."""
        value = json.loads(json.dumps(self.choice(good)))
        if self.random() < 0.1:
            return self.junk()
        for _ in range(self.randrange(3)):
            place = value
            while isinstance(place, dict | list) and place:
                key = self.choice(list(place)) if isinstance(place, dict) else self.randrange(len(place))
                if isinstance(place[key], dict | list) and place[key] and self.random() < 0.8:
                    place = place[key]
                    continue
                what = self.randrange(6)
                if what == 0:
                    del place[key]
                elif what == 1 and isinstance(place, list):
                    place.extend(place[:50])
                elif what == 2 and isinstance(place, dict):
                    place[self.choice(WORDS)] = self.junk()
                else:
                    place[key] = self.junk()
                break
        return value

    def damaged(self, files: Sequence[bytes]) -> bytes:
        """One of these files with some bytes changed, cut out or put in."""
        content = bytearray(self.choice(files))
        for _ in range(self.randrange(5)):
            at = self.randrange((len(content) if self.random() < 0.5 else min(64, len(content))) + 1)
            match self.randrange(5):
                case 0:
                    del content[at : at + self.choice((1, 4, 100, len(content)))]
                case 1:
                    content[at:at] = self.randbytes(self.choice((1, 4, 100)))
                case 2:
                    sizes = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\1\0", b"\x7f\xff\xff\xff")
                    content[at : at + 4] = self.choice(sizes)
                case 3:
                    content[at:at] = content[at : at + 200]
                case 4 if at < len(content):
                    content[at] ^= 1 << self.randrange(8)
        return bytes(content)

    def drawing(self) -> Any:
        """One that is nearly right, or a right one in which a number or two are none, endless or far away."""
        if self.random() < 0.6:
            return self.nearly(DRAWINGS)
        value = json.loads(json.dumps(self.choice(DRAWINGS)))
        for _ in range(self.randrange(1, 3)):
            number = self.choice((*ENDLESS, 1e308, -1e308, 1e39, -1e9))
            if self.random() < 0.1:
                value["pen"] = number
            else:
                self.choice(self.choice([stroke for stroke in value["strokes"] if stroke]))[self.randrange(2)] = number
        return value

    def weights(self, name: str) -> bytes:
        """A network's weights, damaged, or with numbers among them that are none, endless or huge."""
        if self.random() < 0.5:
            return self.damaged([WEIGHTS[name]])
        state = {key: value.clone() for key, value in MODELS[name].state_dict().items()}
        for key in self.sample(list(state), self.randrange(1, 3)):
            number = self.choice((*ENDLESS, *ENDLESS, 3e38, -3e38))
            at = slice(None) if self.random() < 0.3 else self.randrange(state[key].numel())
            state[key].flatten()[at] = number
        return safetensors.torch.save(state)

    def archive(self) -> bytes:
        """A damaged one, or a whole one of other weights or with a record that says anything."""
        if self.random() < 0.5:
            return self.damaged(ARCHIVES)
        name = self.choice(list(MODELS))
        weights = self.weights(name) if self.random() < 0.6 else WEIGHTS[name]
        record = self.nearly([record_of(name)]) if self.random() < 0.6 else record_of(name)
        if isinstance(record, dict) and self.random() < 0.9:
            record["sha256"] = hashlib.sha256(weights).hexdigest()
        names = self.choice([("a.safetensors", "a.json"), ("../../x.safetensors", "/etc/${1}.json")])
        return zipped(weights, json.dumps(record).encode(), names)


def cases(count: Any = CASES) -> Any:
    """Make a check of what dice come to a test of so many throws; `@cases` alone makes as many as CASES says."""
    if callable(count):
        return cases(CASES)(count)

    def make(check: Callable[[Dice], None]) -> Callable[[], None]:
        @settings(
            max_examples=max(1, count // THROWS),
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.integers(0, 2**64))
        def throw(seed: int) -> None:
            for i in range(THROWS):
                check(Dice(f"{seed} {i}"))

        throw.__name__ = check.__name__
        return throw

    return make


# ---- what is good

SEVEN = [[list(point) for point in stroke] for stroke in samples.strokes(7)]
DRAWINGS = [
    {"strokes": [[[10, 20], [100.5, 200]]], "pen": 18},
    {"strokes": [[[140, 140]]], "pen": 80},
    {"strokes": [[[1, 2], [3, 4], [270, 9]], [[0, 0], [280, 280]], []], "pen": 0.1},
]


def pictures() -> list[bytes]:
    """A stroke on plain paper, which costs less than what is taken for a photograph, in every format and mode."""
    files = []
    for mode, kind in [
        *itertools.product(("L", "RGB"), ("PNG", "JPEG", "GIF", "WEBP", "BMP")),
        *itertools.product(("P", "1", "RGBA", "LA", "I;16"), ("PNG",)),
        ("RGBA", "WEBP"),
        ("CMYK", "JPEG"),
    ]:
        grey = np.full((24, 20), 240, np.uint8)
        grey[5:19, 9:12] = 10
        picture = Image.fromarray(grey.astype(np.uint16) * 256 if mode == "I;16" else grey)
        picture = picture if mode == "I;16" else picture.convert(mode)
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6  # turned
        picture.save(file, kind, **({"exif": exif} if kind in ("JPEG", "PNG", "WEBP") else {}))
        files.append(file.getvalue())
    return files


PICTURES = pictures()


TINY = {"mlp": MlpArchitecture(hidden=(4,)), "cnn": CnnArchitecture(3, (1, 2, 1, 2))}
SHIPPED, RECORDS = load_shipped()


def tiny(name: str, seed: int = 0) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    return NETWORKS[name](TINY[name]).requires_grad_(False).eval()


MODELS = {name: tiny(name) for name in NETWORKS}


def record_of(name: str) -> dict:
    architecture = json.loads(json.dumps(asdict(TINY[name])))
    return {**RECORDS[name], "architecture": architecture, "parameters": count_parameters(MODELS[name]), "run": 3}


ARCHIVES = [pack(model, record_of(name)) for name, model in MODELS.items()]
WEIGHTS = {name: safetensors.torch.save(model.state_dict()) for name, model in MODELS.items()}


def zipped(weights: bytes, record: bytes, names: tuple[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in zip(names, (weights, record), strict=True):
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


SETTINGS = [
    {
        "networks": names,
        "data": "digits",
        **{
            name: {
                "recipe": recipe,
                "config": json.loads(json.dumps(asdict(RECIPES[recipe][name]))),
                "architecture": json.loads(json.dumps(asdict(TINY[name]))),
            }
            for name in names
        },
    }
    for names, recipe in ((["mlp"], "fast"), (["mlp", "cnn"], "best"), (["cnn"], "tutorial"))
]
WATCHES = [{"visible": True, "table": "", "examples": ""}, {"visible": False}, {"table": "a-1", "examples": "a-1-0"}]
DOING = ["start", "batch", "epoch", "pause", "resume", "stop", "others", "shipped", "travel", "none"]
ASKED = {
    "plan": SETTINGS,
    "command": [{"do": do, "settings": SETTINGS[0], "moment": 2, **WATCHES[0]} for do in DOING],
    "watch": WATCHES,
    "curves": [{"run": 1}, {"run": 2}],
    "cell": [{"network": "mlp", "label": 3, "digit": 8}, {"network": "cnn", "label": 3, "digit": 3}],
    "archive": [{"network": "mlp"}, {"network": "cnn"}],
}


FIGURES = [
    {"kind": "layer", "network": "cnn", "layer": "conv1", "map": 0, "cell": [3, 4], "off": {"conv1": [0]}, "own": True}
    | {"drawing": {"strokes": SEVEN, "pen": 18}},
    {"kind": "layer", "network": "mlp", "layer": "out", "drawing": {"strokes": [[[9, 9], [200, 200]]], "pen": 18}},
    {"kind": "weights", "network": "cnn", "layer": "conv2", "map": 1},
    {"kind": "weights", "network": "mlp", "layer": "fc1", "units": [0, 3, 9]},
    {"kind": "curves", "chart": "loss", "axis": "epochs", "compared": [{"run": 1, "network": "mlp"}]},
    {"kind": "confusion", "network": "mlp", "percent": False},
    {"kind": "examples"},
    {"kind": "first", "network": "cnn"},
]
FIGURES = [{**one, "format": "csv"} for one in FIGURES] * 4 + [{**FIGURES[2], "format": "svg"}]  # which takes long


QUESTIONS = [
    {"view": "maps", "layer": layer, "map": 0, "own": True, "off": {"conv1": [0], "relu2": [1]}, "channels": [0, 1]}
    | {"cell": {"layer": layer, "at": at}}
    for layer, at in (("conv2", [1, 3, 4]), ("pool1", [0, 0, 0]), ("out", [3]), ("image", [0, 5, 5]))
] + [{"view": "mlp"}, {"view": "pooling", "example": list(range(10)) + [1] * 6, "shift": "up"}]
QUESTIONS = [*QUESTIONS * 5, {"view": "pixels"}]  # which takes long
QUESTIONS = [{**one, "drawing": {"strokes": SEVEN, "pen": 18}} for one in QUESTIONS]
