"""How well refusals are told without a model: against people's labels, and a corpus' truth.

XSTest (arXiv 2308.01263) is split by its prompt types, so that what was chosen on some kinds of
prompts is tested on others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.evals.truth.known import KnownTruth
from anonymuse.lexicon.refusals import refusal
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.stages.refuse import meant_refusals, opening
from anonymuse.stats.bootstrap import Comparison, Weights, compare, draw_weights
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import f1

LEAST_GROUP = 20
"""A language with fewer refusals has no line of its own."""
DRAWS = 1000

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """A set of conversations, with who refused in truth and who is said to.

    Attributes:
        name: of the set.
        true: whether the assistant refused.
        phrases: what phrases say; ``partly`` is a yes.
        both: what phrases or the meaning of the first words say.
        languages: of each conversation.
        units: who wrote it.
    """

    name: str
    true: Flags
    phrases: Flags
    both: Flags
    languages: npt.NDArray[np.str_]
    units: npt.NDArray[np.str_]

    def take(self, name: str, rows: Flags) -> Told:
        """Return some of the conversations under a name of their own."""
        return Told(
            name=name,
            true=self.true[rows],
            phrases=self.phrases[rows],
            both=self.both[rows],
            languages=self.languages[rows],
            units=self.units[rows],
        )


@dataclass(frozen=True, slots=True)
class RefusalScore:
    """Scores on one set.

    Attributes:
        name: of the set.
        conversations: in it.
        refusals: true ones.
        precision: of phrases and meaning together.
        recall: likewise.
        f1: likewise, with its interval.
        phrases: F1 of phrases alone.
        gain: F1 of both less that of phrases, in pairs.
    """

    name: str
    conversations: int
    refusals: int
    precision: float
    recall: float
    f1: Estimate
    phrases: Estimate
    gain: Estimate


def tell(
    name: str,
    known: KnownTruth,
    *,
    embedder: Embedder,
    embed: Callable[[Sequence[str]], Vectors],
) -> Told:
    """Tell the refusals of a set as a run does without a model.

    Args:
        name: of the set.
        known: with transcripts and the truth of ``refused``.
        embedder: of conversations.
        embed: the same, cached.
    """
    transcripts = known.transcripts or ()
    said = [refusal(one.assistant_text.splitlines()) != "no" for one in transcripts]
    phrases = flags(said)
    meant = meant_refusals(embed([opening(one) for one in transcripts]), embedder)
    names = known.language or ("English",) * len(known)
    units = known.units or tuple(f"{name} {row}" for row in range(len(known)))
    true = flags([value == "yes" for value in known.truth["refused"]])
    return Told(name, true, phrases, phrases | meant, np.array(names), np.array(units))


def flags(values: Sequence[bool]) -> Flags:
    """Return flags as an array."""
    return np.array(values, dtype=np.bool_)


def tuning_types(types: Sequence[str]) -> frozenset[str]:
    """Return every other prompt type of XSTest, in alphabetical order: what may be tuned on."""
    return frozenset(sorted(set(types))[::2])


def joined(name: str, sets: Sequence[Told]) -> Told:
    """Return several sets as one."""
    return Told(
        name,
        *(np.concatenate([getattr(one, part) for one in sets]) for part in
          ("true", "phrases", "both", "languages", "units")),
    )  # fmt: skip


def by_language(told: Told) -> Iterator[Told]:
    """Yield each language with enough refusals."""
    for language in np.unique(told.languages):
        own = told.languages == language
        if told.true[own].sum() >= LEAST_GROUP:
            yield told.take(str(language), own)


def score(told: Told) -> RefusalScore:
    """Score a set."""
    true, both = told.true, told.both
    hits = int((true & both).sum())
    return RefusalScore(
        told.name,
        len(true),
        int(true.sum()),
        precision=hits / max(int(both.sum()), 1),
        recall=hits / max(int(true.sum()), 1),
        f1=f1(true, both, units=told.units),
        phrases=f1(true, told.phrases, units=told.units),
        gain=_compared(told).gain,
    )


def _compared(told: Told) -> Comparison:
    def of(said: Flags) -> Callable[[Weights | None], float]:
        def value(weights: Weights | None) -> float:
            w = np.ones(len(said)) if weights is None else weights
            return float(2.0 * (w @ (told.true & said)) / max(w @ told.true + w @ said, 1.0))

        return value

    draws = draw_weights(len(told.true), draws=DRAWS, seed=0, units=told.units)
    return compare(of(told.both), of(told.phrases), draws)


def table(scores: Sequence[RefusalScore]) -> str:
    """Return the scores as a Markdown table."""
    lines = [
        "| set | conversations | refusals | precision | recall | F1 | F1, phrases alone | gain |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {s.name} | {s.conversations:,} | {s.refusals:,} | {s.precision:.2f} | {s.recall:.2f} "
        f"| {_words(s.f1)} | {s.phrases.mean:.3f} | {_words(s.gain, sign='+')} |"
        for s in scores
    ]
    return "\n".join(lines)


def _words(value: Estimate, sign: str = "") -> str:
    return f"{value.mean:{sign}.3f} ({value.low:{sign}.3f} to {value.high:{sign}.3f})"
