"""Predictions and numbers go in, every sentence the visitor reads comes out; pure functions and constants."""

# ruff: noqa: RUF001, RUF002 (a multiplication sign is what visitors read)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from nets.models import LayerInfo
from nets.prediction import Prediction

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
NOT_FETCHED = "No picture could be fetched from this address."

# To requests that are not the page's own, or too much of it.
REQUEST_TOO_LARGE = "The request is too large."
TOO_MANY = "That is more than one visitor may ask for at once: wait a moment and try again."
NOTHING_HERE = "There is nothing here."
NOT_JSON = "The request's body is no JSON."
NOT_A_FORM = "The request's body is no form of whole files with names."
NOT_WHOLE = "The request did not arrive whole in time."
NO_SESSION = "A session is named by up to 64 letters, digits, hyphens and underscores."
NO_ROOM = "The server has no room left on its disk: try again later."
WENT_WRONG = "This cannot be answered."


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


# ---- Retrain: what a run says

NO_RUN = "Nothing is in training: the cards above read with the networks as they are."
PROMISES = {"mlp": f"97 to 98{PERCENT}", "cnn": f"99.0 to 99.3{PERCENT}"}  # of the two tutorials, on the test set
DIGITS_INSTEAD = (
    "MNIST cannot be had here just now. This run learns from the 1,797 digits that come with scikit-learn, so its "
    "numbers say nothing about MNIST. Start again to try MNIST once more."
)
CPU_INSTEAD = "No GPU could be borrowed just now, so this run trains on the processor."
STOP_FIRST = "A run is under way: stop it first."
NO_LIVE_RUN = "There is no run under way: start one first."
UNKNOWN_COMMAND = "This is not a command: reload the page."
NO_NETWORK_CHOSEN = "Choose the MLP, the CNN or both."
NO_RECIPE = "Choose one of the recipes."
BATCH_OF_ONE = "Batch norm needs at least 2 images in a batch: choose a larger batch size."
LINE_FULL = "Too many visitors are waiting to train here just now: try again in a few minutes."
NO_NUMBERS = "This network puts out no numbers: its weights are damaged. Load another archive."
NOTHING_TRAINED = "This network has not been trained here yet: train it to the end, or stop it, and then download it."


def run_sentence(run: Any) -> str:
    """What a run is doing, or how it ended and why; a demo.run.Run."""
    names = " and the ".join(NAMES[plan.network] for plan in run.plans)
    verb = "are" if len(run.plans) > 1 else "is"
    match run.state:
        case "loading":
            if run.download:
                done, total = (f"{size / 1e6:.1f}" for size in run.download)
                return f"MNIST is being downloaded: {done} of {total} MB of this file."
            if run.loan:
                return "A GPU is being asked for."
            return "The digits are being loaded."
        case "waiting":
            place = run.lanes.place(run) or 1
            ahead = "You are next." if place == 1 else f"You are number {place} in line."
            return f"Others are training here. {ahead} It starts by itself."
        case "running":
            where = f" on a borrowed {run.loan.device}" if run.loan and not run.loan.refused else ""
            return f"The {names} {verb} learning{where}."
        case "paused":
            return f"Paused. The cards above read with the {names} as far as trained."
        case "evaluating":
            return f"The training is over. The {names} {verb} reading the test set."
        case "failed":
            return "The training broke off: something went wrong on the server. Your drawing is kept; start again."
        case "diverged":
            lost = [NAMES[name] for name, track in run.tracks.items() if track.end and track.end.diverged]
            return (
                f"The loss of the {' and the '.join(lost)} went beyond all bounds, so the training ended and the last "
                "good weights were put back. Try a lower learning rate."
            )
        case "finished":
            return f"Finished. The {names} {verb} trained, and the cards above read with the result."
        case _:
            why = {
                "time": "Stopped: a run may not last longer here.",
                "abandoned": "Stopped: the page had not been heard of for a while.",
                "gpu": "Stopped: the borrowed GPU is gone. Start again to ask for one.",
            }.get(run.reason, "Stopped.")
            return f"{why} The {names} {verb} kept as far as trained." if run.tracks else why


def loaded(network: str, parameters: int) -> str:
    """An archive has been loaded."""
    return f"Loaded: the {NAMES[network]} above is now the one from your file, {parameters:,} parameters."


def wrong_option(network: str, problem: str) -> str:
    """A value that an option cannot hold."""
    return f"{NAMES[network]}: {problem}."


def too_much_work(network: str, multiply_adds: int, images: int) -> str:
    """One step would take too long."""
    return f"{NAMES[network]}: at {multiply_adds:,} multiply-adds an image, a batch may have up to {images:,} images."


# ---- Retrain: labels of the page

RETRAIN_TAB = "Retrain"
YOURS = "yours"  # beside the name of a network that is not the shipped one
DATA = {"mnist": "MNIST", "digits": "Bundled digits"}
RECIPES = {
    "fast": "The least time to a good network.",
    "tutorial": "What the tutorials do.",
    "best": "How the shipped networks were made. Takes many minutes.",
}
PARTS = {"training": "All of training", "augmentation": "Augmentation", "architecture": "Architecture"}
PART_HELP = {
    "training": "",
    "augmentation": "Every training digit is changed anew each time it is seen. 0 switches a change off.",
    "architecture": "At first as in the tutorials, and as the shipped networks are.",
}
NUMBERS = {
    "epoch": "Epoch",
    "step": "Batch",
    "seconds": "Seconds of training",
    "loss": "Loss",
    "accuracy": "Training accuracy",
    "validation": "Kept-back accuracy",
    "learning_rate": "Learning rate",
    "speed": "Images per second",
}
LAYERS = ("layer", "output", "parameters", "multiply-adds", "sees")
RUNS = {
    "run": "Run",
    "network": "Network",
    "recipe": "Recipe",
    "changed": "Changed",
    "data": "Digits",
    "outcome": "Outcome",
    "epochs": "Epochs",
    "seconds": "Seconds",
    "validation_accuracy": "Kept back",
    "test_accuracy": "Test accuracy",
    "test_loss": "Test loss",
    "parameters": "Parameters",
    "multiply_adds": "Multiply-adds",
}
RETRAIN = {  # {} is where the page puts a number or a name
    "settings": "Settings of the next run",
    "network": "Network",
    "both": "Race both",
    "data": "Digits",
    "recipe": "Recipe",
    "recipe_was": "recipe: {}",
    "tutorial_was": "tutorial: {}",
    "on": "on",
    "off": "off",
    "totals": "{} parameters, {} multiply-adds an image",
    "layers": "Layer by layer",
    "next": "A run is under way. Changes count from the next one.",
    "controls": "Training",
    "start": "Start",
    "pause": "Pause",
    "resume": "Resume",
    "batch": "One batch",
    "epoch": "One epoch",
    "stop": "Stop",
    "shipped": "Back to the shipped weights",
    "download": "Download {}",
    "load": "Load a network",
    "left": "about {} left",
    "seconds": "{} s",
    "minutes": "{} min",
    "loss": "Loss of each batch",
    "loss_help": "Cross-entropy in nats on a logarithmic scale. Faint: each batch; strong: smoothed.",
    "accuracy": "Accuracy",
    "accuracy_help": "Dots: digits kept back. Thin: training digits. The scale widens towards 100 %.",
    "rate": "Learning rate",
    "rate_help": "The size of a step as the run goes on.",
    "clock": "seconds of training",
    "run": "run {}",
    "numbers": "In numbers",
    "of": "{} of {}",
    "unknown": "–",
    "travel": "Time travel",
    "travel_help": "The networks as they were: cards, test digits, weights and mistakes.",
    "now": "now",
    "examples": "Ten test digits",
    "others": "Ten others",
    "is": "is",
    "reads": "{} right",
    "wrong": "✗{}",
    "first": "First layer",
    "kernels": "{} of the first layer's {} kernels, each of {} pixels.",
    "units": "{} of the first layer's {} units, each with its {} weights.",
    "signed": "Green is positive, magenta negative; the largest is ±{}.",
    "confusion": "Mistakes",
    "confusion_help": "Row: the true digit. Column: as read. {} digits kept back.",
    "true": "true digit {}",
    "result": "On the test set",
    "this": "this run",
    "shipped_result": "as shipped",
    "promise": "the tutorial's promise",
    "with_loss": "loss {}",
    "mnist_only": "MNIST only",
    "runs": "This visit's runs",
    "runs_help": "Tick runs to draw their curves above, dashed, and to see where their settings differ.",
    "export": "Export CSV",
    "compare": "Compare run {} of the {}",
    "differ": "Where they differ",
    "same": "These runs have the same settings.",
    "no_archive": "Exactly one file is expected.",
    "too_large": "This file is too large: a trained network may have up to {} MB.",
    "lost": f"{LOST} The page goes on asking.",
    "gone": (
        "The run ended when the connection was lost. A card marked yours reads with what was learnt by then; one that "
        "is not, with the shipped weights. Start again when you like."
    ),
}


# ---- Look inside
# In prose, [word] lights the part of the picture of that name, [word|part] another's.

INSIDE_TAB = "Look inside"
INSIDE_VIEWS = {"maps": "Feature maps", "mlp": "MLP", "pixels": "Which pixels matter", "pooling": "Pooling"}
INSIDE_BLANK = "The paper is blank: draw a digit above, or choose a sample, and see what becomes of it."
NOT_FINITE = "The numbers of this network have run away while it learns: there is nothing to show just now."
CELL_OFF = "Its map is switched off, so 0 goes on whatever comes out here."
LAYER_HELP = {  # by the kind of layer
    "Input": "What both networks get: 28×28 pixels of ink, from 0 on paper to 1.",
    "Conv2d": "Each map looks everywhere for one pattern, its kernel. Green: it is here. Magenta: its opposite is.",
    "BatchNorm2d": "Each map is moved and scaled, so that over many images its numbers lie around the same middle.",
    "ReLU": "What was below zero is zero now, black. The rest says how strongly a pattern is there, and where.",
    "LeakyReLU": "What was above zero stays; what was below is still there, a hundred times weaker.",
    "ELU": "What was above zero stays; what was below is bent, so that it never falls under -1.",
    "MaxPool2d": "Of every 2×2 cells the largest goes on: half as wide, half as high, a quarter of the numbers.",
    "AvgPool2d": "Of every 2×2 cells the mean goes on: half as wide, half as high, a quarter of the numbers.",
    "Dropout": "Silences cells at random while training. Reading, as now, it passes everything on.",
    "Flatten": "The maps are laid in one row, each map a line of this picture. From here on nobody knows a neighbour.",
    "Linear": "Ten logits, one for each digit. Softmax makes shares of them, and the largest is the verdict.",
    "BatchNorm1d": "Each unit is moved and scaled, so that over many images its numbers lie around the same middle.",
}
SOFTMAX = (
    "Softmax takes the largest logit off each, raises e to what is left, and divides by the [total|sum] of all ten."
)
WORK = {  # by the kind of calculation
    "pixel": "The ink of one pixel: 0 on paper, 1 where it is full. Every number above begins with these.",
    "normalisation": (
        "The [mean] that this map had in training is taken off the [input], what is left is divided by the "
        "[spread|variance], and the result is scaled by a learnt [weight] and moved by a learnt [bias]."
    ),
    "ReLU": "ReLU lets pass what is above zero, and makes zero of all the rest.",
    "LeakyReLU": "LeakyReLU lets pass what is above zero, and keeps a small part of what is below.",
    "ELU": "ELU lets pass what is above zero, and bends what is below.",
    "max": "Of the [window]'s cells the largest goes on: the [winner]. The next layer is not told where it stood.",
    "tie": "All are alike here, so the first counts as the winner.",
    "average": "The mean of the [window]'s cells goes on. The strongest is marked, and the path follows it.",
    "Flatten": "Nothing is computed: this is one cell of the maps, in its new place in the row.",
    "Dropout": "Reading a drawing, dropout passes every number on as it is.",
}
METHODS = {
    "gradient": (
        "Input gradient",
        "How fast the digit's logit grows with each pixel's ink. Exact, but only for the smallest change, and as noisy "
        "as the network is kinked; it says nothing about what is already there.",
    ),
    "occlusion": (
        "Occlusion",
        "How far the logit falls when a 4×4 square of paper hides the place. A real experiment, but a coarse one, and "
        "on a picture that no hand would draw; empty paper it cannot test.",
    ),
    "cam": (
        "Grad-CAM",
        "Where the last convolution's maps speak for the digit. It shows places, never against and never finer than "
        "7×7 cells, and needs maps: the MLP has none.",
    ),
}
INSIDE = {  # {} is where the page puts a number or a name
    "views": "Choose what to look at",
    "chain": "The chain of layers",
    "shape": "shape",
    "parameters": "parameters",
    "multiply_adds": "multiply-adds",
    "receptive_field": "sees, pixels",
    "facts": "{} parameters, {} multiply-adds; each cell sees {} pixels across.",
    "all_on": "Switch all on again",
    "scale": "Scale",
    "one_scale": "One scale",
    "own_scale": "Each its own",
    "png": "Save PNG",
    "npz": "Save .npz",
    "maps": "Maps of {}",
    "title": "{}: {} maps of {}×{}",
    "image_title": "input: one image of {}×{}",
    "vector_title": "{}: {} units",
    "map": "map {}",
    "dead": "{} dead",
    "is_off": "{} off",
    "map_label": "{}, map {}, from {} to {}",
    "dead_label": "{}, map {}, dead: {} everywhere",
    "small_label": "{} in small, {}, up to {}",
    "vector_label": "{}, {} units, from {} to {}",
    "kernel_label": "kernel of map {}",
    "big_help": "Point at a cell, click to choose it; arrow keys move.",
    "here": "row {}, column {}: {}",
    "unit_here": "unit {}: {}",
    "digit_here": "logit of {}: {}",
    "switch": "Use map {}",
    "field_label": "The 28 by 28 input. {}",
    "sees": "It sees rows {} to {} and columns {} to {} of the input.",
    "outside": "Of its {} pixels {} lie outside the image, where there is only padding.",
    "field_none": "Choose a cell, and the pixels it depends on are framed here.",
    "left": "Cell to the left",
    "right": "Cell to the right",
    "up": "Cell above",
    "down": "Cell below",
    "cell": "{}, map {}, row {}, column {}",
    "pixel": "{}, row {}, column {}",
    "unit": "{}, unit {}",
    "digit": "{}, digit {}",
    "path": "The path of this number down to a pixel",
    "source": "Where it came from: {}",
    "close": "Close",
    "window": "window",
    "kernel": "kernel",
    "products": "products",
    "sum": "sum",
    "sums": "sum of {} maps",
    "bias": "bias",
    "input": "input",
    "weight": "weight",
    "product": "product",
    "mean": "mean",
    "variance": "variance",
    "channel": "map {} of {}",
    "channels": "What each of the {} maps of {} brings. Choose one to see it worked out.",
    "all_channels": "Show all {}",
    "fewer_channels": "Show the strongest only",
    "then": "{} makes it {}.",
    "passed": "The same number as before: {}.",
    "product_here": "row {}, column {}: {} × {} = {}",
    "padding_here": "row {}, column {} is outside, so it counts 0",
    "others": "the other {}",
    "from": "from",
    "logit": "logit",
    "softmax": "Softmax",
    "exponential": "e to (logit minus largest)",
    "share": "share",
    "total": "total",
    "rounded": "Numbers in the squares are rounded, sums are of the full ones. Point at a square to see its product.",
    "hidden": "Hidden layers, as they hand on",
    "hidden_row": "{}, {} units, {} of them silent",
    "logits_row": "{}: the ten logits",
    "hidden_label": "{} units of {}, the largest {}",
    "evidence": "Pixels for and against the {}",
    "evidence_help": "Green inked pixels bring {}, magenta ones {}, the biases {}: together the logit {}.",
    "evidence_label": "Ink times gradient for the digit {}: from minus {} to plus {}",
    "first": "{}: the {} units that matter most for this {}",
    "first_help": "The {} weights of each as a picture. Below, what it brings to the logit.",
    "first_label": "weights of unit {}, which brings {}",
    "method_label": "{}, {}: {}, the largest {}",
    "no_method": "The MLP has no maps.",
    "nothing": "Nothing is left above zero: taken all together, the maps do not speak for this digit.",
    "reads": "{} reads {}",
    "pooling": (
        "The tutorial's sixteen numbers, in four windows of 2×2. Change one, and see which of them go on: max pooling "
        "keeps each window's [winner], average pooling its mean."
    ),
    "value": "row {}, column {}",
    "max": "max",
    "average": "average",
    "shift": "The drawing moved by one pixel",
    "shift_left": "Left",
    "shift_right": "Right",
    "shift_up": "Up",
    "shift_down": "Down",
    "map_of": "{}, map {}",
    "before": "as drawn",
    "after": "moved",
    "difference": "difference",
    "changed": "over all maps {} changes",
    "shift_label": "{}, map {}, {}",
    "lost": f"{LOST} The page goes on asking.",
}
INSIDE_MAPS = "Your drawing on its way through the CNN, layer by layer. Choose a layer, a map, a cell."
INSIDE_PIXELS = (
    "Three ways to ask a network which pixels made it read its digit. Green speaks for it, magenta against; the "
    "drawing is outlined. They answer different questions, so they may differ."
)


def convolution(channels: int, kernel: Sequence[int], below: str) -> str:
    """How a convolution's cell comes about."""
    size = shape(kernel)
    if channels == 1:
        return (
            f"The [window] of {size} cells under the [kernel] is multiplied with it, cell by cell. The [products] add "
            "up to the [sum], and the [bias] is added."
        )
    return (
        f"In each of the {channels} maps of {below} a [window] of {size} cells is multiplied with a [kernel] of its "
        "own. The [products] of each add up; the [sum] of all maps and the [bias] make the cell."
    )


def linear(inputs: int) -> str:
    """How a logit comes about."""
    return (
        f"Each of the {inputs:,} [inputs|input] times its [weight] gives a [product], for the digit or against it. All "
        "of them and the [bias] add up to the logit. The strongest first:"
    )


def with_maps_off(off: Mapping[str, Sequence[int]], now: Prediction, before: Prediction) -> str:
    """What the CNN reads without some of its maps."""
    names = [f"map {i} of {layer}" for layer, silent in off.items() for i in sorted(silent)]
    told = names[0] if len(names) == 1 else f"{len(names)} maps"
    same = "still reads" if now.digit == before.digit else "reads"
    return (
        f"With {told} off, the CNN {same} {a(now.digit)}, {percent(now.confidence)}. "
        f"With all on: {before.digit}, {percent(before.confidence)}."
    )


def mlp_inside(prediction: Prediction, units: int) -> str:
    """What there is to see in an MLP, and what there is not."""
    return (
        f"The MLP reads {a(prediction.digit)}, {percent(prediction.confidence)}. Each of the {units} units of its "
        "first layer has a weight of its own for every pixel, and knows of no neighbours: shuffle the pixels of all "
        "images in one way, and it would learn as well. The CNN's maps are still pictures; an MLP's layers are lists."
    )


def shifted_map(direction: str, shares: Mapping[str, float], before: Prediction, after: Prediction) -> str:
    """What a shift by one pixel does to the layers before and after pooling; shares of 1 by name."""
    (below, first), (pooled, second) = shares.items()
    calmer = "Pooling calms the change" if second < first else "Here pooling does not calm the change"
    still = "still reads" if after.digit == before.digit else "now reads"
    return (
        f"One pixel {direction}, and {_share(first, 0)} of {below} changes, {_share(second, 0)} of {pooled}. {calmer}, "
        f"and does not undo it. The CNN {still} {a(after.digit)}, {percent(after.confidence)}."
    )
