"""A drawing goes in, what this visitor's two networks make of it comes out; plain classes, without gradio."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from demo.retrain.answers import Retraining
from demo.training.run import Lanes
from nets.prediction import Prediction, predict, predict_batch
from nets.preprocess import Drawing, Prepared, prepare_drawing

IDLE = 3600.0  # seconds without a word from a page, after which its session is over
KEEP = 300.0  # seconds that a page which went away may take to come back
MOST_LEFT = 20  # sessions of such pages


class Session:
    """One visitor's two networks, by name (mlp, cnn), and the drawing that lies on the pad.

    The networks are those of all visitors until this one retrains them: those that are shared are read, never changed.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Sequential],
        records: Mapping[str, Mapping[str, Any]],
        lanes: Lanes | None = None,
    ) -> None:
        self._shipped, self._records = networks, records
        self.retraining = Retraining(records, lanes or Lanes())
        self.drawing: Drawing | None = None
        self.used = 0.0  # when it was last asked for, on the monotonic clock

    @property
    def networks(self) -> dict[str, nn.Sequential]:
        return {**self._shipped, **self.retraining.networks}

    @property
    def records(self) -> dict[str, Mapping[str, Any] | None]:
        """Of these networks; None for one that is in training."""
        own = self.retraining.networks
        return {name: self.retraining.record(name) if name in own else record for name, record in self._records.items()}

    def prepare(self, drawing: Drawing) -> Prepared | None:
        """Keep the drawing; what the networks read of it, or None where it has no ink."""
        self.drawing = drawing
        return prepare_drawing(drawing)

    def predict(self, image: Tensor) -> dict[str, Prediction]:
        """What each network reads in an image (1, 28, 28)."""
        return {name: predict(model, image) for name, model in self.networks.items()}


class Readings:
    """Images of any visitors go in one by one; those that arrive together go through a network together.

    A batch of ten takes a network a third of the time that ten images take one by one.
    """

    def __init__(self) -> None:
        self._waiting: dict[nn.Sequential, list[tuple[Tensor, asyncio.Future[Prediction]]]] = {}

    def predict(self, model: nn.Sequential, image: Tensor) -> asyncio.Future[Prediction]:
        """What a network reads in an image (1, 28, 28); to be awaited on the event loop."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._predict)  # after the requests that have arrived by now
        answer = loop.create_future()
        self._waiting.setdefault(model, []).append((image, answer))
        return answer

    def _predict(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for model, asked in waiting.items():
            if not (asked := [(image, answer) for image, answer in asked if not answer.cancelled()]):
                continue
            try:
                predictions = predict_batch(model, torch.stack([image for image, _ in asked]))
            except Exception as error:
                for _, answer in asked:
                    answer.set_exception(error)
                continue
            for (_, answer), prediction in zip(asked, predictions, strict=True):
                answer.set_result(prediction)


class Sessions:
    """Every visitor's session, by the key of the page that is open; of too many, those longest unused go first.

    A page whose connection breaks cannot be told from one that is closed: its training ends, but its drawing and its
    networks are kept for a while in case it comes back.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Sequential],
        records: Mapping[str, Mapping[str, Any]],
        capacity: int = 1000,
        lanes: Lanes | None = None,
    ) -> None:
        self.shipped, self.records = networks, records
        self._capacity = capacity
        self._lanes = lanes or Lanes()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._left: OrderedDict[str, tuple[float, Session]] = OrderedDict()  # since when
        self._lock = threading.Lock()

    def __getitem__(self, key: str) -> Session:
        with self._lock:
            if key not in self._sessions:
                _, back = self._left.pop(key, (0.0, None))
                self._sessions[key] = back or Session(self.shipped, self.records, self._lanes)
            self._sessions.move_to_end(key)
            session = self._sessions[key]
            session.used = time.monotonic()
            oldest = next(iter(self._sessions.values()))
            if len(self._sessions) > self._capacity or oldest.used < session.used - IDLE:
                self._sessions.popitem(last=False)[1].retraining.close()
            return session

    def __len__(self) -> int:
        return len(self._sessions)

    def forget(self, key: str | None) -> None:
        """The page with this key is closed, or cut off."""
        with self._lock:
            session = self._sessions.pop(key, None)
            if session:
                session.retraining.close()
                self._left[key] = time.monotonic(), session
            while self._left:
                since, _ = next(iter(self._left.values()))
                if len(self._left) <= MOST_LEFT and time.monotonic() - since < KEEP:
                    break
                self._left.popitem(last=False)
