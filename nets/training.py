"""The training loop, a generator: it trains a network in place and yields an event after every batch and epoch.

    for event in train(model, data, RECIPES["fast"]["cnn"]):
        ...

The command line, the page and the tests all listen to this one loop. Whoever stops listening stops the training, and
is left with a usable network. What a config may say is in nets.recipes.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nets.augment import augment
from nets.data import DigitData, Digits
from nets.evaluation import evaluate
from nets.events import BatchEnd, EpochEnd, Event, TrainEnd
from nets.kept_step import Keeper
from nets.models import NETWORKS, Architecture
from nets.muon import Muon
from nets.options import OptionError
from nets.recipes import OPTIMIZERS, RECIPES, SCHEDULES, TrainConfig, for_few

__all__ = ["OPTIMIZERS", "RECIPES", "SCHEDULES", "TrainConfig", "for_few", "new_model", "train"]

WARM_UP = 0.2  # share of a one-cycle run in which the learning rate rises
ADAM_BESIDE_MUON = 0.2  # learning rate of what Muon does not train, over Muon's
SAFE_EVERY = 50  # batches between copies of the weights, kept against divergence
HOPELESS = 100.0  # nats: a batch's mean loss from which no run seen here came back; guessing is 2.3


def new_model(network: str, seed: int, architecture: Architecture | None = None) -> nn.Sequential:
    """An untrained "mlp" or "cnn", the tutorial's unless told otherwise; its weights depend on the seed alone.

    They are those that PyTorch itself gives after torch.manual_seed(seed), but drawn apart from its one random state,
    which all threads share: two visitors who begin at once would draw from each other's.
    """
    with torch.device("meta"):
        model = NETWORKS[network](architecture)
    model.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(seed)
    for layer in model:
        match layer:
            case nn.Linear() | nn.Conv2d():
                bound = 1 / math.sqrt(layer.weight[0].numel())
                nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=generator)
                if layer.bias is not None:
                    nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
            case nn.BatchNorm1d() | nn.BatchNorm2d():
                layer.reset_parameters()
    return model


def train(
    model: nn.Sequential, data: DigitData, config: TrainConfig, keeper: Keeper | None = None
) -> Generator[Event, None, None]:
    """Train the model in place, on its own device, and yield BatchEnd, EpochEnd and at last one TrainEnd.

    Between two events the model is usable; closing the generator leaves it at its last step, and in eval mode, as the
    end does. With config.average the last epoch ends with a moving average of the weights after every step, in which
    the steps' noise is gone (Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992); the
    rate need not fall to zero for that.

    Same model, data, config, machine: same result, bit for bit. Dropout draws from the process's own random state,
    whatever else runs there. A keeper copies the steps that it wants, off the clock, and changes nothing.

    Raises OptionError where the model cannot be trained with this config.
    """
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(config.seed)
    digits = data.train
    if config.subset < len(digits):
        drawn = torch.randperm(len(digits), generator=torch.Generator().manual_seed(config.seed))
        digits = digits[drawn[: config.subset]]
    images, labels = digits.images.to(device), digits.labels.to(device)  # uint8 (N, 1, 28, 28), int64 (N,)
    reduced = reduces(model, config)
    if reduced:
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing from PyTorch's overloads
    optimizers = _optimizers(model, config)
    peaks = [(group, group["lr"]) for optimizer in optimizers for group in optimizer.param_groups]
    count = len(labels)
    if any(isinstance(layer, nn.BatchNorm1d) for layer in model):  # one image has no variance to scale by
        if config.batch_size == 1:
            raise OptionError(
                "batch_size must be at least 2 for batch norm", "option.batch_of_one", option="batch_size"
            )
        count -= count % config.batch_size == 1
    per_epoch = math.ceil(count / config.batch_size)
    steps = config.epochs * per_epoch
    step, clock = 0, Stopwatch()
    good, good_at = copy.deepcopy(model.state_dict()), 0
    averaged = None
    if config.average:
        averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(config.average), use_buffers=True)
    try:
        for epoch in range(1, config.epochs + 1):
            order = torch.arange(count, device=device)
            if config.shuffle:
                order = torch.randperm(count, generator=generator, device=device)
            loss_sum, hits = 0.0, 0
            for first in range(0, count, config.batch_size):
                model.train()  # again for each batch: a listener may have looked at the network in use
                chosen = order[first : first + config.batch_size]
                x, y = images[chosen].float().div_(255), labels[chosen]
                if config.augmentation:
                    x = augment(x, y, config.augmentation * (1 - config.fade * step / steps), generator)
                if reduced:
                    x = x.contiguous(memory_format=torch.channels_last)
                share = schedule(config, step / steps)
                for group, peak in peaks:
                    group["lr"] = peak * share
                kept = keeper if keeper and keeper.wanted() else None
                if kept:
                    with clock.stopped():
                        kept.begin(model, optimizers, x, y)
                with torch.autocast(device.type, torch.bfloat16, enabled=reduced):
                    logits = model(x)  # (n, 10)
                    loss = F.cross_entropy(logits, y, label_smoothing=config.label_smoothing)
                objective = loss.item()
                if not objective < HOPELESS:  # nor is NaN
                    model.load_state_dict(good)
                    with clock.stopped():
                        yield TrainEnd(True, step, clock.seconds, objective, good_at)
                    return
                if step % SAFE_EVERY == 0:
                    good, good_at = copy.deepcopy(model.state_dict()), step
                model.zero_grad(set_to_none=True)
                loss.backward()
                for optimizer in optimizers:
                    optimizer.step()
                step += 1
                if averaged:
                    averaged.update_parameters(model)
                if kept:
                    with clock.stopped():
                        kept.end(step, model, optimizers, logits, config.label_smoothing, reduced)
                with torch.no_grad():
                    value = F.cross_entropy(logits.float(), y).item() if config.label_smoothing else objective
                    right = int((logits.argmax(1) == y).sum())
                loss_sum += value * len(y)
                hits += right
                seen = (epoch - 1) * count + first + len(y)
                with clock.stopped():
                    rate, accuracy = config.learning_rate * share, right / len(y)
                    yield BatchEnd(step, steps, epoch, value, accuracy, rate, seen, clock.seconds, objective)
            if averaged and epoch == config.epochs:
                model.load_state_dict(averaged.module.state_dict())
            validation = evaluate(model, data.validation)
            with clock.stopped():
                yield EpochEnd(epoch, config.epochs, loss_sum / count, hits / count, validation, clock.seconds)
        if config.calibrate:
            calibrate(model, data.validation)
        with clock.stopped():
            yield TrainEnd(False, step, clock.seconds)
    finally:
        model.to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]


class Stopwatch:
    """Seconds since it was made, those inside `with stopwatch.stopped()` left out."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start

    @contextmanager
    def stopped(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._start += time.perf_counter() - began


def schedule(config: TrainConfig, progress: float) -> float:
    """The learning rate as a share of the config's, when this share of the run, in [0, 1], is done.

    One-cycle after Smith and Topin, "Super-Convergence" (2018): linearly up from a tenth, by a cosine down to zero, or
    to the config's floor.
    """
    if config.schedule == "constant":
        return 1.0
    if progress < WARM_UP:
        return 0.1 + 0.9 * progress / WARM_UP
    return max((1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) / 2, config.floor)


def calibrate(model: nn.Sequential, digits: Digits) -> float:
    """Divide the logits by the temperature that minimises the cross-entropy on these digits, and return it.

    Temperature scaling (Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017), folded
    into the last layer's weights: no verdict changes, but confidence comes close to the share that are right.
    Label smoothing, for one, leaves a network far less sure than it may be.
    """
    model.eval()
    output = list(model.children())[-1]
    device = next(model.parameters()).device
    with torch.no_grad():
        logits = torch.cat([model(part.to(device).float() / 255) for part in digits.images.split(1000)]).double()
    labels = digits.labels.to(device)
    # The loss is convex in 1 / T (its slope rises), so halving an interval of log T finds the one minimum.
    low, high = math.log(0.05), math.log(20.0)
    for _ in range(40):
        middle = (low + high) / 2
        sharpness = torch.tensor(math.exp(-middle), dtype=torch.double, device=device, requires_grad=True)
        loss = F.cross_entropy(logits * sharpness, labels)
        (slope,) = torch.autograd.grad(loss, sharpness)
        low, high = (low, middle) if slope < 0 else (middle, high)
    temperature = math.exp(middle)
    with torch.no_grad():
        for weight in output.parameters():
            weight.div_(temperature)
    return temperature


def reduces(model: nn.Module, config: TrainConfig) -> bool:
    """Whether this model is trained in bfloat16, channels last, with this config."""
    convolutional = any(isinstance(layer, nn.Conv2d) for layer in model.children())
    return config.reduced_precision and convolutional and bfloat16_pays(next(model.parameters()).device)


def bfloat16_pays(device: torch.device) -> bool:
    """Whether convolutions train faster in bfloat16, channels last, on this device.

    Measured on a Xeon with AVX512-BF16 and AMX, in batches of 64 to 256: 1.7 to 2.1 times as fast as float32 in the
    same layout. Processors with neither keep to float32.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _optimizers(model: nn.Sequential, config: TrainConfig) -> list[torch.optim.Optimizer]:
    """One optimizer, or for Muon two: it is for the hidden layers' weights, and Adam trains what is left.

    Adam's rate is then a fifth; from a tenth to a quarter the MLP did as well on digits kept back.
    """
    adam: dict[str, Any] = {"betas": (0.9, config.beta2), "weight_decay": config.weight_decay, "fused": True}
    rate = config.learning_rate
    match config.optimizer:
        case "muon":
            output = list(model.children())[-1]
            hidden = [p for layer in model if layer is not output for p in layer.parameters() if p.ndim > 1]
            rest = [p for p in model.parameters() if all(p is not other for other in hidden)]
            return [
                Muon(hidden, lr=rate, weight_decay=config.weight_decay),
                torch.optim.AdamW(rest, lr=rate * ADAM_BESIDE_MUON, **adam),
            ]
        case "adamw":
            return [torch.optim.AdamW(model.parameters(), lr=rate, **adam)]
        case "sgd":
            sgd: dict[str, Any] = {"momentum": 0.9, "nesterov": True, "fused": True}
            return [torch.optim.SGD(model.parameters(), lr=rate, weight_decay=config.weight_decay, **sgd)]
        case _:
            return [torch.optim.Adam(model.parameters(), lr=rate, **adam)]
