"""A person's last word on a finished run: looked at, refused or written into its journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np

from anonymuse.domain.private.drafts import DraftName
from anonymuse.domain.private.edits import Anchor, Edit, EditKind, in_force
from anonymuse.domain.released.cluster import Cluster
from anonymuse.errors import EditError, did_you_mean
from anonymuse.lexicon import plain_text
from anonymuse.pipeline.journal import append, read_journal
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.last_run import LastRun
from anonymuse.pipeline.steps import edits, evidence, groups
from anonymuse.pipeline.steps.edited import became
from anonymuse.pipeline.steps.verdicts import lacking
from anonymuse.stages.edit import anchor_of, unite
from anonymuse.stages.threshold import leaf_number

PROBLEMS = {
    plain_text.EMPTY: "it is empty",
    plain_text.TOO_LONG: (
        f"it is too long: a name has at most {plain_text.NAME_WORDS} words and "
        f"{plain_text.NAME_CHARACTERS} characters, a description {plain_text.DESCRIPTION_WORDS} "
        f"and {plain_text.DESCRIPTION_CHARACTERS}"
    ),
    plain_text.MARKUP: "it holds markup or an address",
    plain_text.HIDDEN: "it holds characters that do not show, or that turn the reading direction",
    plain_text.DIGITS: "it holds digits",
    plain_text.SYMBOLS: "it holds signs that are no letters",
    plain_text.IDENTIFIER: "it holds what looks like an identifier",
}
PENDING = "with the next run"
UNDONE = "taken back"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reason:
    """Who makes an edit, and why.

    Attributes:
        who: stays on the private side.
        why: likewise.
        role: is told in the receipt where it is given.
    """

    who: str
    why: str
    role: str = ""

    def check(self) -> None:
        """Look at it before anything else.

        Raises:
            EditError: something is missing, or the role is nothing that may be told.
        """
        if not self.who.strip():
            raise EditError("Say who makes the edit: --who NAME.")
        if not self.why.strip():
            raise EditError("Say why: --why 'the name promised more than there is'.")
        if self.role and (problem := plain_text.text_problem(self.role, "")):
            raise EditError(f"The role will be told to readers, and {PROBLEMS[problem]}.")


class Desk:
    """One tree of a finished run, on which a person makes one edit. The folder must be held."""

    def __init__(self, run: LastRun, key: ProjectKey, tree: str = "") -> None:
        self._run = run
        self._key = key
        self._tree = tree
        self._clusters = {cluster.id: cluster for cluster in run.report(tree).clusters}
        self._shop = run.shop(tree)
        self._policy = run.config.policy()

    def rename(self, node: str, name: str, description: str, reason: Reason) -> Edit:
        """Give a node a name, and a description where one is said.

        Raises:
            EditError: there is no such node, or the name does not pass.
        """
        reason.check()
        cluster = self._cluster(node)
        name, description = name.strip(), description.strip()
        self._refuse_taken(cluster, name)
        self._refuse_unsafe(cluster, name, description or cluster.description)
        return self._write("rename", [cluster], reason, name=name, description=description)

    def lock(self, node: str, reason: Reason) -> Edit:
        """Keep a node's name and description as they are, whatever later runs would say.

        Raises:
            EditError: there is no such node.
        """
        reason.check()
        cluster = self._cluster(node)
        told = {"name": cluster.name, "description": cluster.description}
        return self._write("lock", [cluster], reason, **told)

    def merge(self, nodes: Sequence[str], reason: Reason) -> Edit:
        """Make one node of several on the same level.

        Raises:
            EditError: they are fewer than two, on two levels, or one already.
        """
        reason.check()
        found = list({own.id: own for own in map(self._cluster, nodes)}.values())
        if len(found) < 2:
            raise EditError("A merger needs two different clusters or more.")
        if len({cluster.level for cluster in found}) > 1:
            raise EditError(
                "Only clusters on the same level can be merged: "
                + ", ".join(f"{own.id} is on level {own.level}" for own in found)
                + "."
            )
        if len({self._head(own.id) for own in found}) == 1:
            raise EditError("These are one already: an earlier edit merges them.")
        return self._write("merge", found, reason)

    def hide(self, node: str, reason: Reason) -> Edit:
        """Withhold a node with all below it.

        Raises:
            EditError: there is no such node, or it is hidden already.
        """
        reason.check()
        return self._write("hide", [self._cluster(node)], reason)

    @cached_property
    def _pending(self) -> list[Edit]:
        """Edits that the run did not know yet: their nodes are those of its report."""
        every = in_force(read_journal(self._run.private))
        own = [edit for edit in every if edit.tree == self._tree]
        return [edit for edit in own if edit.number not in self._run.edits]

    @cached_property
    def _joined(self) -> dict[str, list[str]]:
        joined: dict[str, list[str]] = {}
        for edit in self._pending:
            if edit.kind == "merge":
                heads = list(dict.fromkeys(_head(joined, node) for node in edit.nodes))
                joined = unite(joined, heads)
        return joined

    def _head(self, node: str) -> str:
        return _head(self._joined, node)

    def _cluster(self, wanted: str) -> Cluster:
        """Return a published cluster by its id or its whole name."""
        named = [c for c in self._clusters.values() if wanted in (c.id, c.name)]
        if len(named) > 1:
            ids = ", ".join(cluster.id for cluster in named)
            raise EditError(f"Several clusters are called {wanted!r}. Use one of the ids: {ids}.")
        if not named:
            raise EditError(self._unknown(wanted))
        for edit in self._pending:
            if edit.kind == "hide" and set(edit.nodes) & self._above(named[0]):
                raise EditError(
                    f"{wanted} is hidden by edit {edit.number}. To edit it, take that back first: "
                    f"undo {edit.number}."
                )
        return named[0]

    def _unknown(self, wanted: str) -> str:
        if (reason := groups.read_leaves(self._shop).reasons.get(wanted)) is not None:
            undo = " Undo that edit to have it back." if reason == groups.HIDDEN else ""
            return f"{wanted} is not in the report: withheld ({reason}).{undo}"
        near = did_you_mean(wanted, [*self._clusters, *(c.name for c in self._clusters.values())])
        return f"There is no cluster {wanted!r} in the report. {near}".rstrip()

    def _above(self, cluster: Cluster) -> set[str]:
        """Return the cluster's id and those of all clusters above it."""
        found, at = set(), cluster.id
        while at:
            found.add(at)
            at = self._clusters[at].parent or ""
        return found

    def _leaves(self, node: str) -> list[str]:
        """Return the base clusters that a node holds, with what pending mergers bring to it."""
        together = set(self._joined.get(self._head(node), [node]))
        return [
            cluster.id
            for cluster in self._clusters.values()
            if cluster.level == 0 and self._above(cluster) & together
        ]

    def _refuse_taken(self, cluster: Cluster, name: str) -> None:
        """Refuse the name of a sibling, today's or the one that it is to have."""
        called = {c.id: c.name for c in self._clusters.values()}
        called |= {edit.nodes[0]: edit.name for edit in self._pending if edit.names_a_node}
        for own in self._clusters.values():
            another = self._head(own.id) != self._head(cluster.id)
            same = called[own.id].casefold() == name.casefold()
            if own.parent == cluster.parent and another and same:
                raise EditError(
                    f"{own.id}, beside it, has that name. Choose another, or merge the two."
                )

    def _refuse_unsafe(self, cluster: Cluster, name: str, description: str) -> None:
        if problem := plain_text.text_problem(name, description):
            raise EditError(f"This cannot be published: {PROBLEMS[problem]}.")
        table = evidence.read_support(self._shop, self._policy, self._key)
        table = table.with_parents({"edited": self._leaves(cluster.id)})
        draft = DraftName("edited", name, description, "given")
        if special := edits.specifics(draft, self._policy):
            instead = ", ".join(f"“{words}” as “{category}”" for words, category in special)
            raise EditError(
                f"The policy {self._policy.name!r} publishes health, religion, debts and the like "
                f"by category only. Write {instead}."
            )
        if words := lacking(draft, table, self._policy):
            told = ", ".join(dict.fromkeys(f"“{word}”" for word in words))
            raise EditError(
                f"This cannot be published under the policy {self._policy.name!r}: too few people "
                f"of this cluster used {told}, or it is a name, a number or a date. Say it in "
                f"words that they share."
            )

    def _write(
        self, kind: EditKind, clusters: Sequence[Cluster], reason: Reason, **given: str
    ) -> Edit:
        return _write(
            self._run,
            kind,
            reason,
            tree=self._tree,
            base=clusters[0].level == 0,
            nodes=tuple(cluster.id for cluster in clusters),
            called=tuple(cluster.name for cluster in clusters),
            anchors=tuple(self._anchor(cluster.id) for cluster in clusters),
            **given,
        )

    def _anchor(self, node: str) -> Anchor:
        place = edits.where(self._shop, self._key)
        leaves = [leaf_number(leaf) for leaf in self._leaves(node)]
        return anchor_of(place.numbers[np.isin(place.leaf, leaves)])


def _head(joined: Mapping[str, Collection[str]], node: str) -> str:
    return next((head for head, own in joined.items() if node in own), node)


def undo(run: LastRun, number: int, reason: Reason) -> Edit:
    """Take an edit back. The folder must be held.

    Raises:
        EditError: there is no such edit, it was taken back already, or takes another back itself.
    """
    reason.check()
    every = {edit.number: edit for edit in read_journal(run.private)}
    edit = every.get(number)
    if edit is None:
        raise EditError(f"There is no edit {number}; there are {len(every)}.")
    if edit.kind == "undo":
        raise EditError(f"Edit {number} takes back edit {edit.undoes}. Make that edit once more.")
    if any(other.undoes == number for other in every.values()):
        raise EditError(f"Edit {number} was taken back already.")
    return _write(run, "undo", reason, tree=edit.tree, undoes=number)


def _write(run: LastRun, kind: EditKind, reason: Reason, **what: Any) -> Edit:
    edit = Edit(
        number=len(read_journal(run.private)) + 1,
        kind=kind,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        who=reason.who.strip(),
        why=reason.why.strip(),
        role=reason.role.strip(),
        **what,
    )
    append(run.private, edit)
    return edit


def states(run: LastRun) -> list[tuple[Edit, str]]:
    """Return every edit of the journal with what became of it, oldest first."""
    every = read_journal(run.private)
    applied = became(every, run.steps.values())
    undone = {edit.undoes for edit in every}

    def state(edit: Edit) -> str:
        if edit.number in undone:
            return UNDONE
        return applied[edit.number] if edit.number in run.edits else PENDING

    return [(edit, state(edit)) for edit in every if edit.kind != "undo"]
