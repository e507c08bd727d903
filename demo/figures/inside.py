"""Figures of what is inside a visitor's networks: layers, maps, kernels, weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from torch import Tensor, nn

from demo.figures.made import Made, NotThere, Row, finite, words
from demo.figures.questions import LayerAsked, OfDrawing, WeightsAsked, off_there
from demo.networks import Reader
from demo.visitor import Visitor
from demo.words import say
from nets.activations import INPUT, activations, dead, signed_layers
from nets.activations import kernels as kernels_of
from nets.arithmetic import receptive_field
from nets.figures import bars, kernels, maps, one_map
from nets.models import SIDE
from nets.slides import number, percent

MOST = 64  # pictures of weights in a figure


def layer(visitor: Visitor, asked: LayerAsked) -> Made:
    """What a layer makes of the drawing."""
    reader, image = visitor.networks.now()[asked.network], image_of(asked)
    model, name = reader.model, asked.layer
    off = off_there(model, asked.off)
    outputs = activations(model, image, off)
    if name not in outputs:
        raise NotThere("figure.gone")
    output, last = finite(outputs[name]), list(outputs)[-1]
    logits = finite(outputs[last])
    shares = logits.double().softmax(0)
    silent = sum(map(len, off.values()))
    note = say(
        "figure.note.reads_without" if silent else "figure.note.reads",
        network=called(asked.network, reader),
        digit=int(shares.argmax()),
        share=percent(float(shares.max())),
        **({"count": silent} if silent else {}),
    )
    network = say(f"network.{asked.network}")
    common: dict[str, Any] = {"note": note, "image": image, "words": words()}
    named = f"{asked.network}-{name}"
    if name == last:
        title = say("figure.title.layer", network=network, layer=name)
        return Made(
            named,
            lambda: bars(logits, network=asked.network, title=title, **common),
            ("digit", "logit", "probability"),
            lambda: zip(range(len(logits)), logits.tolist(), shares.tolist(), strict=True),
        )
    signed = signed_layers(model)[name]
    if output.dim() == 1:
        title = say("figure.title.units", network=network, layer=name, units=len(output))
        figure = lambda: maps(output, title=title, signed=signed, **common)  # noqa: E731
        return Made(named, figure, ("unit", "value"), lambda: enumerate(output.tolist()))
    if asked.map is not None or len(output) == 1:
        return _map(model, outputs, asked, min(asked.map or 0, len(output) - 1), signed, network, common)
    count, height, width = output.shape
    title = say("figure.title.maps", network=network, layer=name, maps=count, height=height, width=width)
    labels = [str(i) for i in range(count)]
    for i in dead(output).nonzero().flatten().tolist():
        labels[i] = say("figure.label.off" if i in off.get(name, ()) else "figure.label.dead", map=i)
    return Made(
        named,
        lambda: maps(output, title=title, labels=labels, signed=signed, own=asked.own, **common),
        ("map", "row", "column", "value"),
        lambda: _rows(output.numpy()),
    )


def _map(
    model: nn.Sequential,
    outputs: dict[str, Tensor],
    asked: LayerAsked,
    which: int,
    signed: bool,
    network: str,
    common: dict[str, Any],
) -> Made:
    """One map of a layer, and where one is chosen a cell of it with the pixels that it sees."""
    output = outputs[asked.layer]
    cells = output[which]
    title = say("figure.title.map", network=network, layer=asked.layer, map=which)
    named = f"{asked.network}-{asked.layer}-map-{which}"
    cell = field = None
    if asked.cell and asked.cell[0] < cells.shape[0] and asked.cell[1] < cells.shape[1]:
        cell = (asked.cell[0], asked.cell[1])
        box = receptive_field(model, outputs, asked.layer, (which, *cell))
        field = (box.top, box.bottom, box.left, box.right)
        value = number(float(cells[cell]))
        common["note"] += say("figure.note.cell", row=cell[0], column=cell[1], value=value)
    if asked.layer == INPUT:
        title = say("figure.title.layer", network=network, layer=asked.layer)
        common["image"] = field = None
    largest = None if asked.own else float(output.abs().max())
    return Made(
        named,
        lambda: one_map(cells, title=title, signed=signed, largest=largest, cell=cell, field=field, **common),
        ("map", "row", "column", "value"),
        lambda: _rows(cells[None].numpy(), [which]),
    )


def weights(visitor: Visitor, asked: WeightsAsked) -> Made:
    """What a layer of a network that reads now has learnt."""
    reader = visitor.networks.now()[asked.network]
    return learnt(asked, reader.model, called(asked.network, reader))


def learnt(asked: WeightsAsked, model: nn.Sequential, note: str) -> Made:
    """What a layer has learnt."""
    module = dict(model.named_children()).get(asked.layer)
    told: dict[str, Any] = {"network": say(f"network.{asked.network}"), "layer": asked.layer}
    common: dict[str, Any] = {"note": note, "words": words()}
    if isinstance(module, nn.Linear) and module.in_features == SIDE * SIDE:
        taken = finite(module.weight.detach().cpu()).view(-1, SIDE, SIDE)
        chosen = [unit for unit in asked.units or range(MOST) if unit < len(taken)]
        if not chosen:
            raise NotThere("figure.gone")
        title = say("figure.title.weights", **told, count=len(chosen), all=len(taken))
        named = [str(unit) for unit in chosen]
        return Made(
            f"{asked.network}-{asked.layer}-weights",
            lambda: kernels(taken[chosen], title=title, labels=named, **common),
            ("unit", "row", "column", "weight"),
            lambda: _rows(taken[chosen].numpy(), chosen),
        )
    if not isinstance(module, nn.Conv2d):
        raise NotThere("figure.gone")
    kernel = finite(kernels_of(model, asked.layer))
    (count, below, height, width), alone = kernel.shape, asked.map
    if below == 1 and alone is None:
        title = say("figure.title.kernels", **told, count=count, height=height, width=width)
        shown, labels = kernel[:MOST, 0], [str(i) for i in range(min(count, MOST))]
        order = list(range(count))
    else:
        alone = min(alone or 0, count - 1)
        title = say("figure.title.kernels_of", **told, map=alone, count=below)
        shown, order = kernel[alone], [alone]
        labels = [say("figure.label.from", map=i) for i in range(below)] if below > 1 else [""]
    return Made(
        f"{asked.network}-{asked.layer}-kernels{'' if alone is None else f'-{alone}'}",
        lambda: kernels(shown, title=title, labels=labels, **common),
        ("map", "from", "row", "column", "weight"),
        lambda: ((order[at[0]], *at[1:], float(value)) for at, value in np.ndenumerate(kernel[order].numpy())),
    )


def _rows(values: np.ndarray, names: list[int] | None = None) -> Iterator[Row]:
    """(N, H, W) numbers, each in a row with its place."""
    for (i, y, x), value in np.ndenumerate(values):
        yield names[i] if names else i, y, x, float(value)


def image_of(asked: OfDrawing) -> Tensor:
    """What the networks see of the drawing that is asked about."""
    image = asked.drawing.seen()
    if image is None:
        raise NotThere("figure.blank")
    return image


def called(network: str, reader: Reader) -> str:
    """A network with where it comes from."""
    name = say(f"network.{network}")
    if reader.source != "run":
        return say(f"figure.source.{reader.source}", network=name)
    if reader.seconds is None:
        return say("figure.source.run", network=name, run=reader.run)
    return say("figure.source.moment", network=name, run=reader.run, seconds=f"{reader.seconds:.1f}")
