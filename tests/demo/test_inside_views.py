"""The MLP from inside, which pixels matter, and pooling, against torch itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from demo.inside.pixels import METHODS
from demo.inside.pooling import EXAMPLE
from nets import attribution
from nets.activations import SHIFTS, changes
from tests.demo.inside import BLANK, CNNS, IMAGE, MLPS, ask, close, decoded, drawn, look, model_of, outputs, visitor

# ---- the MLP


@pytest.mark.parametrize("asked", [None, 1])
@pytest.mark.parametrize("of", MLPS.values(), ids=MLPS)
def test_the_mlp(of, asked):
    session = visitor(mlp_of=of)
    model, told = model_of(session, "mlp"), look(session, view="mlp", digit=asked)
    found = outputs(model)
    read = int(found["out"].argmax())
    assert told["reading"]["digit"] == read and told["units"] == model.fc1.out_features
    digit = read if asked is None else asked
    assert told["digit"] == digit
    close(told["reading"]["confidence"], found["out"].softmax(0).max())
    assert len(told["hidden"]) == sum(isinstance(layer, nn.Linear) for layer in model)
    for row in told["hidden"]:
        output = found[row["last"]]
        shown = decoded(row["bytes"], row["signed"], row["height"] * row["width"])[: row["units"]] * row["largest"]
        np.testing.assert_allclose(shown, output, atol=row["largest"] / 127 + 1e-6)
        close([row["low"], row["high"]], [output.min(), output.max()])
        assert row["silent"] == int((output == 0).sum()) and row["units"] == len(output)
    spoke = told["evidence"]
    close(spoke["supporting"] + spoke["opposing"] + spoke["remainder"], found["out"][digit])
    close(spoke["logit"], found["out"][digit])
    assert spoke["supporting"] >= 0 >= spoke["opposing"]
    first = told["first"]
    weights = model.fc1.weight.detach()[first["units"]].view(-1, 28, 28)
    shown = decoded(first["bytes"], True, *weights.shape) * first["largest"]
    np.testing.assert_allclose(shown, weights, atol=first["largest"] / 250)
    close(first["importance"], attribution.first_layer(model, IMAGE, digit).importance[: len(first["units"])])


# ---- which pixels matter


@pytest.mark.parametrize("asked", [None, *range(0, 10, 3)])
def test_which_pixels_matter_to_the_digit_asked_about_or_to_each_networks_own(asked):
    session = visitor(CNNS["other"], MLPS["other"])
    told = look(session, view="pixels", digit=asked)["by_network"]
    assert told.keys() == {"mlp", "cnn"}
    for name in told:
        model = model_of(session, name)
        logits = model(IMAGE[None])[0].detach()
        digit = int(logits.argmax()) if asked is None else asked
        assert told[name]["read"] == int(logits.argmax()) and told[name]["digit"] == digit
        close(told[name]["logits"], logits)
        split = attribution.hires_cam if name == "cnn" else attribution.evidence
        expected = {
            "gradient": attribution.input_gradient(model, IMAGE, digit),
            "occlusion": attribution.occlusion(model, IMAGE, digit),
            "parts": split(model, IMAGE, digit).places,
        }
        assert told[name]["pictures"].keys() == expected.keys() == set(METHODS)
        for method, values in expected.items():
            picture = told[name]["pictures"][method]
            shown = decoded(picture["bytes"], True, *values.shape) * picture["largest"]
            np.testing.assert_allclose(shown, values, atol=picture["largest"] / 250 + 1e-9)


@pytest.mark.parametrize("sample", range(10))
def test_for_every_sample_the_parts_say_something_and_add_up(sample):
    """What a mean gradient left black for nine of ten: cells for the digit, and with the others the whole logit."""
    for network in look(visitor(), view="pixels", drawing=drawn(sample))["by_network"].values():
        assert network["read"] == network["digit"] == sample
        parts = network["pictures"]["parts"]
        close(parts["supporting"] + parts["opposing"] + parts["remainder"], parts["logit"])
        close(parts["logit"], network["logits"][sample])
        assert parts["supporting"] > parts["largest"] > 0 and any(decoded(parts["bytes"], True, -1) > 0.25)


# ---- pooling


def test_the_tutorials_example():
    told = look(visitor(), view="pooling")["example"]
    assert told["cells"] == list(EXAMPLE)
    assert told["largest"] == [6, 4, 4, 8]
    assert told["average"] == [3.75, 2.25, 2.5, 3.5]
    assert told["winners"] == [5, 3, 13, 10]


def test_an_example_of_ones_own():
    told = look(visitor(), view="pooling", example=[9] + [0] * 15)["example"]
    assert told["cells"] == [9] + [0] * 15
    assert told["largest"] == [9, 0, 0, 0] and told["average"] == [2.25, 0, 0, 0]


@pytest.mark.parametrize("of", CNNS.values(), ids=CNNS)
@pytest.mark.parametrize("direction", SHIFTS)
def test_a_shift_and_what_it_changes(of, direction):
    session = visitor(of)
    model, told = model_of(session), look(session, view="pooling", shift=direction)["shift"]
    down, right = SHIFTS[direction]
    image = torch.zeros(1, 30, 30)
    image[:, 1 + down : 29 + down, 1 + right : 29 + right] = IMAGE
    moved = outputs(model, image[:, 1:29, 1:29])
    found, shares = outputs(model), changes(model, IMAGE, down, right)
    assert told["direction"] == direction
    for name, read in (("before", found["out"]), ("after", moved["out"])):
        assert told[name]["digit"] == int(read.argmax())
        close(told[name]["confidence"], read.softmax(0).max())
    assert [row["layer"] for row in told["rows"]][1] == "pool1"
    for row in told["rows"]:
        name, signed = row["layer"], row["signed"]
        close(row["share"], shares[name])
        before, after = found[name][told["map"]], moved[name][told["map"]]
        largest = float(torch.stack([before, after, after - before]).abs().max())
        close(row["largest"], largest)
        for what, values, sign in (
            ("before", before, signed),
            ("after", after, signed),
            ("difference", after - before, True),
        ):
            shown = decoded(row[what], sign, *values.shape) * largest
            np.testing.assert_allclose(shown, values, atol=largest / 250 + 1e-6)


# ---- what needs no drawing


@pytest.mark.parametrize("view", ["maps", "mlp", "pixels"])
def test_on_blank_paper_there_are_weights_to_see(view):
    session = visitor(CNNS["other"], MLPS["other"])
    told = ask(session, view=view, drawing=BLANK)["shown"]
    assert told["view"] == "weights"
    kernels, units = told["kernels"], told["units"]
    learnt = model_of(session).conv1.weight.detach()[:, 0]
    shown = decoded(kernels["bytes"], True, *learnt.shape) * kernels["largest"]
    np.testing.assert_allclose(shown, learnt, atol=kernels["largest"] / 250)
    learnt = model_of(session, "mlp").fc1.weight.detach()
    assert units["units"] == sorted(range(len(learnt)), key=lambda i: -float(learnt[i].norm()))[:24]
    shown = decoded(units["bytes"], True, len(units["units"]), 784) * units["largest"]
    np.testing.assert_allclose(shown, learnt[units["units"]], atol=units["largest"] / 250)
    assert (kernels["name"], units["name"]) == ("conv1", "fc1")
