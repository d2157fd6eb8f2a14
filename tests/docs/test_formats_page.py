"""The page on formats: every name of a column and every word for a role stands in its tables."""

from __future__ import annotations

import re

import pytest

from anonymuse.adapters.read import names
from anonymuse.ports.reader import ROLES
from tests.docs.tree import ROOT

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
TABLES = {
    "list of messages": names.MESSAGES,
    "text": names.TEXTS,
    "reply": names.REPLIES,
    "role": names.ROLES,
    "conversation of a message": names.CONVERSATION_IDS,
    "identifier of a row": tuple(n for n in names.IDS if n not in names.CONVERSATION_IDS),
    "user": names.USERS,
    "organisation": names.ORGANISATIONS,
    "time": names.TIMES,
}


@pytest.mark.parametrize("what", TABLES)
def test_the_names_of_columns_stand_in_their_order(what: str) -> None:
    (row,) = re.findall(rf"^\| {what} \| .+? \| (.+) \|$", PAGE, re.MULTILINE)
    assert tuple(re.findall(r"`(\w+)`", row)) == TABLES[what]


@pytest.mark.parametrize("role", sorted(set(ROLES.values())))
def test_the_words_for_a_role(role: str) -> None:
    (row,) = re.findall(rf"^\| {role} \| (`[^|]+) \|$", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == [word for word in ROLES if ROLES[word] == role]
