"""nets.comparison and nets.contestants: by hand-made cases, and by trainings on a handful of digits."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nets.commands.arguments import EXPERIMENTS
from nets.comparison import claims, course, experiments, measures, trials
from nets.comparison.clock import clock
from nets.comparison.course import Course
from nets.comparison.drawings import STYLES, made_up, smooth
from nets.comparison.gallery import COLUMNS, LARGEST, gallery
from nets.comparison.ledger import row
from nets.comparison.results import load_contestant, read
from nets.comparison.scores import calibration, confusion, mcnemar, split, spread
from nets.comparison.strokes import load_sets
from nets.contestants import CONTESTANTS, READERS, scramble
from nets.data import DigitData, Digits, load_digits
from nets.evaluation import evaluate
from nets.layers import BlurPool2d, LocallyConnected2d
from nets.models import count_parameters, describe, totals
from nets.training import new_model


@pytest.fixture(scope="module")
def few() -> DigitData:
    data = load_digits()
    return DigitData("digits", data.train[:120], data.validation[:30], data.test[:60])


@pytest.fixture(scope="module")
def model() -> nn.Sequential:
    """An untrained MLP, which reads at random."""
    return new_model("mlp", 0).eval()


# ---- the contestants


def test_what_the_contestants_cost():
    costs = {key: totals(describe(contestant.build(0))) for key, contestant in CONTESTANTS.items()}
    assert costs["mlp-121k"][0] == costs["cnn"][0] == costs["cnn-strided"][0] == costs["cnn-blurred"][0] == 121_514
    assert costs["cnn-175k-adds"][1] == pytest.approx(costs["mlp"][1], rel=0.001) and costs["mlp"][1] == 174_720
    assert costs["cnn-8k"][0] == pytest.approx(8000, rel=0.01)
    assert costs["cnn-unshared"] == (121_514 - 416 + 16 * 784 * (25 + 1), costs["cnn"][1])
    # Strides: conv1 at every fourth place, conv2 as before, conv3 at every fourth, and conv4.
    assert costs["cnn-strided"][1] == 196 * 25 * 16 + 196 * 400 * 32 + 49 * 800 * 32 + 49 * 800 * 64 + 31_360
    assert costs["cnn-blurred"][1] == costs["cnn"][1] + 9 * (16 * 196 + 32 * 49)


@pytest.mark.parametrize("key", CONTESTANTS)
def test_a_seed_makes_the_same_network(key):
    contestant, image = CONTESTANTS[key], torch.rand(2, 1, 28, 28)
    first, second, other = (contestant.build(seed).eval()(contestant.sees(image)) for seed in (1, 1, 2))
    assert first.shape == (2, 10)
    assert torch.equal(first, second) and not torch.equal(first, other)


def test_scrambling_is_a_permutation():
    image = torch.arange(784.0).view(1, 1, 28, 28)
    seen = CONTESTANTS["mlp-scrambled"].sees(image).flatten()
    assert torch.equal(seen.sort().values, image.flatten()) and not torch.equal(seen, image.flatten())
    assert torch.equal(seen, scramble().float())
    assert torch.equal(CONTESTANTS["cnn"].sees(image), image)


def test_a_blurred_pool_by_hand():
    maps = torch.zeros(1, 2, 5, 5)
    maps[0, 0, 2, 2], maps[0, 1, 0, 0] = 16.0, 16.0
    found = BlurPool2d(2)(maps)
    assert torch.equal(found[0, 0], torch.tensor([[0.0, 0, 0], [0, 4, 0], [0, 0, 0]]))
    assert torch.equal(found[0, 1], torch.tensor([[4.0, 0, 0], [0, 0, 0], [0, 0, 0]]))  # mirrored, not doubled
    assert count_parameters(BlurPool2d(2)) == 0


def test_a_local_layer_with_one_kernel_everywhere_is_a_convolution():
    local, kernel, images = LocallyConnected2d(3, 6, 3), torch.randn(3, 1, 3, 3), torch.rand(2, 1, 6, 6)
    with torch.no_grad():
        local.weight.copy_(kernel.view(3, 1, 9).expand(3, 36, 9))
        local.bias.copy_(torch.tensor([[1.0], [2.0], [3.0]]).expand(3, 36))
    expected = F.conv2d(images, kernel, torch.tensor([1.0, 2.0, 3.0]), padding=1)
    torch.testing.assert_close(local(images), expected)


# ---- the measures


def test_a_shift_moves_and_loses_ink():
    image = torch.zeros(1, 1, 28, 28)
    image[0, 0, 10, 3], image[0, 0, 27, 27] = 1.0, 0.5
    moved = measures.shift(image, 2, -4)
    assert moved[0, 0, 6, 5] == 1 and moved[0, 0, 23].sum() == 0 and moved.sum() == 1
    assert torch.equal(measures.shift(image, 0, 0), image)
    assert measures.shift(image, -4, 0).sum() == 0.5 and measures.shift(image, 28, 0).sum() == 0


def test_a_map_has_the_plain_verdict_in_its_middle(few, model):
    found = measures.shift_map(model, few.test, reach=4, step=2)
    plain = evaluate(model, few.test)
    assert found["accuracy"][2][2] == round(plain.accuracy, 4) and found["digits"] == 60
    right = evaluate(model, Digits(measures.shift(few.test.images, 4, -2), few.test.labels))
    assert found["accuracy"][1][4] == round(right.accuracy, 4)  # dy -2, dx 4
    kept = measures.ink_kept(few.test, 14)
    assert kept[14][14] == 1 and kept[14][28] < 1 and len(kept) == len(kept[0]) == 29


def test_curves_begin_where_nothing_is_changed(few, model):
    accuracy = round(evaluate(model, few.test[:8]).accuracy, 4)
    for curve in measures.curves(model, few.test[:8]).values():
        assert curve["accuracy"][curve["values"].index(curve["none"])] == accuracy


def test_whoever_listens_can_cancel(few, model):
    def cancel() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        measures.shift_map(model, few.test, between=cancel)


def test_matrix_and_cells_are_of_the_same_digits(few, model):
    found = measures.on_test_set(model, few.test)
    plain = evaluate(model, few.test)
    assert found["confusion"] == plain.confusion.tolist() and sum(map(sum, found["confusion"])) == 60
    for true, cells in enumerate(found["cells"]):
        for seen, cell in enumerate(cells):
            count = found["confusion"][true][seen]
            assert len(cell) == (min(count, measures.UNSURE) if true == seen else count)
            assert all(few.test.labels[index] == true for index in cell)
    assert sorted(measures.misread(found["cells"])) == plain.mistakes.tolist()
    assert found["calibration"]["clean"]["nll"] == pytest.approx(plain.loss, abs=1e-4)
    assert found["calibration"]["hard"]["digits"] == 60
    images = measures.ink(few.test)
    assert torch.equal(measures.hard(images), measures.hard(images)) and not torch.equal(measures.hard(images), images)


# ---- the scores


def test_mcnemar_by_hand():
    """Of 8 coins 7 or more fall to one side in 2 * (8 + 1) of 256 cases. 150 and 86: A. Agresti's approval ratings."""
    assert mcnemar(7, 1) == mcnemar(1, 7) == pytest.approx(18 / 256)
    assert mcnemar(0, 5) == pytest.approx(2 / 32) and mcnemar(3, 3) == 1 and mcnemar(0, 0) == 1
    assert mcnemar(150, 86) == pytest.approx(3.7e-5, rel=0.1)


def test_calibration_by_hand():
    """Four verdicts at 0.9, of which three are right, and one at 0.5 that is wrong."""
    sure = torch.full((5, 10), 0.1 / 9)
    sure[:4, 3] = 0.9
    sure[4], sure[4, 3], sure[4, 4] = 0.0, 0.5, 0.5 - 1e-6
    labels = torch.tensor([3, 3, 3, 1, 4])
    found = calibration(sure, labels)
    assert found["accuracy"] == 0.6
    assert found["ece"] == pytest.approx(4 / 5 * abs(0.9 - 0.75) + 1 / 5 * 0.5, abs=1e-4)
    filled = {i: (b["count"], b["accuracy"]) for i, b in enumerate(found["bins"]) if b["count"]}
    assert filled == {13: (4, 0.75), 7: (1, 0.0)}
    expected = -(3 * torch.tensor(0.9).log() + torch.tensor(0.1 / 9).log() + torch.tensor(0.5).log()) / 5
    assert found["nll"] == pytest.approx(float(expected), abs=1e-4)


def test_where_two_readers_part_by_hand():
    labels = torch.tensor([0, 0, 1, 1, 2, 2])
    first, second = torch.tensor([0, 0, 1, 7, 3, 3]), torch.tensor([0, 5, 4, 1, 3, 8])
    found = split(labels, first, second)
    assert found["counts"] == {"both": 1, "first": 2, "second": 1, "both_wrong_alike": 1, "both_wrong_apart": 1}
    assert sum(found["counts"].values()) == found["digits"] == 6 and found["apart"] == 4 and found["p"] == 1
    assert found["indices"]["first"][:3] == [[1], [2], []] and found["indices"]["both_wrong_apart"][2] == [5]
    assert confusion(labels, first)[1][7] == 1


def test_spread_by_hand():
    assert spread([1.0, 2.0, 3.0]) == {"mean": 2, "deviation": 1, "values": [1, 2, 3]}
    assert spread([4.0])["deviation"] is None


def test_epochs_and_roughness_by_hand():
    checks = [{"epoch": e, "accuracy": a} for e, a in ((1, 0.96), (2, 0.975), (3, 0.985), (4, 0.9845))]
    assert trials.epochs_to(checks, 0.97) == 2 and trials.epochs_to(checks, 0.99) is None
    assert trials.converged(checks) == 3
    assert trials.roughness([2.0, 1.0] * 50, window=2)["nats"] == pytest.approx(0.5)
    assert trials.roughness([3.0] * 10, window=4) == {"nats": 0, "relative": 0}
    assert trials.decimated([1.0, 3.0, 5.0], points=2) == [2, 5]


def test_a_training_that_diverged_at_once_has_no_epochs_to_count():
    assert trials.converged([]) is None and trials.decimated([]) == []
    assert trials.roughness([]) == {"nats": None, "relative": None}
    assert spread([2.0, None, 4.0]) == {"mean": 3, "deviation": 1.414214, "values": [2, None, 4]}
    assert spread([None])["mean"] is None


# ---- the course


SMALL = [
    replace(CONTESTANTS[key], config=replace(CONTESTANTS[key].config, epochs=1)) for key in ("mlp", "tutorial-mlp")
]


def test_a_comparison_goes_on_where_it_was_cut_off(few, tmp_path, monkeypatch):
    """The second training breaks off; what follows trains that one and the last, and the first not again."""
    begun, whole = [], course.trial

    def watched(contestant, seed, *rest):
        begun.append((contestant.key, seed))
        if len(begun) == 2:
            raise KeyboardInterrupt
        return whole(contestant, seed, *rest)

    monkeypatch.setattr(course, "trial", watched)
    compared = Course(few, tmp_path / "compare", tmp_path / "weights", count=4, seeds=(0, 1), told=lambda line: None)
    with pytest.raises(KeyboardInterrupt):
        compared.train(SMALL)
    assert begun == [("mlp", 0), ("tutorial-mlp", 0)]
    compared.train(SMALL)
    assert begun[2:] == [("tutorial-mlp", 0), ("mlp", 1), ("tutorial-mlp", 1)]
    compared.train(SMALL)
    assert len(begun) == 5

    ledger = {line["contestant"]: line for line in read(tmp_path / "compare", "ledger")["rows"]}
    assert set(ledger) == {"mlp", "tutorial-mlp"} and ledger["mlp"]["seeds"] == [0, 1]
    accuracies = [read(tmp_path / "compare" / "trials", f"mlp-{seed}")["test"]["accuracy"] for seed in (0, 1)]
    assert ledger["mlp"]["accuracy"] == spread(accuracies) and ledger["mlp"]["parameters"] == 175_306
    half, full = load_contestant("mlp", tmp_path / "compare"), trials.trial(SMALL[0], 0, few, tmp_path / "weights")
    assert evaluate(half, few.test).accuracy == pytest.approx(full.record["test"]["accuracy"], abs=0.04)
    told = {line["key"]: line for line in read(tmp_path / "compare", "claims")["rows"]}
    assert "accuracy_mlp" in told and "accuracy_cnn" not in told and told["accuracy_mlp"]["seeds"] == 2

    # Of other digits, or with another config, it is another trial.
    assert trials.trial(SMALL[0], 0, few, tmp_path / "weights").record["config"]["epochs"] == 1
    record = tmp_path / "weights" / "mlp-0.json"
    written = json.loads(record.read_text())
    del written["config"]["augmentation"]["serif"]  # as of a version that knew no such option
    record.write_text(json.dumps(written))
    assert trials.trial(SMALL[0], 0, few, tmp_path / "weights").record == written
    assert not trials.same(None, SMALL[0].config) and not trials.same({"lr": 1}, SMALL[0].config)
    longer = replace(SMALL[0], config=replace(SMALL[0].config, epochs=2))
    assert trials.trial(longer, 0, few, tmp_path / "weights", lambda line: None).record["epochs"] == 2


def test_readers_are_measured_again_only_when_they_have_changed(few, tmp_path, monkeypatch):
    monkeypatch.setattr(course, "curves", lambda *_: {})
    monkeypatch.setattr(course, "shift_map", lambda model, digits: {"digits": len(digits)})
    lines = []
    compared = Course(few, tmp_path / "compare", tmp_path / "weights", count=4, told=lines.append)
    compared.measure(["best-mlp"])
    compared.measure(["best-mlp", "tutorial-cnn"])  # of which there are no weights here
    assert lines == ["measuring best-mlp"]
    found = read(tmp_path / "compare", "measured-best-mlp")
    assert sum(map(sum, found["test"]["confusion"])) == 60
    monkeypatch.setattr(course, "VERSION", -1)
    compared.measure(["best-mlp"])
    assert len(lines) == 2


def test_an_experiment_keeps_what_it_has(few, tmp_path):
    arms = {
        arm: replace(c, config=replace(c.config, epochs=1))
        for arm, c in experiments.EXPERIMENTS["rates-mlp"].arms.items()
    }
    small = experiments.Experiment("rates-mlp", dict(list(arms.items())[:2]))
    lines: list[str] = []
    *_, found = experiments.run(small, few, tmp_path, seeds=(0,), told=lines.append)
    *_, again = experiments.run(small, few, tmp_path / "none", found, seeds=(0,), told=lines.append)
    assert found == again and len(lines) == 2
    summary = experiments.summary(found)
    assert list(summary) == ["0.0003", "0.001"] and summary["0.001"]["seeds"] == [0]


def test_the_command_line_knows_every_experiment():
    assert set(EXPERIMENTS) == {*experiments.EXPERIMENTS, "layers", "shifts"}


def test_every_experiment_changes_one_thing():
    for experiment in experiments.EXPERIMENTS.values():
        if experiment.key in ("sizes", "pools", "sharing", "pixels"):
            assert len({arm.config for arm in experiment.arms.values()}) == 1
        elif experiment.key != "tutorials":
            first, *others = experiment.arms.values()
            for other in others:
                same = [getattr(first, name) == getattr(other, name) for name in ("config", "architecture")]
                assert sum(same) == 1


# ---- claims, gallery, drawings


def test_verdicts_follow_the_numbers():
    above, below = {"mean": 0.98, "deviation": 0.001}, {"mean": 0.97, "deviation": 0.002}
    assert claims._verdict(above, below) == "so" and claims._verdict(below, above) == "not"
    assert claims._verdict({"mean": 0.9715, "deviation": None}, below) == "depends"
    line = {"accuracy": spread([0.974, 0.976]), "training_accuracy": spread([0.99, 0.99]), "seeds": [0, 1]}
    found = claims.Found({"tutorial-mlp": line}, {}, {}, {}, {})
    told = {row["key"]: row for row in claims.claims(found)}
    assert told["accuracy_mlp"]["verdict"] == "so" and told["accuracy_mlp"]["values"]["test"] == 0.975
    known = {"parameters_mlp": "not", "parameters_cnn": "not", "fields": "not", "deeper": "so", "pooling": "depends"}
    assert {key: told[key]["verdict"] for key in known} == known
    assert (
        told["fields"]["values"]["conv4"] == 40 and told["parameters_cnn"]["values"]["fewer"] == 1 - 121_514 / 175_306
    )
    assert told["pooling"]["values"]["out_without"] == 64 * 28 * 28 * 10 + 10


@pytest.mark.parametrize(
    ("epochs", "verdict"), [([14, 16, 18], "so"), ([12, 13, 18], "depends"), ([12, 14.5], "not"), ([26, None], "not")]
)
def test_epochs_that_only_some_seeds_take_depend_on_the_seed(epochs, verdict):
    found = claims.Found({}, {}, {"tutorial-mlp": spread(epochs)}, {}, {})
    [told] = [row for row in claims.claims(found) if row["key"] == "epochs_mlp"]
    assert told["verdict"] == verdict and told["values"]["least"] == epochs[0]


def test_the_ledger_knows_no_epochs_of_ours():
    account = {
        "seed": 0, "epochs": 60, "checks": [], "drawn": {}, "far": {"accuracy": 0.8},
        "train": {"accuracy": 1.0}, "test": {"accuracy": 0.99},
    }  # fmt: skip
    times = {"milliseconds": 0.1, "epoch": 2.0}
    line = row(READERS["best-mlp"], [account], times)
    assert line["epochs_to"] == {"0.97": None, "0.98": None, "0.99": None}
    assert line["seconds_an_epoch"] == 2 and line["accuracy"]["deviation"] is None
    checks = [{"epoch": 0.5, "accuracy": 0.975}]
    line = row(CONTESTANTS["mlp"], [account | {"checks": checks}, account | {"checks": checks, "seed": 1}], times)
    assert line["epochs_to"]["0.97"] == {"reached": 2, "of": 2, "mean": 0.5, "deviation": 0, "values": [0.5, 0.5]}
    assert line["epochs_to"]["0.98"] == {"reached": 0, "of": 2}


def test_the_gallery_shows_what_splits_two_readers(few, monkeypatch):
    monkeypatch.setattr("nets.comparison.gallery.HANDS", 2)
    readers = {name: new_model("mlp", seed).eval() for seed, name in enumerate(("one", "two"))}
    content, picture = gallery(readers, few.test, lambda line: None)
    assert picture.startswith(b"\x89PNG") and len(picture) <= LARGEST and content["columns"] == COLUMNS
    shown = content["pairs"]["one/two"]
    assert any(shown["digits"])
    for kind in ("digits", "drawings"):
        for digit, places in enumerate(shown[kind]):
            for place in places:
                entry = content[kind][place]
                right = [entry["read"][name] == entry["label"] for name in readers]
                assert entry["label"] == digit and sum(right) == 1
    json.dumps(content, allow_nan=False)


def test_a_made_up_digit_is_the_same_every_time_and_on_the_pad():
    assert set(STYLES) == set(range(10))
    for digit in range(10):
        first, again, other = made_up(digit, 0), made_up(digit, 0), made_up(digit, 1)
        assert all((a == b).all() for a, b in zip(first.strokes, again.strokes, strict=True))
        assert [s.tolist() for s in first.strokes] != [s.tolist() for s in other.strokes]
        assert all(stroke.min() >= 0 and stroke.max() <= 280 for stroke in first.strokes)


def test_a_smooth_line_meets_its_points():
    points = torch.tensor([[0.0, 0.0], [10.0, 0.0], [10.0, 0.0], [10.0, 20.0]]).numpy()
    line = smooth(points).tolist()
    assert all(point in line for point in points.tolist())
    assert all(x == 10 or y == 0 for x, y in line)  # a corner, not an arc


def test_drawn_digits_are_read_from_a_file(tmp_path):
    lines = [{"label": 1, "strokes": [[[5, 0], [5, 100]]]}, {"label": 7, "strokes": [[[0, 0], [50, 0], [20, 100]]]}]
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, lines)))
    images, labels = load_sets([tmp_path / "mine.jsonl"])["mine"]
    assert images.shape == (2, 1, 28, 28) and labels.tolist() == [1, 7]
    assert images[0, 0, :, 12:16].sum() > 0.99 * images[0].sum() and images[0, 0, 3:25].sum() == images[0].sum()


def test_the_clock_counts_the_processors_time(few):
    chosen = [CONTESTANTS["mlp-121k"], CONTESTANTS["cnn-8k"]]
    found = clock(chosen, few)
    assert list(found) == ["mlp-121k", "cnn-8k"]
    assert 0 < found["mlp-121k"]["milliseconds"] < found["cnn-8k"]["milliseconds"] < 1000
    assert all(times["epoch"] > 0 for times in found.values())
