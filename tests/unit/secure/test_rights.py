"""Every method of every room, by every role: what the table says, and a row for each denial."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from anonymuse import secure
from anonymuse.errors import AbsentError, InputError, RightsError
from anonymuse.secure.roles import RIGHTS, ROLES, Person, may, require, role_named
from anonymuse.secure.zone import Zone
from tests.unit.secure.world import WHY, World

READERS = {"viewer", "analyst", "investigator"}
ANALYSTS = {"analyst", "investigator"}
INVESTIGATOR = {"investigator"}
OPERATOR = {"operator"}
BOTH = {"investigator", "approver"}
LOG = {"approver", "operator"}

Call = Callable[[Zone, Person], Any]
TABLE: dict[str, tuple[set[str], Call]] = {
    "report.overview": (READERS, lambda z, p: z.report.overview(p)),
    "report.tree": (READERS, lambda z, p: z.report.tree(p)),
    "report.cluster": (READERS, lambda z, p: z.report.cluster(p, "L0-0001")),
    "report.members": (ANALYSTS, lambda z, p: z.report.members(p, "L0-0001")),
    "report.account": (ANALYSTS, lambda z, p: z.report.account(p, "acc0")),
    "report.queue": (ANALYSTS, lambda z, p: z.report.queue(p)),
    "requests.ask": (
        INVESTIGATOR,
        lambda z, p: z.requests.ask(
            p, "cluster", "L0-0001", purpose="abuse", words=WHY, ticket="C-1"
        ),
    ),
    "requests.list": (BOTH, lambda z, p: z.requests.list(p)),
    "requests.get": (BOTH, lambda z, p: z.requests.get(p, "none")),
    "requests.lifts": (BOTH, lambda z, p: z.requests.lifts(p, "none")),
    "requests.decide": (
        {"approver"}, lambda z, p: z.requests.decide(p, "none", digest="", approve=True),
    ),
    "requests.revoke": (BOTH, lambda z, p: z.requests.revoke(p, "none")),
    "requests.usable": (INVESTIGATOR, lambda z, p: z.requests.usable(p, "read trace", "none")),
    "traces.allowance": (INVESTIGATOR, lambda z, p: z.traces.allowance(p, "none")),
    "traces.rows": (INVESTIGATOR, lambda z, p: z.traces.rows(p, "none")),
    "traces.summary": (INVESTIGATOR, lambda z, p: z.traces.summary(p, "none", "row0000")),
    "traces.read": (INVESTIGATOR, lambda z, p: z.traces.read(p, "none", "row0000")),
    "traces.lift": (INVESTIGATOR, lambda z, p: z.traces.lift(p, "none", "row0000", reason=WHY)),
    "traces.usable": (INVESTIGATOR, lambda z, p: z.traces.usable(p, "lift", "none")),
    "verdicts.give": (
        ANALYSTS, lambda z, p: z.verdicts.give(p, "cluster", "L0-0001", "benign"),
    ),
    "verdicts.of": (ANALYSTS, lambda z, p: z.verdicts.of(p, "cluster", "L0-0001")),
    "cases.export": (INVESTIGATOR, lambda z, p: z.cases.export(p, "cluster", "L0-0001")),
    "log.rows": (LOG, lambda z, p: z.log.rows(p)),
    "log.check": (LOG, lambda z, p: z.log.check(p)),
    "log.anchor": (LOG, lambda z, p: z.log.anchor(p)),
    "staff.list": (OPERATOR, lambda z, p: z.staff.list(p)),
    "staff.add": (OPERATOR, lambda z, p: z.staff.add(p, "newcomer", "viewer")),
    "staff.set_role": (OPERATOR, lambda z, p: z.staff.set_role(p, "viewer", "analyst")),
    "staff.disable": (OPERATOR, lambda z, p: z.staff.disable(p, "approver")),
    "staff.enable": (OPERATOR, lambda z, p: z.staff.enable(p, "approver")),
    "staff.reset": (OPERATOR, lambda z, p: z.staff.reset(p, "approver")),
}  # fmt: skip
ROOMS = ("report", "requests", "traces", "verdicts", "cases", "log", "staff")
UNCHECKED = {"verdicts.all", "verdicts.newest", "traces.redacted"}
"""for other rooms, which have checked; a test below sees that no page calls them"""


def test_the_table_holds_every_method_of_every_room(world: World) -> None:
    found = {
        f"{room}.{name}"
        for room in ROOMS
        for name in dir(getattr(world.zone, room))
        if not name.startswith("_")
    }
    assert found == set(TABLE) | UNCHECKED


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", TABLE)
def test_every_role_at_every_method(world: World, call: str, role: str) -> None:
    allowed, act = TABLE[call]
    person = Person(role, role_named(role))
    if role in allowed:
        with suppress(AbsentError):  # a right to look, at a request that is not there
            act(world.zone, person)
        return
    before = len(world.log())
    with pytest.raises(RightsError, match="may not do this"):
        act(world.zone, person)
    (row,) = map(json.loads, world.log()[before:])
    assert (row["action"], row["actor"], row["details"]["reason"]) == ("denied", role, "role")


def test_no_page_calls_what_does_not_ask() -> None:
    """Pages reach rooms through a zone, and never the methods that check no right."""
    folder = Path(secure.__path__[0])
    pages = [*folder.glob("pages/*.py"), *(folder / f"{name}.py" for name in ("app", "call"))]
    assert len(pages) > 2
    names = "|".join(re.escape(name) for name in UNCHECKED)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(rf"\b(?:{names})\(|zone\.\w+\._|\.store\b", text), page.name


def test_an_analyst_judges_no_account(world: World) -> None:
    with pytest.raises(RightsError):
        world.zone.verdicts.give(Person("analyst", "analyst"), "account", "acc0", "abuse")


def test_a_person_with_another_role_than_now_is_refused(world: World) -> None:
    """A value made up by a page, or kept from before a change of roles, opens nothing."""
    for forged in (Person("viewer", "investigator"), Person("nobody", "operator")):
        with pytest.raises(RightsError, match="Sign in again"):
            world.zone.report.overview(forged)
    world.zone.staff.disable(Person("operator", "operator"), "viewer")
    with pytest.raises(RightsError, match="Sign in again"):
        world.zone.report.overview(Person("viewer", "viewer"))


def test_nothing_is_allowed_before_a_given_password_is_changed() -> None:
    new = Person("new", "operator", must_change=True)
    assert [action for action in RIGHTS if may(new, action)] == ["own password"]
    with pytest.raises(RightsError, match="Change your password first"):
        require(new, "manage staff")


def test_conflicting_duties_meet_in_nobody() -> None:
    for role in ROLES:
        holds = {action for action, roles in RIGHTS.items() if role in roles}
        assert not {"decide", "read trace"} <= holds
        assert not {"decide", "ask"} <= holds
        assert not {"manage staff", "see report"} <= holds
    with pytest.raises(InputError, match="no such role"):
        role_named("root")


def test_viewers_see_no_account_and_no_signal(world: World) -> None:
    for person, sees in ((Person("viewer", "viewer"), False), (Person("analyst", "analyst"), True)):
        seen = [
            *world.zone.report.overview(person).clusters,
            world.zone.report.cluster(person, "L0-0001"),
            *world.zone.report.tree(person).values(),
        ]
        assert any(one.top_accounts for one in seen) == sees
        assert any(one.coordination for one in seen) == sees
        assert ("acc0" in str(seen)) == sees
