"""A small zone: one run, five people, a clock that tests set."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

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
from anonymuse.secure.passwords import Passwords
from anonymuse.secure.roles import ROLES, Person
from anonymuse.secure.rules import ZoneRules
from anonymuse.secure.values import Kind, Trace, TraceRequest, Visit
from anonymuse.secure.zone import Zone

PASSWORD = "seven green kettles"
START = 1_800_000_000.0
SECRET = "Jane Doe writes from jane.doe@example.org"
KEY = ProjectKey(b"k" * 32)
QUICK = Passwords(memory=8, rounds=1)
VIEWER, ANALYST, INVESTIGATOR, APPROVER, OPERATOR = (Person(role, role) for role in ROLES)
WHY = "Accounts of one campaign seem to act together."


@dataclass
class Time:
    """Two clocks: the wall's can be set, the steady one only runs."""

    wall: float = START
    steady: float = 0.0

    def run(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


def member(number: int, cluster: str = "L0-0001", account: str = "") -> Member:
    return Member(
        f"row{number:04}", cluster, account or f"acc{number % 5}", "org1", "2026-05-01T10:00:00Z",
        "English", 4, "no", {"flagged": number % 2 == 0}, f"row{number:04}",
    )  # fmt: skip


def cluster(
    name: str = "Baking bread", *, place: str = "L0-0001", score: float = 0.9
) -> EvidenceCluster:
    return EvidenceCluster(
        id=place, parent="L1-0000", level=0, name=name, description="They bake.", named_by="model",
        conversations=30, accounts=5, organisations=1, languages={"English": 30},
        concern=Rate(12, 30, 0.2, 0.6), refused=None, flags={"flagged": Rate(15, 30, 0.3, 0.7)},
        windows=(("2026-05", 5, 30),),
        top_accounts=(Account("acc0", "org1", 6, 0, 3, None, None),),
        coordination=Coordination(score, (Signal("burst", 3.0, 1.2, "3 times as dense"),)),
    )  # fmt: skip


def report(*clusters: EvidenceCluster) -> RestrictedReport:
    top = EvidenceCluster("L1-0000", None, 1, "Food", "All food.", "model", 60, 6, 1)
    row = GapRow("L0-0002", "", 5, Rate(1, 30, 0, 0.1), Rate(20, 30, 0.5, 0.8), 0.4, 0.2, 0.6, True)
    return RestrictedReport(
        title="Sample",
        clusters=(top, *(clusters or (cluster(), cluster(place="L0-0002", score=0.1)))),
        gaps=(Gap("flagged", 2, 0.1, -0.5, 0.6, (row,), ()),),
        conversations=60, accounts=6, unit="user", window=None,
    )  # fmt: skip


def store(*clusters: EvidenceCluster, members: int = 30) -> MemoryRestrictedStore:
    rows = [member(number) for number in range(members)]
    rows += [member(100 + number, "L0-0002", "acc9") for number in range(30)]
    said = (Turn("user", f"{SECRET}.\nHow do I bake?"), Turn("assistant", "With heat."))
    texts = {one.row: Conversation(one.row, said, one.account) for one in rows}
    return MemoryRestrictedStore(report(*clusters), rows, texts)


@dataclass
class World:
    """A zone with everybody in it."""

    folder: Path
    rules: ZoneRules = field(default_factory=ZoneRules)
    held: MemoryRestrictedStore = field(default_factory=store)
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        self.zone = self.another()
        staff = self.zone.staff._desk.staff
        for role in ROLES:
            if staff.find(role) is None:
                staff.add(role, role, PASSWORD, created=START, must_change=False)

    def another(self, *, rules: ZoneRules | None = None, run: str = "run-1") -> Zone:
        """Open the same folder again, as another process or after a restart."""
        return Zone(
            self.held, run=run, folder=self.folder, key=KEY, rules=rules or self.rules,
            passwords=QUICK, wall=lambda: self.time.wall, steady=lambda: self.time.steady,
        )  # fmt: skip

    def sign_in(self, name: str = "investigator", address: str = "127.0.0.1") -> Visit:
        return self.zone.door.sign_in(name, PASSWORD, address=address)

    def ask(self, target: str = "L0-0001", kind: Kind = "cluster") -> TraceRequest:
        return self.zone.requests.ask(
            INVESTIGATOR,
            kind,
            target,
            purpose="abuse",
            words=WHY,
            ticket="CASE-7",
        )

    def approved(self, target: str = "L0-0001", kind: Kind = "cluster") -> TraceRequest:
        asked = self.ask(target, kind)
        return self.zone.requests.decide(
            APPROVER, asked.id, digest=asked.digest, approve=True, note="Fits."
        )

    def log(self) -> list[str]:
        """Return the log's lines."""
        path = self.folder / "audit.jsonl"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def read(world: World, request: TraceRequest, row: str = "row0000") -> Trace:
    """Read a conversation in the order that is asked for."""
    world.zone.traces.summary(INVESTIGATOR, request.id, row)
    return world.zone.traces.read(INVESTIGATOR, request.id, row)
