"""The Muon optimizer, whose steps are of the same size in every direction.

K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024): momentum, then the nearest
orthogonal matrix instead of the gradient matrix itself, so that directions in which the gradient is weak are learnt
as fast as those in which it is strong. Here it also takes convolutions, as matrices of (out channels, in * k * k);
torch.optim.Muon, new in torch 2.9, takes linear layers only.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the Newton-Schulz step, from the source above
ITERATIONS = 5
TINY = 1e-20  # the momentum of a pixel that never has ink fades into denormal numbers, which are ten times slower


class Muon(torch.optim.Optimizer):
    """For weights of two or more dimensions. Weight decay is decoupled: lr * weight_decay of the weight a step."""

    def __init__(
        self, params: Iterable[nn.Parameter], lr: float = 0.02, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # no closure that computes the loss again
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                mean = self.state[weight].setdefault("mean", torch.zeros_like(weight))
                mean.lerp_(weight.grad, 1 - group["momentum"])
                mean.mul_(mean.abs() > TINY)
                ahead = weight.grad.lerp(mean, group["momentum"])  # Nesterov's
                direction = orthogonal(ahead.flatten(1))
                rows, columns = direction.shape
                scale = max(1.0, rows / columns) ** 0.5  # tall matrices would move less per row
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(direction.view_as(weight), alpha=-group["lr"] * scale)


def orthogonal(matrix: Tensor) -> Tensor:
    """The (rows, columns) matrix with its singular values brought near 1, between 0.7 and 1.2."""
    a, b, c = COEFFICIENTS
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else matrix.T
    x = x / (x.norm() + 1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = a * x + torch.addmm(gram, gram, gram, beta=b, alpha=c) @ x
    return x if wide else x.T
