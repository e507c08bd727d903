"""Where the page finds the networks that come with the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from torch import nn

from demo.layers import names
from demo.page import own
from demo.visitors import Visitors


class Lying(TypedDict):
    """A network beside the page."""

    layers: list[str]  # names in order
    address: str  # of its .safetensors file


def lying(visitors: Visitors) -> dict[str, dict[str, Lying]]:
    """Every network that comes with the app, by training (see demo.networks.Training) and name."""
    tutorial = {name: reader.model for name, reader in (visitors.tutorial or {}).items()}
    return {"shipped": _files("checkpoints", visitors.shipped), "tutorial": _files("checkpoints/tutorial", tutorial)}


def _files(folder: str, networks: Mapping[str, nn.Sequential]) -> dict[str, Lying]:
    return {
        name: {"layers": names(model), "address": own.address(f"{folder}/{name}.safetensors")}
        for name, model in networks.items()
    }
