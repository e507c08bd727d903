"""Predictions and numbers go in, every sentence the visitor reads comes out; pure functions and constants."""

# ruff: noqa: RUF001, RUF002 (a multiplication sign is what visitors read)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from nets.models import LayerInfo

TITLE = "Digit Duel"
SUBTITLE = "Draw a digit: an MLP and a CNN read it live."
PERCENT = "\u202f%"  # behind a narrow space that does not break
NAMES = {"mlp": "MLP", "cnn": "CNN"}

LOST = "The connection is lost."
PREPARATION_TAB, ABOUT_TAB = "Preparation", "About"
NO_NETWORKS = (
    "The trained networks could not be loaded, so nothing can be read here yet. Whoever runs this page finds on its "
    "terminal which file is missing or broken, and what to do."
)
PREPARATION = (
    "MNIST's digits were all brought to 28×28 in one way, and the networks have seen no others. Here are the steps "
    "your drawing takes to look like them. Under each: what the networks would see and read if it were the last."
)
INK = "Your drawing"
INK_HELP = (
    "Ink is white, paper black. Shrunk to 28×28 as it is, a digit may be too small, too thin or too far to one side."
)
STOPPED = "What the networks would see if the preparation stopped here"
CHOOSE_PICTURE = "Use a picture"
BACK_TO_DRAWING = "Back to the drawing"
NOTHING_DRAWN = "The paper is blank: draw a digit above, or use a picture of one."
FULL_NAMES = {"mlp": "MLP, a multilayer perceptron", "cnn": "CNN, a convolutional network"}
LAYER_COLUMNS = ("layer", "kind", "output", "parameters", "multiply-adds", "sees")
RESULTS = "How well they read"
TOTAL = "total"
NOT_YET = "–"
TOLD_WRONG = "Often told otherwise"
NO_PICTURE = "Exactly one picture is expected."
NO_INK = "There is no ink in this picture: it needs one digit, dark on light or light on dark."


def a(digit: int) -> str:
    """A digit with its article: a 7, an 8."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def percent(share: float) -> str:
    """A probability as the cards show it: never more than is known."""
    known = ">99" if share >= 0.995 else "<1" if share < 0.005 else f"{100 * share:.0f}"
    return f"{known}{PERCENT}"


def size(height: int, width: int) -> str:
    """How large an image is, in pixels."""
    return f"{width} × {height}"


def stage_label(name: str) -> str:
    """What the picture of a stage of the preparation is called."""
    return f"The digit after the step: {name}"


def too_large(most: int) -> str:
    """A file is larger than the most bytes taken."""
    return f"This file is too large: a picture may have up to {most // 2**20} MB."


# ---- About


def about(totals: Mapping[str, tuple[int, int]]) -> str:
    """The two networks in a paragraph; totals are parameters and multiply-adds."""
    (mlp_size, mlp_work), (cnn_size, cnn_work) = totals["mlp"], totals["cnn"]
    change = cnn_size / mlp_size - 1
    return (
        "Both take the same 28×28 pixels in [0, 1] and put out ten numbers, one for each digit. The CNN does it with "
        f"{_share(abs(change))} {'fewer' if change < 0 else 'more'} parameters and {cnn_work / mlp_work:,.0f} "
        "times the multiply-adds: it uses each weight at many places. “Sees” is the receptive field: how many input "
        "pixels along a side one output depends on. All figures are computed from the networks that read your drawing."
    )


def shape(sizes: Sequence[int]) -> str:
    """An output's shape: 16×14×14."""
    return "×".join(map(str, sizes))


def count(number: int) -> str:
    """A count, or nothing for none."""
    return f"{number:,}" if number else ""


def result(record: Mapping[str, Any]) -> dict[str, str]:
    """What a checkpoint's record says, a line each."""
    return {
        "test accuracy": _accuracy(record["test"]["accuracy"]),
        "test loss": f"{record['test']['loss']:.4f}",
        "validation accuracy": _accuracy(record["validation"]["accuracy"]),
        "validation loss": f"{record['validation']['loss']:.4f}",
        "recipe": record["recipe"],
        "digits": record["data"]["name"],
        "epochs": str(record["epochs"]),
        "seed": str(record["seed"]),
        "training time": _duration(record["seconds"]),
        "trained on": record["device"],
        "with": ", ".join(f"{name} {version}" for name, version in record["versions"].items()),
    }


def told_wrong(
    layers: Mapping[str, Sequence[LayerInfo]],
    totals: Mapping[str, tuple[int, int]],
    shift: Mapping[str, tuple[int, int]],
    pixels: int,
) -> list[str]:
    """What tutorials say of such networks and is not so, with what is; shift counts digits read right when moved."""
    (mlp_size, mlp_work), (cnn_size, cnn_work) = totals["mlp"], totals["cnn"]
    hidden = sum(row.kind == "Linear" for row in layers["mlp"]) - 1
    windows = [row for row in layers["cnn"] if row.kind in ("Conv2d", "MaxPool2d")]
    fields = ", ".join(f"{row.receptive_field} ({row.name})" for row in windows)
    before, pool = next((a, b) for a, b in zip(layers["cnn"], layers["cnn"][1:], strict=False) if b.kind == "MaxPool2d")
    (mlp_right, tried), (cnn_right, _) = shift["mlp"], shift["cnn"]
    return [
        f"The MLP has {hidden} hidden layers and {mlp_size:,} parameters, not “about 125,898” or “about 200,000”.",
        f"The CNN has {_share(1 - cnn_size / mlp_size)} fewer parameters than the MLP, not 3.5{PERCENT}, and does "
        f"{cnn_work / mlp_work:.0f} times the arithmetic: small is not fast.",
        f"Pooling counted, the layers of the CNN see {fields} pixels across: conv4 sees past the whole image.",
        f"Pooling cuts activations, here by {_share(1 - prod(pool.shape) / prod(before.shape), 0)}; it has no "
        "parameters, and takes none from the convolutions.",
        "What PyTorch calls convolution is cross-correlation: no kernel is flipped.",
        "A CNN that flattens into a linear layer is not translation invariant. With the ten sample digits moved by "
        f"{pixels} pixels in eight directions, this CNN reads {cnn_right} of {tried} right, the MLP {mlp_right}.",
    ]


def _accuracy(share: float) -> str:
    return _share(share, 2)


def _share(share: float, decimals: int = 1) -> str:
    return f"{100 * share:.{decimals}f}{PERCENT}"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


# ---- tabs

RETRAIN_TAB = "Retrain"
INSIDE_TAB = "Look inside"
