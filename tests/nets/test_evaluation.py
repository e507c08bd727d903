"""nets.evaluation against scikit-learn and a naive loop."""

from __future__ import annotations

import math

import pytest
import torch
from sklearn.metrics import confusion_matrix, log_loss
from torch import nn

from nets.data import Digits
from nets.evaluation import evaluate
from nets.models import cnn, mlp


@pytest.mark.parametrize("build", [mlp, cnn])
@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_evaluation_against_scikit_learn(build, batch, synthetic):
    torch.manual_seed(0)
    model, digits = build(), synthetic.test[:30]
    for layer in model.children():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight)  # so that not all digits are read the same
    result = evaluate(model, digits, batch)

    loss, predicted, probabilities = 0.0, [], []
    for image, label in zip(digits.images, digits.labels, strict=True):  # one by one
        p = model(image[None] / 255)[0].detach().double().softmax(0)
        loss -= math.log(p[label])
        predicted.append(int(p.argmax()))
        probabilities.append(p.tolist())
    assert len(set(predicted)) > 1
    assert result.loss == pytest.approx(loss / 30, rel=1e-5)
    assert result.loss == pytest.approx(log_loss(digits.labels, probabilities, labels=range(10)), rel=1e-5)
    assert result.confusion.tolist() == confusion_matrix(digits.labels, predicted, labels=range(10)).tolist()
    wrong = [i for i, (p, label) in enumerate(zip(predicted, digits.labels.tolist(), strict=True)) if p != label]
    assert result.mistakes.tolist() == wrong and result.predicted.tolist() == predicted
    assert result.accuracy == (30 - len(wrong)) / 30


def test_rows_are_true_and_columns_are_read():
    class Three(nn.Linear):
        """Reads every image as a 3."""

        def forward(self, images):
            return nn.functional.one_hot(torch.full((len(images),), 3), 10).float()

    digits = Digits(torch.zeros(4, 1, 28, 28, dtype=torch.uint8), torch.tensor([3, 5, 5, 3]))
    result = evaluate(Three(1, 1), digits)
    assert result.confusion[3, 3] == 2 and result.confusion[5, 3] == 2 and result.confusion.sum() == 4
    assert result.mistakes.tolist() == [1, 2]
    assert result.accuracy == 0.5
    assert result.loss == pytest.approx((2 * -math.log(math.e / (math.e + 9)) + 2 * -math.log(1 / (math.e + 9))) / 4)


@pytest.mark.parametrize("training", [True, False])
def test_mode_is_restored_and_dropout_is_off(training, synthetic):
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(784, 10)).train(training)
    first, second = evaluate(model, synthetic.test), evaluate(model, synthetic.test)
    assert first.loss == second.loss
    assert model.training is training
    with pytest.raises(TypeError):
        evaluate(model, Digits(synthetic.test.images, None))
    with pytest.raises(IndexError):  # even where evaluation breaks off
        evaluate(model, Digits(synthetic.test.images, torch.full((100,), 10)))
    assert model.training is training


def test_results_are_ordinary_tensors(synthetic):
    """Made in inference mode they could not be changed or saved for backward."""
    result = evaluate(mlp(), synthetic.test)
    assert not result.confusion.is_inference() and not result.mistakes.is_inference()


def test_no_digits():
    with pytest.raises(ValueError, match="no digits"):
        evaluate(mlp(), Digits(torch.zeros(0, 1, 28, 28, dtype=torch.uint8), torch.zeros(0, dtype=torch.int64)))
