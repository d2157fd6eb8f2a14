"""Section: what a reader says of a sample of names; written to be graded, or read back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from anonymuse.domain.policy import DEMO
from anonymuse.evals import checklist
from anonymuse.evals.naming_scene import make_scene
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.names import base_clusters, named, naming_of
from anonymuse.evals.suite.section import Better, Figure, Number, Section
from anonymuse.stages.threshold import leaf_id

SEED: Final = 0
_WORDS: Final = {
    "fits": "Names that fit, by a reader",
    "vague": "Names that are vague",
    "wrong": "Names that are wrong",
    "detail": "Names with one person's detail",
}


def checklist_section(path: Path, material: Material) -> Section:
    """Write the sample where there is no file yet; else say what its grades are.

    Raises:
        InputError: the file is no checklist.
        OutputError: it cannot be written.
    """
    if not path.exists():
        checklist.write_checklist(path, sample(material))
        told = (
            f"Wrote {path.name}. Fill in the column `grade` of every row with one of "
            f"{', '.join(checklist.GRADES)}, and run the same command again."
        )
        return _section((), told)
    rows = checklist.read_checklist(path)
    found = checklist.graded(rows)
    figures = []
    for grade, estimate in found.items():
        better: Better = "higher" if grade == "fits" else "lower"
        count = sum(bool(row.grade) for row in rows)
        key = f"names.reader.{grade}"
        figures.append(Figure(key, _WORDS[grade], Number.of(estimate), better=better, rows=count))
    open_rows = sum(not row.grade for row in rows)
    return _section(tuple(figures), f"{open_rows} of {len(rows)} names have no grade yet."
                    if open_rows else "")  # fmt: skip


def sample(material: Material) -> list[checklist.Row]:
    """Return names of one clustering, drawn by lot, with what the truth says of each cluster."""
    scene = make_scene(naming_of(material, beside=False), DEMO, SEED, k=base_clusters(material))
    drafts = named(scene)
    lower = np.asarray(material.known.subcategory or material.known.category)
    rows = [
        checklist.Row(
            drafts[leaf_id(leaf)].name,
            drafts[leaf_id(leaf)].description,
            checklist.holds(lower[scene.labels == leaf].tolist()),
        )
        for leaf in scene.leaves
    ]
    return checklist.drawn(rows, seed=SEED)


def _section(figures: tuple[Figure, ...], note: str) -> Section:
    return Section(
        key="checklist",
        title="A reader's checklist",
        lead=(
            f"Up to {checklist.SAMPLE} names drawn by lot, graded by one reader who saw the name, "
            f"its description and what the truth says of the cluster."
        ),
        figures=figures,
        notes=(note,) if note else (),
    )
