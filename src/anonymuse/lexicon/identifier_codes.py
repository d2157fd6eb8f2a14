"""Patterns for numbers of identity, tax, orders and bookings: by shape, check or a word before.

All of them read a shadow (`lexicon.hygiene`); see `identifier_net` for the rules patterns follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from anonymuse.lexicon import identifier_checks as checks
from anonymuse.lexicon.hygiene import WORD as W
from anonymuse.lexicon.identifier_dates import DATE
from anonymuse.lexicon.identifier_net import Found
from anonymuse.lexicon.identifier_words import ID_WORD, LOCATOR_WORD, NUMBER_MARK, last

_SHAPES = (
    r"\d{3}-\d{2}-\d{4}",  # US social security
    r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}",  # Brazil
    r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]",  # Chile
    r"\d{3}-\d{3}-\d{3} \d{2}",  # Russia, SNILS
    r"\d{6}-[1-4]\d{6}",  # Korea
    r"\d{3,6}/\d{2}/\d{4,8}(?:-[А-Я]{2})?",  # case and file numbers
    r"(?:19|20)?\d{2}(?:0\d|1[0-2])[0-3]\d[-+]\d{4}",  # Sweden
    r"[0-3]\d(?:0\d|1[0-2])\d{2}[-+A]\d{3}[0-9A-FHJ-NPR-Y]",  # Finland
    r"[0-3]\d(?:0\d|1[0-2])\d{2}-\d{4}",  # Denmark
    r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} \d{2}",  # France
    r"(?:2[0347]|3[034])-\d{8}-\d",  # Argentina
    r"756\.\d{4}\.\d{4}\.\d{2}",  # Switzerland
    r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}",  # Belgium
    r"[0-2]\d{8}-\d",  # Ecuador
    r"\d{2}(?:0\d|1[0-2])[0-3]\d-\d{2}-\d{4}",  # Malaysia
    r"[1-7]\d{4}-\d{7}-\d",  # Pakistan
    r"[0-8]-\d{4}-\d{5}-\d{2}-\d",  # Thailand
    r"\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}",  # Indonesia
    r"\d{4}-\d{6}-\d{3}-\d",  # El Salvador
    r"784-\d{4}-\d{7}-\d",  # United Arab Emirates
    r"\d{3}\.\d{3}\.\d{3}-\d",  # Colombia
    r"\d{3}-\d{3}-\d{2}-\d{2}|\d{3}-\d{2}-\d{2}-\d{3}",  # Poland
    r"\d{3}-\d{2}-\d{5}",  # Korea, firms
    r"\d{2}[05][1-9][0-3]\d/\d{3,4}|\d{2}[16][0-2][0-3]\d/\d{3,4}",  # Czechia, Slovakia
)
_LETTERED = (
    r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]",  # Italy
    r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d",  # Mexico
    r"[A-ZÑ&]{4}-?\d{6}-?[A-Z0-9]{3}",  # Mexico, tax
    r"[A-Z]{5}\d{4}[A-Z]",  # India, PAN
    r"CHE-\d{3}\.\d{3}\.\d{3}",  # Switzerland, firms
    r"[VEJPG]-\d{7,8}(?:-\d)?",  # Venezuela
    r"[STFGM]\d{7}[A-Z]",  # Singapore
    r"[A-Z][12]\d{8}",  # Taiwan
    r"[A-Z]{1,2}\d{6}\([\dA]\)",  # Hong Kong
    r"[AP]\d{9}[A-Z]",  # Kenya
    r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",  # United Kingdom
)
_FIXED = re.compile(
    rf"(?<![{W}.-])(?:(?=\d)(?:{'|'.join(_SHAPES)})|(?=[A-Z])(?:{'|'.join(_LETTERED)}))"
    rf"(?![{W}-]|\.\d)"
)
_CHINA = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\dA-Za-z])")
_SPAIN = re.compile(
    rf"(?<![{W}.-])(?:\d{{8}}|\d{{2}}\.\d{{3}}\.\d{{3}}|[XYZxyz]-?\d{{7}})[- ]?[A-Za-z](?![{W}-])"
)
_THREES = re.compile(rf"(?<![{W}.,-])(?<!\d )\d{{3}}([ -])\d{{3}}\1\d{{3,4}}(?![{W}-]|[.,]\d)")
_GERMAN_TAX = re.compile(rf"(?<![{W}.,-])\d{{2}} \d{{3}} \d{{3}} \d{{3}}(?![{W}-]|[.,]\d)")
_NORWAY = re.compile(rf"(?<![{W}.,-])[0-3]\d[0-1]\d{{3}} \d{{5}}(?![{W}-]|[.,]\d)")
_BELGIUM = re.compile(rf"(?<![{W}.,-])\d{{2}} \d{{2}} \d{{2}} \d{{3}} \d{{2}}(?![{W}-]|[.,]\d)")
_JAPAN = re.compile(rf"(?<![{W}.,-])\d{{4}}([ -])\d{{4}}\1\d{{4}}(?![{W}-]|[.,]\d)")
_AADHAAR = re.compile(rf"(?<![{W}.-])[2-9]\d{{3}}([ -])\d{{4}}\1\d{{4}}(?![{W}-])")

_CODE = re.compile(
    rf"(?<![{W}])(?=[A-Za-z/.-]{{0,8}}\d)"
    rf"[A-Za-z0-9](?:[A-Za-z0-9/.-]|(?<=[\dA-Z])[ ](?=\d)){{2,28}}[A-Za-z0-9](?![A-Za-z0-9])"
)
_AMOUNT = re.compile(r"\d{1,3}(?:[ .]\d{3}|(?:[ .]\d{3})+[ .]000)\Z")
_DECIMAL = re.compile(r"\d+\.\d+[A-Za-z%]{0,4}\Z")
_LOCATOR = re.compile(
    rf"(?<![{W}/.-])(?=[A-Z\d]{{0,7}}[A-Z])(?=[A-Z]{{0,8}}\d)"
    rf"(?:[A-Z\d]{{5,8}}|[A-Z]{{1,3}}[ -]?\d{{1,4}}[ -]?[A-Z]{{0,3}}"
    rf"|\d{{1,4}}[ -]?[A-Z]{{2,3}}[ -]?\d{{0,4}})"
    rf"(?![{W}/-])"
)
"""A booking's code or a number plate, as capitals and digits."""
_NATIVE_TAIL = re.compile(r"[-/][^\W\d_]{1,4}(?!\w)")


def identities(text: str) -> Iterator[Found]:
    """Yield national identity and tax numbers by shape or check digit."""
    for match in _FIXED.finditer(text):
        yield (*match.span(), "ID")
    for pattern, valid in (
        (_CHINA, checks.china_id),
        (_SPAIN, checks.spain_id),
        (_AADHAAR, _by_digits(checks.verhoeff)),
        (_GERMAN_TAX, _by_digits(checks.germany_id)),
        (_NORWAY, _by_digits(checks.norway_id)),
        (_BELGIUM, _by_digits(checks.belgium_id)),
    ):
        for match in pattern.finditer(text):
            if valid(match[0]):
                yield (*match.span(), "ID")


def checked(text: str) -> Iterator[Found]:
    """Yield groups of digits with one check digit; asked after phones, which look the same."""
    for match in _JAPAN.finditer(text):
        if checks.japan_id(re.sub(r"\D", "", match[0])):
            yield (*match.span(), "ID")
    for match in _THREES.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if not digits.endswith("000") and (checks.luhn(digits) or checks.eleven(digits)):
            yield (*match.span(), "ID")


def _by_digits(valid: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda value: valid(re.sub(r"\D", "", value))


def announced(text: str) -> Iterator[Found]:
    """Yield the code after a word that announces one ("order no. 77120", "паспорт 4509 …")."""
    for code in _CODE.finditer(text):
        if sum(character.isdigit() for character in code[0]) < 3:
            continue
        start, end = code.span()
        between = _since_word(text[max(0, start - 48) : start])
        if not between:
            continue
        tail = _NATIVE_TAIL.match(text, end, end + 8)
        if _is_code(code[0], marked=bool(between.strip()), tailed=bool(tail)):
            yield start, tail.end() if tail else end, "ID"


def _since_word(before: str) -> str:
    """Return what stands between the last announcing word and the end; empty if there is none."""
    word = last(ID_WORD, before)
    between = before[word.end() :] if word else ""
    return between if NUMBER_MARK.fullmatch(between) else ""


def _is_code(value: str, *, marked: bool, tailed: bool) -> bool:
    """Say whether a value after an announcing word is a code, not a year or an amount."""
    digits = sum(character.isdigit() for character in value)
    mixed = tailed or any(c.isalpha() or c in "-/" for c in value)
    if DATE.fullmatch(value) or _AMOUNT.match(value) or _DECIMAL.match(value):
        return False
    if mixed and " " not in value:
        return digits >= 6 or (digits >= 3 and value.upper() == value)
    whole = value.isdigit() and (len(value) != 4 or value[:2] not in {"19", "20"})
    return digits >= 5 or (marked and whole and digits >= 4)


def locators(text: str) -> Iterator[Found]:
    """Yield the code of a booking or a vehicle after the word that announces it ("PNR QW8ERT")."""
    for match in _LOCATOR.finditer(text):
        start = match.start()
        word = last(LOCATOR_WORD, text[max(0, start - 48) : start])
        if word and NUMBER_MARK.fullmatch(text, max(0, start - 48) + word.end(), start):
            yield (*match.span(), "ID")
