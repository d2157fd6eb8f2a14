"""A whole run in which special categories are generalised: specifics end where they were read."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anonymuse import api
from anonymuse.errors import ConfigError
from tests import town
from tests.flow.world import a_town, config

SPECIFIC = "metformin"


@pytest.mark.parametrize("mode", [pytest.param("llm", marks=pytest.mark.slow), "local"])
def test_no_specific_lives_behind_the_extraction(tmp_path: Path, mode: str) -> None:
    rows = town.people()
    for row in rows[::3]:
        row["messages"][0]["content"] += f" I was diagnosed with diabetes and take {SPECIFIC}."
    changes = {"privacy__generalise": True, "extract__mode": mode}
    chat = {"models__chat": "none"} if mode == "local" else {}
    outcome = api.run(a_town(tmp_path, rows), tmp_path / "out", config(**changes, **chat))
    assert "generalise" in outcome.ran
    holding = {
        path.relative_to(tmp_path / "out").parts[1]
        for path in (tmp_path / "out").rglob("*.parquet")
        if SPECIFIC.encode() in _bytes(path)
    }
    assert holding <= {"ingest", "scrub"}
    assert "scrub" in holding
    released = b"".join(
        p.read_bytes() for p in (tmp_path / "out/release").rglob("*") if p.is_file()
    )
    assert SPECIFIC.encode() not in released
    assert b"diabet" not in released.lower()


def _bytes(path: Path) -> bytes:
    """Return what the text columns of a file hold."""
    return repr(pq.read_table(path).to_pylist()).encode()


def test_a_policy_that_generalises_cannot_be_told_not_to() -> None:
    with pytest.raises(ConfigError, match="generalise"):
        config(privacy__policy="public", privacy__generalise=False).policy()
