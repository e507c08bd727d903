"""A network, an image and a digit go in; which pixels and which units spoke for the digit comes out.

All of it follows the digit's logit, not its probability, which hardly moves where a network is sure. Gradients are
taken with respect to images and activations only, so that the model, which is to be in eval mode, stays untouched.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nets.activations import CELL_BY_CELL
from nets.models import SIDE


def input_gradient(model: nn.Sequential, image: Tensor, digit: int) -> Tensor:
    """(28, 28): how fast the digit's logit grows with each pixel's ink (Simonyan, Vedaldi, Zisserman, 2014).

    It speaks of the smallest changes to this very image, on paper as much as on ink, and may jump between neighbours.
    """
    return _logit_and_gradient(model, image.unsqueeze(0), digit)[1][0, 0]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A logit, shared out."""

    pixels: Tensor  # (28, 28): for the digit above zero, against it below, and zero on paper
    remainder: float  # what no pixel brings
    logit: float  # the sum of all these


def evidence(model: nn.Sequential, image: Tensor, digit: int) -> Evidence:
    """Ink times gradient, pixel by pixel (Shrikumar et al., "Not Just a Black Box", 2016).

    Between its kinks a network of ReLU or LeakyReLU is linear: the pixels then bring just this, and the remainder is
    what all biases bring, batch norm's shifts among them. With ELU, which is curved, it holds the curvature too.
    """
    logit, gradient = _logit_and_gradient(model, image.unsqueeze(0), digit)
    pixels = image[0] * gradient[0, 0].to(image.device)
    return Evidence(pixels, float(logit.double() - pixels.double().sum()), float(logit))


def occlusion(model: nn.Sequential, image: Tensor, digit: int, patch: int = 4, stride: int = 2) -> Tensor:
    """(28, 28): how far the digit's logit falls where a square of paper hides the drawing (Zeiler and Fergus, 2014).

    Each pixel gets the mean over the squares that cover it; below zero, hiding it helps the digit. A square without
    ink under it changes nothing, and costs nothing: what ink in an empty place would do, this cannot tell.
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


def grad_cam(model: nn.Sequential, image: Tensor, digit: int) -> Tensor:
    """(28, 28), not below zero: where the last convolution's maps speak for the digit, as blurred as they are coarse.

    Selvaraju et al., "Grad-CAM", ICCV 2017: the maps, after norm and activation, are weighted each by the mean of the
    logit's gradient over it, summed, and cut off below zero. Raises TypeError for a network without convolutions.
    """
    layers = list(model.children())
    convolutions = [i for i, layer in enumerate(layers) if isinstance(layer, nn.Conv2d)]
    if not convolutions:
        raise TypeError("Grad-CAM needs a convolution, and this network has none")
    cut = convolutions[-1] + 1
    while isinstance(layers[cut], CELL_BY_CELL):
        cut += 1
    maps = _run(nn.Sequential(*layers[:cut]), image)  # (1, C, H, W)
    _, gradient = _logit_and_gradient(nn.Sequential(*layers[cut:]), maps, digit)
    heat = (gradient.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).relu()
    return F.interpolate(heat, (SIDE, SIDE), mode="bilinear")[0, 0].cpu()


@dataclass(frozen=True, eq=False)
class FirstLayer:
    """The units of an MLP's first layer, those that matter most for one image first."""

    units: tuple[int, ...]
    importance: Tensor  # (N,): for the digit above zero, against it below
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


def _run(chain: nn.Sequential, image: Tensor) -> Tensor:
    with torch.no_grad():
        return chain(image.unsqueeze(0).to(next(chain.parameters()).device))


def _logit_and_gradient(chain: nn.Sequential, x: Tensor, digit: int) -> tuple[Tensor, Tensor]:
    """What the rest of a chain makes of x (1, ...), and the gradient of that logit with respect to x."""
    with torch.inference_mode(False):  # gradients, whatever is switched off around
        x = x.detach().clone().to(next(chain.parameters(), x).device).requires_grad_()
        logit = chain(x)[0, digit]
        (gradient,) = torch.autograd.grad(logit, x)
    return logit.detach().cpu(), gradient.cpu()
