"""A model is asked about some people's conversations, and facets of all others are predicted.

People are drawn, not conversations: of whoever is drawn every conversation is asked about, so that
what a person has in a cluster, which is what a report counts, is known of them as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import DONE, Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps import membership, texts
from anonymuse.stages.predict import features, predicted_answers
from anonymuse.stages.sample import draw_people

LEAST_ASKED = 300
"""people that are asked about at least, or all of them"""
PREDICT = "predict"


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom a model is asked about.

    Attributes:
        share: of the people.
        seed: of the run.
        key: of the project.
    """

    share: float
    seed: int
    key: ProjectKey

    def people(self, sample: Path) -> npt.NDArray[np.bool_]:
        """Return who is drawn, by unit code, shape (units,)."""
        names = files.read_table(sample / "units.parquet")["pseudonym"].to_pylist()
        key = self.key.derive("sample")
        return draw_people(names, self.share, key=key, seed=self.seed, least=LEAST_ASKED)

    def rows(self, sample: Path) -> list[str]:
        """Return the rows that are asked about: the first with each text, in the sample's order."""
        drawn = self.people(sample)
        table = files.read_table(sample / "rows.parquet", ["unit", "stands_for"])
        both = zip(table["unit"].to_pylist(), table["stands_for"].to_pylist(), strict=True)
        return list(dict.fromkeys(row for unit, row in both if drawn[unit]))


def asked_facet(shop: Workshop, name: str) -> list[Scalar]:
    """Return what a model answered of each text; None where it was not asked."""
    found: list[Scalar] = files.read_table(_asked(shop.of("extract"), name))["value"].to_pylist()
    return found


def asked_rows(shop: Workshop, people: membership.Sampled, asking: Asking) -> npt.NDArray[np.bool_]:
    """Return which rows of the sample are those of people who were drawn, shape (rows,).

    Those for which the model's call failed are not: no answer is not the lack of every value.
    """
    answered = np.ones(people.texts, dtype=np.bool_)
    answered[files.read_table(shop.of("extract") / "failures.parquet")["place"].to_numpy()] = False
    found: npt.NDArray[np.bool_] = asking.people(shop.of("sample"))[people.unit]
    return found & answered[people.text]


async def predict(
    shop: Workshop, *, questions: Sequence[FacetQuestion], views: Sequence[str]
) -> Mapping[str, int]:
    """Predict facets of every text; writes the files of `extract` anew, and what was asked beside.

    ``facet-<name>.parquet`` then holds predictions, also of the asked, whose own answers are in
    ``asked-<name>.parquet``: what is known of both says how far predictions are off.
    """
    source = shop.of("extract")
    for path in sorted(source.iterdir()):
        if path.name != DONE:
            with files.writing_to(shop.folder):
                files.copy(path, shop.folder / path.name)
    vectors = [texts.view_vectors(shop.of("embed"), view) for view in views]
    rows = features(vectors, texts.facet(source, texts.CUE))
    group = _groups(membership.sampled(shop))
    counts = {"conversations": len(rows)}
    for question in questions:
        answers = texts.facet(source, question.name)
        found = predicted_answers(question, answers, rows, group)
        told = source / f"facet-{question.name}.parquet"
        kind = files.read_table(told).schema.field("value").type
        with files.writing_to(shop.folder):
            files.copy(told, _asked(shop.folder, question.name))
        files.write_table(shop.folder / told.name, pa.table({"value": pa.array(found, kind)}))
        counts[f"{question.name}: predicted from"] = len(answers) - answers.count(None)
    return counts


def _groups(people: membership.Sampled) -> npt.NDArray[np.int64]:
    """Return a person for each text, the first who wrote it, shape (texts,)."""
    found = np.full(people.texts, np.iinfo(np.int64).max)
    np.minimum.at(found, people.text, people.unit.astype(np.int64))
    return found


def _asked(folder: Path, name: str) -> Path:
    return folder / f"asked-{name}.parquet"
