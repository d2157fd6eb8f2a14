"""Requests, decisions, traces: second person, exact target, limits, order, redaction, watermark."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.restricted.memory import MemoryRestrictedStore
from anonymuse.errors import (
    AbsentError,
    ConfigError,
    InputError,
    RightsError,
)
from anonymuse.secure.audit_line import Keyring
from anonymuse.secure.limits import DAY
from anonymuse.secure.request_book import request_digest
from anonymuse.secure.rules import RULES, ZoneRules, read_rules
from anonymuse.secure.values import KINDS, Kind, TraceRequest
from anonymuse.secure.zone import Zone, run_name
from tests.unit.secure.world import (
    APPROVER,
    INVESTIGATOR,
    KEY,
    OPERATOR,
    SECRET,
    WHY,
    World,
    read,
    store,
)


def decisions(world: World) -> sqlite3.Connection:
    return sqlite3.connect(world.folder / "zone.sqlite")


def state(world: World, request: TraceRequest, zone: Zone | None = None) -> str:
    return (zone or world.zone).requests.get(APPROVER, request.id).state


def rows(world: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in world.log()]


def test_the_whole_way(world: World) -> None:
    asked = world.ask()
    assert (asked.name, world.ask("acc0", "account").name) == ("Baking bread", "")
    assert (asked.state, asked.conversations, asked.accounts, asked.needed) == ("waiting", 30, 5, 1)
    decided = world.zone.requests.decide(
        APPROVER, asked.id, digest=asked.digest, approve=True, note="Fits."
    )
    assert (decided.state, decided.decisions[0].by) == ("approved", "approver")
    assert len(world.zone.traces.rows(INVESTIGATOR, asked.id)) == 30
    summary = world.zone.traces.summary(INVESTIGATOR, asked.id, "row0000")
    assert (summary.name, summary.turns, summary.member.account) == ("Baking bread", 2, "acc0")
    trace = world.zone.traces.read(INVESTIGATOR, asked.id, "row0000")
    assert trace.redacted
    assert "Jane" not in str(trace.turns)
    assert "example.org" not in str(trace.turns)
    assert "How do I bake?" in str(trace.turns)
    assert trace.replaced["EMAIL"] == 1
    lifted = world.zone.traces.lift(INVESTIGATOR, asked.id, "row0000", reason=WHY)
    assert SECRET in str(lifted.turns)
    assert not lifted.redacted
    assert "Jane" not in repr(lifted)
    (lift,) = world.zone.requests.lifts(APPROVER, asked.id)
    assert (lift.conversation, lift.by, lift.reason) == ("row0000", "investigator", WHY)
    steps = [(row["action"], row["details"].get("step")) for row in rows(world)]
    assert steps[-5:] == [
        ("read trace", "rows"), ("read trace", "summary"), ("read trace", "text"),
        ("lift", "lifted"), ("see requests", None),
    ]  # fmt: skip


def test_no_log_row_holds_words_or_text(world: World) -> None:
    asked = world.approved()
    read(world, asked)
    world.zone.traces.lift(INVESTIGATOR, asked.id, "row0000", reason="Because of Jane Doe, surely.")
    log = "\n".join(world.log())
    for text in ("Jane", "campaign", "Fits", "bake", "Baking", "example.org"):
        assert text not in log
    read_rows = [row for row in rows(world) if row["action"] == "read trace"]
    assert {row["purpose"] for row in read_rows} == {"abuse"}
    assert {row["details"]["ticket"] for row in read_rows} == {"CASE-7"}


def test_a_watermark_is_in_the_log(world: World) -> None:
    trace = read(world, world.approved())
    person, when, request, code = trace.watermark.split(" · ")
    assert person == "investigator"
    assert when.endswith("UTC")
    assert rows(world)[-1]["details"]["mark"] == code
    assert request == f"request {rows(world)[-1]['details']['request']}"


def test_nothing_is_read_before_a_decision_and_the_attempt_is_a_row(world: World) -> None:
    asked = world.ask()
    for act in (
        lambda: world.zone.traces.rows(INVESTIGATOR, asked.id),
        lambda: world.zone.traces.summary(INVESTIGATOR, asked.id, "row0000"),
        lambda: world.zone.traces.read(INVESTIGATOR, asked.id, "row0000"),
        lambda: world.zone.traces.lift(INVESTIGATOR, asked.id, "row0000", reason=WHY),
        lambda: world.zone.traces.allowance(INVESTIGATOR, asked.id),
    ):
        with pytest.raises(RightsError, match="is waiting"):
            act()
        assert rows(world)[-1]["details"]["reason"] == "waiting"


def test_nobody_decides_on_their_own_request(world: World) -> None:
    """Not even somebody whose role was changed in between."""
    asked = world.ask()
    world.zone.staff.set_role(OPERATOR, "investigator", "approver")
    turned = dataclasses.replace(INVESTIGATOR, role="approver")
    with pytest.raises(RightsError, match="of their own"):
        world.zone.requests.decide(turned, asked.id, digest=asked.digest, approve=True)
    assert rows(world)[-1]["details"]["reason"] == "own"


def test_a_decision_needs_the_request_that_was_shown(world: World) -> None:
    asked = world.ask()
    with pytest.raises(RightsError, match="not the one you were shown"):
        world.zone.requests.decide(APPROVER, asked.id, digest="0" * 64, approve=True)
    assert state(world, asked) == "waiting"


def test_a_refusal_ends_it(world: World) -> None:
    asked = world.ask()
    world.zone.requests.decide(APPROVER, asked.id, digest=asked.digest, approve=False)
    assert state(world, asked) == "refused"
    with pytest.raises(RightsError, match="refused already"):
        world.zone.requests.decide(APPROVER, asked.id, digest=asked.digest, approve=True)


def forged(world: World, asked: TraceRequest, **changes: Any) -> None:
    """Write an approval into the file, as somebody without the key could."""
    made = {
        "request": asked.id, "digest": asked.digest, "by": "approver", "approve": True, "note": "",
        "time": world.time.wall, "key": KEY.fingerprint, "mac": "0" * 64,
    }  # fmt: skip
    with decisions(world) as sql:
        sql.execute("INSERT INTO decisions VALUES (?, ?)", (json.dumps(made | changes), asked.id))


def test_forged_approvals_count_for_nothing(world: World) -> None:
    asked = world.ask()
    forged(world, asked)
    forged(world, asked, mac=None)
    forged(world, asked, key="unknown")
    forged(world, asked, key=7)
    with decisions(world) as sql:
        sql.execute("INSERT INTO decisions VALUES ('no json', ?)", (asked.id,))
        sql.execute("INSERT INTO decisions VALUES ('[1]', ?)", (asked.id,))
    assert state(world, asked) == "waiting"


def test_a_replayed_approval_counts_for_nothing(world: World) -> None:
    """A real approval of another request, copied over; of the same one, copied twice."""
    real, other = world.approved(), world.ask("L0-0002")
    with decisions(world) as sql:
        (signed,) = sql.execute("SELECT signed FROM decisions").fetchone()
        sql.execute("INSERT INTO decisions VALUES (?, ?)", (signed, other.id))
        sql.execute("INSERT INTO decisions VALUES (?, ?)", (signed, real.id))
    assert state(world, other) == "waiting"
    two = world.another(rules=dataclasses.replace(world.rules, approvals=2))
    assert state(world, real, two) == "waiting"


def test_a_requester_who_holds_the_key_of_another_role_gains_nothing(world: World) -> None:
    """A properly signed approval by the requester is not counted."""
    asked = world.ask()
    values = {
        "request": asked.id, "digest": asked.digest, "by": "investigator", "approve": True,
        "note": "", "time": world.time.wall,
    }  # fmt: skip
    with decisions(world) as sql:
        signed = json.dumps(Keyring(KEY).signed("decision", values))
        sql.execute("INSERT INTO decisions VALUES (?, ?)", (signed, asked.id))
    assert state(world, asked) == "waiting"


@pytest.mark.parametrize(
    "change",
    [
        "target = 'L0-0002'", "kind = 'account', target = 'acc0'", "purpose = 'appeal'",
        "words = 'another reason'", "ticket = 'CASE-8'", "by = 'viewer'", "needed = 0",
        "asked = asked + 1",
    ],
)  # fmt: skip
def test_a_changed_request_voids_its_approval(world: World, change: str) -> None:
    approved = world.approved()
    with decisions(world) as sql:
        sql.execute(f"UPDATE requests SET {change}")
    assert state(world, approved) == "void"
    with pytest.raises((RightsError, AbsentError)):
        world.zone.traces.rows(INVESTIGATOR, approved.id)


def test_a_changed_request_with_a_digest_of_its_own_has_no_approval(world: World) -> None:
    """Who edits the request and counts its digest anew cannot sign the decision anew."""
    approved = world.approved()
    with decisions(world) as sql:
        sql.row_factory = sqlite3.Row
        sql.execute("UPDATE requests SET target = 'L0-0002'")
        row = sql.execute("SELECT * FROM requests").fetchone()
        digest = request_digest(dict(row), world.held.members(cluster="L0-0002"))
        sql.execute("UPDATE requests SET digest = ?", (digest,))
    assert state(world, approved) == "waiting"


def test_other_conversations_under_the_same_name_void_an_approval(world: World) -> None:
    """The run was made again and the cluster holds others now."""
    approved = world.approved()
    world.held = store(members=31)
    assert state(world, approved, world.another()) == "void"
    world.held = MemoryRestrictedStore(store().report())
    assert state(world, approved, world.another()) == "void"


def test_requests_expire(world: World) -> None:
    waiting, approved = world.ask(), world.approved()
    world.time.run(DAY - 1)
    assert state(world, approved) == "approved"
    world.time.run(1)
    assert (state(world, approved), state(world, waiting)) == ("expired", "waiting")
    world.time.wall -= 30 * DAY  # setting the clock back does not bring it back
    assert state(world, approved) == "expired"
    world.time.run(6 * DAY)
    assert state(world, waiting) == "expired"
    with pytest.raises(RightsError, match="expired already"):
        world.zone.requests.decide(APPROVER, waiting.id, digest=waiting.digest, approve=True)


def test_either_side_takes_it_back(world: World) -> None:
    for person in (INVESTIGATOR, APPROVER):
        approved = world.approved()
        assert world.zone.requests.revoke(person, approved.id, note="Over.").state == "revoked"
        with pytest.raises(RightsError, match="revoked"):
            world.zone.traces.rows(INVESTIGATOR, approved.id)
        with pytest.raises(RightsError, match="revoked already"):
            world.zone.requests.revoke(person, approved.id)


def test_who_was_shut_out_has_approved_nothing(world: World) -> None:
    """An account that is shut out for being stolen must not go on opening conversations."""
    asked = world.approved()
    world.zone.staff.disable(OPERATOR, "approver")
    assert world.zone.requests.get(INVESTIGATOR, asked.id).state == "waiting"
    with pytest.raises(RightsError, match="is waiting"):
        world.zone.traces.summary(INVESTIGATOR, asked.id, "row0000")
    world.zone.staff.enable(OPERATOR, "approver")
    assert world.zone.requests.get(INVESTIGATOR, asked.id).state == "approved"


def test_a_refusal_stays_whoever_is_shut_out(world: World) -> None:
    asked = world.ask()
    world.zone.requests.decide(APPROVER, asked.id, digest=asked.digest, approve=False)
    world.zone.staff.disable(OPERATOR, "approver")
    assert world.zone.requests.get(INVESTIGATOR, asked.id).state == "refused"


def test_two_approvals_are_two_people(world: World) -> None:
    world.zone.staff.add(OPERATOR, "second", "approver")
    staff = world.zone.staff._desk.staff
    staff.set_password("second", "nine yellow teapots", must_change=False)
    second = staff.person("second")
    assert second is not None
    world.zone = world.another(rules=dataclasses.replace(world.rules, approvals=2))
    asked = world.approved()
    assert asked.state == "waiting"
    with pytest.raises(RightsError, match="decided on this request already"):
        world.zone.requests.decide(APPROVER, asked.id, digest=asked.digest, approve=True)
    decided = world.zone.requests.decide(second, asked.id, digest=asked.digest, approve=True)
    assert decided.state == "approved"


def test_no_approvals_by_rule_is_written_down(world: World) -> None:
    before = world.ask()
    zone = world.another(rules=dataclasses.replace(world.rules, approvals=0))
    zone.open()
    assert rows(world)[-1]["details"]["approvals"] == 0
    assert state(world, before, zone) == "waiting"  # a looser rule does not reach back
    world.zone = zone
    asked = world.ask()
    assert asked.state == "approved"
    assert rows(world)[-1]["details"]["needed"] == 0
    assert read(world, asked).redacted
    assert state(world, asked, world.another(rules=ZoneRules())) == "waiting"  # a stricter one does


def test_others_requests_are_not_there(world: World) -> None:
    approved = world.approved()
    staff = world.zone.staff._desk.staff
    staff.add("nosy", "investigator", "nine yellow teapots", created=0.0, must_change=False)
    nosy = staff.person("nosy")
    assert nosy is not None
    for act in (
        lambda: world.zone.requests.get(nosy, approved.id),
        lambda: world.zone.requests.revoke(nosy, approved.id),
        lambda: world.zone.traces.rows(nosy, approved.id),
        lambda: world.zone.requests.get(nosy, "made-up"),
        lambda: world.another(run="run-2").requests.get(INVESTIGATOR, approved.id),
    ):
        with pytest.raises(AbsentError, match="There is no such request"):
            act()
    assert world.zone.requests.list(nosy) == ()
    assert len(world.zone.requests.list(INVESTIGATOR)) == 1
    assert len(world.zone.requests.list(APPROVER)) == 1


def test_summary_then_redacted_then_lifted(world: World) -> None:
    approved = world.approved()
    with pytest.raises(RightsError, match="Look at the summary"):
        world.zone.traces.read(INVESTIGATOR, approved.id, "row0000")
    world.zone.traces.summary(INVESTIGATOR, approved.id, "row0000")
    with pytest.raises(RightsError, match="Look at the redacted text"):
        world.zone.traces.lift(INVESTIGATOR, approved.id, "row0000", reason=WHY)
    world.zone.traces.read(INVESTIGATOR, approved.id, "row0000")
    with pytest.raises(InputError, match="The reason needs"):
        world.zone.traces.lift(INVESTIGATOR, approved.id, "row0000", reason="  so  \u202e ")


@pytest.mark.parametrize("row", ["row0100", "../../etc/passwd", "", "row0000\0", "' OR 1=1"])
def test_only_conversations_of_the_request_are_read(world: World, row: str) -> None:
    approved = world.approved()
    with pytest.raises(AbsentError, match="no such conversation"):
        world.zone.traces.summary(INVESTIGATOR, approved.id, row)
    assert rows(world)[-1]["details"]["reason"] == "not in request"


@pytest.mark.parametrize(
    ("kind", "target", "n"),
    [("account", "acc1", 6), ("conversation", "row0003", 1), ("cluster", "L1-0000", 60)],
)
def test_kinds_of_targets(world: World, kind: Kind, target: str, n: int) -> None:
    assert world.ask(target, kind).conversations == n


@pytest.mark.parametrize(
    "target", ["../../etc/passwd", "L0-0001/../x", "", "L0-9999", "<b>", "x" * 200, "acc0\n"]
)
def test_targets_that_are_not_there(world: World, target: str) -> None:
    for kind in KINDS:
        with pytest.raises(AbsentError, match=f"no such {kind}"):
            world.ask(target, kind)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"purpose": "curiosity"}, "Choose a purpose"),
        ({"purpose": ""}, "Choose a purpose"),
        ({"words": "because"}, "needs 10 to 2000"),
        ({"words": "\u200b" * 50}, "needs 10 to 2000"),
        ({"words": "x" * 2001}, "needs 10 to 2000"),
        ({"ticket": ""}, "A ticket"),
        ({"ticket": "<script>"}, "A ticket"),
        ({"ticket": "../.."}, "A ticket"),
        ({"ticket": "A\nB"}, "A ticket"),
        ({"kind": "everything"}, "A request is for"),
    ],
)
def test_fields_of_a_request(world: World, changes: dict[str, str], says: str) -> None:
    fields = {"kind": "cluster", "purpose": "abuse", "words": WHY, "ticket": "C-1"} | changes
    kind = fields.pop("kind")
    with pytest.raises(InputError, match=says):
        world.zone.requests.ask(INVESTIGATOR, kind, "L0-0001", **fields)  # type: ignore[arg-type]


def test_words_are_kept_as_plain_text(world: World) -> None:
    asked = world.zone.requests.ask(
        INVESTIGATOR, "cluster", "L0-0001", purpose="abuse", ticket="C-1",
        words="<script>alert(1)</script>\u202egnp.exe\x07\u2066",
    )  # fmt: skip
    assert asked.words == "<script>alert(1)</script>gnp.exe"  # escaped where it is drawn


def test_rules_of_a_file(tmp_path: Path) -> None:
    assert read_rules(tmp_path) == ZoneRules()
    (tmp_path / RULES).write_text("approvals = 0\nper_day = 7\n")
    assert read_rules(tmp_path) == ZoneRules(approvals=0, per_day=7)
    for wrong, says in (
        ("approval = 1", "Did you mean 'approvals'"),
        ("per_day = 0", "whole number from 1"),
        ("approvals = true", "whole number from 0"),
        ("approvals = -1", "whole number from 0"),
        ("per_day = 1e3", "whole number"),
        ("approvals", "cannot be read as TOML"),
    ):
        (tmp_path / RULES).write_text(wrong)
        with pytest.raises(ConfigError, match=says):
            read_rules(tmp_path)


def test_a_zone_with_a_changed_log_does_not_open(world: World) -> None:
    from anonymuse.errors import BrokenRunError

    world.zone.open()
    world.zone.open()
    lines = world.log()
    (world.folder / "audit.jsonl").write_text("\n".join(lines[1:]) + "\n")
    with pytest.raises(BrokenRunError, match="not as it was written"):
        world.zone.open()


def test_names_of_runs_are_plain(tmp_path: Path) -> None:
    assert run_name(tmp_path / "run") == run_name(tmp_path / "x" / ".." / "run")
    assert run_name(tmp_path / "run") != run_name(tmp_path / "other" / "run")
    assert run_name(tmp_path / "<b>ü x").startswith("-b---x-")
