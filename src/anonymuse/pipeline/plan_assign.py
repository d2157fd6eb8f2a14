"""The part of the plan that puts conversations into the clusters of an earlier run."""

from __future__ import annotations

from functools import partial

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.errors import ConfigError
from anonymuse.pipeline.base import Base
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import groups, placed


def assigning(
    base: Base,
    parts: Parts,
    policy: ReleasePolicy,
    recipe: groups.Recipe,
    needs: tuple[Needs, ...],
    *,
    seed: int,
    by: str,
) -> Step:
    """Return the step that stands in for clustering."""
    return Step(
        "cluster",
        3,
        {
            "assigned": base.what_decides(by),
            "recipe": recipe,
            "by": by,
            "seed": seed,
            "policy": policy.as_dict(),
            "key": parts.key.fingerprint,
        },
        needs,
        partial(
            placed.assign,
            base=base,
            recipe=recipe,
            policy=policy,
            parts=parts,
            seed=seed,
            by=by,
        ),
    )


def keeping(base: Base, people: tuple[Needs, ...], *, by: str) -> Step:
    """Return the step that keeps the earlier tree."""
    return Step(
        "hierarchy",
        2,
        {"assigned": base.what_decides(by)},
        (*people, Needs("cluster")),
        partial(placed.keep_tree, base=base, by=by),
    )


def refuse_another_project(parts: Parts) -> None:
    """Refuse another key, and to join base clusters that carry the numbers of an earlier run.

    Raises:
        ConfigError: says what to do.
    """
    if parts.base is not None and parts.base.key != parts.key.fingerprint:
        raise ConfigError(
            f"{parts.base.out} was made with another key (fingerprint {parts.base.key}, now "
            f"{parts.key.fingerprint}): its people have other pseudonyms. Drop --key-file, or name "
            f"the one that it was made with."
        )
    if parts.base is not None and any(e.kind == "merge" and e.base for e in parts.edits):
        raise ConfigError(
            f"Base clusters that were taken over from {parts.base.out} cannot be merged here: "
            f"their numbers are what keeps them the same. Take the edit back, merge there, and "
            f"assign again."
        )
