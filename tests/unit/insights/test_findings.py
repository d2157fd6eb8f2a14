import re
from typing import Any

import numpy as np
import pytest

from anonymuse.insights.findings import Finding, findings
from anonymuse.insights.lifts import lifts
from anonymuse.insights.measures import measures
from anonymuse.insights.sheet import Sheets
from anonymuse.insights.words import named, number, percent
from tests.sample_report import empty_report, sample_report
from tests.unit.insights.small import Counts, a_report

SIZES = {"a": 200, "b": 400, "c": 1400}
LANGUAGE = {"Thai": {None: 110, "a": 80, "b": 10, "c": 20}, "Hindi": {None: 300, "c": 210}}
NOTHING = "No topic differs from the others by more than chance and noise can make."


def told(report) -> list[Finding]:
    sheets = Sheets.of(report)
    lifted = {name: lifts(sheet) for name, sheet in sheets.facets.items()}
    return findings(report, sheets, lifted, measures(report, sheets))


def of_kind(found: list[Finding], kind: str) -> list[Finding]:
    return [own for own in found if own.kind == kind]


def test_a_language_that_stands_out_is_told_with_interval_and_numbers() -> None:
    first = of_kind(told(a_report(SIZES, {"language": LANGUAGE})), "lift")[0]
    assert first.sentence == "Thai is 24 times as common in “a” as elsewhere."
    assert re.fullmatch(
        r"95 % interval \d+ to \d+ times; 80 of 200 people here, 1\.7 % elsewhere\.", first.evidence
    )
    assert (first.cluster, first.colour, first.is_lift) == ("a", "language:Thai", True)


def test_what_is_rarer_than_elsewhere_is_told_as_such() -> None:
    sizes = {"a": 1000, "b": 1000}
    found = of_kind(told(a_report(sizes, {"f": {"x": {None: 420, "b": 20}}})), "lift")
    assert found[0].sentence == "“F: x” is only 0.05 times as common in “b” as elsewhere."


def test_questions_of_yes_and_no_are_told_by_their_yes() -> None:
    answers = {"yes": {None: 250, "a": 150}, "no": {None: 1750, "a": 50}}
    found = of_kind(told(a_report(SIZES, {"flagged": answers})), "lift")
    assert [own.sentence for own in found] == [
        "“Flagged” is 14 times as common in “a” as elsewhere."
    ]


def test_growth_concern_and_refusal_have_their_sentences() -> None:
    report = a_report(
        SIZES,
        {
            "concern": {"1": {None: 1800, "a": 40}, "4": {None: 200, "a": 160, "b": 20, "c": 20}},
            "refused": {"no": {None: 1900, "a": 110}, "yes": {None: 100, "a": 90, "c": 10}},
        },
        windows={
            "2026-01": {None: 1000, "a": 50, "c": 950},
            "2026-02": {None: 1000, "a": 200, "c": 800},
            "2026-03": {None: 50},
        },
    )
    found = told(report)
    growth = [own.sentence for own in of_kind(found, "growth")]
    assert growth == [
        "“a” grew: its share of the people of 2026-02 is 4.0 times its share before.",
        "“c” shrank: its share of the people of 2026-02 is 0.84 times its share before.",
    ]
    assert of_kind(found, "concern")[0].sentence == (
        "In “a”, 80 % of people have a conversation of concern."
    )
    assert of_kind(found, "concern")[0].evidence.endswith(
        "of 200 people; 10 % in the whole report."
    )
    assert of_kind(found, "refusal")[0].sentence == (
        "In “a”, 45 % of people were refused something, at least in part."
    )
    assert of_kind(found, "refusal")[0].colour == "refused"


def test_where_the_share_is_not_known_the_least_is_told() -> None:
    grades: dict[str, Counts] = {"1": {None: 1800, "a": None}, "3": {None: 100, "a": 90}}
    grades["5"] = {None: 100, "a": None}
    first = of_kind(told(a_report(SIZES, {"concern": grades})), "concern")[0]
    assert first.sentence == "In “a”, at least 38 % of people have a conversation of concern."


def test_where_nothing_stands_out_that_is_said() -> None:
    even = {"Thai": {None: 200, "a": 20, "b": 40, "c": 140}}
    found = told(a_report(SIZES, {"language": even}))
    assert [own.sentence for own in of_kind(found, "lift")] == [NOTHING]
    assert of_kind(found, "lift")[0].cluster is None


def test_of_many_facets_in_which_nothing_differs_hardly_a_report_names_one() -> None:
    rng = np.random.Generator(np.random.Philox(4))
    sizes = {f"L0-{i:04}": 200 for i in range(6)}
    marked = named_one = 0
    for _ in range(30):
        facets: dict[str, dict[str, Counts]] = {}
        for n in range(8):
            drawn = rng.multinomial(200, (0.15, 0.5, 0.2, 0.15), size=6)
            facets[f"f{n}"] = {
                value: {None: int(own.sum()), **dict(zip(sizes, own.tolist(), strict=True))}
                for value, own in zip("abcd", drawn.T, strict=True)
            }
        report = a_report(sizes, facets)
        marked += any(lifts(sheet).notable.any() for sheet in Sheets.of(report).facets.values())
        named_one += of_kind(told(report), "lift")[0].sentence != NOTHING
    assert marked >= 6  # each facet by itself keeps to one in twenty
    assert named_one <= 3


def test_what_other_facets_hide_was_looked_at_too() -> None:
    faint: dict[str, Counts] = {"Thai": {None: 200, "a": 34, "b": 40, "c": 126}}
    alone = a_report(SIZES, {"language": faint})
    assert of_kind(told(alone), "lift")[0].colour == "language:Thai"
    hidden: dict[str, dict[str, Counts]] = {
        f"f{n}": {"x": {None: 100, "a": None, "b": None, "c": None}} for n in range(20)
    }
    among = a_report(SIZES, {"language": faint, **hidden})
    assert lifts(Sheets.of(among).facets["language"]).notable.any()
    assert of_kind(told(among), "lift")[0].sentence == NOTHING


def test_a_parent_does_not_repeat_its_child() -> None:
    report = a_report(
        {"a": 200, "b": 40, "c": 1400, "d": 300},
        {"language": {"Thai": {None: 120, "a": 100, "ab": 102, "c": 10, "cd": 18}}},
        parents={"a": "ab", "b": "ab", "c": "cd", "d": "cd"},
    )
    clusters = {own.cluster for own in of_kind(told(report), "lift")}
    assert len(clusters & {"a", "ab"}) == 1


def test_no_facet_crowds_out_the_others() -> None:
    sizes = {**{str(n): 300 for n in range(8)}, "rest": 8000}
    everywhere: dict[Any, int] = {str(n): 150 for n in range(8)}
    loud, quiet = {"x": everywhere | {None: 1300}}, {"Thai": {None: 900, "7": 150}}
    found = of_kind(told(a_report(sizes, {"loud": loud, "language": quiet})), "lift")
    assert [own.colour.split(":")[0] for own in found].count("loud") == 2
    assert any(own.colour == "language:Thai" for own in found)


def test_the_largest_is_named_only_where_few_others_could_be_it() -> None:
    assert of_kind(told(a_report(SIZES)), "size")[0].sentence == (
        "The largest topic is “c”, with 70 % of all conversations."
    )
    close = of_kind(told(a_report({"a": 500, "b": 490, "c": 10})), "size")[0]
    assert close.sentence.startswith("One of the largest topics is “a”")
    assert of_kind(told(a_report({str(n): 50 for n in range(40)})), "size") == []


def test_below_a_single_top_its_children_are_the_areas() -> None:
    report = a_report(SIZES, parents={"a": "ab", "b": "ab", "ab": "top", "c": "top"})
    assert [own.sentence for own in of_kind(told(report), "size")] == [
        "The largest area is “ab”, with 30 % of all conversations.",
        "The largest topic is “c”, with 70 % of all conversations.",
    ]


def test_several_areas_may_be_the_largest_and_one_level_has_none() -> None:
    sizes = dict.fromkeys("abcd", 500)
    close = told(a_report(sizes, parents={"a": "ab", "b": "ab", "c": "cd", "d": "cd"}))
    assert close[0].sentence.startswith("One of the largest areas is “ab”")
    assert all("area" not in own.sentence for own in told(a_report(sizes)))


def test_what_is_withheld_is_told_with_its_reasons() -> None:
    last = told(sample_report())[-1]
    assert last.kind == "withheld"
    assert last.sentence == (
        "7 topics are not shown: too few people (5), one person dominates (2)."
    )


def test_there_are_never_more_than_a_dozen_or_so() -> None:
    for report in (sample_report(), sample_report(unit="conversation")):
        found = told(report)
        assert 2 <= len(found) <= 13
        assert all(own.evidence for own in found)


@pytest.mark.parametrize("report", [empty_report(), a_report({"a": 30})])
def test_an_empty_report_and_one_of_one_topic_can_be_told(report) -> None:
    assert len(told(report)) <= 3


def test_a_long_name_is_cut_and_one_from_right_to_left_stands_on_its_own() -> None:
    names = {"c": "x" * 300, "b": "المساعدة"}
    found = of_kind(told(a_report(SIZES, names=names)), "size")[0].sentence
    assert found == f"The largest topic is “{'x' * 89}…”, with 70 % of all conversations."
    assert named("المساعدة") == "“\u2068المساعدة\u2069”"


@pytest.mark.parametrize(
    ("share", "text"), [(0.626, "63 %"), (0.0831, "8.3 %"), (0.00123, "0.12 %"), (0.0, "0.00 %")]
)
def test_a_share_has_the_decimals_that_its_size_asks_for(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("ratio", "text"), [(24.4, "24"), (3.24, "3.2"), (0.434, "0.43")])
def test_a_ratio_has_two_digits(ratio: float, text: str) -> None:
    assert number(ratio) == text
