import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.errors import ConfigError
from anonymuse.pipeline import patterns
from anonymuse.pipeline.patterns import check_pattern, matches


def found(pattern: str, *texts: str) -> list[bool]:
    check_pattern(pattern, setting="--grep")
    return [bool(hit) for hit in matches(pattern, [[text] for text in texts])]


def test_case_does_not_count_unless_the_pattern_says_so() -> None:
    assert found("python", "Python code", "java") == [True, False]
    assert found("(?-i)python", "Python code", "python") == [False, True]
    assert found("ÉTÉ", "cet été", "hiver") == [True, False]


def test_any_turn_will_do_and_turns_are_looked_at_alone() -> None:
    texts = [["one", "two"], ["three"], [], ["on", "e"]]
    assert matches("one|three", texts).tolist() == [True, True, False, False]
    assert matches("^two$", texts).tolist() == [True, False, False, False]
    assert matches("x", []).tolist() == []


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [[f"text {i}", "needle" if i % 7 == 0 else "hay"] for i in range(50)] + [[]]
    whole = matches("needle", texts).tolist()
    monkeypatch.setattr(patterns, "_BATCH", 40)
    assert matches("needle", texts).tolist() == whole
    assert sum(whole) == 8


def test_no_pattern_takes_exponential_time() -> None:
    text = "a" * 20_000 + "!"
    began = time.perf_counter()
    assert found("(a+)+$", text) == [False]
    assert found("(a|aa)+$", text) == [False]
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("ab(", "at character 3"),
        ("[z-a]", "at character 2: bad character range"),
        ("x(?=a)", "at character 2: invalid perl operator"),
        ("(a)\\1", "at character 4: invalid escape sequence"),
        ("a{2000}", "at character 2: invalid repetition size"),
        ("\ud800", "not a pattern"),
        ("x" * 2000, "2,000 characters"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(pattern: str, part: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_pattern(pattern, setting="--grep")
    assert part in str(caught.value)
    assert str(caught.value).startswith("--grep")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab(|)[]{}*+?.\\^$1-,:=!<>Pé", max_size=14))
def test_any_pattern_matches_or_is_refused(pattern: str) -> None:
    try:
        check_pattern(pattern, setting="--grep")
    except ConfigError:
        return
    assert len(matches(pattern, [["ab", "é1"], ["aaaa"]])) == 2
