"""python -m nets card: the model cards of the shipped networks; the one command that needs huggingface_hub."""

from __future__ import annotations

import argparse

from nets.card import card
from nets.checkpoint import load_shipped
from nets.commands.output import Refusal, put
from nets.files import write_whole
from nets.places import SHIPPED


def run(_: argparse.Namespace) -> int:
    records = load_shipped()[1]
    for name, record in records.items():
        path = SHIPPED / f"{name}.md"
        try:
            write_whole(path, card(record).encode())
        except OSError as error:
            raise Refusal(f"{path} cannot be written: {error.strerror}") from error
        put(str(path))
    return 0
