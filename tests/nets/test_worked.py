"""A step written out in numbers, against PyTorch's own and what the training loop really did."""

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch.func import functional_call, grad, vmap

from nets.data import DigitData, Digits
from nets.events import BatchEnd
from nets.kept_step import Keeper
from nets.models import CnnArchitecture, MlpArchitecture
from nets.options import OptionError
from nets.recipes import OPTIMIZERS, Augmentation, TrainConfig
from nets.training import bfloat16_pays, new_model, train
from nets.worked import by_image, cross_entropy, first_step, gradient_sizes, weight_step
from tests.support import weights

CONFIG = TrainConfig(
    batch_size=30, learning_rate=0.01, beta2=0.99, weight_decay=0.05, label_smoothing=0.1, reduced_precision=False
)
SMALL = {"mlp": MlpArchitecture((20, 30, 12)), "cnn": CnnArchitecture(channels=(3, 4, 5, 6))}
CLOSE = {"rtol": 1e-6, "atol": 1e-6}


def kept_after(steps, network, data, config, architecture=None):
    """The last of so many steps, and the model after it."""
    model, keeper = new_model(network, 3, architecture or SMALL[network]), Keeper()
    for event in train(model, data, config, keeper):
        if isinstance(event, BatchEnd) and event.step == steps:
            break
    return keeper.kept, model


def some(kept):
    """A few weights of every parameter: its largest gradient, and one in the middle."""
    for name, one in kept.parameters.items():
        for place in {int(one.gradient.abs().argmax()), one.gradient.numel() // 2}:
            yield name, tuple(int(i) for i in torch.unravel_index(torch.tensor(place), one.gradient.shape))


# ---- the loss


def test_cross_entropy_by_hand():
    """Two classes of ten with logits 1 and 0, the rest so low that they count nothing."""
    logits = torch.full((1, 10), -60.0)
    logits[0, 3], logits[0, 8] = 1.0, 0.0
    told = cross_entropy(logits, torch.tensor([3]))
    p = math.e / (math.e + 1)  # 0.731
    assert told.probabilities[0, 3].item() == pytest.approx(p) and told.plain.item() == pytest.approx(-math.log(p))
    assert told.losses.tolist() == told.plain.tolist() == [told.mean]
    assert told.gradient[0, [3, 8, 0]].tolist() == pytest.approx([p - 1, 1 - p, 0], abs=1e-9)
    smoothed = cross_entropy(logits, torch.tensor([3]), 0.2)
    assert smoothed.targets[0].tolist() == pytest.approx([0.02] * 3 + [0.82] + [0.02] * 6)
    expected = -0.82 * math.log(p) - 0.02 * (math.log(p) - 1) - 8 * 0.02 * (math.log(p) - 61)
    assert smoothed.mean == pytest.approx(expected) and smoothed.plain.item() == told.plain.item()


@pytest.mark.parametrize("smoothing", [0.0, 0.15])
def test_cross_entropy_is_pytorchs(smoothing):
    generator = torch.Generator().manual_seed(0)
    logits = (torch.randn(40, 10, generator=generator) * 6).requires_grad_()
    labels = torch.randint(10, (40,), generator=generator)
    loss = F.cross_entropy(logits, labels, label_smoothing=smoothing)
    loss.backward()
    told = cross_entropy(logits.detach(), labels, smoothing)
    assert told.mean == pytest.approx(loss.item(), abs=1e-6)
    torch.testing.assert_close(told.gradient.float(), logits.grad, **CLOSE)
    each = F.cross_entropy(logits, labels, label_smoothing=smoothing, reduction="none")
    torch.testing.assert_close(told.losses.float(), each.detach(), **CLOSE)


# ---- gradients


@pytest.mark.parametrize("network", SMALL)
def test_what_each_image_adds_is_torch_funcs(network, synthetic):
    kept, _ = kept_after(2, network, synthetic, CONFIG)
    before = {name: one.before for name, one in kept.parameters.items()}

    def loss(parameters, image, label):
        logits = functional_call(kept.network, parameters, (image[None],))
        return F.cross_entropy(logits, label[None], label_smoothing=0.1) / len(kept.labels)

    single = vmap(grad(loss), (None, 0, 0))(before, kept.images, kept.labels)
    for name, index in some(kept):
        shares = by_image(kept, name, index)
        assert shares.shape == kept.labels.shape
        torch.testing.assert_close(shares.float(), single[name][(slice(None), *index)], **CLOSE)
        assert shares.sum().item() == pytest.approx(kept.parameters[name].gradient[index].item(), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("network", "architecture"),
    [
        ("mlp", MlpArchitecture((20, 15), "elu", dropout=0.4, batch_norm=True)),
        ("mlp", MlpArchitecture((20, 15), "leaky", dropout=0.3)),
        ("cnn", CnnArchitecture(3, (3, 4, 5, 6), True, "leaky", dropout=0.5, batch_norm=True)),
        ("cnn", CnnArchitecture(7, (2, 3, 2, 3), dropout=0.2)),
    ],
)
def test_the_images_add_up_with_dropout_batch_norm_and_augmentation(network, architecture, synthetic, monkeypatch):
    monkeypatch.setattr("nets.worked.PART", 7)  # images at a time, where a batch may be divided
    config = replace(CONFIG, augmentation=Augmentation(rotation=20, elastic=1))
    kept, _ = kept_after(3, network, synthetic, config, architecture)
    for name, index in some(kept):
        if name.startswith("norm"):
            with pytest.raises(KeyError):
                by_image(kept, name, index)
            continue
        shares = by_image(kept, name, index)
        # The images may cancel out (of a bias before batch norm they do): what is left of single numbers is rounding.
        rounding = 1e-5 * shares.abs().sum().item()
        assert shares.sum().item() == pytest.approx(kept.parameters[name].gradient[index].item(), rel=0, abs=rounding)


@pytest.mark.parametrize("network", SMALL)
def test_sizes_are_of_each_layers_weights(network, synthetic):
    kept, _ = kept_after(1, network, synthetic, CONFIG)
    told = gradient_sizes(kept)
    names = {"mlp": ["fc1", "fc2", "fc3", "out"], "cnn": ["conv1", "conv2", "conv3", "conv4", "out"]}[network]
    assert [size.layer for size in told] == names
    for size in told:
        one = kept.parameters[f"{size.layer}.weight"]
        assert size.norm == pytest.approx(one.gradient.square().sum().sqrt().item(), rel=1e-5)
        assert size.rms == pytest.approx(one.gradient.square().mean().sqrt().item(), rel=1e-5)
        assert size.weights == pytest.approx(one.before.square().mean().sqrt().item(), rel=1e-5)


# ---- one weight


@pytest.mark.parametrize("steps", [1, 4])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("network", SMALL)
def test_a_weights_way_is_what_the_loop_did(network, optimizer, steps, synthetic):
    kept, model = kept_after(steps, network, synthetic, replace(CONFIG, optimizer=optimizer))
    now = dict(model.named_parameters())
    used = set()
    for name, index in some(kept):
        told = weight_step(kept, name, index)
        used.add(told.rule.optimizer)
        assert told.after == now[name][index].item() and told.gradient == now[name].grad[index].item()
        assert told.result == pytest.approx(told.after, rel=1e-6, abs=1e-6)
        memories = kept.parameters[name].memories
        assert told.m[1] == pytest.approx(memories["m"][1][index].item(), rel=1e-5, abs=1e-6)
        assert ("v" in memories) == (told.v is not None)
        if told.v:
            assert told.v[1] == pytest.approx(memories["v"][1][index].item(), rel=1e-4, abs=1e-12)
            assert told.step == steps
        if steps == 1:
            assert told.m[0] == 0
        if told.matrix:
            low, high = told.matrix.evened
            assert 0 <= low <= high < 1.25 and high > 0.6 and 0 <= told.matrix.singular[0] <= told.matrix.singular[1]
    assert used == ({"muon", "adamw"} if optimizer == "muon" else {optimizer})


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_a_weights_way_is_pytorchs_own_step(name, synthetic):
    """The same gradients, given to a new optimizer of PyTorch's, one after the other."""
    model, keeper = new_model("mlp", 3, SMALL["mlp"]), Keeper()
    config = replace(CONFIG, optimizer=name, schedule="constant", weight_decay=0.2)
    first = torch.nn.Parameter(next(model.parameters()).detach().clone())
    adam = {"lr": 0.01, "betas": (0.9, 0.99), "weight_decay": 0.2}
    theirs = {
        "adam": lambda: torch.optim.Adam([first], **adam),
        "adamw": lambda: torch.optim.AdamW([first], **adam),
        "sgd": lambda: torch.optim.SGD([first], 0.01, momentum=0.9, nesterov=True, weight_decay=0.2),
    }[name]()
    for _ in zip(range(5), train(model, synthetic, config, keeper)):  # noqa: B905
        one = keeper.kept.parameters["fc1.weight"]
        first.grad = one.gradient.clone()
        theirs.step()
        for place in range(0, one.before.numel(), 997):
            index = divmod(place, 784)
            told = weight_step(keeper.kept, "fc1.weight", index)
            assert told.result == pytest.approx(first[index].item(), rel=1e-6, abs=1e-6)


def test_keeping_changes_nothing(synthetic):
    config = replace(CONFIG, optimizer="muon", augmentation=Augmentation(rotation=9))
    ends = []
    for keeper in (None, Keeper(), Keeper(lambda: False)):
        model = new_model("cnn", 1, SMALL["cnn"])
        for _ in train(model, synthetic, config, keeper):
            pass
        ends.append(weights(model))
    assert torch.equal(ends[0], ends[1]) and torch.equal(ends[0], ends[2])


def test_what_is_not_wanted_is_not_kept(synthetic, monkeypatch):
    """Nor is anything computed for it."""
    keeper = Keeper(lambda: False)
    monkeypatch.setattr(Keeper, "begin", lambda *_: pytest.fail("it was kept"))
    for _ in train(new_model("mlp", 1, SMALL["mlp"]), synthetic, CONFIG, keeper):
        pass
    assert keeper.kept is None


def test_a_kept_step_stays_as_it_was(synthetic):
    model, keeper = new_model("mlp", 3, SMALL["mlp"]), Keeper()
    training = train(model, synthetic, CONFIG, keeper)
    next(training)
    kept = keeper.kept
    told = weight_step(kept, "fc1.weight", (3, 400)), by_image(kept, "out.weight", (1, 2)).tolist()
    next(training)
    assert keeper.kept is not kept
    assert (weight_step(kept, "fc1.weight", (3, 400)), by_image(kept, "out.weight", (1, 2)).tolist()) == told
    assert kept.bytes > 6 * 4 * kept.parameters["fc1.weight"].before.numel()


@pytest.mark.skipif(not bfloat16_pays(torch.device("cpu")), reason="this processor has no quick bfloat16")
def test_in_bfloat16_the_images_add_up_but_for_the_rounding(synthetic):
    kept, _ = kept_after(1, "cnn", synthetic, replace(CONFIG, reduced_precision=True))
    assert kept.reduced
    one = kept.parameters["conv3.weight"]
    index = tuple(int(i) for i in torch.unravel_index(one.gradient.abs().argmax(), one.gradient.shape))
    assert by_image(kept, "conv3.weight", index).sum().item() == pytest.approx(one.gradient[index].item(), rel=0.15)


# ---- the first step, and what is not there


def test_the_first_step_is_the_loops(synthetic):
    kept = first_step(new_model("mlp", 3, SMALL["mlp"]), synthetic, CONFIG)
    by_loop, model = kept_after(1, "mlp", synthetic, CONFIG)
    assert kept.step == 1 and torch.equal(kept.logits, by_loop.logits)
    after = torch.cat([one.after.flatten() for one in kept.parameters.values()])
    assert torch.equal(after, weights(model))
    assert cross_entropy(kept.logits, kept.labels, kept.smoothing).mean > 1


def test_a_first_step_that_cannot_be_taken(synthetic):
    with pytest.raises(OptionError):
        first_step(new_model("mlp", 0, MlpArchitecture(batch_norm=True)), synthetic, replace(CONFIG, batch_size=1))
    model = new_model("mlp", 0)
    with torch.no_grad():
        model.out.bias[2] = float("nan")
    with pytest.raises(ArithmeticError):
        first_step(model, synthetic, CONFIG)


@pytest.mark.parametrize("index", [(0,), (20, 0), (0, 784), (-1, 0), (0, 0, 0), ()])
def test_a_weight_that_is_not_there(index, synthetic):
    kept, _ = kept_after(1, "mlp", synthetic, CONFIG)
    for work in (by_image, weight_step):
        with pytest.raises(IndexError):
            work(kept, "fc1.weight", index)
        with pytest.raises(KeyError):
            work(kept, "fc9.weight", (0, 0))


def test_a_batch_of_one_image(synthetic):
    few = DigitData(
        "few", synthetic.train[:1], *(Digits(*d) for d in [(synthetic.test.images, synthetic.test.labels)] * 2)
    )
    kept = first_step(new_model("cnn", 3, SMALL["cnn"]), few, replace(CONFIG, batch_size=1))
    assert by_image(kept, "conv2.weight", (1, 1, 2, 2)).item() == pytest.approx(
        kept.parameters["conv2.weight"].gradient[1, 1, 2, 2].item(), rel=1e-4, abs=1e-7
    )
