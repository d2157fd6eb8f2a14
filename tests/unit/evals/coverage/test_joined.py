"""Estimates of people who are in several topics, and answer otherwise where they are in many."""

import pytest

from anonymuse.evals.coverage.joined import predicted_in_several


@pytest.mark.slow
def test_estimates_hold_where_the_busy_answer_otherwise() -> None:
    cases = list(predicted_in_several(8, 1))
    assert all(own.told == 8 for own in cases)
    busy = [own for own in cases if own.setting.endswith("the busy otherwise")]
    assert len(busy) == len(cases) / 2
    for some in (cases, busy):
        assert sum(own.covered for own in some) >= 0.93 * sum(own.told for own in some)
