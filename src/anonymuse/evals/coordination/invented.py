"""Invented campaigns and honest crowds: texts, accounts and times, all drawn from a seed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from anonymuse.evals.corpus.people import Draw

Split = Literal["fit", "test"]
Kind = Literal["verbatim", "light", "strong", "languages"]
KINDS: tuple[Kind, ...] = ("verbatim", "light", "strong", "languages")
TOLD: Mapping[Kind, str] = {
    "verbatim": "one template, other words in its slots",
    "light": "lightly reworded",
    "strong": "rewritten, other structure",
    "languages": "rewritten, in five languages",
}
POOL = 300
"""texts of one campaign in one kind, of which accounts draw"""
HEAVY = 40
"""conversations of the one person who asks again and again"""
DAY = 86_400.0
WEEKS = 12
SPAN = WEEKS * 7 * DAY
_CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, repr=False)
class Plant:
    """Rows that are put into a background.

    Attributes:
        name: of the campaign or topic.
        kind: of the campaign, or ``popular``, ``viral``, ``homework``, ``heavy``.
        texts: of each row.
        languages: likewise.
        account: number of each row's account within the plant.
        known: by account: somebody of the background, who does other things too.
        times: seconds from the start, of each row.
        created: by account: seconds from the start (negative: before it); NaN: as everybody.
        client: of all accounts; empty: as everybody.
        organisation: they share one.
        spread: ``burst``, ``weeks`` or ``clock``.
    """

    name: str
    kind: str
    texts: tuple[str, ...]
    languages: tuple[str, ...]
    account: tuple[int, ...]
    known: tuple[bool, ...]
    times: tuple[float, ...]
    created: tuple[float, ...]
    client: str
    organisation: bool
    spread: str

    @property
    def accounts(self) -> int:
        """How many accounts it has."""
        return len(self.known)

    @property
    def campaign(self) -> bool:
        """Whether it is one."""
        return self.kind in KINDS


@cache
def intents(split: Split) -> tuple[Mapping[str, Any], ...]:
    """Return the campaigns of a split as they are written."""
    return tuple(one for one in _read("campaigns")["intent"] if one["split"] == split)


@cache
def topics(split: Split) -> tuple[Mapping[str, Any], ...]:
    """Return the honest crowds of a split as they are written."""
    return tuple(one for one in _read("honest")["topic"] if one["split"] in (split, "both"))


def _read(name: str) -> dict[str, Any]:
    text = files("anonymuse.evals.coordination").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def spin(text: str, draw: Draw, *what: Any) -> str:
    """Return a text in which every ``{a|b}`` is one of its choices."""
    place = iter(range(10_000))

    def choose(match: re.Match[str]) -> str:
        choices = match.group(1).split("|")
        return choices[int(draw.unit(*what, next(place)) * len(choices))]

    return _CHOICE.sub(choose, text)


@cache
def pool(intent: str, split: Split, kind: Kind) -> tuple[tuple[str, str], ...]:
    """Return texts of a campaign with their languages; the same for every seed."""
    about = next(one for one in intents(split) if one["name"] == intent)
    draw = Draw(0)
    written = {"verbatim": [("English", about["verbatim"])], "light": [("English", about["light"])]}
    strong = [("English", text) for text in about["strong"]]
    others = [(name, text) for name, texts in about["translations"].items() for text in texts]
    choices = {**written, "strong": strong, "languages": [*strong[::3], *others]}[kind]
    return tuple(
        (spin(text, draw, intent, kind, i), language)
        for i in range(POOL)
        for language, text in (choices[i % len(choices)],)
    )


def campaign(intent: str, split: Split, kind: Kind, accounts: int, draw: Draw) -> Plant:
    """Return a campaign of so many accounts; how they behave is drawn for the whole campaign."""

    def unit(*what: Any) -> float:
        return draw.unit("campaign", intent, kind, accounts, *what)

    spread = ("burst", "burst", "weeks", "clock")[int(unit("spread") * 4)]
    several, covered = unit("several") < 0.3, unit("covered") < 0.5
    together, client = unit("together") < 0.4, unit("client") < 0.3
    start, length = unit("start") * (SPAN - 6 * DAY), (1 + 4 * unit("length")) * DAY
    born = start - (2 + 20 * unit("born")) * DAY
    twice = [several and unit("rows", account) < 0.5 for account in range(accounts)]
    owner = [account for account in range(accounts) for _ in range(1 + twice[account])]
    texts = pool(intent, split, kind)
    order = sorted(range(POOL), key=lambda i: unit("order", i))
    drawn = [texts[order[row % POOL]] for row in range(len(owner))]
    times = []
    for row in range(len(owner)):
        if spread == "burst":
            times.append(start + unit("time", row) * length)
        elif spread == "weeks":
            times.append(unit("time", row) * SPAN)
        else:
            times.append((row + 0.2 * unit("time", row)) / len(owner) * SPAN)
    return Plant(
        intent, kind, *_columns(drawn), tuple(owner), (covered,) * accounts, tuple(times),
        tuple(born + unit("created", a) * 3 * DAY if together else np.nan for a in range(accounts)),
        "api" if client else "", False, spread,
    )  # fmt: skip


def crowd_texts(topic: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a crowd says, the same for every seed: nobody repeats another's words.

    A class shares its task, and one person goes on: theirs are drawn again and again.
    """
    texts = topic["texts"]
    rows = {"heavy": HEAVY, "homework": 60}.get(topic["kind"], len(texts))
    return tuple(spin(texts[i % len(texts)], Draw(0), topic["name"], i) for i in range(rows))


def crowd(topic: Mapping[str, Any], draw: Draw) -> Plant:
    """Return honest people who ask about one thing, or one person who asks again and again."""
    name, kind = topic["name"], topic["kind"]

    def unit(*what: Any) -> float:
        return draw.unit("crowd", name, *what)

    written = crowd_texts(topic)
    wanted = HEAVY if kind == "heavy" else 15 + int(unit("size") * 45)
    rows = min(wanted, len(written))
    accounts = 1 if kind == "heavy" else rows
    order = sorted(range(len(written)), key=lambda i: unit("order", i))[:rows]
    drawn = [(written[i], "English") for i in order]
    start, length = unit("start") * (SPAN - 6 * DAY), {"viral": 1.5, "homework": 5.0}.get(kind)
    times = [
        unit("time", i) * SPAN if length is None else start + unit("time", i) * length * DAY
        for i in range(rows)
    ]
    newcomers = {"heavy": 1.0, "homework": 0.5}.get(kind, 0.3)
    return Plant(
        name, kind, *_columns(drawn), tuple(i % accounts for i in range(rows)),
        tuple(unit("known", a) >= newcomers for a in range(accounts)), tuple(times),
        (np.nan,) * accounts, "", kind == "homework" and unit("class") < 0.5,
        "weeks" if length is None else "burst",
    )  # fmt: skip


def _columns(drawn: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(text for text, _ in drawn), tuple(language for _, language in drawn)
