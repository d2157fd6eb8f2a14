from __future__ import annotations

from pathlib import Path

import pytest

from anonymuse.cli import evaluate_coordination
from anonymuse.cli.evaluate_coordination import coordination
from anonymuse.errors import UserError


def test_sizes_that_are_none_are_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluate_coordination, "_material", lambda *_: pytest.fail("was read"))
    with pytest.raises(UserError, match="--sizes takes"):
        coordination(sizes="many", seeds=1)


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate_coordination, "_material", lambda *_: pytest.fail("was read"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError):
        coordination(sizes="5", seeds=1, out=tmp_path / "file" / "below")


def test_the_command_is_told_without_any_place() -> None:
    told = evaluate_coordination._typed(
        Path("/somewhere/chats.jsonl"), Path("/data/clinc.jsonl.gz"), (5, 20), 3
    )
    assert told == (
        "anonymuse eval coordination --background chats.jsonl --crowds clinc.jsonl.gz "
        "--sizes 5,20 --seeds 3"
    )
