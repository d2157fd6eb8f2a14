"""Answers are scored as their kind wants it, and what is not there is not scored."""

import pytest

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.evals.suite.answers import answers_section
from anonymuse.evals.suite.facet_scores import Asked, put_beside
from anonymuse.evals.suite.section import Section

QUESTIONS = {q.name: q for q in CORE} | {
    "topics": FacetQuestion("topics", "?", "several_of", values=("art", "law")),
    "mood": FacetQuestion("mood", "?", "one_of", values=("good", "bad")),
}


def scored(*asked: Asked) -> Section:
    found = answers_section(asked, QUESTIONS)
    assert found is not None
    return found


def values(section: Section) -> dict[str, float]:
    return {figure.key: round(figure.ours.value, 3) for figure in section.figures}


def test_refusals_are_a_yes_even_partly_and_have_f1() -> None:
    truth = ["yes", "yes", "no", "no", "yes"]
    said = ["yes", "no", "partly", "no", "partly"]
    found = scored(put_beside("refused", truth, said))
    assert values(found) == {
        "refused.f1": pytest.approx(2 / 3, abs=1e-3),
        "refused.precision": pytest.approx(2 / 3, abs=1e-3),
        "refused.recall": pytest.approx(2 / 3, abs=1e-3),
    }
    assert [figure.rows for figure in found.figures] == [5, 3, 3]
    assert found.pictures == ()


def test_nothing_is_said_of_a_yes_that_is_in_no_truth() -> None:
    language = put_beside("language", ["German"] * 2, ["German"] * 2)
    found = scored(language, put_beside("refused", ["no", "no"], ["no", "yes"]))
    assert values(found) == {"language.right": 1.0}
    assert "yes in no conversation's truth" in found.notes[0]
    missed = scored(put_beside("refused", ["yes", "no"], ["no", "no"]))
    assert values(missed) == {"refused.f1": 0.0, "refused.recall": 0.0}


@pytest.mark.parametrize("truth", [(True, False), ("Yes", "No"), (1, 0)])
def test_a_yes_may_be_written_in_several_ways(truth: tuple[Scalar, Scalar]) -> None:
    assert values(scored(put_beside("refused", truth, ("yes", "no"))))["refused.f1"] == 1.0


def test_a_language_with_enough_rows_is_apart() -> None:
    languages = ("German",) * 40 + ("Dutch",) * 30
    truth = ["yes", "no"] * 35
    found = scored(put_beside("refused", truth, truth, languages=languages))
    (bars,) = found.pictures
    assert bars.labels == ("German",)  # type: ignore[union-attr]


def test_concern_is_a_rank_correlation_and_says_how_many_did_not_answer() -> None:
    truth: list[Scalar] = [1, 2, 3, 4, 5, 1]
    said: list[Scalar] = [10, 20, 30, 40, 50, None]
    found = scored(put_beside("concern", truth, said))
    assert values(found) == {"concern.spearman": 1.0}
    assert found.figures[0].rows == 5
    assert found.notes == ("concern: 1 conversations have a truth and no answer.",)


def test_nothing_is_said_where_nobody_answered() -> None:
    silent = put_beside("concern", [1, 2], [None, None])
    assert answers_section([silent], QUESTIONS) is None
    beside = scored(silent, put_beside("refused", ["yes"], ["yes"]))
    assert "Nobody answered concern here" in beside.notes[0]


def test_languages_count_close_relatives_and_tell_what_is_confused() -> None:
    truth = ["Serbian", "Croatian", "de", "German"]
    said = ["Croatian", "Serbian", "German", "Dutch"]
    found = scored(put_beside("language", truth, said, lengths=(50, 60, 70, 80)))
    assert values(found) == {"language.right": 0.75}
    assert found.tables[0].rows == (("German", "Dutch", 1),)


def test_short_texts_are_apart() -> None:
    truth = ["German"] * 50
    said = ["German"] * 25 + ["Dutch"] * 25
    found = scored(put_beside("language", truth, said, lengths=(100,) * 25 + (5,) * 25))
    assert values(found) == {"language.right": 0.5, "language.short": 0.0}


def test_several_answers_are_pairs_of_rows_and_values() -> None:
    found = scored(put_beside("topics", ["art; law", "art", "law"], ["art", "Art", "art"]))
    # hits: art, art; missed: law, law; wrong: art
    assert values(found) == {"topics.f1": pytest.approx(4 / 7, abs=1e-3)}
    assert [row[:3] for row in found.tables[0].rows] == [("art", 2, 0.8), ("law", 2, 0.0)]


def test_one_answer_has_a_share_and_a_mean_f1() -> None:
    found = scored(
        put_beside("mood", ["good", "good", "bad", "bad"], ["good", "bad", "bad", "bad"])
    )
    assert values(found) == {
        "mood.right": 0.75,
        "mood.f1": pytest.approx((2 / 3 + 4 / 5) / 2, abs=1e-3),
    }


def test_free_texts_are_not_scored() -> None:
    assert answers_section([put_beside("request", ["a"], ["a"])], QUESTIONS) is None


def test_no_answer_shows_in_a_repr() -> None:
    assert "secret" not in repr(put_beside("request", ["secret"], ["secret"]))
