"""Where clusters lie, told or drawn here."""

from dataclasses import replace

from anonymuse.domain.released.layout import Place
from anonymuse.insights.places import places
from tests.sample_report import empty_report, sample_report


def renamed(report, new):
    return replace(
        report,
        clusters=tuple(
            replace(c, id=new(c.id), parent=c.parent and new(c.parent)) for c in report.clusters
        ),
    )


def test_a_report_that_tells_places_is_believed():
    report = sample_report()
    told = tuple(Place(c.id, 0.5, 0.25, 0.1, ("L0-0001",)) for c in report.clusters)
    assert places(replace(report, places=told)) == {place.cluster: place for place in told}


def test_a_report_without_a_whole_map_is_drawn_from_tree_and_sizes():
    report = sample_report()
    found = places(replace(report, places=(Place(report.clusters[0].id, 9.0, 9.0, 9.0),)))
    assert set(found) == {c.id for c in report.clusters}
    assert all(abs(p.x) + p.radius <= 1.0001 and p.near == () for p in found.values())


def test_ids_do_not_move_a_cluster():
    report = sample_report()
    new = {c.id: f"Z{len(report.clusters) - i:03}" for i, c in enumerate(report.clusters)}
    one, two = places(report), places(renamed(report, new.__getitem__))
    assert all(one[old] == replace(two[id_], cluster=old) for old, id_ in new.items())


def test_an_empty_report_has_an_empty_map():
    assert places(empty_report()) == {}
