"""python -m nets activations: what a layer makes of a picture, as an array and as pictures."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from nets.activations import INPUT, activations
from nets.checkpoint import load
from nets.commands.output import Refusal, put
from nets.files import write_whole
from nets.pictures import PictureError
from nets.places import SHIPPED
from nets.preprocess import read_picture


def run(options: argparse.Namespace) -> int:
    model, record = load(options.checkpoint or SHIPPED / f"{options.network}.safetensors")
    try:
        prepared = read_picture(options.file)
    except PictureError as error:
        raise Refusal(f"{options.file}: {error}") from error
    outputs = activations(model, prepared.image)
    if options.layer not in outputs:
        raise Refusal(f"the {record['network']} has no layer {options.layer!r}: choose one of {', '.join(outputs)}")
    output, logits = outputs[options.layer], list(outputs.values())[-1]

    array = io.BytesIO()
    np.savez(array, activation=output.numpy(), image=outputs[INPUT].numpy(), logits=logits.numpy())
    name = f"{Path(options.file).stem}-{options.layer}"
    files = {f"{name}.npz": array.getvalue()}
    for number, picture in pictures(output).items():
        png = io.BytesIO()
        picture.save(png, "PNG")
        files[f"{name}{number}.png"] = png.getvalue()
    try:
        for file, content in files.items():
            write_whole(options.out / file, content)
    except OSError as error:
        raise Refusal(f"{options.out} cannot be written to: {error.strerror}") from error

    written = [str(options.out / file) for file in files]
    line = {
        "file": options.file,
        "network": record["network"],
        "layer": options.layer,
        "shape": list(output.shape),
        "logits": logits.tolist(),
        "written": written,
    }
    put(json.dumps(line) if options.json else "\n".join(written))
    return 0


def pictures(output: Tensor) -> dict[str, Image.Image]:
    """A layer's output as pictures: {"-00": ...} one for each map, {"": ...} for a vector, in rows of up to 32 units.

    Zero is white, and the layer's largest number, sign aside, full colour: black, or where a layer goes below zero
    green above and magenta below. What fills up a vector's last row is grey.
    """
    if output.dim() == 1:
        width = min(32, len(output))
        maps = {"": F.pad(output, (0, -len(output) % width), value=torch.nan).view(-1, width)}
    else:
        maps = {f"-{i:0{len(str(len(output) - 1))}}": x for i, x in enumerate(output)}
    above = (0, 109, 44) if output.min() < 0 else (0, 0, 0)
    largest = float(output.abs().max()) or 1.0
    pictures = {}
    for number, values in maps.items():
        share = (values / largest)[..., None]  # (H, W, 1) in [-1, 1]
        full = torch.where(share < 0, torch.tensor((174, 1, 126)), torch.tensor(above))
        rgb = (255 - share.abs() * (255 - full)).nan_to_num(220).round().byte().numpy()
        side = 448 // rgb.shape[1]  # of the square for one number
        pictures[number] = Image.fromarray(rgb.repeat(side, 0).repeat(side, 1))
    return pictures
