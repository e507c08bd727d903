"""The training loop against one written out by hand, and what its listeners rely on."""

import copy
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from nets.data import DigitData, Digits, load_digits
from nets.evaluation import evaluate
from nets.events import BatchEnd, EpochEnd, TrainEnd
from nets.models import ARCHITECTURES, NETWORKS, CnnArchitecture, MlpArchitecture
from nets.options import OptionError
from nets.recipes import OPTIMIZERS, RECIPES, Augmentation, TrainConfig, for_few
from nets.training import calibrate, new_model, schedule, train
from tests.support import weights

PLAIN = TrainConfig(
    epochs=2, batch_size=64, learning_rate=0.001, schedule="constant", shuffle=False, reduced_precision=False
)

VARIANTS = [
    MlpArchitecture(hidden=(32,)),
    MlpArchitecture(hidden=(48, 40, 32, 24, 20, 16), activation="elu"),
    MlpArchitecture(activation="leaky", dropout=0.2),
    MlpArchitecture(hidden=(64, 64), dropout=0.2, batch_norm=True),
    CnnArchitecture(kernel=3, channels=(4, 8, 8, 8), activation="leaky"),
    CnnArchitecture(kernel=7, channels=(4, 4, 4, 4), activation="elu"),
    CnnArchitecture(channels=(4, 8, 8, 8), extra_conv=True, dropout=0.2),
    CnnArchitecture(channels=(4, 8, 8, 8), batch_norm=True),
    CnnArchitecture(3, (4, 8, 8, 16), True, "elu", dropout=0.1, batch_norm=True),
]


def network_of(architecture):
    return "mlp" if isinstance(architecture, MlpArchitecture) else "cnn"


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


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("reduced", [False, True])
def test_the_loss_that_is_told_is_plain_and_the_one_that_is_lowered_is_smoothed(smoothing, reduced, synthetic):
    """Against torch.nn.functional.cross_entropy of the logits that the step itself computed."""
    model, logits = new_model("cnn", 3), []
    model.register_forward_hook(lambda model, x, out: logits.append(out.detach().float()) if model.training else None)
    config = replace(PLAIN, label_smoothing=smoothing, reduced_precision=reduced, batch_size=150)
    events = list(train(model, synthetic, config))
    batches, epochs = ([e for e in events if isinstance(e, kind)] for kind in (BatchEnd, EpochEnd))
    assert len(logits) == len(batches) == 6, "one forward pass a step"
    labels = [synthetic.train.labels[i : i + 150] for i in (0, 150, 300)] * 2
    for event, out, y in zip(batches, logits, labels, strict=True):
        assert event.loss == pytest.approx(F.cross_entropy(out, y).item(), rel=1e-5)
        smoothed = F.cross_entropy(out, y, label_smoothing=smoothing).item()
        assert event.objective == pytest.approx(smoothed, rel=1e-2 if reduced else 1e-5)
    assert any(abs(e.objective - e.loss) > 1e-3 for e in batches) == (smoothing > 0)
    mean = sum(e.loss * len(y) for e, y in zip(batches[:3], labels, strict=False)) / 400
    assert epochs[0].loss == pytest.approx(mean)


@pytest.mark.parametrize("network", NETWORKS)
def test_accuracy_of_a_batch_is_read_before_its_step(network, synthetic, one_thread):
    model = new_model(network, 3)
    before, share, batches = copy.deepcopy(model), [], 0
    for event in train(model, synthetic, replace(PLAIN, batch_size=150)):
        if isinstance(event, EpochEnd):
            assert event.accuracy == pytest.approx((150 * share[-3] + 150 * share[-2] + 100 * share[-1]) / 400)
        if isinstance(event, BatchEnd):
            first = batches % 3 * 150
            digits = synthetic.train[first : first + 150]
            right = sum(
                int(before(image[None].float() / 255).argmax()) == int(label)
                for image, label in zip(digits.images, digits.labels, strict=True)
            )
            assert event.accuracy == right / len(digits)
            share.append(event.accuracy)
            before, batches = copy.deepcopy(model), batches + 1
    assert batches == 6 and len(set(share)) > 2


@pytest.mark.parametrize("diverges", [False, True])
def test_seconds_leave_out_what_a_listener_does(diverges, synthetic, monkeypatch):
    """On a clock by which a batch takes 1 second, an evaluation 10, and looking at an event 1000."""

    class Clock:
        now = 5.0

        def perf_counter(self):
            return self.now

    clock, model, seconds = Clock(), new_model("mlp", 0), []
    monkeypatch.setattr("nets.training.time", clock)

    def work(model, _, logits):
        clock.now += 1 if model.training else 10
        return logits * torch.nan if diverges and clock.now > 2000 else None

    model.register_forward_hook(work)
    for event in train(model, synthetic, replace(PLAIN, batch_size=150)):
        seconds.append(event.seconds)
        clock.now += 1000
    assert seconds == ([1, 2, 3] if diverges else [1, 2, 3, 13, 14, 15, 16, 26, 26])


@pytest.mark.parametrize("architecture", [VARIANTS[3], VARIANTS[8]], ids=network_of)
def test_a_listener_may_use_the_network(architecture, synthetic):
    """Evaluated between two events and left in eval mode, it trains as if nobody had looked."""

    def run(look):
        model = new_model(network_of(architecture), 0, architecture)
        torch.manual_seed(0)  # dropout draws from here
        for _ in train(model, synthetic, TrainConfig(epochs=2, batch_size=100)):
            if look:
                evaluate(model.eval(), synthetic.test)
        return model.state_dict()

    alone, watched = run(False), run(True)
    assert all(torch.equal(tensor, watched[name]) for name, tensor in alone.items())


@pytest.mark.parametrize("architecture", VARIANTS, ids=str)
def test_every_architecture_learns(architecture, synthetic):
    network = network_of(architecture)
    model = new_model(network, 0, architecture)
    before = evaluate(model, synthetic.test).loss
    torch.manual_seed(0)
    *_, last = train(model, synthetic, TrainConfig(epochs=6, batch_size=21, learning_rate=0.003))  # 400 = 19 * 21 + 1
    assert not last.diverged and not model.training
    assert not any(layer.training for layer in model)
    result = evaluate(model, synthetic.test)
    assert result.loss < before / 2 and result.accuracy > 0.8


@pytest.mark.parametrize(("size", "images"), [(21, 399), (57, 399), (2, 400), (133, 399), (399, 399), (400, 400)])
def test_batch_norm_goes_without_a_last_batch_of_one(size, images, synthetic):
    """One image has no variance; it is left out, and an epoch counts as many images as are used."""
    model = new_model("mlp", 0, MlpArchitecture(hidden=(16,), batch_norm=True))
    events = list(train(model, synthetic, TrainConfig(batch_size=size)))
    batches = [event for event in events if isinstance(event, BatchEnd)]
    assert [batches[-1].images, batches[-1].step] == [images, -(-images // size)] == [images, batches[-1].steps]
    assert model.norm1.num_batches_tracked == len(batches)
    assert weights(model).isfinite().all()


def test_batch_norm_of_maps_takes_one_image(synthetic):
    model = new_model("cnn", 0, CnnArchitecture(3, (2, 2, 2, 2), batch_norm=True))
    batches = [
        event.images for event in train(model, synthetic, TrainConfig(batch_size=57)) if hasattr(event, "images")
    ]
    assert batches[-2:] == [399, 400]


def test_batch_norm_needs_two_images(synthetic):
    config = TrainConfig(batch_size=1)
    model = new_model("mlp", 0, MlpArchitecture(batch_norm=True))
    before = weights(model)
    with pytest.raises(OptionError, match="batch_size must be at least 2 for batch norm"):
        next(train(model, synthetic, config))
    assert torch.equal(weights(model), before)
    run = train(new_model("mlp", 0, MlpArchitecture(hidden=(8,))), synthetic, config)
    assert next(run).images == 1
    run.close()


def seen_in(synthetic, config):
    """Indices of the training images that a run shows, in order; after a check that their labels come along."""
    model, before = new_model("mlp", 0), new_model("mlp", 0)
    shown, seen = [], []
    known = {image.numpy().tobytes(): i for i, image in enumerate(synthetic.train.images)}
    model.register_forward_pre_hook(lambda model, x: shown.append(x[0]) if model.training else None)
    for event in train(model, synthetic, config):
        if isinstance(event, BatchEnd):
            images = shown[-1]
            seen.append([known[image.mul(255).round().byte().numpy().tobytes()] for image in images])
            expected = F.cross_entropy(before(images), synthetic.train.labels[seen[-1]])
            assert event.loss == pytest.approx(expected.item(), rel=1e-4)
            before.load_state_dict(model.state_dict())
    return [index for batch in seen for index in batch]


def test_a_subset_is_drawn_by_the_seed(synthetic):
    config = replace(PLAIN, epochs=1, subset=150)
    first = seen_in(synthetic, config)
    assert len(first) == len(set(first)) == 150
    assert first != sorted(first), "drawn from all of them, and not the first ones"
    assert max(first) > 300
    assert seen_in(synthetic, config) == first
    shuffled = seen_in(synthetic, replace(config, shuffle=True))
    assert shuffled != first and set(shuffled) == set(first)
    assert set(seen_in(synthetic, replace(config, seed=1))) != set(first)
    again = seen_in(synthetic, replace(config, epochs=2))
    assert again == first * 2, "every epoch has the same ones"


@pytest.mark.parametrize("subset", [400, 401])
def test_a_subset_of_all_is_all(subset, synthetic):
    def run(subset):
        model = new_model("mlp", 0)
        config = replace(RECIPES["best"]["mlp"], epochs=1, batch_size=100, subset=subset)
        events = list(train(model, synthetic, config))
        return weights(model), [event.loss for event in events if isinstance(event, BatchEnd)]

    (all_weights, all_losses), (some_weights, some_losses) = run(60_000), run(subset)
    assert torch.equal(all_weights, some_weights) and all_losses == some_losses
    assert not torch.equal(all_weights, run(399)[0])


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


@pytest.mark.slow
@pytest.mark.parametrize("network", NETWORKS)
def test_the_fast_recipe_for_few_digits_learns_from_the_bundled_ones(network):
    data = load_digits()
    plain, few = (new_model(network, 0) for _ in range(2))
    recipe = RECIPES["fast"][network]
    for model, config in ((plain, recipe), (few, for_few(recipe))):
        for _ in train(model, data, config):
            pass
    assert evaluate(plain, data.validation).accuracy < 0.9 < evaluate(few, data.validation).accuracy


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
    after = {0: weights(model)}
    for last in train(model, synthetic, config):
        if isinstance(last, BatchEnd):
            after[last.step] = weights(model)
    assert isinstance(last, TrainEnd) and last.diverged and not last.loss < 100  # nor is NaN
    assert weights(model).isfinite().all()
    assert torch.equal(weights(model), after[last.restored]) and last.restored < last.step == max(after)


def test_the_training_set_is_left_as_it_was(synthetic):
    images = synthetic.train.images.clone()
    for _ in train(new_model("mlp", 0), synthetic, replace(RECIPES["best"]["mlp"], epochs=1)):
        pass
    assert torch.equal(images, synthetic.train.images)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_new_models_have_the_weights_that_torch_gives_them(network, batch_norm):
    architecture = ARCHITECTURES[network](batch_norm=batch_norm)
    ours = new_model(network, 5, architecture).state_dict()
    torch.manual_seed(5)
    theirs = NETWORKS[network](architecture).state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_new_models_do_not_touch_the_global_random_state():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    new_model("mlp", 9)
    assert torch.equal(torch.rand(3), expected)


def test_first_weights_depend_on_the_seed_and_the_architecture():
    how = VARIANTS[8]
    assert torch.equal(weights(new_model("cnn", 4, how)), weights(new_model("cnn", 4, how)))
    assert not torch.equal(weights(new_model("cnn", 4, how)), weights(new_model("cnn", 5, how)))
    assert torch.equal(weights(new_model("cnn", 4)), weights(new_model("cnn", 4, CnnArchitecture())))
    assert torch.equal(new_model("cnn", 4).conv1.weight, new_model("cnn", 4, CnnArchitecture(dropout=0.5)).conv1.weight)


def test_one_cycle_rises_from_a_tenth_to_the_peak_and_falls_to_zero():
    rates = [schedule(TrainConfig(), p / 100) for p in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[20] == pytest.approx(1)
    assert rates[-1] == pytest.approx(0)
    assert rates[:21] == sorted(rates[:21]) and rates[20:] == sorted(rates[20:], reverse=True)


def test_one_cycle_stops_falling_at_the_floor():
    plain, floored = ([schedule(TrainConfig(floor=floor), p / 100) for p in range(101)] for floor in (0.0, 0.3))
    assert floored == [max(rate, 0.3) if p > 20 else rate for p, rate in enumerate(plain)]


@pytest.mark.parametrize("architecture", [VARIANTS[0], VARIANTS[3], VARIANTS[8]], ids=["mlp", "mlp, bn", "cnn, bn"])
def test_a_run_ends_with_the_moving_average_of_its_weights(architecture, synthetic):
    """Written out: a = 0.9 a + 0.1 w after every step, from the weights after the first."""
    model = new_model(network_of(architecture), 1, architecture)
    config = replace(PLAIN, average=0.9, batch_size=50, learning_rate=0.01)
    average: dict = {}
    for event in train(model, synthetic, config):
        state = {name: value.clone() for name, value in model.state_dict().items() if value.is_floating_point()}
        if isinstance(event, BatchEnd):
            average = {name: 0.9 * average.get(name, value) + 0.1 * value for name, value in state.items()}
            last = state
        elif isinstance(event, EpochEnd) and event.epoch == 2:
            told = event.validation.accuracy
    assert not all(torch.allclose(last[name], average[name], atol=1e-3) for name in average)
    for name, value in average.items():
        torch.testing.assert_close(model.state_dict()[name], value, rtol=1e-4, atol=1e-6)
    assert told == evaluate(model, synthetic.validation).accuracy


def test_who_stops_an_averaged_run_has_its_last_step(synthetic):
    models = [new_model("mlp", 1), new_model("mlp", 1)]
    for model, average in zip(models, (0.0, 0.9), strict=True):
        events = train(model, synthetic, replace(PLAIN, average=average))
        next(event for event in events if isinstance(event, BatchEnd) and event.step == 5)
        events.close()
    assert torch.equal(*map(weights, models))


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
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": float("nan")},
        {"schedule": "up"},
        {"optimizer": "lion"},
        {"subset": 9},
    ],
)
def test_a_config_is_checked_at_birth(wrong):
    with pytest.raises(OptionError, match=next(iter(wrong))):
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
