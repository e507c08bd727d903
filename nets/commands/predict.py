"""python -m nets predict: the digit in each picture, as both networks read it."""

from __future__ import annotations

import argparse
import json
from typing import Any

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
            prepared = read_picture(file)
            answer = verdicts(models, prepared.image, prepared.digits)
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
            digits = answer.pop("digits", None) or [answer]
            several = f"there seem to be {len(digits)} digits; " if len(digits) > 1 else ""
            read = [f"{name} reads {_told([digit[name] for digit in digits])}" for name in models]
            put(f"{file}: {several}{', '.join(read)}")
    return int(failed)


def _told(read: list[dict[str, Any]]) -> str:
    """What one network reads in each digit."""
    return " and ".join(f"{one['digit']} ({max(one['probabilities']):.1%})" for one in read)
