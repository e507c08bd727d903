"""One step of a training loop as it was taken: its batch, gradients and weights, and the optimizer's memories.

A Keeper copies them while the loop goes on, on request only; nets.worked writes the step out in numbers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn

from nets.muon import Muon

OptimizerName = Literal["adam", "adamw", "sgd", "muon"]
MEMORIES = {
    "exp_avg": "m",
    "exp_avg_sq": "v",
    "momentum_buffer": "m",
    "mean": "m",
}  # in PyTorch's states, and in Muon's


@dataclass(frozen=True)
class Rule:
    """How a parameter's gradient becomes its step."""

    optimizer: OptimizerName
    learning_rate: float  # of this step
    weight_decay: float
    beta1: float  # share of the first memory that stays; SGD's and Muon's momentum
    beta2: float | None = None  # share of the second memory that stays; None: there is no second
    epsilon: float | None = None  # added to the root of the second memory


@dataclass(frozen=True)
class Parameter:
    """One tensor of weights, all of the same shape, on the CPU in float32."""

    rule: Rule
    before: Tensor
    after: Tensor
    gradient: Tensor  # that the loop computed, of the mean loss
    memories: dict[str, tuple[Tensor, Tensor]]  # m and v, before and after; zeros before the first step
    step: int  # of this optimizer, from 1: what its bias correction counts


@dataclass(frozen=True, eq=False)
class KeptStep:
    """A step, and what it was computed from. Nobody changes it any more."""

    step: int  # of the run, from 1
    images: Tensor  # (n, 1, 28, 28) in [0, 1], augmented: as the network saw them
    labels: Tensor  # (n,)
    logits: Tensor  # (n, 10), as the loop computed them
    smoothing: float  # of labels
    reduced: bool  # whether the loop computed convolutions in bfloat16
    network: nn.Sequential  # with its weights as they were before
    masks: dict[str, Tensor]  # by dropout layer: which units, (n, ...), were not silenced
    parameters: dict[str, Parameter]  # by name: conv1.weight, conv1.bias, ...

    @property
    def bytes(self) -> int:
        tensors = [self.images, *self.masks.values()]
        for one in self.parameters.values():
            tensors += [one.before, one.before, one.after, one.gradient]
            tensors += [tensor for memory in one.memories.values() for tensor in memory]
        return sum(tensor.nbytes for tensor in tensors)


class Keeper:
    """Keeps the newest step of a loop, while it is wanted."""

    def __init__(self, wanted: Callable[[], bool] = lambda: True) -> None:
        self.wanted = wanted
        self.kept: KeptStep | None = None

    def begin(
        self, model: nn.Sequential, optimizers: Sequence[torch.optim.Optimizer], images: Tensor, labels: Tensor
    ) -> None:
        """A batch is about to go through the model."""
        self._images, self._labels = images.detach().cpu().contiguous().clone(), labels.cpu()
        self._network = _copy(model)
        self._before = {id(weight): _memories(state) for weight, state in _states(optimizers)}
        self._masks: dict[str, Tensor] = {}
        for name, layer in model.named_children():
            if isinstance(layer, nn.Dropout):
                _once(layer, partial(self._masks.__setitem__, name))

    def end(
        self,
        step: int,
        model: nn.Sequential,
        optimizers: Sequence[torch.optim.Optimizer],
        logits: Tensor,
        smoothing: float,
        reduced: bool,
    ) -> None:
        """The step is taken, and the gradients are still there."""
        rules = {id(weight): _rule(optimizer, group) for optimizer, group, weight in _groups(optimizers)}
        states = {id(weight): state for weight, state in _states(optimizers)}
        parameters = {}
        for (name, weight), old in zip(model.named_parameters(), self._network.parameters(), strict=True):
            assert weight.grad is not None
            state = states[id(weight)]
            before, after = self._before.get(id(weight), {}), _memories(state)
            parameters[name] = Parameter(
                rules[id(weight)],
                old.detach(),
                _still(weight),
                _still(weight.grad),
                {key: (before.get(key, torch.zeros_like(now)), now) for key, now in after.items()},
                int(state.get("step", step)),
            )
        self.kept = KeptStep(
            step,
            self._images,
            self._labels,
            _still(logits.float()),
            smoothing,
            reduced,
            self._network,
            self._masks,
            parameters,
        )

    def drop(self) -> None:
        """What was kept is of no use any more."""
        self.kept = None


def _copy(model: nn.Sequential) -> nn.Sequential:
    copied = copy.deepcopy(model)
    copied.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # PyTorch's stubs lack it
    return copied.requires_grad_(False)


def _still(tensor: Tensor) -> Tensor:
    """A copy that does not change."""
    return tensor.detach().cpu().clone(memory_format=torch.contiguous_format)


def _once(layer: nn.Module, keep: Callable[[Tensor], None]) -> None:
    """At the layer's next use, and at none after it, keep which of its units came through."""

    def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
        handle.remove()
        keep((output != 0).cpu())

    handle = layer.register_forward_hook(hook)


def _groups(optimizers: Sequence[torch.optim.Optimizer]) -> list[tuple[torch.optim.Optimizer, dict[str, Any], Tensor]]:
    return [(one, group, weight) for one in optimizers for group in one.param_groups for weight in group["params"]]


def _states(optimizers: Sequence[torch.optim.Optimizer]) -> list[tuple[Tensor, dict[str, Any]]]:
    return [(weight, one.state.get(weight, {})) for one, _, weight in _groups(optimizers)]


def _memories(state: dict[str, Any]) -> dict[str, Tensor]:
    return {MEMORIES[key]: _still(value) for key, value in state.items() if key in MEMORIES and value is not None}


def _rule(optimizer: torch.optim.Optimizer, group: dict[str, Any]) -> Rule:
    rate, decay = float(group["lr"]), float(group["weight_decay"])
    if isinstance(optimizer, Muon):
        return Rule("muon", rate, decay, group["momentum"])
    if isinstance(optimizer, torch.optim.SGD):
        return Rule("sgd", rate, decay, group["momentum"])
    name: OptimizerName = "adamw" if isinstance(optimizer, torch.optim.AdamW) else "adam"
    beta1, beta2 = group["betas"]
    return Rule(name, rate, decay, beta1, beta2, group["eps"])
