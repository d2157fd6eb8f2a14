"""What a name or description must not hold, whatever it says (``docs/privacy.md``)."""

from __future__ import annotations

import re
import unicodedata

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.identifiers import find_identifiers

NAME_WORDS, NAME_CHARACTERS = 10, 120
DESCRIPTION_WORDS, DESCRIPTION_CHARACTERS = 60, 500

EMPTY = "empty"
TOO_LONG = "too long"
MARKUP = "markup"
HIDDEN = "control or hidden characters"
DIGITS = "digits"
SYMBOLS = "symbols"
IDENTIFIER = "identifier"

_POINTS = frozenset(" ,.;:'\"’‘“”-–/()&?!%+#、。，：；？！・「」（）")
"""all that may stand beside letters: pictures of letters and codes made of signs spell names too"""
_ALONE = frozenset("&-–/+")
_MARKUP = re.compile(r"[<>{}\[\]|`*_~^\\]|&#?\w+;|^\s*[#=]|\w:/")


def text_problem(name: str, description: str) -> str | None:
    """Return the first rule that a name or its description breaks, or None.

    Plain text in one line each, at most ten and sixty words, with no digit of any script, no
    markup, no control, bidirectional or zero-width character, and no identifier. A description
    may be empty; a name may not.
    """
    if not name.strip():
        return EMPTY
    texts = (name, description)
    if any(_hides(text) for text in texts):
        return HIDDEN
    if any(_MARKUP.search(text) for text in texts):
        return MARKUP
    if any(unicodedata.category(c).startswith("N") for text in texts for c in text):
        return DIGITS
    if any(find_identifiers(text) for text in texts):
        return IDENTIFIER
    if any(_speaks_in_signs(text) for text in texts):
        return SYMBOLS
    if _longer(name, NAME_WORDS, NAME_CHARACTERS):
        return TOO_LONG
    return TOO_LONG if _longer(description, DESCRIPTION_WORDS, DESCRIPTION_CHARACTERS) else None


def form_problem(name: str, description: str) -> str | None:
    """Return what keeps a text out of an export, whatever it says; None when nothing does.

    The rule of the unprotected baseline: far less than :func:`text_problem` asks for.
    """
    if not name.strip():
        return EMPTY
    if any(_hides(text) for text in (name, description)):
        return HIDDEN
    if _longer(name, NAME_WORDS, NAME_CHARACTERS):
        return TOO_LONG
    return TOO_LONG if _longer(description, DESCRIPTION_WORDS, DESCRIPTION_CHARACTERS) else None


def cut_to_form(name: str, description: str) -> tuple[str, str]:
    """Return a name and a description of any length, cut so that :func:`form_problem` passes."""
    return (
        _cut(name, NAME_WORDS, NAME_CHARACTERS),
        _cut(description, DESCRIPTION_WORDS, DESCRIPTION_CHARACTERS),
    )


def _cut(text: str, words: int, characters: int) -> str:
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in clean(text))
    return " ".join(shown.split()[:words])[:characters].strip()


def _hides(text: str) -> bool:
    """Return whether there is a character that a reader does not see as such."""
    return clean(text) != text or any(
        unicodedata.category(c)[0] == "C" or unicodedata.category(c) in {"Zl", "Zp"} for c in text
    )


def _speaks_in_signs(text: str) -> bool:
    """Return whether something is written in other signs than letters (circled, Morse, flags)."""
    strange = any(unicodedata.category(c)[0] not in "LM" and c not in _POINTS for c in text)
    return strange or any(
        token not in _ALONE and not any(c.isalpha() for c in token) for token in text.split()
    )


def _longer(text: str, words: int, characters: int) -> bool:
    return len(text) > characters or len(text.split()) > words
