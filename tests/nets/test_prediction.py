"""Readings against torch's own softmax and a hand-worked example."""

import json

import pytest
import torch
from torch import nn

from nets.models import NETWORKS
from nets.prediction import Prediction, predict, verdicts


class Fixed(nn.Module):
    """Gives the same logits to every image."""

    def __init__(self, logits):
        super().__init__()
        self.logits = nn.Parameter(torch.tensor(logits))

    def forward(self, x):
        return self.logits.expand(len(x), -1)


@pytest.mark.parametrize("network", NETWORKS)
def test_probabilities_are_the_softmax_of_the_logits(network):
    model, image = NETWORKS[network]().eval(), torch.rand(1, 28, 28)
    answer = predict(model, image)
    expected = torch.softmax(model(image[None]).double(), dim=1)[0]
    assert answer.probabilities == pytest.approx(expected.tolist(), abs=1e-9)
    assert sum(answer.probabilities) == pytest.approx(1)
    assert answer.digit == int(expected.argmax())
    assert answer.seconds > 0


def test_a_worked_example():
    # Logits ln 6, ln 3, ln 1 and seven of ln 0: probabilities 6/10, 3/10, 1/10.
    logits = [float("-inf")] * 10
    logits[7], logits[9], logits[1] = torch.tensor([6.0, 3.0, 1.0]).log().tolist()
    answer = predict(Fixed(logits), torch.zeros(1, 28, 28))
    assert (answer.digit, answer.runner_up) == (7, 9)
    assert answer.confidence == pytest.approx(0.6)
    assert answer.margin == pytest.approx(0.3)
    assert answer.ranking[:3] == [7, 9, 1]


def test_equal_probabilities_rank_in_digit_order():
    assert Prediction((0.1,) * 10, 0.0).ranking == list(range(10))


def test_verdicts_are_plain_json():
    models = {name: build().eval() for name, build in NETWORKS.items()}
    answer = json.loads(json.dumps(verdicts(models, torch.rand(1, 28, 28))))
    assert set(answer) == {"mlp", "cnn"}
    for verdict in answer.values():
        assert verdict["digit"] == max(range(10), key=verdict["probabilities"].__getitem__)
