"""The claims that take trainings to be measured: what the page shows of them while there is no result."""

from __future__ import annotations

from typing import Any

from nets.comparison.claims import COMMAND, RATE

_CLAIMS: dict[str, tuple[str, str, dict[str, float]]] = {  # key -> whose claim, the experiment, numbers that it names
    "rate_mlp": ("mlp", "rates-mlp", {"told": RATE["mlp"]}),
    "dropout_mlp": ("mlp", "regularised-mlp", {}),
    "norm_mlp": ("mlp", "regularised-mlp", {}),
    "better": ("cnn", "sizes", {}),
    "pools_help": ("cnn", "pools", {}),
    "sharing": ("cnn", "sharing", {}),
    "neighbours": ("cnn", "pixels", {}),
    "rate_cnn": ("cnn", "rates-cnn", {"told": RATE["cnn"]}),
    "dropout_cnn": ("cnn", "regularised-cnn", {}),
    "norm_cnn": ("cnn", "regularised-cnn", {}),
}


def waiting() -> list[dict[str, Any]]:
    """Each as a row without a result, in the order in which they are shown."""
    return [
        {
            "key": key,
            "texts": [text],
            "values": values,
            "experiment": experiment,
            "command": COMMAND.format(experiment),
        }
        for key, (text, experiment, values) in _CLAIMS.items()
    ]
