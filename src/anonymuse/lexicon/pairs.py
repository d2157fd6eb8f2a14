"""Two or three things in one name, for clusters that hold them: "write poems, songs and rhymes"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from anonymuse.domain.private.drafts import NameKind
from anonymuse.lexicon.candidates import Candidate, first_stem
from anonymuse.lexicon.phrases import joined, name_faults, stems
from anonymuse.lexicon.support_table import general_verbs
from anonymuse.lexicon.words import word_list

PAIRED = 4
"""best candidates of a node that are tried two by two"""
EXTENDED = 2
"""of them that are tried with words that set the cluster apart"""
WORDS = 3
"""of these words, the most telling"""

ROWS = 2, 3, 4
"""words of a name that is nothing but such words"""

_JOINED = re.compile(r",| and |:|;")


@dataclass(frozen=True, slots=True, repr=False)
class Joined:
    """A name made of several, and what it is made of."""

    candidate: Candidate
    parts: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Joined({self.candidate.node}, {len(self.parts)} parts)"


def join_candidates(
    candidates: Sequence[Candidate], scores: Sequence[float], telling: Mapping[str, Sequence[str]]
) -> list[Joined]:
    """Return names made of a node's best candidates, and of them and words that set it apart.

    Args:
        candidates: of any nodes; a model's stay as they are.
        scores: the better first.
        telling: words that set a node apart and that enough people share, best first.
    """
    best: dict[str, list[Candidate]] = {}
    for i in sorted(range(len(candidates)), key=lambda i: (-scores[i], i)):
        own = best.setdefault(candidates[i].node, [])
        single = candidates[i].may_name and not _JOINED.search(candidates[i].name)
        if single and candidates[i].kind != "model" and len(own) < PAIRED:
            own.append(candidates[i])
    found = []
    for node, own in best.items():
        found += [_pair(one, other) for one, other in combinations(own, 2) if _differ(one, other)]
        for one in own[:EXTENDED]:
            found += _extended(one, telling.get(node, ()))
    return [one for one in found if not name_faults(one.candidate.name)]


def telling_rows(telling: Mapping[str, Sequence[str]]) -> list[Candidate]:
    """Return names of the words alone that set each node apart: where no phrase covers it."""
    found = []
    for node, own in telling.items():
        named = [word for word in own if not _verb_first(word)]
        names = [joined(named[:count]) for count in ROWS if count <= len(named)]
        found += [Candidate(node, n, "keywords", whole=False) for n in names if not name_faults(n)]
    return found


def _differ(one: Candidate, other: Candidate) -> bool:
    a, b = stems(one.name), stems(other.name)
    return not a <= b and not b <= a


def _pair(first: Candidate, second: Candidate) -> Joined:
    if not _verb_first(first.name) and _verb_first(second.name):
        first, second = second, first
    name = f"{first.name} and {_without_verb(second.name, after=first.name)}"
    kind: NameKind = "keywords" if "keywords" in {first.kind, second.kind} else "phrase"
    share = min(first.share, second.share)
    pair = Candidate(first.node, name, kind, share=share, whole=False)
    return Joined(pair, (first.name, second.name))


def _extended(single: Candidate, telling: Sequence[str]) -> Iterator[Joined]:
    """Yield the candidate with one and with two words more; a verb is no thing to add."""
    said = stems(single.name)
    added = [word for word in telling if not stems(word) & said and not _verb_first(word)][:WORDS]
    for count in (1, 2):
        for words in combinations(added, count):
            parts = (single.name, *words)
            yield Joined(replace(single, name=joined(parts), whole=False), parts)


def _verb_first(phrase: str) -> bool:
    return first_stem(phrase) in general_verbs()


def _without_verb(second: str, *, after: str) -> str:
    """Return the second phrase, without its verb where the first has the same and one object."""
    one_object = not any(word in word_list("hinge_words") for word in after.split())
    rest = second.split(maxsplit=1)[-1]
    joins = rest.split(maxsplit=1)[0] not in word_list("hinge_words")
    same = first_stem(second) == first_stem(after) and _verb_first(second)
    return rest if same and one_object and joins else second
