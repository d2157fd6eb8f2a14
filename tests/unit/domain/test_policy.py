from dataclasses import fields, replace

import pytest

from anonymuse.domain.policy import DEMO, INTERNAL, POLICIES, PUBLIC, ReleasePolicy


def test_numbers_of_the_policies() -> None:
    assert (PUBLIC.min_units, PUBLIC.min_conversations, PUBLIC.min_cell) == (50, 100, 10)
    assert (PUBLIC.rounding, PUBLIC.noise_sigma, PUBLIC.top_unit, PUBLIC.top_three) == (
        5, 5.0, 0.10, 0.25,
    )  # fmt: skip
    assert (INTERNAL.min_units, INTERNAL.min_conversations, INTERNAL.min_cell) == (20, 40, 10)
    assert (DEMO.min_units, DEMO.min_conversations, DEMO.min_cell) == (5, 8, 3)
    assert "synthetic or public data only" in DEMO.statement


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_not_weaker_than_itself(name: str) -> None:
    assert POLICIES[name].weaker_than(POLICIES[name]) == []


def test_demo_is_weaker_than_public_in_every_number() -> None:
    assert set(DEMO.weaker_than(PUBLIC)) == {
        "min_units", "min_conversations", "min_cell", "rounding", "noise_sigma", "top_unit",
        "top_three", "per_node", "generalise", "claim_sigma",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [("min_units", 1), ("top_unit", 0.9), ("min_grade", 1)],
)
def test_each_kind_of_weakening_is_named(field: str, value: float) -> None:
    assert replace(PUBLIC, **{field: value}).weaker_than(PUBLIC) == [field]  # type: ignore[arg-type]


def test_the_receipt_gets_every_field() -> None:
    assert set(PUBLIC.as_dict()) == {f.name for f in fields(ReleasePolicy)}
