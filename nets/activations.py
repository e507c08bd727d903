"""A network and an image go in; every layer's output comes out, and what convolution and pooling make of it.

    outputs = activations(model, image)      {"input": (1, 28, 28), "conv1": (16, 28, 28), ..., "out": (10,)}

Outputs have no batch dimension: feature maps are (channels, height, width), vectors (units,). The model is to be in
eval mode; nothing here changes it. What is behind a single number is in nets.arithmetic.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

INPUT = "input"  # the image, as the first of the outputs
CELL_BY_CELL = (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Dropout, nn.BatchNorm1d, nn.BatchNorm2d)  # the shape stays


def activations(
    model: nn.Sequential, image: Tensor, off: Mapping[str, Collection[int]] | None = None
) -> dict[str, Tensor]:
    """The (1, 28, 28) image as "input" and then every layer's output, in order, on the CPU; the last are the logits.

    off names, for a layer, the maps or units that are set to zero where they come out of it, so that all later layers
    go without them. Raises KeyError for a layer, and IndexError for a map, that is not there.
    """
    off = dict(off or {})
    outputs = {INPUT: image}
    with torch.inference_mode():
        x = image.unsqueeze(0).to(next(model.parameters()).device)
        for name, layer in model.named_children():
            x = layer(x)
            if silent := off.pop(name, ()):
                x = x.index_fill(1, torch.tensor(sorted(silent), device=x.device), 0.0)
            outputs[name] = x[0].cpu()
    if off:
        raise KeyError(f"no layer {', '.join(off)}")
    return outputs


def dead(output: Tensor) -> Tensor:
    """Which maps of a (C, H, W) output tell nothing, being all of one value; which units of a vector are zero: bool."""
    return output.amax((1, 2)) == output.amin((1, 2)) if output.dim() == 3 else output == 0


def kernels(model: nn.Sequential, layer: str) -> Tensor:
    """A copy of the (out, in, k, k) weights of a convolution. Raises TypeError for a layer of another kind."""
    module = model.get_submodule(layer)
    if not isinstance(module, nn.Conv2d):
        raise TypeError(f"layer {layer!r} is a {type(module).__name__} and has no kernels")
    return module.weight.detach().to("cpu", copy=True)


@dataclass(frozen=True, eq=False)
class Pooled:
    """What 2x2 windows, side by side, make of (..., H, W) values; an odd last row or column is left out."""

    largest: Tensor  # (..., H // 2, W // 2)
    average: Tensor  # (..., H // 2, W // 2)
    winners: Tensor  # (..., H // 2, W // 2, 2) int64: row and column, in the values, of the largest


def pool(values: Tensor) -> Pooled:
    """Max and average pooling of (..., H, W) values, H and W at least 2, with the cells that won."""
    maps = values.reshape(-1, 1, *values.shape[-2:])
    largest, index = F.max_pool2d(maps, 2, return_indices=True)
    winners = torch.stack([index // maps.shape[-1], index % maps.shape[-1]], -1)
    shape = (*values.shape[:-2], *largest.shape[-2:])
    return Pooled(largest.reshape(shape), F.avg_pool2d(maps, 2).reshape(shape), winners.reshape(*shape, 2))


def changes(model: nn.Sequential, image: Tensor, down: int = 0, right: int = 1) -> dict[str, float]:
    """How much the image and every output change when the drawing moves by some pixels, paper following.

    The measure is sum |after - before| / sum (|after| + |before|), cell by cell in the same place: 0 where nothing
    changes, 1 where the two have nothing in common. Whether pooling calms a map is seen from the layer before it.
    """
    before, after = (activations(model, x) for x in (image, F.pad(image, (right, -right, down, -down))))
    return {
        name: float((after[name] - x).abs().sum() / (after[name].abs() + x.abs()).sum().clamp(min=1e-12))
        for name, x in before.items()
    }
