"""Which words stand at the end of what people name: "beam" in "check a steel beam", not "steel".

A word added to a name, or a phrase cut short, reads well where it ends in such a word. English
phrases put it last; where a phrase is in another language this only changes which word is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from anonymuse.lexicon.words import Word, content_words, is_stop, words

POSSESSIVE = ("'s", "’s")
OFTEN = 0.3
"""share of a word's uses in which it ends what is named, at least"""


@dataclass(frozen=True, slots=True, repr=False)
class Heads:
    """How the words of people's phrases are used. Private: it holds everybody's words.

    Attributes:
        used: different phrases that hold a stem.
        ends: of them, those in which nothing that it could belong to follows, and that it does not
            open: the first word of a task is its verb.
        least: phrases from which on they decide; fewer tell nothing.
    """

    used: Counter[str]
    ends: Counter[str]
    least: int

    def __repr__(self) -> str:
        return f"Heads({len(self.used)} words)"

    @classmethod
    def of(cls, phrases: Iterable[str], *, least: int) -> Heads:
        """Count over the phrases of all clusters; the same phrase counts once."""
        used, ends = Counter[str](), Counter[str]()
        for phrase in set(phrases):
            found = words(phrase)
            rest = found[1:] or found
            used.update({word.stem for word in found})
            ends.update({
                word.stem
                for word, after in zip_longest(rest, rest[1:])
                if _closes(word, after, phrase)
            })  # fmt: skip
        return cls(used, ends, least)

    def is_head(self, word_stem: str) -> bool:
        """Return whether a word often ends what is named; True where too few phrases hold it."""
        few = self.used[word_stem] < self.least
        return few or self.ends[word_stem] >= OFTEN * self.used[word_stem]

    def ends_well(self, phrase: str) -> bool:
        """Return whether a phrase ends in such a word, and in no possessive."""
        found = content_words(phrase)
        return not phrase.endswith(POSSESSIVE) and (not found or self.is_head(found[-1].stem))


def _closes(word: Word, after: Word | None, phrase: str) -> bool:
    if after is None or is_stop(after.text):
        return True
    return phrase[word.end : after.start].strip() not in {"", "-"}
