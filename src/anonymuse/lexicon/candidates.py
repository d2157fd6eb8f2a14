"""Candidates for the name of a base cluster: its members' phrases, reduced to what people share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from anonymuse.domain.private.drafts import NameKind
from anonymuse.lexicon.alike_names import alike_pairs
from anonymuse.lexicon.articles import Articles
from anonymuse.lexicon.heads import POSSESSIVE, Heads
from anonymuse.lexicon.keywords import cover, distinctive, spelled_words
from anonymuse.lexicon.phrases import is_plural, name_faults, reduce_phrase, stems
from anonymuse.lexicon.runs import shared_runs
from anonymuse.lexicon.support_table import gate, general_verbs
from anonymuse.lexicon.topics import distinct_topics, likely_fields, topic_names
from anonymuse.lexicon.voter import OTHER, Voters
from anonymuse.lexicon.words import Word, is_stop, words

_SEVERAL = re.compile(r",| and |:|;")

WORDS_SHOWN = 6
WORDS_TRIED = 10
"""words that set a cluster apart, of which those that can stand alone may be added to a name"""
PHRASES_TRIED = 6
RUNS_TRIED = 5
"""runs of words that are tried, the most telling first"""
TOPICS_TRIED = 6
"""topics that may name a cluster alone, or with something else"""
COMMON = 0.2
"""share of a cluster's units that every word of a phrase needs to name the cluster"""


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """One thing that a node may be called.

    Attributes:
        node: id of the node.
        name: every word has passed token support.
        kind: whether the model wrote it or members' phrases gave it.
        may_name: False for phrases that are too narrow for a name but fit a description.
        share: of the node's units, for the least shared content word of a phrase or for a field;
            for several fields their sum.
        whole: False where words of the model's proposal had to go, or several fields are in one.
        spare: stands in only where what would be said first is another's name.
    """

    node: str
    name: str
    kind: NameKind
    may_name: bool = True
    share: float = 1.0
    whole: bool = True
    spare: bool = False

    @property
    def single(self) -> bool:
        """Whether the name says one thing only."""
        return things(self.name) == 1


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """What may be said of a leaf: everything here has passed token support.

    ``telling`` are words that set it apart and can stand alone: no verbs, no mere modifiers;
    ``firsts`` are what its phrases open with.
    """

    node: str
    allowed: Callable[[Word], bool]
    weights: Mapping[str, float]
    shares: Mapping[str, float]
    loose: list[str]
    clean: list[str]
    common: list[str]
    runs: list[str]
    keywords: list[str]
    telling: list[str]
    heads: Heads
    verbs: frozenset[str]
    firsts: frozenset[str]
    topics: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def of(
        cls,
        node: str,
        phrases: Sequence[str],
        topics: Sequence[str],
        voters: Voters,
        *,
        cell: int,
        usual: Mapping[str, float],
        heads: Heads,
        articles: Articles,
    ) -> Evidence:
        """Reduce a cluster's phrases, one per unit, to words that ``cell`` units share.

        ``heads`` tells which words end what the phrases of all clusters name, ``articles`` which
        have one.
        Topics (of our own list, see ``lexicon/topics.py``) stay where enough people vote for them.
        """
        table = voters.table
        allowed = gate(node, table, cell=cell)
        weights = distinctive(node, table, cell=cell, usual=usual)
        verbs = general_verbs() | _shared_verbs(phrases, cell)
        loose = [reduce_phrase(p, allowed) for p in phrases]
        units = table.units(node)
        shares = _shares(phrases, units, table.size(node))

        def common(word: Word) -> bool:
            return allowed(word) and (is_stop(word.text) or shares.get(word.stem, 0.0) >= COMMON)

        firsts = frozenset(first_stem(p) for p in phrases)

        def with_articles(run: str) -> str:
            asks = first_stem(run) in firsts and opens_with_verb(run, verbs)
            return articles.put(run) if asks else run

        def clean(test: Callable[[Word], bool]) -> list[str]:
            found = [reduce_phrase(p, test, strict=True) for p in phrases]
            found = [p for p in found if len(stems(p)) > 1 and opens_with_verb(p, verbs)]
            return [articles.put(p) for p in found]

        def may_say(topic: str) -> bool:
            return all(allowed(word) for word in words(topic)) and voters.keep(node, topic)

        return cls(
            node=node,
            allowed=allowed,
            weights=weights,
            shares=shares,
            loose=[p for p in loose if len(stems(p)) > 1],
            clean=clean(allowed),
            common=clean(common),
            runs=[with_articles(run) for run in shared_runs(phrases, allowed, cell=cell)],
            keywords=spelled_words(weights, table, most=WORDS_SHOWN),
            telling=[
                word
                for word in spelled_words(weights, table, most=WORDS_TRIED)
                if not opens_with_verb(word) and heads.ends_well(word)
            ],
            heads=heads,
            verbs=verbs,
            firsts=firsts,
            topics=tuple(t for t in topics if may_say(t)),
            fields=tuple(f for f in likely_fields(units) if may_say(f)),
        )

    def asks(self, phrase: str) -> bool:
        """Return whether a phrase opens with a verb, one of our list or one that people share.

        No task opens with "train" where people "book train tickets".
        """
        return first_stem(phrase) in self.firsts and opens_with_verb(phrase, self.verbs)

    def sound(self, phrase: str) -> bool:
        """Return whether a phrase reads like one: it asks, or it ends in what it names."""
        if phrase.endswith(POSSESSIVE):
            return False
        return self.asks(phrase) or self.heads.ends_well(phrase)


def _shares(phrases: Sequence[str], units: Mapping[str, int], size: int) -> dict[str, float]:
    """Return by stem the share of units that used it, or of phrases where that is larger.

    Where phrases are labels of a few conversations the other units' words are in many languages.
    A single phrase shares nothing.
    """
    counts = Counter(s for phrase in phrases for s in stems(phrase))
    shares = {s: n / max(size, 1) for s, n in units.items()}
    told = {s: n / len(phrases) for s, n in counts.items() if n > 1}
    return {s: max(shares.get(s, 0.0), told.get(s, 0.0)) for s in shares.keys() | told.keys()}


def first_stem(phrase: str) -> str:
    """Return the stem of the first word, nothing where there is none."""
    return next((word.stem for word in words(phrase)), "")


def opens_with_verb(phrase: str, verbs: Collection[str] | None = None) -> bool:
    """Return whether the first word is one of some verbs, the general ones where none are given.

    A plural is none: "names with formulas".
    """
    known = general_verbs() if verbs is None else verbs
    return first_stem(phrase) in known and not any(is_plural(w.text) for w in words(phrase)[:1])


def _shared_verbs(phrases: Sequence[str], cell: int) -> set[str]:
    """First words that ``cell`` people's phrases start with."""
    firsts = [first_stem(p) for p in phrases]
    return {first for first in set(firsts) if firsts.count(first) >= cell}


def things(name: str) -> int:
    """Return how many things a name lists."""
    return len([part for part in _SEVERAL.split(name) if part.strip()])


def usable(proposals: Sequence[str], allowed: Callable[[Word], bool]) -> list[str]:
    """Return proposals of good form; what too few people share is dropped from them first."""
    found = []
    for proposal in proposals:
        whole = all(allowed(word) for word in words(proposal))
        name = proposal if whole else reduce_phrase(proposal, allowed, strict=True)
        if len(stems(name)) > 1 and not name_faults(name):
            found.append(name)
    return list(dict.fromkeys(found))


def leaf_candidates(evidence: Evidence, proposals: Sequence[str]) -> list[Candidate]:
    """Return what the model proposed and what the members' phrases offer, best guesses first."""
    fit = usable(proposals, evidence.allowed)
    found = [Candidate(evidence.node, n, "model", whole=n in proposals) for n in fit]
    narrow = cover(evidence.clean, evidence.weights, most=PHRASES_TRIED)
    common = cover(evidence.common, evidence.weights, most=PHRASES_TRIED)
    if not common and not evidence.topics:
        common = narrow
    runs = cover(evidence.runs, evidence.weights, most=RUNS_TRIED)
    named = list(dict.fromkeys([*common, *runs]))
    named = [p for p in named if evidence.sound(p)] or named
    for phrase in named:
        share = min(evidence.shares.get(s, 0.0) for s in stems(phrase))
        if not name_faults(phrase):
            found.append(Candidate(evidence.node, phrase, "phrase", share=share))
    told = [p for p in narrow if p not in named and not name_faults(p)]
    found += [Candidate(evidence.node, p, "phrase", may_name=False) for p in told]
    of_topics = [name for name in _of_topics(evidence) if not name_faults(name)]
    found += [Candidate(evidence.node, name, "keywords") for name in of_topics]
    return found


def voted(found: Sequence[Candidate], voters: Voters) -> list[Candidate]:
    """Return the candidates whose claims enough people vote for, of nodes that can vote at all.

    What is true of enough people for a description, and of too few for a name, stays for that.
    """
    passed = [c for c in found if not voters.few(c.node) and voters.keep(c.node, c.name)]
    return [c if voters.name(c.node, c.name) else replace(c, may_name=False) for c in passed]


def _of_topics(evidence: Evidence) -> list[str]:
    """Return names made of topics: two are tried first, one, three, fields, then others alone."""
    plain = topic_names(evidence.topics)
    # The field alone stays free for a parent.
    loose = [f"{field}{OTHER}" for field in evidence.fields[:2]]
    others = distinct_topics(evidence.topics, most=TOPICS_TRIED)[1:]
    return [*plain[1:2], *plain[:1], *plain[2:], *loose, *others]


def choose(
    candidates: Sequence[Candidate], scores: Sequence[float], *, taken: Sequence[str] = ()
) -> dict[str, Candidate]:
    """Give every node its best candidate that is like no other's: the surest choose first.

    Names ``taken`` on other levels, which nobody compares, only must not be said again.
    """
    said = {stems(name) for name in taken}
    used: list[str] = []
    chosen: dict[str, Candidate] = {}
    for i in sorted(range(len(candidates)), key=lambda i: (-scores[i], i)):
        candidate = candidates[i]
        if not candidate.may_name or candidate.node in chosen:
            continue
        if stems(candidate.name) in said:
            continue
        if not any(alike_pairs((candidate.name, name)) for name in used):
            chosen[candidate.node] = candidate
            used.append(candidate.name)
    return chosen
