"""Stage: what safety staff are shown of every cluster: exact numbers, and the accounts behind them.

Nothing is withheld here, and nothing of it is ever released: it stays in the secure zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import leaf_number
from anonymuse.domain.private.drafts import DraftName, DraftNode
from anonymuse.domain.private.pruning import leaves_below
from anonymuse.domain.private.traffic import Traffic, Verdicts
from anonymuse.domain.restricted.evidence import CONCERNING, Account, Coordination, Rate
from anonymuse.domain.restricted.report import EvidenceCluster
from anonymuse.stats.scoring import share

if TYPE_CHECKING:
    from anonymuse.stats.tables.counting import Column

Ints = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]

MOST_ACCOUNTS = 200
"""that a base cluster lists"""


@dataclass(frozen=True, slots=True, repr=False)
class Dossier:
    """All that is known of the rows of a run.

    Attributes:
        traffic: who wrote when, in which cluster.
        verdicts: what was said of each row.
        accounts: pseudonym of each account's code.
        organisations: pseudonym of each organisation's code.
        windows: month or week of each row; None where none is counted.
        beyond: by account, conversations that were read and took no part, shape (accounts,).
    """

    traffic: Traffic
    verdicts: Verdicts
    accounts: Sequence[str]
    organisations: Sequence[str]
    windows: Column | None
    beyond: Ints

    def __repr__(self) -> str:
        return f"Dossier({len(self.traffic.leaf)} conversations, {len(self.accounts)} accounts)"


def restrict(
    case: Dossier,
    nodes: Sequence[DraftNode],
    names: Mapping[str, DraftName],
    coordination: Mapping[str, Coordination],
) -> tuple[EvidenceCluster, ...]:
    """Return every node with its evidence, top level first, in the order of ``nodes``.

    Args:
        case: all rows.
        nodes: the tree.
        names: by node.
        coordination: by base cluster; none where there are too few accounts to tell.
    """
    leaf = case.traffic.leaf
    by_leaf = np.argsort(leaf, kind="stable")
    ordered = leaf[by_leaf]
    below = leaves_below(nodes)
    held = np.bincount(case.traffic.account, minlength=len(case.accounts))
    found = []
    for node in sorted(nodes, key=lambda own: -own.level):
        own = [leaf_number(one) for one in below[node.id]]
        starts, ends = np.searchsorted(ordered, own), np.searchsorted(ordered, own, "right")
        parts = [by_leaf[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        rows = np.sort(np.concatenate(parts))
        name = names[node.id]
        base = node.level == 0
        score = coordination.get(node.id)
        grouped = () if score is None else score.group
        found.append(
            EvidenceCluster(
                id=node.id,
                parent=node.parent,
                level=node.level,
                name=name.name,
                description=name.description,
                named_by=name.kind,
                **_numbers(case, rows),
                windows=_windows(case, rows),
                top_accounts=tuple(_accounts(case, rows, held, grouped)) if base else (),
                coordination=None if score is None else replace(score, group=()),
            )
        )
    return tuple(found)


def moment(seconds: float) -> str | None:
    """Return a time as ISO 8601, UTC; None where it is not known (NaN)."""
    if np.isnan(seconds):
        return None
    return datetime.fromtimestamp(float(seconds), UTC).isoformat(timespec="seconds")


def _numbers(case: Dossier, rows: Ints) -> dict[str, Any]:
    """Return counts and shares of some rows, by the names of a cluster's fields."""
    traffic, said = case.traffic, case.verdicts
    account = traffic.account[rows]
    organisation = traffic.organisation[rows]
    languages, counts = np.unique([said.language[row] for row in rows.tolist()], return_counts=True)
    order = np.lexsort((languages, -counts))
    concern = said.concern[rows]
    return {
        "conversations": len(rows),
        "accounts": len(np.unique(account)),
        "organisations": len(np.unique(organisation[organisation >= 0])),
        "languages": {str(languages[i]): int(counts[i]) for i in order},
        "concern": _rate(concern >= CONCERNING, concern > 0, account),
        "refused": _rate(said.refused[rows] == 1, said.refused[rows] >= 0, account),
        "flags": {
            column: found
            for column, values in said.flags.items()
            if (found := _rate(values[rows] == 1, values[rows] >= 0, account)) is not None
        },
    }


def _rate(hits: Flags, known: Flags, account: Ints) -> Rate | None:
    """Return a share among the rows of which it is known; None where it is of none."""
    if not known.any():
        return None
    found = share(hits[known], units=account[known])
    return Rate(int(hits[known].sum()), int(known.sum()), found.low, found.high)


def _windows(case: Dossier, rows: Ints) -> tuple[tuple[str, int, int], ...]:
    """Return accounts and conversations of every window, also where nobody is."""
    if case.windows is None:
        return ()
    codes, account = case.windows.codes[rows], case.traffic.account[rows]
    known = codes >= 0
    size = len(case.windows.values)
    conversations = np.bincount(codes[known], minlength=size)
    pairs = np.unique(np.stack([codes[known], account[known]]), axis=1)
    accounts = np.bincount(pairs[0], minlength=size)
    return tuple(
        (name, int(accounts[i]), int(conversations[i]))
        for i, name in enumerate(case.windows.values)
    )


def _accounts(case: Dossier, rows: Ints, held: Ints, grouped: Collection[int]) -> Iterator[Account]:
    """Yield the accounts of a base cluster: grouped ones, then those with most conversations."""
    traffic = case.traffic
    codes, where, counts = np.unique(traffic.account[rows], return_inverse=True, return_counts=True)
    any_flag = np.zeros(len(rows), dtype=np.bool_)
    for values in case.verdicts.flags.values():
        any_flag |= values[rows] == 1
    flagged = np.bincount(where, weights=any_flag, minlength=len(codes))
    first, last = _ends(traffic.time[rows], where, len(codes))
    organisation = np.full(len(codes), -1)
    np.maximum.at(organisation, where, traffic.organisation[rows])
    pseudonyms = [case.accounts[code] for code in codes.tolist()]
    inside = np.isin(codes, sorted(grouped))
    order = sorted(range(len(codes)), key=lambda i: (not inside[i], -counts[i], pseudonyms[i]))
    for i in order[:MOST_ACCOUNTS]:
        code, group = int(codes[i]), int(organisation[i])
        yield Account(
            account=pseudonyms[i],
            organisation=case.organisations[group] if group >= 0 else None,
            conversations=int(counts[i]),
            elsewhere=int(held[code] - counts[i]),
            flagged=int(flagged[i]),
            first=moment(first[i]),
            last=moment(last[i]),
            beyond=int(case.beyond[code]),
            grouped=bool(inside[i]),
        )


def _ends(
    times: npt.NDArray[np.floating], where: Ints, size: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the first and the last known time of each group; NaN where none is known."""
    first, last = np.full(size, np.nan), np.full(size, np.nan)
    np.fmin.at(first, where, times)
    np.fmax.at(last, where, times)
    return first, last
