"""Ten thousand things that nobody should send go into each door of the page; only the errors it declares come out."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import itertools
import json
import os
import random
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from demo import samples
from demo.inside import answers as inside
from demo.training import run as runs
from demo.training.run import Lanes
from demo.visitor import Visitor
from nets.augment import Augmentation
from nets.checkpoint import CheckpointError, load, load_shipped, pack, unpack
from nets.models import ARCHITECTURES, NETWORKS, CnnArchitecture, MlpArchitecture, count_parameters
from nets.options import OptionError, read
from nets.pictures import PictureError, open_picture
from nets.preprocess import Drawing, DrawingError, prepare_drawing, prepare_picture
from nets.training import RECIPES, TrainConfig
from tests.support import until

pytestmark = pytest.mark.slow
CASES = int(os.environ.get("FUZZ_CASES", 10_000))  # for each door; .ci/run takes fewer, to be done in time
THROWS = 20  # of the dice for each seed: choosing one takes Hypothesis a millisecond

WORDS = ("", "mlp", "cnn", "conv1", "start", "maps", "__class__", "../a", "${1}", "<b>", "\ud800", "\0", "9" * 99)
PLAIN = (None, True, False, 0, -1, 1, 2, 7, 300, 10**30, -(2**63), 0.5, -0.0, 1e308, 1e-308, *WORDS)
PLAIN += (float("nan"), float("inf"))


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

    def archive(self) -> bytes:
        """A damaged one, or a whole one of damaged weights or with a record that says anything."""
        if self.random() < 0.5:
            return self.damaged(ARCHIVES)
        name = self.choice(list(MODELS))
        weights = self.damaged([WEIGHTS[name]]) if self.random() < 0.5 else WEIGHTS[name]
        record = self.nearly([record_of(name)])
        if isinstance(record, dict) and self.random() < 0.9:
            record["sha256"] = hashlib.sha256(weights).hexdigest()
        names = self.choice([("a.safetensors", "a.json"), ("../../x.safetensors", "/etc/${1}.json")])
        return zipped(weights, json.dumps(record).encode(), names)


def cases(check: Callable[[Dice], None]) -> Callable[[], None]:
    """Make a check of what dice come to a test of 10,000 throws."""

    @settings(
        max_examples=CASES // THROWS,
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


def test_the_dice_do_damage_and_leave_some_whole():
    """Both sides of each door are tried."""
    good = {"a": [1, 2], "b": {"c": "d"}}
    whole = sum(Dice(seed).nearly([good]) == good for seed in range(1000))
    assert 200 < whole < 600
    assert 100 < sum(Dice(seed).damaged([b"x" * 100]) == b"x" * 100 for seed in range(1000)) < 400


# ---- drawings and pictures

SEVEN = [[list(point) for point in stroke] for stroke in samples.strokes(7)]
DRAWINGS = [
    {"strokes": [[[10, 20], [100.5, 200]]], "pen": 18},
    {"strokes": [[[140, 140]]], "pen": 80},
    {"strokes": [[[1, 2], [3, 4], [270, 9]], [[0, 0], [280, 280]], []], "pen": 0.1},
]


@cases
def test_any_drawing(dice):
    value = dice.nearly(DRAWINGS)
    try:
        drawing = Drawing.from_json(value)
    except DrawingError as error:
        assert "\n" not in str(error)
        return
    prepared = prepare_drawing(drawing)
    if prepared is not None:
        image = prepared.image
        assert image.shape == (1, 28, 28) and image.isfinite().all() and image.min() >= 0 and image.max() <= 1


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


@pytest.mark.filterwarnings("ignore")  # of decoders, about what they are given
@cases
def test_any_picture(dice):
    try:
        picture = open_picture(io.BytesIO(dice.damaged(PICTURES)))
    except PictureError:
        return
    prepared = prepare_picture(picture)
    assert prepared is None or prepared.image.isfinite().all()


# ---- checkpoints and options

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


def test_any_checkpoint(tmp_path):
    """As an archive, or as two files."""
    path = tmp_path / "a.safetensors"

    @cases
    def open_it(dice):
        try:
            if dice.random() < 0.7:
                model, record = unpack(dice.archive())
            else:
                weights = dice.damaged(list(WEIGHTS.values()))
                record = dice.nearly([record_of(name) for name in NETWORKS])
                if dice.random() < 0.8 and isinstance(record, dict):
                    record["sha256"] = hashlib.sha256(weights).hexdigest()
                path.write_bytes(weights)
                path.with_suffix(".json").write_text(json.dumps(record))
                model, record = load(path)
        except CheckpointError as error:
            assert len(str(error)) < 1000
            return
        assert not model.training
        assert pack(model, record), "what can be loaded can be downloaded again"

    open_it()


@pytest.mark.parametrize("kind", [TrainConfig, Augmentation, *ARCHITECTURES.values()], ids=lambda kind: kind.__name__)
def test_any_options(kind):
    good = [json.loads(json.dumps(asdict(kind())))]

    @cases
    def try_to_read(dice):
        value = dice.nearly(good)
        with contextlib.suppress(OptionError):
            options = read(kind, value)
            assert read(kind, json.loads(json.dumps(asdict(options)))) == options

    try_to_read()


# ---- what a page asks of a visitor's session

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
WATCHES = [{"visible": True, "at": None, "runs": 0, "images": -1}, {"visible": False}, {"at": 2, "images": 1000}]
DOING = ["start", "batch", "epoch", "pause", "resume", "stop", "others", "shipped", "none"]
ASKED = {
    "plan": SETTINGS,
    "command": [{"do": do, "settings": SETTINGS[0], **WATCHES[0]} for do in DOING],
    "watch": WATCHES,
    "curves": [{"run": 1}, {"run": 2}],
    "archive": [{"network": "mlp"}, {"network": "cnn"}],
}


@pytest.fixture
def visitor(synthetic, monkeypatch) -> Visitor:
    """One who has trained, and for whom there is no room to train again."""
    monkeypatch.setattr(runs, "load_digits", lambda: synthetic)
    monkeypatch.setattr(runs, "CORES", 1)
    lanes = Lanes(1, 0)
    session = Visitor(MODELS, {name: record_of(name) for name in MODELS}, lanes)
    tiny_run = json.loads(json.dumps(SETTINGS[1]))
    for name in MODELS:
        tiny_run[name]["config"] |= {"epochs": 1, "batch_size": 100}
    assert session.training.command({"do": "start", "settings": tiny_run})["problem"] == ""
    until(lambda: session.training.watch({"visible": False})["state"] == "finished")
    lanes._most = 0
    session.drawing = Drawing.from_json({"strokes": SEVEN, "pen": 18})
    return session


def test_anything_asked_of_a_training(visitor):
    seen = []

    @cases
    def ask(dice):
        what = dice.choice([*ASKED, "load"])
        asked = dice.archive() if what == "load" else dice.nearly(ASKED[what])
        seen.append(what)
        answer = getattr(visitor.training, what)(asked)
        sent = json.dumps(answer)
        assert len(sent) < 500_000
        sent.encode()

    ask()
    assert len(seen) >= CASES and len(set(seen)) == 6
    assert visitor.training.watch({})["state"] == "finished"
    assert set(visitor.predict(prepare_drawing(visitor.drawing).image)) == {"mlp", "cnn"}


QUESTIONS = [
    {"view": "maps", "layer": layer, "map": 0, "own": True, "off": {"conv1": [0], "relu2": [1]}, "channels": [0, 1]}
    | {"cell": {"layer": layer, "at": at}}
    for layer, at in (("conv2", [1, 3, 4]), ("pool1", [0, 0, 0]), ("out", [3]), ("image", [0, 5, 5]))
] + [{"view": "mlp"}, {"view": "pooling", "example": list(range(10)) + [1] * 6, "shift": "up"}]
QUESTIONS = [*QUESTIONS * 5, {"view": "pixels"}]  # which takes long


def test_anything_asked_of_the_inside(visitor):
    @cases
    def ask(dice):
        asked, file = dice.nearly(QUESTIONS), dice.random() < 0.3
        inside.is_heavy(visitor, asked)
        json.dumps(inside.archive(visitor, asked) if file else inside.answer(visitor, asked), allow_nan=False).encode()

    ask()


# ---- every door, over HTTP


class Server:
    """The page as it is served, without a socket: the application that uvicorn would run."""

    def __init__(self) -> None:
        from gradio.routes import App
        from starlette.middleware import Middleware

        from demo.interface import LAUNCH, build
        from demo.server.guard import Buckets, Guard

        clock = itertools.count(step=10**6)  # so that no rate is ever too high
        guard, *others = LAUNCH["app_kwargs"]["middleware"]
        assert guard.cls is Guard
        middleware = [Middleware(Guard, **guard.kwargs, buckets=Buckets(clock=lambda: next(clock))), *others]
        demo = build(MODELS, {name: record_of(name) for name in MODELS})
        demo.max_file_size = LAUNCH["max_file_size"]
        self.app = App.create_app(demo, app_kwargs={"middleware": middleware})
        demo.app = self.app
        self.loop = asyncio.new_event_loop()
        self.functions = {}
        for block in demo.blocks.values():
            for function in getattr(block, "server_fns", ()):
                self.functions[function.__name__] = block._id

    def ask(self, path: str, body: bytes, kind: str = "application/json", method: str = "POST") -> tuple[int, bytes]:
        status, answer, sent = 0, b"", False

        async def receive():
            nonlocal sent
            if sent:
                await asyncio.sleep(3600)
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            nonlocal status, answer
            status = message.get("status", status)
            answer += message.get("body", b"")

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"content-type", kind.encode()), (b"host", b"localhost")],
            "client": ("192.0.2.1", 1),
            "server": ("localhost", 80),
        }
        self.loop.run_until_complete(self.app(scope, receive, send))
        return status, answer


@pytest.fixture(scope="module")
def server():
    return Server()


SENT = {
    "read_drawing": DRAWINGS,
    "prepare": [{"pen": True, "crop": False}],
    "networks": [None],
    "look": QUESTIONS,
    "keep": QUESTIONS,
    **{name: asked for name, asked in ASKED.items() if name != "command"},
    "command": [one for one in ASKED["command"] if one["do"] not in ("start", "batch", "epoch")],  # nothing trains here
    "load": [None],
}
STARTING = {"start", "batch", "epoch"}
QUICK = ["read_drawing", "plan", "command", "watch", "curves", "archive"]


def test_every_function_is_among_them(server):
    assert set(server.functions) == set(SENT)


def test_anything_sent_to_a_function(server, capsys):
    """What is plain JSON for a function that is there is answered, with 200 or a sentence; nothing brings it down."""
    statuses = set()

    @cases
    def send(dice):
        name = dice.choice(list(SENT) if dice.random() < 0.2 else QUICK)
        asked = dice.nearly(SENT[name])
        if name == "command" and isinstance(asked, dict) and str(asked.get("do")) in STARTING:
            return
        request = {"data": asked, "component_id": server.functions[name], "fn_name": name, "session_hash": "abc"}
        whole = dice.random() < 0.7
        if not whole:
            request = dice.nearly([request])
        body = json.dumps(request).encode()
        status, answer = server.ask("/gradio_api/component_server/", body)
        statuses.add(status)
        assert answer and b"Traceback" not in answer
        if whole:
            assert status == 200, (name, asked, answer)
            json.loads(answer)
        assert status in (200, 400, 404, 413, 422, 500)

    send()
    assert {200, 400, 404} <= statuses
    body = json.dumps(
        {
            "data": {"strokes": SEVEN, "pen": 18},
            "component_id": server.functions["read_drawing"],
            "fn_name": "read_drawing",
            "session_hash": "after",
        }
    ).encode()
    status, answer = server.ask("/gradio_api/component_server", body)
    assert status == 200 and json.loads(answer)["cards"]["cnn"]["digit"] in range(10)


FORM = b"".join(
    b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % part
    for part in (
        (b"picture", b'; filename="a.png"', b"FILE"),
        (b"steps", b"", b'{"pen": false}'),
        (b"component_id", b"", b"COMPONENT"),
        (b"fn_name", b"", b"FUNCTION"),
        (b"session_hash", b"", b"abc"),
    )
)


def test_anything_sent_as_a_form(server, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    forms = [
        (FORM + b"--b--\r\n")
        .replace(b"COMPONENT", str(server.functions[name]).encode())
        .replace(b"FUNCTION", name.encode())
        .replace(b"FILE", file)
        for name, file in (
            *[("prepare", b"none"), ("load", b"none"), ("load", ARCHIVES[0]), ("read_drawing", b"")] * 5,
            ("prepare", PICTURES[0]),  # which takes long
        )
    ]
    answered = set()

    @cases
    def send(dice):
        content = dice.damaged(forms)
        status, answer = server.ask("/gradio_api/component_server/", content, "multipart/form-data; boundary=b")
        answered.add(status)
        assert answer and status in (200, 400, 404, 413, 500)

    send()
    assert {200, 400} <= answered
    assert not list(tmp_path.iterdir()), "no file is left lying about"


DOORS = [
    "/gradio_api/queue/join",
    "/gradio_api/call/predict",
    "/gradio_api/call/v2/predict",
    "/gradio_api/cancel",
    "/gradio_api/reset",
    "/gradio_api/component_server",
    "/gradio_api/upload",
    "/gradio_api/run/predict",
    "/gradio_api/queue/data",
    "/gradio_api/call/predict/abc",
]
BODIES = [
    {"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}], "fn_index": 0, "session_hash": "a"},
    {"data": [{"path": "http://127.0.0.1/", "meta": {"_type": "gradio.FileData"}}], "event_id": "a", "fn_index": 1},
    {"session_hash": "a", "fn_index": 0, "event_id": "b"},
]


def test_anything_sent_to_any_other_door(server, capsys):
    @cases
    def send(dice):
        path, value = dice.choice(DOORS), dice.nearly(BODIES)
        kind = dice.choice(["application/json", "text/plain", "x", ""])
        status, answer = server.ask(path, json.dumps(value).encode(), kind)
        assert answer and status in (200, 400, 404, 405, 413, 422, 500, 503)

    send()
