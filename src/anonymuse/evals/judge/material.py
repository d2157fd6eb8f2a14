"""What is there to judge: the corpus's recorded facets, or a run's facets, names and parents.

All of it is private. Grades are all that leaves: no error, event or result holds a text of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.released.report import Report
from anonymuse.domain.released.tree import children_of
from anonymuse.evals.corpus import population
from anonymuse.evals.judge.item import Item, Kind
from anonymuse.pipeline.last_run import LastRun
from anonymuse.pipeline.steps import membership, texts
from anonymuse.stages.scrub import make_transcript
from anonymuse.stages.threshold import leaf_id

FACETS: Final = ("request", "task")
"""summaries that a conversation may have"""

MEMBERS: Final = 10
"""members whose lines stand for a cluster, one a person"""
CHILDREN: Final = 20
"""children that stand for a parent, largest first"""
LONGEST: Final = 240
"""characters of a line"""

LINES_OF_FACETS = (
    "A cluster is shown by the request facets of up to {n} of its people, drawn by lot."
)
LINES_OF_TEXTS = (
    "This run asked no model about conversations: a cluster is shown by what up to {n} of its "
    "people wrote, drawn by lot, in their languages; and there is no summary to judge."
)


@dataclass(frozen=True, slots=True)
class Material:
    """Items of one question, and what a reader must know of them."""

    kind: Kind
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()


def corpus_material(*, sample: int, facet: str, seed: int) -> list[Material]:
    """Return recorded facets of the shipped corpus beside their conversations."""
    rows = [row for row in population.load() if row.truth.planted is None]
    recorded = population.recorded_facets()
    items = []
    for place in _drawn(len(rows), sample, seed):
        conversation = rows[place].conversation
        items.append(
            Item(
                "faithful",
                _line(recorded[conversation.id][facet]),
                (make_transcript(conversation).tagged,),
                str(conversation.user),
            )
        )
    note = f"Recorded `{facet}` facets of the shipped corpus, written by a strong model."
    return [Material("faithful", tuple(items), (note,))]


def run_material(run: LastRun, *, sample: int, facet: str, seed: int) -> list[Material]:
    """Return what can be judged of a finished run; questions without an item are left out.

    Args:
        run: read on its private side.
        sample: items of each question, at most.
        facet: the summary that is judged.
        seed: of every draw.

    Raises:
        BrokenRunError: a file of the run is damaged.
    """
    shop = run.shop()
    people = membership.sampled(shop)
    answers = texts.facet(shop.of("extract"), facet)
    said = [transcript for _, transcript in texts.transcripts(shop.of("scrub"))]
    answered = [row for row, text in enumerate(people.text.tolist()) if answers[text]]
    summaries = []
    for place in _drawn(len(answered), sample, seed):
        row = answered[place]
        text = int(people.text[row])
        item = Item(
            "faithful", _line(answers[text]), (said[text].tagged,), str(int(people.unit[row]))
        )
        summaries.append(item)
    lines, note = _lines(texts.facet(shop.of("extract"), "request"), [t.user_text for t in said])
    report = run.report()
    leaf = membership.leaves(shop)[people.text]
    found = [
        Material("faithful", tuple(summaries), (f"`{facet}` facets of the run.",)),
        Material("name", _names(report, people, leaf, lines, sample, seed), (note,)),
        Material("parent", _parents(report, sample, seed)),
    ]
    return [one for one in found if one.items]


def _names(
    report: Report,
    people: membership.Sampled,
    leaf: membership.Ints,
    lines: Sequence[str],
    sample: int,
    seed: int,
) -> tuple[Item, ...]:
    """Return published names of base clusters beside lines of their members."""
    order = np.random.Generator(np.random.Philox([seed, 1])).permutation(len(leaf)).tolist()
    members: dict[str, dict[int, str]] = {}
    for row in order:
        own, line = members.setdefault(leaf_id(int(leaf[row])), {}), lines[people.text[row]]
        if line and len(own) < MEMBERS:
            own.setdefault(int(people.unit[row]), line)
    named = [one for one in report.clusters if one.level == 0 and members.get(one.id)]
    return tuple(
        Item("name", named[at].name, tuple(members[named[at].id].values()), named[at].id)
        for at in _drawn(len(named), sample, seed)
    )


def _parents(report: Report, sample: int, seed: int) -> tuple[Item, ...]:
    """Return published parents beside the names of their children."""
    kids = children_of(report.clusters)
    named = [one for one in report.clusters if one.level > 0 and kids.get(one.id)]
    return tuple(
        Item(
            "parent",
            named[at].name,
            tuple(child.name for child in kids[named[at].id][:CHILDREN]),
            named[at].id,
        )
        for at in _drawn(len(named), sample, seed)
    )


def _lines(facets: Sequence[object], written: Sequence[str]) -> tuple[list[str], str]:
    """Return a line for every text, and the sentence that says what lines are."""
    if any(facets):
        return [_line(one) for one in facets], LINES_OF_FACETS.format(n=MEMBERS)
    return [_line(one) for one in written], LINES_OF_TEXTS.format(n=MEMBERS)


def _line(text: object) -> str:
    return " ".join(str(text or "").removeprefix(REQUEST_PREFIX).split())[:LONGEST]


def _drawn(count: int, sample: int, seed: int) -> list[int]:
    """Return the places of a sample, in order."""
    rng = np.random.Generator(np.random.Philox(seed))
    return sorted(rng.permutation(count)[:sample].tolist())
