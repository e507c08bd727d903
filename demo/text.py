"""Predictions and numbers go in, every sentence the visitor reads comes out; pure functions and constants."""

# ruff: noqa: RUF001, RUF002 (a multiplication sign is what visitors read)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

from nets.models import LayerInfo
from nets.prediction import Prediction

TITLE = "Digit Duel"
SUBTITLE = "Draw a digit: an MLP and a CNN read it live."
PERCENT = "\u202f%"  # behind a narrow space that does not break
NAMES = {"mlp": "MLP", "cnn": "CNN"}

PAPER = "Draw a digit here"
PAPER_LABEL = "Paper. Draw a digit with mouse, finger or pen, or press a key from 0 to 9 for a sample; Delete clears."
UNDO, REDO, CLEAR, PEN = "Undo", "Redo", "Clear", "Pen"
PEN_LABEL = "Pen width"
PAD_LABEL = "Drawing pad"
VERDICT_LABEL = "What both networks see and say"
SAMPLES = "Sample digits"
REFUSED = "This drawing cannot be read."
SEEN = "Left, the 28×28 pixels they see: cropped, scaled to 20, centred by mass, like MNIST."

SEEN_LABEL = "The 28 by 28 pixels that both networks see"
LOST = "The connection is lost."
LOST_REST = "Your drawing is kept; both networks read it again as soon as the server answers."

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
TOLD_WRONG = "Often told otherwise"
NO_PICTURE = "Exactly one picture is expected."
NO_INK = "There is no ink in this picture: it needs one digit, dark on light or light on dark."


class Sentence(NamedTuple):
    """What is said first, in bold, and what follows."""

    lead: str
    rest: str


BLANK = Sentence("The paper is blank.", "Draw a digit, and both networks read it while the pen moves.")


def verdict(predictions: Mapping[str, Prediction]) -> Sentence:
    """What a teacher would say: who reads what, how sure, and, where they part, by how much they differ."""
    mlp, cnn = predictions["mlp"], predictions["cnn"]
    moods = _mood(mlp), _mood(cnn)
    if mlp.digit == cnn.digit:
        lead = f"Both read {a(mlp.digit)}."
        return Sentence(lead, _together(*moods))
    share = _points(sum(abs(p - q) for p, q in zip(mlp.probabilities, cnn.probabilities, strict=True)) / 2)
    lead = f"They disagree: the MLP reads {a(mlp.digit)}, the CNN {a(cnn.digit)}."
    return Sentence(lead, f"{_together(*moods)} Of 100 points they place {share} differently.")


def a(digit: int) -> str:
    """A digit with its article: a 7, an 8."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def _mood(prediction: Prediction) -> tuple[str, str, str]:
    """How sure a network is: the verb for one, the verb for both, and what follows either."""
    margin, pair = prediction.margin, sorted((prediction.digit, prediction.runner_up))
    top = prediction.confidence
    if top >= 0.9:
        return "is", "are", "sure"
    if top >= 0.65:
        return "is", "are", "fairly sure"
    if top >= 0.5 and margin >= 0.4:
        return "leans", "lean", f"towards {prediction.digit}"
    if 2 * top - margin >= 0.7:  # most of the probability lies on two digits
        return "wavers", "waver", f"between {pair[0]} and {pair[1]}"
    return "is", "are", "unsure"


def _together(mlp: tuple[str, str, str], cnn: tuple[str, str, str]) -> str:
    """One sentence on how sure the two are."""
    if mlp == cnn:
        return f"Both {mlp[1]} {mlp[2]}."
    return f"The MLP {mlp[0]} {mlp[2]}, the CNN {cnn[0]} {cnn[2]}."


def percent(share: float) -> str:
    """A probability as the cards show it: never more than is known."""
    known = ">99" if share >= 0.995 else "<1" if share < 0.005 else f"{100 * share:.0f}"
    return f"{known}{PERCENT}"


def margin(prediction: Prediction) -> str:
    """How far the digit is before the next one, in points of a hundred."""
    points = _points(prediction.margin)
    if points == 0:
        return f"level with {prediction.runner_up}"
    return f"{points} point{'s' * (points != 1)} before {prediction.runner_up}"


def points(share: float) -> str:
    """A probability beside its bar, in points of a hundred."""
    return str(_points(share))


def sample(digit: int) -> str:
    """What the button for a sample digit is called."""
    return f"Put a sample {digit} on the paper"


def _points(share: float) -> int:
    return min(99, round(100 * share))  # 100 would claim certainty


def milliseconds(seconds: float) -> str:
    """The time a network took."""
    return f"{1000 * seconds:.1f} ms"


def parameters(count: int) -> str:
    """The size of a network."""
    return f"{count:,} parameters"


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
    return (
        "Both take the same 28×28 pixels in [0, 1] and put out ten numbers, one for each digit. The CNN does it with "
        f"{_share(1 - cnn_size / mlp_size)} fewer parameters and {cnn_work / mlp_work:.0f} times the multiply-adds: it "
        "uses each weight at many places. “Sees” is the receptive field: how many input pixels along a side one output "
        "depends on. All figures are computed from the networks this page runs."
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
