"""python -m nets evaluate: loss and accuracy of networks on the test set."""

from __future__ import annotations

import argparse
import json

from nets.checkpoint import load
from nets.commands.output import put
from nets.commands.progress import evaluate_with_bar, load_data
from nets.models import NETWORKS
from nets.places import SHIPPED

HEAD = f"{'network':8}{'data':8}{'digits':>8}{'loss':>9}{'accuracy':>10}{'misread':>9}  checkpoint"
LINE = "{network:8}{data:8}{digits:8,}{loss:9.4f}{accuracy:10.2%}{misread:9}  {checkpoint}"


def run(options: argparse.Namespace) -> int:
    files = options.checkpoint or [SHIPPED / f"{name}.safetensors" for name in NETWORKS]
    loaded = [load(file) for file in files]
    data = load_data(options.data)
    if not options.json:
        put(HEAD)
    for file, (model, record) in zip(files, loaded, strict=True):
        result = evaluate_with_bar(model, data.test, "test set")
        line = {
            "checkpoint": str(file),
            "network": record["network"],
            "data": data.name,
            "digits": len(data.test),
            "loss": result.loss,
            "accuracy": result.accuracy,
            "misread": len(result.mistakes),
        }
        put(json.dumps(line) if options.json else LINE.format(**line))
    return 0
