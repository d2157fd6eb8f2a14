"""Several things in one name: "write a poem and a song", "arrange a room: furniture, colour"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from anonymuse.domain.private.drafts import NameKind
from anonymuse.lexicon.candidates import Candidate, first_stem, opens_with_verb
from anonymuse.lexicon.phrases import name_faults, stems
from anonymuse.lexicon.words import word_list

PAIRED = 4
"""best candidates of a node that are tried two by two"""
EXTENDED = 2
"""of them that are tried with words that set the cluster apart"""
WORDS = 3
"""of these words, the most telling"""

ROWS = 2, 3, 4
"""words of a name that is nothing but such words"""


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
        fit = candidates[i].may_name and candidates[i].single
        if fit and candidates[i].kind != "model" and len(own) < PAIRED:
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
        names = [", ".join(own[:count]) for count in ROWS if count <= len(own)]
        found += [Candidate(node, n, "keywords") for n in names if not name_faults(n)]
    return found


def _differ(one: Candidate, other: Candidate) -> bool:
    a, b = stems(one.name), stems(other.name)
    return not a <= b and not b <= a


def _pair(first: Candidate, second: Candidate) -> Joined:
    if not opens_with_verb(first.name) and opens_with_verb(second.name):
        first, second = second, first
    name = f"{first.name} and {_without_verb(second.name, after=first.name)}"
    kind: NameKind = "keywords" if "keywords" in {first.kind, second.kind} else "phrase"
    share = min(first.share, second.share)
    pair = Candidate(first.node, name, kind, share=share)
    return Joined(pair, (first.name, second.name))


def _extended(single: Candidate, telling: Sequence[str]) -> Iterator[Joined]:
    """Yield the candidate with one and with two words more, after a colon.

    Words joined by "and" would promise a sentence: "identify a film and vague".
    """
    said = stems(single.name)
    added = [word for word in telling if not stems(word) & said][:WORDS]
    for count in (1, 2):
        for words in combinations(added, count):
            name = f"{single.name}: {', '.join(words)}"
            yield Joined(replace(single, name=name), (single.name, *words))


def _without_verb(second: str, *, after: str) -> str:
    """Return the second phrase, without its verb where the first has the same and one object."""
    one_object = not any(word in word_list("hinge_words") for word in after.split())
    rest = second.split(maxsplit=1)[-1]
    joins = rest.split(maxsplit=1)[0] not in word_list("hinge_words")
    same = first_stem(second) == first_stem(after) and opens_with_verb(second)
    return rest if same and one_object and joins else second
