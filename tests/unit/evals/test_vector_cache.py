from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from anonymuse.errors import OutputError
from anonymuse.evals import vector_cache
from anonymuse.evals.vector_cache import Remembering, embed_cached
from anonymuse.ports.embedder import Vectors


class Counting:
    dimensions = 3
    keeps_prefix = False
    knows_meaning = False

    def __init__(self, name: str = "counting 1") -> None:
        self.id = name
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.seen += texts
        return np.array([[len(text), 1, 0] for text in texts], dtype=np.float32)


TEXTS = ["a", "bb", "ccc", "dddd", "eeeee"]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_cache, "CHUNK", 2)


def test_a_new_folder_is_its_owner_s_only(tmp_path: Path) -> None:
    embed_cached(Counting(), TEXTS, folder=tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_second_time_nothing_is_embedded(tmp_path: Path) -> None:
    first, again = Counting(), Counting()
    made = embed_cached(first, TEXTS, folder=tmp_path)
    kept = embed_cached(again, TEXTS, folder=tmp_path)
    assert first.seen == TEXTS
    assert again.seen == []
    assert np.array_equal(made, kept)
    assert made[:, 0].tolist() == [1, 2, 3, 4, 5]


def test_only_changed_chunks_are_embedded_again(tmp_path: Path) -> None:
    embed_cached(Counting(), TEXTS, folder=tmp_path)
    changed = Counting()
    embed_cached(changed, ["a", "bb", "ccc", "x", "eeeee"], folder=tmp_path)
    assert changed.seen == ["ccc", "x"]


def test_another_embedder_has_its_own_vectors(tmp_path: Path) -> None:
    embed_cached(Counting(), TEXTS, folder=tmp_path)
    other = Counting("counting 2")
    embed_cached(other, TEXTS, folder=tmp_path)
    assert other.seen == TEXTS


def test_without_a_folder_nothing_is_kept_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    made = embed_cached(
        Counting(), TEXTS, folder=None, progress=lambda done, total: told.append((done, total))
    )
    assert made.shape == (5, 3)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert embed_cached(Counting(), [], folder=None).shape == (0, 3)


def test_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("here already")
    with pytest.raises(OutputError, match="--cache"):
        embed_cached(Counting(), TEXTS, folder=blocked / "under")


def test_no_text_is_embedded_twice() -> None:
    model = Counting()
    known = Remembering(model, ["bread"], np.ones((1, 3), dtype=np.float32))
    wanted = ["bread", "tax", "bread", "poems", "tax"]
    found = known.embed(wanted)
    np.testing.assert_array_equal(known.embed(wanted), found)
    assert found.shape == (5, 3)
    assert model.seen == ["tax", "poems"]
