from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.errors import InputError
from anonymuse.evals.clusterings import embed_views
from anonymuse.evals.reconstruct import reconstruct
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.embedder import Vectors
from anonymuse.vectors.rows import unit_rows

N, TOP, BASE, LANGUAGES = 300, 5, 15, 3


def planted(seed: int = 0) -> tuple[KnownTruth, dict[str, np.ndarray]]:
    """Two-level topics in three languages, whose offsets are as large as the topics'."""
    rng = np.random.default_rng(seed)
    lower, language = np.arange(N) % BASE, rng.integers(LANGUAGES, size=N)
    centres = rng.normal(size=(TOP, 24))[np.arange(BASE) % TOP] + 0.6 * rng.normal(size=(BASE, 24))
    offsets = rng.normal(size=(LANGUAGES, 24))

    def view(noise: float, with_language: bool) -> np.ndarray:
        rows = centres[lower] + noise * rng.normal(size=(N, 24))
        return unit_rows(rows + offsets[language] if with_language else rows)

    names = tuple(f"language {g}" for g in language)
    known = KnownTruth(
        name="planted",
        texts={},
        languages=names,
        category=tuple(f"c{t % TOP}" for t in lower),
        subcategory=tuple(f"c{t % TOP}/s{t}" for t in lower),
        language=names,
    )
    texts = {"user": view(0.5, True), "whole": view(0.5, True)}
    return known, texts | {"request": view(0.9, False), "task": view(0.9, False)}


@pytest.fixture(scope="module")
def local() -> tuple[KnownTruth, dict[str, np.ndarray]]:
    known, vectors = planted()
    return known, {name: vectors[name] for name in ("user", "whole")}


def test_texts_alone_are_compared_with_plain_k_means(local) -> None:
    found = reconstruct(*local, seeds=2, draws=50)
    scores = {score.name: score for score in found.scores}
    assert {"purity.base", "ami.top", "ami.language"} < {score.key for score in found.scores}
    assert "k-means" in found.baseline
    assert scores["purity, k = 15"].ours.mean > 0.9
    assert scores["AMI with categories, k = 5"].ours.mean > 0.7
    assert scores["AMI with language, k = 15 (0 is best)"].ours.mean < 0.2
    assert scores["AMI with subcategories, k = 15"].ours.mean > 0.8
    assert "AMI with categories, tree cut at 5 nodes" in scores
    worst = scores["purity of the worst language, k = 15"].ours.mean
    assert worst == pytest.approx(min(ours.mean for ours, _ in found.by_language.values()))
    assert all(sum(row) == pytest.approx(1.0) for row in found.confusion)
    assert min(found.by_category.values()) > 0.8
    for score in found.scores:
        assert score.ours.low <= score.ours.mean <= score.ours.high
        assert score.gain.mean == pytest.approx(score.ours.mean - score.baseline.mean)
        assert np.mean(score.by_seed) == pytest.approx(score.ours.mean)


def test_recorded_facets_are_compared_with_the_papers_recipe() -> None:
    known, vectors = planted()
    found = reconstruct(known, vectors, seeds=2, draws=50)
    assert "paper" in found.baseline
    gain = {score.name: score.gain for score in found.scores}["purity, k = 15"]
    assert gain.mean == pytest.approx(2 / 270, abs=1e-6), "two rows more"
    assert gain.low < gain.mean < gain.high


def test_same_input_same_result(local) -> None:
    assert reconstruct(*local, seeds=2, draws=20) == reconstruct(*local, seeds=2, draws=20)


def test_one_category_is_refused(local) -> None:
    known, vectors = local
    alike = replace(known, category=("one",) * len(known))
    with pytest.raises(InputError, match="the same category"):
        reconstruct(alike, vectors, seeds=2)


def test_too_few_rows_are_refused(local) -> None:
    known, _ = local
    small = KnownTruth("small", {}, None, known.category[:20], None, None)
    with pytest.raises(InputError, match="20 rows"):
        reconstruct(small, {"user": np.zeros((20, 3), dtype=np.float32)}, seeds=2)


class Recorder:
    def __init__(self, name: str, keeps_prefix: bool) -> None:
        self.id, self.keeps_prefix, self.dimensions = name, keeps_prefix, 2
        self.knows_meaning = True

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), 2), dtype=np.float32)


def test_views_go_to_their_embedder_and_prefixes_where_they_belong() -> None:
    text = f"{REQUEST_PREFIX}cook"
    known = KnownTruth(
        "k", {"user": ("u",), "request": (text,), "task": ("t",)}, None, ("c",), None, None
    )
    for keeps, wanted in ((True, text), (False, "cook")):
        calls: list[tuple[str, str, tuple[str, ...]]] = []

        def embed(view, model, texts, calls=calls):
            calls.append((view, model.id, tuple(texts)))
            return model.embed(texts)

        embed_views(
            known,
            conversation=Recorder("e5", False),
            facets=Recorder("mpnet", keeps),
            embed=embed,
        )
        assert calls == [
            ("user", "e5", ("u",)),
            ("request", "mpnet", (wanted,)),
            ("task", "mpnet", ("t",)),
        ]
