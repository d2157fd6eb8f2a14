"""Transcripts and written answers lose specifics; everything else stays as it is."""

from dataclasses import replace

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.private.transcript import Transcript
from anonymuse.stages.generalise import generalise_answer, generalise_transcript, is_written

TALK = Transcript(
    tagged="User: I have diabetes. Plan my week.\nAssistant: With diabetes, symptoms matter.",
    user_text="I have diabetes. Plan my week.",
    whole_text="I have diabetes. Plan my week.\nWith diabetes, symptoms matter.",
    assistant_text="With diabetes, symptoms matter.",
    turns=2,
    characters=80,
)


def test_every_text_of_a_transcript_is_generalised() -> None:
    found = generalise_transcript(TALK)
    texts = (
        found.transcript.tagged,
        found.transcript.user_text,
        found.transcript.whole_text,
        found.transcript.assistant_text,
    )
    assert not any("diabetes" in text or "symptoms" in text for text in texts)
    assert all("health condition" in text for text in texts)
    assert found.personal == {"health"}
    assert found.transcript.turns == 2
    assert "diabetes" not in repr(found)


def test_what_only_the_assistant_says_makes_nothing_personal() -> None:
    said = "User: Plan my week.\nAssistant: I have prayed for my church."
    talk = replace(TALK, tagged=said, user_text="Plan my week.", whole_text="Plan my week.")
    assert generalise_transcript(talk).personal == frozenset()


def test_answers_follow_what_is_personal_in_their_conversation() -> None:
    answer = "plan a week around a strict medication schedule"
    assert generalise_answer(answer, personal=()) == answer
    assert "medication" not in str(generalise_answer(answer, personal={"health"}))


def test_values_that_become_equal_are_one() -> None:
    assert (
        generalise_answer("diabetes; asthma; cooking", personal=()) == "health condition; cooking"
    )


def test_answers_that_are_no_text_stay() -> None:
    assert generalise_answer(3, personal={"health"}) == 3
    assert generalise_answer(None, personal={"health"}) is None


def test_which_answers_are_written() -> None:
    assert [q.name for q in CORE if is_written(q)] == ["request", "task"]
    assert is_written(FacetQuestion("topics", "Which?", "several_of"))
    assert not is_written(FacetQuestion("mood", "Which?", "one_of", ("good", "bad")))
