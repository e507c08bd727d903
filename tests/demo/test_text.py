"""What text.py still says, for the tabs that have not moved their sentences into the catalogue yet."""

from __future__ import annotations

import pytest

from demo import text


@pytest.mark.parametrize(("share", "said"), [(0.9999, ">99"), (0.582, "58"), (0.001, "<1"), (0.99, "99")])
def test_a_percentage_claims_no_certainty(share, said):
    assert text.percent(share) == f"{said}\u202f%"
