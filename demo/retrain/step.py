"""A step worked out: the batch of a step with its losses, its gradients, and the way of one weight through it.

Of the visitor's run it is the newest step that was kept. Where there is no run, it is the first step that one with the
settings in the form would take, on the bundled digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import nn

from demo import images
from demo.retrain.answers import Refusal, agreed
from demo.retrain.step_shapes import (
    BatchImage,
    Gradients,
    LogitsAnswer,
    OfStep,
    OfWeight,
    Rest,
    SizesAnswer,
    StepAnswer,
    WayAnswer,
    WayLines,
)
from demo.server.doors import LARGEST_DRAWING, call
from demo.server.drawn import Drawn
from demo.training import digits
from demo.training.plan import Plan
from demo.training.steps import Sizes
from demo.visitor import Visitor
from demo.words import Message, message
from nets.kept_step import KeptStep
from nets.models import SIDE
from nets.options import OptionError
from nets.training import new_model
from nets.worked import by_image, cross_entropy, first_step, gradient_sizes, weight_step

IMAGES = 32  # of a batch that are shown, those with the largest loss
SHARES = 12  # images that add most to a weight's gradient, shown
ROW = 16  # units in a row, where a unit's inputs are no picture


@call(price=20, heavy=True)
def step(visitor: Visitor, asked: OfStep) -> StepAnswer:
    """The batch, its losses and the sizes of its gradients. As long as a page asks, the run keeps its steps."""
    try:
        found = _find(visitor, asked)
    except Refusal as refusal:
        return {"problem": refusal.why, "about": None, "batch": None}
    kept = found.kept
    loss = cross_entropy(kept.logits, kept.labels, kept.smoothing)
    order = loss.losses.argsort(descending=True, stable=True)
    shown = order[:IMAGES]
    batch: list[BatchImage] = [
        {
            "image": images.pixels(kept.images[i]),
            "label": int(kept.labels[i]),
            "digit": int(kept.logits[i].argmax()),
            "logits": [number(value) for value in kept.logits[i].tolist()],
            "loss": number(loss.losses[i].item()),
        }
        for i in shown.tolist()
    ]
    rest = loss.losses[order[IMAGES:]]
    sizes: SizesAnswer = {
        "steps": [size.step for size in found.sizes],
        "rms": [[number(value) for value in size.rms] for size in found.sizes],
    }
    return {
        "problem": None,
        "about": found.about,
        "batch": {
            "step": kept.step,
            "count": len(kept.labels),
            "mean": number(loss.mean),
            "plain": number(loss.plain.mean().item()),
            "smoothing": kept.smoothing,
            "reduced": kept.reduced,
            "images": batch,
            "rest": {"count": len(rest), "sum": number(rest.sum().item())},
            "layers": [
                {
                    "parameter": f"{size.layer}.weight",
                    "shape": list(kept.parameters[f"{size.layer}.weight"].before.shape),
                    "norm": number(size.norm),
                    "rms": number(size.rms),
                    "weights": number(size.weights),
                }
                for size in gradient_sizes(kept)
            ],
            "sizes": sizes,
        },
    }


@call(price=40, heavy=True)
def way(visitor: Visitor, asked: OfWeight) -> WayAnswer:
    """One weight's way through the step, and the gradients around it."""
    try:
        found = _find(visitor, asked)
        kept = found.kept
        one = kept.parameters.get(asked.parameter)
        if one is None or one.gradient.ndim < 2:
            raise Refusal(message("worked.problem.no_weight"))
        index = _index(one.gradient, asked.index)
        told, shares = weight_step(kept, asked.parameter, index), by_image(kept, asked.parameter, index)
    except (Refusal, IndexError) as error:
        why = error.why if isinstance(error, Refusal) else message("worked.problem.no_weight")
        return {"problem": why, "step": 0, "index": [], "gradients": None, "lines": None, "shares": None}
    order = shares.abs().argsort(descending=True, stable=True)
    rest = shares[order[SHARES:]]
    others: Rest = {"count": len(rest), "sum": number(rest.sum().item())}
    lines: WayLines = {
        "optimizer": told.rule.optimizer,
        "beside_muon": told.matrix is None and any(p.rule.optimizer == "muon" for p in kept.parameters.values()),
        "learning_rate": told.rule.learning_rate,
        "weight_decay": told.rule.weight_decay,
        "beta1": told.rule.beta1,
        "beta2": told.rule.beta2,
        "epsilon": told.rule.epsilon,
        "step": told.step,
        "before": number(told.before),
        "after": number(told.after),
        "gradient": number(told.gradient),
        "pulled": number(told.pulled),
        "m": [number(value) for value in told.m],
        "v": [number(value) for value in told.v] if told.v else None,
        "m_corrected": number(told.m_corrected),
        "v_corrected": number(told.v_corrected),
        "decayed": number(told.decayed),
        "change": number(told.change),
        "matrix": None,
    }
    if told.matrix:
        lines["matrix"] = {
            "rows": told.matrix.rows,
            "columns": told.matrix.columns,
            "look_ahead": number(told.matrix.look_ahead),
            "direction": number(told.matrix.direction),
            "singular": [number(value) for value in told.matrix.singular],
            "evened": [number(value) for value in told.matrix.evened],
            "scale": told.matrix.scale,
        }
    return {
        "problem": None,
        "step": kept.step,
        "index": list(index),
        "gradients": _gradients(kept, asked.parameter, index[0]),
        "lines": lines,
        "shares": {
            "images": [
                {
                    "image": images.pixels(kept.images[i]),
                    "label": int(kept.labels[i]),
                    "share": number(shares[i].item()),
                }
                for i in order[:SHARES].tolist()
            ],
            "rest": others,
            "sum": number(shares.sum().item()),
            "count": len(shares),
        },
    }


@call(price=2, heavy=True, largest=LARGEST_DRAWING)
def logits(visitor: Visitor, asked: Drawn) -> LogitsAnswer:
    """The logits of both networks that read now, for the drawing on the pad; none where it has no ink."""
    image, told = asked.seen(), {}
    if image is not None:
        with torch.inference_mode():
            for name, reader in visitor.networks.now().items():
                told[name] = [number(value) for value in reader.model(image[None])[0].tolist()]
    return {"logits": told}


# ---- which step


@dataclass(frozen=True)
class Found:
    """A step to work out."""

    kept: KeptStep
    about: Message  # whose step it is
    sizes: list[Sizes]


def _find(visitor: Visitor, asked: OfStep) -> Found:
    """The step that is to be looked at; raises Refusal with the reason where there is none."""
    run = visitor.training.latest
    track = run.tracks.get(asked.network) if run else None
    if run and track:
        track.kept_steps.look()
        kept = track.kept_steps.newest
        if kept:
            values = {"run": run.number, "step": kept.step, "steps": track.steps, "images": len(kept.labels)}
            return Found(kept, message("worked.about.run", **values), track.kept_steps.sizes)
        if run.live and not run.loan:
            raise Refusal(message("worked.problem.none_kept"))
    elif run and run.live and not run.tracks:
        raise Refusal(message("worked.problem.not_yet"))
    if asked.settings is None:
        raise Refusal(message("retrain.problem.no_network"))
    kept = _first(agreed(asked.network, asked.settings))
    why = "gpu" if run and run.loan and run.live else "ended" if track else "other" if run and run.live else "none"
    return Found(kept, message(f"worked.about.{why}", images=len(kept.labels)), [])


@lru_cache(maxsize=4)
def _first(plan: Plan) -> KeptStep:
    """The first step that a run of this plan would take, on the bundled digits; raises Refusal."""
    data = digits.load("digits", lambda download: None)
    try:
        return first_step(new_model(plan.network, plan.config.seed, plan.architecture), data, plan.config)
    except OptionError as error:
        raise Refusal(message(f"error.{error.code}", **error.values)) from error
    except ArithmeticError as error:
        raise Refusal(message("worked.problem.no_numbers")) from error


# ---- numbers


def number(value: float | None) -> float | None:
    """Eight digits that matter; None for what is beyond all numbers."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.8g}")


def _index(gradient: torch.Tensor, asked: list[int] | None) -> tuple[int, ...]:
    """The weight that was asked for; if only its unit was, or none, that with the largest gradient."""
    within, start = gradient, list(asked or [])[: gradient.ndim]
    if len(start) == gradient.ndim:
        return tuple(start)
    if start:
        if not 0 <= start[0] < len(gradient):
            raise IndexError(start[0])
        start, within = start[:1], gradient[start[0]]
    place = within.nan_to_num(0.0).abs().argmax()
    return (*start, *(int(i) for i in torch.unravel_index(place, within.shape)))


def _gradients(kept: KeptStep, parameter: str, unit: int) -> Gradients:
    """The gradients of all weights into one unit or map, and how large they are for each of its neighbours."""
    whole = kept.parameters[parameter].gradient
    of_unit = whole[unit].flatten()
    tiles, height, width = _tiles(kept, parameter)
    units = whole.flatten(1).square().mean(1).sqrt()
    largest = of_unit.abs().max()
    return {
        "shape": list(whole.shape),
        "tiles": tiles,
        "height": height,
        "width": width,
        "largest": number(largest.item()),
        "bytes": images.quantised(of_unit, True, largest),
        "units": images.quantised(units, False, units.max()),
    }


def _tiles(kept: KeptStep, parameter: str) -> tuple[int, int, int]:
    """How the weights into one unit are laid out: so many pictures, each so high and so wide."""
    shape = kept.parameters[parameter].gradient.shape
    if len(shape) == 4:
        return shape[1], shape[2], shape[3]  # a kernel for each map that comes in
    weights = [name for name, one in kept.parameters.items() if one.gradient.ndim > 1]
    if parameter == weights[0]:
        return 1, SIDE, SIDE
    before = kept.network.get_submodule(weights[weights.index(parameter) - 1].rpartition(".")[0])
    if isinstance(before, nn.Conv2d):
        side = math.isqrt(shape[1] // before.out_channels)
        return before.out_channels, side, side
    return 1, -(-shape[1] // ROW), min(ROW, shape[1])
