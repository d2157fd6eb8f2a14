import sqlite3
import stat
from pathlib import Path

import pytest

from anonymuse.adapters.chat.ledger import LOST, Call, Ledger
from anonymuse.domain.money import Price
from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.ports.spending import total

PRICE = Price(1.0, 2.0, 0.1)


def call(purpose: str = "extract", outcome: str = "reply", **more: object) -> Call:
    values = {"tokens_in": 100, "tokens_out": 10, "micro_dollars": 120.0} | more
    return Call(1.0, purpose, "a model", outcome, **values)  # type: ignore[arg-type]


def rows(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        found: int = connection.execute("SELECT count(*) FROM calls").fetchone()[0]
    connection.close()
    return found


def test_lines_are_summed_by_purpose_over_every_run(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    for _ in range(2):
        ledger = Ledger(path)
        ledger.add(call())
        ledger.add(call(outcome="refusal", tokens_out=0, micro_dollars=100.0))
        ledger.add(call("name", tokens_cached=40))
        ledger.add(call("name", hit=True, tokens_in=0, tokens_out=0, micro_dollars=0.0))
        ledger.close()
    ledger = Ledger(path)
    lines = ledger.lines()
    assert list(lines) == ["extract", "name"]
    extract, name = lines.values()
    assert (extract.calls, extract.tokens_in, extract.tokens_out) == (4, 400, 20)
    assert extract.failures == {"refusal": 2}
    assert (name.calls, name.hits, name.tokens_cached) == (2, 2, 80)
    assert total(lines).micro_dollars == pytest.approx(ledger.spent) == pytest.approx(680)
    ledger.close()


def test_rows_are_gathered_and_written_together_or_after_a_second(tmp_path: Path):
    now = [0.0]
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path, clock=lambda: now[0])
    for _ in range(199):
        ledger.add(call())
    assert rows(path) == 0
    ledger.add(call())
    assert rows(path) == 200
    ledger.add(call())
    assert rows(path) == 200
    now[0] += 1.0
    ledger.add(call())
    assert rows(path) == 202
    ledger.add(call())
    ledger.close()
    assert rows(path) == 203


def test_what_a_kill_kept_from_the_ledger_is_found_in_the_stored_answers(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.add(call())
    ledger.flush()
    ledger.reconcile(100, 10, PRICE)
    ledger.close()
    again = Ledger(tmp_path / "ledger.sqlite")
    found = again.reconcile(1_100, 60, PRICE)  # a thousand in and fifty out more than the rows say
    assert found is not None
    assert (found.purpose, found.tokens_in, found.tokens_out) == (LOST, 1_000, 50)
    assert again.spent == pytest.approx(120 + 1_000 * 1.0 + 50 * 2.0)
    assert again.reconcile(1_100, 60, PRICE) is None
    again.close()


def test_answers_that_somebody_deleted_hide_no_later_loss(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for _ in range(5):
        ledger.add(call())
    assert ledger.reconcile(0, 0, PRICE) is None  # the store was deleted: 500 tokens are gone
    found = ledger.reconcile(70, 7, PRICE)
    assert found is not None
    assert (found.tokens_in, found.tokens_out) == (70, 7)
    ledger.close()


def test_failures_that_are_not_stored_are_no_part_of_the_comparison(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.add(call(outcome="invalid"))
    ledger.add(call(outcome="refusal"))
    found = ledger.reconcile(100, 10, PRICE)
    assert found is None
    ledger.close()


def test_without_a_price_money_is_unknown_not_nothing(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.add(call(micro_dollars=None))
    assert ledger.lines()["extract"].unpriced == 1
    ledger.close()


def test_only_the_owner_may_read_it(tmp_path: Path):
    path = tmp_path / "private" / "ledger.sqlite"
    Ledger(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_strange_or_broken_file_is_a_sentence(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(BrokenRunError, match=r"ledger\.sqlite.*damaged"):
        Ledger(path)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
    connection.close()
    with pytest.raises(BrokenRunError, match="not written by this program"):
        Ledger(other)


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        Ledger(tmp_path / "file" / "ledger.sqlite")


def test_no_column_could_hold_text_or_an_id_of_a_conversation(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    with sqlite3.connect(path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(calls)")]
    connection.close()
    assert columns == list(Call.__dataclass_fields__)
    assert set(columns) == {
        "time", "purpose", "model", "outcome", "tokens_in", "tokens_out", "tokens_cached",
        "micro_dollars", "latency_ms", "hit", "batch",
    }  # fmt: skip
