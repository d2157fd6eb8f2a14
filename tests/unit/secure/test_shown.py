"""How values are written on the zone's pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import anonymuse.secure.app
from anonymuse.domain.restricted.evidence import Rate
from anonymuse.secure import shown

STATIC = Path(anonymuse.secure.app.__file__).parent / "static"
TOKENS = Path(__file__).parents[3] / "ui" / "src" / "styles" / "tokens.css"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("plain words, \u00e9t\u00e9 \u4e2d\u6587", "plain words, \u00e9t\u00e9 \u4e2d\u6587"),
        ("a\u202eb\u2066c\u2069d\u200e", "a<U+202E>b<U+2066>c<U+2069>d<U+200E>"),
        ("a\x00b\x1b[31m\x7f", "a<U+0000>b<U+001B>[31m<U+007F>"),
        ("\ufeff\u00ad\U000e0041\ue000", "<U+FEFF><U+00AD><U+E0041><U+E000>"),
        ("\ud800", "<U+D800>"),
        ("a\nb\tc\r\nd\re", "a\nb\tc\nd\ne"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # a joiner that spells
        ("\u2028", "<U+2028>"),
    ],
)  # fmt: skip
def test_what_hides_is_shown(given: str, seen: str) -> None:
    assert shown.visible(given) == seen


def test_numbers() -> None:
    assert shown.count(12345) == "12,345"
    assert [shown.share(one) for one in (0, 0.031, 0.1, 0.456, 1)] == [
        "0 %", "3.1 %", "10 %", "46 %", "100 %",
    ]  # fmt: skip
    assert (shown.points(-1.25), shown.points(2)) == ("\u22121.2", "+2.0")
    assert (shown.decimal(-0.1), shown.decimal(0.5)) == ("\u22120.10", "0.50")
    assert shown.rate(Rate(6, 10, 0.3, 0.85)) == "60 % (30 % to 85 %)"
    assert shown.of(Rate(2, 1234, 0.3, 0.85)) == "2 of 1,234"
    assert shown.rate(Rate(0, 0, 0, 1)) == shown.rate(None) == "\u2013"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (None, "\u2013"),
        ("", "\u2013"),
        (0.0, "1 Jan 1970, 00:00"),
        ("2026-03-01T08:00:00+02:00", "1 Mar 2026, 06:00"),
        ("2026-03-01", "1 Mar 2026, 00:00"),
        (datetime(2026, 3, 1, 8, 5, tzinfo=UTC), "1 Mar 2026, 08:05"),
        ("soon", "soon"),
    ],
)
def test_times(given: str | float | datetime | None, seen: str) -> None:
    assert shown.moment(given) == seen
    assert shown.day(given) == seen.partition(",")[0]


def test_colours_are_the_explorers() -> None:
    def values(css: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, value in re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{6})", css):
            found.setdefault(name, set()).add(value)
        return found

    zone, explorer = values((STATIC / "zone.css").read_text()), values(TOKENS.read_text())
    assert len(zone) > 10
    for name, colours in zone.items():
        assert colours <= explorer[name], name


def test_the_style_asks_nobody() -> None:
    css = (STATIC / "zone.css").read_text()
    assert re.findall(r"url\(([^)]*)\)", css) == ['"/watermark.svg"']
    assert "@import" not in css
