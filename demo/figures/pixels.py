"""Figures of which pixels matter to a digit's logit, and of a map while the drawing moves by one pixel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from torch import Tensor, nn

from demo.figures.inside import called, image_of
from demo.figures.made import Made, Row, finite, words
from demo.figures.questions import Network, PixelsAsked, ShiftAsked
from demo.visitor import Visitor
from demo.words import say
from nets import attribution
from nets.activations import activations, pooled_shift, signed_layers
from nets.panels import Panel, panels
from nets.slides import number, percent

UNITS = {"gradient": "slope", "occlusion": "logit"}


def pixels(visitor: Visitor, asked: PixelsAsked) -> Made:
    """What speaks for and against a digit, network by network; of the MLP alone its evidence, as that view shows it."""
    readers, image = visitor.networks.now(), image_of(asked)
    shown, told, found = [], [], {}
    for network in dict.fromkeys(asked.networks):
        reader = readers[network]
        logits = finite(list(activations(reader.model, image).values())[-1])
        read = int(logits.argmax())
        digit = read if asked.digit is None else asked.digit
        name = say(f"network.{network}")
        unit, below, places = _explained(network, asked.method, reader.model, image, digit)
        heading = say("inside.pixels.reads" if digit == read else "inside.pixels.asked", network=name, digit=digit)
        shown.append(Panel(places, heading, unit, network=network, told=below, outlined=True))
        logit = number(float(logits[digit]))
        told.append(say("figure.note.pixels", network=called(network, reader), digit=digit, logit=logit))
        found[network] = digit, places
    title = say(f"figure.title.pixels.{asked.method}")
    if list(found) == ["mlp"] and asked.method == "parts":
        title = say("figure.title.evidence", digit=found["mlp"][0])
    return Made(
        "-".join([*found, asked.method]),
        lambda: panels(shown, title=title, note="; ".join(told), image=image, words=words()),
        ("network", "digit", "row", "column", "value"),
        lambda: _places(found),
    )


def _explained(
    network: Network, method: str, model: nn.Sequential, image: Tensor, digit: int
) -> tuple[str, str, Tensor]:
    """What the numbers of a picture are of, what is told of them, and the numbers."""
    if method != "parts":
        find = {"gradient": attribution.input_gradient, "occlusion": attribution.occlusion}[method]
        return say(f"inside.unit.{UNITS[method]}"), "", finite(find(model, image, digit))
    split = attribution.parts(model, image, digit)
    told = say(
        f"figure.note.parts.{network}",
        supporting=number(float(split.places.clamp(min=0).sum())),
        opposing=number(float(split.places.clamp(max=0).sum())),
        remainder=number(split.remainder),
    )
    unit = "logit_pixel" if split.places.shape == image.shape[1:] else "logit_cell"
    return say(f"inside.unit.{unit}"), told, split.places


def shift(visitor: Visitor, asked: ShiftAsked) -> Made:
    """The CNN's liveliest map before its first pooling and after it: as drawn, moved, and the difference."""
    reader, image = visitor.networks.now()["cnn"], image_of(asked)
    move, signed = pooled_shift(reader.model, image, asked.direction), signed_layers(reader.model)
    layers, chosen, shares = move.layers, move.map, move.shares
    shown, found = [], {}
    for layer in layers:
        before, after = finite(move.before[layer][chosen]), finite(move.after[layer][chosen])
        three = {"before": before, "after": after, "difference": after - before}
        largest = max(float(values.abs().max()) for values in three.values())
        for what, values in three.items():
            unit, any_below = ("change", True) if what == "difference" else ("output", signed[layer])
            name = say("figure.label.shift", layer=layer, what=say(f"inside.shift.{what}"))
            shown.append(Panel(values, name, say(f"inside.unit.{unit}"), signed=any_below, largest=largest))
            found[layer, what] = values
    note = say(
        "figure.note.shift",
        network=called("cnn", reader),
        below=layers[0],
        before=percent(shares[layers[0]]),
        pooled=layers[1],
        after=percent(shares[layers[1]]),
    )
    title = say(f"figure.title.shift.{asked.direction}", map=chosen)
    return Made(
        f"cnn-shift-{asked.direction}",
        lambda: panels(shown, title=title, note=note, image=image, columns=3, words=words()),
        ("layer", "map", "picture", "row", "column", "value"),
        lambda: (
            (layer, chosen, what, y, x, float(value))
            for (layer, what), values in found.items()
            for (y, x), value in np.ndenumerate(values.numpy())
        ),
    )


def _places(found: dict[Network, tuple[int, Tensor]]) -> Iterator[Row]:
    """Each number with its network, its digit and its place: a pixel, or a cell of the last maps."""
    for network, (digit, places) in found.items():
        for (y, x), value in np.ndenumerate(places.numpy()):
            yield network, digit, y, x, float(value)
