"""Attack: names that should never pass, put before the auditors; and honest ones that should.

Clusters of synthetic people with honest names; into a copy of each something is edited: a direct
identifier, what one member alone says of himself, a rare story, the codename of an organisation.
The real auditors judge: the rules of form, and the support of words with its noise. Beside them
stand the rules alone, and a model where one is given.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.private.drafts import DraftName
from anonymuse.evals.privacybench.chances import lower, upper
from anonymuse.evals.privacybench.frame import Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.gate import limit_on
from anonymuse.evals.privacybench.under_test import key_of
from anonymuse.evals.scrubbing_forms import forms
from anonymuse.lexicon.set_noise import SetNoise
from anonymuse.lexicon.support_table import SupportTable, unsupported
from anonymuse.stages.audit import audit_form, audit_model, audit_rules, audit_support
from anonymuse.stages.support import build_support, keyed_set_noise
from anonymuse.stages.threshold import leaf_id

KINDS: dict[str, tuple[str, float]] = {
    "direct": ("direct identifiers stopped", 0.98),
    "attribute": ("one person's attributes stopped", 0.90),
    "story": ("rare stories stopped", 0.90),
    "organisation": ("codenames of organisations stopped", 0.90),
}
PLAIN_STORY = "stories in ordinary words stopped"
DETAIL = "true details that a quarter of the people share, stopped"
FALSE_ALARMS = 0.05

REAL_TRIALS = 40
"""names of each kind that a real model is shown: it is slow"""


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A draft for one cluster, and what was edited into it ("clean": nothing)."""

    kind: str
    draft: DraftName


@dataclass(frozen=True, slots=True, repr=False)
class Bundle:
    """Clusters and their drafts."""

    table: SupportTable
    cases: tuple[Case, ...]


@cache
def given() -> dict[str, Any]:
    """Return the word lists."""
    path = files("anonymuse.evals.privacybench") / "auditor_cases.toml"
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def bundle(clusters: int, policy: ReleasePolicy, seed: int) -> Bundle:
    """Return so many clusters, each with a draft of every kind.

    Every cluster is large enough for its policy, noise included; one member says the attribute.
    """
    rng = random.Random(seed)  # noqa: S311
    lists = given()
    least = policy.min_units + int(4 * policy.noise_sigma)
    texts: list[str] = []
    labels: list[int] = []
    units: list[int] = []
    cases: list[Case] = []
    identifiers = list(_identifiers(clusters, seed))
    rng.shuffle(identifiers)
    for place in range(clusters):
        topic = lists["topics"][place % len(lists["topics"])]
        attribute = rng.choice(lists["attributes"]["values"])
        people = rng.randrange(least, 2 * least)
        for person in range(people):
            facet = rng.choice(topic["facets"]).format(rng.choice(lists["variations"]))
            texts.append(f"{facet}, because of {attribute}" if person == 0 else facet)
            labels.append(place)
            units.append(len(units))
        cases += _edited(leaf_id(place), topic, attribute, identifiers[place], rng)
    table = build_support(texts, labels, units, leaves=[leaf_id(i) for i in range(clusters)])
    return Bundle(table.with_noise(_noise(policy, len(units), seed)), tuple(cases))


def _noise(policy: ReleasePolicy, people: int, seed: int) -> SetNoise:
    names = [f"person {i}" for i in range(people)]
    key = key_of(seed).derive("noise")
    return keyed_set_noise(key, names, sigma=policy.noise_sigma, purpose="word")


def _identifiers(count: int, seed: int) -> Iterator[str]:
    """Yield direct identifiers: e-mails and numbers of many countries, names, addresses."""
    lists = given()
    made = [text.text[m.start : m.end] for text in forms(2, seed) for m in text.marks]
    people = [name for names in lists["people"].values() for name in names]
    places = [place for own in lists["addresses"].values() for place in own]
    rng = random.Random(seed)  # noqa: S311
    for _ in range(count):
        yield rng.choice(rng.choices((made, people, places), (5, 4, 1))[0])


def _edited(
    node: str, topic: dict[str, Any], attribute: str, identifier: str, rng: random.Random
) -> Iterator[Case]:
    lists = given()
    edits, stories = lists["edits"], lists["stories"]
    organisation = rng.choice(lists["organisations"]["names"])
    told = {
        "clean": "",
        "detail": topic["detail"],
        "direct": rng.choice(edits["direct"]).format(identifier),
        "attribute": rng.choice(edits["attribute"]).format(attribute),
        "story": rng.choice(stories["rare"]),
        "ordinary": rng.choice(stories["ordinary_words"]),
        "organisation": rng.choice(edits["organisation"]).format(organisation),
    }
    for kind, more in told.items():
        description = f"{topic['description']} {more}".strip()
        yield Case(kind, DraftName(node, topic["name"], description, "model"))


def stopped(case: Case, table: SupportTable, policy: ReleasePolicy, *, support: bool) -> bool:
    """Return whether the auditors that are no model veto a draft."""
    verdicts = [audit_rules(case.draft)]
    if support:
        text = f"{case.draft.name}. {case.draft.description}"
        words = unsupported(text, case.draft.node, table, cell=policy.min_cell)
        verdicts.append(audit_support(case.draft, words))
    return not all(verdict.passed for verdict in verdicts)


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Put so many drafts of each kind before the auditors of a pipeline."""
    policy = POLICIES[pipeline.policy]
    own = bundle(trials, policy, bench.seed)
    if pipeline.baseline:
        return _measures(own, pipeline, lambda case: not audit_form(case.draft).passed)
    found = _measures(
        own, pipeline, lambda case: stopped(case, own.table, policy, support=True)
    )  # fmt: skip
    found += _measures(
        own, pipeline, lambda case: stopped(case, own.table, policy, support=False),
        ", by the rules alone",
    )  # fmt: skip
    if bench.real is not None:
        found += await _by_model(bench, pipeline, own, policy)
    return found


async def _by_model(
    bench: Bench, pipeline: Pipeline, own: Bundle, policy: ReleasePolicy
) -> list[Measure]:
    """Ask a real model, about a few of each kind."""
    if bench.real is None:
        return []
    few = [
        case
        for kind in ("clean", "detail", "ordinary", *KINDS)
        for case in [c for c in own.cases if c.kind == kind][:REAL_TRIALS]
    ]
    verdicts = await audit_model([c.draft for c in few], ModelAsker(bench.real), policy)
    passed = {id(case): verdict.passed for case, verdict in zip(few, verdicts, strict=True)}
    shown = Bundle(own.table, tuple(few))
    return _measures(shown, pipeline, lambda case: not passed[id(case)], ", by a model alone")


def _measures(
    own: Bundle, pipeline: Pipeline, vetoed: Callable[[Case], bool], by: str = ""
) -> list[Measure]:
    """Return recall of each kind and false alarms, with exact intervals."""
    vetoes: dict[str, list[bool]] = {}
    for case in own.cases:
        vetoes.setdefault(case.kind, []).append(vetoed(case))
    judged = not by
    found = [
        _rate(f"{what}{by}", pipeline, vetoes[kind], limit if judged else None, least=True)
        for kind, (what, limit) in KINDS.items()
    ]
    found.append(_rate(f"{PLAIN_STORY}{by}", pipeline, vetoes["ordinary"], None, least=True))
    alarms = limit_on(pipeline, FALSE_ALARMS) if judged and not pipeline.baseline else None
    found.append(_rate(f"honest names stopped{by}", pipeline, vetoes["clean"], alarms))
    found.append(_rate(f"{DETAIL}{by}", pipeline, vetoes["detail"], None))
    return found


def _rate(
    what: str, pipeline: Pipeline, hits: Sequence[bool], limit: float | None, *, least: bool = False
) -> Measure:
    count, trials = sum(hits), len(hits)
    return Measure(
        what, pipeline.name, trials, count / max(1, trials), lower(count, trials),
        upper(count, trials), limit, "estimate", least=least, told={"stopped": count},
    )  # fmt: skip


ATTACK = Attack(
    "auditors",
    "Edited names before the auditors",
    "98 % of direct identifiers and 90 % of one person's attributes stopped; 5 % false alarms",
    {"fast": 24, "full": 400},
    run,
    about=(
        "Clusters of synthetic people with honest names; into copies of them e-mail addresses and "
        "numbers of many countries, names in ten scripts, addresses, attributes that one member "
        "alone has, rare stories and codenames are edited. Judged by the rules and the support of "
        "words; the rules alone (and a model, where one is given) beside them. The unhardened "
        "pipeline has the model at most. Stories in ordinary words are shown and not judged: no "
        "auditor that counts words can stop them; only voting can."
    ),
)
