from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from anonymuse.domain.private.traffic import Verdicts
from anonymuse.domain.restricted.evidence import REFUSED, Gap, GapRow
from anonymuse.stages.gap import LEAST_ACCOUNTS, gaps, rate
from anonymuse.stats.lifts import FALSE_DISCOVERIES

Row = tuple[int, int, str, int, int, int]
"""leaf, account, language, concern, refused, flagged"""


def verdicts(rows: Sequence[Row]) -> Verdicts:
    leaf, account, language, concern, refused, flagged = zip(*rows, strict=True)
    return Verdicts(
        np.array(leaf), np.array(account), language, np.array(concern), np.array(refused),
        {"flagged": np.array(flagged)},
    )  # fmt: skip


def leaves(rows: Sequence[Row], **parents: Sequence[int]) -> dict[str, Sequence[int]]:
    return {f"L0-{n:04d}": [n] for n in sorted({row[0] for row in rows})} | dict(parents)


def town(seed: int = 0, per_cell: int = 12) -> list[Row]:
    """Return clusters of which 2 is missed in Spanish and 3 is flagged for nothing.

    Cluster 0 is harmless, 1 is of concern and flagged; everybody writes once.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    chances = {
        (0, "English"): (1, 0.03), (0, "Spanish"): (1, 0.03),
        (1, "English"): (5, 0.9), (1, "Spanish"): (5, 0.9),
        (2, "English"): (4, 0.9), (2, "Spanish"): (4, 0.1),
        (3, "English"): (1, 0.6), (3, "Spanish"): (1, 0.6),
    }  # fmt: skip
    rows: list[Row] = []
    for (leaf, language), (concern, chance) in chances.items():
        for _ in range(per_cell * (4 if leaf == 0 else 1)):
            rows.append((leaf, len(rows), language, concern, 0, int(rng.random() < chance)))
    return rows


def of(found: Sequence[Gap], name: str) -> Gap:
    return next(gap for gap in found if gap.verdict == name)


def places(rows: Sequence[GapRow], *, notable: bool = True) -> list[tuple[str, str]]:
    return [(row.cluster, row.language) for row in rows if row.notable or not notable]


def test_the_planted_gaps_come_first_and_nothing_else_stands_out() -> None:
    found = of(gaps(verdicts(town()), leaves(town())), "flagged")
    assert places(found.missed)[0] == ("L0-0002", "Spanish")
    assert {cluster for cluster, _ in places(found.missed)} == {"L0-0002"}
    assert {cluster for cluster, _ in places(found.overdone)} == {"L0-0003"}


def test_rows_tell_shares_and_an_interval_that_holds_the_excess() -> None:
    first = of(gaps(verdicts(town()), leaves(town())), "flagged").missed[0]
    assert (first.verdict.n, first.concern.count, first.concern.n) == (12, 12, 12)
    assert first.low < first.excess < first.high
    assert first.accounts == 12


def test_flags_that_follow_concern_correlate() -> None:
    rows = [
        (leaf, 100 * leaf + n, "English", 5 if n < leaf else 1, 0, int(n < leaf))
        for leaf in range(10)
        for n in range(10)
    ]
    found = of(gaps(verdicts(rows), leaves(rows)), "flagged")
    assert found.clusters == 10
    assert found.r == pytest.approx(1.0)
    assert found.missed == found.overdone == ()


@pytest.mark.parametrize("grade", [2, 3])
def test_grades_in_between_are_nobodys_mistake(grade: int) -> None:
    rows = [(0, n, "English", grade, n % 2, n % 2) for n in range(40)]
    for gap in gaps(verdicts(rows), leaves(rows)):
        assert gap.missed == gap.overdone == ()
        assert gap.by_language[""][0].n == gap.by_language[""][1].n == 0


def test_what_counts_as_a_mistake_can_be_chosen() -> None:
    rows = [(n % 4, n, "English", 3, -1, int(n % 4 == 0)) for n in range(80)]
    (found,) = gaps(verdicts(rows), leaves(rows), concerning=3, harmless=2)
    assert {row.cluster for row in found.missed} == {"L0-0001", "L0-0002", "L0-0003"}
    (found,) = gaps(verdicts(rows), leaves(rows), concerning=4, harmless=3)
    assert {row.cluster for row in found.overdone} == {"L0-0000"}


def test_refusals_are_read_the_same_way() -> None:
    rows = [(*row[:4], row[5], -1) for row in town()]
    found = gaps(verdicts(rows), leaves(rows))
    assert [gap.verdict for gap in found] == ["flagged", REFUSED]
    assert places(of(found, REFUSED).missed)[0] == ("L0-0002", "Spanish")
    silent = of(found, "flagged")
    assert (silent.clusters, silent.r, silent.missed, silent.by_language) == (0, None, (), {})


def test_where_nobody_said_who_was_refused_there_is_no_such_gap() -> None:
    rows = [(*row[:4], -1, row[5]) for row in town()]
    assert [gap.verdict for gap in gaps(verdicts(rows), leaves(rows))] == ["flagged"]


def test_without_concern_there_is_nothing_to_compare() -> None:
    rows = [(*row[:3], 0, -1, row[5]) for row in town()]
    (found,) = gaps(verdicts(rows), leaves(rows))
    assert (found.r, found.missed, found.overdone, found.by_language) == (None, (), (), {})


@pytest.mark.parametrize("same", [0, 1])
def test_verdicts_that_are_all_the_same_have_no_correlation(same: int) -> None:
    rows = [(*row[:5], same) for row in town()]
    found = of(gaps(verdicts(rows), leaves(rows)), "flagged")
    assert found.r is None
    assert bool(found.missed) is not bool(found.overdone)


def test_one_account_with_many_rows_is_one_voice() -> None:
    rows = town()
    loud = [(9, 5_000, "English", 5, 0, 0)] * 40
    few = [(9, 5_001 + n, "English", 5, 0, int(n > 0)) for n in range(LEAST_ACCOUNTS)]
    found = of(gaps(verdicts(rows + loud + few), leaves(rows + loud + few)), "flagged")
    assert "L0-0009" not in dict(places(found.missed))
    (own,) = [row for row in found.missed if row.cluster == "L0-0009"]
    assert own.high - own.low > 0.8


def test_parts_of_fewer_accounts_are_not_looked_at() -> None:
    rows = town() + [(9, 5_000 + n % 2, "English", 5, 0, 0) for n in range(40)]
    found = of(gaps(verdicts(rows), leaves(rows)), "flagged")
    assert "L0-0009" not in dict(places(found.missed, notable=False))


def test_clusters_of_upper_levels_are_rows_too() -> None:
    few = [(10 + n // 2, 5_000 + n, "English", 5, 0, 0) for n in range(20)]
    rows = town() + few
    found = of(gaps(verdicts(rows), leaves(rows, top=range(10, 20))), "flagged")
    assert places(found.missed)[0] == ("top", "")
    assert found.clusters == 4


def test_a_mistake_is_told_once_where_it_is_surest() -> None:
    rows = town()
    found = of(gaps(verdicts(rows), leaves(rows, top=[2, 3])), "flagged")
    told = places(found.missed, notable=False)
    assert ("L0-0002", "Spanish") in told
    assert not {("top", "Spanish"), ("top", ""), ("L0-0002", "")} & set(told)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = town()
    turned = [rows[i] for i in np.random.Generator(np.random.Philox(3)).permutation(len(rows))]
    assert gaps(verdicts(rows), leaves(rows)) == gaps(verdicts(turned), leaves(rows))


def test_languages_are_told_apart() -> None:
    told = of(gaps(verdicts(town()), leaves(town())), "flagged").by_language
    assert next(iter(told)) == ""
    assert told["English"][0].share > 0.75 > 0.6 > told["Spanish"][0].share
    assert told[""][0].n == told["English"][0].n + told["Spanish"][0].n


def test_chance_is_seldom_called_notable() -> None:
    """With flags drawn at random, hardly any run finds anything at all."""
    wrong = 0
    for seed in range(60):
        rng = np.random.Generator(np.random.Philox(seed))
        rows: list[Row] = [
            (n // 20, n, ("English", "Spanish")[n % 2], int(rng.integers(1, 6)), -1,
             int(rng.random() < 0.3))
            for n in range(400)
        ]  # fmt: skip
        (found,) = gaps(verdicts(rows), leaves(rows))
        wrong += any(row.notable for row in (*found.missed, *found.overdone))
    assert wrong <= 60 * 2 * FALSE_DISCOVERIES


def test_a_rate_counts_accounts() -> None:
    accounts = 30
    alone = rate([True, False] * accounts, range(2 * accounts))
    twice = rate([True, True, False, False] * accounts, np.repeat(range(2 * accounts), 2))
    assert (alone.count, alone.n, alone.share) == (30, 60, 0.5)
    assert [twice.low, twice.high] == pytest.approx([alone.low, alone.high], 0.02)


def test_a_rate_of_nothing_knows_nothing() -> None:
    nobody: npt.NDArray[Any] = np.zeros(0, dtype=np.int64)
    found = rate(nobody, nobody)
    assert (found.n, found.low, found.high, found.share) == (0, 0.0, 1.0, 0.0)


def test_one_account_alone_is_no_pattern() -> None:
    rows = [(n // 4, n, "English", 5, -1, int(n % 4 > 0 or n > 3)) for n in range(40)]
    (found,) = gaps(verdicts(rows), leaves(rows))
    assert found.missed == ()


def test_the_lower_end_is_seldom_too_high() -> None:
    """Of all rows listed, in 60 made populations whose accounts are alike within themselves."""
    rng = np.random.Generator(np.random.Philox(1))
    too_high, listed = 0, 0
    for _ in range(60):
        chance = rng.beta(1, 9, size=12)
        home = rng.integers(12, size=300)
        size = np.minimum(rng.geometric(0.5, size=300), 10)
        own = rng.beta(3 * chance[home] + 1e-9, 3 * (1 - chance[home]))
        account = np.repeat(np.arange(300), size)
        wrong = rng.random(len(account)) < own[account]
        said = Verdicts(
            home[account], account, ["English"] * len(account), np.full(len(account), 5),
            np.full(len(account), -1), {"flagged": 1 - wrong.astype(np.int64)},
        )  # fmt: skip
        (found,) = gaps(said, {f"L0-{n:04d}": [n] for n in range(12)})
        truth = chance - chance.mean()
        listed += len(found.missed)
        too_high += sum(row.low > truth[int(row.cluster[3:])] for row in found.missed)
    assert listed > 200
    assert too_high <= 0.05 * listed
