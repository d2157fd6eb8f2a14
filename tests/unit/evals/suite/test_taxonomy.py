"""The section on a given taxonomy: its figures, and when there is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.domain.taxonomy import NOWHERE
from anonymuse.evals.corpus import population
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Bars, Heat
from anonymuse.evals.suite.taxonomy import SHIPPED, _shipped, measure_taxonomy
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.pipeline.config import make_config
from tests.unit.evals.suite.materials import material_of

WORDS = {
    "pets": ("cats and dogs", "cats with long tails", "dogs on the lawn"),
    "boats": ("boats on the river", "sails and ropes", "boats and sails"),
    "taxes": ("taxes of firms", "forms for taxes", "taxes and forms due"),
    "bread": ("flour and salt", "ovens for bread", "bread with salt"),
}
FILE = """
categories = [
  { name = "PETS", description = "cats, dogs", subcategories = [{ name = "long_tails" }] },
  { name = "boats", description = "river, sails" },
  { name = "taxes", description = "forms, firms" },
  { name = "bread", description = "flour, salt, ovens" },
]
"""


def material(folder: Path, text: str = FILE) -> Material:
    path = folder / "topics.toml"
    path.write_text(text, encoding="utf-8")
    kinds = tuple(kind for kind in WORDS for _ in range(30))
    texts = tuple(f"{WORDS[kind][row % 3]} number {row}" for row, kind in enumerate(kinds))
    embedder = HashingEmbedder()
    known = KnownTruth(
        name="made",
        texts={"user": texts},
        languages=None,
        category=kinds,
        subcategory=tuple(f"{kind}/{'long tails' if 'tails' in text else 'other'}"
                          for kind, text in zip(kinds, texts, strict=True)),
        language=tuple("ab"[row % 2] for row in range(len(kinds))),
    )  # fmt: skip
    return material_of(
        known,
        {"user": embedder.embed(texts)},
        config=make_config({"taxonomy": {"file": str(path)}}),
    )


def test_figures_and_pictures_of_a_sorting_that_works(tmp_path: Path) -> None:
    section = measure_taxonomy(material(tmp_path), seeds=3)
    assert section is not None
    figures = {figure.key: figure for figure in section.figures}
    assert set(figures) == {
        "category", "nearest", "category.f1", "detail",
        "nowhere.found", "nowhere.lost", "nowhere.auc",
    }  # fmt: skip
    assert figures["category"].rows == 120
    assert figures["category"].ours.value > 0.8
    forced = figures["nearest"]
    assert forced.ours.value >= figures["category"].ours.value
    assert forced.baseline is not None
    assert forced.gain is not None
    assert figures["detail"].rows == 10
    assert figures["nowhere.auc"].ours.value > 0.6
    assert len(figures["nowhere.found"].by_seed) == 3
    assert figures["nowhere.lost"].better == "lower"
    heat, bars = section.pictures
    assert isinstance(heat, Heat)
    assert isinstance(bars, Bars)
    assert heat.columns == ("PETS", "boats", "taxes", "bread", NOWHERE)
    assert [sum(row) for row in heat.cells] == pytest.approx([1.0] * 4)
    assert bars.labels == ("a", "b")


def test_no_taxonomy_of_the_truth_no_section(tmp_path: Path) -> None:
    made = material(tmp_path)
    assert measure_taxonomy(replace(made, config=make_config({})), seeds=3) is None
    other = 'categories = [{ name = "snow" }, { name = "pets" }]'
    assert measure_taxonomy(material(tmp_path, other), seeds=3) is None


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_taxonomies_are_valid(name: str) -> None:
    found = _shipped(f"{name}, recorded facets")
    assert found is not None
    assert all(category.description for category in found.categories)


def test_the_corpus_has_every_name_of_its_taxonomy() -> None:
    found = _shipped("corpus")
    truth = [row.truth for row in population.load() if row.truth.part == "regular"]
    assert found is not None
    assert {name.casefold() for name in found.names} == {t.category.casefold() for t in truth}
    lower = {t.subcategory.casefold() for t in truth}
    assert {name.casefold() for name, _ in found.details} == lower
