"""Attribution: which pixels, and which units, spoke for a digit.

Everything here explains the digit's logit, not its probability, which hardly changes when a network is sure. Gradients
are taken with respect to images and activations only, so the model, which must be in eval mode, stays untouched.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nets.activations import CELL_BY_CELL
from nets.models import SIDE


def input_gradient(model: nn.Sequential, image: Tensor, digit: int) -> Tensor:
    """(28, 28): how fast the digit's logit grows with each pixel's ink (Simonyan, Vedaldi, Zisserman, 2014).

    It describes very small changes to this image, of paper as well as of ink, and may differ widely between neighbours.
    """
    return _logit_and_gradient(model, image.unsqueeze(0), digit)[1][0, 0]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A logit split into what each place contributes: a pixel of the image, or a cell of the last maps."""

    places: Tensor  # (H, W): above zero for the digit, below zero against it
    remainder: float  # what is not due to any place
    logit: float  # the sum of the places and the remainder


def evidence(model: nn.Sequential, image: Tensor, digit: int) -> Evidence:
    """Ink times gradient, pixel by pixel, and so zero on paper (Shrikumar et al., "Not Just a Black Box", 2016).

    A network with ReLU or LeakyReLU is piecewise linear: within a piece the pixels contribute exactly this, and the
    remainder is due to the biases, batch norm's included. With ELU, which is curved, it also holds the curvature.
    """
    logit, gradient = _logit_and_gradient(model, image.unsqueeze(0), digit)
    return _evidence(image[0] * gradient[0, 0].to(image.device), logit)


def occlusion(model: nn.Sequential, image: Tensor, digit: int, patch: int = 4, stride: int = 3) -> Tensor:
    """(28, 28): how far the digit's logit falls when a square of paper covers the drawing (Zeiler and Fergus, 2014).

    Each pixel has the mean over the squares that cover it; below zero, hiding it helps the digit. Squares with no ink
    under them change nothing and are skipped. The effect of adding ink cannot be seen this way.
    """
    starts = [*range(0, SIDE - patch, stride), SIDE - patch]
    squares = torch.zeros(len(starts), len(starts), SIDE, SIDE, dtype=torch.bool)
    for i, top in enumerate(starts):
        for j, left in enumerate(starts):
            squares[i, j, top : top + patch, left : left + patch] = True
    squares = squares.flatten(0, 1)  # (N, 28, 28)
    touching = squares[(squares & (image != 0)).any((1, 2))]
    hidden = torch.cat([image[None], image.masked_fill(touching[:, None], 0.0)])  # the first is whole
    with torch.inference_mode():
        logits = model(hidden.to(next(model.parameters()).device))[:, digit].cpu()
    falls = torch.einsum("n,nyx->yx", logits[0] - logits[1:], touching.float())
    return falls / squares.sum(0)


def hires_cam(model: nn.Sequential, image: Tensor, digit: int) -> Evidence:
    """What each cell of the last convolution's maps contributes, all maps taken together, at the maps' resolution.

    Draelos and Carin, "Use HiResCAM instead of Grad-CAM", 2020: every number of the maps, after norm and activation,
    times the logit's gradient with respect to it. Where one linear layer follows, as in the tutorial's CNN, this is
    exact, and the remainder is that layer's bias. Grad-CAM, which averages the gradient over all cells before it
    multiplies, does not add up to the logit there, and may be empty for a digit that is read with certainty.

    Raises TypeError for a network without convolutions.
    """
    layers = list(model.children())
    convolutions = [i for i, layer in enumerate(layers) if isinstance(layer, nn.Conv2d)]
    if not convolutions:
        raise TypeError("HiResCAM needs a convolution, and this network has none")
    cut = convolutions[-1] + 1
    while isinstance(layers[cut], CELL_BY_CELL):
        cut += 1
    maps = _run(nn.Sequential(*layers[:cut]), image).cpu()  # (1, C, H, W)
    logit, gradient = _logit_and_gradient(nn.Sequential(*layers[cut:]), maps, digit)
    return _evidence((maps * gradient)[0].sum(0), logit)


def parts(model: nn.Sequential, image: Tensor, digit: int) -> Evidence:
    """The logit split by what a network has: the cells of its last maps, or where it has none the pixels."""
    convolves = any(isinstance(layer, nn.Conv2d) for layer in model)
    return (hires_cam if convolves else evidence)(model, image, digit)


@dataclass(frozen=True, eq=False)
class FirstLayer:
    """The units of an MLP's first layer, the most important for one image first."""

    units: tuple[int, ...]
    importance: Tensor  # (N,): above zero for the digit, below zero against it
    weights: Tensor  # (N, 28, 28)


def first_layer(model: nn.Sequential, image: Tensor, digit: int) -> FirstLayer:
    """The weights of the first linear layer as pictures, sorted by how much each unit matters to the digit's logit.

    A unit's importance is what it hands to the next linear layer times the logit's gradient with respect to that.
    Raises TypeError for a network whose first layer with weights does not read the pixels themselves.
    """
    layers = list(model.children())
    linear = [i for i, layer in enumerate(layers) if isinstance(layer, nn.Linear)]
    if not linear or not all(isinstance(layer, nn.Flatten) for layer in layers[: linear[0]]):
        raise TypeError("only a network that begins with a linear layer has weights that are pictures of the image")
    first, cut = linear[0], linear[1] if len(linear) > 1 else len(layers)
    handed_on = _run(nn.Sequential(*layers[:cut]), image)  # (1, N)
    _, gradient = _logit_and_gradient(nn.Sequential(*layers[cut:]), handed_on, digit)
    importance = (handed_on * gradient)[0].cpu()
    order = importance.abs().argsort(descending=True, stable=True)
    weights = layers[first].get_parameter("weight").detach().cpu()[order].view(-1, SIDE, SIDE)
    return FirstLayer(tuple(order.tolist()), importance[order], weights)


def _evidence(places: Tensor, logit: Tensor) -> Evidence:
    return Evidence(places, float(logit.double() - places.double().sum()), float(logit))


def _run(chain: nn.Sequential, image: Tensor) -> Tensor:
    with torch.no_grad():
        return chain(image.unsqueeze(0).to(next(chain.parameters()).device))


def _logit_and_gradient(chain: nn.Sequential, x: Tensor, digit: int) -> tuple[Tensor, Tensor]:
    """The digit's logit that this chain computes from x (1, ...), and its gradient with respect to x."""
    with torch.inference_mode(False):  # the caller may have switched gradients off
        x = x.detach().clone().to(next(chain.parameters(), x).device).requires_grad_()
        logit = chain(x)[0, digit]
        (gradient,) = torch.autograd.grad(logit, x)
    return logit.detach().cpu(), gradient.cpu()
