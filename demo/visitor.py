"""One visitor: the drawing on the pad, the networks that read it, and the runs that train them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from demo.networks import Networks, NetworksAnswer, Reader
from demo.retrain.answers import Retraining
from demo.training.run import Lanes
from nets.prediction import Prediction, predict
from nets.preprocess import Drawing, Prepared, prepare_drawing


class Visitor:
    """What the server keeps of one open page."""

    def __init__(
        self,
        networks: Mapping[str, nn.Sequential],
        records: Mapping[str, Mapping[str, Any]],
        lanes: Lanes | None = None,
    ) -> None:
        """The networks are the shipped ones, which all visitors share, with their records."""
        self.networks = Networks({name: Reader(model, records[name], "shipped") for name, model in networks.items()})
        self.training = Retraining(records, lanes or Lanes(), self.networks)
        self.drawing: Drawing | None = None
        self.address: str | None = None  # where its requests come from; None: not known
        self.used = 0.0  # when it was last asked for, on the monotonic clock

    def prepare(self, drawing: Drawing) -> Prepared | None:
        """Keep the drawing; what the networks read of it, or None where it has no ink."""
        self.drawing = drawing
        return prepare_drawing(drawing)

    def predict(self, image: Tensor) -> dict[str, Prediction]:
        """What each network reads in an image (1, 28, 28)."""
        return {name: predict(reader.model, image) for name, reader in self.networks.now().items()}

    def close(self) -> None:
        """The page is gone: end the training; what was learnt by then is kept in case the page comes back."""
        self.training.close()


def describe_readers(visitor: Visitor) -> NetworksAnswer:
    """Which networks read now, for an answer's `networks`."""
    return visitor.networks.view.describe()
