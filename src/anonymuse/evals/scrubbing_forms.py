"""Sentences in many languages with made identifiers, plain and in Unicode disguise.

The sentences are in a data file; the values (valid check digits included) are drawn from a seed.
They were written beside the patterns, by the same people: a check that no language and no disguise
is forgotten, not an estimate of how real texts fare.
"""

from __future__ import annotations

import random
import string
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files

from anonymuse.evals.scrubbing_sets import Mark, MarkedText
from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.identifier_checks import luhn

TYPES = ("EMAIL", "PHONE", "CARD", "IBAN", "IP", "URL")

_IBAN_FORMS = {"DE": 18, "FR": 23, "GB": 18, "ES": 20, "IT": 23, "NL": 14, "PL": 24, "TR": 22}
_LETTERED = {"GB": 4, "NL": 4}
_NAMES = ("orsolya", "bertrand", "milko", "aisling", "teodora", "kaveh", "ingrida", "paavo")
_HOSTS = ("example.org", "mail.example.com", "example.co.uk", "tern.example.de", "example.net")
_PATHS = ("", "/", "/konto/88", "/a/b?id=12", "/~user#top")
_CARDS = (("4", 16), ("51", 16), ("34", 15), ("6011", 16), ("2221", 16))


def _phone(draw: random.Random, forms: list[str]) -> str:
    form = draw.choice(forms)
    digits = {"#": string.digits, "%": "23456789"}
    return "".join(draw.choice(digits[c]) if c in digits else c for c in form)


def _mail(draw: random.Random) -> str:
    name, mark = draw.choice(_NAMES), draw.choice((".", "_", "-", "+", ""))
    return f"{name}{mark}{draw.choice(_NAMES)}{draw.randrange(100)}@{draw.choice(_HOSTS)}"


def _card(draw: random.Random) -> str:
    start, size = draw.choice(_CARDS)
    body = start + "".join(draw.choice(string.digits) for _ in range(size - len(start) - 1))
    number = next(body + last for last in string.digits if luhn(body + last))
    if size == 16 and draw.random() < 0.6:
        mark = draw.choice(" -")
        return mark.join(number[i : i + 4] for i in range(0, 16, 4))
    return number


def _iban(draw: random.Random) -> str:
    country = draw.choice(sorted(_IBAN_FORMS))
    letters = _LETTERED.get(country, 0)
    bank = "".join(draw.choice(string.ascii_uppercase) for _ in range(letters))
    body = bank + "".join(
        draw.choice(string.digits) for _ in range(_IBAN_FORMS[country] - len(bank))
    )
    turned = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    value = f"{country}{98 - int(turned) % 97:02d}{body}"
    spaced = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    return draw.choice((value, spaced))


def _ip(draw: random.Random) -> str:
    if draw.random() < 0.6:
        return f"{draw.randrange(1, 120)}." + ".".join(str(draw.randrange(256)) for _ in "123")
    groups = [f"{draw.randrange(0x1000, 0x10000):x}" for _ in range(8)]
    return ":".join(groups) if draw.random() < 0.5 else f"2001:db8::{':'.join(groups[:3])}"


def _url(draw: random.Random) -> str:
    host = f"{draw.choice(_NAMES)}.{draw.choice(_HOSTS)}"
    start = draw.choice(("https://", "http://", "www.", ""))
    return f"{start}{host}{draw.choice(_PATHS)}"


_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "EMAIL": _mail, "CARD": _card, "IBAN": _iban, "IP": _ip, "URL": _url,
}  # fmt: skip


@cache
def _sentences() -> dict[str, dict[str, str | list[str]]]:
    text = (files("anonymuse.evals") / "scrubbing_forms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def forms(each: int = 20, seed: int = 0) -> Iterator[MarkedText]:
    """Yield ``each`` sentences of every type and language."""
    yield from (
        _made(language, before, value, after, kind)
        for language, kind, before, value, after in _drawn(each, seed)
    )


def _drawn(each: int, seed: int) -> Iterator[tuple[str, str, str, str, str]]:
    draw = random.Random(seed)  # noqa: S311 - made-up values, not keys
    for language, given in _sentences().items():
        for kind in TYPES:
            before, _, after = str(given[kind]).partition("{}")
            for _ in range(each):
                value = (
                    _phone(draw, list(given["phones"])) if kind == "PHONE" else _MAKERS[kind](draw)
                )
                yield language, kind, before, value, after


def _made(language: str, before: str, value: str, after: str, kind: str) -> MarkedText:
    before, value = clean(before), clean(value)
    end = len(before) + len(value)
    return MarkedText(before + value + clean(after), language, (Mark(len(before), end, kind),))


def _between(mark: str) -> Callable[[str], str]:
    return lambda value: mark.join(value)


def _native(zero: str) -> Callable[[str], str]:
    table = {ord("0") + n: ord(zero) + n for n in range(10)}
    return lambda value: value.translate(table)


_LIKE = str.maketrans("aceopxyiHKMTAB", "асеорхуіНКМТАВ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ROUND = {ord("0"): 0x24EA} | {ord("1") + n: 0x2460 + n for n in range(9)}
_ROUND |= {ord("a") + n: 0x24D0 + n for n in range(26)}
_SANS = {ord("a") + n: 0x1D5BA + n for n in range(26)}

DISGUISES: dict[str, tuple[frozenset[str], Callable[[str], str]]] = {
    "zero-width space in every gap": (frozenset(TYPES), _between("\u200b")),
    "word joiner in every gap": (frozenset(TYPES), _between("\u2060")),
    "soft hyphen in every gap": (frozenset(TYPES), _between("\u00ad")),
    "right-to-left override around": (
        frozenset(TYPES), lambda value: f"\u202e{value}\u202c",
    ),
    "full-width characters": (frozenset(TYPES), lambda value: value.translate(_WIDE)),
    "letters and digits in circles": (
        frozenset({"EMAIL", "PHONE", "CARD", "IP"}), lambda value: value.translate(_ROUND),
    ),
    "mathematical letters": (frozenset({"EMAIL", "URL"}), lambda value: value.translate(_SANS)),
    "mathematical digits": (frozenset({"PHONE", "CARD"}), _native("\U0001d7ce")),
    "Arabic digits": (frozenset({"PHONE", "CARD", "IP"}), _native("\u0660")),
    "Persian digits": (frozenset({"PHONE", "CARD", "IP"}), _native("\u06f0")),
    "Devanagari digits": (frozenset({"PHONE", "CARD", "IP"}), _native("\u0966")),
    "Bengali digits": (frozenset({"PHONE", "CARD", "IP"}), _native("\u09e6")),
    "Thai digits": (frozenset({"PHONE", "CARD", "IP"}), _native("\u0e50")),
    "Cyrillic look-alikes": (
        frozenset({"EMAIL", "URL", "IBAN"}), lambda value: value.translate(_LIKE),
    ),
    "no-break spaces": (
        frozenset({"PHONE", "CARD", "IBAN"}), lambda value: value.replace(" ", "\u202f"),
    ),
    "typographic hyphens": (
        frozenset({"PHONE", "CARD"}), lambda value: value.replace("-", "\u2011"),
    ),
    "[at] and [dot]": (
        frozenset({"EMAIL"}), lambda v: v.replace("@", " [at] ").replace(".", " [dot] "),
    ),
    "(at), dots kept": (frozenset({"EMAIL"}), lambda v: v.replace("@", "(at)")),
    "at and dot as words": (
        frozenset({"EMAIL"}), lambda v: v.replace("@", " at ").replace(".", " dot "),
    ),
    "a space in every gap": (frozenset({"EMAIL", "CARD", "PHONE"}), _between(" ")),
    "spaces around the signs": (
        frozenset({"EMAIL"}), lambda v: v.replace("@", " @ ").replace(".", " . "),
    ),
    "hxxp and [.]": (
        frozenset({"URL"}), lambda v: v.replace("http", "hxxp").replace(".", "[.]"),
    ),
    "dots in brackets": (frozenset({"IP"}), lambda v: v.replace(".", "[.]")),
    "dots for spaces": (
        frozenset({"PHONE"}), lambda v: v.replace(" ", ".").replace("-", "."),
    ),
}  # fmt: skip
"""By what a disguise is: the types it fits, and what it makes of a value."""


def disguised(each: int = 2, seed: int = 1) -> Iterator[tuple[str, MarkedText]]:
    """Yield ``(disguise, text)``: ``each`` values of every type, language and disguise."""
    for name, (types, change) in DISGUISES.items():
        for language, kind, before, value, after in _drawn(each, seed):
            if kind in types:
                yield name, _made(language, before, change(value), after, kind)
