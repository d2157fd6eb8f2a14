"""Words in every script: what support is counted over, and what keywords are made of.

No dictionary and no language detector: a text is cut at everything that is neither letter nor mark.
Scripts written without spaces are cut differently: Han into overlapping pairs (and short runs
whole), katakana into runs, Thai and its neighbours into overlapping threes. English endings are
trimmed lightly, so that "recipes" supports "recipe".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from anonymuse.lexicon.hygiene import clean

_LONGEST_RUN = 6
"""longest unspaced run (kana, Han) that is taken as one word"""

_APOSTROPHE = re.compile("['’]")
_ENGLISH_ENDS = "['’](?:s|t|re|ve|ll|d|m)(?![^\\W_])"
"""what may follow an apostrophe inside one word; elsewhere ("l'été") the apostrophe cuts"""

_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\r\"'“”«»¿¡(\[*•>–—-])[\s\"'“”«»¿¡(\[*•>–—-]*$")

_SCRIPTS = (
    ("han", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005"),
    ("hiragana", "\u3040-\u309f"),
    ("katakana", "\u30a0-\u30ff\u31f0-\u31ff"),
    ("unspaced", "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"),
)

UNSPACED = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF), (0x3005, 0x3005),
    (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF),
)  # fmt: skip
"""ranges of scripts without spaces: Han, kana, Thai, Lao, Burmese, Khmer"""

_KOREAN_PARTICLES = (
    "에서는", "으로는", "에게서", "에서", "으로", "에게", "까지", "부터", "처럼", "보다", "이나",
    "을", "를", "이", "가", "은", "는", "에", "의", "로", "도", "만", "와", "과",
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One word of a text.

    Attributes:
        text: as written.
        stem: what support is counted over; equal for "Recipe" and "recipes".
        capital: starts with an upper-case letter although no sentence starts there.
        start: offset of the first character.
        end: offset behind the last character.
    """

    text: str
    stem: str
    capital: bool
    start: int
    end: int

    @property
    def number(self) -> bool:
        """True where a digit of any script is part of the word."""
        return any(char.isnumeric() for char in self.text)

    @property
    def mixed(self) -> bool:
        """True where letters of two scripts stand in the word: one poses as the other."""
        return not self.text.isascii() and len(_scripts_of(self.text)) > 1

    def __repr__(self) -> str:
        return f"Word({len(self.text)} characters)"


def words(text: str) -> list[Word]:
    """Return the words of a text in order, stop words and numbers included."""
    found: list[Word] = []
    for match in _token_pattern().finditer(text):
        for piece in _script_pattern().finditer(match[0]):
            start = match.start() + piece.start()
            found.extend(_words_of_run(piece.lastgroup, piece[0], start, text))
    return found


def content_words(text: str) -> list[Word]:
    """Return the words that are neither function words nor single Latin letters."""
    return [word for word in words(text) if not is_stop(word.text)]


@lru_cache(maxsize=200_000)
def is_stop(text: str) -> bool:
    """True for function words, and for single letters of scripts that have no one-letter words."""
    folded = _APOSTROPHE.split(fold(text))[0]
    return folded in stop_words() or (len(folded) == 1 and not _is_han(folded))


def fold(text: str) -> str:
    """Return the spelling under which words are compared: NFKC, case folded, nothing invisible.

    Folding twice changes nothing. Look-alikes of other scripts stay what they are: joining them
    would lend one word the other's support.
    """
    if text.isascii():
        return text.casefold()
    # Folding case can bring back what composing took away; once more settles it.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", clean(text)).casefold()
    return text.replace("\u0640", "")


@lru_cache(maxsize=200_000)
def stem(text: str) -> str:
    """Return what support is counted over.

    Light on purpose: a stem that joins two unrelated words would lend one the other's support.
    """
    folded = _APOSTROPHE.split(fold(text))[0]
    if folded.isascii() and folded.isalpha():
        return _stem_english(folded)
    first = folded[:1]
    if "\uac00" <= first <= "\ud7a3":
        return _strip_end(folded, _KOREAN_PARTICLES)
    if "\u0600" <= first <= "\u06ff":
        return _stem_arabic(folded)
    return folded


@cache
def stop_words() -> frozenset[str]:
    """Function words of all languages, folded."""
    return word_list("function_words") | word_list("stop_words")


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the folded words of ``lexicon/<name>.txt``; lines that start with # are comments."""
    text = (files("anonymuse.lexicon") / f"{name}.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(fold(word) for line in lines for word in line.split())


def _words_of_run(script: str | None, run: str, start: int, text: str) -> Iterator[Word]:
    if script == "han":
        yield from _pieces(run, start, size=2)
        if 2 < len(run) <= _LONGEST_RUN:
            yield _plain(run, start)
    elif script == "hiragana":
        if 3 < len(run) <= _LONGEST_RUN:  # shorter runs are mostly endings and particles
            yield _plain(run, start)
    elif script == "unspaced":
        yield from _pieces(run, start, size=3)
    else:
        capital = run[:1] != run[:1].lower() and not _starts_sentence(text, start)
        yield Word(run, stem(run), capital, start, start + len(run))


def _pieces(run: str, start: int, *, size: int) -> Iterator[Word]:
    """Cut a run into overlapping pieces of ``size`` letters, each with its signs and tones."""
    letters = [i for i, char in enumerate(run) if unicodedata.category(char)[0] != "M"] or [0]
    bounds = [0, *letters[1:], len(run)]
    for first in range(max(1, len(letters) - size + 1)):
        low, high = bounds[first], bounds[min(first + size, len(letters))]
        yield _plain(run[low:high], start + low)


def _plain(text: str, start: int) -> Word:
    return Word(text, stem(text), False, start, start + len(text))


def _starts_sentence(text: str, start: int) -> bool:
    return _SENTENCE_START.search(text[max(0, start - 12) : start]) is not None


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _scripts_of(word: str) -> set[str]:
    """Return the scripts of a word's letters, by the first word of their Unicode names."""
    letters = (char for char in unicodedata.normalize("NFKC", word) if char.isalpha())
    names = (unicodedata.name(char, "") for char in letters if char not in _SHARED_LETTERS)
    return {_SAME_SCRIPT.get(first, first) for first in (name.split(" ")[0] for name in names)}


_SHARED_LETTERS = "\u30fc\u3005\u02bc\u02bb"
"""long-vowel and repetition signs, modifier apostrophes: letters of several scripts"""
_SAME_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK"}


@cache
def _token_pattern() -> re.Pattern[str]:
    """Letters, digits and marks: without the marks Indic words break at their vowel signs."""
    marks = [chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c))[0] == "M"]
    letter = f"(?:[^\\W_]|[{''.join(map(re.escape, marks))}])"
    return re.compile(f"{letter}+(?:{_ENGLISH_ENDS})?", re.IGNORECASE)


@cache
def _script_pattern() -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>[{ranges}]+)" for name, ranges in _SCRIPTS)
    everything = "".join(ranges for _, ranges in _SCRIPTS)
    return re.compile(f"{named}|(?P<spaced>[^{everything}]+)")


def _strip_end(word: str, ends: tuple[str, ...]) -> str:
    for end in ends:
        if word.endswith(end) and len(word) - len(end) >= 2:
            return word[: -len(end)]
    return word


def _stem_arabic(word: str) -> str:
    bare = "".join(c for c in word if not unicodedata.category(c).startswith("M"))
    for start in ("وال", "بال", "لل", "ال"):
        if bare.startswith(start) and len(bare) - len(start) >= 3:
            return bare[len(start) :]
    return bare


_WHOLE = frozenset(("aids", "heroine"))
"""words that the endings would make another word of"""


def _stem_english(word: str) -> str:
    if len(word) <= 3 or word in _WHOLE:
        return word
    word = _plural(word)
    for end in ("ing", "ed"):
        rest = word[: -len(end)]
        if word.endswith(end) and len(rest) >= 3 and re.search("[aeiouy]", rest):
            word = _bare(rest)
            break
    if len(word) > 6 and word.endswith(("ction", "ation", "ition", "ution", "ision", "usion")):
        word = word[:-3]
    return _ending(word)


def _plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _bare(word: str) -> str:
    """Return what "ing" or "ed" was put to: "hop" of "hopping", "hope" of "hoping"."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
        return word[:-1]
    return f"{word}e" if _short(word) else word


def _ending(word: str) -> str:
    """Drop a silent e and what else varies at the end.

    Not in a short word, which is another one without it: "hive", "rape", "plane", "Pete".
    """
    rest = word[:-1]
    if word.endswith("e") and _beats(rest) and not _short(rest):
        word = rest
    if word.endswith("y") and len(word) > 3:
        word = word[:-1] + "i"
    if word.endswith("ll") and _beats(word) > 1:
        word = word[:-1]
    return word


def _beats(word: str) -> int:
    """Return how often consonants follow vowels (the measure of Porter 1980)."""
    return len(re.findall("[aeiouy]+[^aeiouy]+", word))


def _short(word: str) -> bool:
    """True for one beat that ends in consonant, vowel, consonant."""
    return _beats(word) == 1 and re.search("[^aeiou][aeiouy][^aeiouwxy]$", word) is not None
