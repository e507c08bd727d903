"""What tests of Look inside share: visitors with networks of many kinds, a page's questions, torch's own numbers."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import torch
from torch import nn

from demo import samples
from demo.inside import answers
from demo.server.doors import door_of
from demo.visitor import Visitor
from nets.checkpoint import load_shipped
from nets.models import CnnArchitecture, MlpArchitecture, cnn, mlp
from nets.preprocess import prepare_drawing

SHIPPED, RECORDS = load_shipped()
CNNS: dict[str, Any] = {
    "shipped": SHIPPED["cnn"],
    "other": CnnArchitecture(3, (5, 6, 7, 8), True, "leaky", 0.2, True),
    "curved": CnnArchitecture(7, (4, 3, 12, 4), False, "elu"),
    "largest": CnnArchitecture(7, (64, 64, 64, 64), True, "elu", 0.5, True),
}
MLPS: dict[str, Any] = {
    "shipped": SHIPPED["mlp"],
    "other": MlpArchitecture((30, 20), "leaky", 0.2, True),
    "one": MlpArchitecture((5,), "elu"),
    "largest": MlpArchitecture((512,) * 6, "relu", 0.1, True),
}
IMAGE = prepare_drawing(samples.drawing(7)).image
BLANK = {"strokes": [], "pen": samples.PEN}


def network(build, of) -> nn.Sequential:
    """In eval mode; batch statistics as training leaves them."""
    if isinstance(of, nn.Sequential):
        return of
    torch.manual_seed(1)
    model = build(of)
    for layer in model:
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.3)
            layer.running_var.uniform_(0.5, 2)
            nn.init.normal_(layer.weight, 1, 0.3)
            nn.init.normal_(layer.bias, 0, 0.3)
    return model.eval()


def visitor(cnn_of=SHIPPED["cnn"], mlp_of=SHIPPED["mlp"]) -> Visitor:
    """One with these networks."""
    return Visitor({"mlp": network(mlp, mlp_of), "cnn": network(cnn, cnn_of)}, RECORDS)


def drawn(digit: int) -> dict[str, Any]:
    """A sample, as the page sends what is on the pad."""
    return {"strokes": [stroke.tolist() for stroke in samples.drawing(digit).strokes], "pen": samples.PEN}


def model_of(visitor: Visitor, name: str = "cnn") -> nn.Sequential:
    return visitor.networks.now()[name].model


def question(function, **asked):
    """Checked as at the door, and of a 7 where no other drawing is given; raises pydantic's ValidationError."""
    return door_of(function).question.validate_python(json.loads(json.dumps({"drawing": drawn(7), **asked})))


def ask(visitor: Visitor, **asked) -> dict[str, Any]:
    """An answer as the page gets it; NaN would not pass."""
    return json.loads(json.dumps(answers.look(visitor, question(answers.look, **asked)), allow_nan=False))


def look(visitor: Visitor, **asked) -> dict[str, Any]:
    """What is shown, where there is something to show."""
    answer = ask(visitor, **asked)
    assert answer["problem"] is None
    return answer["shown"]


def outputs(model: nn.Sequential, image: torch.Tensor = IMAGE) -> dict[str, torch.Tensor]:
    """Every layer's output, caught by hooks in an ordinary forward pass."""
    found, hooks = {"input": image}, []
    for name, layer in model.named_children():
        hooks.append(layer.register_forward_hook(lambda _, __, y, name=name: found.update({name: y[0].detach()})))
    model(image[None])
    for hook in hooks:
        hook.remove()
    return found


def decoded(content: str, signed: bool, *shape: int) -> np.ndarray:
    """Shares of the largest number."""
    values = np.frombuffer(base64.b64decode(content), np.int8 if signed else np.uint8)
    return values.reshape(shape) / (127 if signed else 255)


def close(value, expected) -> None:
    np.testing.assert_allclose(np.asarray(value, float), np.asarray(expected, float), rtol=1e-5, atol=1e-5)


def cells(found: dict[str, torch.Tensor], name: str, count: int = 3) -> list[tuple[int, ...]]:
    """A corner and cells at random."""
    rng = np.random.default_rng(len(name) + found[name].numel())
    shape = found[name].shape
    return [(0,) * len(shape), *(tuple(int(rng.integers(size)) for size in shape) for _ in range(count))]
