"""Articles where people write them: "write a cover letter" for "write cover letter".

Phrases are told in the style of a headline, or lose words that too few people share; what is left
lacks its article. Which English nouns take one is counted, not listed: "a letter", but "advice".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anonymuse.lexicon.phrases import fitting_article, is_plural
from anonymuse.lexicon.words import Word, fold, is_stop, word_list, words

_INDEFINITE = frozenset(("a", "an"))


@dataclass(frozen=True, slots=True, repr=False)
class Articles:
    """How the nouns of people's phrases stand. Private: it holds everybody's words.

    Attributes:
        given: different phrases in which a stem ends what "a" or "an" opens.
        bare: those in which it ends what nothing opens.
        least: phrases of the first kind from which on they decide.
    """

    given: Counter[str]
    bare: Counter[str]
    least: int

    def __repr__(self) -> str:
        return f"Articles({len(self.given)} words)"

    @classmethod
    def of(cls, phrases: Iterable[str], *, least: int) -> Articles:
        """Count over the phrases of all clusters; the same phrase counts once."""
        given, bare = Counter[str](), Counter[str]()
        for phrase in set(phrases):
            found = words(phrase)
            for first, last in _nouns(found, phrase):
                before = found[first - 1]
                if is_plural(found[last].text):
                    continue
                if fold(before.text) in _INDEFINITE:
                    given[found[last].stem] += 1
                elif _opens_bare(found, first):
                    bare[found[last].stem] += 1
        return cls(given, bare, least)

    def put(self, phrase: str) -> str:
        """Return a phrase that opens with a verb with the articles that most others would have."""
        found = words(phrase)
        for first, last in reversed(list(_nouns(found, phrase))):
            if _opens_bare(found, first) and self._takes_one(found[last]):
                at, after = found[first].start, found[first].text
                article = fitting_article("a", after, found[last].text)
                phrase = f"{phrase[:at]}{article} {phrase[at:]}" if article else phrase
        return phrase

    def _takes_one(self, noun: Word) -> bool:
        given = self.given[noun.stem]
        return given >= max(self.least, 1) and given > self.bare[noun.stem]


def _nouns(found: Sequence[Word], phrase: str) -> Iterator[tuple[int, int]]:
    """Yield where what is named starts and ends: content words in a row behind the first word."""
    first = None
    for i in range(1, len(found)):
        word, after = found[i], found[i + 1] if i + 1 < len(found) else None
        if is_stop(word.text):
            continue
        first = i if first is None else first
        if after is None or is_stop(after.text) or _apart(phrase, word, after):
            yield first, i
            first = None


def _apart(phrase: str, one: Word, other: Word) -> bool:
    return phrase[one.end : other.start].strip() not in {"", "-"}


def _opens_bare(found: Sequence[Word], first: int) -> bool:
    """True behind the verb, or a hinge: "and", "for"; what "the" or "his" opens is not bare."""
    return first == 1 or fold(found[first - 1].text) in word_list("hinge_words")
