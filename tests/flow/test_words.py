"""A word that one person repeats through many accounts stays inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anonymuse import api
from tests import town
from tests.flow.world import a_town, bundle, config

WORD = "zirconium"
COPIED = (
    "how do I bake bread in a small oven with a zirconium stone when the dough has rested over "
    "night and the flour is old and I have neither yeast nor much time before my guests arrive"
)
ENDS = ("please", "thanks", "tell me", "quickly", "in short", "today", "now", "once more")


def said_by(count: int, texts: list[str]) -> list[dict[str, Any]]:
    rows = town.people()
    for i in range(count):
        row = dict(rows[0], id=f"p{i}", user=f"account-{i}")
        row["messages"] = [
            {"role": "user", "content": texts[i % len(texts)]},
            {"role": "assistant", "content": "Mix flour and water."},
        ]
        rows.append(row)
    return rows


def released(folder: Path, rows: list[dict[str, Any]]) -> bytes:
    settings = config(models__chat="none", extract__mode="local")
    api.run(a_town(folder, rows), folder / "out", settings)
    return b"".join(bundle(folder / "out").values()).lower()


def test_a_text_that_many_accounts_send_supports_no_word(tmp_path: Path) -> None:
    texts = [f"{COPIED} {end}" for end in ENDS]
    assert WORD.encode() not in released(tmp_path, said_by(24, texts))


def test_a_word_that_many_people_use_comes_out(tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    texts = [f"bake bread on my {WORD} stone, {end}" for end in ENDS]
    assert WORD.encode() in released(tmp_path, said_by(24, texts))
