"""The words beside which people, places and organisations are named, as sets to look up in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from anonymuse.lexicon.words import word_list


@cache
def _sections() -> dict[str, dict[str, str]]:
    text = (files("anonymuse.lexicon") / "names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def cues(section: str, name: str) -> frozenset[str]:
    """Return a list of ``names.toml`` as a set, in lower case."""
    found = (entry.strip().lower() for entry in _sections()[section][name].split(","))
    return frozenset(entry for entry in found if entry)


def letters(section: str, name: str) -> str:
    """Return a list that is written without commas: one character an entry."""
    return "".join(_sections()[section][name].split())


def alternatives(entries: Iterable[str]) -> str:
    """Return entries as the inside of a group of a pattern, the longest first."""
    return "|".join(re.escape(entry) for entry in sorted(entries, key=lambda e: (-len(e), e)))


@cache
def any_of(section: str, *names: str) -> frozenset[str]:
    """Return several lists of ``names.toml`` as one set."""
    return frozenset[str]().union(*(cues(section, name) for name in names))


@cache
def ordinary() -> frozenset[str]:
    """Return words that are nobody's name although they are capitalised somewhere, folded."""
    lists = ("known_capitals", "function_words", "stop_words", "general_words", "general_verbs")
    return cues("cased", "not_names").union(*(word_list(name) for name in lists))
