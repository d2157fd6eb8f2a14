import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.policy import DEMO, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import DraftCell, LeafCounts, Noise, WeighAsOne
from anonymuse.domain.private.drafts import DraftName, DraftNode, Drafts, Verdict
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.report import Receipt, Report, report_from_dict
from anonymuse.domain.released.tree import problems
from anonymuse.errors import BrokenRunError, NothingReleasedError
from anonymuse.stages import release as gate
from anonymuse.stages.release import CELLS_LEFT_OUT, release

LEAVES = ["L0-0000", "L0-0001", "L0-0002", "L0-0003"]
NODES = (
    DraftNode("L0-0000", "L1-0000", (), 0),
    DraftNode("L0-0001", "L1-0000", (), 0),
    DraftNode("L0-0002", "L1-0001", (), 0),
    DraftNode("L0-0003", "L1-0001", (), 0),
    DraftNode("L1-0000", None, ("L0-0000", "L0-0001"), 1),
    DraftNode("L1-0001", None, ("L0-0002", "L0-0003"), 1),
)
RECEIPT = Receipt(
    unit="user", unit_note="", mode="clio", policy={}, models={}, prompts={}, settings={},
    counts={"k_before": 9}, failures={}, window=None, withheld_share="", versions={},
    notes=("a note",),
)  # fmt: skip
EXACT = replace(PUBLIC, noise_sigma=0.0)


def leaf(node: str, units: int = 72, conversations: int = 148, top: float = 0.05) -> LeafCounts:
    return LeafCounts(node, conversations, units, top, 0.15)


def cell(
    node: str | None, units: int, value: str = "Thai", *, shown: bool = True, noise: int = 0
) -> DraftCell:
    return DraftCell(node, "language", value, units, units, noise, shown=shown)


def passed(nodes: Sequence[DraftNode] = NODES) -> list[Verdict]:
    return [Verdict(n.id, a, True, None, "passed") for n in nodes for a in ("rules", "support")]


def names(nodes: Sequence[DraftNode] = NODES) -> dict[str, DraftName]:
    return {
        n.id: DraftName(n.id, f"Write letters {'abcdef'[i]}", "Users asked.", "model")
        for i, n in enumerate(nodes)
    }


DRAFTS = Drafts(
    nodes=NODES, names=names(), verdicts=passed(), counts=[leaf(i) for i in LEAVES], noise={},
    cells=[cell(None, 80), cell("L0-0000", 33), cell("L0-0001", 3, shown=False)], reasons={},
)  # fmt: skip


def released(
    drafts: Drafts = DRAFTS,
    policy: ReleasePolicy = EXACT,
    auditors: Collection[str] = ("rules", "support"),
    weights: WeighAsOne | None = None,
) -> Report:
    found = weights or WeighAsOne()
    return release(
        drafts, policy, auditors=auditors, receipt=RECEIPT, title="A map", weigh=lambda _: found
    )


def by_id(report: Report) -> Mapping[str, Cluster]:
    return {c.id: c for c in report.clusters}


def test_everything_sound_is_released_rounded() -> None:
    report = released()
    assert problems(report.clusters) == []
    found = by_id(report)
    assert (found["L0-0000"].units, found["L0-0000"].conversations) == (70, 150)
    assert (found["L1-0000"].units, found["L1-0000"].conversations) == (140, 300)
    assert report.conversations == 600
    assert found["L0-0000"].share == 0.25
    assert found["L0-0000"].share_low < 0.22 < 0.25 < 0.28 < found["L0-0000"].share_high
    assert found["L0-0000"].grade is None
    assert report.withheld == ()
    assert report.receipt.withheld_share == "0 %"
    assert report.receipt.counts == {"k_before": 9, "published": 4, "withheld": 0}
    assert report.receipt.policy["name"] == "public"
    assert report.receipt.notes == ("a note",)
    assert report_from_dict(json.loads(json.dumps(report.as_dict()))) == report


def test_cells_are_rounded_and_small_ones_are_none() -> None:
    cells = {(c.cluster, c.value): c for c in released().cells}
    assert cells["L0-0000", "Thai"].units == 35
    assert cells["L0-0000", "Thai"].share == 0.5
    assert cells["L0-0001", "Thai"].units is None
    assert cells["L0-0001", "Thai"].share_low is None
    assert cells[None, "Thai"].units == 80
    assert cells[None, "Thai"].share == round(80 / 280, 4)


def test_numbers_carry_their_noise_and_wider_intervals() -> None:
    noise = {i: Noise(9, -11) for i in LEAVES}
    drafts = replace(DRAFTS, noise=noise, cells=[cell(None, 80, noise=-8)])
    drafts = replace(drafts, counts=[leaf(i, conversations=190) for i in LEAVES])
    report = released(drafts, PUBLIC)
    found = by_id(report)["L0-0000"]
    assert (found.units, found.conversations) == (80, 180)
    sharp = by_id(released(replace(drafts, noise={})))["L0-0000"]
    assert found.share_high - found.share_low > sharp.share_high - sharp.share_low
    assert report.cells[0].units == 70


def test_a_number_never_falls_below_what_its_being_there_tells() -> None:
    policy = replace(EXACT, min_units=52, min_conversations=101, min_cell=11)
    drafts = replace(
        DRAFTS,
        counts=[leaf(i, 52, 101) for i in LEAVES],
        cells=[cell(None, 11), cell("L0-0000", 11)],
    )
    report = released(drafts, policy)
    assert by_id(report)["L0-0000"].units == 55
    assert by_id(report)["L0-0000"].conversations == 105
    assert [c.units for c in report.cells] == [15, 15]


def test_fewer_conversations_than_people_is_never_shown() -> None:
    noise = {i: Noise(30, -40) for i in LEAVES}
    drafts = replace(
        DRAFTS, noise=noise, counts=[LeafCounts(i, 190, 190, 0.01, 0.03) for i in LEAVES]
    )
    found = by_id(released(drafts, PUBLIC))["L0-0000"]
    assert found.units == found.conversations == 220


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"counts": [leaf(i, 49 if i == "L0-0001" else 60) for i in LEAVES]}, "too few people"),
        ({"counts": [leaf(i, 60, 200, 0.11 if i == "L0-0001" else 0.01) for i in LEAVES]},
         "one person dominates"),
        ({"counts": [leaf(i) for i in LEAVES if i != "L0-0001"]}, "not counted"),
        ({"names": {k: v for k, v in names().items() if k != "L0-0001"}}, "no name"),
        ({"names": names() | {"L0-0001": names()["L0-0000"]}}, "no name"),
        ({"verdicts": [v for v in passed() if v.node != "L0-0001"]}, "not audited"),
        ({"verdicts": [v for v in passed() if (v.node, v.auditor) != ("L0-0001", "rules")]},
         "not audited"),
        ({"verdicts": [*passed(), Verdict("L0-0001", "support", False, None, "words")]},
         "the name did not pass the audit"),
        ({"verdicts": [*passed(), Verdict("L0-0001", "model", True, 2, "passed")]},
         "the name did not pass the audit"),
        ({"verdicts": [*passed(), Verdict("L0-0001", "model", True, None, "passed")]},
         "the name did not pass the audit"),
        ({"names": names() | {"L0-0001": DraftName("L0-0001", "Route 66", "", "model")}},
         "the name did not pass the audit"),
        ({"reasons": {"L0-0001": "asked to"}}, "asked to"),
    ],
)  # fmt: skip
def test_whatever_is_missing_or_vetoed_withholds(change: dict[str, object], reason: str) -> None:
    report = released(replace(DRAFTS, **change))  # type: ignore[arg-type]
    assert set(by_id(report)) == {"L0-0000", "L0-0002", "L0-0003", "L1-0001"}
    assert report.withheld == (Withheld(reason, 1),)
    assert report.receipt.counts["withheld"] == 1
    assert by_id(report)["L0-0000"].parent is None
    assert report.cells == ()
    assert CELLS_LEFT_OUT in report.receipt.notes


def test_noise_that_is_asked_for_and_missing_withholds() -> None:
    noise = {i: Noise(9, 9) for i in LEAVES if i != "L0-0003"}
    report = released(replace(DRAFTS, noise=noise), PUBLIC)
    assert report.withheld == (Withheld("not counted", 1),)


def test_clusters_withheld_before_are_counted_with_their_reasons() -> None:
    counts = [
        *DRAFTS.counts, leaf("L0-0004", 3), leaf("L0-0005", 7), leaf("L0-0006"), leaf("L0-0007"),
    ]  # fmt: skip
    drafts = replace(DRAFTS, counts=counts, reasons={"L0-0006": "vetoed"})
    report = released(drafts)
    assert report.withheld == (
        Withheld("too few people", 2), Withheld("no reason recorded", 1), Withheld("vetoed", 1),
    )  # fmt: skip
    assert report.receipt.withheld_share == "35 % to 50 %"
    assert report.cells


def test_a_vetoed_parent_dissolves_and_its_cells_with_it() -> None:
    verdicts = [*passed(), Verdict("L1-0000", "rules", False, None, "digits")]
    drafts = replace(DRAFTS, verdicts=verdicts, cells=[*DRAFTS.cells, cell("L1-0000", 40)])
    report = released(drafts)
    assert "L1-0000" not in by_id(report)
    assert by_id(report)["L0-0000"].parent is None
    assert report.withheld == ()
    assert {c.cluster for c in report.cells} == {None, "L0-0000", "L0-0001"}


def test_the_model_auditor_counts_when_it_is_on() -> None:
    auditors = ("rules", "support", "model")
    with pytest.raises(NothingReleasedError):
        released(auditors=auditors)
    verdicts = [*passed(), *(Verdict(n.id, "model", True, 4, "passed") for n in NODES)]
    report = released(replace(DRAFTS, verdicts=verdicts), auditors=auditors)
    assert {c.grade for c in report.clusters} == {4}


@pytest.mark.parametrize(
    ("bad", "kept"),
    [
        (cell("L0-0000", 9), False),
        (cell("L0-0000", 12, noise=-1), False),
        (cell("L0-0000", 30, shown=False), False),
        (DraftCell("L0-0000", "language", "Thai", 20, 30, 0, shown=True), False),
        (cell("L0-0000", 30), True),
    ],
)
def test_cells_are_judged_again(bad: DraftCell, kept: bool) -> None:
    policy = replace(EXACT, min_cell=12)
    found = released(replace(DRAFTS, cells=[cell(None, 80), bad]), policy).cells[1]
    assert (found.units is not None) == kept


@pytest.mark.parametrize(
    "cells",
    [
        [cell("L0-0000", 30)],
        [cell(None, 80, shown=False), cell("L0-0000", 30)],
        [cell(None, 80, "Lao"), cell("L0-0000", 30)],
        [cell("L9-0000", 80)],
    ],
)
def test_a_value_that_the_whole_does_not_show_is_nowhere(cells: list[DraftCell]) -> None:
    assert all(c.value != "Thai" for c in released(replace(DRAFTS, cells=cells)).cells)


def test_a_cell_is_not_larger_than_its_cluster() -> None:
    drafts = replace(DRAFTS, cells=[cell(None, 288, noise=9), cell("L0-0000", 72, noise=9)])
    report = released(drafts)
    assert [(c.units, c.share) for c in report.cells] == [(280, 1.0), (70, 1.0)]


def test_nothing_left_says_what_would_have_passed() -> None:
    drafts = replace(DRAFTS, counts=[leaf(i, 37) for i in LEAVES])
    with pytest.raises(NothingReleasedError) as caught:
        released(drafts)
    told = caught.value.message
    assert "Every cluster was withheld (too few people: 4)" in told
    assert "at least 30 people" in told
    assert "would pass 'internal'" in told
    assert caught.value.exit_code == 3


def test_an_unsound_tree_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "problems", lambda _: ["L1-0000 is not the sum of its children"])
    with pytest.raises(BrokenRunError, match="not sound: L1-0000"):
        released()


@pytest.mark.parametrize(
    ("hidden", "band"),
    [(0, "0 % to 1 %"), (1, "0 % to 1 %"), (6, "0 % to 1 %"), (7, "1 % to 2 %"),
     (600, "35 % to 50 %"), (601, "50 % to 75 %"), (60_000, "75 % to 100 %")],
)  # fmt: skip
def test_the_withheld_share_is_a_band(hidden: int, band: str) -> None:
    """And nobody in a cluster looks like one conversation in it."""
    counts = [leaf(i, conversations=150) for i in LEAVES] + [leaf("L0-0009", 1, hidden)]
    assert released(replace(DRAFTS, counts=counts)).receipt.withheld_share == band


@given(st.integers(53, 999), st.integers(103, 999))
def test_no_exact_count_and_no_id_of_a_person_in_the_bundle(units: int, rows: int) -> None:
    units, rows = units + (units % 5 == 0), max(rows + (rows % 5 == 0), units)
    counts = [LeafCounts(i, rows, units, 0.0123456, 0.0345678) for i in LEAVES]
    told = json.dumps(released(replace(DRAFTS, counts=counts)).as_dict()["clusters"])
    numbers = {int(n) for n in re.findall(r"(?<![\d.\-])\d+(?![\d.])", told)}
    assert not numbers & {units, 2 * units, 4 * units} - {u for u in numbers if u % 5 == 0}
    assert all(n % 5 == 0 or n == 1 for n in numbers)
    assert "0.0123" not in told


def test_the_demo_policy_tells_exact_numbers() -> None:
    weights = WeighAsOne((1.0, 1.0, 1.0), (2.3, 2.3, 2.3))  # 11 conversations of 7 people
    drafts = replace(DRAFTS, counts=[leaf(i, 7, 11, 0.2) for i in LEAVES], cells=[])
    found = by_id(released(drafts, DEMO, weights=weights))["L0-0002"]
    assert (found.units, found.conversations) == (7, 11)
    alone = by_id(released(drafts, DEMO))["L0-0002"]
    assert found.share_low < alone.share_low - 0.02


def test_repr_of_drafts_shows_nothing() -> None:
    assert "letters" not in repr(DRAFTS)


def test_the_unprotected_baseline_needs_its_setting_and_another_policy_than_public() -> None:
    leaking = {n.id: replace(d, name=f"Help Ada {i} of 12 Elm Row") for i, (n, d) in
               enumerate(zip(NODES, names().values(), strict=True))}  # fmt: skip
    formed = [Verdict(n.id, "form", True, None, "passed") for n in NODES]
    drafts = replace(DRAFTS, names=leaking, verdicts=formed)
    told = replace(RECEIPT, settings={"naming": {"mode": "direct"}})
    internal = replace(EXACT, name="internal")

    def shown(policy: ReleasePolicy, receipt: Receipt, own: Drafts = drafts) -> int:
        try:
            report = release(own, policy, auditors=("form",), receipt=receipt, title="A map")
        except NothingReleasedError:
            return 0
        return len(report.clusters)

    assert shown(internal, told) == len(NODES)
    assert shown(EXACT, told) == 0
    assert shown(internal, RECEIPT) == 0
    assert shown(internal, replace(RECEIPT, settings={"naming": {"mode": "voted"}})) == 0
    both = replace(drafts, verdicts=[*formed, *passed()])
    assert shown(internal, RECEIPT, both) == 0  # the gate looks at the text itself
    hidden = replace(leaking["L0-0000"], name="Ada\u202e")
    assert shown(internal, told, replace(drafts, names=leaking | {"L0-0000": hidden})) < len(NODES)
    assert shown(internal, told, replace(drafts, verdicts=passed())) == 0


def in_window(node: str | None, units: int, window: str, value: str = "") -> DraftCell:
    facet = "language" if value else ""
    return DraftCell(node, facet, value, units, units, 0, shown=True, window=window)


def test_people_of_a_window_are_a_share_of_the_window() -> None:
    cells = [
        in_window("L1-0000", 40, "2026-03", "Thai"), cell("L1-0000", 60), cell(None, 80),
        in_window("L1-0000", 50, "2026-03"), in_window(None, 100, "2026-03"),
    ]  # fmt: skip
    report = released(replace(DRAFTS, cells=cells))
    found = {(c.cluster, c.value, c.window): c for c in report.cells}
    assert found["L1-0000", "", "2026-03"].share == 0.5
    assert found["L1-0000", "Thai", "2026-03"].share == 0.8
    whole = sum(c.units for c in report.clusters if c.level == 0)
    assert found[None, "", "2026-03"].share == round(100 / whole, 4)


@pytest.mark.parametrize("missing", ["value", "window", "whole"])
def test_a_value_in_a_window_needs_both_shown(missing: str) -> None:
    cells = [in_window("L1-0000", 40, "2026-03", "Thai"), cell(None, 80)]
    cells += [cell("L1-0000", 60)] if missing != "value" else []
    cells += [in_window("L1-0000", 50, "2026-03")] if missing != "window" else []
    cells += [in_window(None, 100, "2026-03")] if missing != "whole" else []
    found = released(replace(DRAFTS, cells=cells)).cells
    assert not any(c.window and c.value and c.units for c in found)


def width(report: Report, node: str | None) -> float:
    own = next(c for c in report.cells if c.cluster == node)
    assert own.share_low is not None
    assert own.share_high is not None
    return own.share_high - own.share_low


def test_people_in_several_topics_make_sums_less_sure_and_base_clusters_not() -> None:
    cells = [cell(None, 80), cell("L1-0000", 40), cell("L0-0000", 33)]
    drafts = replace(DRAFTS, cells=cells)
    weights = WeighAsOne((1.0, 1.6, 2.4), (1.0, 1.6, 2.4))
    alone, several = released(drafts), released(drafts, weights=weights)
    assert alone.receipt.weigh_as_one == {}
    assert several.receipt.weigh_as_one["people"] == (1.0, 1.6, 2.4)
    assert width(several, None) > 1.5 * width(alone, None)
    assert width(several, "L1-0000") > 1.2 * width(alone, "L1-0000")
    assert width(several, "L0-0000") == width(alone, "L0-0000")
    for one, other in zip(several.cells, alone.cells, strict=True):
        assert (one.units, one.share) == (other.units, other.share)


def test_people_who_keep_to_topics_make_shares_of_conversations_less_sure() -> None:
    widths = []
    for weights in ((1.2, 1.2, 2.0), (1.2, 2.0, 2.0)):
        own = by_id(released(DRAFTS, weights=WeighAsOne((1.0, 1.0, 1.0), weights)))
        widths.append([own[i].share_high - own[i].share_low for i in ("L0-0000", "L1-0000")])
    assert widths[0][0] == widths[1][0]
    assert widths[0][1] < 0.8 * widths[1][1]


def test_what_widens_an_interval_is_told() -> None:
    by_noise = WeighAsOne((1.0, 1.0, 1.1), (1.0, 1.0, 1.0))
    report = released(replace(DRAFTS, cells=[cell(None, 80)]), weights=by_noise)
    assert report.receipt.weigh_as_one["people"] == (1.0, 1.0, 1.1)
    assert width(report, None) > width(released(replace(DRAFTS, cells=[cell(None, 80)])), None)


def test_where_each_conversation_is_a_unit_nobody_is_in_several_topics() -> None:
    receipt = replace(RECEIPT, unit="conversation")
    report = release(
        DRAFTS, EXACT, auditors=("rules", "support"), receipt=receipt, title="A map",
        weigh=lambda _: WeighAsOne((1.0, 1.1, 1.1), (1.1, 1.1, 1.1)),  # by noise
    )  # fmt: skip
    assert report.receipt.weigh_as_one == {}
    assert report.clusters == released().clusters


def test_people_of_what_the_gate_withholds_are_not_weighed() -> None:
    seen: list[str] = []

    def weigh(nodes: Sequence[DraftNode]) -> WeighAsOne:
        seen.extend(node.id for node in nodes)
        return WeighAsOne()

    vetoed = [*passed(), Verdict("L0-0003", "support", False, None, "words")]
    drafts = replace(DRAFTS, verdicts=vetoed)
    release(drafts, EXACT, auditors=("rules", "support"), receipt=RECEIPT, title="", weigh=weigh)
    assert "L0-0003" not in seen
    assert "L0-0000" in seen
