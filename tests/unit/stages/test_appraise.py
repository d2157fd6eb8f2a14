"""Does the appraisal see what is wrong, and nothing where nothing is?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from anonymuse.stages.appraise import Appraisal, appraise, choose_rows
from anonymuse.stages.cluster import cluster
from anonymuse.vectors.rows import Floats, unit_rows
from anonymuse.vectors.views import View

N, D, K = 600, 48, 12


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def _noise(seed: int, n: int = N) -> Floats:
    return _rng(seed).standard_normal((n, D)).astype(np.float32)


def _topics(n: int = N, seed: int = 0) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return twelve topics with subtopics, as points and as the topic of each."""
    topic = np.arange(n) % K
    return 2.5 * unit_rows(_noise(seed, K))[topic] + 0.2 * _noise(seed + 1, n), topic


def _seen(
    points: Floats, *, languages: list[str] | None = None, centred: bool = True, k: int = K
) -> Appraisal:
    vectors = unit_rows(points)
    view = View("user", vectors, languages if centred else None)
    found = cluster([view], k=k, seed=0)
    n = len(points)
    seen = appraise(
        found.labels,
        found.space,
        choose_rows(np.arange(n), np.arange(n), 0),
        weights=np.ones(n),
        k=k,
        seed=0,
        vectors=None if languages is None else vectors,
        languages=languages or (),
    )
    assert seen is not None
    return seen


def test_topics_are_in_no_doubt() -> None:
    seen = _seen(_topics()[0])
    assert seen.doubts == ()
    assert seen.agreement is not None
    assert seen.agreement > 0.3
    assert seen.misfit < 0.05


@pytest.mark.parametrize("seed", range(3))
def test_points_without_structure_are_shapeless(seed: int) -> None:
    seen = _seen(_noise(seed))
    assert seen.doubts == ("shapeless",)
    assert seen.misfit > 0.3


def test_the_same_text_from_everybody_has_collapsed() -> None:
    seen = _seen(np.ones((N, D), dtype=np.float32))
    assert (seen.groups, seen.largest) == (1, 1.0)
    assert "collapsed" in seen.doubts


def test_clusters_that_coincide_are_one() -> None:
    two = unit_rows(_noise(7, 2))[np.arange(N) % 2]
    seen = _seen(two + 0.001 * _noise(8))
    assert seen.groups == 2
    assert "collapsed" in seen.doubts


def test_who_wants_two_clusters_gets_two() -> None:
    two = unit_rows(_noise(7, 2))[np.arange(N) % 2]
    assert "collapsed" not in _seen(two + 0.1 * _noise(8), k=2).doubts


def _spoken(topics: Floats) -> tuple[Floats, list[str]]:
    """Return the points moved by one of four languages each, and the languages."""
    language = (np.arange(len(topics)) // K) % 4
    far = 6.0 * unit_rows(_noise(21, 4))
    return topics + far[language], [f"language {number}" for number in language]


def test_groups_that_are_languages_are_told() -> None:
    points, languages = _spoken(_topics()[0])
    assert _seen(points, languages=languages, centred=True).doubts == ()
    seen = _seen(points, languages=languages, centred=False, k=4)
    assert "languages" in seen.doubts
    assert seen.across is not None
    assert seen.across < 0.1


def test_topics_that_each_language_has_for_itself_are_no_alarm() -> None:
    topics, topic = _topics()
    language = topic // 3  # three topics in each of four languages
    points = topics + 6.0 * unit_rows(_noise(21, 4))[language]
    seen = _seen(points, languages=[f"language {n}" for n in language], centred=False)
    assert "languages" not in seen.doubts


@pytest.mark.parametrize("languages", [["en"] * N, ["unknown"] * N])
def test_one_language_or_none_is_not_asked_about(languages: list[str]) -> None:
    seen = _seen(_topics()[0], languages=languages)
    assert (seen.meeting, seen.across, seen.doubts) == (None, None, ())


def test_of_few_conversations_less_is_said() -> None:
    seen = _seen(_topics(120)[0])
    assert (seen.agreement, seen.doubts) == (None, ())
    nobody = appraise(
        np.zeros(20, dtype=np.int32),
        unit_rows(_noise(0, 20)),
        np.arange(20),
        weights=np.ones(20),
        k=2,
        seed=0,
    )
    assert nobody is None


def test_each_person_has_one_conversation_in_it() -> None:
    units = np.repeat(np.arange(70), 10)
    texts = np.arange(700)
    rows = choose_rows(texts, units, 3)
    assert len(rows) == 70
    assert set(units[rows].tolist()) == set(range(70))
    assert choose_rows(texts, units, 3).tolist() == rows.tolist()


def test_one_text_that_everybody_sent_is_a_collapse() -> None:
    rows = choose_rows(np.zeros(90, dtype=np.int64), np.arange(90), 0)
    assert rows.tolist() == [0] * 90
    seen = appraise(
        np.zeros(1, dtype=np.int32),
        np.zeros((1, 4), dtype=np.float32),
        rows,
        weights=np.array([90.0]),
        k=10,
        seed=0,
    )
    assert seen is not None
    assert seen.doubts == ("collapsed",)
