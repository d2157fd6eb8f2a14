"""What is said of a parent in the names of its children."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anonymuse.lexicon.phrases import name_faults
from anonymuse.lexicon.words import word_list, words


def joined_name(children: Sequence[str]) -> str:
    """Return the names of the two largest children as one name, or the largest alone."""
    for count in (2, 1):
        said = [name.split(":")[0] for name in children[:count]]
        name = "; ".join([*said[:1], *map(_inside, said[1:])])
        if name and not name_faults(name):
            return name
    return "Other requests"


def brings_together(children: Sequence[str], *, most: int = 4) -> str:
    """Return a sentence that lists the largest children of a parent."""
    told = [re.sub("[;:]", ",", _inside(name)) for name in children]
    shown = [*told[:most], *(["and others"] if len(told) > most else [])]
    return f"Brings together: {'; '.join(shown)}." if shown else ""


def _inside(name: str) -> str:
    """Return a name as it stands inside a list: "linux" and "javaScript" would be wrong."""
    first = words(name)[:1]
    known = any(word.text.casefold() in word_list("known_capitals") for word in first)
    return name if known or not name[1:2].islower() else name[:1].lower() + name[1:]
