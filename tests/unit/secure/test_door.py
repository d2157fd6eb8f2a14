"""Signing in: passwords, brute force, sessions that end, and clocks that are set back."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import sys
import time

import pytest

from anonymuse.errors import ConfigError, InputError, PauseError, RightsError
from anonymuse.secure.passwords import Passwords, check_password, one_time_password
from anonymuse.secure.roles import Person
from anonymuse.secure.rules import ZoneRules
from tests.unit.secure.world import APPROVER, OPERATOR, PASSWORD, QUICK, World

WRONG = "wrong green kettles"


def test_signing_in_and_out(world: World) -> None:
    visit = world.sign_in()
    assert visit.person == Person("investigator", "investigator")
    assert len(visit.token) >= 43  # 256 bits in base64
    again = world.zone.door.visit(visit.token)
    assert again is not None
    assert (again.person, again.csrf) == (visit.person, visit.csrf)
    world.zone.door.sign_out(visit)
    assert world.zone.door.visit(visit.token) is None
    actions = [json.loads(line)["action"] for line in world.log()]
    assert actions == ["signed in", "signed out"]


def test_names_are_one_in_any_case(world: World) -> None:
    assert world.sign_in(" Investigator ").person.name == "investigator"


@pytest.mark.parametrize("name", ["investigator", "nobody", "'; drop table staff; --", "", "a\0b"])
def test_a_wrong_sign_in_says_the_same_for_everybody(world: World, name: str) -> None:
    with pytest.raises(RightsError, match="Name or password is wrong") as refused:
        world.zone.door.sign_in(name, WRONG, address="127.0.0.1")
    assert not isinstance(refused.value, PauseError)


def test_a_name_of_nobody_is_not_written_down(world: World) -> None:
    """Somebody may type a password into the field of the name."""
    with pytest.raises(RightsError):
        world.zone.door.sign_in("mysecretpassword", WRONG, address="127.0.0.1")
    with pytest.raises(RightsError):
        world.zone.door.sign_in("viewer", "mysecretpassword", address="127.0.0.1")
    assert "mysecret" not in "".join(world.log())
    files = (world.folder / "staff.sqlite", world.folder / "staff.sqlite-wal")
    refused = [json.loads(line) for line in world.log()]
    assert [(row["actor"], row["role"]) for row in refused] == [
        ("unknown", "none"), ("viewer", "viewer"),
    ]  # fmt: skip
    assert not any(b"mysecret" in path.read_bytes() for path in files if path.exists())


def test_strangers_take_as_long_as_staff(world: World) -> None:
    """Not the times are compared, which a busy machine blurs, but the work: one hash each."""
    staff = world.zone.staff._desk.staff
    hashed: list[str | None] = []

    class Counting(Passwords):
        def same(self, kept: str | None, password: str) -> bool:
            hashed.append(kept)
            return super().same(kept, password)

    staff._passwords = Counting(memory=8, rounds=1)
    assert not staff.holds("nobody", WRONG)
    assert not staff.holds("viewer", WRONG)
    assert [kept is None for kept in hashed] == [True, False]
    world.zone.staff.disable(OPERATOR, "viewer")
    assert not staff.holds("viewer", PASSWORD)


def test_a_hash_for_nobody_costs_what_a_hash_costs() -> None:
    slow = Passwords(memory=8192, rounds=3)
    kept = slow.hash(PASSWORD)

    def took(hashed: str | None) -> float:
        begun = time.perf_counter()
        slow.same(hashed, WRONG)
        return time.perf_counter() - begun

    nobody = min(took(None) for _ in range(5))
    somebody = min(took(kept) for _ in range(5))
    assert 0.3 < nobody / somebody < 3


def test_brute_force_meets_growing_waits_per_account(world: World) -> None:
    waits = []
    for attempt in range(9):
        while True:
            try:
                world.zone.door.sign_in("viewer", WRONG, address=f"10.0.0.{attempt}")
            except PauseError:
                world.time.run(10)
                waits.append(attempt)
                continue
            except RightsError:
                break
    assert 0 not in waits
    assert waits.count(5) < waits.count(6) < waits.count(7) < waits.count(8)
    with pytest.raises(PauseError, match="wait about"):  # the right password waits too
        world.zone.door.sign_in("viewer", PASSWORD, address="10.0.0.99")
    world.time.run(3600)
    assert world.zone.door.sign_in("viewer", PASSWORD, address="10.0.0.99")


def test_brute_force_over_accounts_meets_waits_per_address(world: World) -> None:
    for number in range(5):
        with pytest.raises(RightsError, match="wrong"):
            world.zone.door.sign_in(f"guess{number}", WRONG, address="10.0.0.1")
    with pytest.raises(PauseError):
        world.zone.door.sign_in("guess9", WRONG, address="10.0.0.1")
    assert world.zone.door.sign_in("viewer", PASSWORD, address="10.0.0.2")


def test_an_own_account_does_not_reset_an_address(world: World) -> None:
    for _ in range(5):
        with pytest.raises(RightsError, match="wrong"):
            world.zone.door.sign_in(f"other{_}", WRONG, address="10.0.0.1")
        if _ < 4:
            world.zone.door.sign_in("viewer", PASSWORD, address="10.0.0.1")
    with pytest.raises(PauseError):
        world.zone.door.sign_in("viewer", PASSWORD, address="10.0.0.1")


def test_waits_hold_over_a_restart_and_over_a_clock_set_back(world: World) -> None:
    for _ in range(5):
        with pytest.raises(RightsError):
            world.zone.door.sign_in("viewer", WRONG, address="10.0.0.1")
    world.time.wall -= 7200
    for zone in (world.zone, world.another()):
        with pytest.raises(PauseError):
            zone.door.sign_in("viewer", PASSWORD, address="10.0.0.2")
    assert any('"pause":true' in line for line in world.log())


@pytest.mark.parametrize(
    ("seconds", "step", "lives"),
    [(14 * 60, 14 * 60, True), (16 * 60, 16 * 60, False), (8 * 3600 + 60, 600, False)],
)
def test_a_session_ends_by_idling_and_by_age(
    world: World, seconds: int, step: int, lives: bool
) -> None:
    visit = world.sign_in()
    for _ in range(0, seconds, step):
        world.time.run(step)
        found = world.zone.door.visit(visit.token)
    assert (found is not None) == lives
    world.time.wall -= 10 * 3600  # an ended session does not come back
    assert lives or world.zone.door.visit(visit.token) is None


def test_a_clock_set_back_does_not_lengthen_a_session(world: World) -> None:
    visit = world.sign_in()
    world.time.wall -= 5 * 3600
    world.time.run(16 * 60)
    assert world.zone.door.visit(visit.token) is None
    other = world.sign_in()
    world.time.wall -= 5 * 3600
    world.time.steady = 0.0  # restarted, and the clock set back
    restarted = world.another()
    assert restarted.door.visit(other.token) is not None
    world.time.run(16 * 60)
    assert restarted.door.visit(other.token) is None


def test_a_stored_session_is_no_token(world: World) -> None:
    """Who reads the file cannot take a session over."""
    visit = world.sign_in()
    data = b"".join(path.read_bytes() for path in world.folder.glob("zone.sqlite*"))
    assert visit.token.encode() not in data
    assert visit.csrf.encode() not in data
    row = sqlite3.connect(world.folder / "zone.sqlite").execute("SELECT hash FROM sessions")
    (stored,) = row.fetchone()
    assert world.zone.door.visit(stored) is None


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 10_000, "\udcff", "' OR 1=1 --"])
def test_made_up_tokens(world: World, token: str) -> None:
    world.sign_in()
    assert world.zone.door.visit(token) is None


def test_every_sign_in_is_a_new_session_with_its_own_csrf(world: World) -> None:
    one, other = world.sign_in(), world.sign_in()
    assert one.token != other.token
    assert world.zone.door.csrf_ok(one, one.csrf)
    assert not world.zone.door.csrf_ok(one, other.csrf)
    assert not world.zone.door.csrf_ok(one, "")
    assert not world.zone.door.csrf_ok(one, "\udcff")
    assert one.token not in repr(one)


@pytest.mark.parametrize("change", ["disable", "role", "reset"])
def test_a_change_of_rights_ends_sessions(world: World, change: str) -> None:
    visit = world.sign_in("viewer")
    room = world.zone.staff
    acts = {
        "disable": lambda: room.disable(OPERATOR, "viewer"),
        "role": lambda: room.set_role(OPERATOR, "viewer", "analyst"),
        "reset": lambda: room.reset(OPERATOR, "viewer"),
    }
    acts[change]()
    assert world.zone.door.visit(visit.token) is None


def test_changing_a_password(world: World) -> None:
    visit, elsewhere = world.sign_in(), world.sign_in()
    door = world.zone.door
    with pytest.raises(RightsError, match="wrong"):
        door.change_password(visit, WRONG, "nine yellow teapots", address="::1")
    with pytest.raises(InputError, match="is the old one"):
        door.change_password(visit, PASSWORD, PASSWORD, address="::1")
    with pytest.raises(InputError, match="12 to 256"):
        door.change_password(visit, PASSWORD, "short", address="::1")
    new = door.change_password(visit, PASSWORD, "nine yellow teapots", address="::1")
    assert door.visit(visit.token) is door.visit(elsewhere.token) is None
    assert door.visit(new.token)
    with pytest.raises(RightsError):
        world.sign_in()


def test_a_one_time_password_opens_only_the_change(world: World) -> None:
    given = world.zone.staff.add(OPERATOR, "newbie", "approver")
    visit = world.zone.door.sign_in("newbie", given, address="::1")
    assert visit.person.must_change
    with pytest.raises(RightsError, match="Change your password first"):
        world.zone.requests.list(visit.person)
    new = world.zone.door.change_password(visit, given, "nine yellow teapots", address="::1")
    assert not new.person.must_change
    assert world.zone.requests.list(new.person) == ()


def test_a_proxy_vouches_for_staff_only(world: World) -> None:
    assert world.zone.door.arrive("Viewer", address="127.0.0.1").person.role == "viewer"
    with pytest.raises(RightsError, match="not on the staff"):
        world.zone.door.arrive("stranger", address="127.0.0.1")
    staff = world.zone.staff._desk.staff
    staff.add("proxied", "viewer", None, created=0.0, must_change=True)
    assert not world.zone.door.arrive("proxied", address="127.0.0.1").person.must_change
    with pytest.raises(RightsError):
        world.zone.door.sign_in("proxied", "", address="127.0.0.1")


@pytest.mark.parametrize(
    "password",
    [
        "short", "x" * 257, "aaaaaaaaaaaa", "123456789012", "abcdefghijklmn", "password12345",
        "PASSWORD!!!!1", "passwordpassword", "qwertyuiop123", "CorrectHorseBatteryStaple",
        "investigator", "investigator1!", "ｐａｓｓｗｏｒｄ１２３４",
    ],
)  # fmt: skip
def test_bad_passwords_are_refused(password: str) -> None:
    with pytest.raises(InputError):
        check_password(password, "investigator")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        one_time_password(),
        "Tr0ub4dor&3-mole",
        "grüne Katzen im Regen",
        "密" * 3 + "码强度测试用例很长",
    ],
)
def test_good_passwords_are_taken_and_are_the_same_in_every_spelling(password: str) -> None:
    kept = QUICK.hash(check_password(password, "ivan"))
    assert kept.startswith("$argon2id$")
    assert QUICK.same(kept, password)
    assert not QUICK.same(kept, password + " ")
    assert not QUICK.same(None, password)
    assert not QUICK.same("no hash", password)


def test_composed_and_decomposed_are_one_password() -> None:
    assert QUICK.same(
        QUICK.hash(check_password("grüne Katzen im Regen", "x")), "gru\u0308ne Katzen im Regen"
    )


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    with pytest.raises(ConfigError, match=r"anonymuse\[secure\]"):
        Passwords()


def test_operators_manage_others_and_never_themselves(world: World) -> None:
    room = world.zone.staff
    for act in (
        lambda: room.set_role(OPERATOR, "operator", "investigator"),
        lambda: room.disable(OPERATOR, "operator"),
        lambda: room.reset(OPERATOR, "operator"),
    ):
        with pytest.raises(RightsError, match="own account"):
            act()
    room.add(OPERATOR, "second", "operator")
    staff = room._desk.staff
    staff.set_disabled("operator", True)
    for last in (
        lambda: staff.set_disabled("second", True),
        lambda: staff.set_role("second", "viewer"),
    ):
        with pytest.raises(InputError, match="last operator"):
            last()
    assert [one.name for one in staff.all() if one.role == "operator"] == ["operator", "second"]


@pytest.mark.parametrize(
    "name", ["", "x", "../x", "a b", "<b>", "a" * 65, "ivan\n", "ivan\u202e", "-x"]
)
def test_names_of_staff_are_plain(world: World, name: str) -> None:
    if name == "ivan\n":
        name = "iv\nan"
    with pytest.raises(InputError, match="name of staff"):
        world.zone.staff.add(OPERATOR, name, "viewer")


def test_a_name_is_taken_once_and_nobody_has_two_roles(world: World) -> None:
    with pytest.raises(InputError, match="already"):
        world.zone.staff.add(OPERATOR, "Viewer", "approver")
    world.zone.staff.set_role(OPERATOR, "approver", "investigator")
    with pytest.raises(RightsError, match="Sign in again"):
        world.zone.requests.list(APPROVER)


def test_staff_is_not_changed_where_the_row_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anonymuse.errors import OutputError
    from anonymuse.secure.audit import AuditLog

    def full(self: AuditLog, **_: object) -> None:
        raise OutputError("full")

    monkeypatch.setattr(AuditLog, "append", full)
    before = world.zone.staff._desk.staff.all()
    for act in (
        lambda: world.zone.staff.add(OPERATOR, "newbie", "viewer"),
        lambda: world.zone.staff.disable(OPERATOR, "viewer"),
        lambda: world.zone.staff.set_role(OPERATOR, "viewer", "approver"),
    ):
        with pytest.raises(OutputError):
            act()
    assert world.zone.staff._desk.staff.all() == before


def test_rules_of_shorter_sessions(world: World) -> None:
    rules = dataclasses.replace(ZoneRules(), idle_minutes=1)
    zone = world.another(rules=rules)
    visit = zone.door.sign_in("viewer", PASSWORD, address="::1")
    world.time.run(61)
    assert zone.door.visit(visit.token) is None
