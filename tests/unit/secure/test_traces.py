"""Reading conversations: limits that hold, no look without a row, erased, long and hostile text."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable

import pytest

from anonymuse.adapters.restricted.memory import MemoryRestrictedStore
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.errors import (
    AbsentError,
    ErasedError,
    OutputError,
    PauseError,
)
from anonymuse.secure.audit import AuditLog
from anonymuse.secure.limits import DAY
from anonymuse.secure.zone import Zone
from tests.unit.secure.world import (
    APPROVER,
    INVESTIGATOR,
    WHY,
    World,
    read,
    store,
)


def test_a_request_opens_so_many_conversations(world: World) -> None:
    world.zone = world.another(rules=dataclasses.replace(world.rules, per_request=2))
    approved = world.approved()
    for row in ("row0000", "row0001", "row0000"):  # the same again costs nothing
        read(world, approved, row)
    assert world.zone.traces.allowance(INVESTIGATOR, approved.id).request_left == 0
    with pytest.raises(PauseError, match="opened its 2 conversations"):
        read(world, approved, "row0002")
    assert json.loads(world.log()[-1])["details"]["reason"] == "limit"
    world.zone = world.another(rules=world.zone.rules)  # a restart does not forget
    with pytest.raises(PauseError):
        read(world, approved, "row0002")


def test_a_person_opens_so_many_a_day_over_all_runs(world: World) -> None:
    rules = dataclasses.replace(world.rules, per_day=3)
    world.zone = world.another(rules=rules)
    first, other = world.approved(), world.approved("L0-0002")
    for row in ("row0000", "row0001"):
        read(world, first, row)
    read(world, other, "row0100")
    with pytest.raises(PauseError, match="3 conversations in 24 hours"):
        read(world, other, "row0101")
    world.zone = world.another(rules=rules, run="run-2")
    elsewhere = world.approved()
    with pytest.raises(PauseError):
        read(world, elsewhere, "row0005")
    world.time.wall -= 2 * DAY
    with pytest.raises(PauseError):
        read(world, elsewhere, "row0005")
    world.time.wall += 2 * DAY
    world.time.run(DAY + 1)
    read(world, world.approved(), "row0005")


def test_no_look_without_a_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved = world.approved()
    world.zone.traces.summary(INVESTIGATOR, approved.id, "row0000")

    def full(self: AuditLog, **_: object) -> None:
        raise OutputError("full")

    asked: list[str] = []
    monkeypatch.setattr(world.held, "conversation", lambda row: asked.append(row))
    monkeypatch.setattr(AuditLog, "append", full)
    acts: list[Callable[[], object]] = [
        lambda: world.zone.traces.read(INVESTIGATOR, approved.id, "row0000"),
        lambda: world.zone.traces.summary(INVESTIGATOR, approved.id, "row0001"),
        lambda: world.zone.report.overview(INVESTIGATOR),
        lambda: world.zone.report.members(INVESTIGATOR, "L0-0001"),
        lambda: world.ask(),
        lambda: world.zone.cases.export(INVESTIGATOR, "cluster", "L0-0001"),
        lambda: world.zone.verdicts.give(INVESTIGATOR, "cluster", "L0-0001", "abuse"),
        lambda: world.zone.requests.revoke(INVESTIGATOR, approved.id),
    ]
    for act in acts:
        with pytest.raises(OutputError):
            act()
    assert asked == []
    monkeypatch.undo()
    assert world.zone.traces.allowance(INVESTIGATOR, approved.id).request_left == 20
    assert len(world.zone.requests.list(INVESTIGATOR)) == 1
    assert world.zone.requests.get(APPROVER, approved.id).state == "approved"


def test_an_erased_conversation_is_told_as_such(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved = world.approved()

    def erased(row: str) -> None:
        raise ErasedError("gone")

    for answer in (erased, lambda row: None):
        monkeypatch.setattr(world.held, "conversation", answer)
        with pytest.raises(AbsentError, match="was erased, or its text was dropped"):
            world.zone.traces.summary(INVESTIGATOR, approved.id, "row0000")


def test_long_and_hostile_text_is_cut_and_cleaned(world: World) -> None:
    said = "\u202e<script>x</script>\x1b[31m " + "a word " * 10_000 + "the end"
    held = store()
    texts = {"row0000": Conversation("row0000", (Turn("user", said),))}
    world.held = MemoryRestrictedStore(held.report(), held.members(), texts)
    world.zone = world.another()
    approved = world.approved()
    shown = read(world, approved).turns[0][1]
    lifted = world.zone.traces.lift(INVESTIGATOR, approved.id, "row0000", reason=WHY).turns[0][1]
    for text in (shown, lifted):
        assert "the end" not in text
        assert "more characters are not shown" in text
        assert len(text) < 21_000
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert "<script>" in text  # plain text; the page escapes it


@pytest.mark.parametrize(("length", "cut"), [(20_300, False), (20_500, True)])
def test_a_message_is_cut_only_where_it_says_so(world: World, length: int, cut: bool) -> None:
    held = store()
    texts = {"row0000": Conversation("row0000", (Turn("user", "ab " * (length // 3) + "end"),))}
    world.held = MemoryRestrictedStore(held.report(), held.members(), texts)
    world.zone = world.another()
    approved = world.approved()
    shown = read(world, approved).turns[0][1]
    lifted = world.zone.traces.lift(INVESTIGATOR, approved.id, "row0000", reason=WHY).turns[0][1]
    for text in (shown, lifted):
        assert ("more characters are not shown" in text) == cut
        assert text.endswith("end") != cut


def test_many_at_once_get_no_more_than_the_limit(world: World) -> None:
    rules = dataclasses.replace(world.rules, per_request=2)
    world.zone = world.another(rules=rules)
    approved = world.approved()
    names = [f"row{number:04}" for number in range(6)]
    for row in names:
        world.zone.traces.summary(INVESTIGATOR, approved.id, row)
    zones = [world.another(rules=rules) for _ in names]
    opened: list[str] = []
    stopped: list[str] = []

    def one(zone: Zone, row: str) -> None:
        try:
            zone.traces.read(INVESTIGATOR, approved.id, row)
            opened.append(row)
        except PauseError:
            stopped.append(row)

    threads = [threading.Thread(target=one, args=both) for both in zip(zones, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(opened), len(stopped)) == (2, 4)


def test_no_file_of_the_zone_holds_text(world: World) -> None:
    approved = world.approved()
    read(world, approved)
    world.zone.traces.lift(INVESTIGATOR, approved.id, "row0000", reason=WHY)
    world.zone.verdicts.give(INVESTIGATOR, "account", "acc0", "abuse", note="As the others.")
    world.zone.cases.export(
        INVESTIGATOR, "cluster", "L0-0001", request=approved.id, with_traces=True
    )
    files = [path.read_bytes() for path in world.folder.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for text in (b"Jane", b"jane.doe", b"How do I bake", b"With heat"):
        assert not any(text in data for data in files)
