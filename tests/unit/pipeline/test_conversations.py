from pathlib import Path

import pytest

from anonymuse.api.restricted import run_restricted
from anonymuse.pipeline.conversations import Conversations
from anonymuse.pipeline.last_run import last_restricted_run
from anonymuse.wiring.restricted import open_restricted
from anonymuse.wiring.vault import opened_vault
from tests import harbour


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harbour")
    data, _ = harbour.write(folder, harbour.rows()[:4])
    run_restricted(data, folder / "run", chat="none", embed="hashing")
    return folder / "run"


def rows(out: Path) -> list[str]:
    with open_restricted(out) as store:
        return [own.row for own in store.members()]


def test_a_conversation_is_fetched_with_all_but_its_owner_s_name(out: Path) -> None:
    wanted = harbour.rows()[0]
    with opened_vault(out):
        shelf = Conversations(last_restricted_run(out).steps["ingest"].folder)
        found = shelf.fetch(rows(out)[0])
    assert found is not None
    assert found.id == wanted["id"]
    assert [turn.text for turn in found.turns] == [own["content"] for own in wanted["messages"]]
    assert found.time is not None
    assert found.time.isoformat() == wanted["timestamp"]
    assert found.metadata == {"flagged": wanted["flagged"]}
    assert wanted["user_id"] not in (found.user, found.organisation)


@pytest.mark.parametrize("row", ["", "nothing", "../key.json"])
def test_a_row_that_is_not_there_is_none(out: Path, row: str) -> None:
    with open_restricted(out) as store:
        assert store.conversation(row) is None


def test_a_shard_that_was_dropped_meanwhile_is_none(out: Path) -> None:
    row = rows(out)[1]
    with open_restricted(out) as store:
        assert store.conversation(row) is not None
        (shard,) = (out / "private" / "ingest").rglob("part-*.parquet")
        aside = shard.rename(shard.with_suffix(".aside"))
        assert store.conversation(row) is None
        aside.rename(shard)
        assert store.conversation(row) is not None
