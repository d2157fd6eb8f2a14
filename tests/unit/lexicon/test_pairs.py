from __future__ import annotations

from anonymuse.lexicon.candidates import Candidate
from anonymuse.lexicon.pairs import PAIRED, join_candidates, telling_rows


def pairs(*names: str, kind: str = "phrase", **changes: object) -> list[str]:
    candidates = [Candidate("n", name, kind, **changes) for name in names]  # type: ignore[arg-type]
    scores = [-float(i) for i in range(len(names))]
    return [one.candidate.name for one in join_candidates(candidates, scores, {})]


def test_two_phrases_are_joined_without_saying_the_verb_twice() -> None:
    assert pairs("write a poem", "write a song") == ["write a poem and a song"]
    assert pairs("write a poem", "explain rhyme") == ["write a poem and explain rhyme"]


def test_what_starts_with_a_verb_comes_first() -> None:
    assert pairs("credit card", "advise on debt") == ["advise on debt and credit card"]


def test_a_phrase_is_not_joined_with_a_part_of_itself() -> None:
    assert pairs("explain debt", "explain card debt") == []


def test_no_three_in_one_and_none_of_another_node() -> None:
    assert pairs("write poems and songs", "explain rhyme") == []
    assert pairs("write a poem", "explain rhyme", kind="model") == []
    other = [Candidate("a", "write a poem", "phrase"), Candidate("b", "explain rhyme", "phrase")]
    assert join_candidates(other, [0.0, 0.0], {}) == []


def test_only_the_best_are_joined() -> None:
    many = [f"write {noun}" for noun in ("odes", "tales", "plays", "jokes", "songs", "rhymes")]
    found = pairs(*many)
    assert len(found) == PAIRED * (PAIRED - 1) // 2
    assert not any("songs" in name or "rhymes" in name for name in found)


def test_a_pair_is_as_shared_as_its_rarer_half() -> None:
    one = Candidate("n", "advise on debt", "phrase", share=0.4)
    two = Candidate("n", "credit card", "keywords", share=0.3)
    (found,) = join_candidates([one, two], [1.0, 0.5], {})
    pair = found.candidate
    assert found.parts == ("advise on debt", "credit card")
    assert (pair.share, pair.kind) == (0.3, "keywords")


def test_telling_words_are_added_but_nothing_that_was_said() -> None:
    one = Candidate("n", "advise on debt", "phrase")
    words = {"n": ["debts", "loan", "rent", "card", "house"]}
    found = [own.candidate for own in join_candidates([one], [1.0], words)]
    assert [own.name for own in found] == [
        "advise on debt: loan", "advise on debt: rent", "advise on debt: card",
        "advise on debt: loan, rent", "advise on debt: loan, card",
        "advise on debt: rent, card",
    ]  # fmt: skip
    assert {own.kind for own in found} == {"phrase"}


def test_words_alone_may_name_a_node_but_no_single_word() -> None:
    found = telling_rows({"a": ["rent", "loan", "debt"], "b": ["poem"]})
    assert [(own.node, own.name) for own in found] == [
        ("a", "rent, loan"), ("a", "rent, loan, debt"),
    ]  # fmt: skip
    assert {own.kind for own in found} == {"keywords"}
