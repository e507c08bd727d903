"""python -m nets table: the table of results in checkpoints/README.md."""

from __future__ import annotations

import argparse

from nets.checkpoint import load_shipped, table
from nets.commands.output import put


def run(_: argparse.Namespace) -> int:
    records = load_shipped()[1]
    put(table(records.values()))
    return 0
