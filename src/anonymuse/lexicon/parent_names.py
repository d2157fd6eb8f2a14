"""What a parent may be called: what a model proposed, fields of our list, names of its children."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from anonymuse.lexicon.candidates import Candidate, things, usable
from anonymuse.lexicon.phrases import name_faults
from anonymuse.lexicon.support_table import SupportTable, gate
from anonymuse.lexicon.topics import field_units
from anonymuse.lexicon.voter import Voters
from anonymuse.lexicon.words import word_list, words

FIELDS_TRIED = 3
MOST_OF_IT = 0.6
"""share of a parent's units from which no further field is needed in its name"""
ENOUGH_ALONE = 0.4
"""share below which a field names a parent beside others only"""
MOST_THINGS = 4
"""a proposal that lists more tells the children over and says nothing of all"""
CHILDREN_TRIED = 4
_LISTED = 4


def parent_candidates(
    node: str, proposals: Sequence[str], table: SupportTable, *, cell: int
) -> list[Candidate]:
    """Return what the model proposed for a parent, and the fields most of its units stand behind.

    Where no field holds most of a parent, two or three together may; two others are spare. People
    stand behind a field who used all its words. They have to be as many as for a word, and are
    counted with its noise: nobody may make the difference, although the fields are ours.
    """
    allowed = gate(node, table, cell=cell)
    fit = [name for name in usable(proposals, allowed) if things(name) <= MOST_THINGS]
    found = [Candidate(node, n, "model", whole=n in proposals) for n in fit]
    size = max(table.size(node), 1)
    voters = Voters(table, cell, table.noise)
    behind = {f: voters.behind(node, f) for f in field_units(table.units(node))}
    shares = {
        f: min(n / size, 1.0) for f, n in sorted(behind.items(), key=lambda own: -own[1]) if n
    }
    passed = [f for f in shares if all(allowed(word) for word in words(f))][:FIELDS_TRIED]
    alone = [f for f in passed if shares[f] >= ENOUGH_ALONE]
    found += [Candidate(node, f, "keywords", share=shares[f]) for f in alone]
    enough = next(
        (n for n in range(1, len(passed)) if sum(shares[f] for f in passed[:n]) >= MOST_OF_IT),
        len(passed),
    )
    first = [passed[:count] for count in range(2, enough + 1)]
    spare = [list(two) for two in combinations(passed, 2) if list(two) not in first]
    for fields in [*first, *spare]:
        name = "; ".join([fields[0], *map(_inside, fields[1:])])
        if name_faults(name) is None:
            share = min(sum(shares[f] for f in fields), 1.0)
            found.append(
                Candidate(
                    node, name, "keywords", share=share, whole=False, spare=fields not in first
                )
            )
    return found


def joined_name(children: Sequence[str]) -> str:
    """Return the names of two large children as one name, or the largest's alone."""
    shown = [name.split(":")[0] for name in children]
    for said in [*combinations(shown[:CHILDREN_TRIED], 2), shown[:1]]:
        name = "; ".join([*said[:1], *map(_inside, said[1:])])
        if name and not name_faults(name):
            return name
    return "Other requests"


def brings_together(children: Sequence[str]) -> str:
    """Return a sentence that lists the largest children of a parent."""
    told = [re.sub("[;:]", ",", _inside(name)) for name in children]
    shown = [*told[:_LISTED], *(["and others"] if len(told) > _LISTED else [])]
    return f"Brings together: {'; '.join(shown)}." if shown else ""


def _inside(name: str) -> str:
    """Return a name as it stands inside a list: "linux" and "javaScript" would be wrong."""
    first = words(name)[:1]
    known = any(word.text.casefold() in word_list("known_capitals") for word in first)
    return name if known or not name[1:2].islower() else name[:1].lower() + name[1:]
