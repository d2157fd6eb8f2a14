"""`edit`: a person's last word on a run, from Python."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonymuse.api.tree import Node
from anonymuse.domain.private.edits import Edit
from anonymuse.domain.released.cluster import Cluster

if TYPE_CHECKING:
    from anonymuse.pipeline.editing import Desk, Reason

NodeName = Node | Cluster | str
"""a node of a report, or its id, or its whole name"""


@dataclass(frozen=True, slots=True)
class Editor:
    """Changes what a run publishes. Each edit is written down at once; the next run applies them.

    Attributes:
        out: the run's folder.
        tree: the facet that groups the tree to be edited; empty for the main one.
        who: who edits; left out, the name of the account on this machine.
        role: in which role; the only word of this that a report tells.
    """

    out: Path
    tree: str = ""
    who: str = ""
    role: str = ""

    def rename(self, node: NodeName, name: str, *, why: str, description: str = "") -> int:
        """Give a cluster another name, and another description where one is said.

        Returns:
            The number of the edit.

        Raises:
            EditError: there is no such cluster, or the name would not pass the policy.
        """
        with self._desk() as desk:
            return desk.rename(_id(node), name, description, self._reason(why)).number

    def lock(self, node: NodeName, *, why: str) -> int:
        """Keep a cluster's name and description in later runs.

        Raises:
            EditError: there is no such cluster.
        """
        with self._desk() as desk:
            return desk.lock(_id(node), self._reason(why)).number

    def merge(self, nodes: Sequence[NodeName], *, why: str) -> int:
        """Make one cluster of several on the same level.

        Raises:
            EditError: they cannot be one.
        """
        with self._desk() as desk:
            return desk.merge([_id(node) for node in nodes], self._reason(why)).number

    def hide(self, node: NodeName, *, why: str) -> int:
        """Withhold a cluster with all below it.

        Raises:
            EditError: there is no such cluster, or it is hidden already.
        """
        with self._desk() as desk:
            return desk.hide(_id(node), self._reason(why)).number

    def undo(self, number: int, *, why: str = "taken back") -> int:
        """Take an edit back.

        Raises:
            EditError: there is no such edit, or it was taken back already.
        """
        from anonymuse.pipeline.editing import undo
        from anonymuse.wiring.editing import held

        with held(self.out) as run:
            return undo(run, number, self._reason(why)).number

    def all(self) -> list[dict[str, Any]]:
        """Return every edit that was made in the folder, and what became of it."""
        from anonymuse.pipeline.editing import states
        from anonymuse.pipeline.last_run import last_run
        from anonymuse.wiring.vault import opened_vault

        with opened_vault(self.out):
            return [_row(edit, state) for edit, state in states(last_run(self.out))]

    def _desk(self) -> AbstractContextManager[Desk]:
        from anonymuse.wiring.editing import desk

        return desk(self.out, self.tree)

    def _reason(self, why: str) -> Reason:
        from anonymuse.pipeline.editing import Reason

        return Reason(who=self.who or account(), why=why, role=self.role)


def account() -> str:
    """Return the name of the account on this machine; empty where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _id(node: NodeName) -> str:
    return node if isinstance(node, str) else node.id


def _row(edit: Edit, state: str) -> dict[str, Any]:
    return {
        "number": edit.number,
        "kind": edit.kind,
        "nodes": list(edit.nodes),
        "called": list(edit.called),
        "name": edit.name,
        "tree": edit.tree,
        "time": edit.time,
        "who": edit.who,
        "role": edit.role,
        "why": edit.why,
        "state": state,
    }


def edit(
    folder: str | os.PathLike[str], *, tree: str = "", who: str = "", role: str = ""
) -> Editor:
    """Open a run's folder for edits: rename, merge, hide or lock what it publishes.

    Args:
        folder: what `run` was given as ``out``.
        tree: the facet that groups the tree to be edited; left out, the main tree.
        who: who edits; left out, the name of the account on this machine.
        role: in which role; told in the report's receipt.
    """
    return Editor(Path(folder), tree, who, role)
