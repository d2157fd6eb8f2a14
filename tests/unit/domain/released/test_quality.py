"""What a receipt says of a run's own groups and names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from anonymuse.domain.released.quality import DOUBTS, all_doubts, doubts, quality_lines
from tests.sample_report import sample_report

TRY: dict[str, Any] = {"seed": 0, "k": 10, "doubts": []}
FINE: dict[str, Any] = {
    "judged": True, "doubts": [], "misfit": "2 % to 5 %", "attempts": [TRY], "kept": 0,
    "alike": 0, "keywords": 0,
}  # fmt: skip


def _lines(**told: Any) -> list[str]:
    receipt = replace(sample_report().receipt, quality=FINE | told)
    return quality_lines(receipt)


def test_what_is_in_no_doubt_is_said_to_be_so() -> None:
    said = _lines()
    assert said[0].startswith("No sign was found that the groups")
    assert "2 % to 5 %" in said[1]
    assert len(said) == 2


@pytest.mark.parametrize("doubt", DOUBTS)
def test_every_doubt_is_a_sentence(doubt: str) -> None:
    said = _lines(doubts=[doubt])
    assert said[0] == DOUBTS[doubt]
    assert not any("No sign was found" in line for line in said)


def test_few_people_are_no_good_news() -> None:
    said = _lines(judged=False)
    assert said[0].startswith("There are too few people to tell")


def test_what_was_tried_is_told() -> None:
    bad = TRY | {"doubts": ["collapsed"]}
    again = {"seed": 1, "k": 10, "doubts": []}
    said = _lines(attempts=[bad, again], kept=1)[-1]
    assert said.startswith("Grouped 2 times, as the first try hardly told conversations apart")
    assert said.endswith("Kept is try 2.")


def test_names_are_counted() -> None:
    assert any("1 topic has nearly the same name" in line for line in _lines(alike=1))
    assert any("3 topics are named by keywords" in line for line in _lines(keywords=3))


def test_where_nobody_looked_nothing_is_said() -> None:
    receipt = replace(sample_report().receipt, quality={})
    assert quality_lines(receipt) == []
    assert doubts({}) == ()


def test_the_doubts_of_further_trees_count_and_are_told_once() -> None:
    report = sample_report()
    doubtful = replace(
        report, receipt=replace(report.receipt, quality=FINE | {"doubts": ["languages"]})
    )
    assert all_doubts(replace(report, further=(doubtful, doubtful))) == (DOUBTS["languages"],)


def test_drift_is_told_with_its_interval_or_that_it_is_too_little() -> None:
    some = {"people": 40, "of": 400, "share": 0.1, "low": 0.07, "high": 0.13}
    assert any("10.0 % (95 % interval 7.0 % to 13.0 %)" in line for line in _lines(drift=some))
    few = {"people": None, "of": 400, "share": None, "low": 0.0, "high": 0.03}
    assert any("Too few people" in line and "3.0 %" in line for line in _lines(drift=few))
