"""python -m nets figure: curves, confusion matrices, test digits, feature maps and kernels, ready for a slide."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from nets.activations import INPUT, activations
from nets.activations import kernels as kernels_of
from nets.charts import Chart, Line, confusion, curves, digits
from nets.checkpoint import load
from nets.commands.output import Refusal, put
from nets.commands.progress import evaluate_with_bar, load_data
from nets.figures import bars, kernels, maps, one_map
from nets.files import write_whole
from nets.log import WINDOW, Batch, LogError, mean, read
from nets.models import SIDE
from nets.pictures import PictureError
from nets.places import SHIPPED
from nets.prediction import predict_batch
from nets.preprocess import read_picture
from nets.slides import FORMATS, content, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEN = 10  # test digits
DATA = {"mnist": "MNIST", "digits": "scikit-learn"}
MOST = 64  # pictures of weights in a figure
FEW = 30  # dots on a line up to which they are drawn

Model = tuple[nn.Sequential, dict[str, Any], str]  # with its record, and what it is called


def run(options: argparse.Namespace) -> int:
    kind = options.out.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise Refusal(f"{options.out} is no name of a figure: end it in .{', .'.join(FORMATS[:-1])} or .{FORMATS[-1]}")
    figure = KINDS[options.kind](options)
    if options.title:
        figure.suptitle(options.title)
    try:
        write_whole(options.out, content(figure, kind))
    except OSError as error:
        raise Refusal(f"{options.out} cannot be written: {error.strerror}") from error
    put(str(options.out))
    return 0


# ---- kinds


def _curves(options: argparse.Namespace) -> Figure:
    loss, accuracy = [], []
    seen: dict[str, int] = {}
    many = len(options.files) > 2 or len({file.stem for file in options.files}) < len(options.files)
    for file in options.files:
        try:
            rows = read(file)
        except LogError as error:
            raise Refusal(str(error)) from error
        network = rows[0].network
        run = seen[network] = seen.get(network, -1) + 1
        name = str(file.with_suffix("")) if many else network.upper()
        x = _along(rows, options.by)
        strong = mean([row.loss for row in rows])
        if not many:
            loss.append(Line(network, x, [row.loss for row in rows], "raw"))
        loss.append(Line(network, x, strong, "strong", f"{name} {strong[-1]:.3f}", run))
        ends = [
            (at, row.validation_accuracy)
            for at, row in zip(x, rows, strict=True)
            if row.validation_accuracy is not None
        ]
        if not many:
            accuracy.append(Line(network, x, mean([row.accuracy for row in rows]), "thin"))
        if ends:
            at, shares = zip(*ends, strict=True)
            accuracy.append(Line(network, at, shares, "strong", f"{name} {100 * shares[-1]:.2f} %", run))
            if len(at) <= FEW:
                accuracy.append(Line(network, at, shares, "dots", run=run))
    names = " and ".join(dict.fromkeys(network.upper() for network in sorted(seen, reverse=True)))
    faint = "" if many else " Faint: each batch. Thin: training digits."
    return curves(
        [Chart("loss, nats a digit", loss, "log"), Chart("accuracy on digits kept back", accuracy, "accuracy")],
        x={"seconds": "seconds of training", "epochs": "epochs", "batches": "batches"}[options.by],
        title=f"Training: {names}",
        note=f"Loss: mean of {WINDOW} batches.{faint}",
    )


def _along(rows: list[Batch], by: str) -> list[float]:
    """Where each batch stands on the axis."""
    if by == "seconds":
        return [row.seconds for row in rows]
    last = {row.epoch: row.step for row in rows}
    a_epoch = last[rows[0].epoch] if by == "epochs" else 1  # batches
    return [row.step / a_epoch for row in rows]


def _confusion(options: argparse.Namespace) -> Figure:
    model, record, name = _model(options)
    data = load_data(options.data)
    result = evaluate_with_bar(model, data.test, "test set")
    return confusion(
        result.confusion,
        network=record["network"],
        in_percent=options.percent,
        title=f"{name}: what it reads",
        note=f"{len(data.test):,} test digits of {DATA[data.name]}, {100 * result.accuracy:.2f} % of them read right",
    )


def _digits(options: argparse.Namespace) -> Figure:
    models = [load(file) for file in options.checkpoint or sorted(SHIPPED.glob("*.safetensors"), reverse=True)]
    networks = {record["network"]: model for model, record in models}
    if len(networks) < len(models):
        raise Refusal("name one checkpoint of each network at most")
    data = load_data(options.data)
    wanted = torch.arange(len(data.test))
    if options.misread:
        misread = [evaluate_with_bar(model, data.test, "test set").mistakes for model in networks.values()]
        wanted = torch.cat(misread).unique()
        if not len(wanted):
            raise Refusal("none of these test digits is misread")
    generator = torch.Generator().manual_seed(options.seed)
    ten = data.test[wanted[torch.randperm(len(wanted), generator=generator)[:TEN]]]
    answers = {name: predict_batch(model, ten.images / 255) for name, model in networks.items()}
    return digits(
        ten.images[:, 0],
        ten.labels.tolist(),
        {name: [(one.digit, one.confidence) for one in read] for name, read in answers.items()},
        names={name: name.upper() for name in networks},
        title=f"{len(ten)} test digits of {DATA[data.name]}{', misread' if options.misread else ''}",
        note="What each is, and what the networks read in it, with its probability.",
    )


def _maps(options: argparse.Namespace) -> Figure:
    model, record, name = _model(options)
    try:
        prepared = read_picture(options.file)
    except PictureError as error:
        raise Refusal(f"{options.file}: {error}") from error
    outputs = activations(model, prepared.image)
    output = _chosen(outputs, options.layer, record["network"])
    logits = list(outputs.values())[-1]
    share, digit = (float(value) for value in logits.double().softmax(0).max(0))
    common: dict[str, Any] = {
        "note": f"{Path(options.file).name}: the {name} reads {int(digit)} ({100 * share:.1f} %)",
        "image": prepared.image,
    }
    if output is logits:
        return bars(output, network=record["network"], title=f"{name}, {options.layer}", **common)
    if options.map is not None:
        if output.dim() == 1:
            raise Refusal(f"{options.layer} has units and no maps: leave --map out")
        _check_map(options.map, len(output), options.layer)
        low, high = float(output[options.map].min()), float(output[options.map].max())
        common["note"] += f"; from {number(low)} to {number(high)}"
        return one_map(output[options.map], title=f"{name}, {options.layer}, map {options.map}", **common)
    shape = f"{output.shape[0]} maps of {output.shape[1]}×{output.shape[2]}" if output.dim() == 3 else ""  # noqa: RUF001
    if options.layer == INPUT:
        return one_map(output[0], title=f"{name}, {INPUT}", **common | {"image": None})
    title = f"{name}, {options.layer}: {shape or f'{len(output):,} units'}"
    return maps(output, title=title, own=options.own and output.dim() == 3, **common)


def _kernels(options: argparse.Namespace) -> Figure:
    model, record, name = _model(options)
    layers = {layer: module for layer, module in model.named_children() if _has_pictures(module)}
    layer = options.layer or next(iter(layers))
    module = _chosen(layers, layer, record["network"])
    if isinstance(module, nn.Linear):
        weights = module.weight.detach().view(-1, 1, SIDE, SIDE)
        what, each = "the weights of each unit for every pixel", "unit"
    else:
        weights = kernels_of(model, layer)
        what, each = f"kernels of {weights.shape[2]}×{weights.shape[3]}", "map"  # noqa: RUF001
    count, below = weights.shape[:2]
    if options.map is not None:
        _check_map(options.map, count, layer)
        shown = weights[options.map]
        labels = [f"of map {i}" for i in range(below)] if below > 1 else [""]
        title = f"{name}, {layer}: {each} {options.map}"
    elif below > 1:
        raise Refusal(f"{layer} has {below} kernels for each of its maps: choose one of them with --map")
    else:
        shown, labels = weights[:MOST, 0], [str(i) for i in range(min(count, MOST))]
        title = f"{name}, {layer}: {f'{MOST} of ' if count > MOST else ''}{count} {each}s"
    return kernels(shown, title=title, note=f"{what}: green above zero, magenta below", labels=labels)


KINDS: dict[str, Callable[[argparse.Namespace], Figure]] = {
    "curves": _curves,
    "confusion": _confusion,
    "digits": _digits,
    "maps": _maps,
    "kernels": _kernels,
}

# ---- what they share


def _model(options: argparse.Namespace) -> Model:
    model, record = load(options.checkpoint or SHIPPED / f"{options.network}.safetensors")
    name = record["network"].upper()
    return model, record, f"{name} of {options.checkpoint.name}" if options.checkpoint else name


def _chosen(layers: dict[str, Any], layer: str, network: str) -> Any:
    if layer not in layers:
        raise Refusal(f"the {network} has no layer {layer!r} to show: choose one of {', '.join(layers)}")
    return layers[layer]


def _has_pictures(module: nn.Module) -> bool:
    """Whether its weights are pictures: of a convolution, or of units that see the pixels."""
    return isinstance(module, nn.Conv2d) or (isinstance(module, nn.Linear) and module.in_features == SIDE * SIDE)


def _check_map(asked: int, count: int, layer: str) -> None:
    if not 0 <= asked < count:
        raise Refusal(f"{layer} has {count} maps or units, from 0 to {count - 1}, and no {asked}")
