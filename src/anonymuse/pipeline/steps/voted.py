"""Names by a model that sees facets: proposed, split, voted on and rewritten; or, unprotected, not.

The stages do not know each other; this is the order in which they work on one tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.ids import keyed_id
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.claims import admissible
from anonymuse.lexicon.keyword_name import keyword_draft
from anonymuse.lexicon.keywords import keywords
from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.support_table import SupportTable, gate
from anonymuse.lexicon.usual import usual_share
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps import evidence, membership, texts
from anonymuse.pipeline.steps.carried import carried
from anonymuse.ports.chat import Asker
from anonymuse.stages.contrast import (
    DIRECT_SHOWN,
    WORDS_SHOWN,
    LeafFacets,
    Proposal,
    choose_facets,
    name_directly,
    propose_names,
)
from anonymuse.stages.direct import SILENT, as_written
from anonymuse.stages.rewrite import Kept, rewrite_names
from anonymuse.stages.threshold import leaf_id
from anonymuse.stages.vote import Ballot, choose_voters, hold_votes, split_drafts
from anonymuse.stats.votes import enough_voters, kept_claims

TOO_FEW_VOTERS = "too few other people to vote"
NO_DRAFT = "no draft"


@dataclass(frozen=True, slots=True, repr=False)
class Electorate:
    """Who takes part in naming the base clusters of one tree.

    Attributes:
        shown: what the model that drafts is shown, by base cluster.
        voters: facet by the voter's pseudonym, by node; nobody who is in ``shown`` inside.
    """

    shown: tuple[LeafFacets, ...]
    voters: Mapping[str, Mapping[str, str]]

    def __repr__(self) -> str:
        return f"Electorate({len(self.shown)} clusters)"


def gather(shop: Workshop, key: ProjectKey, facet: str, *, direct: bool = False) -> Electorate:
    """Draw, by a keyed lot, whose facets are drafted from and who votes.

    Args:
        shop: of the step.
        key: the project's; the lot is the same in every run.
        facet: the text facet that people are heard by.
        direct: for the unprotected baseline, which shows whatever the lot draws and has no voters.
    """
    people = membership.sampled(shop)
    space = np.asarray(files.read_array(shop.of("cluster") / "space.npy"))
    answers = texts.facet(shop.of("extract"), facet)
    said = [(answer or "").removeprefix(REQUEST_PREFIX) for answer in answers]
    open_leaves = evidence.open_leaves(shop)
    known = np.array([bool(own.strip()) for own in said])
    leaf = np.where(known, open_leaves, -1).astype(np.int32)[people.text]
    units, place = people.unit.tolist(), people.text.tolist()
    groups = _alike(evidence.duplicates_of(shop)[people.text])
    secret = key.derive("sample")
    lots = [keyed_id(secret, "naming", unit) for unit in people.pseudonyms]
    order = sorted(range(len(units)), key=lambda row: (lots[units[row]], row))
    vectors = space[people.text]
    if direct:
        rows = range(len(units))
        chosen = choose_facets(
            leaf, rows, rows, vectors, order=order,
            inside=DIRECT_SHOWN, outside=DIRECT_SHOWN, share=1.0,
        )  # fmt: skip
        drawn: dict[int, list[int]] = {}
    else:
        chosen = choose_facets(leaf, units, groups, vectors, order=order)
        proposers = {own: inside for own, (inside, _) in chosen.items()}
        drawn = choose_voters(leaf, units, groups, order=order, proposers=proposers)
    shown, voters = [], {}
    kept = carried(shop)
    for own in sorted({int(one) for one in open_leaves if one >= 0}):
        if leaf_id(own) in kept:
            continue
        sides = (tuple(said[place[row]] for row in rows) for rows in chosen.get(own, ((), ())))
        shown.append(LeafFacets(leaf_id(own), *sides))
        voters[leaf_id(own)] = {
            people.pseudonyms[units[row]]: said[place[row]] for row in drawn.get(own, ())
        }
    return Electorate(tuple(shown), voters)


def _alike(groups: membership.Ints) -> list[int]:
    """Return a number per row that near-identical texts share; every other row has its own."""
    own = int(groups.max(initial=-1)) + 1 + np.arange(len(groups))
    found: list[int] = np.where(groups < 0, own, groups).tolist()
    return found


def calls_of(people: Electorate, *, direct: bool) -> int:
    """Return how many calls naming makes when every answer is taken at once."""
    if direct:
        return len(people.shown)
    return 3 * len(people.shown) + sum(map(len, people.voters.values()))


async def name_by_votes(
    people: Electorate,
    table: SupportTable,
    policy: ReleasePolicy,
    *,
    asker: Asker,
    key: ProjectKey,
    question: str = "",
) -> dict[str, DraftName]:
    """Name base clusters: propose, split, vote, rewrite; keywords where that fails.

    Args:
        people: from :func:`gather`.
        table: support over the members' words.
        policy: how many votes a claim needs, and how many people a word.
        asker: the chat model.
        key: of lots, marks and noise.
        question: what the facets answer, where they are not requests.

    Returns:
        A name for every base cluster, by node id.
    """
    cell, marks, noise = policy.min_cell, key.derive("sample"), key.derive("noise")
    shared = _shared(people.shown, table, cell)
    able = [
        leaf for leaf in people.shown if enough_voters(people.voters[leaf.node], policy, key=noise)
    ]
    drafts = await propose_names(able, shared, asker=asker, key=marks, question=question)
    split = await split_drafts(
        {node: (own.name, own.description) for node, own in drafts.items()}, asker=asker, key=marks
    )
    claims = {
        node: admissible(own.name, split[node], gate(node, table, cell=cell))
        for node, own in drafts.items()
    }
    ballots = [
        Ballot(node, tuple(filter(None, own)), people.voters[node])
        for node, own in claims.items()
        if any(own)
    ]
    votes = await hold_votes(ballots, asker=asker, key=marks, question=question)
    kept = {
        ballot.node: _kept(ballot, votes[ballot.node], policy, noise, claims[ballot.node][0])
        for ballot in ballots
    }
    leaves = [
        Kept(
            leaf.node,
            *kept.get(leaf.node, ("", ())),
            shared[leaf.node],
            leaf.inside,
            _why_not(leaf, able, drafts),
        )
        for leaf in people.shown
    ]
    return await rewrite_names(leaves, table, cell=cell, asker=asker, key=marks, question=question)


def _kept(
    ballot: Ballot,
    votes: Mapping[str, Sequence[bool]],
    policy: ReleasePolicy,
    noise: bytes,
    name: str,
) -> tuple[str, tuple[str, ...]]:
    """Return the name's claim, empty where it fell, and the others that were kept."""
    passed = kept_claims(ballot.claims, votes, policy, key=noise, named=bool(name))
    found = [claim for claim, own in zip(ballot.claims, passed, strict=True) if own]
    named = bool(name) and passed[0]
    return (name, tuple(found[1:])) if named else ("", tuple(found))


def _why_not(leaf: LeafFacets, able: Sequence[LeafFacets], drafts: Mapping[str, Proposal]) -> str:
    if leaf not in able:
        return TOO_FEW_VOTERS
    return "" if leaf.node in drafts else NO_DRAFT


async def name_unprotected(
    people: Electorate, table: SupportTable, *, cell: int, asker: Asker, question: str = ""
) -> dict[str, DraftName]:
    """Name base clusters as the model that saw facets says: the baseline that may leak."""
    shared = _shared(people.shown, table, cell)
    drafts = await name_directly(people.shown, asker=asker, question=question)
    found: dict[str, DraftName] = {}
    for leaf in people.shown:
        own = drafts.get(leaf.node)
        written = None if own is None else as_written(leaf.node, own.name, own.description)
        found[leaf.node] = written or keyword_draft(
            leaf.node,
            shared[leaf.node],
            why=SILENT,
            taken=[stems(draft.name) for draft in found.values()],
        )
    return found


def _shared(leaves: Sequence[LeafFacets], table: SupportTable, cell: int) -> dict[str, list[str]]:
    """Return the words that set every cluster apart and that enough of its people share."""
    usual = usual_share(table)
    return {
        leaf.node: keywords(leaf.node, table, cell=cell, most=WORDS_SHOWN, usual=usual)
        for leaf in leaves
    }
