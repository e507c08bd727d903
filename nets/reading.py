"""Reading digits in one line: a network by its name, and what it reads in whatever holds a digit.

    net = load("cnn")
    read(net, "seven.png").digit

What read() takes, and what becomes of it:

- A picture of any size, dark on light or light on dark, is prepared as MNIST's digits were (nets.preprocess): a file,
  by name or opened for reading, or a Pillow image.
- A drawing is prepared likewise: a Drawing, or {"strokes": [[[x, y], ...], ...], "pen": width} as JSON has it.
- An array or a tensor is taken for 28x28 images that are ready, and nothing in it is moved or scaled: paper is 0, and
  ink is 255 in whole numbers, 1 in floats and True in bools. One image is (28, 28), (1, 28, 28) or (28, 28, 1), a batch
  (N, 1, 28, 28), (N, 28, 28, 1) or, of two images or more, (N, 28, 28).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, TypeAlias, overload

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from nets.checkpoint import load as load_checkpoint
from nets.drawing import Drawing, DrawingError
from nets.models import NETWORKS, SIDE
from nets.pictures import PictureError
from nets.places import SHIPPED
from nets.prediction import Prediction, predict_batch
from nets.preprocess import prepare_drawing, prepare_picture, read_picture

Picture: TypeAlias = str | os.PathLike[str] | IO[bytes] | Image.Image
Array: TypeAlias = np.ndarray | Tensor


def load(which: str | Path) -> nn.Sequential:
    """The "mlp" or "cnn" that comes along, or the network in a .safetensors file: in eval mode, on the CPU.

    Raises CheckpointError as nets.checkpoint.load, which also gives the network's record.
    """
    return load_checkpoint(SHIPPED / f"{which}.safetensors" if which in NETWORKS else which)[0]


@overload
def read(model: nn.Module, source: Picture | Drawing | Mapping[str, Any]) -> Prediction: ...
@overload
def read(model: nn.Module, source: Array) -> Prediction | list[Prediction]: ...
def read(model: nn.Module, source: Picture | Drawing | Mapping[str, Any] | Array) -> Prediction | list[Prediction]:
    """What the network reads in a picture, a drawing or an image; in a batch of images, a list of that.

    Raises PictureError or DrawingError where there is no digit to be read, and TypeError for anything else.
    """
    images = prepare(source)
    training = model.training
    model.eval()
    try:
        predictions = predict_batch(model, images if images.dim() == 4 else images[None])
    finally:
        model.train(training)
    return predictions if images.dim() == 4 else predictions[0]


def prepare(source: Picture | Drawing | Mapping[str, Any] | Array) -> Tensor:
    """What the networks see of it: (1, 28, 28) float32, paper 0, ink 1; of a batch (N, 1, 28, 28). Raises as read."""
    match source:
        case np.ndarray() | Tensor():
            return _ready(source)
        case Image.Image():
            prepared = prepare_picture(source)
            if prepared is None:
                raise PictureError("No digit stands out in this picture.", "picture.no_ink")
        case Drawing() | Mapping():
            prepared = prepare_drawing(source if isinstance(source, Drawing) else Drawing.from_json(dict(source)))
            if prepared is None:
                raise DrawingError("There is no ink in this drawing.", "drawing.no_ink")
        case str() | os.PathLike():
            prepared = read_picture(Path(source))
        case _ if hasattr(source, "read"):
            prepared = read_picture(source)
        case _:
            raise TypeError(
                f"a {type(source).__name__} cannot be read: expected a picture's file name, a Pillow image, a drawing, "
                "or an array or tensor of 28x28 images"
            )
    return prepared.image


def _ready(source: Array) -> Tensor:
    """Images that are ready, checked: float32 in [0, 1], (1, 28, 28) or (N, 1, 28, 28)."""
    numbers = _numbers(source)
    match tuple(numbers.shape):
        case (28, 28) | (28, 28, 1) | (1, 28, 28):
            return numbers.reshape(1, SIDE, SIDE)
        case (n, 1, 28, 28) | (n, 28, 28, 1) | (n, 28, 28) if n:
            return numbers.reshape(-1, 1, SIDE, SIDE)
        case shape:
            raise PictureError(
                f"An array of shape {shape} is no image: expected (28, 28) or (1, 28, 28), or a batch (N, 1, 28, 28). "
                "A picture of another size is prepared if it is given as a Pillow image: Image.fromarray(array).",
                "picture.array",
            )


def _numbers(source: Array) -> Tensor:
    """Numbers of any common type as float32 in [0, 1]."""
    if isinstance(source, np.ndarray):
        if source.dtype.kind not in "buif":
            raise PictureError(f"An array of {source.dtype} is no image: expected numbers.", "picture.array")
        numbers = torch.from_numpy(source.astype(np.float32))
        kind = source.dtype.kind
    else:
        if source.is_complex():
            raise PictureError("A tensor of complex numbers is no image.", "picture.array")
        numbers = source.detach().to("cpu", torch.float32)
        kind = "f" if source.is_floating_point() else "b" if source.dtype == torch.bool else "i"
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.numel() else (0.0, 0.0)
    whole, most = kind in "ui", 255 if kind in "ui" else 1
    if not 0 <= low <= high <= most:  # nor NaN
        what = "Whole numbers" if whole else "Floats"
        raise PictureError(
            f"{what} from {low:g} to {high:g} are no image: expected 0 for paper to {most} for ink"
            + ("." if whole else ", as whole numbers from 0 to 255 or floats from 0 to 1, not normalised."),
            "picture.array",
        )
    if whole and high == 1:
        raise PictureError(
            "Whole numbers from 0 to 1 are nearly blank: expected 0 for paper to 255 for ink; give floats or bools.",
            "picture.array",
        )
    return numbers / 255 if whole else numbers
