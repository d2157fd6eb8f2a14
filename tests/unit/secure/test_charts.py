"""Places of marks in the zone's drawings."""

from __future__ import annotations

from anonymuse.domain.restricted.evidence import Gap, GapRow, Rate, Signal
from anonymuse.domain.restricted.report import EvidenceCluster
from anonymuse.secure import charts


def signal(points: float) -> Signal:
    return Signal("one", None, points, "")


def cluster(name: str, concern: Rate | None, flag: Rate | None, level: int = 0) -> EvidenceCluster:
    flags = {} if flag is None else {"flagged": flag}
    return EvidenceCluster(
        name, None, level, name, "", "given", 10, 16, 0, {}, concern, Rate(1, 4, 0, 1), flags
    )


def test_bars_share_one_scale() -> None:
    found = charts.bars([signal(4), signal(-2), signal(0)])
    assert [(one.x, one.width, one.against) for one in found] == [
        (50, 50, False), (25, 25, True), (50, 0, False),
    ]  # fmt: skip
    assert charts.bars([]) == []
    assert charts.bars([signal(0)])[0].width == 0


def test_whiskers() -> None:
    assert charts.whisker(None) is None
    assert charts.whisker(Rate(0, 0, 0, 1)) is None
    found = charts.whisker(Rate(1, 4, 0.125, 0.5))
    assert found == charts.Whisker(25, 12.5, 50)


def test_columns_fill_the_drawing() -> None:
    assert charts.columns([]) == []
    found = charts.columns([("a", 1, 5), ("b", 2, 10), ("c", 0, 0)])
    assert found[0].x == 0
    assert found[-1].x + found[-1].width == 100
    assert [one.height for one in found] == [30, 60, 0]
    assert all(one.y + one.height == 60 for one in found)
    assert charts.columns([("a", 0, 0)])[0].height == 0


def test_the_quadrant() -> None:
    half, none = Rate(2, 4, 0, 1), Rate(0, 4, 0, 1)
    clusters = [
        cluster("a", half, none), cluster("b", none, half), cluster("c", half, half),
        cluster("up", half, half, level=1), cluster("x", None, half), cluster("y", half, None),
        cluster("z", half, Rate(0, 0, 0, 1)),
    ]  # fmt: skip
    row = GapRow("a", "", 4, none, half, 0.1, 0.0, 0.2, notable=True)
    other = GapRow("b", "", 4, half, none, 0.1, 0.0, 0.2, notable=True)
    dull = GapRow("c", "", 4, half, half, 0.1, 0.0, 0.2, notable=False)
    gap = Gap("flagged", 3, None, None, None, (row, dull), (other,))
    dots = charts.quadrant(clusters, gap)
    assert [(dot.mark, dot.missed) for dot in dots] == [(0, False), (1, True), (1, False)]
    middle, left, bottom = charts.along(0.5), charts.along(0), charts.SIDE - charts.along(0)
    assert (dots[0].x, dots[0].y) == (middle, charts.SIDE - middle)
    assert (dots[1].x, dots[1].y) == (middle, bottom)
    assert (dots[2].x, dots[2].y) == (left, charts.SIDE - middle)
    refused = charts.quadrant(clusters, Gap("refused", 1, None, None, None, (), ()))
    assert len(refused) == 5  # what nobody flagged can have been refused
