"""Section: does a run notice that it went wrong, and keep quiet when it did not?

The run's own appraisal, which knows no truth, on samples that are clustered as a run would, and on
the same samples broken in three ways.
"""

from __future__ import annotations

import numpy as np

from anonymuse.evals.clusterings import Rows, draw_rows, numbers, sizes_of, views_of
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Figure, Number, Section, Table
from anonymuse.stages.appraise import FOR_HALVES, FOR_LANGUAGES, Appraisal, Doubt, appraise
from anonymuse.stages.cluster import cluster
from anonymuse.stats.scoring import share
from anonymuse.vectors.rows import Floats, Labels, philox, unit_rows
from anonymuse.vectors.views import View

SHARE = 0.8
LEAST_RUNS = 5
TEXTS = ("whole", "user")

_BROKEN: dict[Doubt, str] = {
    "shapeless": "every coordinate shuffled by itself: no structure",
    "collapsed": "two texts in place of all, a little noise on each",
    "languages": "every language one group",
}


def measure_guard(material: Material, *, seeds: int) -> Section | None:
    """Return the section; None where there are too few conversations to be judged."""
    if SHARE * len(material.known) < FOR_HALVES:
        return None
    runs = max(seeds, LEAST_RUNS)
    sound: list[Appraisal] = []
    several = _speaks_several(material)
    noticed: dict[Doubt, list[bool]] = {
        doubt: [] for doubt in _BROKEN if doubt != "languages" or several
    }
    for seed in material.counted(range(runs)):
        rows = draw_rows(len(material.known), SHARE, seed)
        sound.append(_plain(material, rows, seed))
        for doubt, found in noticed.items():
            found.append(doubt in _broken(material, rows, seed, doubt))
    alarms = [bool(seen.doubts) for seen in sound]
    return Section(
        key="guard",
        title="Does a run notice that it went wrong?",
        lead=(
            f"The run's own appraisal, which knows no truth, on {runs} samples of {SHARE:.0%}: "
            f"clustered as a run would, and broken on purpose."
        ),
        figures=(
            Figure("guard.false", "Alarms where nothing is wrong", Number.of(share(alarms)),
                   better="lower", rows=runs),
            *(Figure(f"guard.{doubt}", f"Noticed: {_BROKEN[doubt]}", Number.of(share(found)),
                     rows=runs) for doubt, found in noticed.items()),
        ),
        tables=(_seen(sound),),
        notes=() if several else ("One language, or too few conversations in others: whether "
                                  "groups are languages was not asked.",),
    )  # fmt: skip


def _speaks_several(material: Material) -> bool:
    language = material.known.languages
    enough = SHARE * len(material.known) >= FOR_LANGUAGES
    return (
        language is not None and len(set(language)) > 1 and enough and _text(material) is not None
    )


def _text(material: Material) -> Floats | None:
    return next((material.vectors[name] for name in TEXTS if name in material.vectors), None)


def _size(material: Material) -> int:
    known = material.known
    base, _ = sizes_of(known, material.config.cluster.k, share=SHARE)
    return max(4, min(base, round(SHARE * len(known)) // 15))


def _judged(material: Material, rows: Rows, labels: Labels, space: Floats, seed: int) -> Appraisal:
    text, languages = _text(material), material.known.languages
    seen = appraise(
        labels,
        space,
        np.arange(len(rows)),
        weights=np.ones(len(rows)),
        k=_size(material),
        seed=seed,
        vectors=None if text is None or languages is None else text[rows],
        languages=[languages[row] for row in rows] if languages else (),
    )
    if seen is None:  # measure_guard has counted them
        raise AssertionError("too few conversations")
    return seen


def _plain(material: Material, rows: Rows, seed: int) -> Appraisal:
    views = views_of(material.known, material.vectors, rows)
    found = cluster(views, k=_size(material), seed=seed, method=material.config.cluster.method)
    return _judged(material, rows, found.labels, found.space, seed)


def _broken(material: Material, rows: Rows, seed: int, how: Doubt) -> tuple[Doubt, ...]:
    """Return what is noticed of a sample that is broken in one way."""
    rng = philox(seed)
    first = views_of(material.known, material.vectors, rows)[0]
    vectors = np.asarray(first.vectors, dtype=np.float32)
    if how == "languages":
        codes = numbers([(material.known.languages or ())[row] for row in rows]).astype(np.int32)
        return _judged(
            material, rows, codes, unit_rows(vectors - vectors.mean(axis=0)), seed
        ).doubts
    if how == "shapeless":
        vectors = np.stack([rng.permutation(axis) for axis in vectors.T], axis=1)
    else:
        noise = rng.standard_normal(vectors.shape).astype(np.float32) / vectors.shape[1] ** 0.5
        pair = unit_rows(rng.standard_normal((2, vectors.shape[1])))
        vectors = pair[rng.integers(2, size=len(rows))] + 0.05 * noise
    found = cluster([View("broken", unit_rows(vectors))], k=_size(material), seed=seed)
    return _judged(material, rows, found.labels, found.space, seed).doubts


def _seen(sound: list[Appraisal]) -> Table:
    found: dict[str, list[float | None]] = {
        "share of the largest group": [seen.largest for seen in sound],
        "agreement of two halves, above chance": [seen.agreement for seen in sound],
        "share that fits badly": [seen.misfit for seen in sound],
        "neighbours in other languages, for each by chance": [seen.meeting for seen in sound],
        "of those in the same group, for each in one language": [seen.across for seen in sound],
    }
    rows = []
    for name, values in found.items():
        known = [value for value in values if value is not None]
        if known:
            rows.append((name, min(known), float(np.median(known)), max(known)))
    return Table(
        "What the appraisal saw where nothing is wrong.",
        ("what", "least", "median", "most"),
        tuple(rows),
    )
