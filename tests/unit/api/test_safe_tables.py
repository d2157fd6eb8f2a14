"""Tables of anybody's data: columns of every kind, and what is refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import anonymuse as am
from anonymuse.domain.policy import DEMO, PUBLIC
from anonymuse.errors import ColumnError, ConfigError, NothingReleasedError

KEY = b"k" * 32


def town(rows: int = 1500, seed: int = 3) -> dict[str, list[object]]:
    rng = np.random.default_rng(seed)
    place = rng.choice(["Oslo", "Moss", "Bergen", "Voss"], rows)
    return {
        "person": [f"p{i}" for i in rng.integers(0, 400, rows)],
        "town": place.tolist(),
        "region": ["east" if p in ("Oslo", "Moss") else "west" for p in place],
        "plan": rng.choice(["free", "paid"], rows).tolist(),
        "tags": [["a", "b"] if x < 0.3 else ["a"] if x < 0.6 else [] for x in rng.random(rows)],
        "at": [datetime(2026, 3 + int(m), 9, tzinfo=UTC) for m in rng.integers(0, 3, rows)],
    }


def table(data: object, **changes: object) -> am.SafeTable:
    how: dict[str, object] = {
        "unit": "person", "group": "town", "values": ["plan"], "key": KEY, "policy": "demo",
    }  # fmt: skip
    return am.safe_table(data, **(how | changes))  # type: ignore[arg-type]


def test_dicts_frames_and_arrow_tables_give_the_same() -> None:
    pandas = pytest.importorskip("pandas")
    data = town()
    kinds = [data, pandas.DataFrame(data), pa.table(data)]
    first, *others = [table(kind, time="at").rows() for kind in kinds]
    assert others == [first, first]


def test_people_count_once_and_parents_are_sums() -> None:
    data = town()
    found = table(data, group=["region", "town"])
    oslo = {p for p, t in zip(data["person"], data["town"], strict=True) if t == "Oslo"}
    assert found.find(("east", "Oslo")).units == len(oslo)
    for place in ({}, {"column": "plan", "value": "paid"}):
        parts = [found.find(("east", t), **place).units for t in ("Oslo", "Moss")]
        assert found.find("east", **place).units == sum(p or 0 for p in parts)


def test_an_entry_that_is_a_list_counts_in_each_of_its_values() -> None:
    found = table(town(), values=["tags"])
    a, b = (found.find((), "tags", value) for value in "ab")
    assert a.units is not None
    assert b.units is not None
    assert a.units > b.units
    with pytest.raises(ConfigError, match="no cell"):
        found.find((), "tags", "not a")


def test_months_and_weeks_are_those_of_the_calendar() -> None:
    months = table(town(), time="at")
    assert [c.window for c in months if c.group == () and c.window] == [
        "2026-03", "2026-04", "2026-05",
    ]  # fmt: skip
    assert months.find("Oslo", "plan", "free", "2026-04").units
    weeks = table(town(), time="at", window="week")
    shown = [c.window for c in weeks if c.group == () and c.window and c.units]
    assert shown == ["2026-W11", "2026-W15", "2026-W19"]
    assert not any(c.window for c in table(town(), time="at", window="none"))


def test_a_missing_unit_is_one_person_and_a_missing_group_nobody() -> None:
    data = town()
    data["person"][:200] = [None] * 200
    data["town"][-100:] = [float("nan")] * 100
    found = table(data)
    known = zip(data["person"][:-100], data["town"][:-100], strict=True)
    assert found.find("Oslo").units == len({p for p, t in known if t == "Oslo"})


def test_an_account_names_reasons_and_the_policy_and_no_cell() -> None:
    data = town()
    data["plan"][:2] = ["trial", "trial"]
    found = table(data)
    account = json.loads(json.dumps(found.account))
    assert account["policy"]["min_cell"] == DEMO.min_cell
    assert all(n % 10 == 0 for n in account["cells withheld, at most"].values())
    assert not any(c.value == "trial" for c in found)


def test_it_prints_and_goes_to_pandas() -> None:
    pytest.importorskip("pandas")
    found = table(town())
    assert "Bergen" in str(found)
    assert "cells" in repr(found)
    frame = found.to_pandas()
    assert len(frame) == len(found)
    assert frame["units"].dtype == "Int64"


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"unit": "persona"}, ColumnError, "Did you mean 'person'"),
        ({"group": []}, ConfigError, "Name the column"),
        ({"key": b"short"}, ConfigError, "secret bytes"),
        ({"policy": "pubic"}, ConfigError, "Did you mean 'public'"),
        ({"values": ["person"]}, ConfigError, "has 387"),
        ({"sensitive": ["plam"]}, ConfigError, "Did you mean 'plan'"),
        ({"time": "plan"}, ConfigError, "no time"),
        ({"policy": "public", "group": ["town", "person"]}, NothingReleasedError, "withheld"),
        ({"policy": am.ReleasePolicy("x", 0, 1, 1, 1, 0.0, 1.0, 1.0)}, ConfigError, "1 or more"),
        ({"policy": am.ReleasePolicy("x", 1, 1, 1, 1, -1.0, 1.0, 1.0)}, ConfigError, "sigma"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_sentence(
    changes: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        table(town(), **changes)


def test_intervals_give_no_count_back() -> None:
    """Two counts that are released as one number have one interval, to the last byte."""
    policy = am.ReleasePolicy("x", 10, 10, 10, 5, 0.0, 1.0, 1.0)
    told: dict[tuple[int | None, int | None], am.SafeCell] = {}
    for extra in range(12):
        data = {
            "who": [*(f"a{i}" for i in range(60)), *(f"b{i}" for i in range(30 + extra))],
            "town": ["Oslo"] * (90 + extra),
            "plan": ["free"] * 60 + ["paid"] * (30 + extra),
        }
        cells = am.safe_table(
            data, unit="who", group="town", values=["plan"], key=KEY, policy=policy
        )
        paid, whole = cells.find("Oslo", "plan", "paid"), cells.find("Oslo")
        assert told.setdefault((paid.units, whole.units), paid) == paid
    assert len(told) < 5


def test_another_key_gives_other_noise_and_the_same_key_the_same() -> None:
    noisy = {"policy": "internal"}
    one, same = (table(town(6000), **noisy).rows() for _ in range(2))
    other = table(town(6000), key=b"q" * 32, **noisy).rows()
    assert one == same
    assert one != other


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"top_unit": 3.0}, "shares above 0 to 1"),
        ({"top_three": float("nan")}, "shares above 0 to 1"),
        ({"one_answer": -1.0}, "shares above 0 to 1"),
        ({"min_cell": 60}, "no cell would show"),
        ({"min_units": "ten"}, "whole numbers"),
        ({"noise_sigma": 1e300}, "sigma of 0 to 1,000,000"),
    ],
)
def test_a_policy_with_impossible_numbers_is_refused(numbers: dict[str, Any], said: str) -> None:
    policy = replace(PUBLIC, **numbers)
    with pytest.raises(ConfigError, match=said):
        am.safe_table({"u": ["a"], "g": ["x"]}, unit="u", group="g", key=b"k" * 32, policy=policy)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ConfigError, match="u 2, g 1"):
        am.safe_table({"u": ["a", "b"], "g": ["x"]}, unit="u", group="g", key=b"k" * 32)


@pytest.mark.parametrize("place", ["free", ""])
def test_people_in_several_groups_make_sums_less_sure(place: str) -> None:
    data = town()
    region = {person: n % 2 for n, person in enumerate(sorted(set(map(str, data["person"]))))}
    towns = np.array([["Oslo", "Moss"], ["Bergen", "Voss"]])
    side = [region[str(person)] for person in data["person"]]  # nobody leaves theirs
    data["town"] = towns[side, np.arange(len(side)) // 7 % 2].tolist()
    data["region"] = np.array(["east", "west"])[side].tolist()
    alone = {**data, "person": [f"p{i}" for i in range(len(side))]}
    column = "plan" if place else ""
    wide, narrow = (
        table(own, group=["region", "town"]).find("east", column, place) for own in (data, alone)
    )
    widths = [(own.high or 0) - (own.low or 0) for own in (wide, narrow)]
    people = [table(own, group=["region", "town"]).find("east").units or 0 for own in (data, alone)]
    assert widths[0] > 1.2 * widths[1] * (people[1] / people[0]) ** 0.5
