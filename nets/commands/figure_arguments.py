"""The arguments of python -m nets figure, one set for each kind of figure."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

AXES = ("seconds", "epochs", "batches")

FIGURE = """\
Make a figure for a slide, as the page does: PNG with 2000x1125 pixels, SVG or PDF, by the name of the file."""
FIGURE_EXAMPLES = """\
examples:
  {prog} figure maps seven.png --layer pool1 --out pool1.png
  {prog} figure kernels --layer conv1 --out kernels.svg
  {prog} figure curves runs/mlp.csv runs/cnn.csv --out race.pdf
  {prog} figure confusion --network mlp --data digits --percent --out confusion.png
  {prog} figure digits --data digits --misread --out digits.png

{prog} figure KIND --help says more of each."""


def add_figure(figure: argparse.ArgumentParser, prog: str, networks: Sequence[str], data: Any) -> None:
    """Give the parser of the command its kinds."""
    kinds = figure.add_subparsers(required=True, dest="kind", metavar="KIND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.png, FILE.svg or FILE.pdf")
    common.add_argument("--title", help="instead of the figure's own")
    one = argparse.ArgumentParser(add_help=False)
    which = one.add_mutually_exclusive_group()
    which.add_argument("--network", choices=networks, default="cnn", help="one of those shipped (default: cnn)")
    which.add_argument("--checkpoint", type=Path, metavar="FILE", help="a .safetensors file instead")

    def add(name: str, help: str, description: str, *parents: Any) -> argparse.ArgumentParser:
        return kinds.add_parser(name, help=help, description=description, parents=[*parents, common])

    curves = add(
        "curves",
        "loss and accuracy while training",
        "Loss and accuracy of one or several trainings, from the tables that train writes.",
    )
    curves.add_argument("files", nargs="+", type=Path, metavar="FILE", help="NETWORK.csv, as train writes it")
    curves.add_argument("--by", choices=AXES, default="seconds", help="what the axis counts (default: seconds)")

    confusion = add(
        "confusion",
        "how often each digit is read as which",
        "The confusion matrix of the test set: row the true digit, column the digit read.",
        one,
        data,
    )
    confusion.add_argument("--percent", action="store_true", help="percent of each true digit instead of counts")

    digits = add(
        "digits",
        "ten test digits, true and as read",
        "Ten test digits, each with what it is and what the networks read in it.",
        data,
    )
    digits.add_argument(
        "--checkpoint", nargs="+", type=Path, metavar="FILE", help=".safetensors files (default: the networks shipped)"
    )
    digits.add_argument("--seed", type=int, default=0, metavar="N", help="others for another number (default: 0)")
    digits.add_argument("--misread", action="store_true", help="of those alone that a network misreads")

    maps = add(
        "maps",
        "what a layer makes of a picture",
        "The feature maps of a layer, or its units, for a picture of a digit; of the last layer logits and "
        "probabilities. `activations --help` lists the layers.",
        one,
    )
    maps.add_argument("file", metavar="PICTURE", help="a picture of one digit")
    maps.add_argument("--layer", required=True, help="conv1, pool1, out, ...")
    maps.add_argument("--map", type=int, metavar="N", help="only this one, with its rows and columns")
    maps.add_argument("--own", action="store_true", help="let each map's colours go to its own largest number")

    kernels = add(
        "kernels",
        "what a layer has learnt",
        "The kernels of a convolution, or for a layer of units on the pixels, as an MLP's first, the weights of each.",
        one,
    )
    kernels.add_argument("--layer", help="conv1, conv2, ... (default: the first that has weights)")
    kernels.add_argument("--map", type=int, metavar="N", help="only those of this map or unit")
