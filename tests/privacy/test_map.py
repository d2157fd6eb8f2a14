"""The map tells nothing that the bundle does not: whoever has the bundle can draw it."""

from dataclasses import replace
from pathlib import Path

import pytest

from anonymuse import api
from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.adapters.store.report_folder import load_report, save_report
from anonymuse.domain.released.layout import Place, in_rows, rounded
from anonymuse.domain.released.report import Report
from anonymuse.stages.project import project
from tests.flow.world import a_town, config


def drawn_by_a_reader(report: Report) -> tuple[Place, ...]:
    """Draw the map from a bundle, as somebody would who has nothing else."""
    order, parents = in_rows(report.clusters)
    vectors = HashingEmbedder().embed([f"{c.name}. {c.description}" for c in order])
    drawn = project(parents, [c.conversations for c in order], [c.level for c in order], vectors)
    xy = zip(drawn.layout.x, drawn.layout.y, drawn.layout.radius, drawn.near, order, strict=True)
    return tuple(
        Place(c.id, rounded(x), rounded(y), rounded(r), tuple(order[n].id for n in near))
        for x, y, r, near, c in xy
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> api.Outcome:
    folder = tmp_path_factory.mktemp("map")
    more = config(cluster__on=["task"])
    return api.run(a_town(folder), folder / "out", more)


def test_a_reader_of_the_bundle_draws_the_same_map(run: api.Outcome, tmp_path: Path) -> None:
    bare = [replace(own, places=()) for own in (run.report, *run.report.further)]
    assert len(bare) == 2
    for own, told in zip(bare, (run.report, *run.report.further), strict=True):
        save_report(replace(own, further=()), tmp_path)
        assert drawn_by_a_reader(load_report(tmp_path)) == told.places


def test_a_rename_draws_the_map_again(tmp_path: Path) -> None:
    source, out = a_town(tmp_path), tmp_path / "out"
    before = api.run(source, out, config()).report
    node = next(c for c in before.clusters if c.level == 0 and len(c.name.split()) > 1)
    api.edit(out).rename(node, node.name.split()[0].capitalize(), why="shorter")
    outcome = api.run(source, out, config())
    assert "project" in outcome.ran
    assert outcome.report.places == drawn_by_a_reader(outcome.report)
    assert outcome.report.places != before.places
