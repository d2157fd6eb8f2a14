from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.released.layout import Place
from anonymuse.errors import ConfigError
from anonymuse.insights.specification import Mix, divided, specify
from tests.unit.insights.small import Counts, a_report

SIZES = {"a": 100, "b": 60}


def mixes(language: dict[str, int | None], prompts: int = 20) -> tuple[Mix, ...]:
    facets = {"language": {name: {"a": own, None: own} for name, own in language.items()}}
    (found,) = specify(a_report(SIZES, facets), ["a"], prompts=prompts)
    return found.mixes


def test_prompts_are_divided_as_the_published_shares_are() -> None:
    (mix,) = mixes({"English": 60, "Spanish": 40})
    assert [(part.value, part.prompts) for part in mix.parts] == [("English", 12), ("Spanish", 8)]
    assert (mix.title, mix.unknown) == ("Language", 0)
    assert mix.parts[0].low < 0.6 < mix.parts[0].high


def test_what_is_withheld_is_unknown_and_never_guessed() -> None:
    (mix,) = mixes({"English": 60, "Spanish": None})
    assert [(part.value, part.prompts) for part in mix.parts] == [("English", 12)]
    assert mix.unknown == 8


def test_where_everything_is_withheld_all_is_unknown() -> None:
    (mix,) = mixes({"English": None, "Spanish": None})
    assert (mix.parts, mix.unknown) == ((), 20)


def test_a_facet_that_was_not_counted_is_not_there() -> None:
    (found,) = specify(a_report(SIZES), ["a"], prompts=5)
    assert found.mixes == ()


def test_levels_tell_how_difficult_it_is_with_an_interval() -> None:
    facets: Mapping[str, Mapping[str, Counts]] = {
        "concern": {"1": {"a": 70, "b": 60, None: 130}, "4": {"a": 30, "b": 0, None: 30}},
        "flag_x": {"no": {"a": 90, "b": 60, None: 150}, "yes": {"a": None, "b": 0, None: 10}},
    }
    (found,) = specify(a_report(SIZES, facets), ["a"], prompts=5)
    by_key = {level.key: level for level in found.levels}
    concern = by_key["concern"]
    assert concern.share == pytest.approx(0.3)
    assert concern.low is not None
    assert concern.high is not None
    assert concern.low < 0.3 < concern.high
    assert "flag_x" in by_key


def test_topics_around_it_are_named() -> None:
    report = a_report(SIZES, parents={"a": "ab", "b": "ab"}, names={"ab": "Above", "b": "Beside"})
    (found,) = specify(report, ["a"], prompts=5)
    assert (found.within, found.beside) == (("Above",), ("Beside",))
    near = replace(report, places=(Place("a", 0.0, 0.0, 0.1, ("b", "ab")),))
    (found,) = specify(near, ["a", "a"], prompts=5)
    assert found.beside == ("Beside", "Above")


def test_a_topic_that_is_not_shown_is_refused() -> None:
    with pytest.raises(ConfigError, match="no cluster 'L0-0099'"):
        specify(a_report(SIZES), ["L0-0099"], prompts=5)


@given(st.integers(0, 500), st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_parts_add_up_and_are_nearest(number: int, weights: list[int]) -> None:
    parts = divided(number, weights)
    assert sum(parts) == number
    total = sum(weights)
    if total:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - number * weight / total) < 1
            assert part == 0 or weight > 0
