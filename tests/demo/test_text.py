"""Made-up predictions go in, and what the page says of them is held against what a teacher would say."""

from __future__ import annotations

import pytest

from demo import text
from nets.prediction import Prediction


def prediction(shares: dict[int, float]) -> Prediction:
    """Probabilities for some digits, the rest spread evenly."""
    rest = (1 - sum(shares.values())) / (10 - len(shares))
    return Prediction(tuple(shares.get(digit, rest) for digit in range(10)), 0.0012)


SURE = {7: 0.97}
FAIR = {7: 0.72, 9: 0.1}
LEANS = {7: 0.55, 9: 0.05}
WAVERS = {7: 0.5, 9: 0.45}
UNSURE = {7: 0.2, 9: 0.15}


@pytest.mark.parametrize(
    ("mlp", "cnn", "lead", "rest"),
    [
        (SURE, SURE, "Both read a 7.", "Both are sure."),
        ({8: 0.97}, {8: 0.97}, "Both read an 8.", "Both are sure."),
        (WAVERS, SURE, "Both read a 7.", "The MLP wavers between 7 and 9, the CNN is sure."),
        (FAIR, LEANS, "Both read a 7.", "The MLP is fairly sure, the CNN leans towards 7."),
        (UNSURE, UNSURE, "Both read a 7.", "Both are unsure."),
        (WAVERS, WAVERS, "Both read a 7.", "Both waver between 7 and 9."),
        (
            {4: 0.97},
            {9: 0.97},
            "They disagree: the MLP reads a 4, the CNN a 9.",
            "Both are sure. Of 100 points they place 97 differently.",
        ),
        (
            WAVERS,
            {9: 0.5, 7: 0.45},
            "They disagree: the MLP reads a 7, the CNN a 9.",
            "Both waver between 7 and 9. Of 100 points they place 5 differently.",
        ),
        (
            SURE,
            {8: 0.3, 3: 0.2},
            "They disagree: the MLP reads a 7, the CNN an 8.",
            "The MLP is sure, the CNN is unsure. Of 100 points they place 91 differently.",
        ),
    ],
)
def test_the_sentence_over_the_cards(mlp, cnn, lead, rest):
    assert text.verdict({"mlp": prediction(mlp), "cnn": prediction(cnn)}) == (lead, rest)


@pytest.mark.parametrize(
    ("shares", "said"),
    [(WAVERS, "5 points before 9"), ({7: 0.5, 9: 0.49}, "1 point before 9"), ({7: 0.4999, 9: 0.4998}, "level with 9")],
)
def test_the_margin(shares, said):
    assert text.margin(prediction(shares)) == said


@pytest.mark.parametrize(("share", "said"), [(0.9999, ">99"), (0.582, "58"), (0.001, "<1"), (0.99, "99")])
def test_a_percentage_claims_no_certainty(share, said):
    assert text.percent(share) == f"{said}\u202f%"
    assert text.points(share) in {"99", "58", "0"}


def test_the_blank_page_says_so():
    assert "blank" in text.BLANK.lead
