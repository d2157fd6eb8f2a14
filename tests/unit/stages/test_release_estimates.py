"""Estimates at the gate: shares are corrected by asked people, and not told without them."""

from dataclasses import replace
from typing import Any

import pytest

from anonymuse.domain.private.counts import AskedNumbers, DraftCell
from anonymuse.domain.released.cube import Cell
from tests.unit.stages.test_release import DRAFTS, released

NODE = "L0-0000"
FAIR = AskedNumbers(both=40, missed=10, wrong=10, neither=140, topics=1)


def cell(node: str | None, units: int, **more: Any) -> DraftCell:
    return DraftCell(node, "refused", "yes", units, units, 0, shown=True, **more)


def told(asked: dict[Any, AskedNumbers], *cells: DraftCell) -> dict[tuple[str | None, str], Cell]:
    drafts = replace(DRAFTS, cells=cells, estimated=("refused",), asked=asked)
    return {(c.cluster, c.window): c for c in released(drafts).cells}


def of(own: AskedNumbers) -> dict[Any, AskedNumbers]:
    return {(node, "refused", "yes"): own for node in (None, NODE)}


def test_a_share_is_corrected_and_its_interval_is_wider() -> None:
    more = replace(FAIR, missed=40)  # predictions miss many
    fair, corrected = (told(of(own), cell(None, 80))[None, ""] for own in (FAIR, more))
    assert fair.share == pytest.approx(80 / 280, abs=0.03)
    assert corrected.share is not None
    assert fair.share is not None
    assert corrected.share > fair.share + 0.05
    assert corrected.units == pytest.approx(corrected.share * 280, abs=3)
    answers = replace(DRAFTS, cells=[cell(None, 80)])
    counted = next(c for c in released(answers).cells if c.facet == "refused")
    for own in (fair, counted):
        assert own.share_low is not None
        assert own.share_high is not None
    assert fair.share_high - fair.share_low > counted.share_high - counted.share_low  # type: ignore[operator]


def test_without_asked_people_nothing_is_told() -> None:
    found = told({(None, "refused", "yes"): FAIR}, cell(None, 80), cell(NODE, 30))
    assert found[None, ""].units is not None
    hidden = found[NODE, ""]
    assert (hidden.units, hidden.share, hidden.share_low, hidden.share_high) == (None,) * 4


def test_an_estimate_of_few_is_not_told() -> None:
    few = AskedNumbers(both=0, missed=0, wrong=40, neither=160, topics=1)
    assert told(of(few), cell(None, 40))[None, ""].units is None


def test_a_cell_that_may_not_show_does_not_for_being_an_estimate() -> None:
    found = told(of(FAIR), cell(None, 80), replace(cell(NODE, 30), shown=False))
    assert found[NODE, ""].units is None


def test_no_estimate_is_told_of_a_window() -> None:
    found = told(of(FAIR), cell(None, 80), cell(None, 80, window="2026-03"))
    assert list(found) == [(None, "")]
