"""One step of a training, worked out in numbers: the loss, every gradient, and the way of a single weight.

The sums are those of a textbook, in double precision; they agree with PyTorch, and with what the loop did, to 1e-6.
Where the loop computes in bfloat16, the gradients of single images are worked out in float32, and add up to its own but
for the rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nets.data import DigitData
from nets.kept_step import Keeper, KeptStep, Parameter, Rule
from nets.models import CLASSES
from nets.muon import orthogonal
from nets.training import TrainConfig, train

PART = 256  # images that go through at once


def first_step(model: nn.Sequential, data: DigitData, config: TrainConfig) -> KeptStep:
    """The first step that the loop takes with this model, which it changes. Raises OptionError as the loop does.

    Raises ArithmeticError where the first loss is too large for any step.
    """
    keeper = Keeper()
    training = train(model, data, config, keeper)
    next(training)
    training.close()
    if keeper.kept is None:
        raise ArithmeticError("the first batch's loss is beyond all bounds")
    return keeper.kept


# ---- the loss


@dataclass(frozen=True)
class CrossEntropy:
    """The loss of a batch, and how it depends on each logit. Tensors of doubles."""

    probabilities: Tensor  # (n, 10): softmax of the logits
    targets: Tensor  # (n, 10): what they should be; each row adds up to 1
    plain: Tensor  # (n,) nats: minus the logarithm of the probability of the right digit
    losses: Tensor  # (n,) nats: what is minimised; with smoothed labels more than plain
    mean: float  # nats: of losses
    gradient: Tensor  # (n, 10): of the mean, by each logit: (p - y) / n


def cross_entropy(logits: Tensor, labels: Tensor, smoothing: float = 0.0) -> CrossEntropy:
    """Of (n, 10) logits and their (n,) labels.

    With smoothing s the target of the right digit is 1 - s + s / 10 and of every other one s / 10: Szegedy et al.,
    "Rethinking the Inception Architecture for Computer Vision" (CVPR 2016), section 7.
    """
    logits = logits.double()
    logs = logits - logits.logsumexp(1, keepdim=True)  # of the probabilities
    targets = (1 - smoothing) * F.one_hot(labels, CLASSES) + smoothing / CLASSES
    probabilities = logs.exp()
    losses = -(targets * logs).sum(1)
    plain = -logs.gather(1, labels[:, None])[:, 0]
    gradient = (probabilities - targets) / len(labels)
    return CrossEntropy(probabilities, targets, plain, losses, losses.mean().item(), gradient)


# ---- gradients


@dataclass(frozen=True)
class GradientSize:
    """How large the gradient of one layer's weights is, biases left out."""

    layer: str
    norm: float  # Euclidean: the root of the sum of squares
    rms: float  # the root of the mean of squares: what one weight's gradient is like
    weights: float  # RMS of the weights themselves


def gradient_sizes(kept: KeptStep) -> list[GradientSize]:
    """Of every layer with a matrix or kernels, from the image to the logits."""
    found = []
    for name, one in kept.parameters.items():
        if one.gradient.ndim > 1:
            norm, root = one.gradient.norm().item(), math.sqrt(one.gradient.numel())
            found.append(GradientSize(name.rpartition(".")[0], norm, norm / root, one.before.norm().item() / root))
    return found


def by_image(kept: KeptStep, name: str, index: tuple[int, ...]) -> Tensor:
    """What each image adds to the gradient of one weight or bias: (n,), which add up to that gradient.

    A weight's share is what came in, times how the mean loss changes with what goes out, over all places where it is
    used. With batch normalisation an image also counts through the others' scale, which is then part of the second
    factor.

    name: of a parameter of a linear or convolutional layer. Raises KeyError and IndexError where there is none.
    """
    layer, _, kind = name.rpartition(".")
    _check(kept.parameters[name], index)
    shares = [
        _share(kept.network.get_submodule(layer), kind, index, given, slope) for given, slope in _through(kept, layer)
    ]
    return torch.cat(shares)


def _check(one: Parameter, index: tuple[int, ...]) -> None:
    """Raise IndexError for a place that is not there."""
    shape = one.before.shape
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        raise IndexError(f"no weight at {index} among {tuple(shape)}")


def _share(layer: nn.Module, kind: str, index: tuple[int, ...], given: Tensor, slope: Tensor) -> Tensor:
    """(n,) of what came into a layer, and of the loss's slopes by what went out of it."""
    slope = slope[:, index[0]].double()
    if kind == "bias":
        return slope.reshape(len(slope), -1).sum(1)
    if isinstance(layer, nn.Linear):
        return given[:, index[1]].double() * slope
    assert isinstance(layer, nn.Conv2d)
    _, channel, row, column = index
    pad = layer.kernel_size[0] // 2
    under = F.pad(given[:, channel], (pad, pad, pad, pad)).double()
    height, width = slope.shape[1:]
    return (under[:, row : row + height, column : column + width] * slope).sum((1, 2))


def _through(kept: KeptStep, wanted: str) -> list[tuple[Tensor, Tensor]]:
    """What comes into a layer, and the slopes of the mean loss by its output: (n, ...) each, some images at a time.

    Raises KeyError where there is no such layer, or none with weights that are used so.
    """
    layers = dict(kept.network.named_children())
    if not isinstance(layers[wanted], nn.Linear | nn.Conv2d):
        raise KeyError(wanted)
    coupled = any(isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) for layer in layers.values())
    count = len(kept.labels)
    size = count if coupled else PART
    return [_part(kept, layers, wanted, slice(first, first + size)) for first in range(0, count, size)]


def _part(kept: KeptStep, layers: dict[str, nn.Module], wanted: str, images: slice) -> tuple[Tensor, Tensor]:
    x, labels = kept.images[images], kept.labels[images]
    before, out = x, x
    for name, layer in layers.items():
        if name == wanted:
            before, x = x, layer(x)
            out = x = x.detach().requires_grad_()
        else:
            with torch.set_grad_enabled(out.requires_grad):
                x = _layer(layer, x, kept.masks.get(name), images)
    loss = F.cross_entropy(x, labels, label_smoothing=kept.smoothing, reduction="sum") / len(kept.labels)
    (slope,) = torch.autograd.grad(loss, out)
    return before, slope


def _layer(layer: nn.Module, x: Tensor, mask: Tensor | None, images: slice) -> Tensor:
    """A layer in training, as it was: the same units silenced, and a batch's own mean and variance."""
    match layer:
        case nn.Dropout():
            return x if mask is None else x * mask[images] / (1 - layer.p)
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return F.batch_norm(x, None, None, layer.weight, layer.bias, training=True, eps=layer.eps)
    return layer(x)


# ---- one weight


@dataclass(frozen=True)
class MatrixStep:
    """What Muon makes of a whole matrix of weights: one row an output, one column an input or a kernel's cell."""

    rows: int
    columns: int
    look_ahead: float  # this weight's place in the gradient and the memory, mixed: Nesterov's momentum
    direction: float  # its place in the matrix with all singular values brought near 1
    singular: tuple[float, float]  # smallest and largest singular value before that
    evened: tuple[float, float]  # and after
    scale: float  # for matrices with more rows than columns


@dataclass(frozen=True)
class WeightStep:
    """The way of one weight through a step: what each line of its optimizer's formula comes to."""

    rule: Rule
    step: int  # of the optimizer, from 1
    before: float
    after: float  # as the loop left it
    gradient: float  # as the loop computed it
    pulled: float  # gradient and weight decay together, where decay goes through the memories: Adam, SGD
    m: tuple[float, float]  # first memory, before and after
    v: tuple[float, float] | None  # second memory
    m_corrected: float | None  # after bias correction: Adam, AdamW
    v_corrected: float | None
    decayed: float  # the weight, where decay shrinks it before the step: AdamW, Muon
    change: float  # what the step takes off
    result: float  # decayed - change: what these lines make of it
    matrix: MatrixStep | None  # of Muon


def weight_step(kept: KeptStep, name: str, index: tuple[int, ...]) -> WeightStep:
    """One weight's way. Raises KeyError and IndexError where there is no such weight.

    Adam: Kingma and Ba, ICLR 2015, algorithm 1. AdamW: Loshchilov and Hutter, ICLR 2019, algorithm 2. SGD with
    Nesterov's momentum: Sutskever et al., ICML 2013, as PyTorch writes it. Muon: nets.muon.
    """
    one = kept.parameters[name]
    _check(one, index)
    rule, before, gradient = one.rule, one.before[index].item(), one.gradient[index].item()
    memories = {key: (was[index].item(), now[index].item()) for key, (was, now) in one.memories.items()}
    m_before = memories["m"][0]
    coupled = rule.optimizer in ("adam", "sgd")
    pulled = gradient + rule.weight_decay * before if coupled else gradient
    decayed = before if coupled else before * (1 - rule.learning_rate * rule.weight_decay)
    v, m_corrected, v_corrected, matrix = None, None, None, None
    match rule.optimizer:
        case "sgd":
            m = rule.beta1 * m_before + pulled
            change = rule.learning_rate * (pulled + rule.beta1 * m)
        case "muon":
            m = rule.beta1 * m_before + (1 - rule.beta1) * pulled
            matrix = _matrix_step(one, index)
            change = rule.learning_rate * matrix.scale * matrix.direction
        case _:
            assert rule.beta2 is not None and rule.epsilon is not None
            m = rule.beta1 * m_before + (1 - rule.beta1) * pulled
            v = memories["v"][0], rule.beta2 * memories["v"][0] + (1 - rule.beta2) * pulled**2
            m_corrected, v_corrected = m / (1 - rule.beta1**one.step), v[1] / (1 - rule.beta2**one.step)
            change = rule.learning_rate * m_corrected / (math.sqrt(v_corrected) + rule.epsilon)
    return WeightStep(
        rule=rule,
        step=one.step,
        before=before,
        after=one.after[index].item(),
        gradient=gradient,
        pulled=pulled,
        m=(m_before, m),
        v=v,
        m_corrected=m_corrected,
        v_corrected=v_corrected,
        decayed=decayed,
        change=change,
        result=decayed - change,
        matrix=matrix,
    )


def _matrix_step(one: Parameter, index: tuple[int, ...]) -> MatrixStep:
    _, mean = one.memories["m"]
    ahead = one.gradient.lerp(mean, one.rule.beta1)
    matrix = ahead.flatten(1)
    direction = orthogonal(matrix)
    rows, columns = matrix.shape
    before, after = torch.linalg.svdvals(matrix), torch.linalg.svdvals(direction)
    return MatrixStep(
        rows=rows,
        columns=columns,
        look_ahead=ahead[index].item(),
        direction=direction.view_as(ahead)[index].item(),
        singular=(before[-1].item(), before[0].item()),
        evened=(after[-1].item(), after[0].item()),
        scale=max(1.0, rows / columns) ** 0.5,
    )
