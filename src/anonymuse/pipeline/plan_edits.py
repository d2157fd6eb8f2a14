"""The steps that carry out what people changed; in the plan only where there is something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.edits import Edit
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import edits

_PEOPLE = (Needs("sample", "rows.parquet"), Needs("extract", "rows.parquet"))


def edits_of(parts: Parts, tree: str) -> tuple[Edit, ...]:
    """Return the edits in force of one tree, empty for the main one."""
    return tuple(edit for edit in parts.edits if edit.tree == tree)


def above_base(parts: Parts, tree: str) -> tuple[Edit, ...]:
    """Return the edits that are carried out while parents are named."""
    return tuple(e for e in edits_of(parts, tree) if not e.base and e.kind != "hide")


def what_decides(chosen: Sequence[Edit]) -> list[list[Any]]:
    """Return what of some edits decides a step's output: not who made them, when and why."""
    return [
        [e.number, e.kind, [asdict(a) for a in e.anchors], e.name, e.description] for e in chosen
    ]


def merging(parts: Parts, tree: str) -> list[Step]:
    """Return the step that joins base clusters, which everything later then knows no other way."""
    chosen = tuple(e for e in edits_of(parts, tree) if e.kind == "merge" and e.base)
    if not chosen:
        return []
    return [
        Step(
            "merge",
            1,
            {"edits": what_decides(chosen), "key": parts.key.fingerprint},
            (*_PEOPLE, Needs("sample", "units.parquet"), Needs("cluster")),
            partial(edits.merge, parts=parts, edits=chosen),
            replaces=("cluster",),
        )
    ]


def hiding(parts: Parts, tree: str) -> list[Step]:
    """Return the step that chooses what is withheld because a person wants so."""
    chosen = tuple(e for e in edits_of(parts, tree) if e.kind == "hide")
    if not chosen:
        return []
    return [
        Step(
            "hide",
            1,
            {"edits": what_decides(chosen), "key": parts.key.fingerprint},
            (*_PEOPLE, Needs("sample", "units.parquet"), Needs("cluster", "labels.npy")),
            partial(edits.hide, parts=parts, edits=chosen),
        )
    ]


def renaming(
    parts: Parts, policy: ReleasePolicy, tree: str, *, model: bool, auditor: dict[str, Any]
) -> list[Step]:
    """Return the step that gives base clusters the names that people chose."""
    chosen = tuple(e for e in edits_of(parts, tree) if e.names_a_node and e.base)
    if not chosen:
        return []
    return [
        Step(
            "rename",
            1,
            {
                "edits": what_decides(chosen),
                "key": parts.key.fingerprint,
                "policy": policy.as_dict(),
                **auditor,
            },
            (*_PEOPLE, Needs("sample", "units.parquet"), Needs("cluster", "labels.npy"),
             Needs("describe"), Needs("support")),
            partial(edits.rename, parts=parts, policy=policy, model=model, edits=chosen),
            replaces=("describe",),
        )
    ]  # fmt: skip
