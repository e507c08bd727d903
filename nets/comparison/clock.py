"""How long each contestant takes, all measured in one go, so that they can be compared.

In the processor's time on one thread: others may be using the machine. What a network has learnt makes no difference.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from nets.comparison.measures import ink, sample
from nets.contestants import Contestant
from nets.data import DigitData
from nets.events import BatchEnd
from nets.training import train

READINGS = 100  # images read one by one, in each round
ROUNDS = 3  # by turns, so that a busy machine slows all of them; the quickest round counts
WARM_UP, BATCHES = 3, 12  # of a training


def clock(contestants: Iterable[Contestant], data: DigitData) -> dict[str, dict[str, float]]:
    """For each contestant the milliseconds to read one image, and the seconds to train on 55,000."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        images = ink(sample(data.test)[1])
        found: dict[str, dict[str, float]] = {}
        chosen = list(contestants)
        for _ in range(ROUNDS):
            for contestant in chosen:
                model = contestant.build(0).eval()
                now = {"milliseconds": milliseconds(model, images), "epoch": epoch(contestant, data)}
                before = found.get(contestant.key, now)
                found[contestant.key] = {name: round(min(before[name], now[name]), 4) for name in now}
        return found
    finally:
        torch.set_num_threads(threads)


def milliseconds(model: nn.Module, images: torch.Tensor) -> float:
    """The median time to read one image."""
    taken = []
    with torch.inference_mode():
        for image in images[:READINGS].split(1):
            start = time.thread_time()
            model(image)
            taken.append(time.thread_time() - start)
    return 1000 * statistics.median(taken)


def epoch(contestant: Contestant, data: DigitData) -> float:
    """The seconds that 55,000 images take, by the median time of a batch."""
    config = replace(contestant.config, epochs=1)
    model, taken = contestant.build(0), []
    events = train(model, data, config)
    mark = time.process_time()
    for event in events:
        if isinstance(event, BatchEnd):
            taken.append(time.process_time() - mark)
        if len(taken) == WARM_UP + BATCHES or not isinstance(event, BatchEnd):
            break
        mark = time.process_time()
    events.close()
    size = min(config.batch_size, len(data.train))
    return statistics.median(taken[WARM_UP:] or taken) * 55_000 / size


def of(clocked: dict[str, Any] | None, key: str) -> dict[str, float | None]:
    """What is known of a contestant's times."""
    return (clocked or {}).get("times", {}).get(key, {"milliseconds": None, "epoch": None})
