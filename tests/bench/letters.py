"""How sure the networks are of what is no digit: letters drawn with a pen, read as if they were digits.

    LETTERS=.../latin.jsonl.gz python -m tests.bench.letters

LETTERS names a file of letters as strokes, one JSON object a line: {"label": "a", "strokes": [[[x, y], ...], ...]}.
"""

import argparse
import gzip
import json
import os
from collections import Counter
from pathlib import Path

import torch

from nets.checkpoint import load_shipped
from nets.preprocess import prepare_drawing
from tests.bench.strokes import placed

SURE = 0.9  # probability
ALIKE = "oilzsbgq"  # these look like a digit to anybody
PLACE = {"size": 180, "cx": 140, "cy": 140, "w": 24}  # pad units


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--letters", type=Path, default=os.environ.get("LETTERS"), help="a .jsonl.gz of letters")
    options.add_argument("--checkpoints", type=Path, default=None, help="folder of the networks (default: shipped)")
    options = options.parse_args()
    if not options.letters:
        raise SystemExit("Say where the letters are: --letters FILE or LETTERS=FILE.")
    with gzip.open(options.letters, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    images = torch.stack([prepare_drawing(placed(record, PLACE)).image for record in records])
    labels = [record["label"].lower() for record in records]
    networks, _ = load_shipped(*([options.checkpoints] if options.checkpoints else []))
    alike = sum(label in ALIKE for label in labels)
    print(f"read as a digit with more than {SURE:.0%}: of {len(labels)} letters, and of {len(labels) - alike} without")
    print(f"those that look like a digit to anybody ({' '.join(ALIKE)})")
    for name, model in networks.items():
        with torch.inference_mode():
            sure = model(images).softmax(1).amax(1) > SURE
        passed = Counter(label for label, is_sure in zip(labels, sure.tolist(), strict=True) if is_sure)
        others = passed.total() - sum(passed[label] for label in ALIKE)
        most = ", ".join(f"{label} {count}" for label, count in passed.most_common())
        print(f"{name.upper():4}{passed.total():5} ({passed.total() / len(labels):.0%})", end="")
        print(f"{others:5} ({others / (len(labels) - alike):.0%})   {most}")


if __name__ == "__main__":
    main()
