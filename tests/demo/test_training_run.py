"""Runs, their commands and their states: against train() and hand counts."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
import torch

from demo.training import digits, track
from demo.training import run as runs
from demo.training.curves import POINTS, Curves, short
from demo.training.lanes import Lanes
from demo.training.pace import Pace
from demo.training.snapshots import MOST, MOST_BYTES
from demo.training.track import Track
from nets.data import DataError
from nets.evaluation import evaluate
from nets.events import BatchEnd, TrainEnd
from nets.models import MlpArchitecture
from nets.training import TrainConfig, new_model, train
from tests.demo.support import ENDLESS, SMALL, plan
from tests.support import until, weights


def test_a_run_is_the_same_training_as_the_command_lines(begin, synthetic, one_thread):
    run = begin(plan("mlp"), plan("cnn"))
    until(lambda: not run.live)
    assert run.state == "finished"
    for name in ("mlp", "cnn"):
        model = new_model(name, SMALL.seed)
        for _ in train(model, synthetic, SMALL):
            pass
        assert torch.equal(weights(run.snapshots.newest.networks[name]), weights(model))
        test = evaluate(model, synthetic.test)
        assert run.tracks[name].test.accuracy == test.accuracy
        assert run.tracks[name].test.loss == pytest.approx(test.loss, abs=1e-6)


def test_a_race_keeps_both_on_one_clock(begin):
    run = begin(plan("mlp", ENDLESS), plan("cnn", ENDLESS))
    until(lambda: run.tracks and all(track.batch and track.batch.step > 30 for track in run.tracks.values()))
    run.pause()
    until(lambda: run.state == "paused")
    mlp, cnn = run.tracks["mlp"], run.tracks["cnn"]
    longest = max(track.batch.seconds / track.batch.step for track in (mlp, cnn))
    assert abs(mlp.seconds - cnn.seconds) < 0.2 * max(mlp.seconds, cnn.seconds) + 10 * longest
    assert mlp.batch.step > cnn.batch.step  # which costs less a step


def test_one_batch_and_one_epoch_are_just_that(begin):
    run = begin(plan("mlp"), plan("cnn"), halt="batch")
    until(lambda: run.state == "paused")
    assert {name: track.batch.step for name, track in run.tracks.items()} == {"mlp": 1, "cnn": 1}
    run.step("batch")
    until(lambda: run.state == "paused")
    assert {name: track.batch.step for name, track in run.tracks.items()} == {"mlp": 2, "cnn": 2}
    run.step("epoch")
    until(lambda: run.state == "paused")
    assert {name: (track.batch.step, track.epochs) for name, track in run.tracks.items()} == {
        "mlp": (8, 1),
        "cnn": (8, 1),
    }
    run.resume()
    until(lambda: not run.live)
    assert all(track.batch.step == 24 for track in run.tracks.values())


def test_whoever_sees_a_pause_sees_what_it_holds(begin):
    """No step is under way any more, and the newest copies are of the last one."""
    run = begin(plan("mlp", ENDLESS), plan("cnn", ENDLESS))
    for _ in range(5):
        until(lambda: run.state == "running")
        run.pause()
        until(lambda: run.state == "paused")
        held = {name: (track.batch, weights(track.model).clone()) for name, track in run.tracks.items()}
        copies = run.snapshots.newest.networks
        time.sleep(0.05)
        for name, (batch, weight) in held.items():
            assert run.tracks[name].batch is batch
            assert torch.equal(weights(copies[name]), weight) and torch.equal(weights(run.tracks[name].model), weight)
        run.resume()


def test_what_is_shown_in_a_pause_is_where_it_stands(begin):
    run = begin(plan("mlp", ENDLESS), halt="epoch")
    until(lambda: run.state == "paused")
    until(lambda: torch.equal(weights(run.snapshots.newest.networks["mlp"]), weights(run.tracks["mlp"].model)))
    before = weights(run.snapshots.newest.networks["mlp"])
    run.resume()
    until(lambda: not torch.equal(before, weights(run.snapshots.newest.networks["mlp"])))
    assert not run.snapshots.newest.networks["mlp"].training


def test_copies_never_change(begin):
    run = begin(plan("mlp", ENDLESS))
    until(lambda: len(run.snapshots.kept) > 3)
    old = run.snapshots.kept[1].networks["mlp"]
    kept = weights(old).clone()
    until(lambda: len(run.snapshots.kept) > 6)
    assert torch.equal(weights(old), kept)


def test_stop_leaves_a_network_that_has_been_tested(begin, synthetic):
    run = begin(plan("mlp", ENDLESS))
    until(lambda: run.tracks and run.tracks["mlp"].batch)
    run.stop()
    assert run.state in ("evaluating", "stopped")  # at once, whatever the thread does
    until(lambda: not run.live)
    assert run.state == "stopped"
    trained = run.tracks["mlp"]
    assert trained.test.accuracy == evaluate(run.snapshots.newest.networks["mlp"], synthetic.test).accuracy


def test_a_third_run_waits_and_may_leave_the_line(begin):
    lanes = Lanes(2, waiting=2)
    first, second = (begin(plan("mlp", ENDLESS), lanes=lanes) for _ in range(2))
    until(lambda: first.state == second.state == "running")
    third = begin(lanes=lanes)
    until(lambda: third.state == "waiting")
    fourth = begin(lanes=lanes)
    until(lambda: fourth.state == "waiting")
    assert [run.place.number for run in (first, second, third, fourth)] == [None, None, 1, 2]
    third.stop()
    assert third.state == "stopped"
    until(lambda: fourth.place.number == 1)
    assert not third.tracks
    first.stop()
    until(lambda: fourth.state == "finished")


def test_a_run_has_its_last_minute(begin, monkeypatch):
    monkeypatch.setattr(runs, "MINUTES", 0.002)
    run = begin(plan("mlp", ENDLESS))
    until(lambda: not run.live)
    assert (run.state, run.reason) == ("stopped", "time")
    assert run.tracks["mlp"].test


def test_the_last_minute_comes_in_a_pause_too(begin, monkeypatch):
    monkeypatch.setattr(runs, "MINUTES", 0.01)
    run = begin(plan("mlp", ENDLESS), halt="batch")
    until(lambda: not run.live)
    assert (run.state, run.reason) == ("stopped", "time")


def test_a_run_that_nobody_asks_after_ends(begin, monkeypatch):
    monkeypatch.setattr(runs, "ABANDONED", 0.2)
    run = begin(plan("mlp", ENDLESS))
    until(lambda: not run.live)
    assert (run.state, run.reason) == ("stopped", "abandoned")


def test_a_closed_run_ends_without_a_test_and_frees_its_snapshots(begin):
    run = begin(plan("mlp", ENDLESS))
    until(lambda: run.snapshots.newest)
    run.close()
    until(lambda: not run.live and run.snapshots.kept == [])
    assert run.tracks["mlp"].test is None


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "muon"])
def test_divergence_ends_the_run_and_keeps_good_weights(begin, optimizer):
    config = TrainConfig(
        epochs=20, batch_size=50, learning_rate=100.0, optimizer=optimizer, schedule="constant", reduced_precision=False
    )
    run = begin(plan("cnn", config), plan("mlp", replace(SMALL, epochs=2)))
    until(lambda: not run.live)
    assert run.state == "diverged"
    assert run.tracks["cnn"].end.diverged and not run.tracks["mlp"].end.diverged
    assert weights(run.snapshots.newest.networks["cnn"]).isfinite().all()
    assert run.tracks["mlp"].batch.step == 16  # went on to its end


def test_without_mnist_it_takes_the_bundled_digits(begin, synthetic, monkeypatch, capsys):
    def none(progress):
        raise DataError("no route to the mirrors")

    monkeypatch.setattr(digits, "load_mnist", none)
    run = begin()
    until(lambda: not run.live)
    assert run.data is synthetic and run.wanted == "mnist" and run.state == "finished"
    assert "no route" in capsys.readouterr().err  # for whoever runs the server


def test_a_download_can_be_cancelled_and_tried_again(begin, synthetic, monkeypatch):
    def slow(progress):
        for done in range(10**6):
            progress("train-images-idx3-ubyte.gz", done, 10**6)
            time.sleep(0.01)

    monkeypatch.setattr(digits, "load_mnist", slow)
    run = begin()
    until(lambda: run.download and run.download[0] > 2)
    assert run.state == "loading"
    run.stop()
    until(lambda: not run.live)
    assert run.state == "stopped" and not run.tracks
    monkeypatch.setattr(digits, "load_mnist", lambda progress: synthetic)
    again = begin()
    until(lambda: again.state == "finished")


def test_a_download_that_hangs_can_be_left(begin, monkeypatch):
    answer = threading.Event()
    monkeypatch.setattr(digits, "load_mnist", lambda progress: answer.wait(60))
    run = begin()
    until(lambda: run.state == "loading")
    run.stop()
    assert run.state == "stopped" and not run.live  # at once: another may begin
    answer.set()
    run._thread.join()
    assert run.state == "stopped" and not run.tracks


def test_a_failure_is_told_and_leaves_the_line(begin, monkeypatch, capsys):
    def broken(*_):
        raise MemoryError("no room")
        yield

    monkeypatch.setattr(track, "train", broken)
    lanes = Lanes(1)
    run = begin(lanes=lanes)
    until(lambda: not run.live)
    assert run.state == "failed"
    assert "MemoryError" in capsys.readouterr().err
    assert lanes.running == 0


def test_snapshots_stay_within_their_bounds(begin, monkeypatch):
    monkeypatch.setattr(runs, "COPY_EVERY", 0.0)
    wide = MlpArchitecture(hidden=(512, 512, 512))
    run = begin(plan("mlp", replace(SMALL, epochs=40), wide))
    until(lambda: not run.live)
    size = sum(p.nbytes for p in run.snapshots.newest.networks["mlp"].parameters())
    assert 2 < len(run.snapshots.kept) <= MOST_BYTES // size < MOST
    clocks = [s.seconds for s in run.snapshots.kept]
    assert clocks == sorted(clocks)
    assert run.snapshots.kept[0].seconds == 0 and run.snapshots.kept[-1] is run.snapshots.newest
    assert torch.equal(weights(run.snapshots.kept[0].networks["mlp"]), weights(new_model("mlp", SMALL.seed, wide)))


def test_digits_kept_back_are_read_sooner_at_first(synthetic):
    """Where that takes 0.3 s, once in 10 s is 3 %: until then after 1, 2, 4 ... seconds."""
    track, due = Track(plan(), synthetic, torch.device("cpu")), [0.0]
    read = evaluate(track.model, synthetic.validation)
    for _ in range(6):
        track._sampled(due[-1], read, 0.3)
        due.append(track._sample_at)
    assert due == pytest.approx([0, 1, 2, 4, 8, 16, 26])


def batch(step: int, steps: int, loss: float, accuracy: float = 0.5) -> BatchEnd:
    return BatchEnd(step, steps, 1, loss, accuracy, 0.01, step * 10, step / 100, loss + 0.1)


def test_curves_stay_short_and_each_point_is_what_was_measured_at_its_batch():
    curves, losses = Curves(1_000), []
    generator = torch.Generator().manual_seed(0)
    for step in range(1, 10_001):
        losses.append(torch.rand(1, generator=generator).item())
        curves.add(batch(step, 10_000, losses[-1], accuracy=step % 2))
        assert len(curves.points) < POINTS
    assert len(curves.points) > POINTS / 3 and curves.points[-1].step == 10_000
    for x, step, loss, smooth, accuracy, rate in curves.points:
        window = losses[max(0, step - 20) : step]
        assert (x, loss, rate) == (step / 100, losses[step - 1], 0.01)
        assert smooth == pytest.approx(sum(window) / len(window))
        assert accuracy == pytest.approx((len(window) + step % 2) // 2 / len(window))


def test_the_mean_is_of_the_batches_there_are_and_forgets_the_first_ones():
    curves = Curves(100)
    for step in range(1, 101):
        curves.add(batch(step, 100, 9.0 if step <= 10 else 0.1))
    assert [point.smooth for point in curves.points[:11:5]] == pytest.approx([9, 9, (10 * 9 + 0.1) / 11])
    assert curves.points[29].smooth == pytest.approx(0.1)  # batches 11 to 30


@pytest.mark.parametrize(("loss", "told"), [(123.456, 123.5), (float("inf"), None), (float("nan"), None)])
def test_a_batch_that_was_too_much_is_told_with_its_loss(loss, told):
    curves = Curves(10)
    curves.add(batch(1, 10, 2.3))
    curves.diverge(TrainEnd(True, 1, 0.5, loss, 0))
    assert curves.answer()["diverged"] == curves.packed().answer()["diverged"] == {"x": 0.5, "step": 2, "loss": told}


def test_the_number_of_threads_is_the_fastest_one_even_when_that_changes():
    pace, used = Pace(), []
    for quiet, best in ((True, 8), (False, 1), (True, 8)):
        cost = {1: 1.0, 4: 0.6, 8: 0.5} if quiet else {1: 1.0, 4: 1.5, 8: 2.0}
        for step in range(1000):
            threads = pace.threads(8)
            stall = 30 * (step % 40 == 0)  # now and then a step takes long, whatever the number
            pace.took(threads, cost[threads] + stall)
            used.append(threads)
        late = used[-500:]
        assert late.count(best) > 0.9 * len(late)
    assert {Pace().threads(1), *(pace.threads(1) for _ in range(9))} == {1}


def test_curves_are_the_same_in_a_quarter_of_the_memory(synthetic):
    curves = Curves(20_000)
    for step in range(123_401, 123_501):
        curves.add(batch(step, 123_500, 3.0 / step))
    read = evaluate(new_model("mlp", 0), synthetic.validation)
    curves.add_validation(1 / 3, 123_456, read)
    told = curves.answer()
    assert curves.packed().answer() == told
    assert told["x"][99] == 1235.0 and told["step"][:2] == [123_401, 123_402]
    assert (told["per_epoch"], told["window"], told["diverged"]) == (20_000, 20, None)
    kept = {"x": [0.3333], "step": [123_456], "accuracy": [short(read.accuracy)], "loss": [short(read.loss)]}
    assert told["validation"] == kept
    assert curves.packed().bytes == 4 * (6 * 100 + 4)
