"""What every layer puts out for one image, the kernels of convolutions, and pooling by hand.

    outputs = activations(model, image)      {"input": (1, 28, 28), "conv1": (16, 28, 28), ..., "out": (10,)}

Outputs have no batch dimension: feature maps are (channels, height, width), vectors (units,). The model must be in eval
mode; nothing here changes it. How a single number came about is worked out in nets.arithmetic.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SHIFTS: dict[str, tuple[int, int]] = {  # by one pixel: pixels down and right
    "left": (0, -1),
    "right": (0, 1),
    "up": (-1, 0),
    "down": (1, 0),
}
TOGETHER = 16  # maps switched off at once, each in a copy of its own; bounds the memory that this takes
INPUT = "input"  # the image, as the first of the outputs
CELL_BY_CELL = (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Dropout, nn.BatchNorm1d, nn.BatchNorm2d)  # the shape stays


def activations(
    model: nn.Sequential, image: Tensor, off: Mapping[str, Collection[int]] | None = None
) -> dict[str, Tensor]:
    """The (1, 28, 28) image as "input", then the output of every layer in order, on the CPU; the last are the logits.

    `off` maps a layer to those of its maps or units that are set to zero before the next layer sees them. Raises
    KeyError for an unknown layer and IndexError for an unknown map.
    """
    off = dict(off or {})
    outputs = {INPUT: image}
    with torch.inference_mode():
        x = image.unsqueeze(0).to(next(model.parameters()).device)
        for name, layer in model.named_children():
            x = _silenced(layer(x), off.pop(name, ()))
            outputs[name] = x[0].cpu()
    if off:
        raise KeyError(f"no layer {', '.join(off)}")
    return outputs


def without_each(
    model: nn.Sequential, image: Tensor, layer: str, off: Mapping[str, Collection[int]] | None = None
) -> Tensor:
    """(C, 10): the logits without the layer's first map, without its second, and so on, each map (or unit) set to zero.

    What `off` names is off besides, as in activations().
    """
    names = [name for name, _ in model.named_children()]
    start = names.index(layer) + 1
    silent = {name: maps for name, maps in (off or {}).items() if name in names[start:]}
    whole = activations(model, image, off)[layer]  # (C, ...)
    logits = []
    for first in range(0, len(whole), TOGETHER):
        some = range(first, min(first + TOGETHER, len(whole)))
        x = whole.to(next(model.parameters()).device).repeat(len(some), *[1] * whole.dim())
        x[torch.arange(len(some)), torch.tensor(some)] = 0.0
        with torch.inference_mode():
            for name, module in list(model.named_children())[start:]:
                x = _silenced(module(x), silent.get(name, ()))
        logits.append(x.cpu())
    return torch.cat(logits)


def signed_layers(model: nn.Sequential) -> dict[str, bool]:
    """Which layers put out numbers below zero as well, by what they are and what is before them."""
    signed = {INPUT: False}
    below = INPUT
    for name, module in model.named_children():
        match module:
            case nn.ReLU():
                signed[name] = False
            case nn.MaxPool2d() | nn.AvgPool2d() | nn.Dropout() | nn.Flatten():
                signed[name] = signed[below]
            case _:
                signed[name] = True
        below = name
    return signed


def dead(output: Tensor) -> Tensor:
    """(C,) bool: which maps of a (C, H, W) output have the same value everywhere; which units of a vector are zero."""
    return output.amax((1, 2)) == output.amin((1, 2)) if output.dim() == 3 else output == 0


def kernels(model: nn.Sequential, layer: str) -> Tensor:
    """A copy of a convolution's (out, in, k, k) weights. Raises TypeError for any other layer."""
    module = model.get_submodule(layer)
    if not isinstance(module, nn.Conv2d):
        raise TypeError(f"layer {layer!r} is a {type(module).__name__} and has no kernels")
    return module.weight.detach().to("cpu", copy=True)


@dataclass(frozen=True, eq=False)
class Pooled:
    """The result of pooling (..., H, W) values in 2x2 windows side by side; an odd last row or column is left out."""

    largest: Tensor  # (..., H // 2, W // 2)
    average: Tensor  # (..., H // 2, W // 2)
    winners: Tensor  # (..., H // 2, W // 2, 2) int64: row and column of the largest among the values


def pool(values: Tensor) -> Pooled:
    """Max and average pooling of (..., H, W) values, H and W at least 2."""
    maps = values.reshape(-1, 1, *values.shape[-2:])
    largest, index = F.max_pool2d(maps, 2, return_indices=True)
    winners = torch.stack([index // maps.shape[-1], index % maps.shape[-1]], -1)
    shape = (*values.shape[:-2], *largest.shape[-2:])
    return Pooled(largest.reshape(shape), F.avg_pool2d(maps, 2).reshape(shape), winners.reshape(*shape, 2))


def changes(model: nn.Sequential, image: Tensor, down: int = 0, right: int = 1) -> dict[str, float]:
    """How much the image and every output change when the drawing moves by some pixels over blank paper.

    The measure is sum |after - before| / sum (|after| + |before|), each cell compared with itself: 0 if nothing
    changes, 1 if the two have nothing in common. Whether pooling calms a change shows in the layers before and after.
    """
    return _changes(activations(model, image), activations(model, moved(image, down, right)))


def _changes(before: dict[str, Tensor], after: dict[str, Tensor]) -> dict[str, float]:
    return {
        name: float((after[name] - x).abs().sum() / (after[name].abs() + x.abs()).sum().clamp(min=1e-12))
        for name, x in before.items()
    }


def moved(image: Tensor, down: int = 0, right: int = 1) -> Tensor:
    """The image (..., H, W) with the drawing moved by some pixels over blank paper."""
    return F.pad(image, (right, -right, down, -down))


@dataclass(frozen=True)
class PooledShift:
    """What a move of the drawing by one pixel does before and after the first pooling."""

    layers: tuple[str, str]  # the layer whose maps are pooled, and the one that pools them
    map: int  # the liveliest of the first's
    before: dict[str, Tensor]  # every output as the drawing is
    after: dict[str, Tensor]  # and moved
    shares: dict[str, float]  # of the output that changes, as changes() measures it


def pooled_shift(model: nn.Sequential, image: Tensor, direction: str) -> PooledShift:
    """The drawing moved in one of the directions of SHIFTS."""
    before, after = activations(model, image), activations(model, moved(image, *SHIFTS[direction]))
    layers = first_pooling(model)
    return PooledShift(layers, liveliest(before[layers[0]]), before, after, _changes(before, after))


def first_pooling(model: nn.Sequential) -> tuple[str, str]:
    """The first layer that pools, after the one whose maps it pools."""
    named = pairwise(model.named_children())
    return next((a, b) for (a, _), (b, module) in named if isinstance(module, nn.MaxPool2d | nn.AvgPool2d))


def liveliest(maps: Tensor) -> int:
    """The map of (C, H, W) whose numbers differ most."""
    return int(maps.flatten(1).std(1).argmax())


def _silenced(x: Tensor, maps: Collection[int]) -> Tensor:
    return x.index_fill(1, torch.tensor(sorted(maps), device=x.device), 0.0) if maps else x
