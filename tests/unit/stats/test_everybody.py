from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from anonymuse.domain.private.traffic import Traffic
from anonymuse.stats.everybody import Beside, Everybody


def everybody(metadata: Mapping[str, Sequence[object]] | None = None, **more: Any) -> Everybody:
    """Return forty rows: accounts 0 to 9 in cluster 0 alone, 10 to 19 in clusters 1 and 2."""
    leaf = np.array([0] * 20 + [1, 2] * 10)
    account = np.array([*range(10), *range(10), *np.repeat(np.arange(10, 20), 2)])
    traffic = Traffic(
        leaf=leaf,
        account=account,
        organisation=more.get("organisation", np.full(40, -1)),
        time=more.get("time", np.arange(40.0)),
        text=np.arange(40),
        requests=[""] * 40,
        vectors=np.zeros((40, 2), np.float32),
        language=["English"] * 40,
        metadata=metadata or {},
    )
    return Everybody(traffic, [["a"] if i < 20 else ["b"] for i in range(40)])


def test_accounts_that_do_nothing_else_where_others_do() -> None:
    near = Beside(everybody(), np.arange(20))
    bits, here = near.only_here(np.arange(6))
    assert here == 6
    assert bits == pytest.approx(np.log2(1.0 / (0.5 / 11.0)))


def test_a_neighbour_counts_as_here() -> None:
    whole = everybody()
    one, both = (Beside(whole, np.flatnonzero(np.arange(40) >= at)) for at in (21, 20))
    assert one.only_here(np.arange(10, 14))[1] == 3
    assert both.only_here(np.arange(10, 14))[1] == 4


def test_the_value_that_accounts_share_most() -> None:
    columns = {
        "made": ["2026-01-05T10:00:01" if i < 5 else f"2025-{i % 12:02d}-01T09" for i in range(40)],
        "kind": ["x"] * 40,
    }
    near = Beside(everybody(columns), np.arange(20))
    bits, name, count = near.most_shared_value(np.arange(5))
    assert name.startswith("made")
    assert count == 5
    assert bits > 3.0


def test_times_that_differ_share_their_day() -> None:
    column = [f"2026-01-05T10:00:{i:02d}" if i < 5 else f"2025-{i % 12:02d}-01" for i in range(40)]
    found = Beside(everybody({"made": column}), np.arange(20)).most_shared_value(np.arange(5))
    assert found[1] == "made, first 10 characters"


@pytest.mark.parametrize("column", [{}, {"empty": [None] * 40}])
def test_without_values_nothing_can_be_told(column: dict[str, list[object]]) -> None:
    bits, name, count = Beside(everybody(column), np.arange(20)).most_shared_value(np.arange(5))
    assert np.isnan(bits)
    assert (name, count) == ("", 0)


def test_times_stand_among_those_of_the_others() -> None:
    near = Beside(everybody(), np.arange(20))
    places, narrowest = near.places(np.array([0.0, 30.0, 100.0]))
    assert places.tolist() == [0.0, 0.5, 1.0]
    assert narrowest == 1 / 20


def test_unknown_times_are_nowhere() -> None:
    near = Beside(everybody(time=np.full(40, np.nan)), np.arange(20))
    assert near.places(np.zeros(0))[1] == 1.0
