"""Some of a batch's digits drawn anew, each in a style of nets.styles that MNIST hardly holds.

What is drawn ends where preparation (nets.preprocess) would have put it: its larger side has 20 pixels, its centre of
mass is in the middle. A network that learns a flagged one whose stem is in the middle reads a real one, whose stem is 2
to 3 pixels further right, as a seven.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import torch
from torch import Tensor

from nets.styles import DIGITS, Table, table

BOX, FIELD = 20, 28  # pixels: the larger side of a digit, and the side of its image
LEAN = (-0.15, 0.55)  # how much further right the top is than the bottom, in heights
TURN = 10.0  # degrees to either side
PEN = (0.9, 1.5)  # pixels: the pen's radius
TINY = 1e-6


def restyle(images: Tensor, labels: Tensor, shares: Mapping[str, float], generator: torch.Generator) -> Tensor:
    """Draw a share of the digits among (N, 1, 28, 28) images anew; shares: of each option in DIGITS."""
    styles = _styles(images.device)
    stretches, reached = [], [0.0] * 10  # options of one digit take parts of [0, 1] side by side
    for option, digit in DIGITS.items():
        begin, reached[digit] = reached[digit], reached[digit] + shares.get(option, 0.0)
        stretches.append((begin, reached[digit]))
    low, high = torch.tensor(stretches, device=images.device).T
    number = torch.rand(len(labels), 1, generator=generator, device=images.device)
    hit = (labels[:, None] == styles.digit) & (number >= low) & (number < high)
    chosen, options = hit.nonzero(as_tuple=True)
    if not len(chosen):
        return images
    pick = torch.rand(len(chosen), generator=generator, device=images.device)
    out = images.clone()
    out[chosen] = draw(styles.first[options] + (pick * styles.count[options]).long(), generator)
    return out


def draw(which: Tensor, generator: torch.Generator) -> Tensor:
    """(n, 1, 28, 28) ink of the styles with these (n,) numbers, counted through STYLES."""
    ends, radius = strokes_of(which, generator)
    return prepared(ends, radius)


def strokes_of(which: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The ends of the line segments, (n, 2 S, 2) x and y in any unit, and the pen's (n,) radius in pixels."""
    moves = _styles(which.device).ends[which]  # (n, K + 1, 4 S)
    n, rows, _ = moves.shape
    numbers = torch.rand(n, rows + 3, generator=generator, device=which.device)
    numbers[:, 0] = 1
    ends = torch.bmm(numbers[:, None, :rows], moves).view(n, -1, 2)
    lean, turn, pen = numbers[:, rows:].unbind(1)
    lean, turn = LEAN[0] + (LEAN[1] - LEAN[0]) * lean, torch.deg2rad(TURN * (2 * turn - 1))
    cos, sin = turn.cos(), turn.sin()
    # Row vectors: the top to the right, then turned.
    matrix = torch.stack([cos, sin, -sin - lean * cos, cos - lean * sin], 1).view(n, 2, 2)
    return ends @ matrix, PEN[0] + (PEN[1] - PEN[0]) * pen


def prepared(ends: Tensor, radius: Tensor) -> Tensor:
    """(n, 1, 28, 28) ink of line segments, fitted and placed as preparation does with a drawing."""
    low, high = ends.amin(1), ends.amax(1)
    scale = (BOX - 2 * radius) / (high - low).amax(1).clamp(min=TINY)
    size = (high - low) * scale[:, None] + 2 * radius[:, None]  # (n, 2)
    fitted = _ink((ends - low[:, None]) * scale[:, None, None] + radius[:, None, None], radius)
    return _at(fitted, _corner(fitted).clamp(min=0).minimum((FIELD - size - TINY).floor()))


def centred(images: Tensor) -> Tensor:
    """(n, 1, 28, 28) images moved by whole pixels, so that their centre of mass is where preparation puts it."""
    return _at(images[:, 0], _corner(images[:, 0]))


def _corner(images: Tensor) -> Tensor:
    """Where the corners (n, 2), x and y, of (n, h, w) images go, so that their mass is in the middle of the field."""
    mass = images.sum((1, 2)).clamp(min=TINY)
    middle = [images.sum(axis) @ torch.arange(images.shape[3 - axis], device=images.device).float() for axis in (1, 2)]
    return (FIELD / 2 - torch.stack(middle, 1) / mass[:, None] + 0.5).floor()


def _at(images: Tensor, corner: Tensor) -> Tensor:
    """(n, h, w) images in (n, 1, 28, 28) fields, with their corners there; what would lie outside is cut off."""
    n, h, w = images.shape
    index = torch.arange(FIELD, device=images.device)
    columns, rows = (index - corner.long()[:, axis, None] for axis in (0, 1))  # (n, 28) of the image
    inside = ((rows >= 0) & (rows < h))[:, :, None] & ((columns >= 0) & (columns < w))[:, None, :]
    which = torch.arange(n, device=images.device)[:, None, None]
    moved = images[which, rows.clamp(0, h - 1)[:, :, None], columns.clamp(0, w - 1)[:, None, :]]
    return (moved * inside)[:, None]


def _ink(ends: Tensor, radius: Tensor) -> Tensor:
    """(n, 20, 20) ink of line segments with round ends: clamp(radius + 1/2 - distance to the nearest, 0, 1).

    Where along a segment a pixel lies, and its squared distance from where the segment begins, are linear in x, y and
    x^2 + y^2 of the pixel: two products of matrices.
    """
    places = _places(ends.device)
    a, b = ends.view(len(ends), -1, 2, 2).unbind(2)  # (n, S, 2)
    along = b - a
    length = (along * along).sum(2, keepdim=True).clamp(min=TINY)  # squared
    share = torch.cat([along, -(a * along).sum(2, keepdim=True)], 2) / length @ places[:3]  # (n, S, 400)
    far = torch.cat([-2 * a, (a * a).sum(2, keepdim=True), torch.ones_like(length)], 2) @ places
    within = share.clamp(0, 1)
    far.addcmul_(share.mul_(-2).add_(within).mul_(length), within)  # length * within * (within - 2 share)
    distance = far.amin(1).clamp_(min=0).sqrt_()
    return (radius[:, None] + 0.5 - distance).clamp_(0, 1).view(-1, BOX, BOX)


@cache
def _styles(device: torch.device) -> Table:
    return table().to(device)


@cache
def _places(device: torch.device) -> Tensor:
    """(4, 400): x, y, 1 and x^2 + y^2 of every pixel's middle."""
    middle = torch.arange(BOX, device=device) + 0.5
    x, y = middle.repeat(BOX), middle.repeat_interleave(BOX)
    return torch.stack([x, y, torch.ones_like(x), x * x + y * y])
