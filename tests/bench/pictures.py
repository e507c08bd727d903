"""How many of ten digits each shipped network reads in pictures of them, by the kind of picture.

    python -m tests.bench.pictures [--strokes FILE.jsonl.gz] [--sets 3] [--first 0] [--which tuned] [--show FOLDER]

FILE (or STROKES in the environment) has a digit a line, {"label": 7, "strokes": [[[x, y], ...], ...], ...}; a set is
ten of them, other hands for every kind and set. Without one, the page's own ten samples are written. By the kinds
"tuned" the way from picture to ink was made; "kept" were not looked at meanwhile; "around" came last, with the search
for the paper. Prints a table: of ten, the mean over the sets.
--show also saves each first picture beside what the networks see of it.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import zlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from demo import samples
from nets.checkpoint import load_shipped
from nets.pictures import open_picture
from nets.preprocess import prepare_picture
from tests.bench.scenes import (
    BALLPOINT,
    BOARD,
    CREAM,
    MARKER,
    PENCIL,
    WHITE,
    Scene,
    bar,
    both,
    box,
    desk,
    dotted,
    hole,
    lined,
    outline,
    shadow,
    sheet,
    slope,
    squared,
    take,
    vignette,
)

PAPER = Scene(grain=2, quality=90)  # an ordinary photograph
SCREEN = Scene(280, 280, size=0.62, pen=0.1, ink=(0, 0, 0), paper=WHITE, blur=0)
WHITEBOARD = replace(PAPER, paper=(196, 202, 208), ink=MARKER, pen=0.05)
LEAD = replace(PAPER, ink=PENCIL, pen=0.03, rough=0.15)
THIN = replace(SCREEN, pen=1 / 174)

TUNED = {  # the kinds by which the way was made
    "screen, felt pen": SCREEN,
    "screen, thick pen": replace(SCREEN, pen=0.17),
    "screen, white on black": replace(SCREEN, ink=WHITE, paper=(0, 0, 0)),
    "screen, small picture of 56": replace(SCREEN, height=56, width=56),
    "screen, digit in a corner": replace(SCREEN, size=0.25, place=(0.2, 0.2)),
    "screen, fills the picture": replace(SCREEN, size=0.88, jitter=0),
    "scan": replace(SCREEN, height=500, width=400, ink=BALLPOINT, blur=0.7, quality=90),
    "transparent, black ink": replace(SCREEN, transparent=True),
    "pencil of 1 pixel on 280": THIN,
    "pencil of 2 pixels on 520": replace(SCREEN, height=520, width=520, pen=2 / 322),
    "frame of 1 pixel": replace(SCREEN, frame=1),
    "frame of 6 pixels": replace(SCREEN, frame=6),
    "form box": replace(SCREEN, size=0.45, things=(box(0.12, 0.12, 0.88, 0.88),)),
    "red on blue": replace(SCREEN, ink=(220, 30, 32), paper=(30, 58, 200)),
    "green on red": replace(SCREEN, ink=(60, 160, 60), paper=(200, 60, 60)),
    "pale blue on pink": replace(SCREEN, ink=(190, 215, 245), paper=(250, 200, 212)),
    "even light, grain 0": replace(PAPER, grain=0),
    "even light, grain 3": replace(PAPER, grain=3),
    "even light, grain 5": replace(PAPER, grain=5),
    "even light, grain 8": replace(PAPER, grain=8),
    "even light, grain 12": replace(PAPER, grain=12),
    "slope 4 %": replace(PAPER, light=slope(0.04)),
    "slope 30 %": replace(PAPER, light=slope(0.3, 1.2)),
    "slope 60 %, grain 6": replace(PAPER, light=slope(0.6), grain=6),
    "vignette 0.05": replace(PAPER, light=vignette(0.05)),
    "vignette 0.1, grain 5": replace(PAPER, light=vignette(0.1), grain=5),
    "vignette 0.4": replace(PAPER, light=vignette(0.4)),
    "vignette 0.6, grain 6": replace(PAPER, light=vignette(0.6), grain=6),
    "hard shadow over half": replace(PAPER, light=shadow(0.4)),
    "slight shadow over half": replace(PAPER, light=shadow(0.05, 0.3)),
    "soft shadow over half": replace(PAPER, light=shadow(0.5, 0.5, 0.08, 0.5), grain=4),
    "whiteboard, glare": replace(WHITEBOARD, glare=(0.22, 0.72, 0.12, 1.0)),
    "pencil, even light": LEAD,
    "pencil, vignette 0.3": replace(LEAD, light=vignette(0.3), grain=3),
    "pencil, slope 25 %, grain 6": replace(LEAD, light=slope(0.25), grain=6),
    "thin ballpoint": replace(PAPER, pen=0.02),
    "ruled paper": replace(PAPER, things=(lined(),), light=slope(0.3)),
    "squared paper": replace(PAPER, things=(squared(),), light=slope(0.15)),
    "hole in the paper": replace(PAPER, things=(hole(),), light=slope(0.2)),
    "chalk on a board": replace(PAPER, paper=BOARD, ink=(226, 226, 218), rough=0.3, grain=4, light=slope(0.3)),
    "paper on a desk": replace(PAPER, things=(desk(),), light=slope(0.2), size=0.4, place=(0.55, 0.5)),
    "12 megapixels": replace(PAPER, height=600, width=800, large=5, size=0.35, grain=6, light=vignette(0.2)),
    "small in a large photo": replace(PAPER, height=600, width=800, large=2, size=0.12, light=slope(0.2)),
    "JPEG quality 25": replace(PAPER, grain=4, quality=25, light=slope(0.2)),
    "yellow paper, blue pen": replace(PAPER, paper=(240, 214, 120), ink=(50, 70, 160), light=slope(0.2), grain=4),
}

KEPT = {  # other kinds, looked at when it was done
    "screen, coloured": replace(SCREEN, ink=(200, 40, 160), paper=(250, 246, 220)),
    "screen, grey on grey": replace(SCREEN, ink=(150, 150, 150), paper=(110, 110, 110)),
    "screen, small picture of 40": replace(SCREEN, height=40, width=40),
    "screen, wide picture": replace(SCREEN, height=200, width=600, size=0.7, place=(0.5, 0.2)),
    "screen, touches the edge": replace(SCREEN, size=0.93, jitter=0),
    "scan, cream": replace(SCREEN, height=700, width=500, paper=CREAM, ink=(60, 50, 50), blur=1, quality=75, grain=1),
    "transparent, white ink": replace(SCREEN, transparent=True, ink=WHITE),
    "pencil of 1 pixel on 150": replace(SCREEN, height=150, width=150, pen=1 / 93),
    "white pencil of 2 pixels on black": replace(THIN, pen=2 / 174, ink=WHITE, paper=(0, 0, 0)),
    "frame of 3 pixels, photo": replace(PAPER, frame=3, grain=5),
    "form box, thin pen, photo": replace(PAPER, pen=0.03, size=0.3, things=(box(0.2, 0.25, 0.75, 0.8, (90, 90, 100)),)),
    "three form boxes": replace(
        SCREEN, height=240, width=480, size=0.5, things=tuple(box(x, 0.1, x + 0.3, 0.9) for x in (0.05, 0.35, 0.65))
    ),
    "red on green": replace(SCREEN, ink=(205, 70, 60), paper=(80, 140, 70)),
    "orange on grey, photo": replace(PAPER, ink=(208, 120, 60), paper=(146, 146, 146), light=slope(0.2), grain=4),
    "violet on teal": replace(SCREEN, ink=(150, 90, 190), paper=(40, 140, 140), quality=70),
    "even light, grain 4": replace(PAPER, grain=4, size=0.3),
    "even light, grain 6, thin": replace(PAPER, grain=6, pen=0.035),
    "even light, grain 10": replace(PAPER, grain=10, paper=CREAM),
    "even light, grain 16": replace(PAPER, grain=16),
    "slope 10 %, grain 3": replace(PAPER, light=slope(0.1), grain=3),
    "slope 50 %, thin": replace(PAPER, light=slope(0.5, 0.1), pen=0.03, grain=3),
    "vignette 0.2": replace(PAPER, light=vignette(0.2), paper=WHITE),
    "vignette 0.5, grain 9": replace(PAPER, light=vignette(0.5), grain=9),
    "vignette 0.6, in a corner": replace(PAPER, light=vignette(0.6), size=0.25, place=(0.25, 0.75)),
    "hard shadow, turned": replace(PAPER, light=shadow(0.5, 0.55, 0.006, 0.7), grain=4),
    "hard shadow, grain 6": replace(PAPER, light=both(shadow(0.3, 0.5), slope(0.2)), grain=6),
    "two shadows": replace(PAPER, light=both(shadow(0.3, 0.35, 0.02), shadow(0.3, 0.6, 0.05, 0.9))),
    "whiteboard, two markers' glare": replace(WHITEBOARD, glare=(0.5, 0.5, 0.2, 0.6), ink=(190, 40, 40), grain=4),
    "whiteboard, slope": replace(WHITEBOARD, light=slope(0.4), ink=(40, 40, 40), grain=4),
    "faint pencil": replace(LEAD, ink=(160, 160, 162), grain=3, light=slope(0.1)),
    "pencil, shadow": replace(LEAD, light=shadow(0.25, 0.5), grain=3),
    "pencil, grain 8": replace(LEAD, grain=8, pen=0.04),
    "ballpoint, cream, vignette": replace(PAPER, pen=0.025, paper=CREAM, light=vignette(0.3), grain=4),
    "ruled paper, slanting": replace(PAPER, things=(lined(slant=0.03),), pen=0.05, grain=4),
    "ruled paper, pencil": replace(LEAD, things=(lined(0.15),), pen=0.04, light=slope(0.2)),
    "squared paper, thin": replace(PAPER, things=(squared(0.06, (150, 180, 200)),), pen=0.04, grain=4),
    "dotted paper": replace(PAPER, things=(dotted(),), light=vignette(0.2)),
    "two holes": replace(PAPER, things=(hole(0.25), hole(0.75)), light=vignette(0.3), grain=4),
    "chalk on black": replace(PAPER, paper=(24, 24, 26), ink=(235, 235, 235), rough=0.2, grain=8, pen=0.06),
    "paper on a desk, two edges": replace(PAPER, things=(desk(0.1, 0.08),), grain=5, size=0.35, place=(0.55, 0.55)),
    "12 megapixels, pencil": replace(LEAD, height=800, width=600, large=5, size=0.3, grain=5, light=slope(0.3)),
    "small in a photo, grain 6": replace(PAPER, height=500, width=500, size=0.15, grain=6),
    "JPEG quality 40, pencil": replace(LEAD, quality=40, grain=3, light=vignette(0.2)),
    "red pen, pink paper": replace(PAPER, paper=(244, 200, 205), ink=(200, 40, 60), light=slope(0.2), grain=4),
    "felt pen, huge": replace(PAPER, size=0.8, pen=0.16, jitter=0, grain=5, light=slope(0.2)),
}
WOOD = replace(PAPER, paper=(112, 80, 52), light=slope(0.2))
ICONS = (bar(0.05, 0.03, 0.11, 0.06), bar(0.15, 0.03, 0.21, 0.06), bar(0.85, 0.03, 0.91, 0.06))
APP = replace(SCREEN, height=480, things=(*ICONS, bar(0.3, 0.965, 0.7, 0.98)))
AROUND = {  # what lies around the digit, or around its paper
    "small paper on wood": replace(WOOD, things=(sheet(0.3),), size=0.18, jitter=0.02),
    "paper on wood, turned": replace(WOOD, things=(sheet(0.5, 0.4, turned=0.15),), size=0.25),
    "paper on black": replace(PAPER, paper=(12, 12, 14), things=(sheet(0.6, 0.7),), size=0.35),
    "dark card on white": replace(SCREEN, ink=WHITE, things=(sheet(0.5, 0.6, (40, 60, 130)),), size=0.3),
    "phone on a desk": replace(WOOD, things=(sheet(0.8, 0.42, (18, 18, 20)), sheet(0.66, 0.38, WHITE)), size=0.2),
    "in a circle": replace(PAPER, things=(outline(0.7, corners=60),), size=0.38, jitter=0.01),
    "in a box drawn askew": replace(PAPER, things=(outline(0.7, 0.09),), size=0.4, jitter=0.02),
    "reaches out of its form box": replace(SCREEN, things=(box(0.15, 0.15, 0.85, 0.66),), size=0.45, jitter=0.02),
    "underlined": replace(PAPER, things=(bar(0.2, 0.84, 0.8, 0.85),), light=slope(0.2)),
    "screenshot of an app": replace(APP, size=0.5),
}
KINDS = {"tuned": TUNED, "kept": KEPT, "around": AROUND, "all": {**TUNED, **KEPT, **AROUND}}


def hands(path: str | None) -> dict[int, list[list[np.ndarray]]]:
    """The digits that can be written, by label."""
    if not path:
        return {digit: [[np.array(stroke) for stroke in samples.strokes(digit)]] for digit in range(10)}
    by_label = defaultdict(list)
    with gzip.open(path, "rt") as lines:
        for record in map(json.loads, lines):
            by_label[record["label"]].append([np.array(stroke, float) for stroke in record["strokes"]])
    return by_label


def pictures(kind: str, scene: Scene, written: dict[int, list[list[np.ndarray]]], number: int) -> list[bytes]:
    """One file a digit, the same at every run."""
    rng = np.random.default_rng([zlib.crc32(kind.encode()), number])
    return [take(written[digit][rng.integers(len(written[digit]))], scene, rng) for digit in range(10)]


def see(file: bytes) -> torch.Tensor:
    prepared = prepare_picture(open_picture(io.BytesIO(file)))
    return torch.zeros(1, 28, 28) if prepared is None else prepared.image


def save(folder: Path, kind: str, files: list[bytes], images: list[torch.Tensor]) -> None:
    sheet = Image.new("RGB", (10 * 200, 400))
    for i, (file, image) in enumerate(zip(files, images, strict=True)):
        photo = Image.open(io.BytesIO(file)).convert("RGBA")
        photo.thumbnail((196, 196))
        sheet.paste(photo, (i * 200, 0), photo)
        sheet.paste(Image.fromarray((image[0].numpy() * 255).astype(np.uint8)).resize((196, 196), 0), (i * 200, 200))
    folder.mkdir(parents=True, exist_ok=True)
    sheet.save(folder / f"{kind.replace(' ', '-').replace(',', '')}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", default=os.environ.get("STROKES"), help="a file of digits as strokes")
    parser.add_argument("--checkpoints", type=Path, default=None, help="folder of the networks (default: shipped)")
    parser.add_argument("--sets", type=int, default=1, help="how often ten digits are written")
    parser.add_argument("--first", type=int, default=0, help="the number of the first set: others have other hands")
    parser.add_argument("--which", choices=KINDS, default="all")
    parser.add_argument("--show", type=Path, default=None, help="a folder for pictures to look at")
    options = parser.parse_args()
    networks, _ = load_shipped(*([options.checkpoints] if options.checkpoints else []))
    written, truth = hands(options.strokes), torch.arange(10)
    kinds = KINDS[options.which]
    table = {}
    print(f"{'of ten':42}" + "".join(f"{name.upper():>7}" for name in networks))
    for kind, scene in kinds.items():
        right = dict.fromkeys(networks, 0.0)
        for number in range(options.first, options.first + options.sets):
            files = pictures(kind, scene, written, number)
            images = [see(file) for file in files]
            if options.show and number == options.first:
                save(options.show, kind, files, images)
            with torch.inference_mode():
                for name, model in networks.items():
                    right[name] += (model(torch.stack(images)).argmax(1) == truth).sum().item() / options.sets
        table[kind] = right
        print(f"{kind:42}" + "".join(f"{value:7.1f}" for value in right.values()), flush=True)
    means = [np.mean([row[name] for row in table.values()]) for name in networks]
    worst = [min(row[name] for row in table.values()) for name in networks]
    print(f"{f'mean of {len(table)}':42}" + "".join(f"{value:7.2f}" for value in means))
    print(f"{'worst':42}" + "".join(f"{value:7.1f}" for value in worst))


if __name__ == "__main__":
    main()
