"""A borrowed GPU, and what becomes of a run that asks for one: against nets.training.train, with threads for processes.

The process that ZeroGPU forks, and the page that asks for it, are in tests/browser/test_zerogpu.py.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch

from demo.training import gpu
from demo.training import run as runs
from demo.training.gpu import Gone, Loan
from demo.training.plan import Plan
from demo.training.run import Run
from nets.events import EpochEnd, TrainEnd
from nets.models import ARCHITECTURES
from nets.training import TrainConfig, new_model, train
from tests.support import until, weights

CONFIG = TrainConfig(epochs=2, batch_size=50, learning_rate=0.003, reduced_precision=False, seed=3)
PLANS = [Plan(network, ARCHITECTURES[network](), CONFIG, "fast") for network in ("mlp", "cnn")]


def told(event):
    """What an event says, but for the time and for tensors, which do not compare as a whole."""
    if isinstance(event, EpochEnd):
        return event.epoch, event.loss, event.validation.confusion.tolist()
    return type(event), event.step, getattr(event, "loss", None)


def lend(loan: Loan) -> threading.Thread:
    lender = threading.Thread(target=loan.lend, daemon=True)
    lender.start()
    return lender


@pytest.fixture
def lent(synthetic):
    """A loan with two networks to train, and the thread that lends it."""
    loan = Loan()
    lender = lend(loan)
    loan.wait(lambda: False)
    loan.begin(PLANS, synthetic)
    yield loan, lender
    loan.close()
    lender.join(10)
    assert not lender.is_alive()


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_the_same_as_train(lent, network, synthetic, one_thread):
    """Every event and, one event at a time, every weight."""
    loan, _ = lent
    model, twin = new_model(network, 3), new_model(network, 3)
    theirs = train(twin, synthetic, CONFIG)
    for events in loan.train(network, model, lambda: 0.0):
        assert [told(event) for event in events] == [told(next(theirs))]
        assert torch.equal(weights(model), weights(twin))
    assert next(theirs, None) is None


def test_many_events_at_a_time(lent, synthetic):
    """As many as come in the time given, but never past the end of an epoch."""
    loan, _ = lent
    parts = list(loan.train("mlp", new_model("mlp", 3), lambda: 1000.0))
    assert [type(part[-1]) for part in parts] == [EpochEnd, EpochEnd, TrainEnd]
    batches = -(-len(synthetic.train) // CONFIG.batch_size)
    assert [len(part) for part in parts] == [batches + 1, batches + 1, 1]


def test_both_networks_by_turns(lent, synthetic, one_thread):
    loan, _ = lent
    models = {name: new_model(name, 3) for name in ("mlp", "cnn")}
    turns = {name: loan.train(name, model, lambda: 0.0) for name, model in models.items()}
    for _ in range(3):
        for steps in turns.values():
            next(steps)
    for name, model in models.items():
        twin = new_model(name, 3)
        steps = train(twin, synthetic, CONFIG)
        for _ in range(3):
            next(steps)
        assert torch.equal(weights(model), weights(twin))
        steps.close()


def test_giving_it_back_ends_the_lender(lent):
    loan, lender = lent
    loan.close()
    lender.join(10)
    assert not lender.is_alive() and not loan.refused
    with pytest.raises(Gone):
        next(loan.train("mlp", new_model("mlp", 3), lambda: 0.0))


def test_nobody_lends():
    loan = Loan()
    with pytest.raises(Gone):
        loan.wait(lambda: True)
    lend(loan).join(10)  # too late
    assert not loan.asked and not loan.device


def refuse(there):
    raise RuntimeError("Your share is used up.")


def test_a_refusal_makes_way_for_a_process_without_a_gpu(monkeypatch, synthetic, capfd, one_thread):
    """A real one, as the server's own cannot train on a ZeroGPU Space."""
    monkeypatch.setattr(gpu, "_work", refuse)
    loan, twin = Loan(), new_model("mlp", 3)
    lender = lend(loan)
    loan.wait(lambda: False)
    loan.begin(PLANS, synthetic)
    model = new_model("mlp", 3)
    steps, theirs = loan.train("mlp", model, lambda: 0.0), train(twin, synthetic, CONFIG)
    assert [told(event) for event in next(steps)] == [told(next(theirs))]
    assert torch.allclose(weights(model), weights(twin))
    assert loan.refused and loan.device
    loan.close()
    lender.join(10)
    assert not lender.is_alive()
    assert "Your share is used up." in capfd.readouterr().err


# ---- runs


@pytest.fixture
def begin_lent(begin, monkeypatch):
    """Begins a run of both networks where GPUs are lent."""
    monkeypatch.setattr(runs, "LENT", True)

    def start(config: TrainConfig = CONFIG, halt=None) -> Run:
        run = begin(*(replace(plan, config=config) for plan in PLANS), halt=halt)
        until(lambda: run.loan)
        return run

    return start


def test_a_run_on_a_borrowed_gpu(begin_lent, synthetic, one_thread):
    run = begin_lent()
    assert run.state == "loading" and not run.loan.asked
    lender = lend(run.loan)
    until(lambda: not run.live)
    lender.join(10)
    assert run.state == "finished" and run.loan.device and not lender.is_alive()
    for name, track in run.tracks.items():
        twin = new_model(name, 3)
        for _ in train(twin, synthetic, CONFIG):
            pass
        assert torch.equal(weights(track.copy), weights(twin))
        assert track.epochs == 2 and track.curves.points


def test_a_pause_and_single_steps(begin_lent):
    """The weights are those after the step that was asked for, and not of what was trained ahead."""
    run = begin_lent(replace(CONFIG, epochs=1000), halt="batch")
    lend(run.loan)
    until(lambda: run.state == "paused")
    assert [track.batch.step for track in run.tracks.values()] == [1, 1]
    run.step("batch")
    until(lambda: run.state == "paused")
    assert [track.batch.step for track in run.tracks.values()] == [2, 2]
    run.resume()
    until(lambda: min(track.batch.step for track in run.tracks.values()) > 10)
    run.pause()
    until(lambda: run.state == "paused")


def test_nothing_to_train_on(begin_lent, monkeypatch):
    monkeypatch.setattr(gpu, "_work", refuse)
    monkeypatch.setattr(gpu, "_work_without", refuse)
    run = begin_lent()
    run.loan.lend()
    until(lambda: not run.live)
    assert (run.state, run.reason, run.tracks) == ("stopped", "gpu", {})


def test_the_gpu_goes_in_mid_training(begin_lent):
    """What was trained is kept, and read with the test set."""
    run = begin_lent(replace(CONFIG, epochs=1000))
    lender = lend(run.loan)
    until(lambda: run.tracks and all(track.batch for track in run.tracks.values()))
    run.loan.close()
    until(lambda: not run.live)
    lender.join(10)
    assert (run.state, run.reason) == ("stopped", "gpu")
    assert all(track.test for track in run.tracks.values())


def test_stop_while_waiting_for_it(begin_lent):
    run = begin_lent()
    run.stop()
    until(lambda: not run.live)
    assert run.state == "stopped" and not run.tracks
