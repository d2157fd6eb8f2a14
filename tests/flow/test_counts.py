"""Where every conversation is a person of its own, both are one number with one draw."""

import json
from pathlib import Path

import anonymuse as am
from anonymuse.cli.outline import outline
from tests.flow.world import a_town, report


def test_conversations_that_are_their_own_unit_are_counted_once(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    found = am.run(data, tmp_path / "out", policy="internal", chat="none", embed="hashing",
                   unit="conversation", k=4)  # fmt: skip
    told = report(tmp_path / "out")["clusters"]
    assert all(own["units"] == own["conversations"] for own in told)
    (path,) = (tmp_path / "out" / "private" / "threshold").glob("*/leaves.json")
    noises = [leaf["noise"] for leaf in json.loads(path.read_text())]
    assert any(noise["units"] for noise in noises)
    assert all(noise["units"] == noise["conversations"] for noise in noises)
    assert "about " in outline(found.report)
