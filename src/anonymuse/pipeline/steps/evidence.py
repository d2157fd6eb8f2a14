"""Evidence for names: what single conversations are about, and which words people share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.lexicon.set_noise import SetNoise
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.pipeline import files
from anonymuse.pipeline.counting import counted
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import embedding, groups, membership, texts
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.stages.duplicates import find_duplicates
from anonymuse.stages.find_topics import find_topics
from anonymuse.stages.label import choose_representatives, label_representatives
from anonymuse.stages.support import build_support, keyed_set_noise
from anonymuse.stages.threshold import leaf_id, leaf_number

SAID_IN = ("task", "request")
"""facets whose words may support a name of the main tree"""
PER_LEAF = 8
"""conversations that a model is asked about, one by one, for each base cluster"""


async def label(shop: Workshop, *, parts: Parts) -> Mapping[str, int]:
    """Ask for a phrase about a few conversations of every base cluster that may be published.

    Writes ``labels.parquet`` (place of the text, phrase) and ``failures.json``.
    """
    people = membership.sampled(shop)
    leaf = open_leaves(shop)[people.text]
    languages = texts.facet(shop.of("extract"), "language")
    fit = files.read_array(shop.of("cluster") / "fit.npy")
    chosen = choose_representatives(
        leaf,
        people.unit.tolist(),
        fit[people.text],
        [str(languages[t]) for t in people.text.tolist()],
        per_leaf=PER_LEAF,
    )
    places = sorted({int(people.text[row]) for row in chosen})
    wanted = set(places)
    user_texts = {
        place: transcript.user_text
        for place, (_, transcript) in enumerate(texts.transcripts(shop.of("scrub")))
        if place in wanted
    }
    asker = counted(parts, shop, len(user_texts), "conversations")
    phrases, failures = await label_representatives(user_texts, asker)
    files.write_table(
        shop.folder / "labels.parquet",
        pa.table(
            {
                "place": pa.array(list(phrases), pa.int64()),
                "phrase": pa.array(list(phrases.values()), pa.string()),
            }
        ),
    )
    files.write_json(shop.folder / "failures.json", dict(sorted(failures.items())))
    return {"asked": len(user_texts), "phrases": len(phrases), **failures}


def open_leaves(shop: Workshop) -> membership.Ints:
    """Return the base cluster of each text, -1 where its cluster is withheld already."""
    leaf = membership.leaves(shop)
    withheld = groups.read_leaves(shop).reasons
    closed = np.array([leaf_id(i) in withheld for i in range(int(leaf.max()) + 1)])
    return np.where(closed[leaf], -1, leaf).astype(np.int32)


async def topics(
    shop: Workshop, *, embedder: Embedder, views: Sequence[str], policy: ReleasePolicy
) -> Mapping[str, int]:
    """Find which topics of our own list the conversations are nearest to, in any language.

    Writes ``texts.parquet`` (the words of each text's topics), ``leaves.json``
    and ``middles.npy`` (what the base clusters are about, by number).
    """
    people = membership.sampled(shop)
    languages = None
    if views[0] in embedding.TEXTS:
        known = [str(language) for language in texts.facet(shop.of("extract"), "language")]
        languages = [known[t] for t in people.text.tolist()]
    found = find_topics(
        [texts.view_vectors(shop.of("embed"), view)[people.text] for view in views],
        embedder,
        labels=open_leaves(shop)[people.text],
        units=people.unit.tolist(),
        cell=policy.min_cell,
        languages=languages,
        generalise=policy.generalise,
    )
    words = dict(zip(people.text.tolist(), found.texts, strict=True))
    spelled = [words[place] for place in range(people.texts)]
    files.write_table(shop.folder / "texts.parquet", pa.table({"words": pa.array(spelled)}))
    leaves = {leaf_id(leaf): list(own) for leaf, own in sorted(found.leaves.items())}
    files.write_json(shop.folder / "leaves.json", leaves)
    files.write_array(shop.folder / "middles.npy", found.middles)
    return {"clusters with topics": sum(bool(own) for own in leaves.values())}


def topics_of(shop: Workshop) -> dict[str, tuple[str, ...]]:
    """Return the topics of every base cluster, best first; none where the step did not run."""
    if not shop.ran("topics"):
        return {}
    found = files.read_json(shop.of("topics") / "leaves.json")
    return {node: tuple(own) for node, own in found.items()}


def middles_of(shop: Workshop, nodes: Sequence[str]) -> Vectors | None:
    """Return what base clusters are about, in their order; None where the step did not run."""
    if not shop.ran("topics"):
        return None
    middles = files.read_array(shop.of("topics") / "middles.npy")
    found: Vectors = np.asarray(middles)[[leaf_number(node) for node in nodes]]
    return found


async def duplicates(shop: Workshop, *, view: str | None) -> Mapping[str, int]:
    """Find texts that are nearly the same; writes ``groups.npy``, a number for each text.

    ``view`` names vectors of conversations that know meaning, None where there are none.
    """
    people = membership.sampled(shop)
    said = [transcript.user_text for _, transcript in texts.transcripts(shop.of("scrub"))]
    found = find_duplicates(
        said,
        people.weights,
        vectors=None if view is None else texts.view_vectors(shop.of("embed"), view),
        languages=[str(language) for language in texts.facet(shop.of("extract"), "language")],
        labels=membership.leaves(shop),
    )
    files.write_array(shop.folder / "groups.npy", found)
    own = found[found >= 0]
    return {"texts": len(found), "repeated": len(own) - len(np.unique(own))}


def duplicates_of(shop: Workshop) -> membership.Ints:
    """Return the group of each text: equal numbers are one text; -1: its sender's own.

    The most repeated groups come first.
    """
    return np.asarray(files.read_array(shop.of("duplicates") / "groups.npy"), dtype=np.int32)


async def support(
    shop: Workshop, *, labelled: bool, facets: Sequence[str] = SAID_IN
) -> Mapping[str, int]:
    """Count which words how many people of a base cluster used; writes the support table.

    Words of the text ``facets`` count; where no model has answered them, those of the text. People
    whose texts are near-duplicates count once.
    """
    people = membership.sampled(shop)
    leaf = open_leaves(shop)[people.text]
    said = _said(shop, facets, labelled=labelled)
    if shop.ran("topics"):
        nearest = files.read_table(shop.of("topics") / "texts.parquet")["words"].to_pylist()
        said = [f"{own}. {words}" for own, words in zip(said, nearest, strict=True)]
    names = [leaf_id(i) for i in range(int(membership.leaves(shop).max()) + 1)]
    table = build_support(
        [said[t] for t in people.text.tolist()],
        leaf.tolist(),
        people.unit.tolist(),
        leaves=names,
        groups=duplicates_of(shop)[people.text].tolist(),
    )
    write_support(shop, table)
    return {"words": len(table.stems)}


def _said(shop: Workshop, facets: Sequence[str], *, labelled: bool) -> list[str]:
    """Return, per text, the words that may support a name."""
    answers = [texts.facet(shop.of("extract"), name) for name in facets]
    if any(answer is not None for answer in answers[0]):
        return [
            ". ".join((answer or "").removeprefix(REQUEST_PREFIX) for answer in own)
            for own in zip(*answers, strict=True)
        ]
    said = [transcript.user_text for _, transcript in texts.transcripts(shop.of("scrub"))]
    for place, phrase in (labels_of(shop) if labelled else {}).items():
        said[place] = f"{phrase}. {said[place]}"
    return said


def labels_of(shop: Workshop) -> dict[int, str]:
    """Return the phrases of :func:`label` by the text's place."""
    table = files.read_table(shop.of("label") / "labels.parquet")
    return dict(zip(table["place"].to_pylist(), table["phrase"].to_pylist(), strict=True))


def write_support(shop: Workshop, table: SupportTable) -> None:
    """Write a support table as Parquet and arrays."""
    spelled = pa.table(
        {
            "stem": pa.array(table.stems, pa.string()),
            "shown": pa.array(table.shown, pa.string()),
            "namelike": pa.array([stem in table.namelike for stem in table.stems], pa.bool_()),
        }
    )
    files.write_table(shop.folder / "words.parquet", spelled)
    for name in _ARRAYS:
        files.write_array(shop.folder / f"{name}.npy", getattr(table, name))


_ARRAYS = ("starts", "stem_of", "unit_of", "vote_of", "sizes")


def read_support(shop: Workshop, policy: ReleasePolicy, key: ProjectKey) -> SupportTable:
    """Read the support table, whose test of words carries the noise of the policy."""
    folder = shop.of("support")
    words = files.read_table(folder / "words.parquet")
    stems = tuple(words["stem"].to_pylist())
    arrays: dict[str, Any] = {
        name: np.asarray(files.read_array(folder / f"{name}.npy")) for name in _ARRAYS
    }
    namelike = frozenset(
        s for s, own in zip(stems, words["namelike"].to_pylist(), strict=True) if own
    )
    return SupportTable(
        stems=stems,
        index={stem: place for place, stem in enumerate(stems)},
        shown=tuple(words["shown"].to_pylist()),
        leaves={leaf_id(i): i for i in range(len(arrays["sizes"]))},
        namelike=namelike,
        parents={},
        noise=_set_noise(shop, key, sigma=policy.noise_sigma, purpose="word"),
        **arrays,
    )


def claim_noise(shop: Workshop, policy: ReleasePolicy, key: ProjectKey) -> SetNoise:
    """Return the noise on votes by people's own words: as large as that on a word."""
    return _set_noise(shop, key, sigma=policy.noise_sigma, purpose="claim")


def _set_noise(shop: Workshop, key: ProjectKey, *, sigma: float, purpose: str) -> SetNoise:
    """Return the keyed noise on sets of this run's units."""
    pseudonyms = membership.sampled(shop).pseudonyms
    return keyed_set_noise(key.derive("noise"), pseudonyms, sigma=sigma, purpose=purpose)
