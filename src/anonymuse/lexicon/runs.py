"""Runs of words that several people wrote in the same order: "oil change", "transfer money"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from anonymuse.lexicon.phrases import spelled, stems
from anonymuse.lexicon.words import Word, fold, is_stop, words

LONGEST = 5
"""words of a run, function words included"""

Key = tuple[str, ...]


def shared_runs(phrases: Sequence[str], allowed: Callable[[Word], bool], *, cell: int) -> list[str]:
    """Return runs of two content words or more that ``cell`` phrases hold, the most frequent first.

    A run starts and ends with a content word, and every word is allowed. A run that lies
    inside another of as many phrases is left out.

    Args:
        phrases: one of each person.
        allowed: the test that every published word must pass.
        cell: phrases that must hold a run, at least.
    """
    held: Counter[Key] = Counter()
    ways: dict[Key, Counter[str]] = {}
    for phrase in phrases:
        own = _runs(phrase, allowed)
        held.update(own.keys())
        for key, text in own.items():
            ways.setdefault(key, Counter())[text] += 1
    found = [key for key, count in held.items() if count >= cell]
    longer: dict[Key, int] = {}
    for key in found:
        for piece in _pieces(key):
            longer[piece] = max(longer.get(piece, 0), held[key])
    whole = [key for key in found if longer.get(key, 0) < held[key]]
    whole.sort(key=lambda key: (-held[key], -len(key), key))
    return [min(ways[key].items(), key=lambda item: (-item[1], item[0]))[0] for key in whole]


def _runs(phrase: str, allowed: Callable[[Word], bool]) -> dict[Key, str]:
    """Return the runs of one phrase by what they are counted as."""
    found = words(phrase)
    content = [not is_stop(word.text) for word in found]
    runs: dict[Key, str] = {}
    for start, word in enumerate(found):
        if not content[start] or not allowed(word):
            continue
        for end in range(start + 1, min(start + LONGEST, len(found))):
            if not allowed(found[end]) or _cut(phrase, found[end - 1], found[end]):
                break
            run = found[start : end + 1]
            text = spelled(run, phrase)
            if content[end] and len(stems(text)) > 1:
                runs.setdefault(tuple(_sound(w) for w in run), text)
    return runs


def _cut(phrase: str, one: Word, other: Word) -> bool:
    """True where more than a space or a hyphen stands between two words."""
    return phrase[one.end : other.start] not in {" ", "-"}


def _sound(word: Word) -> str:
    """Return what two spellings have in common; articles and possessives are all one."""
    if fold(word.text) in _DETERMINERS:
        return "_"
    return fold(word.text) if is_stop(word.text) else word.stem


_DETERMINERS = frozenset(
    ("a", "an", "the", "his", "her", "its", "my", "our", "their", "this", "your")
)


def _pieces(key: Key) -> list[Key]:
    """Return the shorter runs inside of a run."""
    n = len(key)
    return [key[i:j] for i in range(n) for j in range(i + 2, n + 1) if j - i < n]
