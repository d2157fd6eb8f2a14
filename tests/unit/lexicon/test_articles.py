from __future__ import annotations

import pytest

from anonymuse.lexicon.articles import Articles

PHRASES = (
    "write a cover letter",
    "correct a job letter",
    "write letter",
    "ask for an honest abstract",
    "polish an abstract",
    "give advice on an essay",
    "give legal advice",
    "find advice for the landlord",
    "choose a sleeping bag",
)


@pytest.mark.parametrize(
    ("phrase", "better"),
    [
        ("write cover letter", "write a cover letter"),
        ("write abstract", "write an abstract"),
        ("write letter and abstract", "write a letter and an abstract"),
        ("advise on cover letter", "advise on a cover letter"),
        ("compare cover-letter", "compare a cover-letter"),
        # as they were: an article or a plural is there, advice has none, nobody wrote of a poem
        ("write a letter", "write a letter"),
        ("write her letter", "write her letter"),
        ("write letters", "write letters"),
        ("give advice", "give advice"),
        ("write poem", "write poem"),
        ("write letter, abstract", "write a letter, abstract"),
        # the verb is no noun: "letter" opens
        ("letter", "letter"),
        ("", ""),
    ],
)
def test_a_noun_has_the_article_that_most_phrases_give_it(phrase: str, better: str) -> None:
    assert Articles.of(PHRASES, least=1).put(phrase) == better


def test_few_phrases_tell_nothing_and_the_same_phrase_counts_once() -> None:
    told = ["write a letter", "write a letter", "correct a long letter"]
    assert Articles.of(told, least=3).put("send letter") == "send letter"
    assert Articles.of([*told, "read a letter"], least=3).put("send letter") == "send a letter"


def test_as_many_bare_ones_leave_it_bare() -> None:
    articles = Articles.of(["plan a travel", "plan travel"], least=1)
    assert articles.put("book travel") == "book travel"


def test_putting_twice_changes_nothing() -> None:
    articles = Articles.of(PHRASES, least=1)
    once = articles.put("write letter and abstract")
    assert articles.put(once) == once


def test_no_phrase_shows_in_a_repr() -> None:
    assert "letter" not in repr(Articles.of(PHRASES, least=1))
