"""Networks on the Hugging Face Hub: downloaded from there, or pushed there with their card.

This module and nets.card need huggingface_hub. No other imports them at start, so the networks run without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huggingface_hub import ModelCard, ModelHubMixin, snapshot_download
from torch import Tensor, nn

from nets.card import card
from nets.checkpoint import CheckpointError, load, save

WEIGHTS = "model.safetensors"  # the record lies beside it, as model.json


class HubNetwork(nn.Module, ModelHubMixin):
    """A network with its record, both as nets.checkpoint.load gives them; push_to_hub(OWNER/NAME) uploads it."""

    def __init__(self, network: nn.Sequential, record: Mapping[str, Any]) -> None:
        super().__init__()
        self.network, self.record = network, dict(record)
        self.train(network.training)
        self._hub_mixin_config = None  # no config.json: the record holds everything

    def forward(self, images: Tensor) -> Tensor:
        return self.network(images)

    def _save_pretrained(self, save_directory: Path) -> None:
        save(self.network, save_directory / WEIGHTS, self.record)

    def generate_model_card(self, **_: Any) -> ModelCard:
        return ModelCard(card(self.record))

    @classmethod
    def from_pretrained(  # type: ignore[override]  # no keywords for the model: the record says it all
        cls,
        pretrained_model_name_or_path: str | Path,
        *,
        revision: str | None = None,
        cache_dir: str | Path | None = None,
        force_download: bool = False,
        local_files_only: bool = False,
        token: str | bool | None = None,
    ) -> HubNetwork:
        """The network in a folder, or else on the Hub under this name: in eval mode, on the CPU.

        At most two files are downloaded, and nothing in them is run. Raises CheckpointError if they cannot be
        downloaded or, as nets.checkpoint.load does, if they cannot be read.
        """
        folder = Path(pretrained_model_name_or_path)
        if not folder.is_dir():
            try:
                found = snapshot_download(
                    str(pretrained_model_name_or_path),
                    allow_patterns=[WEIGHTS, str(Path(WEIGHTS).with_suffix(".json"))],
                    revision=revision,
                    cache_dir=cache_dir,
                    force_download=force_download,
                    local_files_only=local_files_only,
                    token=token,
                )
            except Exception as error:  # of many kinds: names, rights, the network, the disk
                reason = " ".join(str(error).split())[:300]
                message = f"{folder} cannot be downloaded, expected a folder or OWNER/NAME on the Hub: {reason}"
                raise CheckpointError(message, "checkpoint.download") from error
            folder = Path(found)
        return cls(*load(folder / WEIGHTS))
