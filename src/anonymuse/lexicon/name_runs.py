"""Runs of capitalised words, with the few words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from functools import cache

from anonymuse.lexicon.name_cues import alternatives, any_of, cues, ordinary

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚƠƯẠ-Ỹ"
UPPER += "ΆΈ-ΏΑ-ΫЀ-ЯҐӘҒҚҢӨҰҮҺԱ-Ֆ"
_PART = rf"(?:[{UPPER}][^\W\d_]*(?:['’`‘-][^\W\d_]+){{0,3}}|[{UPPER}]\.(?:-?[{UPPER}]\.)?)"
_FIRST = rf"(?:(?:O|D|N|L|d|l)['’]{_PART}|{_PART})"


@cache
def _runs() -> re.Pattern[str]:
    """Compile capitalised words in a row, particles between, at most six."""
    particles = alternatives(cues("cased", "particles"))
    return re.compile(
        rf"(?<![\w@#/\\.'’`\[-]){_FIRST}"
        rf"(?:[ \t]?(?<=[ \t.])(?:(?:{particles})[ \t]){{0,2}}{_FIRST}){{0,5}}"
    )


TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|[^\w\s]|\n")
"""A word, a sign or a line break."""
_SMALL = re.compile(r"(?<![\w'’-])[^\W\d_A-Z]{3,}(?!\w)")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
"""A word of letters."""
_SENTENCE_ENDS = frozenset(".!?:;\n•*>|–—…¿¡")
_OPENERS = frozenset("\"'“”«»„(‘’[*_-–—")
_LONGEST = 48
_MOST = 5
"""Characters and words before a run that are looked at."""


def runs(text: str) -> Iterator[Run]:
    """Yield the runs of a text that are more than one ordinary word with a capital."""
    known, small = ordinary(), frozenset(_SMALL.findall(text))
    for match in _runs().finditer(text):
        if match[0].lower() not in known or len(match[0]) == 1:
            run = Run(text, match, small)
            if run.parts:
                yield run


class Run:
    """A run of capitalised words, the words in it, and the last few before it, in lower case."""

    def __init__(self, text: str, run: re.Match[str], small: frozenset[str]) -> None:
        start, end = run.span()
        self.small = small  # words of the text without a capital: no part of a full name
        self.text = text
        self.end = end
        self.parts = [(start + m.start(), start + m.end()) for m in WORD.finditer(run[0])]
        self.words = [_plain(text[a:b]) for a, b in self.parts]
        self._begin = start
        self._moved = 0
        tokens = TOKEN.findall(text, max(0, start - _LONGEST), start)[-_MOST:]
        self.before: list[str] = [token.lower() for token in tokens]
        self._tails: dict[str, list[tuple[str, int]]] = {}
        skip = _leading(self.words, self.before)
        if skip:
            self._skip(skip)

    def _skip(self, count: int) -> None:
        """Move words from the start of the run to what stands before it."""
        self.before = [*self.before, *self.words[:count]]
        self._moved = count
        self._first = [a for a, _ in self.parts[:count]]
        self.parts, self.words = self.parts[count:], self.words[count:]

    def _place(self, number: int) -> int:
        """Return where a word before begins; looked for only where one says something."""
        kept = len(self.before) - self._moved
        if number >= kept:
            return self._first[number - kept]
        tokens = TOKEN.finditer(self.text, max(0, self._begin - _LONGEST), self._begin)
        return [match.start() for match in tokens][-_MOST:][number]

    @property
    def start(self) -> int:
        """Where the first word of the name begins."""
        return self.parts[0][0]

    @property
    def value(self) -> str:
        """The run without the words that belong to the sentence."""
        return self.text[self.start : self.end]

    def title(self) -> int:
        """Return where the title right before begins; -1 if there is none."""
        if self.before[-1:] == ["."] and len(self.before) > 1:
            known = self.before[-2] in cues("cased", "short_titles")
            return self._place(len(self.before) - 2) if known else -1
        return self.follows("titles", 2, over="")

    def follows(self, name: str, most: int, *, over: str = "\"“«„':*_‘(") -> int:
        """Return where the entry of a list begins that the words before end with; -1 if none."""
        entries = cues("cased", name)
        tails = self._tails.get(over)
        if tails is None:
            tails = self._tails[over] = self._ends(over)
        for entry, number in tails[-most:]:
            if entry in entries:
                return self._place(number)
        return -1

    def _ends(self, over: str) -> list[tuple[str, int]]:
        """Return the last three, two and one words before, and the number of the first."""
        end = len(self.before)
        while end and self.before[end - 1] in over:
            end -= 1
        return [
            (" ".join(self.before[end - size : end]), end - size)
            for size in range(min(3, end), 0, -1)
        ]

    def without_last(self) -> Run:
        """Return the same run without the word right before it."""
        shorter = copy(self)
        shorter.before, shorter._tails = self.before[:-1], {}
        shorter._moved = max(0, self._moved - 1)
        return shorter


def _plain(word: str) -> str:
    return word.lower().replace("’", "'").removesuffix("'s")


def _leading(words: list[str], before: list[str]) -> int:
    """Return how many words at the start of a run belong to the sentence and not to a name."""
    known, announcing = ordinary(), any_of("cased", *_ANNOUNCING)
    starts = not before or before[-1] in _SENTENCE_ENDS or before[-1] in _OPENERS
    for skip, word in enumerate(words):
        if word not in announcing and not (word in known and (starts or skip)):
            return skip
    return len(words)


_ANNOUNCING = ("titles", "greetings", "closings", "kin", "intros")
