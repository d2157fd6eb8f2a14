"""Candidates for the name of a base cluster: its members' phrases, reduced to what people share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from anonymuse.domain.private.drafts import NameKind
from anonymuse.lexicon.alike_names import alike_pairs
from anonymuse.lexicon.keywords import cover, distinctive, keywords
from anonymuse.lexicon.phrases import name_faults, reduce_phrase, stems
from anonymuse.lexicon.runs import shared_runs
from anonymuse.lexicon.support_table import SupportTable, gate, general_verbs
from anonymuse.lexicon.topics import distinct_topics, field_units, likely_fields, topic_names
from anonymuse.lexicon.voter import OTHER, Voters
from anonymuse.lexicon.words import Word, is_stop, word_list, words

FIELDS_TRIED = 3
MOST_OF_IT = 0.6
"""share of a parent's units from which one field is enough to name it"""
WORDS_SHOWN = 6
PHRASES_TRIED = 6
RUNS_TRIED = 5
"""runs of words that are tried, the most telling first"""
TOPICS_TRIED = 6
"""topics that may name a cluster alone, or with something else"""
TOLD = 3
"""phrases of a description"""
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
        share: of the node's units, for the least shared content word of a phrase or field.
        whole: False where words of the model's proposal had to go, or several are in one.
    """

    node: str
    name: str
    kind: NameKind
    may_name: bool = True
    share: float = 1.0
    whole: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """What may be said of a leaf: everything here has passed token support."""

    node: str
    allowed: Callable[[Word], bool]
    weights: Mapping[str, float]
    shares: Mapping[str, float]
    loose: list[str]
    clean: list[str]
    common: list[str]
    runs: list[str]
    keywords: list[str]
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
    ) -> Evidence:
        """Reduce a cluster's phrases, one per unit, to words that ``cell`` units share.

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

        def clean(test: Callable[[Word], bool]) -> list[str]:
            found = [reduce_phrase(p, test, strict=True) for p in phrases]
            return [p for p in found if len(stems(p)) > 1 and first_stem(p) in verbs]

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
            runs=shared_runs(phrases, allowed, cell=cell),
            keywords=keywords(node, table, cell=cell, most=WORDS_SHOWN, usual=usual),
            topics=tuple(t for t in topics if may_say(t)),
            fields=tuple(f for f in likely_fields(units) if may_say(f)),
        )


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


def _shared_verbs(phrases: Sequence[str], cell: int) -> set[str]:
    """First words that ``cell`` people's phrases start with."""
    firsts = [first_stem(p) for p in phrases]
    return {first for first in set(firsts) if firsts.count(first) >= cell}


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


def parent_candidates(
    node: str, proposals: Sequence[str], table: SupportTable, *, cell: int
) -> list[Candidate]:
    """Return what the model proposed for a parent, and the fields most of its units stand behind.

    Where no field holds most of a parent, two together may.
    """
    allowed = gate(node, table, cell=cell)
    fit = usable(proposals, allowed)
    found = [Candidate(node, n, "model", whole=n in proposals) for n in fit]
    size = max(table.size(node), 1)
    shares = {f: n / size for f, n in field_units(table.units(node)).items()}
    passed = [f for f in shares if all(allowed(word) for word in words(f))][:FIELDS_TRIED]
    found += [Candidate(node, f, "keywords", share=shares[f]) for f in passed]
    if len(passed) > 1 and shares[passed[0]] < MOST_OF_IT:
        both = f"{passed[0]}; {passed[1].lower()}"
        together = min(shares[passed[0]] + shares[passed[1]], 1.0)
        found.append(Candidate(node, both, "keywords", share=together, whole=False))
    return found


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
    """Give every node its best candidate that is like no other's: the surest choose first."""
    used = list(taken)
    chosen: dict[str, Candidate] = {}
    for i in sorted(range(len(candidates)), key=lambda i: (-scores[i], i)):
        candidate = candidates[i]
        if not candidate.may_name or candidate.node in chosen:
            continue
        if not any(alike_pairs((candidate.name, name)) for name in used):
            chosen[candidate.node] = candidate
            used.append(candidate.name)
    return chosen


def told_phrases(
    candidates: Sequence[Candidate], scores: Sequence[float], chosen: Mapping[str, Candidate]
) -> dict[str, list[str]]:
    """Return the phrases for each description: the best in the line-up that add something."""
    said: dict[str, set[str]] = {node: set(stems(c.name)) for node, c in chosen.items()}
    found: dict[str, list[str]] = {}
    for i in sorted(range(len(candidates)), key=lambda i: (-scores[i], i)):
        c = candidates[i]
        phrases = found.setdefault(c.node, [])
        new = stems(c.name) - said.setdefault(c.node, set())
        if c.kind == "phrase" and " and " not in c.name and new and len(phrases) < TOLD:
            phrases.append(c.name)
            said[c.node] |= stems(c.name)
    return found


def joined_name(children: Sequence[str]) -> str:
    """Return the names of the two largest children as one name, or the largest alone."""
    for count in (2, 1):
        name = "; ".join([*children[:1], *map(_inside, children[1:count])])
        if name and not name_faults(name):
            return name
    return "Other requests"


def brings_together(children: Sequence[str], *, most: int = 4) -> str:
    """Return a sentence that lists the largest children of a parent."""
    told = [_inside(name).replace(";", ",") for name in children]
    shown = [*told[:most], *(["and others"] if len(told) > most else [])]
    return f"Brings together: {'; '.join(shown)}." if shown else ""


def _inside(name: str) -> str:
    """Return a name as it stands inside a list: "linux" and "javaScript" would be wrong."""
    first = words(name)[:1]
    known = any(word.text.casefold() in word_list("known_capitals") for word in first)
    return name if known or not name[1:2].islower() else name[:1].lower() + name[1:]
