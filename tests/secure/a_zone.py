"""A zone with five people and a small report in which every foreign field tries something."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from anonymuse.adapters.restricted.memory import MemoryRestrictedStore
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.domain.restricted.evidence import (
    Account,
    Coordination,
    Gap,
    GapRow,
    Member,
    Rate,
    Signal,
)
from anonymuse.domain.restricted.report import EvidenceCluster, RestrictedReport
from anonymuse.pipeline.key import ProjectKey
from anonymuse.secure.app import make_zone_app
from anonymuse.secure.passwords import Passwords
from anonymuse.secure.roles import Role
from anonymuse.secure.rules import ZoneRules
from anonymuse.secure.zone import Zone

HERE = "http://127.0.0.1:8732"
PEOPLE: dict[str, Role] = {
    "vera": "viewer",
    "anna": "analyst",
    "ivan": "investigator",
    "paula": "approver",
    "otto": "operator",
}
PASSWORD = "seven grey geese at dawn"
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}\u202egnp.exe\u2066\x07"
"""markup, a template, quotes, bidi and control characters"""

SECRET = "my number is 079 555 01 23"
LEAF, CALM, TOP = "L0-0001", "L0-0002", "L1-0000"


def nasty_report(nasty: str = NASTY) -> RestrictedReport:
    """Return a report with two base clusters; every free field holds ``nasty``."""
    rate, low = Rate(6, 10, 0.3, 0.85), Rate(1, 30, 0.0, 0.17)
    signals = (
        Signal("templates", 0.8, 2.1, f"8 of 10 share a template {nasty}"),
        Signal("burst", 0.1, -0.4, "no burst"),
        Signal("spread", None, 0.0, "the data cannot tell"),
    )
    accounts = tuple(
        Account(pseudonym(n), None, 2, 1, 1, "2026-03-01T08:00:00+00:00", None, 4_950 * (n == 0))
        for n in range(5)
    )
    leaf = EvidenceCluster(
        LEAF, TOP, 0, f"Reviews {nasty}", f"Asks for reviews {nasty}", "model", 10, 5, 0,
        {"English": 9, nasty: 1}, rate, low, {nasty: rate},
        (("2026-03", 2, 3), ("2026-04", 5, 7)), accounts, Coordination(0.91, signals),
    )  # fmt: skip
    calm = EvidenceCluster(
        CALM, TOP, 0, "Boats", "", "keywords", 30, 28, 0, {"English": 30}, low, low, {nasty: low}
    )
    top = EvidenceCluster(TOP, None, 1, f"All {nasty}", "", "model", 40, 32, 0, {"English": 40})
    row = GapRow(LEAF, "", 5, low, rate, 0.4, 0.2, 0.6, notable=True)
    part = GapRow(CALM, nasty, 3, rate, low, 0.3, 0.1, 0.5, notable=True)
    gap = Gap(nasty, 2, 0.4, -0.1, 0.8, (row,), (part,), {"": (rate, low), nasty: (rate, low)})
    return RestrictedReport(
        f"March {nasty}", (top, leaf, calm), (gap, Gap("refused", 2, None, None, None, (), ())),
        40, 32, "user", ("2026-03-01T08:00:00+00:00", "2026-04-02T08:00:00+00:00"),
        {"chat": nasty}, {"embed": nasty}, (nasty,),
    )  # fmt: skip


def pseudonym(number: int) -> str:
    """Return the pseudonym of an account."""
    return f"{number:02x}" * 16


def row_id(number: int) -> str:
    """Return the id of a conversation."""
    return f"c{number:04d}"


def store(nasty: str = NASTY) -> MemoryRestrictedStore:
    """Return the report with members and conversations."""
    members, conversations = [], {}
    for n in range(10):
        row, account = row_id(n), pseudonym(n % 5)
        members.append(
            Member(row, LEAF, account, None, f"2026-03-{n + 1:02d}T08:00:00+00:00", "English", 5,
                   "no", {nasty: n % 2 == 0}, row)
        )  # fmt: skip
        turns = (Turn("user", f"{nasty} {SECRET}, number {n}"), Turn("assistant", nasty))
        conversations[row] = Conversation(
            row, turns, account, None, datetime(2026, 3, 1, tzinfo=UTC)
        )
    return MemoryRestrictedStore(nasty_report(nasty), members, conversations)


@contextmanager
def a_zone(folder: Path, *, nasty: str = NASTY, rules: ZoneRules | None = None) -> Iterator[Zone]:
    """Open a zone, new or not, in which everybody of :data:`PEOPLE` has the :data:`PASSWORD`."""
    zone = Zone(
        store(nasty),
        run="sample-00",
        folder=folder / "anonymuse.zone",
        key=ProjectKey(b"k" * 32),
        rules=rules or ZoneRules(),
        passwords=Passwords(memory=64, rounds=1),
    )
    for name, role in PEOPLE.items() if not zone._staff.all() else ():
        zone._staff.add(name, role, PASSWORD, created=0.0, must_change=False)
    zone.open()
    try:
        yield zone
    finally:
        zone.close()


class Browser(TestClient):
    """A visitor's browser: keeps cookies, sends the origin, and reads forms off pages."""

    def __init__(self, zone: Zone, at: str = HERE, **settings: Any) -> None:
        self.told: list[str] = []
        client = settings.pop("client", ("127.0.0.1", 50000))
        cookies = settings.pop("cookies", None)
        app = settings.pop("app", None) or make_zone_app(
            zone, run="sample-00", tell=self.told.append, **settings
        )
        super().__init__(app, base_url=at, follow_redirects=False, client=client, cookies=cookies)
        self.origin = {"origin": at}

    def submit(self, path: str, **fields: str) -> Any:
        """Send a form as this session's own page would."""
        data = {"csrf": self.token(), **fields}
        return self.post(path, data=data, headers=self.origin)

    def cookie(self) -> str:
        """Return the token of the session; empty where there is none."""
        return next((one.value or "" for one in self.cookies.jar), "")

    def token(self) -> str:
        """Return the token that this session's forms carry; empty where nobody signed in."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/password").text)
        return html.unescape(found[1]) if found else ""

    def enter(self, name: str, password: str = PASSWORD) -> Browser:
        """Sign in."""
        answer = self.post(
            "/sign-in", data={"name": name, "password": password}, headers=self.origin
        )
        assert answer.status_code == 303, answer.text
        return self


def approved(zone: Zone, kind: str = "cluster", target: str = LEAF) -> str:
    """Return the id of a request of ivan's that paula agreed to."""
    asker, other = Browser(zone).enter("ivan"), Browser(zone).enter("paula")
    return agreed(other, asked(asker, kind, target))


def asked(asker: Browser, kind: str = "cluster", target: str = LEAF, words: str = "") -> str:
    """Make a request through the pages; return its id."""
    words = words or "to see whether these accounts act together"
    answer = asker.submit(
        "/requests", kind=kind, target=target, purpose="abuse", words=words, ticket="T-1"
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def agreed(approver: Browser, request: str) -> str:
    """Agree to a request through the pages."""
    page = approver.get(f"/requests/{request}").text
    digest = re.search(r'name="digest" value="([^"]+)"', page)
    assert digest is not None
    answer = approver.submit(f"/requests/{request}/decision", digest=digest[1], answer="agree")
    assert answer.status_code == 303, answer.text
    return request
