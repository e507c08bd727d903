"""The command line's arguments and its help, known without PyTorch, so that --help answers at once."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from nets.commands.figure_arguments import FIGURE, FIGURE_EXAMPLES, add_figure
from nets.commands.output import put
from nets.options import describe
from nets.recipes import RECIPES, Augmentation, TrainConfig

NETWORKS = tuple(RECIPES["best"])
DATA = ("mnist", "digits")
LAYERS = {  # of the shipped networks
    "mlp": "input, flatten, fc1, relu1, fc2, relu2, fc3, relu3, fc4, relu4, out",
    "cnn": "input, conv1, relu1, pool1, conv2, relu2, conv3, relu3, pool2, conv4, relu4, flatten, out",
}

DESCRIPTION = """\
Train, evaluate and use two networks that read handwritten digits: an MLP and a CNN."""
EXAMPLES = """\
examples:
  {prog} predict seven.png
  {prog} evaluate
  {prog} train cnn --recipe fast
  {prog} train mlp --recipe fast --data digits      no download

{prog} COMMAND --help says more of each.

exit status:
  0  done
  1  training diverged, or predict could not read every file
  2  nothing came of it; one line on standard error says why
  130  stopped by Ctrl-C      141  nobody reads what is printed any more"""
TRAIN = """\
Train a network, and save it with a record of how it came about (NETWORK.json) and of every batch (NETWORK.csv). The
last line printed is a JSON object.

recipes, with the time they take on MNIST on two cores:
  fast      one to three epochs with Muon: the quickest way to a good network
            mlp 98.3 %, 6 seconds; cnn 99.4 %, 16 seconds
  best      with augmentation: made the networks that come along
            mlp 99.4 %, 5 minutes; cnn 99.6 %, 11 minutes
  tutorial  what beginners' tutorials do: Adam, a constant learning rate, a fixed order
            mlp 97.5 %, 1 minute; cnn 99.2 %, 4 minutes
With --data digits every recipe takes batches of at most 32 images and at least 15 epochs, and ends within a minute.

Ctrl-C stops: the network as far as trained is kept beside a finished one, as NETWORK-stopped.safetensors. A second
Ctrl-C ends at once, and keeps nothing."""
TRAIN_EXAMPLES = """\
examples:
  {prog} train cnn --recipe fast
  {prog} train mlp --recipe tutorial --epochs 3 --learning-rate 0.001
  {prog} train cnn --recipe best --rotation 20 --no-calibrate --out runs/rotated"""
EVALUATE = "Loss and accuracy on the test set, a line for each network."
EVALUATE_EXAMPLES = """\
examples:
  {prog} evaluate
  {prog} evaluate --data digits --checkpoint runs/cnn.safetensors"""
PREDICT = "Read the digit in each picture, dark on light or light on dark, with both networks."
PREDICT_EXAMPLES = """\
examples:
  {prog} predict seven.png
  {prog} predict *.png --json"""
ACTIVATIONS = """\
Write what a layer makes of a picture: its numbers as FILE-LAYER.npz, and beside it a picture of each feature map, or
one of all units."""
ACTIVATIONS_EXAMPLES = (
    "layers:\n"
    + "\n".join(f"  {network}  {names}" for network, names in LAYERS.items())
    + """

examples:
  {prog} activations seven.png --layer pool1 --out maps
  {prog} activations seven.png --layer fc1 --network mlp --out maps"""
)


COMPARE = """\
Compare: train the contestants that are not trained yet, measure the four readers, run the small experiments, and write
what came of it as JSON beside the networks shipped. The contestants are the tutorials' two networks, trained as they
say, and variants of both; the readers are these two and the networks shipped.

Takes an hour and a half on two cores when nothing is there yet. What is done is kept, so the command may be stopped at
any time and goes on there when it is given again; networks that have changed are measured again."""
COMPARE_EXAMPLES = """\
examples:
  {prog} compare
  {prog} compare --only ours                        the networks shipped are new: 5 minutes
  {prog} compare --experiment rates-mlp             one claim of the tutorials, once more"""
PARTS = ("contestants", "readers", "ours", "clock", "experiments", "gallery")
EXPERIMENTS = (  # as nets.comparison.experiments has them, and two that train nothing
    "rates-mlp", "rates-cnn", "regularised-mlp", "regularised-cnn", "tutorials", "sizes", "pools", "sharing", "pixels",
    "layers", "shifts",
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    """Argparse's, which hides it when its help cannot be written."""

    def print_help(self, file: Any = None) -> None:
        put(self.format_help().rstrip())


def build_parser() -> argparse.ArgumentParser:
    """The parser: what it reads has the command's module as `module` and its arguments."""
    prog = "nets" if Path(sys.argv[0]).stem == "nets" else "python -m nets"
    parser = Parser(
        prog=prog,
        description=DESCRIPTION,
        epilog=EXAMPLES.format(prog=prog),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, dest="module", metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data",
        choices=DATA,
        default="mnist",
        help="mnist: downloaded when first needed, 12 MB; digits: the 1,797 that come with scikit-learn "
        "(default: mnist)",
    )
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument("--json", action="store_true", help="JSON, one object a line, instead of text")

    def add(
        name: str, help: str, description: str, examples: str, *parents: Any, usage: str | None = None
    ) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            usage=usage and f"{prog} {name} {usage}",
            help=help,
            description=description,
            epilog=examples.format(prog=prog),
            parents=parents,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    usage = f"{{{','.join(NETWORKS)}}} --recipe {{{','.join(RECIPES)}}} [options]"
    train = add("train", "train a network", TRAIN, TRAIN_EXAMPLES, data, usage=usage)
    train.add_argument("network", choices=NETWORKS)
    train.add_argument("--recipe", choices=RECIPES, required=True, help="see above")
    train.add_argument("--device", choices=("cpu", "cuda"), help="where to train (default: cuda where there is one)")
    train.add_argument(
        "--out",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="folder for NETWORK.safetensors, .json and .csv; a network already there is replaced when the new one "
        "is finished (default: runs)",
    )
    _add_options(train.add_argument_group("training, unless given as in the recipe"), TrainConfig)
    _add_options(train.add_argument_group("augmentation, likewise; 0 switches a change off"), Augmentation)

    evaluate = add("evaluate", "measure networks on the test set", EVALUATE, EVALUATE_EXAMPLES, data, output)
    evaluate.add_argument(
        "--checkpoint", nargs="+", type=Path, metavar="FILE", help=".safetensors files (default: the networks shipped)"
    )

    predict = add("predict", "read the digit in each picture", PREDICT, PREDICT_EXAMPLES, output)
    predict.add_argument(
        "files", nargs="+", metavar="FILE", help="PNG, JPEG, WEBP, BMP, GIF, AVIF or HEIC, one digit each"
    )
    predict.add_argument(
        "--checkpoints",
        type=Path,
        metavar="DIR",
        help="folder with mlp.safetensors and cnn.safetensors (default: the networks shipped)",
    )

    activations = add("activations", "see inside a network", ACTIVATIONS, ACTIVATIONS_EXAMPLES, output)
    activations.add_argument("file", metavar="FILE", help="a picture of one digit")
    activations.add_argument("--layer", required=True, help="see below; input: the 28x28 pixels the network sees")
    activations.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for what is written")
    network = activations.add_mutually_exclusive_group()
    network.add_argument("--network", choices=NETWORKS, default="cnn", help="one of those shipped (default: cnn)")
    network.add_argument("--checkpoint", type=Path, metavar="FILE", help="a .safetensors file instead")

    add_figure(add("figure", "make a figure for a slide", FIGURE, FIGURE_EXAMPLES), prog, NETWORKS, data)
    compare = add("compare", "compare networks and test the tutorials' claims", COMPARE, COMPARE_EXAMPLES)
    what = compare.add_mutually_exclusive_group()
    what.add_argument("--only", nargs="+", choices=PARTS, help="these parts alone; ours: the networks shipped")
    what.add_argument(
        "--experiment",
        choices=EXPERIMENTS,
        metavar="NAME",
        help="run one experiment again, in less than two minutes, and print what it finds, a JSON object a line; "
        f"nothing is written: {', '.join(EXPERIMENTS)}",
    )
    compare.add_argument(
        "--strokes",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="digits drawn with a pen, a JSON object a line, to be read as well "
        "(default: the files that STROKES names, if any)",
    )
    compare.add_argument("--out", type=Path, metavar="DIR", help="folder for the results (default: with the networks)")
    compare.add_argument(
        "--weights",
        type=Path,
        default=Path("runs") / "compare",
        metavar="DIR",
        help="folder for the weights of every training (default: runs/compare)",
    )

    commands.add_parser("table", help="print the table of results in checkpoints/README.md, in Markdown")
    commands.add_parser("card", help="write checkpoints/*.md, the model cards for the Hugging Face Hub")
    return parser


def given(options: argparse.Namespace, kind: type) -> dict[str, Any]:
    """The options of this dataclass that were given on the command line."""
    return {option.name: vars(options)[option.name] for option in fields(kind) if option.name in vars(options)}


def _add_options(group: argparse._ArgumentGroup, kind: type) -> None:
    """An argument for each option of this dataclass; what is not given is not there afterwards."""
    helps = {option.name: option.metadata.get("help") for option in fields(kind)}
    for option in describe(kind):
        name, text = option["name"], helps[option["name"]]
        told: dict[str, Any] = {"dest": name, "default": argparse.SUPPRESS}
        match option["kind"]:
            case "switch":
                told |= {"action": argparse.BooleanOptionalAction, "help": text}
            case "choice":
                told |= {"choices": option["choices"], "help": text}
            case "integer" | "number" as number:
                style = "," if number == "integer" else "g"
                bounds = f"{option['low']:{style}} to {option['high']:{style}}"
                told |= {"type": int if number == "integer" else float, "metavar": "N", "help": f"{text}; {bounds}"}
        group.add_argument(f"--{name.replace('_', '-')}", **told)
