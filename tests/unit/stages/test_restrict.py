from typing import Any

import numpy as np
import pytest

from anonymuse.domain.private.drafts import DraftName, DraftNode
from anonymuse.domain.private.traffic import Traffic, Verdicts
from anonymuse.domain.restricted.evidence import Coordination
from anonymuse.domain.restricted.report import EvidenceCluster
from anonymuse.stages.restrict import MOST_ACCOUNTS, Dossier, moment, restrict
from anonymuse.stats.tables.counting import Column

HOUR = 3600.0
NODES = (
    DraftNode("L0-0000", "L1-0000", (), 0),
    DraftNode("L0-0001", "L1-0000", (), 0),
    DraftNode("L0-0002", None, (), 0),
    DraftNode("L1-0000", None, ("L0-0000", "L0-0001"), 1),
)
NAMES = {node.id: DraftName(node.id, f"Name {node.id}", "About it", "phrase") for node in NODES}


def dossier(rows: list[dict[str, Any]], *, windows: bool = True) -> Dossier:
    """Return a dossier of rows with leaf, account and whatever else is said."""

    def column(name: str, default: Any) -> list[Any]:
        return [row.get(name, default) for row in rows]

    leaf, account = np.array(column("leaf", 0)), np.array(column("account", 0))
    languages = column("language", "English")
    months = Column("units", ("2026-03", "2026-04"), np.array(column("window", 0)))
    traffic = Traffic(
        leaf=leaf,
        account=account,
        organisation=np.array(column("organisation", -1)),
        time=np.array(column("time", np.nan)),
        text=np.arange(len(rows)),
        requests=["what was said"] * len(rows),
        vectors=np.eye(len(rows)),
        language=languages,
        metadata={},
    )
    verdicts = Verdicts(
        leaf=leaf,
        account=account,
        language=languages,
        concern=np.array(column("concern", 0)),
        refused=np.array(column("refused", -1)),
        flags={"flagged": np.array(column("flagged", -1))},
    )
    size = int(account.max()) + 1
    return Dossier(
        traffic,
        verdicts,
        accounts=[f"account-{i}" for i in range(size)],
        organisations=["acme", "bolt"],
        windows=months if windows else None,
        beyond=np.arange(size),
    )


def found(case: Dossier, **scores: Coordination) -> dict[str, EvidenceCluster]:
    """Return the clusters by id."""
    return {own.id: own for own in restrict(case, NODES, NAMES, scores)}


ROWS: list[dict[str, Any]] = [
    {"leaf": 0, "account": 0, "concern": 5, "refused": 1, "flagged": 1, "time": 0.0},
    {"leaf": 0, "account": 0, "concern": 4, "refused": 0, "time": 2 * HOUR, "organisation": 1},
    {"leaf": 0, "account": 1, "concern": 3, "flagged": 0, "language": "Spanish", "window": 1},
    {"leaf": 1, "account": 1, "window": -1},
    {"leaf": 2, "account": 2, "organisation": 0},
]


def test_counts_are_exact_at_every_level() -> None:
    clusters = found(dossier(ROWS))
    assert (clusters["L0-0000"].conversations, clusters["L0-0000"].accounts) == (3, 2)
    parent = clusters["L1-0000"]
    assert (parent.conversations, parent.accounts, parent.organisations) == (4, 2, 1)
    assert parent.languages == {"English": 3, "Spanish": 1}
    assert next(iter(parent.languages)) == "English"
    assert parent.name == "Name L1-0000"


def test_the_top_level_comes_first() -> None:
    assert next(iter(found(dossier(ROWS)))) == "L1-0000"


def test_shares_are_of_what_is_known() -> None:
    cluster = found(dossier(ROWS))["L0-0000"]
    assert cluster.concern is not None
    assert (cluster.concern.count, cluster.concern.n) == (2, 3)
    assert cluster.refused is not None
    assert (cluster.refused.count, cluster.refused.n) == (1, 2)
    assert (cluster.flags["flagged"].count, cluster.flags["flagged"].n) == (1, 2)


def test_what_nobody_said_is_not_nought() -> None:
    cluster = found(dossier(ROWS))["L0-0002"]
    assert cluster.concern is None
    assert cluster.refused is None
    assert cluster.flags == {}


def test_one_account_with_many_rows_is_little_evidence() -> None:
    alone = [{"account": 0, "concern": 5 if i % 2 else 1} for i in range(40)]
    apart = [{"account": i, "concern": 5 if i % 2 else 1} for i in range(40)]
    base = (DraftNode("L0-0000", None, (), 0),)
    narrow, wide = (
        restrict(dossier(rows), base, NAMES, {})[0].concern
        for rows in (apart, [*alone, {"account": 1, "concern": 5}])
    )
    assert narrow is not None
    assert wide is not None
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_accounts_of_base_clusters_with_what_they_do_elsewhere() -> None:
    clusters = found(dossier(ROWS))
    assert clusters["L1-0000"].top_accounts == ()
    first, second = clusters["L0-0000"].top_accounts
    assert (first.account, first.conversations, first.elsewhere, first.flagged) == (
        "account-0", 2, 0, 1,
    )  # fmt: skip
    assert (first.first, first.last) == ("1970-01-01T00:00:00+00:00", "1970-01-01T02:00:00+00:00")
    assert first.organisation == "bolt"
    assert (second.elsewhere, second.first, second.organisation) == (1, None, None)
    assert (first.beyond, second.beyond) == (0, 1)


def test_no_more_accounts_are_listed_than_fit() -> None:
    rows = [{"account": i} for i in range(MOST_ACCOUNTS + 5)]
    base = (DraftNode("L0-0000", None, (), 0),)
    (cluster,) = restrict(dossier(rows), base, NAMES, {})
    assert cluster.accounts == MOST_ACCOUNTS + 5
    assert len(cluster.top_accounts) == MOST_ACCOUNTS


def test_windows_count_everybody_once_and_stand_where_nobody_is() -> None:
    clusters = found(dossier(ROWS))
    assert clusters["L0-0000"].windows == (("2026-03", 1, 2), ("2026-04", 1, 1))
    assert clusters["L0-0001"].windows == (("2026-03", 0, 0), ("2026-04", 0, 0))
    assert found(dossier(ROWS, windows=False))["L0-0000"].windows == ()


def test_the_order_of_rows_plays_no_part() -> None:
    assert found(dossier(ROWS)) == found(dossier(ROWS[::-1]))


def test_coordination_stands_with_its_cluster() -> None:
    score = Coordination(0.9, ())
    clusters = found(dossier(ROWS), **{"L0-0001": score})
    assert clusters["L0-0001"].coordination == score
    assert clusters["L0-0000"].coordination is None


def test_accounts_that_a_score_is_about_come_first_and_are_marked() -> None:
    plain = found(dossier(ROWS))["L0-0000"].top_accounts
    assert len(plain) > 1
    assert not any(own.grouped for own in plain)
    last = dossier(ROWS).accounts.index(plain[-1].account)
    marked = found(dossier(ROWS), **{"L0-0000": Coordination(0.9, (), (last,))})["L0-0000"]
    assert marked.top_accounts[0].account == plain[-1].account
    assert [own.grouped for own in marked.top_accounts] == [True] + [False] * (len(plain) - 1)
    assert marked.coordination == Coordination(0.9, ())


def test_nothing_that_was_said_stands_in_a_repr() -> None:
    case = dossier(ROWS)
    assert "what was said" not in repr((case, case.traffic, case.verdicts))


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.0, "1970-01-01T00:00:00+00:00"), (float("nan"), None)]
)
def test_a_moment_is_written_in_utc(seconds: float, told: str | None) -> None:
    assert moment(seconds) == told
