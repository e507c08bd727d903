"""python -m nets predict: the digit in each picture, as both networks read it."""

from __future__ import annotations

import argparse
import json

from nets.checkpoint import load_shipped
from nets.commands.output import note, put
from nets.pictures import PictureError
from nets.places import SHIPPED
from nets.prediction import verdicts
from nets.preprocess import read_picture


def run(options: argparse.Namespace) -> int:
    """0: every picture was read; 1: some could not be."""
    models, _ = load_shipped(options.checkpoints or SHIPPED)
    failed = False
    for file in options.files:
        try:
            answer = verdicts(models, read_picture(file).image)
        except PictureError as error:
            failed = True
            if options.json:
                put(json.dumps({"file": file, "error": str(error)}))
            else:
                note(f"{file}: {error}")
            continue
        if options.json:
            put(json.dumps({"file": file, **answer}))
        else:
            read = [f"{name} reads {v['digit']} ({max(v['probabilities']):.1%})" for name, v in answer.items()]
            put(f"{file}: {', '.join(read)}")
    return int(failed)
