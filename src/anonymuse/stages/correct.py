"""Stage: find how far predicted facets are off in each node, from the people who were asked.

What it makes are noisy numbers (``stats/tables/asked.py``); the gate turns them into the shares and
intervals of estimates, and tells no share of a node for which there are none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import leaf_id
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import leaves_below
from anonymuse.stats.tables.asked import AskedRows, asked_numbers
from anonymuse.stats.tables.counting import Column

Ints = npt.NDArray[np.integer]
Corrections = Mapping[tuple[str | None, str, str], AskedNumbers]
"""by node (None: the whole), facet and value"""


def correct(
    nodes: Sequence[DraftNode],
    labels: Ints,
    units: Ints,
    asked: npt.NDArray[np.bool_],
    columns: Sequence[tuple[Column, Column]],
    policy: ReleasePolicy,
    *,
    key: bytes,
    pseudonyms: Sequence[str],
) -> Corrections:
    """Return the numbers of every node in which enough people were asked.

    Args:
        nodes: the published tree.
        labels: base cluster of each row, shape (rows,).
        units: code of each row's privacy unit, shape (rows,).
        asked: which rows are those of people who were asked, shape (rows,).
        columns: predictions and answers of each facet, with the same vocabulary.
        policy: in force.
        key: the project's noise key.
        pseudonyms: of each unit code.
    """
    below = leaves_below(nodes)
    ids = list(below)
    leaves = sorted(below[None])
    place = {own: number for number, own in enumerate(leaves)}
    lookup = np.array([place.get(leaf_id(n), -1) for n in range(int(labels.max(initial=-1)) + 1)])
    leaf = lookup[labels] if len(labels) else np.zeros(0, dtype=np.int64)
    kept = np.flatnonzero(leaf >= 0)
    rows = AskedRows(
        leaf[kept].astype(np.int64),
        units[kept].astype(np.int64),
        asked[kept],
        np.array([[own in below[node] for own in leaves] for node in ids]),
        key,
        list(pseudonyms),
    )
    return {
        (ids[node], predictions.name, value): numbers
        for predictions, answers in columns
        for node, value, numbers in asked_numbers(
            rows,
            replace(predictions, codes=predictions.codes[kept]),
            replace(answers, codes=answers.codes[kept]),
            policy,
        )
    }
