"""Names are replaced before anybody reads a conversation, where a run is told to."""

import json
from pathlib import Path

import anonymuse as am
from anonymuse.pipeline import files
from tests.flow.world import a_town


def _texts(out: Path) -> str:
    shards = (out / "private" / "scrub").glob("*/part-*.parquet")
    return json.dumps([files.read_table(path).to_pylist() for path in shards])


def test_names_go_where_a_run_is_told_to(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    lines = data.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[0])
    row["messages"][0]["content"] = "My name is Aurelia Brankovich, help me. " + str(
        row["messages"][0]["content"]
    )
    data.write_text("\n".join([json.dumps(row), *lines[1:]]), encoding="utf-8")

    def run(name: str, names: str) -> am.Outcome:
        return am.run(
            data, tmp_path / name, policy="demo", chat="none", embed="hashing", names=names
        )

    plain, named = run("plain", "none"), run("named", "cues")
    assert "Brankovich" in _texts(tmp_path / "plain")
    assert "Brankovich" not in _texts(tmp_path / "named")
    assert "names" not in plain.receipt.models
    assert named.receipt.models["names"].startswith("cues-")
