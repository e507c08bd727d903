"""What of a run is shown beside its curves: test digits, the first layer, how a network of it read digits kept back."""

from __future__ import annotations

import torch

from demo.training.run import Run
from demo.training.snapshots import Snapshot
from demo.training.track import KeptBackRead, Track
from nets.data import DigitData, Digits
from nets.evaluation import evaluate

EXAMPLES = 10  # test images shown with what the networks read in them
PICTURES = 16  # of the first layer


def ten(run: Run, data: DigitData, which: int) -> Digits:
    """Test images to read, drawn by the run's seed."""
    generator = torch.Generator().manual_seed(run.plans[0].config.seed + 1_000_003 * which)
    return data.test[torch.randperm(len(data.test), generator=generator)[:EXAMPLES]]


def kept_back(run: Run, track: Track, shown: Snapshot) -> KeptBackRead | None:
    """How the network that is shown read digits kept back: the newest reading, or of a moment of the past its own."""
    if shown is run.snapshots.newest:
        return track.kept_back
    name = track.plan.network
    if name not in shown.evaluations:  # a sample will do; it is kept with the moment
        shown.evaluations[name] = evaluate(shown.networks[name], track.sample, 100)
    return KeptBackRead(shown.evaluations[name], shown.steps.get(name, 0))
