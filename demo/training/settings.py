"""What whoever runs the server may set in its environment, and how many processor cores there are."""

from __future__ import annotations

import os

from joblib import cpu_count


def setting(name: str, default: float) -> float:
    """A number above 0 from the environment; ends the program with a sentence where it is none."""
    try:
        value = float(os.environ.get(name, default))
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise SystemExit(f"{name} must be a number above 0, not {os.environ[name]!r}.")
    return value


CORES: int = cpu_count()  # that this process may use: a container may be given fewer than the machine has
MINUTES = setting("DIGIT_DUEL_RUN_MINUTES", 20)  # that a run may last, pauses included
RUNS = int(setting("DIGIT_DUEL_RUNS", max(1, min(CORES, 4)))) or 1  # at once
