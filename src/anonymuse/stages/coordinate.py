"""Stage: say of each base cluster how much it looks like accounts that act together.

Averages of a cluster hide a campaign that is a part of it, so groups *inside* each cluster are
looked at: everything that a dendrogram of its texts joins, and who sends copies of one text. Each
signal of a group is set against groups of similar size in the whole run, as popular topics are
dense and busy too; all are weighed into one score, and the cluster has that of its most suspicious
group. The weights are data (``coordination.toml``), fitted on injected campaigns by
``anonymuse eval coordination --fit``. A look at a cluster is bounded by a sample of its rows, so
that the work is linear in conversations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.traffic import Traffic
from anonymuse.domain.restricted.evidence import Coordination, Signal
from anonymuse.domain.restricted.sentences import sentence
from anonymuse.lexicon.near_duplicates import likeness
from anonymuse.lexicon.shapes import shape_marks
from anonymuse.stats.everybody import Beside, Everybody
from anonymuse.stats.shared import burst, regularity
from anonymuse.stats.weighed import Comparable, Weights, above_comparable, read_weights
from anonymuse.vectors.centre import fit_centring
from anonymuse.vectors.kmeans import cluster_sums
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.tight import Nested, connected, drawn, nested_groups

FEWEST = 4
"""accounts from which a group can be told from chance"""
MOST_ENTRIES, PER_ACCOUNT = 600, 3
"""texts of a cluster, and of one account in it, that are looked at: a seeded sample beyond that"""
COPY = 0.3
"""share of runs of words in common from which a text is made like another; strangers who ask the
same thing have one in twenty"""
NEIGHBOURS = 10
"""nearest clusters that are not counted to the others, a fifth of all at most"""
_CONNECTED = 3
"""groups of copies of a cluster that are looked at, the largest"""
_DAY = 86_400.0

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Shares = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """Accounts of one cluster, and what was measured of them.

    Attributes:
        leaf: number of the cluster.
        accounts: their codes, ascending.
        around: accounts of the whole cluster.
        values: raw signals by name; NaN: the data cannot tell.
        facts: what the sentences need besides.
    """

    leaf: int
    accounts: Ints
    around: int
    values: dict[str, float]
    facts: dict[str, str]


def coordinate(traffic: Traffic, *, seed: int) -> dict[int, Coordination]:
    """Score every base cluster.

    Args:
        traffic: all conversations of a run.
        seed: of the samples of very large clusters.

    Returns:
        By leaf; a cluster of fewer than four accounts is left out.
    """
    groups, excess = measure(traffic, seed=seed)
    if not groups:
        return {}
    weights = shipped_weights()
    points = weights.points(excess)
    score = weights.score(points)
    found: dict[int, Coordination] = {}
    for place in np.argsort(-score, kind="stable"):
        group = groups[place]
        if group.leaf not in found:
            each = zip(weights.weight, points[place].tolist(), strict=True)
            signals = tuple(_signal(group, name, added) for name, added in each)
            codes = tuple(group.accounts.tolist())
            found[group.leaf] = Coordination(round(float(score[place]), 4), signals, codes)
    return dict(sorted(found.items()))


@cache
def shipped_weights() -> Weights:
    """Return the weights that the product scores with."""
    path = files("anonymuse.stages").joinpath("coordination.toml")
    return read_weights(path.read_text(encoding="utf-8"))


def measure(traffic: Traffic, *, seed: int) -> tuple[list[Group], Floats]:
    """Measure the groups of every cluster.

    Returns:
        The groups, and by how much each signal is above comparable groups: shape (groups, signals)
        in the order of :func:`shipped_weights`.
    """
    whole = _Whole(traffic)
    clusters = [one for one in whole.clusters(seed) if len(one.accounts) >= FEWEST]
    spread = _spread_of_closeness(clusters)
    groups = [group for one in clusters for group in one.groups(whole, spread)]
    sizes = np.array([len(group.accounts) for group in groups], dtype=np.int64)
    columns = []
    for name in shipped_weights().weight:
        values = np.array([group.values[name] for group in groups], dtype=np.float64)
        if name == "one_account":
            values -= 1.0 / np.maximum(sizes, 1)
        plain = name in ("accounts", "density", "one_account")
        columns.append(values if plain else above_comparable(values, sizes)[0])
    return groups, np.stack(columns, axis=1)


class _Whole:
    """All conversations, and where they lie."""

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic
        centring = fit_centring(traffic.vectors, list(traffic.language))
        self.vectors = unit_rows(centring.apply(np.asarray(traffic.vectors, np.float32), 0))
        marks = [sorted(shape_marks(text)) for text in traffic.requests]
        self.everybody = Everybody(traffic, marks)

    def clusters(self, seed: int) -> Iterator[_Cluster]:
        """Yield the clusters in the order of their numbers."""
        names, place = np.unique(self.traffic.leaf, return_inverse=True)
        order = np.argsort(place, kind="stable")
        members = np.split(order, np.flatnonzero(np.diff(place[order])) + 1)
        rows_of = self.vectors[self.traffic.text]
        means = unit_rows(cluster_sums(rows_of, place.astype(np.int32), len(names))[0])
        for number, (name, rows) in enumerate(zip(names, members, strict=True)):
            near = np.argsort(-(means @ means[number]), kind="stable")
            near = near[: 1 + min(NEIGHBOURS, len(names) // 5)]
            beside = np.concatenate([members[one] for one in {number, *near.tolist()}])
            yield _Cluster(self, int(name), rows, beside, seed)


class _Cluster:
    """One cluster: its accounts, a sample of their texts, and what a dendrogram joins of them."""

    def __init__(self, whole: _Whole, leaf: int, rows: Ints, beside: Ints, seed: int) -> None:
        traffic = whole.traffic
        self.leaf, self.beside = leaf, beside
        self.account = traffic.account[rows].astype(np.int64)
        self.times = traffic.time[rows]
        self.accounts = np.unique(self.account)
        self.nested: Nested | None = None
        if len(self.accounts) < FEWEST:
            return
        text = traffic.text[rows].astype(np.int64)
        entries = np.unique(np.stack([self.account, text], axis=1), axis=0)
        random = np.random.Generator(np.random.Philox([seed, leaf]))
        entries = entries[drawn(entries[:, 0], random, each=PER_ACCOUNT, most=MOST_ENTRIES)]
        self.owner, self.text = entries[:, 0], entries[:, 1]
        self.nested = nested_groups(whole.vectors[self.text], self.owner)

    def groups(self, whole: _Whole, spread: Comparable) -> Iterator[Group]:
        """Yield what may be a group: the tightest of each size, who sends copies, and all."""
        near = Beside(whole.everybody, self.beside)
        alike = likeness([whole.traffic.requests[text] for text in self.text])
        alike[self.owner[:, None] == self.owner[None, :]] = 0.0
        seen = set()
        for rows, closeness in self._candidates(spread, alike):
            if rows.tobytes() not in seen and len(np.unique(self.owner[rows])) >= FEWEST:
                seen.add(rows.tobytes())
                like = alike[np.ix_(rows, rows)].max(axis=1)
                yield self._measured(whole, near, rows, spread, closeness, like)

    def _candidates(self, spread: Comparable, alike: Shares) -> Iterator[tuple[Ints, float]]:
        nested = self.nested
        if nested is None:
            return
        wide = nested.owners >= FEWEST
        band = np.log2(np.maximum(nested.owners, 1)).astype(np.int64)
        score = spread.of(nested.closeness, nested.owners)
        for one in np.unique(band[wide]):
            own = np.flatnonzero(wide & (band == one))
            best = int(own[score[own].argmax()])
            yield nested.rows(best), float(nested.closeness[best])
        top = len(nested.owners) - 1
        if top >= 0:
            yield nested.rows(top), float(nested.closeness[top])
        for rows in connected(alike >= COPY)[:_CONNECTED]:
            yield rows, np.nan

    def _measured(
        self,
        whole: _Whole,
        near: Beside,
        rows: Ints,
        spread: Comparable,
        closeness: float,
        like: Shares,
    ) -> Group:
        accounts, first = np.unique(self.owner[rows], return_index=True)
        n = len(accounts)
        one_each = rows[first]  # of each account
        facts: dict[str, str] = {}
        own = np.isin(self.account, accounts)
        if np.isnan(closeness):
            apart = self.owner[rows][:, None] != self.owner[rows][None, :]
            vectors = whole.vectors[self.text[rows]]
            closeness = float((vectors @ vectors.T)[apart].mean())
        best = np.zeros(n)
        np.maximum.at(best, np.searchsorted(accounts, self.owner[rows]), like)
        facts |= {"copies": str(int((best >= COPY).sum())), "copy": f"{COPY:.0%}"}
        structure, _, same = whole.everybody.marks.most_shared(self.text[one_each], near.marks)
        facts["shape"] = str(same)
        organisation, _, together = whole.everybody.organisations.most_shared(
            accounts, near.organisations
        )
        column, name, having = near.most_shared_value(accounts)
        only, here = near.only_here(accounts)
        facts |= {"together": str(together), "same": str(having), "here": str(here)}
        facts["column"] = f" ({name})" if name else ""
        values = {
            "accounts": float(np.log2(n / FEWEST)),
            "density": float(spread.of(np.array([closeness]), np.array([n]))[0]),
            "templates": float(best.mean()),
            "structure": structure,
            "metadata": column,
            "only_here": only,
            "one_organisation": organisation if whole.everybody.organisations else np.nan,
            "one_account": float(np.bincount(self.account[own]).max() / own.sum()),
        }
        facts["closeness"] = f"{closeness:.2f}"
        values |= self._timing(near, accounts, own, facts)
        return Group(self.leaf, accounts, len(self.accounts), values, facts)

    def _timing(
        self, near: Beside, accounts: Ints, own: npt.NDArray[np.bool_], facts: dict[str, str]
    ) -> dict[str, float]:
        known = own & ~np.isnan(self.times)
        first = np.full(len(accounts), np.inf)
        np.minimum.at(first, np.searchsorted(accounts, self.account[known]), self.times[known])
        times = np.sort(first[np.isfinite(first)])
        if len(times) < FEWEST:
            return {"burst": np.nan, "regularity": np.nan}
        places, narrowest = near.places(times)
        bits, start, end = burst(places, narrowest)
        facts["busy"] = str(end - start + 1)
        facts["days"] = f"{(times[end] - times[start]) / _DAY:.1f}"
        return {"burst": bits, "regularity": regularity(times) if len(times) >= 6 else 0.0}


def _spread_of_closeness(clusters: Sequence[_Cluster]) -> Comparable:
    nested = [one.nested for one in clusters if one.nested is not None]
    owners = np.concatenate([one.owners for one in nested] or [np.zeros(0, np.int64)])
    closeness = np.concatenate([one.closeness for one in nested] or [np.zeros(0)])
    wide = owners >= FEWEST
    return Comparable(closeness[wide], owners[wide])


def _signal(group: Group, name: str, points: float) -> Signal:
    value = None if np.isnan(group.values[name]) else round(group.values[name], 3)
    told = sentence(
        name, value, accounts=len(group.accounts), around=group.around, facts=group.facts
    )
    return Signal(name, value, round(points, 3) + 0.0, told)
