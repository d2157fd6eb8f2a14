"""Phrases: dropping what too few people share, comparing names, and the form a name may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from anonymuse.lexicon.plain_text import text_problem
from anonymuse.lexicon.words import Word, content_words, fold, is_stop, word_list, words

_LEAD = re.compile(
    r"^(?:[-*•\d.)\s]+|(?:name|task|answer|title|topic|phrase)\s*:\s*)+", re.IGNORECASE
)


def reduce_phrase(phrase: str, allowed: Callable[[Word], bool], *, strict: bool = False) -> str:
    """Return the phrase without its content words that are not allowed.

    The phrase is cut before every preposition and conjunction; a part that loses all its content
    words goes as a whole, and so do function words left dangling at either end.

    Args:
        phrase: an English phrase; other languages lose words in the same way, less gracefully.
        allowed: the test that every published word must pass.
        strict: a part that loses more than modifiers before its noun goes as a whole: what stays
            reads well, and says less.
    """
    whole = _parts(phrase)
    passed = _compounds_stay_whole(phrase, allowed)
    kept = [_reduce_part(part, passed, strict=strict) for part in whole]
    if strict and _incomplete(kept, whole):
        return ""
    kept = list(_drop_dangling(kept, whole))
    return spelled(_trim([word for part in kept for word in part]), phrase)


def tidy(answer: str) -> str:
    """Return the first line of a model's answer without lead-in, quotes and full stop."""
    line = next((line for line in answer.strip().splitlines() if line.strip()), "")
    line = _LEAD.sub("", line.strip()).strip().strip("\"'“”«»`").rstrip(".,;:!… ").strip()
    return re.sub(r"\s+", " ", line)


def name_faults(name: str) -> str | None:
    """Return what forbids a name whatever its support, or None for a good form."""
    return text_problem(name, "") or (None if content_words(name) else "no content")


def sentence_case(name: str) -> str:
    """Return the name with an upper-case first letter, the rest as it is."""
    return name[:1].upper() + name[1:]


def stems(phrase: str) -> frozenset[str]:
    """Return the stems of the content words."""
    return frozenset(word.stem for word in content_words(phrase))


def near_duplicate(a: str, b: str) -> bool:
    """True for names that a reader could not tell apart: the same content words in any order."""
    return stems(a) == stems(b)


def joined(phrases: Sequence[str], *, last: str = "and") -> str:
    """Return "a, b and c"."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {last} {phrases[-1]}"


def _parts(phrase: str) -> list[list[Word]]:
    """Cut before every hinge word ("for", "and", "about") that follows a content word."""
    parts: list[list[Word]] = [[]]
    for word in words(phrase):
        if word.text.casefold() in word_list("hinge_words") and any(
            not is_stop(w.text) for w in parts[-1]
        ):
            parts.append([])
        parts[-1].append(word)
    return parts


def _reduce_part(part: list[Word], allowed: Callable[[Word], bool], *, strict: bool) -> list[Word]:
    """Drop what is not allowed; nothing stays of a part without content."""
    content = [allowed(word) for word in part if not is_stop(word.text)]
    if not any(content) or (strict and not content[-1]):
        return []
    if strict and len(content) > 1 and part[-1].text.endswith("ed"):
        return []  # "poisoned" stands for a noun that a later part brings
    if strict and any(_leaves_a_gap(part, i, allowed) for i in range(1, len(part))):
        return []
    return [word for word in part if allowed(word)]


def _compounds_stay_whole(phrase: str, allowed: Callable[[Word], bool]) -> Callable[[Word], bool]:
    """Return the test under which a hyphenated word goes when one piece of it goes."""
    found = words(phrase)
    passed = {word.start: allowed(word) for word in found}
    for pairs in (pairwise(found), pairwise(found[::-1])):
        for one, other in pairs:
            first, second = sorted((one, other), key=lambda word: word.start)
            if phrase[first.end : second.start] == "-":
                passed[other.start] &= passed[one.start]
    return lambda word: passed[word.start]


def _incomplete(kept: list[list[Word]], whole: list[list[Word]]) -> bool:
    """True where the verb is gone, or what follows the bare verb: "advise [on sleep] in summer"."""
    bare_verb = sum(not is_stop(word.text) for word in whole[0]) == 1
    return not kept[0] or (bare_verb and len(kept) > 1 and not kept[1])


def _leaves_a_gap(part: list[Word], i: int, allowed: Callable[[Word], bool]) -> bool:
    """True where dropping word i breaks the phrase: it is no modifier that stands before a noun."""
    if allowed(part[i]):
        return False
    before, after = part[i - 1], part[i + 1] if i + 1 < len(part) else part[i]
    opens = not is_stop(before.text) or fold(before.text) in word_list("opening_words")
    return not opens or is_stop(after.text)


def _drop_dangling(parts: list[list[Word]], whole: list[list[Word]]) -> Iterator[list[Word]]:
    """Drop what hung on a part that is gone.

    An "of" whose noun is gone: "assess the legality of a lease" -> "assess a lease"; and the second
    half of a pair: "explain when to rebase or merge" -> "explain".
    """
    noun_stays = stays = True
    for kept, before in zip(parts, whole, strict=True):
        hinge = fold(before[0].text) if before else ""
        if hinge in {"and", "or"} and not stays:
            kept = []
        drop = kept and not noun_stays and hinge == "of"
        yield kept[1:] if drop else kept
        stays = bool(kept)
        noun_stays = stays and kept[-1] is before[-1]


def spelled(found: Sequence[Word], phrase: str) -> str:
    """Join words; hyphens stay, articles fit what follows, and no word stands twice in a row."""
    pieces: list[str] = []
    for i, word in enumerate(found):
        after = found[i + 1].text if i + 1 < len(found) else ""
        text = fitting_article(word.text, after, _head(found[i + 1 :]))
        if not text or (pieces and pieces[-1].strip() == text):
            continue
        pieces.append(text + _gap(phrase[word.end : found[i + 1].start], after) if after else text)
    return "".join(pieces).strip()


def _gap(between: str, after: str) -> str:
    if between == "-":
        return "-"
    return ", " if "," in between and after not in {"and", "or"} else " "


def fitting_article(text: str, after: str, head: str) -> str:
    """Return the article that fits what follows; none before a plural ("a suicidal thoughts").

    Args:
        text: the word as it stands; what is no article stays.
        after: the word behind it.
        head: the noun that it belongs to.
    """
    if text not in {"a", "an", "the"}:
        return text
    if is_stop(after) or (text != "the" and is_plural(head)):
        return ""
    if text == "the":
        return text
    # letters said one by one: "an SQL query", but "a SWOT analysis"
    letters = len(after) > 1 and after.isupper() and (len(after) < 4 or not _VOWEL.search(after))
    return "an" if after[:1].casefold() in ("aefhilmnorsx" if letters else "aeiou") else "a"


_VOWEL = re.compile("[AEIOU]")
_NO_PLURAL = ("ss", "us", "is", "ics", "news", "series", "lens", "gas", "canvas", "bus")


def _head(found: Sequence[Word]) -> str:
    """Return the last word before the next function word: the noun that an article belongs to."""
    head = ""
    for word in found:
        if is_stop(word.text):
            break
        head = word.text
    return head


def is_plural(noun: str) -> bool:
    """Return whether an English word looks like a plural: "names", not "news"."""
    folded = fold(noun)
    return folded.endswith("s") and not folded.endswith(_NO_PLURAL)


def _trim(found: list[Word]) -> list[Word]:
    """Drop dangling function words at both ends."""
    while found and found[-1].text.casefold() in word_list("loose_words"):
        found = found[:-1]
    while found and found[0].text.casefold() in word_list("loose_words"):
        found = found[1:]
    return found
