"""What a page asks about the inside of a visitor's networks goes in, numbers and pictures of them come out, as JSON.

Pictures are base64 of a byte a cell, with the number that the largest byte stands for. Numbers have seven digits and
are those of nets.activations, nets.arithmetic and nets.attribution. Whatever was asked, there is an answer: a layer,
map or cell that is not there is left out, for the network may have become another one meanwhile.
"""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict
from itertools import pairwise, takewhile
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from demo import images, text
from demo.visitor import Visitor
from nets import attribution
from nets.activations import CELL_BY_CELL, INPUT, activations, changes, dead, kernels, pool
from nets.arithmetic import (
    Activation,
    Cell,
    Convolution,
    Linear,
    Normalisation,
    Outputs,
    Pooling,
    path,
    receptive_field,
    softmax,
    work_out,
)
from nets.models import SIDE, LayerInfo, describe, totals
from nets.prediction import Prediction
from nets.preprocess import prepare_drawing

Json = dict[str, Any]
VIEWS = ("maps", "mlp", "pixels", "pooling")
EXAMPLE = (1, 3, 2, 4, 5, 6, 1, 2, 3, 2, 8, 1, 1, 4, 2, 3)  # the tutorial's 4x4 cells
SHIFTS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}  # pixels down and right
TILES, TILE = 9, 14  # maps in a small picture of a layer, at most, and pixels along the side of each
TERMS = 8  # strongest contributions told
OPEN = 3  # input channels that are worked out unasked; of those asked for, MOST
MOST = 8
UNITS = 24  # of the MLP's first layer, shown as pictures
HEAVY = 20_000_000  # multiply-adds above which a network is not run on the server's event loop


class NotFinite(ArithmeticError):
    """A network, in the middle of training, whose numbers ran away."""


def answer(visitor: Visitor, asked: Any) -> Json:
    """What a view shows of the drawing on this visitor's pad; "problem" says why there is nothing to show."""
    asked = asked if isinstance(asked, Mapping) else {}
    view = _one_of(VIEWS, asked.get("view"), "maps")
    networks, image = _models(visitor), _image(visitor)
    told: Json = {"view": view}
    if view == "pooling":
        told["example"] = example(asked.get("example"))
    if image is None:
        return told | {"problem": text.INSIDE_BLANK}
    try:
        match view:
            case "maps":
                return told | maps(networks["cnn"], image, asked)
            case "mlp":
                return told | mlp(networks["mlp"], image)
            case "pixels":
                return told | {"networks": {name: pixels(model, image) for name, model in networks.items()}}
            case _:
                return told | shift(networks["cnn"], image, _one_of(SHIFTS, asked.get("shift"), "right"))
    except NotFinite:
        return told | {"problem": text.NOT_FINITE}


def archive(visitor: Visitor, asked: Any) -> Json:
    """The output of a layer of the CNN, with the image and the logits, as the content of a .npz file."""
    asked = asked if isinstance(asked, Mapping) else {}
    model, image = _models(visitor)["cnn"], _image(visitor)
    if image is None:
        return {"problem": text.INSIDE_BLANK}
    outputs = activations(model, image, _off(model, asked.get("off")))
    layer = _layer(model, outputs, asked.get("layer"))
    file = io.BytesIO()
    logits = list(outputs.values())[-1]
    np.savez(file, activation=outputs[layer].numpy(), image=image.numpy(), logits=logits.numpy())
    return {"name": f"{layer}.npz", "content": images.encoded(file.getvalue())}


def is_heavy(visitor: Visitor, asked: Any) -> bool:
    """Whether an answer takes long enough to hold others up."""
    view = asked.get("view") if isinstance(asked, Mapping) else None
    _, work = totals(layers(_models(visitor)["cnn"]))
    return view in ("pixels", "pooling") or (view != "mlp" and work > HEAVY)


_layers: WeakKeyDictionary[nn.Module, list[LayerInfo]] = WeakKeyDictionary()


def layers(model: nn.Sequential) -> list[LayerInfo]:
    """The image, as a layer without cost, and every layer of this network; computed once for each network."""
    if model not in _layers:
        _layers[model] = [LayerInfo(INPUT, "Input", (1, SIDE, SIDE), 0, 0, 1), *describe(model)]
    return _layers[model]


# ---- the CNN's maps, cell by cell


def maps(model: nn.Sequential, image: Tensor, asked: Mapping[str, Any]) -> Json:
    """The chain in small, one layer with all its maps, and one cell of it where the page asks for a cell.

    A cell asked for stays the root of its path while the visitor goes down: of the layer shown, the cell on that path.
    """
    off = _off(model, asked.get("off"))
    outputs = _finite(activations(model, image, off))
    signed = _signed(model)
    layer = _layer(model, outputs, asked.get("layer"))
    root = _cell(outputs, asked.get("cell"))
    trail = path(model, outputs, *root) if root else []
    at = dict(trail).get(layer)
    told = {
        "chain": [_small(row, outputs, signed[row.name]) for row in layers(model)],
        "layer": layer,
        "help": text.LAYER_HELP[next(row.kind for row in layers(model) if row.name == layer)],
        "image": images.quantised(image),
        "off": {name: sorted(silent) for name, silent in off.items()},
        "sentence": "",
        **_large(model, outputs, layer, signed[layer], asked, at),
        "cell": None,
    }
    if off:
        told["sentence"] = text.with_maps_off(off, _prediction(outputs), _prediction(activations(model, image)))
    if at is not None:
        told["trail"] = [[name, list(cell)] for name, cell in trail]
        told["cell"] = cell(model, outputs, layer, at, asked.get("channels"))
        told["cell"]["off"] = text.CELL_OFF if at[0] in off.get(layer, ()) else ""
    return told


def _small(row: LayerInfo, outputs: Outputs, signed: bool) -> Json:
    """What the chain shows of a layer: its figures and a little picture, a mosaic of its first maps."""
    output = outputs[row.name]
    picture = _mosaic(output[:TILES].numpy()) if output.dim() == 3 else _rows(output, outputs)
    return {**vars(row), "signed": signed, **_picture(picture, signed)}


def _mosaic(maps: np.ndarray) -> np.ndarray:
    """Maps of (N, H, W) side by side in a square, a line of zeros between; larger ones than TILE are brought down."""
    count, height, width = maps.shape
    if count == 1:
        return maps[0]
    factor = math.ceil(max(height, width) / TILE)
    height, width = height // factor, width // factor
    maps = maps[:, : height * factor, : width * factor]
    maps = maps.reshape(count, height, factor, width, factor).mean((2, 4))
    across = math.ceil(count**0.5)
    mosaic = np.zeros((math.ceil(count / across) * (height + 1) - 1, across * (width + 1) - 1), np.float32)
    for i, tile in enumerate(maps):
        y, x = i // across * (height + 1), i % across * (width + 1)
        mosaic[y : y + height, x : x + width] = tile
    return mosaic


def _large(
    model: nn.Sequential, outputs: Outputs, layer: str, signed: bool, asked: Mapping[str, Any], at: Cell | None
) -> Json:
    """All maps of a layer, a byte a cell; of the one that is enlarged every number."""
    output = outputs[layer]
    vector = output.dim() == 1
    shown = _rows(output, outputs)[None] if vector else output
    low, high = shown.amin((1, 2)), shown.amax((1, 2))
    if vector:
        chosen = 0
    elif at is not None:
        chosen = at[0]
    else:
        chosen = _index(asked.get("map"), len(output))
        chosen = _liveliest(shown) if chosen is None else chosen
    largest = torch.maximum(low.abs(), high.abs())
    if asked.get("own") is not True:
        largest = largest.max().expand(len(shown))
    told = {
        "signed": signed,
        "vector": vector,
        "units": output.numel() if vector else 0,
        "height": shown.shape[1],
        "width": shown.shape[2],
        "map": chosen,
        "maps": images.quantised(shown, signed, largest[:, None, None]),
        "largest": _numbers(largest),
        "low": _numbers(low),
        "high": _numbers(high),
        "dead": [] if vector else dead(output).nonzero().flatten().tolist(),
        "values": images.encoded(shown[chosen].numpy().astype("<f4").tobytes()),
        "field": None,
        "kernels": None,
    }
    if not vector:
        first, next_ = (receptive_field(model, outputs, layer, (0, i, i)) for i in (0, 1))
        told["field"] = {  # of cell (y, x): start + step * y, start + step * x and so on
            "start": [first.top, first.left],
            "step": [next_.top - first.top, next_.left - first.left],
            "size": [first.bottom - first.top, first.right - first.left],
        }
    if isinstance(dict(model.named_children()).get(layer), nn.Conv2d):
        weights = kernels(model, layer)
        if weights.shape[1] == 1:  # more than one cannot be shown beside a map
            kernel = weights[:, 0]
            told["kernels"] = {
                "height": kernel.shape[1],
                "width": kernel.shape[2],
                "bytes": images.quantised(kernel, True, float(kernel.abs().max())),
            }
    return told


def cell(model: nn.Sequential, outputs: Outputs, layer: str, at: Cell, channels: Any = None) -> Json:
    """How the network came to one number: what nets.arithmetic works out, with prose that names its parts."""
    field = receptive_field(model, outputs, layer, at)
    told: Json = {"at": list(at), "value": _number(outputs[layer][at]), "field": asdict(field)}
    if layer == INPUT:
        return told | {"kind": "pixel", "prose": text.WORK["pixel"]}
    below = list(outputs)[list(outputs).index(layer) - 1]
    maps, signed = outputs[below], _signed(model)[below]
    work = work_out(model, outputs, layer, at)
    told |= {
        "below": below,
        "source": list(work.source),
        "total": _number(work.total),
        "then": [[name, _number(outputs[name][at])] for name in _following(model, layer)],
    }
    match work:
        case Convolution():
            return told | _convolution(work, maps, signed, below, channels)
        case Normalisation():
            names = ("input", "mean", "variance", "eps", "weight", "bias", "normalised")
            numbers = {name: _number(getattr(work, name)) for name in names}
            return told | {"kind": "normalisation", "prose": text.WORK["normalisation"], **numbers}
        case Activation():
            numbers = {"input": _number(work.input), "slope": _number(work.slope), "name": work.kind}
            return told | {"kind": "activation", "prose": text.WORK[work.kind], **numbers}
        case Pooling():
            alike = work.kind == "max" and bool((work.window == work.window.max()).all())
            place = [work.source[1] - work.rows[0], work.source[2] - work.columns[0]]
            return told | {
                "kind": "pooling",
                "how": work.kind,
                "prose": text.WORK[work.kind] + (f" {text.WORK['tie']}" if alike else ""),
                "rows": list(work.rows),
                "columns": list(work.columns),
                "window": _numbers(work.window.flatten()),
                "winner": place,
                "maps": {"height": maps.shape[1], "width": maps.shape[2], "signed": signed},
                "map": images.quantised(maps[at[0]], signed, float(maps[at[0]].abs().max())),
            }
        case Linear():
            return told | _linear(work, outputs, layer, below)
    return told | {"kind": "passed", "prose": text.WORK[type(work).__name__], "input": _number(work.input)}


def _convolution(work: Convolution, maps: Tensor, signed: bool, below: str, channels: Any) -> Json:
    order = work.sums.abs().argsort(descending=True, stable=True).tolist()
    wanted = channels[:MOST] if isinstance(channels, list) else order[:OPEN]
    opened = [c for c in wanted if _index(c, len(maps)) is not None]
    largest = float(maps.abs().max())
    return {
        "kind": "convolution",
        "prose": text.convolution(len(maps), tuple(work.kernel.shape[1:]), below),
        "rows": list(work.rows),
        "columns": list(work.columns),
        "inside": work.inside.flatten().tolist(),
        "sums": _numbers(work.sums),
        "order": order,
        "bias": _number(work.bias),
        "maps": {"height": maps.shape[1], "width": maps.shape[2], "signed": signed},
        "channels": [
            {
                "channel": c,
                "map": images.quantised(maps[c], signed, largest),
                "window": _numbers(work.windows[c].flatten()),
                "kernel": _numbers(work.kernel[c].flatten()),
                "products": _numbers(work.products[c].flatten()),
            }
            for c in dict.fromkeys(opened)
        ],
    }


def _linear(work: Linear, outputs: Outputs, layer: str, below: str) -> Json:
    terms = work.strongest(TERMS)
    rest = float(work.products.sum() - work.products[terms].sum())
    told = {
        "kind": "linear",
        "prose": text.linear(len(work.inputs)),
        "terms": [
            {
                "unit": i,
                "place": _unit(outputs, below, i),
                "input": _number(work.inputs[i]),
                "weight": _number(work.weights[i]),
                "product": _number(work.products[i]),
            }
            for i in terms
        ],
        "rest": _number(rest),
        "others": len(work.inputs) - len(terms),
        "bias": _number(work.bias),
    }
    if layer == list(outputs)[-1]:
        shares = softmax(outputs[layer])
        told["softmax"] = {
            "prose": text.SOFTMAX,
            "logits": _numbers(shares.logits),
            "exponentials": _numbers(shares.exponentials),
            "total": _number(shares.total),
            "probabilities": _numbers(shares.probabilities),
        }
    return told


def _unit(outputs: Outputs, layer: str, unit: int) -> list[Any] | None:
    """Which map and cell a unit of a flattened layer was: [layer, [channel, y, x]]."""
    name, output = _last_maps(outputs)
    if outputs[layer].numel() != output.numel():
        return None
    return [name, [int(i) for i in np.unravel_index(unit, output.shape)]]


def _following(model: nn.Sequential, layer: str) -> list[str]:
    """What comes right after a layer and works cell by cell: norm, activation, dropout."""
    modules = dict(model.named_children())
    later = list(modules)[list(modules).index(layer) + 1 :]
    return list(takewhile(lambda name: isinstance(modules[name], CELL_BY_CELL), later))


def _last_maps(outputs: Outputs) -> tuple[str, Tensor]:
    return next((name, output) for name, output in reversed(outputs.items()) if output.dim() == 3)


def _liveliest(maps: Tensor) -> int:
    """The map whose numbers differ most."""
    return int(maps.flatten(1).std(1).argmax())


def _rows(vector: Tensor, outputs: Outputs) -> Tensor:
    """A vector as a picture: a map to a row where it is flattened maps, else up to 64 units to a row."""
    _, last = _last_maps(outputs)
    width = last[0].numel() if len(vector) == last.numel() else min(64, len(vector))
    return F.pad(vector, (0, -len(vector) % width)).view(-1, width)


def _signed(model: nn.Sequential) -> dict[str, bool]:
    """Which layers put out numbers below zero as well, by what they are and what is before them."""
    signed = {INPUT: False}
    for (below, _), (name, module) in pairwise([(INPUT, None), *model.named_children()]):
        match module:
            case nn.ReLU():
                signed[name] = False
            case nn.MaxPool2d() | nn.AvgPool2d() | nn.Dropout() | nn.Flatten():
                signed[name] = signed[below]
            case _:
                signed[name] = True
    return signed


# ---- the MLP


def mlp(model: nn.Sequential, image: Tensor) -> Json:
    """The hidden layers as they hand on, the first layer's weights, and the pixels for and against the digit."""
    outputs = _finite(activations(model, image))
    signed, prediction = _signed(model), _prediction(outputs)
    linear = [name for name, module in model.named_children() if isinstance(module, nn.Linear)]
    hidden: list[Json] = []
    for name in linear:
        last = [name, *_following(model, name)][-1]
        output = outputs[last]
        silent = int(dead(output).sum())
        told = {"name": name, "last": last, "units": len(output), "silent": silent, "signed": signed[last]}
        hidden.append({**told, **_picture(_rows(output, outputs), signed[last])})
    spoke = attribution.evidence(model, image, prediction.digit)
    first = attribution.first_layer(model, image, prediction.digit)
    weights = first.weights[:UNITS]
    largest = float(weights.abs().max())
    return {
        "digit": prediction.digit,
        "prose": text.mlp_inside(prediction, len(first.units)),
        "image": images.quantised(image),
        "hidden": hidden,
        "evidence": {
            **_picture(spoke.pixels, True),
            "for": _number(spoke.pixels.clamp(min=0).sum()),
            "against": _number(spoke.pixels.clamp(max=0).sum()),
            "remainder": _number(spoke.remainder),
            "logit": _number(spoke.logit),
        },
        "first": {
            "name": linear[0],
            "of": len(first.units),
            "units": list(first.units[:UNITS]),
            "importance": _numbers(first.importance[:UNITS]),
            "largest": _number(largest),
            "bytes": images.quantised(weights, True, largest),
        },
    }


# ---- which pixels matter


def pixels(model: nn.Sequential, image: Tensor) -> Json:
    """How three methods answer which pixels matter to the digit that this network reads."""
    digit = _prediction(_finite(activations(model, image))).digit
    pictures = {
        "gradient": _picture(attribution.input_gradient(model, image, digit), True),
        "occlusion": _picture(attribution.occlusion(model, image, digit, stride=3), True),
    }
    if any(isinstance(layer, nn.Conv2d) for layer in model):
        pictures["cam"] = _picture(attribution.grad_cam(model, image, digit), False)
    return {"digit": digit, "image": images.quantised(image), "pictures": pictures}


# ---- pooling


def example(values: Any) -> Json:
    """What pooling makes of 4x4 whole numbers from 0 to 9; of anything else, of the tutorial's."""
    good = isinstance(values, list) and len(values) == 16 and all(type(v) is int and 0 <= v <= 9 for v in values)
    cells = list(values) if good else list(EXAMPLE)
    pooled = pool(torch.tensor(cells, dtype=torch.float32).view(4, 4))
    return {
        "cells": cells,
        "largest": pooled.largest.flatten().int().tolist(),
        "average": _numbers(pooled.average.flatten()),
        "winners": [4 * y + x for y, x in pooled.winners.view(-1, 2).tolist()],
    }


def shift(model: nn.Sequential, image: Tensor, direction: str) -> Json:
    """One map before and after the first pooling layer, as the drawing is and one pixel off, and how much changes."""
    outputs = _finite(activations(model, image))
    modules, names, signed = dict(model.named_children()), list(outputs), _signed(model)
    below, pooled = next((a, b) for a, b in pairwise(names) if isinstance(modules[b], nn.MaxPool2d | nn.AvgPool2d))
    down, right = SHIFTS[direction]
    moved = activations(model, F.pad(image, (right, -right, down, -down)))
    shares = changes(model, image, down, right)
    chosen = _liveliest(outputs[below])
    rows = []
    for name in (below, pooled):
        before, after = outputs[name][chosen], moved[name][chosen]
        largest = float(torch.maximum(before.abs().max(), after.abs().max()))
        rows.append(
            {
                "layer": name,
                "share": _number(shares[name]),
                "height": before.shape[0],
                "width": before.shape[1],
                "signed": signed[name],
                "before": images.quantised(before, signed[name], largest),
                "after": images.quantised(after, signed[name], largest),
                "difference": images.quantised(after - before, True, largest),
            }
        )
    sentence = text.shifted_map(
        direction, {row["layer"]: row["share"] for row in rows}, *map(_prediction, (outputs, moved))
    )
    return {"direction": direction, "map": chosen, "rows": rows, "sentence": sentence}


# ---- reading what the page sent


def _models(visitor: Visitor) -> dict[str, nn.Sequential]:
    return {name: reader.model for name, reader in visitor.networks.now().items()}


def _image(visitor: Visitor) -> Tensor | None:
    prepared = visitor.drawing and prepare_drawing(visitor.drawing)
    return prepared.image if prepared else None


def _one_of(known: Collection[str], value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) and value in known else otherwise


def _index(value: Any, count: int) -> int | None:
    return value if type(value) is int and 0 <= value < count else None


def _layer(model: nn.Sequential, outputs: Outputs, value: Any) -> str:
    """A layer by name; the first after the image where there is none of that name."""
    return _one_of(outputs, value, list(outputs)[1])


def _cell(outputs: Outputs, value: Any) -> tuple[str, Cell] | None:
    """{"layer": name, "at": [channel, y, x] or [unit]}, where there is such a cell."""
    value = value if isinstance(value, Mapping) else {}
    layer, at = value.get("layer"), value.get("at")
    if not isinstance(layer, str) or layer not in outputs or not isinstance(at, list):
        return None
    shape = outputs[layer].shape
    if len(at) != len(shape) or any(_index(i, size) is None for i, size in zip(at, shape, strict=True)):
        return None
    return layer, tuple(at)


def _off(model: nn.Sequential, value: Any) -> dict[str, set[int]]:
    """The maps to switch off, {layer: [map, ...]}: those that are there."""
    value = value if isinstance(value, Mapping) else {}
    off = {}
    for row in layers(model)[1:]:
        silent = value.get(row.name)
        if len(row.shape) == 3 and isinstance(silent, list):
            there = {i for i in silent[: row.shape[0]] if _index(i, row.shape[0]) is not None}
            off |= {row.name: there} if there else {}
    return off


# ---- numbers and pictures


def _finite(outputs: dict[str, Tensor]) -> dict[str, Tensor]:
    if not torch.cat([output.flatten() for output in outputs.values()]).isfinite().all():
        raise NotFinite
    return outputs


def _prediction(outputs: Outputs) -> Prediction:
    """What the network reads: its last output are the logits."""
    return Prediction(tuple(list(outputs.values())[-1].double().softmax(0).tolist()), 0.0)


def _number(value: float | Tensor) -> float:
    return float(f"{float(value):.7g}")


def _numbers(values: Tensor) -> list[float]:
    return [float(f"{value:.7g}") for value in values.tolist()]


def _picture(values: Tensor | np.ndarray, signed: bool) -> Json:
    """(H, W) numbers as bytes, the largest of them as the largest byte."""
    values = np.asarray(values)
    largest = float(np.abs(values).max())
    size = {"height": values.shape[0], "width": values.shape[1], "largest": _number(largest)}
    return {**size, "bytes": images.quantised(values, signed, largest)}
