"""For any membership and policy: nothing released rests on too few people, nor does a difference.

The whole gate runs here: counting, thresholds, pruning, tables, release.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.policy import DEMO, PUBLIC, ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, DraftNode, Drafts, Verdict
from anonymuse.domain.private.pruning import prune
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.domain.released.tree import children_of, problems
from anonymuse.errors import NothingReleasedError
from anonymuse.stages.release import release
from anonymuse.stages.tabulate import FacetColumn, tabulate
from anonymuse.stages.threshold import count_leaves, draw_noise, leaf_id, withheld_reason

KEY = b"n" * 32
VALUES = ("a", "b", "c")
LEAVES = 5
NODES = [
    *(DraftNode(leaf_id(i), f"L1-000{i // 3}", (), 0) for i in range(LEAVES)),
    DraftNode("L1-0000", "L2-0000", tuple(leaf_id(i) for i in range(3)), 1),
    DraftNode("L1-0001", "L2-0000", tuple(leaf_id(i) for i in range(3, LEAVES)), 1),
    DraftNode("L2-0000", None, ("L1-0000", "L1-0001"), 2),
]
RECEIPT = Receipt(
    unit="user", unit_note="", mode="clio", policy={}, models={}, prompts={}, settings={},
    counts={}, failures={}, window=None, withheld_share="", versions={},
)  # fmt: skip

Rows = list[tuple[int, int, int]]
"""(base cluster, person, answer; -1 for none)"""

policies = st.builds(
    lambda units, rows, cell, rounding, sigma: replace(
        DEMO, min_units=units, min_conversations=rows, min_cell=cell, rounding=rounding,
        noise_sigma=sigma, top_unit=0.6, top_three=0.9,
    ),
    st.integers(2, 5), st.integers(2, 7), st.integers(2, 4), st.sampled_from([1, 3, 5]),
    st.sampled_from([0.0, 0.7]),
)  # fmt: skip


def scatter(sizes: list[int], people: int, missing: float, seed: int) -> Rows:
    """Spread people over base clusters, some in several and with several answers."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(LEAVES), sizes)
    codes = rng.choice(4, len(labels), p=[0.6 - missing, 0.3, 0.1, missing]) % 4
    who = rng.integers(0, people, len(labels))
    return [
        (int(a), int(b), -1 if c == 3 else int(c))
        for a, b, c in zip(labels, who, codes, strict=True)
    ]


rows = st.builds(
    scatter,
    st.lists(st.integers(0, 40), min_size=LEAVES, max_size=LEAVES).filter(any),
    st.integers(3, 60),
    st.sampled_from([0.0, 0.1]),
    st.integers(0, 2**32),
)
one_answer_each = st.lists(
    st.tuples(st.integers(0, LEAVES - 1), st.integers(0, 2)), min_size=20, max_size=120
).map(lambda found: [(leaf, person, code) for person, (leaf, code) in enumerate(found)])


@dataclass(frozen=True)
class World:
    """What the data says of the released nodes."""

    rows: Rows
    report: Report

    def leaves(self, node: str | None) -> set[int]:
        kids = children_of(self.report.clusters)
        if node is not None and not kids.get(node):
            return {int(node.removeprefix("L0-"))}
        return {leaf for child in kids.get(node, ()) for leaf in self.leaves(child.id)}

    def people(self, node: str | None, value: str | None = None) -> set[int]:
        own = self.leaves(node)
        return {
            person for leaf, person, code in self.rows
            if leaf in own and (value is None or (code >= 0 and VALUES[code] == value))
        }  # fmt: skip


def gate(found: Rows, policy: ReleasePolicy, vetoed: frozenset[str] = frozenset()) -> World | None:
    """Run the gate as a pipeline does; None when it releases nothing."""
    labels, people, codes = np.array(found, dtype=np.int64).reshape(-1, 3).T
    names = [f"person {i}" for i in range(int(people.max()) + 1)]
    counts = count_leaves(labels, people, LEAVES, per_node=50)
    noise = draw_noise(labels, people, LEAVES, policy=policy, key=KEY, pseudonyms=names)
    reasons = {c.node: withheld_reason(c, policy, n) for c, n in zip(counts, noise, strict=True)}
    failed = {node for node, reason in reasons.items() if reason}
    nodes = prune(NODES, withheld=failed, vetoed=vetoed)
    cells = tabulate(
        nodes, labels, people, [FacetColumn("f", VALUES, codes)], policy, key=KEY,
        pseudonyms=names,
    )  # fmt: skip
    drafts = Drafts(
        nodes=nodes,
        names={n.id: DraftName(n.id, "Write letters", "", "phrase") for n in NODES},
        verdicts=[Verdict(n.id, "rules", True, None, "passed") for n in NODES],
        counts=counts,
        noise={c.node: n for c, n in zip(counts, noise, strict=True)},
        cells=cells,
        reasons={},
    )
    try:
        report = release(drafts, policy, auditors=["rules"], receipt=RECEIPT, title="")
    except NothingReleasedError:
        return None
    return World(found, report)


vetoes = st.frozensets(st.sampled_from([n.id for n in NODES]), max_size=2)


@settings(max_examples=80, deadline=None)
@given(rows, policies, vetoes)
def test_no_node_and_no_cell_rests_on_too_few(
    found: Rows, policy: ReleasePolicy, vetoed: frozenset[str]
) -> None:
    world = gate(found, policy, vetoed)
    if world is None:
        return
    assert problems(world.report.clusters) == []
    for cluster in world.report.clusters:
        own = [person for leaf, person, _ in found if leaf in world.leaves(cluster.id)]
        held = sorted((own.count(p) for p in set(own)), reverse=True)
        assert len(set(own)) >= policy.min_units
        assert len(own) >= policy.min_conversations
        assert cluster.id not in vetoed
        assert cluster.units % policy.rounding == cluster.conversations % policy.rounding == 0
        if cluster.level == 0:
            assert held[0] <= policy.top_unit * len(own)
            assert sum(held[:3]) <= policy.top_three * len(own)
    for cell in world.report.cells:
        if cell.units is not None:
            assert len(world.people(cell.cluster, cell.value)) >= policy.min_cell
            assert cell.units > 0


@settings(max_examples=80, deadline=None)
@given(one_answer_each, policies, vetoes)
def test_no_difference_of_released_numbers_is_a_small_group(
    found: Rows, policy: ReleasePolicy, vetoed: frozenset[str]
) -> None:
    policy = replace(policy, rounding=1, noise_sigma=0.0)
    world = gate(found, policy, vetoed)
    if world is None:
        return
    units: dict[str | None, int] = {c.id: c.units for c in world.report.clusters}
    units[None] = sum(c.units for c in world.report.clusters if c.level == 0)
    cells = {(c.cluster, c.value): c.units for c in world.report.cells}
    kids = children_of(world.report.clusters)
    for node, size in units.items():
        own = kids.get(node, [])
        assert not own or size == sum(c.units for c in own)
        told = [n for (at, _), n in cells.items() if at == node and n is not None]
        rest = size - sum(told)
        assert not told or rest == 0 or rest >= policy.min_cell
        for value in {value for _, value in cells} if own else ():
            if (whole := cells[node, value]) is not None:
                rest = whole - sum(cells[c.id, value] or 0 for c in own)
                assert rest == 0 or rest >= policy.min_cell


@settings(max_examples=50, deadline=None)
@given(one_answer_each, policies)
def test_one_person_less_changes_no_other_number_by_itself(
    found: Rows, policy: ReleasePolicy
) -> None:
    """Two runs that differ in one person: numbers of clusters without that person are the same."""
    before, after = gate(found, policy), gate(found[:-1], policy)
    if before is None or after is None:
        return
    moved = found[-1][0]
    same = {c.id: c for c in after.report.clusters}
    for cluster in before.report.clusters:
        if cluster.level == 0 and cluster.id != leaf_id(moved):
            assert same[cluster.id].units == cluster.units
            assert same[cluster.id].conversations == cluster.conversations


def chance_of_release(people: int, trials: int) -> float:
    """Return how often a cluster of so many accounts passes, over as many sets of accounts."""
    labels = np.repeat(np.arange(trials), people)
    units = np.arange(trials * people)
    rows = np.repeat(labels, 3), np.repeat(units, 3)  # two of each count
    noise = draw_noise(
        *rows, trials, policy=PUBLIC, key=KEY, pseudonyms=[f"{people}/{i}" for i in units]
    )
    counts = count_leaves(*rows, trials, per_node=PUBLIC.per_node)
    passed = [withheld_reason(c, PUBLIC, n) is None for c, n in zip(counts, noise, strict=True)]
    return sum(passed) / trials


@pytest.mark.parametrize("accounts", [49, 72])
def test_an_attacker_who_owns_the_rest_of_a_cluster_learns_little(accounts: int) -> None:
    # 49 is one below the floor, 72 where one more account changes the most
    without, within = (chance_of_release(n, 1000) for n in (accounts, accounts + 1))
    assert within - without < 0.12
    assert accounts < 60 or 0.1 < within < 0.7


def test_repeating_a_run_averages_nothing_out() -> None:
    assert chance_of_release(64, 40) == chance_of_release(64, 40)
