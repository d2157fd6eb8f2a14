"""How good estimates are of `--extract cascade`: the shipped corpus, again and again asked in part.

A strong model's recorded facets stand for the answers. In every draw the facets of the people who
are not drawn are predicted as a run predicts them; what their answers are is known all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.ids import leaf_id
from anonymuse.domain.policy import DEMO, PUBLIC, ReleasePolicy
from anonymuse.domain.private.conversation import Scalar
from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.thresholds import asked_sigma
from anonymuse.domain.private.transcript import VIEWS
from anonymuse.evals.corpus.population import load, recorded_facets
from anonymuse.evals.truth.known import BUDGET_TOKENS
from anonymuse.evals.vector_cache import embed_cached
from anonymuse.ports.embedder import Embedder
from anonymuse.ports.language import LanguageDetector
from anonymuse.stages.correct import correct
from anonymuse.stages.extract import local_answers
from anonymuse.stages.predict import can_be_predicted, features, predicted_answers
from anonymuse.stages.sample import draw_people
from anonymuse.stages.scrub import make_transcript
from anonymuse.stages.tabulate import facet_column
from anonymuse.stats.intervals import Z95, Protection
from anonymuse.stats.noise import unit_keys
from anonymuse.stats.predicted import predicted_share, tuned_weight
from anonymuse.stats.tables.asked import MOST_TOPICS, bounded, sums_of_squares
from anonymuse.stats.tables.counting import counted_once

Ints = npt.NDArray[np.int64]

POLICIES: tuple[ReleasePolicy, ...] = (DEMO, PUBLIC)
_NAMES = ("facet", "value", "policy")


@dataclass(frozen=True, slots=True, repr=False)
class Corpus:
    """The conversations that have recorded facets.

    Attributes:
        features: what predictions are made from, shape (n, d).
        unit: who wrote each, shape (n,).
        pseudonyms: of each unit.
        leaf: number of its known category, shape (n,).
        answers: by facet, of each conversation.
    """

    features: npt.NDArray[np.float64]
    unit: Ints
    pseudonyms: list[str]
    leaf: Ints
    answers: dict[str, list[Scalar]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One value of a facet in one draw, for the whole corpus.

    Attributes:
        facet: its name.
        value: of it.
        policy: whose noise is on the numbers; or that there is none.
        truth: share of all people, each in as many topics as count.
        share: what is estimated.
        held: whether the 95 % interval holds the truth.
        width: of the interval.
        asked_only: width of the interval from the answers of the asked alone.
        weight: what predictions were worth.
    """

    facet: str
    value: str
    policy: str
    truth: float
    share: float
    held: bool
    width: float
    asked_only: float
    weight: float


def read_corpus(embedder: Embedder, detector: LanguageDetector, folder: Path | None) -> Corpus:
    """Return the corpus, embedded; vectors are kept in a folder where one is named."""
    known = recorded_facets()
    rows = [row for row in load() if row.conversation.id in known]
    # Regular ones first and by id, as other evaluations embed them: those vectors are there.
    rows.sort(key=lambda row: (row.truth.part != "regular", row.conversation.id))
    regular = sum(row.truth.part == "regular" for row in rows)
    texts = [make_transcript(row.conversation, budget_tokens=BUDGET_TOKENS) for row in rows]
    views = [
        np.concatenate(
            [embed_cached(embedder, part, folder=folder) for part in (own[:regular], own[regular:])]
        )
        for own in ([one.view(view) for one in texts] for view in VIEWS)
    ]
    said = [local_answers(one, detector=detector)["refused"] for one in texts]
    users = [str(row.conversation.user) for row in rows]
    pseudonyms, unit = np.unique(users, return_inverse=True)
    _, leaf = np.unique([row.truth.category for row in rows], return_inverse=True)
    names = [q.name for q in questions()]
    answers = {name: [known[row.conversation.id].get(name) for row in rows] for name in names}
    return Corpus(features(views, said), unit, pseudonyms.tolist(), leaf, answers)


def questions() -> list[FacetQuestion]:
    """Return the facets that are predicted."""
    return [question for question in CORE if can_be_predicted(question)]


def measure(corpus: Corpus, *, share: float, draws: int, seed: int) -> dict[str, Any]:
    """Draw people again and again, and say how good predictions and intervals are.

    Args:
        corpus: with answers.
        share: of the people that is asked.
        draws: how many.
        seed: of the drawing.

    Returns:
        Plain values: ``predictions`` by facet, ``estimates`` by facet, value and policy.
    """
    right: dict[str, list[tuple[float, float]]] = {q.name: [] for q in questions()}
    found: list[Outcome] = []
    drawn = np.zeros(len(corpus.pseudonyms), dtype=np.bool_)
    for draw in range(draws):
        key = f"{seed}/{draw}".encode()
        drawn = draw_people(corpus.pseudonyms, share, key=key, seed=seed, least=1)
        for question in questions():
            guess = _predicted(corpus, question, drawn)
            right[question.name].append(_agreement(corpus, question, guess, drawn))
            found += _outcomes(corpus, question, guess, drawn, key)
    return {
        "people": len(corpus.pseudonyms),
        "asked": int(drawn.sum()),
        "conversations": len(corpus.unit),
        "share": share,
        "draws": draws,
        "seed": seed,
        "predictions": [_told(name, pairs) for name, pairs in right.items()],
        "estimates": list(_summed(found)),
    }


def _predicted(corpus: Corpus, question: FacetQuestion, drawn: npt.NDArray[np.bool_]) -> Ints:
    own = zip(corpus.answers[question.name], drawn[corpus.unit].tolist(), strict=True)
    answers = [value if asked else None for value, asked in own]
    guess = predicted_answers(question, answers, corpus.features, corpus.unit)
    return facet_column(question, guess).codes.astype(np.int64)


def _agreement(
    corpus: Corpus, question: FacetQuestion, guess: Ints, drawn: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """Return how often a prediction is right of those not asked, and F1 of the rarer answers."""
    truth = facet_column(question, corpus.answers[question.name]).codes
    rest = ~drawn[corpus.unit] & (truth >= 0)
    usual = np.bincount(truth[rest]).argmax()
    some, said = truth[rest] != usual, guess[rest] != usual
    both = int((some & said).sum())
    f1 = 2 * both / max(1, int(some.sum() + said.sum()))
    return float((guess[rest] == truth[rest]).mean()), f1


def _outcomes(
    corpus: Corpus,
    question: FacetQuestion,
    guess: Ints,
    drawn: npt.NDArray[np.bool_],
    key: bytes,
) -> Iterator[Outcome]:
    truth = facet_column(question, corpus.answers[question.name])
    columns = [(replace(truth, codes=guess), truth)]
    asked = drawn[corpus.unit]
    pairs, place = np.unique(
        corpus.leaf * len(corpus.pseudonyms) + corpus.unit, return_inverse=True
    )
    unit = pairs % len(corpus.pseudonyms)
    secret = unit_keys(key, corpus.pseudonyms)[unit]
    kept = bounded(np.arange(len(pairs)), pairs // len(corpus.pseudonyms), unit, secret)
    known = np.isin(kept, place[asked])
    leaves = int(corpus.leaf.max()) + 1
    numbers = {
        policy.name: correct(
            [DraftNode(leaf_id(n), None, (), 0) for n in range(leaves)],
            corpus.leaf, corpus.unit, asked, columns, policy,
            key=key, pseudonyms=corpus.pseudonyms,
        )
        for policy in POLICIES
    }  # fmt: skip
    once = [counted_once(own, corpus.leaf, corpus.unit) for own in columns[0]]
    every_said, every_has = (
        np.array([np.isin(kept, place[own.codes == code]) for code in range(len(truth.values))])
        for own in once
    )
    person = np.unique(unit[kept[known]], return_inverse=True)[1]
    together, alone = sums_of_squares(every_has[:, known], person)
    for value, said, has in zip(truth.values, every_said, every_has, strict=True):
        kinds = [has & said, has & ~said, said & ~has, ~has & ~said]
        both, missed, wrong, neither = (int((kind & known).sum()) for kind in kinds)
        exact = AskedNumbers(
            both, missed, wrong, neither, topics=MOST_TOPICS,
            alike=max(1.0, together / max(alone, 1.0)),
            whole=len(kept), predicted=int(said.sum()),
        )  # fmt: skip
        told = {"no noise": (exact, 0.0, Protection())}
        for policy in POLICIES:
            own = numbers[policy.name].get((None, question.name, value))
            if own is not None:
                noise = Protection(policy.noise_sigma, policy.rounding)
                told[policy.name] = (own, asked_sigma(policy, own.topics), noise)
        true = float(has.mean())
        for name, (own, sigma, noise) in told.items():
            found = predicted_share(
                0.0, len(pairs), own,  # it is a node of several base clusters
                protection=noise, asked_protection=Protection(sigma, noise.rounding),
                exactly_these=True,
            )  # fmt: skip
            yield Outcome(
                facet=question.name,
                value=value,
                policy=name,
                truth=true,
                share=found.mean,
                held=found.low <= true <= found.high,
                width=found.high - found.low,
                asked_only=_asked_only(true, int(known.sum()), len(kept), own.alike, sigma),
                weight=tuned_weight(own),
            )


def _asked_only(share: float, asked: int, whole: int, design: float, sigma: float) -> float:
    """Return the width of an interval from as many answers alone, as alike and with such noise."""
    drawn = design * share * (1 - share) * (1 - asked / whole) / asked
    noise = sigma**2 * (1.0 + share**2) / asked**2
    return float(2 * Z95 * np.sqrt(drawn + noise))


def _told(facet: str, found: Sequence[tuple[float, float]]) -> dict[str, Any]:
    right, rarer = np.mean(found, axis=0).tolist()
    return {"facet": facet, "right": right, "f1_of_rarer": rarer}


def _summed(found: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """Yield means over the draws, by facet, value and policy."""
    kinds: dict[tuple[str, str, str], list[Outcome]] = {}
    for own in found:
        kinds.setdefault((own.facet, own.value, own.policy), []).append(own)
    numbers = [field.name for field in fields(Outcome) if field.name not in _NAMES]
    for kind, draws in kinds.items():
        means = {name: float(np.mean([getattr(own, name) for own in draws])) for name in numbers}
        yield {**dict(zip(_NAMES, kind, strict=True)), "draws": len(draws), **means}


def tables(result: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    lines = [
        f"{result['asked']:,} of {result['people']:,} people asked, {result['draws']} draws.",
        "",
        "| facet | predicted right | F1 of the rarer answers |",
        "|---|--:|--:|",
        *(
            f"| {own['facet']} | {100 * own['right']:.1f} % | {own['f1_of_rarer']:.2f} |"
            for own in result["predictions"]
        ),
        "",
        "| facet | value | policy | truth | estimate | held | width | asked only | weight |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for own in result["estimates"]:
        shares = " | ".join(
            f"{100 * own[name]:.1f} %" for name in ("truth", "share", "held", "width", "asked_only")
        )
        lines.append(
            f"| {own['facet']} | {own['value']} | {own['policy']} | {shares} "
            f"| {own['weight']:.2f} |"
        )
    return "\n".join(lines)
