"""Patterns for numbers that are somebody's: cards, accounts, phones, long runs.

All of them read a shadow (`lexicon.hygiene`); see `identifier_net` for the rules patterns follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymuse.lexicon import identifier_checks as checks
from anonymuse.lexicon.hygiene import WORD as W
from anonymuse.lexicon.identifier_net import Found
from anonymuse.lexicon.identifier_words import PHONE_WORD, last, words

_CARD = re.compile(rf"(?<![{W}.,-])\d(?:[ -]{{0,3}}\d){{11,18}}(?![{W}-]|[.,]\d)")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2} ?\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_IBAN_WORD = re.compile(r"iban\W{0,6}(?:\w{2,8}\W{1,4}){0,3}\Z", re.IGNORECASE)

_CHUNK = re.compile(rf"(?<![{W}])(?<!\d[.,])\+?\(?\d(?:[ ./()-]{{0,3}}\d){{5,24}}")
_SPACED_OUT = re.compile(rf"(?<![{W}])[\d+(] (?:[\d+()./ -] ){{7,40}}\d(?![{W}])")
"""One sign at a time: + 4 9   1 7 6 …"""
_ABROAD = re.compile(r"\+\d{1,3}[ .-]\d")
_LONGEST_PHONE = 15
_EXTENSION = re.compile(r" ?(?:x|ext\.?|#) ?\d{1,6}(?!\w)", re.IGNORECASE)
_AFTER = re.compile(r"[ (,-]{0,3}(?:office|fax|mobile|cell|home|work|handy|móvil)\b", re.IGNORECASE)
_GROUPS = re.compile(r"\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})*\Z")
_FORMATTED = re.compile(
    r"\+\d|\(\+?\d{1,5}\)|\d{3}[-.]\d{3}[-.]\d{4}\Z|1-\d{3}-\d{3}-\d{4}\Z"
    r"|0[1-9](?:([ .-]?)\d{2})(?:\1\d{2}){3}\Z|0\d{1,4}[ -]\d{2,4}[ -]?\d{2,4}(?:[ -]?\d{2,4})?\Z"
    r"|0[1-9]\d{0,3}\.\d{6,8}\Z|0\d{3,5} \d{5,7}\Z|0\d{8,10}\Z|00[1-9]\d{8,13}\Z|\d{5} \d{5}\Z"
    r"|[78] ?\(?\d{3}\)? ?\d{3}[ -]\d{2}[ -]\d{2}\Z|\d{2,3}(?:-\d{2}){3}\Z|\d{3}(?:-\d{2}){3}\Z"
    r"|1[3-9]\d[ -]\d{4}[ -]\d{4}\Z|01\d[ -]\d{3,4}[ -]\d{4}\Z"
)
_FICTIONAL = re.compile(r"555-\d{4}\Z")
_CLOCK = re.compile(r":\d\d")
_HOUR = re.compile(r"^[^+].*(?<!\d)\d\d?\Z")
"""ends in an hour, as "2024-05-12 10" before ":30" does, and begins with no plus"""
_HOURS = re.compile(r"[0-2]\d[0-5]\d-[0-2]\d[0-5]\d\Z")
_SHORT = re.compile(r"\d{3}[- ]\d{4}\Z|\d{2,4}(?:[ -]\d{2,4}){2,3}\Z|\d{7,11}\Z")
_RUN = re.compile(rf"(?<![{W}.,])\d{{9,40}}(?![{W}]|[.,]\d)")
_MATHS = frozenset("*/^%=+<>×÷√∑≈~")
_FAMOUS = frozenset(
    words(
        "1000000007 1000000009 998244353 2147483647 2147483648 4294967295 4294967296 123456789 "
        "1234567890 0123456789 9876543210 987654321 9223372036854775807 9223372036854775808 "
        "18446744073709551615 18446744073709551616 299792458 602214076 1073741824 268435456 "
        "536870912 134217728 3141592653 2718281828 "
    )
)


def cards(text: str) -> Iterator[Found]:
    """Yield payment card numbers: a network's prefix and length, and Luhn's check digit."""
    for match in _CARD.finditer(text):
        start = match.start()
        # The run may hold more than the card (an expiry date behind it): the longest that fits.
        for end in _group_ends(match):
            digits = re.sub(r"[ -]", "", text[start:end])
            if len(digits) >= 12 and checks.card_network(digits) and checks.luhn(digits):
                yield start, end, "CARD"
                break


def _group_ends(match: re.Match[str]) -> list[int]:
    ends = [match.start() + group.end() for group in _GROUPS.finditer(match[0])]
    return ends[::-1]


def ibans(text: str) -> Iterator[Found]:
    """Yield IBANs: the country's length and the modulo-97 check, or the word IBAN before."""
    for match in _IBAN.finditer(text):
        places = [i for i, character in enumerate(match[0]) if character not in " -"]
        packed = "".join(match[0][i] for i in places)
        size = checks.iban_end(packed)
        if size and (size == len(packed) or places[size] - places[size - 1] > 1):
            yield match.start(), match.start() + places[size - 1] + 1, "IBAN"
        elif _IBAN_WORD.search(text[max(0, match.start() - 40) : match.start()]) or (
            checks.iban_shaped(packed) and packed[:2].isupper()
        ):
            yield (*match.span(), "IBAN")


def phones_abroad(text: str) -> Iterator[Found]:
    """Yield numbers that begin with a plus, before anything else can read a date into them."""
    if "+" in text:
        yield from (one for one in phones(text) if text[one[0]] == "+")


def phones(text: str) -> Iterator[Found]:
    """Yield phone numbers: international, in a national form, or after a word for a phone."""
    for match in _SPACED_OUT.finditer(text):
        value = match[0][::2]
        if not match[0][1::2].strip() and _is_phone(text, *match.span(), value, _digits(value)):
            yield (*match.span(), "PHONE")
    for match in _CHUNK.finditer(text):
        start, end = _trimmed(text, *match.span())
        if _digits(text[start:end]) <= _LONGEST_PHONE:
            whole = _phone_end(text, start, end)
            if whole:
                yield start, whole, "PHONE"
        else:
            yield from _in_a_row(text, start, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    value = text[start:end].rstrip(" ./()-")
    if "(" in value and ")" not in value:  # a remark in brackets begins or ends here
        left = value.lstrip("(")
        start, value = start + len(value) - len(left), left.partition("(")[0]
    return start, start + len(value)


def _digits(value: str) -> int:
    return sum(character.isdigit() for character in value)


def _in_a_row(text: str, start: int, end: int) -> Iterator[Found]:
    """Yield the phone numbers among more digits than one can have (E.164: 15)."""
    words = [(start + m.start(), start + m.end()) for m in re.finditer("[^ ]+", text[start:end])]
    first = 0
    while first < len(words):
        for stop in range(min(len(words), first + 6), first, -1):
            span = words[first][0], words[stop - 1][1]
            if 7 <= _digits(text[slice(*span)]) <= _LONGEST_PHONE and _phone_end(text, *span):
                yield (*span, "PHONE")
                first = stop - 1
                break
        first += 1


def _phone_end(text: str, start: int, end: int) -> int:
    """Return where the phone number ends, extension included; 0 if it is none."""
    value = text[start:end]
    digits = _digits(value)
    abroad = value.startswith("+") and digits >= 10
    if not _is_phone(text, start, end, value, digits):
        return 0
    if not abroad and _is_maths(text, start, end):
        return 0
    more = _EXTENSION.match(text, end, end + 12)
    return more.end() if more else end


def _is_phone(text: str, start: int, end: int, value: str, digits: int) -> bool:
    if _HOURS.match(value) or value.lstrip("+") in _FAMOUS:
        return False
    if _CLOCK.match(text, end) and _HOUR.search(value):
        return False
    plain = value if value.startswith("(") else value.replace(")", "").replace("(", "")
    if value.startswith("+") and (digits >= 8 or (digits == 7 and _ABROAD.match(value))):
        return not (value[1:].isdigit() and value.endswith("00000"))
    if digits >= 8 and not _THOUSANDS.match(plain) and _FORMATTED.match(plain):
        return not set(plain) <= {"0", "1", " "}
    if _FICTIONAL.match(plain):
        return True
    if digits < 6 or not (_SHORT.match(plain) or digits >= 7):
        return False
    if _AFTER.match(text, end, end + 12):
        return True
    before = text[max(0, start - 48) : start]
    word = last(PHONE_WORD, before)
    return word is not None and _near(before[word.end() :])


def _near(between: str) -> bool:
    """Say whether a word still speaks of the number: few words and no other number between."""
    return len(between.split()) <= 4 and not re.search(r"\d|\n\s*\n|[.!?]\s", between)


def _is_maths(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start].strip(), text[end : end + 2].strip()
    return (before[-1:] in _MATHS and before[-1:] != "=" and bool(before)) or (
        bool(after) and after[0] in _MATHS
    )


def runs(text: str) -> Iterator[Found]:
    """Yield runs of nine and more digits that are no sum, no amount and no famous constant."""
    for match in _RUN.finditer(text):
        value = match[0]
        round_number = value.endswith("00000") or len(set(value)) < 3
        if value in _FAMOUS or round_number or _is_maths(text, *match.span()):
            continue
        yield (*match.span(), "NUMBER")
