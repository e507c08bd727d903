"""The arithmetic behind a single number in a network, traced down to the pixels.

    outputs = activations(model, image)
    receptive_field(model, outputs, "conv4", (0, 3, 3))   the pixels that the cell depends on
    work_out(model, outputs, "conv4", (0, 3, 3))          its arithmetic: windows, kernel, sums, bias
    path(model, outputs, "out", (7,))                     from a logit down to one pixel

A cell is a place in an output: (channel, y, x) in feature maps, (unit,) in a vector. What a layer does is told by its
class, never by its name. All arithmetic is in float64, so that the parts add up to the total as written.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nets.activations import CELL_BY_CELL

Cell = tuple[int, ...]
Outputs = Mapping[str, Tensor]  # what nets.activations.activations() gives
Windowed = nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels: rows [top, bottom) and columns [left, right)."""

    top: int
    bottom: int
    left: int
    right: int


def receptive_field(model: nn.Sequential, outputs: Outputs, layer: str, cell: Cell) -> Box:
    """The pixels that a cell depends on. The box may reach beyond the image, into the padding.

    If a layer ignores an edge of its input, padding that later layers add there is counted as the pixels it covers.
    """
    spans = [(i, i + 1) for i in cell[-2:]]  # [first, last) of rows and columns, or of a vector's units
    for module, below in reversed(_chain(model, outputs, layer)):
        match module:
            case nn.Conv2d() | nn.MaxPool2d() | nn.AvgPool2d():
                spans = [
                    (_reach(module, axis, first).start, _reach(module, axis, last - 1)[-1] + 1)
                    for axis, (first, last) in enumerate(spans)
                ]
            case nn.Linear():
                spans = [(0, module.in_features)]
            case nn.Flatten():
                [(first, last)] = spans
                shape = outputs[below].shape
                one = last - first == 1
                spans = [(i, i + 1) for i in _place(first, shape)[1:]] if one else [(0, side) for side in shape[1:]]
            case _ if not isinstance(module, CELL_BY_CELL):
                raise TypeError(f"a {type(module).__name__} is not known here")
    (top, bottom), (left, right) = spans
    return Box(top, bottom, left, right)


@dataclass(frozen=True, eq=False)
class Calculation(ABC):
    """How a layer came to one of its numbers."""

    output: float  # what the network put out
    source: Cell  # the cell of the layer below that contributes most; the first if several do

    @property
    @abstractmethod
    def total(self) -> float:
        """The output worked out from its parts: the same up to float32's rounding, unless the map was switched off."""

    @property
    def share(self) -> float:
        """The source's part in what all inputs contribute, signs and bias aside; 0 if they contribute nothing."""
        return 1.0


@dataclass(frozen=True, eq=False)
class Convolution(Calculation):
    """Every input channel's window times its kernel, cell by cell, summed, plus the bias; no kernel is flipped."""

    rows: range  # of the input maps, under the kernel; some may lie outside
    columns: range
    inside: Tensor  # (k, k) bool: False where the window lies outside the map, on the padding
    windows: Tensor  # (in, k, k), zero outside
    kernel: Tensor  # (in, k, k)
    bias: float

    @property
    def products(self) -> Tensor:
        """(in, k, k)"""
        return self.windows * self.kernel

    @property
    def sums(self) -> Tensor:
        """(in,): what each input channel contributes."""
        return self.products.sum((1, 2))

    @property
    def share(self) -> float:
        return _largest_share(self.products)

    @property
    def total(self) -> float:
        return float(self.sums.sum()) + self.bias


@dataclass(frozen=True, eq=False)
class Normalisation(Calculation):
    """Batch norm in eval mode: (input - mean) / sqrt(variance + eps) * weight + bias."""

    input: float
    mean: float  # of this channel or unit over the training batches, a running average
    variance: float
    eps: float
    weight: float
    bias: float

    @property
    def normalised(self) -> float:
        return (self.input - self.mean) / (self.variance + self.eps) ** 0.5

    @property
    def total(self) -> float:
        return self.normalised * self.weight + self.bias


@dataclass(frozen=True, eq=False)
class Activation(Calculation):
    """The input if it is above zero, else ReLU 0, LeakyReLU slope * input, ELU slope * (exp(input) - 1)."""

    kind: str  # ReLU, LeakyReLU or ELU
    input: float
    slope: float  # 0 for ReLU; ELU calls it alpha

    @property
    def total(self) -> float:
        if self.input > 0:
            return self.input
        return self.slope * (math.expm1(self.input) if self.kind == "ELU" else self.input)


@dataclass(frozen=True, eq=False)
class Pooling(Calculation):
    """The largest cell of a window, which is also the source, or the average of all its cells."""

    kind: str  # max or average
    rows: range  # of the input map
    columns: range
    window: Tensor  # (k, k)

    @property
    def share(self) -> float:
        return 1.0 if self.kind == "max" else _largest_share(self.window)

    @property
    def total(self) -> float:
        return float(self.window.max() if self.kind == "max" else self.window.mean())


@dataclass(frozen=True, eq=False)
class Dropout(Calculation):
    """In eval mode the input unchanged; in training it is zero with this probability."""

    input: float
    probability: float

    @property
    def total(self) -> float:
        return self.input


@dataclass(frozen=True, eq=False)
class Flatten(Calculation):
    """The cells of all maps in one row, map after map, row after row; the source is where this one came from."""

    input: float

    @property
    def total(self) -> float:
        return self.input


@dataclass(frozen=True, eq=False)
class Linear(Calculation):
    """The inputs times their weights, summed, plus the bias."""

    inputs: Tensor  # (in,)
    weights: Tensor  # (in,)
    bias: float

    @property
    def products(self) -> Tensor:
        """(in,): what each input contributes."""
        return self.inputs * self.weights

    @property
    def share(self) -> float:
        return _largest_share(self.products)

    @property
    def total(self) -> float:
        return float(self.products.sum()) + self.bias

    def strongest(self, count: int) -> list[int]:
        """The inputs whose products are largest, sign aside, in order."""
        return self.products.abs().argsort(descending=True, stable=True)[:count].tolist()


def work_out(model: nn.Sequential, outputs: Outputs, layer: str, cell: Cell) -> Calculation:
    """The arithmetic of one cell of a layer. Raises TypeError for a kind of layer not handled here."""
    module, below = _chain(model, outputs, layer)[-1]
    inputs, output = outputs[below], float(outputs[layer][cell])
    channel = cell[0]
    match module:
        case nn.Conv2d(groups=1, padding_mode="zeros"):
            rows, columns, inside, windows = _window(module, inputs, cell)
            kernel = _double(module.weight[channel])
            strength = (windows * kernel).abs().where(inside, -1.0)
            source = _at(_place(int(strength.argmax()), strength.shape), rows, columns)
            return Convolution(output, source, rows, columns, inside, windows, kernel, _number(module.bias, channel))
        case nn.MaxPool2d(padding=0, dilation=1, ceil_mode=False) | nn.AvgPool2d(padding=0, ceil_mode=False):
            rows, columns, _, window = _window(module, inputs[channel : channel + 1], cell)
            if isinstance(module, nn.MaxPool2d):
                _, winner = F.max_pool2d(window, window.shape[1:], return_indices=True)  # ties go where the layer's go
                kind = "max"
            else:
                winner, kind = window.abs().argmax(), "average"
            source = _at((channel, *_place(int(winner), window.shape)[1:]), rows, columns)
            return Pooling(output, source, kind, rows, columns, window[0])
        case nn.BatchNorm1d(track_running_stats=True) | nn.BatchNorm2d(track_running_stats=True):
            mean, variance = _number(module.running_mean, channel), _number(module.running_var, channel)
            weight, bias = _number(module.weight, channel, 1.0), _number(module.bias, channel)
            return Normalisation(output, cell, float(inputs[cell]), mean, variance, module.eps, weight, bias)
        case nn.ReLU():
            return Activation(output, cell, "ReLU", float(inputs[cell]), 0.0)
        case nn.LeakyReLU():
            return Activation(output, cell, "LeakyReLU", float(inputs[cell]), module.negative_slope)
        case nn.ELU():
            return Activation(output, cell, "ELU", float(inputs[cell]), module.alpha)
        case nn.Dropout():
            return Dropout(output, cell, float(inputs[cell]), module.p)
        case nn.Flatten():
            source = _place(channel, inputs.shape)
            return Flatten(output, source, float(inputs[source]))
        case nn.Linear():
            inputs, weights = _double(inputs), _double(module.weight[channel])
            source = (int((inputs * weights).abs().argmax()),)
            return Linear(output, source, inputs, weights, _number(module.bias, channel))
    raise TypeError(f"layer {layer!r}, {module}, is not worked out here")


class Step(NamedTuple):
    """A step of the way down from a cell."""

    layer: str
    cell: Cell
    share: float = 1.0  # of what the cell above was made of, as Calculation.share says; 1 for the first


def path(model: nn.Sequential, outputs: Outputs, layer: str, cell: Cell) -> list[Step]:
    """The way from a cell down to a pixel: each step is the cell that contributes most to the one before it."""
    steps = [Step(layer, cell)]
    for _, below in reversed(_chain(model, outputs, layer)):
        found = work_out(model, outputs, steps[-1].layer, steps[-1].cell)
        steps.append(Step(below, found.source, found.share))
    return steps


@dataclass(frozen=True, eq=False)
class Softmax:
    """The steps from logits to probabilities, each (N,). The largest logit is subtracted lest exp overflow."""

    logits: Tensor
    exponentials: Tensor  # exp(logit - largest), in (0, 1]
    total: float  # their sum
    probabilities: Tensor  # exponentials / total


def softmax(logits: Tensor) -> Softmax:
    """The softmax of (N,) logits, written out."""
    logits = _double(logits)
    exponentials = (logits - logits.max()).exp()
    total = exponentials.sum()
    return Softmax(logits, exponentials, float(total), exponentials / total)


def _chain(model: nn.Sequential, outputs: Outputs, layer: str) -> list[tuple[nn.Module, str]]:
    """The modules up to and including this layer, each with the name of the output it reads."""
    modules, names = dict(model.named_children()), list(outputs)
    return [(modules[name], below) for below, name in pairwise(names[: names.index(layer) + 1])]


def _reach(layer: Windowed, axis: int, i: int) -> range:
    """The rows (axis 0) or columns (axis 1) of the input that row or column i of the output sees, padding included."""
    if isinstance(layer.padding, str):
        raise TypeError(f"padding {layer.padding!r} is not worked out here: give it in cells")
    size, stride, padding, dilation = (
        value if isinstance(value, int) else value[axis]
        for value in (layer.kernel_size, layer.stride, layer.padding, getattr(layer, "dilation", 1))
    )
    return range(i * stride - padding, i * stride - padding + size * dilation, dilation)


def _window(layer: Windowed, maps: Tensor, cell: Cell) -> tuple[range, range, Tensor, Tensor]:
    """The window's rows and columns, which of its cells lie inside the map (k, k), and the values there (C, k, k)."""
    rows, columns = _reach(layer, 0, cell[1]), _reach(layer, 1, cell[2])
    height, width = maps.shape[1:]
    y, x = torch.tensor(rows)[:, None], torch.tensor(columns)
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    window = maps[:, y.clamp(0, height - 1), x.clamp(0, width - 1)]
    return rows, columns, inside, _double(window).where(inside, 0.0)


def _place(index: int, shape: tuple[int, ...]) -> Cell:
    return tuple(int(i) for i in np.unravel_index(index, shape))


def _at(place: Cell, rows: range, columns: range) -> Cell:
    """(channel, i, j) in a window -> (channel, y, x) in the map."""
    channel, i, j = place
    return channel, rows[i], columns[j]


def _double(values: Tensor) -> Tensor:
    return values.detach().cpu().double()


def _number(values: Tensor | None, i: int, missing: float = 0.0) -> float:
    """One channel's parameter, or `missing` if the layer has none."""
    return missing if values is None else values[i].item()


def _largest_share(contributions: Tensor) -> float:
    """The largest of these numbers beside all of them, signs aside; 0 if all are zero."""
    return float(contributions.abs().max() / contributions.abs().sum().clamp(min=1e-300))
