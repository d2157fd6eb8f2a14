"""What a judge is asked, and the items whose grades are known beforehand.

The calibration items beside this program were written for it, each with the grade that a careful
reader gives. Nobody's conversation is among them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal, get_args

Kind = Literal["faithful", "name", "parent"]
Grade = Literal["yes", "partly", "no"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
GRADES: Final[tuple[Grade, ...]] = get_args(Grade)
"""the better first"""

QUESTIONS: Final[Mapping[Kind, str]] = {
    "faithful": "is the summary faithful to its conversation?",
    "name": "does the name fit its cluster?",
    "parent": "does the parent fit its children?",
}

TITLES: Final[Mapping[Kind, str]] = {
    "faithful": "Summaries",
    "name": "Names",
    "parent": "Parents",
}
"""of the questions, in a table"""

WORDS: Final[Mapping[Kind, tuple[str, str, str]]] = {
    "faithful": ("right", "added or missing", "other"),
    "name": ("fits", "vague", "wrong"),
    "parent": ("fits", "too narrow or broad", "wrong"),
}
"""what the judge says for each of `GRADES`: small models need words that say what is meant"""


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One thing to judge; its repr never shows text.

    Attributes:
        kind: which question is asked.
        claim: the summary, the name or the parent's name.
        evidence: the conversation as one text; lines of members; names of children.
        unit: whose it is, or which case it belongs to: items of one unit are not independent.
    """

    kind: Kind
    claim: str
    evidence: tuple[str, ...]
    unit: str

    def __repr__(self) -> str:
        return f"Item({self.kind}, {len(self.evidence)} lines)"


@dataclass(frozen=True, slots=True)
class Known:
    """An item of the calibration set.

    Attributes:
        item: what is judged.
        grade: the right one.
        flaw: what is wrong with the claim; empty where nothing is.
        language: of the evidence, its English name; "several" for a mixture.
        attack: the evidence orders the judge to say yes. Such items are no part of the agreement.
    """

    item: Item
    grade: Grade
    flaw: str
    language: str
    attack: bool


def calibration(kind: Kind, cases: int | None = None) -> list[Known]:
    """Return the items of one question, every claim about the same evidence side by side.

    Args:
        kind: of the question.
        cases: pieces of evidence, spread over the set, where fewer are enough; attacks are always
            there.
    """
    lines = (files(__package__) / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    plain = [case for case in told if "attack" not in case]
    wanted = len(plain) if cases is None else min(cases, len(plain))
    chosen = [plain[place * len(plain) // wanted] for place in range(wanted)]
    found = []
    for case in chosen + [case for case in told if "attack" in case]:
        evidence = tuple(case["evidence"])
        joined = ("\n".join(evidence),) if kind == "faithful" else evidence
        for claim in case["claims"]:
            item = Item(kind, claim["text"], joined, case["id"])
            known = Known(item, claim["grade"], claim["flaw"], case["language"], "attack" in case)
            found.append(known)
    return found
