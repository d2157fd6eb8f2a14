"""Every address of the zone's server, asked by everybody: the table is complete, or this fails."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from anonymuse.secure.app import ADDRESSES, make_zone_app
from anonymuse.secure.zone import Zone
from tests.secure.a_zone import LEAF, PEOPLE, Browser, a_zone, agreed, asked, pseudonym, row_id

SENT_AWAY = 0
"""stands for: sign in first"""

ALL = frozenset(PEOPLE)
READERS = frozenset({"vera", "anna", "ivan"})
ANALYSTS = frozenset({"anna", "ivan"})
BOTH = frozenset({"ivan", "paula"})
IVAN, PAULA, OTTO = frozenset({"ivan"}), frozenset({"paula"}), frozenset({"otto"})
WATCHERS = frozenset({"paula", "otto"})

ACCOUNT = pseudonym(1)
A_REQUEST = {
    "kind": "cluster", "target": LEAF, "purpose": "abuse",
    "words": "to see whether they act together", "ticket": "T-9",
}  # fmt: skip

TABLE: dict[tuple[str, str], tuple[frozenset[str], int, str, dict[str, str]]] = {
    # address: (who may, with which status, the path as asked, the form)
    ("GET", "/"): (ALL, 303, "/", {}),
    ("GET", "/password"): (ALL, 200, "/password", {}),
    ("POST", "/password"): (ALL, 400, "/password", {"old": "x", "new": "y", "again": "z"}),
    ("POST", "/sign-out"): (ALL, 200, "/sign-out", {}),
    ("GET", "/watermark.svg"): (ALL, 200, "/watermark.svg", {}),
    ("GET", "/overview"): (READERS, 200, "/overview", {}),
    ("GET", "/clusters"): (READERS, 200, "/clusters", {}),
    ("GET", "/clusters/{cluster}"): (READERS, 200, f"/clusters/{LEAF}", {}),
    ("GET", "/gaps"): (READERS, 200, "/gaps", {}),
    ("GET", "/gaps/{number}"): (READERS, 200, "/gaps/1", {}),
    ("GET", "/queue"): (ANALYSTS, 200, "/queue", {}),
    ("GET", "/accounts/{account}"): (ANALYSTS, 200, f"/accounts/{ACCOUNT}", {}),
    ("POST", "/clusters/{cluster}/verdict"):
        (ANALYSTS, 303, f"/clusters/{LEAF}/verdict", {"verdict": "abuse"}),
    ("POST", "/accounts/{account}/verdict"):
        (IVAN, 303, f"/accounts/{ACCOUNT}/verdict", {"verdict": "benign"}),
    ("GET", "/requests"): (BOTH, 200, "/requests", {}),
    ("GET", "/requests/new"): (IVAN, 200, "/requests/new", {}),
    ("POST", "/requests"): (IVAN, 303, "/requests", A_REQUEST),
    ("GET", "/requests/{request}"): (BOTH, 200, "/requests/APPROVED", {}),
    ("POST", "/requests/{request}/decision"):
        (PAULA, 303, "/requests/WAITING/decision", {"digest": "DIGEST", "answer": "refuse"}),
    ("POST", "/requests/{request}/end"): (BOTH, 303, "/requests/APPROVED/end", {"note": "done"}),
    ("GET", "/requests/{request}/conversations"):
        (IVAN, 200, "/requests/APPROVED/conversations", {}),
    ("GET", "/requests/{request}/conversations/{row}"):
        (IVAN, 200, f"/requests/APPROVED/conversations/{row_id(1)}", {}),
    ("POST", "/requests/{request}/conversations/{row}"):
        (IVAN, 200, f"/requests/APPROVED/conversations/{row_id(0)}", {}),
    ("POST", "/requests/{request}/conversations/{row}/lift"):
        (IVAN, 200, f"/requests/APPROVED/conversations/{row_id(1)}/lift",
         {"reason": "the number is the evidence"}),
    ("POST", "/cases"): (IVAN, 200, "/cases", {"kind": "cluster", "target": LEAF}),
    ("GET", "/log"): (WATCHERS, 200, "/log", {}),
    ("POST", "/log/anchor"): (WATCHERS, 200, "/log/anchor", {}),
    ("GET", "/staff"): (OTTO, 200, "/staff", {}),
    ("POST", "/staff"): (OTTO, 200, "/staff", {"name": "nora", "role": "viewer"}),
    ("POST", "/staff/{name}/role"): (OTTO, 303, "/staff/vera/role", {"role": "analyst"}),
    ("POST", "/staff/{name}/disable"): (OTTO, 303, "/staff/vera/disable", {}),
    ("POST", "/staff/{name}/enable"): (OTTO, 303, "/staff/vera/enable", {}),
    ("POST", "/staff/{name}/password"): (OTTO, 200, "/staff/vera/password", {}),
}  # fmt: skip
OPEN = {
    ("GET", "/static/zone.css"): 200,
    ("GET", "/static/eye.svg"): 200,
    ("GET", "/sign-in"): 200,
    ("POST", "/sign-in"): 403,
}


class Scene:
    """A zone with an approved and a waiting request, and everybody signed in."""

    def __init__(self, zone: Zone, made: Made) -> None:
        self.zone, self.made = zone, made
        app = make_zone_app(zone, run="sample-00")
        self.who = {
            name: Browser(zone, app=app, cookies=kept) for name, kept in made.cookies.items()
        }
        self.nobody = Browser(zone, app=app)

    def ask(
        self, who: Browser, address: tuple[str, str], path: str, form: dict[str, str], token: str
    ) -> int:
        """Ask; return the status."""
        path = path.replace("APPROVED", self.made.approved).replace("WAITING", self.made.waiting)
        if address[0] == "GET":
            return _status(who.get(path))
        form = {key: self.made.digest if at == "DIGEST" else at for key, at in form.items()}
        return _status(who.post(path, data={"csrf": token, **form}, headers=who.origin))


@dataclass(frozen=True)
class Made:
    """What stands in the folder that every scene is a copy of."""

    folder: Path
    cookies: dict[str, dict[str, str]]
    tokens: dict[str, str]
    approved: str
    waiting: str
    digest: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    with a_zone(folder) as zone:
        who = {name: Browser(zone).enter(name) for name in PEOPLE}
        approved, waiting = agreed(who["paula"], asked(who["ivan"])), asked(who["ivan"])
        for row in (row_id(0), row_id(1)):  # a summary comes before the text
            who["ivan"].get(f"/requests/{approved}/conversations/{row}")
        who["ivan"].submit(f"/requests/{approved}/conversations/{row_id(1)}")
        ivan = zone.door.visit(who["ivan"].cookie())
        assert ivan is not None
        digest = zone.requests.get(ivan.person, waiting).digest
        cookies = {name: dict(browser.cookies.items()) for name, browser in who.items()}
        tokens = {name: browser.token() for name, browser in who.items()}
    return Made(folder, cookies, tokens, approved, waiting, digest)


@pytest.fixture
def scenes(made: Made, tmp_path: Path) -> Iterator[Callable[[], Scene]]:
    """Make scenes that know nothing of each other."""
    with ExitStack() as opened:

        def scene() -> Scene:
            folder = tmp_path / secrets.token_hex(4)
            shutil.copytree(made.folder, folder)
            return Scene(opened.enter_context(a_zone(folder)), made)

        yield scene


@pytest.fixture
def scene(scenes: Callable[[], Scene]) -> Scene:
    return scenes()


def test_the_table_is_complete() -> None:
    assert {(one.method, one.path) for one in ADDRESSES} == set(TABLE) | set(OPEN)
    assert {(one.method, one.path) for one in ADDRESSES if one.open} == set(OPEN)


@pytest.mark.parametrize("address", TABLE, ids=" ".join)
def test_every_role_at_every_address(scenes: Callable[[], Scene], address: tuple[str, str]) -> None:
    allowed, status, path, form = TABLE[address]
    scene = scenes()
    for name in ALL - allowed:
        token = scene.made.tokens[name]
        assert scene.ask(scene.who[name], address, path, form, token) == 403, name
    for name in allowed:
        own = scene if address[0] == "GET" else scenes()
        token = own.made.tokens[name]
        assert own.ask(own.who[name], address, path, form, token) == status, name


@pytest.mark.parametrize("address", TABLE, ids=" ".join)
def test_nobody_who_has_not_signed_in(scene: Scene, address: tuple[str, str]) -> None:
    before = scene.zone._log.path.read_bytes()
    _, _, path, form = TABLE[address]
    for token in ("", scene.made.tokens["ivan"]):
        assert scene.ask(scene.nobody, address, path, form, token) == SENT_AWAY
    assert scene.nobody.get("/overview").headers["location"] == "/sign-in?next=/overview"
    assert scene.zone._log.path.read_bytes() == before  # nothing was done


@pytest.mark.parametrize("address", OPEN, ids=" ".join)
def test_what_stands_open(scene: Scene, address: tuple[str, str]) -> None:
    form = {"name": "ivan", "password": "wrong"}
    assert scene.ask(scene.nobody, address, address[1], form, "") == OPEN[address]


def test_a_denial_is_written_down(scene: Scene) -> None:
    scene.who["vera"].get(f"/accounts/{ACCOUNT}")
    page = scene.who["otto"].get("/log?action=denied").text
    assert "vera" in page
    assert "see accounts" in page


def test_of_a_heavy_account_is_told_how_much_took_no_part(scene: Scene) -> None:
    page = scene.who["ivan"].get(f"/clusters/{LEAF}").text
    assert "Left out" in page
    assert "4,950" in page


def test_no_difference_between_what_is_not_there_and_what_is_not_yours(scene: Scene) -> None:
    who = scene.who
    for there, gone in (
        (f"/accounts/{ACCOUNT}", "/accounts/ffff"),
        (f"/requests/{scene.made.approved}", "/requests/ffff"),
        (f"/requests/{scene.made.approved}/conversations", "/requests/ffff/conversations"),
    ):
        one, two = who["vera"].get(there), who["vera"].get(gone)
        assert (one.status_code, _said(one.text)) == (two.status_code, _said(two.text))
    who["otto"].submit("/staff", name="ines", role="investigator")
    words = "nine brown hens at noon"
    scene.zone._staff.set_password("ines", words, must_change=False)
    ines = scene.nobody.enter("ines", words)
    for tail in ("", "/conversations", f"/conversations/{row_id(1)}"):
        one = ines.get(f"/requests/{scene.made.approved}{tail}")
        two = ines.get(f"/requests/0123456789abcdef{tail}")
        assert (one.status_code, two.status_code) == (404, 404)
        assert _said(one.text) == _said(two.text)


def _status(answer: Any) -> int:
    away = answer.headers.get("location", "").startswith("/sign-in")
    return SENT_AWAY if away else int(answer.status_code)


def _said(page: str) -> str:
    return page.partition('role="alert">')[2].partition("<")[0]
