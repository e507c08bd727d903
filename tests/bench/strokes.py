"""How many real pen digits each shipped network reads, for every way of preparing them.

    STROKES=.../dev.jsonl.gz python -m tests.bench.strokes

STROKES names a file of pen digits as strokes, one JSON object a line, beside its render.py, whose batch(records, seed)
draws them as a person's canvas would look.
"""

import argparse
import importlib.util
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from nets.checkpoint import load_shipped
from nets.drawing import Drawing
from nets.preprocess import Prepared, Steps, prepare_drawing, prepare_picture

PLAIN = Steps(pen=False, crop=False, fit=False, centre=False)
SLICE = 500  # canvases held in memory at once


def renderer(strokes: Path):
    spec = importlib.util.spec_from_file_location("render", strokes.with_name("render.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def placed(record: dict, at: dict) -> Drawing:
    """The strokes of a record where render.py draws them: box centre (cx, cy), larger side size, pen w."""
    points = np.concatenate([np.array(stroke, float) for stroke in record["strokes"]])
    low, high = points.min(0), points.max(0)
    scale = at["size"] / max(high - low)
    offset = np.array([at["cx"], at["cy"]]) - scale * (low + high) / 2
    strokes = [(np.array(stroke, float) * scale + offset).tolist() for stroke in record["strokes"]]
    return Drawing.from_json({"strokes": strokes, "pen": at["w"]})


def image(prepared: Prepared | None) -> torch.Tensor:
    return torch.zeros(1, 28, 28) if prepared is None else prepared.image


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--strokes", type=Path, default=os.environ.get("STROKES"), help="a .jsonl.gz of pen digits")
    options.add_argument("--checkpoints", type=Path, default=None, help="folder of the networks (default: shipped)")
    options = options.parse_args()
    if not options.strokes:
        raise SystemExit("Say where the pen digits are: --strokes FILE or STROKES=FILE.")
    render = renderer(options.strokes)
    records = render.load(options.strokes)
    images: dict[str, list[torch.Tensor]] = {}
    labels: list[int] = []
    for start in range(0, len(records), SLICE):
        part = records[start : start + SLICE]
        canvases, truth, places = render.batch(part, seed=0, start=start)
        labels += truth.tolist()
        for canvas, record, at in zip(canvases, part, places, strict=True):
            picture, drawing = Image.fromarray(canvas), placed(record, at)
            for way, prepared in {
                "picture, resized plainly": prepare_picture(picture, PLAIN),
                "picture, prepared": prepare_picture(picture),
                "strokes, own pen width": prepare_drawing(drawing, Steps(pen=False)),
                "strokes, prepared": prepare_drawing(drawing),
            }.items():
                images.setdefault(way, []).append(image(prepared))
    networks, _ = load_shipped(*([options.checkpoints] if options.checkpoints else []))
    truth = torch.tensor(labels)
    print(f"{len(records)} pen digits, seed 0")
    print(f"{'':26}" + "".join(f"{name.upper():>9}" for name in networks))
    with torch.inference_mode():
        for way, batch in images.items():
            accuracies = [(model(torch.stack(batch)).argmax(1) == truth).double().mean() for model in networks.values()]
            print(f"{way:26}" + "".join(f"{100 * a:8.2f}%" for a in accuracies))


if __name__ == "__main__":
    main()
