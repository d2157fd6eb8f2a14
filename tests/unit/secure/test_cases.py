"""Verdicts, the queue, accounts, and cases that leave the zone."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re

import pytest

from anonymuse.errors import AbsentError, InputError, RightsError
from anonymuse.secure.audit_check import read_rows
from anonymuse.secure.audit_line import Keyring, row_hash
from anonymuse.secure.case_page import plain
from anonymuse.secure.roles import Person
from tests.unit.secure.world import (
    ANALYST,
    APPROVER,
    INVESTIGATOR,
    KEY,
    OPERATOR,
    PASSWORD,
    SECRET,
    START,
    WHY,
    World,
    cluster,
    store,
)

NASTY = "<script>alert(1)</script> [x](javascript:1) `|` **b** \u202egnp \x07 {{7*7}}"


def test_the_newest_verdict_counts_and_all_stay(world: World) -> None:
    give = world.zone.verdicts.give
    give(ANALYST, "cluster", "L0-0001", "unclear", note="Hm.")
    world.time.run(1)
    given = give(INVESTIGATOR, "cluster", "L0-0001", "abuse", note=NASTY)
    assert "\u202e" not in given.note
    found = world.zone.verdicts.of(ANALYST, "cluster", "L0-0001")
    assert [(one.verdict, one.by) for one in found] == [
        ("abuse", "investigator"), ("unclear", "analyst"),
    ]  # fmt: skip
    assert world.zone.verdicts.of(ANALYST, "cluster", "L0-0002") == ()
    assert "script" not in "".join(world.log())


def test_the_queue_tells_of_a_gap_in_one_language(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = world.held.report()
    (gap,) = held.gaps
    row = dataclasses.replace(gap.missed[0], language="Spanish")
    changed = dataclasses.replace(held, gaps=(dataclasses.replace(gap, missed=(row,)),))
    monkeypatch.setattr(world.held, "report", lambda: changed)
    found = {one.cluster: one.gap_of for one in world.zone.report.queue(ANALYST)}
    assert found == {"L0-0001": "", "L0-0002": "flagged: missed, Spanish"}


def test_a_verdict_changes_nothing_but_the_queue(world: World) -> None:
    before = world.zone.report.overview(ANALYST)
    assert [one.cluster for one in world.zone.report.queue(ANALYST)] == ["L0-0001", "L0-0002"]
    world.zone.verdicts.give(ANALYST, "cluster", "L0-0001", "abuse")
    queue = world.zone.report.queue(ANALYST)
    assert [one.cluster for one in queue] == ["L0-0002", "L0-0001"]
    assert (queue[0].gap, queue[0].gap_of) == (0.4, "flagged: missed")
    assert queue[1].verdict is not None
    assert world.zone.report.overview(ANALYST) == before
    assert world.zone.staff.list(OPERATOR)[0].disabled is False


def test_verdicts_that_are_none(world: World) -> None:
    give = world.zone.verdicts.give
    with pytest.raises(InputError, match="A verdict is benign, abuse or unclear"):
        give(ANALYST, "cluster", "L0-0001", "guilty")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="on a cluster or on an account"):
        give(INVESTIGATOR, "conversation", "row0001", "abuse")
    with pytest.raises(AbsentError, match="no such account"):
        give(INVESTIGATOR, "account", "acc77", "abuse")
    with pytest.raises(InputError, match="at most 2000"):
        give(ANALYST, "cluster", "L0-0001", "abuse", note="x" * 3000)


def test_an_account_over_its_clusters(world: World) -> None:
    view = world.zone.report.account(ANALYST, "acc0")
    assert (view.organisation, view.clusters) == ("org1", {"L0-0001": 6})
    assert len(view.members) == 6
    with pytest.raises(AbsentError):
        world.zone.report.account(ANALYST, "acc0' OR 1=1")


def test_a_case_holds_the_evidence_and_how_it_came_about(world: World) -> None:
    approved = world.approved()
    world.zone.traces.summary(INVESTIGATOR, approved.id, "row0000")
    world.zone.traces.read(INVESTIGATOR, approved.id, "row0000")
    world.zone.verdicts.give(INVESTIGATOR, "cluster", "L0-0001", "abuse", note="Same template.")
    case = world.zone.cases.export(INVESTIGATOR, "cluster", "L0-0001")
    told = json.loads(case.json)
    assert told["evidence"]["cluster"]["accounts"] == 5
    assert told["verdicts"][0]["verdict"] == "abuse"
    assert told["requests"][0]["decisions"][0]["by"] == "approver"
    assert [row["action"] for row in told["log"]] == [
        "ask", "decide", "read trace", "read trace", "judge cluster",
    ]  # fmt: skip
    assert told["traces"] == []
    for text in ("bake?", "Jane", "example.org"):
        assert text not in case.markdown + case.json.decode()
    hashes = {row_hash(row) for row in read_rows(world.folder, Keyring(KEY))}
    assert {row["hash"] for row in told["log"]} <= hashes
    last = json.loads(world.log()[-1])
    assert last["action"] == "export case"
    assert last["details"]["sha256"] == hashlib.sha256(case.json).hexdigest()
    assert told["watermark"].startswith("investigator · ")
    assert case.name == "case-cluster-L0-0001"


def test_text_is_in_a_case_only_where_it_was_read_and_then_redacted(world: World) -> None:
    approved = world.approved()
    world.zone.traces.summary(INVESTIGATOR, approved.id, "row0000")
    world.zone.traces.read(INVESTIGATOR, approved.id, "row0000")
    world.zone.traces.lift(INVESTIGATOR, approved.id, "row0000", reason="Needed for the case.")
    world.zone.traces.summary(INVESTIGATOR, approved.id, "row0001")
    case = world.zone.cases.export(
        INVESTIGATOR, "cluster", "L0-0001", request=approved.id, with_traces=True
    )
    traces = json.loads(case.json)["traces"]
    assert [one["row"] for one in traces] == ["row0000"]
    (lift,) = json.loads(case.json)["lifts"]
    assert (lift["conversation"], lift["reason"]) == ("row0000", "Needed for the case.")
    assert "How do I bake?" in case.markdown
    assert SECRET not in case.markdown + case.json.decode()
    assert "Jane" not in case.markdown + case.json.decode()


def test_text_needs_an_approved_request_for_this_target(world: World) -> None:
    export = world.zone.cases.export
    with pytest.raises(InputError, match="name it"):
        export(INVESTIGATOR, "cluster", "L0-0001", with_traces=True)
    waiting, other = world.ask(), world.approved("L0-0002")
    for request, says in ((waiting.id, "is waiting"), (other.id, "another target")):
        with pytest.raises(RightsError, match=says):
            export(INVESTIGATOR, "cluster", "L0-0001", request=request, with_traces=True)
    with pytest.raises(AbsentError):
        export(INVESTIGATOR, "cluster", "L0-0001", request="made-up", with_traces=True)
    with pytest.raises(InputError, match="on a cluster or on an account"):
        export(INVESTIGATOR, "conversation", "row0000")


def test_a_request_that_is_not_looked_up_is_not_in_the_log(world: World) -> None:
    world.zone.cases.export(INVESTIGATOR, "cluster", "L0-0001", request="Jane Doe has HIV")
    assert "Jane" not in "".join(world.log())


def test_what_others_wrote_to_their_approvers_is_not_in_ones_case(world: World) -> None:
    """A case tells that somebody else asked; their words are theirs and their approvers'."""
    approved = world.approved()
    world.zone.traces.summary(INVESTIGATOR, approved.id, "row0000")
    world.zone.traces.read(INVESTIGATOR, approved.id, "row0000")
    world.zone.traces.lift(INVESTIGATOR, approved.id, "row0000", reason="She lives at the mill.")
    staff = world.zone.staff._desk.staff
    staff.add("ines", "investigator", PASSWORD, created=START, must_change=False)
    ines = Person("ines", "investigator")
    with pytest.raises(AbsentError):
        world.zone.requests.get(ines, approved.id)
    case = world.zone.cases.export(ines, "cluster", "L0-0001")
    told = case.markdown + case.json.decode()
    assert approved.id in told
    for words in (WHY, "Fits.", "the mill"):
        assert words not in told
    own = world.zone.cases.export(INVESTIGATOR, "cluster", "L0-0001").json.decode()
    assert all(words in own for words in (WHY, "Fits.", "the mill"))


def test_an_account_is_a_case_too(world: World) -> None:
    case = world.zone.cases.export(INVESTIGATOR, "account", "acc0")
    assert len(json.loads(case.json)["evidence"]["conversations"]) == 6
    assert "6 conversations" in case.markdown
    assert "Nobody has given one" in case.markdown


def test_hostile_names_mean_nothing_in_a_case(world: World) -> None:
    world.held = store(cluster(NASTY), cluster(place="L0-0002"))
    world.zone = world.another()
    page = world.zone.cases.export(INVESTIGATOR, "cluster", "L0-0001").markdown
    assert "<" not in page
    assert "\u202e" not in page
    assert "\x07" not in page
    assert "](javascript" not in page
    assert r"\[x\]\(javascript\:1\)" in page


@pytest.mark.parametrize("text", [NASTY, "# head", "- item", "a\n\nb", "1. one", "&lt;b>"])
def test_plain_means_only_itself(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)[<`*_\[\]#|!]", shown)
    assert "&lt;b" not in shown or "&amp;lt;b" in shown or "<" in text


def test_a_case_tells_of_gaps_and_of_no_score(world: World) -> None:
    calm = dataclasses.replace(cluster(place="L0-0002"), coordination=None, top_accounts=())
    world.held = store(cluster(), calm)
    world.zone = world.another()
    page = world.zone.cases.export(INVESTIGATOR, "cluster", "L0-0002").markdown
    assert r"flagged, missed: excess 0\.400 \(0\.200 to 0\.600\)".replace(":", r"\:") in page
    assert "Coordination score" not in page


def test_rows_that_somebody_made_up_are_neither_shown_nor_taken_along(world: World) -> None:
    """What is wrong with them is for the check to tell; nobody reads them as the log's."""
    world.ask()
    (line,) = world.log()
    made_up = json.loads(line) | {"actor": "paula", "action": "decide \u001b[2J", "mac": "0" * 64}
    packed = json.dumps(made_up, sort_keys=True, separators=(",", ":"))
    (world.folder / "audit.jsonl").write_text(f"{packed}\n{line}\n", encoding="utf-8")
    assert "paula" not in {row.actor for row in world.zone.log.rows(APPROVER)}
    case = world.zone.cases.export(INVESTIGATOR, "cluster", "L0-0001")
    assert "paula" not in case.json.decode() + case.markdown
    assert [row["action"] for row in json.loads(case.json)["log"]] == ["ask"]
    assert not world.zone.log.check(APPROVER).sound


def test_the_log_is_filtered_and_newest_first(world: World) -> None:
    world.sign_in("viewer")
    world.approved()
    rows = world.zone.log.rows(APPROVER)
    assert [row.action for row in rows] == ["read log", "decide", "ask", "signed in"]
    assert [row.seq for row in rows] == [4, 3, 2, 1]
    assert [row.actor for row in world.zone.log.rows(OPERATOR, actor="viewer")] == ["viewer"]
    assert [row.action for row in world.zone.log.rows(OPERATOR, action="ask")] == ["ask"]
    assert len(world.zone.log.rows(OPERATOR, last=2)) == 2
    assert len(world.zone.log.rows(OPERATOR, last=-5)) == 1
    assert world.zone.log.check(OPERATOR).sound
    assert json.loads(world.zone.log.anchor(OPERATOR))["seq"] == len(world.log())
