"""Refusals without a phrase: a run finds them where its embedder knows meaning."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anonymuse import api
from anonymuse.wiring import job
from tests import town
from tests.flow.world import a_town, config
from tests.unit.stages.test_refuse import Meaning

SAID = "No: this is somebody's own affair."
"""no phrase of any language says that it is a refusal"""


def test_what_an_opening_means_counts_as_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = town.people(each=4)
    for row in rows[::4]:
        row["messages"] = [*row["messages"][:1], {"role": "assistant", "content": SAID}]
    monkeypatch.setattr(job, "embedder", lambda _name, _emit=None: Meaning())
    by_rules = config(extract__mode="local", models__chat="none")
    outcome = api.run(a_town(tmp_path, rows), tmp_path / "out", by_rules)
    assert outcome.ran.index("openings") < outcome.ran.index("extract")
    (found,) = (tmp_path / "out").rglob("facet-refused.parquet")
    assert pq.read_table(found)["value"].to_pylist().count("yes") == len(rows[::4])
    assert not set(api.run(tmp_path / "town.jsonl", tmp_path / "out", by_rules).ran)
