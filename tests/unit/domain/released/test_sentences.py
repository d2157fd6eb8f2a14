"""The plain words that every export shares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anonymuse.domain.policy import POLICIES, PUBLIC
from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Withheld
from anonymuse.domain.released.cube import Cell
from tests.sample_report import sample_report


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_number_of_a_policy_is_said(name):
    policy = POLICIES[name]
    text = " ".join(sentences.policy_sentences(sample_report(policy).receipt))
    for number in (policy.min_units, policy.min_conversations, policy.min_cell):
        assert f"at least {number} " in text or f"and {number} conversations" in text
    assert f"more than {policy.top_unit:.0%}".replace("%", " %") in text
    assert f"more than {policy.top_three:.0%}".replace("%", " %") in text
    assert ("multiples of 5" in text) == (policy.rounding == 5)
    assert ("sigma" in text) == (policy.noise_sigma > 0)


def test_every_field_of_a_policy_is_put_in_words_or_known_not_to_be():
    assert set(sentences.POLICY_FIELDS) == set(POLICIES["public"].as_dict())


@pytest.mark.parametrize("name", POLICIES)
def test_whether_special_categories_were_replaced_is_said(name):
    policy = POLICIES[name]
    lines = sentences.policy_sentences(sample_report(policy).receipt)
    said = "were replaced" if policy.generalise else "were not replaced"
    assert any("health, religion" in line and said in line for line in lines)


def test_where_the_unit_is_the_conversation_nobody_is_called_a_person():
    report = sample_report(unit="conversation")
    lines = sentences.policy_sentences(report.receipt) + sentences.how_to_read(report)
    text = " ".join(lines).replace("hide one person more", "")
    assert "people" not in text
    assert "person" not in text


def test_only_sizes_are_shares_of_conversations_where_people_are_counted():
    first, second, *_ = sentences.how_to_read(sample_report())
    assert "topic's size is a share of all published conversations" in first
    assert first.endswith("is of the people there.")
    assert "widened for people with several conversations" in second


def test_nothing_withheld_is_said_too():
    report = sample_report()
    bare = replace(report, withheld=(), receipt=replace(report.receipt, withheld_share=""))
    assert sentences.withheld_line(bare) == "No topic was withheld."


def test_not_shown_is_not_said_to_be_too_few_alone():
    # numbers of hundreds are taken back where a difference would give a small one away
    told = next(line for line in sentences.how_to_read(sample_report()) if "Not shown" in line)
    assert "taken back" in told
    assert "does not mean none" in told


def test_one_reason_stands_without_its_count():
    report = replace(sample_report(), withheld=(Withheld("too few people", 7),))
    assert sentences.withheld_line(report).startswith("7 topics withheld: too few people.")


def test_failures_are_counted_by_purpose():
    receipt = replace(sample_report().receipt, policy={})
    assert sentences.failures_line(receipt) == (
        "At most 4 model calls failed (label: 3 invalid, 1 retryable; rounded up to tens)."
    )
    assert sentences.failures_line(replace(receipt, failures={})) == "No model call failed."


def test_failures_of_few_are_not_told_where_there_is_noise():
    receipt = replace(
        sample_report().receipt, policy=PUBLIC.as_dict(), models={"chat": "a model"}, failures={}
    )
    unsaid = "Failures of one kind that fewer than 10 people met are not told"
    assert sentences.failures_line(receipt).startswith(unsaid)
    told = sentences.failures_line(replace(receipt, failures={"extract": {"filter": 40}}))
    assert told.startswith("About 40 model calls failed (extract: 40 filter; with noise, in tens).")
    assert unsaid in told
    without = replace(receipt, models={"embed": "hashing"})
    assert sentences.failures_line(without) == "No model call failed."


def test_the_window_is_one_day_a_range_or_unknown():
    receipt = sample_report().receipt
    assert sentences.window_line(receipt) == "2026-08-03 to 2026-10-25"
    one = replace(receipt, window=("2026-08-03", "2026-08-03"))
    assert sentences.window_line(one) == "2026-08-03"
    assert sentences.window_line(replace(receipt, window=None)) == "not recorded"


def test_cells_read_largest_first_numbers_in_order_suppressed_last():
    def cell(value: str, units: int | None) -> Cell:
        return Cell("c", "f", value, units, None, None, None)

    words = [cell("few", None), cell("small", 10), cell("large", 30)]
    assert [c.value for c in sorted(words, key=sentences.reading_order)] == [
        "large",
        "small",
        "few",
    ]
    grades = [cell("10", 50), cell("2", 10), cell("1", 20)]
    assert [c.value for c in sorted(grades, key=sentences.reading_order)] == ["1", "2", "10"]
    names = ["1 to 2", "3 to 4", "11 to 20", "more than 20"]
    ranges = [cell(name, 10 * i) for i, name in enumerate(names, start=1)]
    assert [c.value for c in sorted(ranges, key=sentences.reading_order)] == names
