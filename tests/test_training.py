"""The training loop against one written out by hand, and what its listeners rely on."""

import copy
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from nets.augment import Augmentation
from nets.data import DigitData, Digits
from nets.evaluation import evaluate
from nets.events import BatchEnd, EpochEnd, TrainEnd
from nets.models import NETWORKS
from nets.training import OPTIMIZERS, RECIPES, TrainConfig, calibrate, new_model, schedule, train

PLAIN = TrainConfig(
    epochs=2, batch_size=64, learning_rate=0.001, schedule="constant", shuffle=False, reduced_precision=False
)


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.fixture
def one_thread():
    """Sums in one order: Adam makes whole steps of the rounding where a gradient is next to nothing."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("network", NETWORKS)
def test_it_does_what_the_tutorials_loop_does(network, synthetic, one_thread):
    ours, theirs = new_model(network, 3), new_model(network, 3)
    for _ in train(ours, synthetic, PLAIN):
        pass

    dataset = torch.utils.data.TensorDataset(synthetic.train.images.float() / 255, synthetic.train.labels)
    loader = torch.utils.data.DataLoader(dataset, batch_size=64)
    optimizer = torch.optim.Adam(theirs.parameters(), lr=0.001)
    for _ in range(2):
        for images, labels in loader:
            optimizer.zero_grad()
            F.cross_entropy(theirs(images), labels).backward()
            optimizer.step()
    torch.testing.assert_close(weights(ours), weights(theirs), rtol=1e-3, atol=2e-5)


def test_the_events_tell_the_run(synthetic):
    model = new_model("mlp", 0)
    events = list(train(model, synthetic, replace(PLAIN, batch_size=150)))
    batches = [event for event in events if isinstance(event, BatchEnd)]
    epochs = [event for event in events if isinstance(event, EpochEnd)]
    assert [b.step for b in batches] == [1, 2, 3, 4, 5, 6]
    assert [b.epoch for b in batches] == [1, 1, 1, 2, 2, 2]
    assert [b.images for b in batches] == [150, 300, 400, 550, 700, 800]
    assert all(b.steps == 6 and b.learning_rate == 0.001 for b in batches)
    assert [e.epoch for e in epochs] == [1, 2]
    mean = (150 * batches[0].loss + 150 * batches[1].loss + 100 * batches[2].loss) / 400
    assert epochs[0].loss == pytest.approx(mean)
    assert epochs[1].validation.accuracy == evaluate(model, synthetic.validation).accuracy
    assert isinstance(events[-1], TrainEnd) and not events[-1].diverged and events[-1].step == 6
    seconds = [event.seconds for event in events]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("network", NETWORKS)
def test_same_seed_same_weights_and_other_seed_others(network, synthetic):
    config = replace(RECIPES["best"][network], epochs=2, batch_size=100)

    def run(seed):
        model = new_model(network, seed)
        for _ in train(model, synthetic, replace(config, seed=seed)):
            pass
        return weights(model)

    first = run(1)
    assert torch.equal(first, run(1))
    assert not torch.equal(first, run(2))


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_learns(recipe, network, synthetic):
    model = new_model(network, 0)
    before = evaluate(model, synthetic.test).loss
    config = replace(RECIPES[recipe][network], epochs=4, batch_size=32, augmentation=Augmentation(pen=0.3))
    for _ in train(model, synthetic, config):
        pass
    assert evaluate(model, synthetic.test).loss < before / 2


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_learns(optimizer, synthetic):
    model = new_model("mlp", 0)
    rate = {"sgd": 0.05, "muon": 0.02}.get(optimizer, 0.003)
    config = TrainConfig(epochs=15, batch_size=50, learning_rate=rate, optimizer=optimizer, weight_decay=1e-4)
    losses = [event.loss for event in train(model, synthetic, config) if isinstance(event, EpochEnd)]
    assert losses[-1] < losses[0] / 2


def test_who_stops_listening_has_a_usable_model(synthetic):
    model = new_model("cnn", 0)
    before = weights(model)
    run = train(model, synthetic, TrainConfig(batch_size=50))
    for event in run:
        if event.step == 3:
            break
    run.close()
    assert not model.training
    assert not torch.equal(before, weights(model))
    assert model(torch.rand(2, 1, 28, 28)).isfinite().all()


def test_a_diverging_run_ends_with_the_last_good_weights(synthetic):
    model = new_model("mlp", 0)
    config = TrainConfig(epochs=30, batch_size=50, learning_rate=100.0, optimizer="sgd", schedule="constant")
    *_, last = train(model, synthetic, config)
    assert isinstance(last, TrainEnd) and last.diverged
    assert weights(model).isfinite().all()


def test_the_training_set_is_left_as_it_was(synthetic):
    images = synthetic.train.images.clone()
    for _ in train(new_model("mlp", 0), synthetic, replace(RECIPES["best"]["mlp"], epochs=1)):
        pass
    assert torch.equal(images, synthetic.train.images)


def test_new_models_do_not_touch_the_global_random_state():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    new_model("mlp", 9)
    assert torch.equal(torch.rand(3), expected)


def test_one_cycle_rises_from_a_tenth_to_the_peak_and_falls_to_zero():
    rates = [schedule(TrainConfig(), p / 100) for p in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[20] == pytest.approx(1)
    assert rates[-1] == pytest.approx(0)
    assert rates[:21] == sorted(rates[:21]) and rates[20:] == sorted(rates[20:], reverse=True)


@pytest.mark.parametrize("scale", [0.2, 5.0])
def test_calibration_finds_the_least_loss_and_changes_no_verdict(scale, synthetic):
    model = new_model("mlp", 0)
    for _ in train(model, synthetic, TrainConfig(epochs=3, batch_size=25, learning_rate=0.002, label_smoothing=0.2)):
        pass
    with torch.no_grad():
        for weight in model.out.parameters():
            weight *= scale  # far too unsure, or far too sure
    labels = synthetic.validation.labels.clone()
    labels[::7] = (labels[::7] + 1) % 10  # nobody may be surer than these allow
    digits = Digits(synthetic.validation.images, labels)
    before = evaluate(model, digits)
    temperature = calibrate(model, digits)
    after = evaluate(model, digits)
    assert torch.equal(before.confusion, after.confusion)
    assert after.loss < before.loss
    assert 0.05 < temperature < 20
    for nudge in (0.98, 1.02):
        other = copy.deepcopy(model)
        with torch.no_grad():
            for weight in other.out.parameters():
                weight *= nudge
        assert evaluate(other, digits).loss > after.loss


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": 0}, {"batch_size": 0}, {"learning_rate": float("nan")}, {"schedule": "up"}, {"optimizer": "lion"}],
)
def test_a_config_is_checked_at_birth(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TrainConfig(**wrong)


@pytest.mark.slow
@pytest.mark.mnist
def test_fast_recipes_keep_their_promise(mnist_root):
    from nets.data import load_mnist

    data: DigitData = load_mnist(mnist_root)
    for network, promised in {"mlp": 0.977, "cnn": 0.989}.items():  # a little under the means of 5 seeds
        model = new_model(network, 0)
        for _ in train(model, data, RECIPES["fast"][network]):
            pass
        assert evaluate(model, data.test).accuracy > promised
