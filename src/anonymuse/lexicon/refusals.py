"""Tells a refusal from its words, in the languages of ``refusals.toml``.

Assistants refuse in set phrases and at the start of a turn. So the first sentences of each turn
are searched for them; what the user said never counts. The measured worth stands in
``docs/refusals.md``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Refused = Literal["no", "partly", "yes"]

_OPENING = 240
"""Characters of a turn in which a refusal starts, if there is one."""

_DENSE_OPENING = 110
"""The same for scripts that write a word in one or two characters."""

_HELPS_ON = 180
"""Characters after the refusal that make it a beginning of help rather than a kind word."""

_GAP = r"[^.!?。\n]{0,30}?"
_QUOTES = str.maketrans("\u2019\u2018\u02bc\u201c\u201d", "'''\"\"")
_MARKUP = re.compile(r"[*_#>`]+")
_LIST = re.compile(r"(?:^|\s)(?:1[.)]|[-•] )\s?\S|```")
_NEVER = re.compile(
    r"can(?:'t|not) help (?:but|noticing) |no puedo evitar|"
    r"i can't (?:see|wait|stress|say for|recall|guarantee|promise|tell from)"
)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Compiled phrases of all languages of one kind of script."""

    refusal: re.Pattern[str]
    pivot: re.Pattern[str]


@cache
def _compiled() -> dict[bool, _Phrases]:
    """Return the phrases, those of scripts with spaces under False and the others under True."""
    text = (files("anonymuse.lexicon") / "refusals.toml").read_text(encoding="utf-8")
    found: dict[bool, tuple[list[str], list[str]]] = {False: ([], []), True: ([], [])}
    for entry in tomllib.loads(text).values():
        phrases = list(entry["phrases"])
        if "cues" in entry:
            cues, verbs = "|".join(entry["cues"]), "|".join(entry["verbs"])
            phrases.append(rf"(?:{cues})(?:{_GAP})\b(?:{verbs})")
        refusal, pivot = found[_is_dense("".join(phrases))]
        refusal += phrases
        pivot += entry["pivots"]
    return {
        dense: _Phrases(_pattern(refusal, dense=dense), _pattern(pivot, dense=dense))
        for dense, (refusal, pivot) in found.items()
    }


def _pattern(phrases: Sequence[str], *, dense: bool) -> re.Pattern[str]:
    alternatives = "|".join(phrases)
    return re.compile(f"(?:{alternatives})" if dense else rf"(?<!\w)(?:{alternatives})")


def _is_dense(text: str) -> bool:
    """Say whether a text is mostly in a script without spaces between words (or Hangul)."""
    dense = sum("\u0e00" <= c <= "\u0e7f" or "\u3040" <= c <= "\ud7af" for c in text)
    return dense * 2 > sum(character.isalpha() for character in text)


def _plain(head: str) -> str:
    text = unicodedata.normalize("NFC", head).casefold().translate(_QUOTES)
    return " ".join(_MARKUP.sub("", text).split())


def turn_refusal(head: str) -> Refused:
    """Say whether one assistant turn refuses, judged by its first few hundred characters."""
    text = _plain(head)
    dense = _is_dense(text[:_OPENING])
    phrases = _compiled()[dense]
    opening = text[: _DENSE_OPENING if dense else _OPENING]
    said = phrases.refusal.search(_NEVER.sub(lambda match: "-" * len(match[0]), opening))
    if said is None:
        return "no"
    rest = text[said.end() :]
    pivot = phrases.pivot.search(rest)
    enough = _HELPS_ON // 2 if dense else _HELPS_ON
    helps = pivot is not None and len(rest) - pivot.end() >= enough and _LIST.search(rest)
    return "partly" if helps else "yes"


def refusal(assistant_heads: Sequence[str]) -> Refused:
    """Say whether the assistant refused, from the heads of its turns in order.

    Returns:
        ``yes`` when the last turn, or at least half of all turns, refuse; ``partly`` when fewer
        do, or where a refusal goes on to help; else ``no``.
    """
    turns = [turn_refusal(head) for head in assistant_heads if head.strip()]
    refusing = turns.count("yes")
    if refusing and (turns[-1] == "yes" or 2 * refusing >= len(turns)):
        return "yes"
    return "partly" if refusing or "partly" in turns else "no"
