"""What each map of a layer does: the CNN's verdict with that map alone switched off."""

from __future__ import annotations

from typing import TypedDict

from torch import Tensor, nn

from demo.figures.questions import off_there
from demo.inside.layers import Reading, finite, read
from demo.inside.pictures import number, numbers
from demo.inside.questions import Rank, layer_there
from nets.activations import INPUT, activations, without_each


class RankingAnswer(TypedDict):
    """The logit and the probability of a digit, as they are now and without each map."""

    layer: str
    reading: Reading
    digit: int  # asked about
    logit: float
    probability: float
    logits: list[float]  # without the first map, without the second, ...
    probabilities: list[float]


def ranking(model: nn.Sequential, image: Tensor, asked: Rank) -> RankingAnswer | None:
    """Of one layer; None for the image and for vectors.

    The layers that follow run once for each map, 64 at most, in batches. For the tutorial's CNN that takes as long as
    ten verdicts, for the largest that can be made here as long as forty.
    """
    off = off_there(model, asked.off)
    outputs = finite(activations(model, image, off))
    layer = layer_there(outputs, asked.layer)
    if layer == INPUT or outputs[layer].dim() != 3:
        return None
    *_, last = outputs.values()
    reading = read(outputs)
    digit = reading["digit"] if asked.digit is None else asked.digit
    without = finite({layer: without_each(model, image, layer, off)})[layer]
    return {
        "layer": layer,
        "reading": reading,
        "digit": digit,
        "logit": number(last[digit]),
        "probability": number(last.double().softmax(0)[digit]),
        "logits": numbers(without[:, digit]),
        "probabilities": numbers(without.double().softmax(1)[:, digit]),
    }
