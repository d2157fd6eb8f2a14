"""Dates: those of birth, which identify, and all others, which must not be read as phones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymuse.lexicon.identifier_net import Found
from anonymuse.lexicon.identifier_words import words

DATE = re.compile(
    r"(?=\d)(?:(?<![\d./-])(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2}))"
    r"(?![\d]|[-/.]\d)(?:[T ]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?"
    r"|(?<!\d)97[89](?:[ -]?\d){10}(?!\d)"  # ISBN-13: a book is no person
    r"|(?<!\w)10\.\d{4,9}/\S{1,200}"  # DOI
    r"|(?<!\d)(?:1[5-9]|20)\d\d ?[-–/] ?(?:1[5-9]|20)\d\d(?!\d))"  # years
)
_BORN_WORDS = (
    "born birth birthday birthdate dob d.o.b bday geboren geburtsdatum geburtstag geb né née "
    "naissance nacido nacida nacimiento nací nascido nascida nascimento nasci nascut nascuda "
    "naixement nato nata nascita geboortedatum gebore urodzony urodzona urodzenia doğum doğumlu "
    "doğdum род рожд родился родилась рождения рожден рождена народився народилася народження "
    "γέννησης γεννήθηκα الميلاد ولدت مواليد ולידה נולדתי जन्म जन्मतिथि জন্ম დაბადების დავიბადე "
    "ծննդյան ծնվել ծնված sinh född født syntynyt narozen született "
)
_BORN_DENSE = "出生|生日|生年月日|生まれ|生於|생년월일|생일|เกิด"
_BORN = re.compile(
    rf"(?<![\w])(?:{'|'.join(re.escape(word) for word in words(_BORN_WORDS))})(?![^\W\d_])"
    rf"|{_BORN_DENSE}",
    re.IGNORECASE,
)
_MONTH = r"[^\W\d_]{3,12}\.?"
_BIRTHDAY = re.compile(
    r"(?<![\d./-])(?:\d{1,4}([-/. ])\d{1,2}\1\d{1,4}(?!\d)"
    r"|\d{4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|ª|\.)?,? (?:de |of |d')?{_MONTH},? (?:de |del |of )?"
    r"\d{4}(?!\d)"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}(?!\d)"
    r")",
    re.IGNORECASE,
)


def births(text: str) -> Iterator[Found]:
    """Yield dates after a word of birth ("born on 3 May 1991", "д.р. 03.05.1991")."""
    for word in _BORN.finditer(text):
        date = _BIRTHDAY.search(text, word.end(), word.end() + 60)
        if date and len(text[word.end() : date.start()].split()) <= 4:
            yield (*date.span(), "DATE")
        before = _dense_before(text, word)
        if before:
            yield (*before.span(), "DATE")


def _dense_before(text: str, word: re.Match[str]) -> re.Match[str] | None:
    """Return the date in front of a word that follows it (1991年5月3日生まれ)."""
    if word[0].lower() not in _AFTER_DATE:
        return None
    found = None
    for found in _BIRTHDAY.finditer(text, max(0, word.start() - 30), word.start()):  # noqa: B007
        pass
    return found if found and word.start() - found.end() <= 3 else None


_AFTER_DATE = frozenset({"生まれ", "出生", "doğumlu", "doğdum", "生"})


def dates(text: str) -> Iterator[Found]:
    """Yield what looks like a phone number and is a date, a span of years, an ISBN or a DOI."""
    for match in DATE.finditer(text):
        yield (*match.span(), "")
