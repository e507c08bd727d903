"""Augmentation: digits changed as if another hand had written them.

Each change is drawn anew for every image: an affine map (rotation, scale, shear, shift), an elastic distortion
(Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
ICDAR 2003), a thicker or thinner pen, slashed zeros, and digits drawn in other styles that MNIST hardly holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from nets.recipes import Augmentation as Augmentation
from nets.restyle import centred, restyle
from nets.styles import DIGITS


def augment(images: Tensor, labels: Tensor, how: Augmentation, generator: torch.Generator) -> Tensor:
    """Change (N, 1, H, W) float images in [0, 1], which show their (N,) labels; shape and range stay the same."""
    if how.slash:
        images = slash_zeros(images, labels, how.slash, generator)
    shares = {option: share for option in DIGITS if (share := getattr(how, option))}
    if shares:
        images = restyle(images, labels, shares, generator)
    if how.rotation or how.scale or how.shear or how.shift or how.elastic:
        images = warp(images, how, generator)
    if how.pen:
        images = change_pen(images, _within(images, generator)(how.pen))
    return images


def warp(images: Tensor, how: Augmentation, generator: torch.Generator) -> Tensor:
    """Affine map and elastic distortion of (N, 1, H, W) images, in one bilinear resampling."""
    n, device, half = len(images), images.device, images.shape[-1] / 2
    within = _within(images, generator)
    angle, shear = within(math.radians(how.rotation)), within(how.shear)
    sx, sy = 1 + within(how.scale), 1 + within(how.scale)
    dx, dy = within(how.shift / half), within(how.shift / half)
    cos, sin = angle.cos(), angle.sin()
    # Output pixel -> input pixel: rotate, then shear, then scale.
    theta = torch.stack(
        [
            torch.stack([cos * sx, (shear * cos - sin) * sx, dx], dim=1),
            torch.stack([sin * sy, (shear * sin + cos) * sy, dy], dim=1),
        ],
        dim=1,
    )  # (N, 2, 3)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)  # (N, H, W, 2) in [-1, 1]
    if how.elastic:
        nodes = torch.randn(n, 2, 5, 5, generator=generator, device=device) * (how.elastic / half)
        # Bilinear between the nodes: separable, so two small matrix products and not a resampling.
        basis = F.interpolate(
            torch.eye(5, device=device)[:, None], size=images.shape[-1], mode="linear", align_corners=True
        )
        field = basis[:, 0].T @ nodes @ basis[:, 0]  # (n, 2, H, W)
        grid = grid + field.permute(0, 2, 3, 1)
    return F.grid_sample(images, grid, align_corners=False)


def change_pen(images: Tensor, radius: Tensor) -> Tensor:
    """Ink grown (radius > 0) or worn away (radius < 0) by (N,) pixels of pen radius, |radius| <= 1.

    Interpolated between the image and its grey dilation or erosion with a 3x3 cross.
    """
    r = radius.view(-1, 1, 1, 1)
    x = torch.where(r > 0, images, 1 - images)  # wearing ink away is growing the paper
    grown = x.clone()
    grown[..., 1:, :] = torch.maximum(grown[..., 1:, :], x[..., :-1, :])
    grown[..., :-1, :] = torch.maximum(grown[..., :-1, :], x[..., 1:, :])
    grown[..., :, 1:] = torch.maximum(grown[..., :, 1:], x[..., :, :-1])
    grown[..., :, :-1] = torch.maximum(grown[..., :, :-1], x[..., :, 1:])
    x = torch.lerp(x, grown, r.abs())
    return torch.where(r > 0, x, 1 - x)


def slash_zeros(images: Tensor, labels: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """A straight stroke through a share of the zeros among (N, 1, H, W) images prepared as MNIST's.

    Its length ranges from a little more than the hole to nearly twice the ring's height, its slope from flat to steep.
    If it sticks out, the ring shrinks, because preparation fits ring and slash together into 20x20 pixels; then their
    common centre of mass goes to the middle, as there.
    """
    chosen = _share_of(labels == 0, share, generator)
    n = len(chosen)
    if not n:
        return images
    between = _between(n, generator, images.device)
    angle, reach = between(-10, 95).deg2rad(), between(0.7, 2.1)  # reach: half the slash over half the ring's height
    across, up = 0.7 * reach * angle.cos(), reach * angle.sin()  # zeros are narrower than high
    ring = 1 / torch.maximum(across, up).clamp(min=1)
    theta = torch.zeros(n, 2, 3, device=images.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 / ring
    grid = F.affine_grid(theta, [n, 1, *images.shape[-2:]], align_corners=False)
    rings = change_pen(F.grid_sample(images[chosen], grid, align_corners=False), 1.2 * (1 - ring))
    middle = images.shape[-1] / 2
    x, y = middle + between(-1, 1), middle + between(-1, 1)
    dx, dy = 9.5 * ring * across, -9.5 * ring * up
    pen = between(0.8, 1.5)
    out = images.clone()
    out[chosen] = centred(torch.maximum(rings, segment(rings, x - dx, y - dy, x + dx, y + dy, pen)))
    return out


def segment(like: Tensor, ax: Tensor, ay: Tensor, bx: Tensor, by: Tensor, radius: Tensor) -> Tensor:
    """(n, 1, H, W) ink of one stroke with round ends each, from (ax, ay) to (bx, by); all (n,) tensors, in pixels."""
    ax, ay, bx, by, radius = (v.view(-1, 1, 1, 1) for v in (ax, ay, bx, by, radius))
    y = torch.arange(like.shape[-2], device=like.device).view(1, 1, -1, 1) + 0.5 - ay
    x = torch.arange(like.shape[-1], device=like.device).view(1, 1, 1, -1) + 0.5 - ax
    dx, dy = bx - ax, by - ay
    along = ((x * dx + y * dy) / (dx * dx + dy * dy).clamp(min=1e-6)).clamp(0, 1)
    return (radius + 0.5 - torch.hypot(x - along * dx, y - along * dy)).clamp(0, 1)


def _share_of(mask: Tensor, share: float, generator: torch.Generator) -> Tensor:
    where = mask.nonzero().flatten()
    return where[torch.rand(len(where), generator=generator, device=mask.device) < share]


def _within(images: Tensor, generator: torch.Generator) -> Callable[[float], Tensor]:
    """A function that draws a number for each image, uniform in [-limit, limit]."""
    return lambda limit: (torch.rand(len(images), generator=generator, device=images.device) * 2 - 1) * limit


def _between(n: int, generator: torch.Generator, device: torch.device) -> Callable[[float, float], Tensor]:
    return lambda low, high: torch.rand(n, generator=generator, device=device) * (high - low) + low
