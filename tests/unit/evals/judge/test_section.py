import asyncio

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.evals.judge.agreement import Agreement, agree, tally
from anonymuse.evals.judge.ask import Opinion, judge
from anonymuse.evals.judge.item import Grade, calibration
from anonymuse.evals.judge.section import agreement_section, judged_section
from anonymuse.ports.chat import ChatFailure
from tests.unit.evals.judge import judges


def measured(script: judges.Judge) -> Agreement:
    known = calibration("name", 6)
    asker = ModelAsker(ScriptedChat(script))
    return agree(known, asyncio.run(judge([one.item for one in known], asker, marks=b"m")))


def said(*grades: Grade) -> list[Opinion]:
    return [Opinion(grade, grade) for grade in grades]


def test_every_share_has_the_items_that_it_rests_on() -> None:
    figures = {f.key: f for f in agreement_section({"name": measured(judges.right)}).figures}
    assert figures["name.sensitivity"].rows == 6
    assert figures["name.specificity"].rows == 18
    assert figures["name.kappa"].rows == 24


def test_a_corrected_share_stands_beside_the_raw_one_only_for_a_usable_judge() -> None:
    opinions = [*said("yes") * 30, *said("no") * 10]
    for script, usable in ((judges.right, True), (judges.lenient, False)):
        known = measured(script)
        found = tally("name", [str(n) for n in range(40)], opinions, known)
        section = judged_section({"name": found}, {"name": known}, "A run")
        figures = {f.key: f for f in section.figures}
        assert figures["name.yes"].ours.value == pytest.approx(0.75)
        assert figures["name.no"].better == "lower"
        assert ("name.corrected" in figures) == usable
        assert any("Not usable" in note for note in section.notes) != usable


def test_shares_are_of_people_and_not_of_their_conversations() -> None:
    opinions = [*said("yes") * 30, *said("no") * 10]
    alone = tally("faithful", [str(n) for n in range(40)], opinions, None)
    few = tally("faithful", [str(n // 10) for n in range(40)], opinions, None)
    wide = few.shares["yes"].high - few.shares["yes"].low
    assert wide > 1.5 * (alone.shares["yes"].high - alone.shares["yes"].low)


def test_what_nobody_answered_is_counted_and_no_share_is_made_up() -> None:
    mute = [Opinion("yes", ChatFailure("refusal", "refused"))] * 3
    known = measured(judges.right)
    found = tally("name", ["a", "b", "c"], mute, known)
    section = judged_section({"name": found}, {"name": known}, "A run")
    assert found.graded == 0
    assert section.figures == ()
    assert "Names: without a usable answer: refusal 3." in section.notes
