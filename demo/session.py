"""A drawing goes in, what this visitor's two networks make of it comes out; plain classes, without gradio."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping

from torch import Tensor, nn

from nets.prediction import Prediction, predict
from nets.preprocess import Drawing, Prepared, prepare_drawing


class Session:
    """One visitor's two networks, by name (mlp, cnn), and the drawing that lies on the pad.

    The networks are those of all visitors until one is replaced here: a network that is shared is read, never changed.
    """

    def __init__(self, networks: Mapping[str, nn.Sequential]) -> None:
        self.networks = dict(networks)
        self.drawing: Drawing | None = None

    def read(self, drawing: Drawing) -> tuple[Prepared, dict[str, Prediction]] | None:
        """Keep the drawing and read it; None where it has no ink."""
        self.drawing = drawing
        prepared = prepare_drawing(drawing)
        return prepared and (prepared, self.predict(prepared.image))

    def predict(self, image: Tensor) -> dict[str, Prediction]:
        """What each network reads in an image (1, 28, 28)."""
        return {name: predict(model, image) for name, model in self.networks.items()}


class Sessions:
    """Every visitor's session, by the key of the page that is open; of too many, those longest unused go first."""

    def __init__(self, networks: Mapping[str, nn.Sequential], capacity: int = 1000) -> None:
        self.shipped = networks
        self._capacity = capacity
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def __getitem__(self, key: str) -> Session:
        with self._lock:
            session = self._sessions.setdefault(key, Session(self.shipped))
            self._sessions.move_to_end(key)
            if len(self._sessions) > self._capacity:
                self._sessions.popitem(last=False)
            return session

    def __len__(self) -> int:
        return len(self._sessions)

    def forget(self, key: str | None) -> None:
        """The page with this key is closed."""
        with self._lock:
            self._sessions.pop(key, None)
