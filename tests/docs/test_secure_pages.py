"""The pages on the secure zone are true: roles, rules, and every test that the review names."""

from __future__ import annotations

import ast
import re
import tomllib

from anonymuse.secure.roles import RIGHTS, ROLES, Action
from anonymuse.secure.rules import ZoneRules
from tests.docs.tree import ROOT

ZONE = (ROOT / "docs" / "secure_zone.md").read_text(encoding="utf-8")
REVIEW = (ROOT / "docs" / "security_review.md").read_text(encoding="utf-8")
TOLD: dict[str, tuple[Action, ...]] = {
    "see names, counts and gap tables": ("see report",),
    "see accounts (pseudonyms) and coordination": ("see accounts",),
    "give a verdict on a cluster": ("judge cluster",),
    "give a verdict on an account": ("judge account",),
    "ask for conversations, and read approved ones": ("ask", "read trace"),
    "lift the redaction, export a case": ("lift", "export case"),
    "see requests": ("see requests",),
    "decide on a request": ("decide",),
    "take a request back": ("revoke",),
    "read and check the audit log": ("read log",),
    "manage staff": ("see staff", "manage staff"),
}


def test_the_table_of_roles_is_the_one_in_force() -> None:
    table = re.findall(r"^\| ([^|]+) \|((?: ?\w* ?\|){5})$", ZONE, re.MULTILINE)
    (head, names), *rows = table
    assert (head, tuple(names.replace("|", " ").split())) == ("may", ROLES)
    told = {what: [bool(cell.strip()) for cell in cells.split("|")[:5]] for what, cells in rows}
    assert set(told) == set(TOLD)
    for what, actions in TOLD.items():
        for action in actions:
            assert told[what] == [role in RIGHTS[action] for role in ROLES], what
    assert {one for actions in TOLD.values() for one in actions} | {"own password"} == set(RIGHTS)


def test_the_rules_of_the_page_are_the_defaults() -> None:
    (block,) = re.findall(r"```toml\n(.+?)```", ZONE, re.DOTALL)
    assert ZoneRules(**tomllib.loads(block)) == ZoneRules()
    assert len(tomllib.loads(block)) == len(ZoneRules.__dataclass_fields__)


def test_every_test_that_the_review_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", REVIEW))
    found = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert len(named) > 50
    assert sorted(named - found) == []


def test_every_threat_has_a_defence_and_a_test() -> None:
    rows = [line for line in REVIEW.splitlines() if line.startswith("| ")]
    for row in rows:
        threat, defence, tests = (cell.strip() for cell in row.strip("|").split("|"))
        if threat != "threat":
            assert defence, threat
            assert re.fullmatch(r"(`test_\w+` ?)+", tests), threat
