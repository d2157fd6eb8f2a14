"""Does it cluster topics in every language?"""

from dataclasses import replace

import numpy as np
import pytest

from anonymuse.evals.suite.languages import LEAST_ROWS, apart, languages_section, large_languages
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.vectors.rows import unit_rows

TOPICS, LANGUAGES, EACH = 4, 3, 15


def made(*, noise: float) -> tuple[KnownTruth, dict[str, np.ndarray]]:
    rng = np.random.default_rng(0)
    topic = np.tile(np.repeat(np.arange(TOPICS), EACH), LANGUAGES)
    language = np.repeat(np.arange(LANGUAGES), TOPICS * EACH)
    rows = rng.normal(size=(TOPICS, 16))[topic] + 2 * rng.normal(size=(LANGUAGES, 16))[language]
    names = tuple(f"language {number}" for number in language)
    known = KnownTruth(
        name="made",
        texts={"user": ("",) * len(topic)},
        languages=names,
        category=tuple(f"topic {number}" for number in topic),
        subcategory=None,
        language=names,
    )
    return known, {"user": unit_rows(rows + noise * rng.normal(size=rows.shape))}


def test_clear_topics_are_pure_together_and_alone_in_both_worlds() -> None:
    known, vectors = made(noise=0.2)
    section = languages_section(known, vectors, base=TOPICS, method="views", seeds=2)
    assert section is not None
    whole = section.figures[0]
    assert whole.key == "within.base"
    assert whole.ours.value > 0.95
    assert whole.rows is not None
    assert len(known) - 5 < whole.rows <= len(known)  # a row may be in no sample
    assert len(whole.by_seed) == 2
    assert whole.baseline is not None
    assert whole.gain is not None
    assert whole.gain.value == pytest.approx(whole.ours.value - whole.baseline.value)
    shared = section.tables[0].rows[0][2]
    assert isinstance(shared, float)
    assert shared < 0.1  # clusters say nothing of the language
    # half of the categories leave 30 rows of each language: too few to cluster by themselves
    assert [figure.key for figure in section.figures] == ["within.base"]


def test_clusters_of_languages_are_told_by_their_share_of_the_language() -> None:
    known, vectors = made(noise=0.2)
    ours = apart(known, vectors, method="views", per_category=1.0, seeds=2)
    paper = apart(known, vectors, method="paper", per_category=1.0, seeds=2)
    assert ours.with_language[0] < 0.1
    assert paper.with_language[0] > 0.5
    assert np.nanmean(paper.together) < np.nanmean(ours.together)


def test_small_languages_and_one_language_have_no_section() -> None:
    known, vectors = made(noise=0.2)
    few = known.take(range(TOPICS * EACH + LEAST_ROWS - 1))
    assert large_languages(few) == ["language 0"]
    alone = replace(known, language=None)
    for one in (few, alone):
        own = {"user": vectors["user"][: len(one)]}
        assert languages_section(one, own, base=None, method="views", seeds=2) is None
