"""Files of categories: what is right is read, what is wrong gets a sentence."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from anonymuse.domain.taxonomy import DETAIL, NOWHERE, TAXONOMY
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline.config import make_config
from anonymuse.pipeline.facet_sets import facets_of
from anonymuse.pipeline.plan_taxonomy import told_of_taxonomy
from anonymuse.pipeline.taxonomy import MOST_ASKED, MOST_NAMES, read_taxonomy

GOOD = """
title = "What we know"
[[categories]]
name = "Travel"
description = "Flights,  hotels and visas."
examples = ["Is my train late?", " "]
subcategories = [{ name = "Visas" }, { name = "Trains", description = "rail" }]
[[categories]]
name = "Bread"
"""


def written(folder: Path, text: str, name: str = "topics.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def config(path: Path, **more: Any) -> Any:
    return make_config({"taxonomy": {"file": str(path), **more}})


def test_a_file_is_read_and_becomes_two_facets(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    taxonomy = read_taxonomy(path)
    assert taxonomy.names == ("Travel", "Bread")
    assert taxonomy.details == (("Visas", "Travel"), ("Trains", "Travel"))
    assert taxonomy.categories[0].texts == (
        "Travel: Flights, hotels and visas.",
        "Is my train late?",
    )
    facets = {facet.name: facet for facet in facets_of(config(path))}
    assert facets[TAXONOMY].values == ("Travel", "Bread", NOWHERE)
    assert facets[TAXONOMY].heading == "What we know"
    assert facets[DETAIL].values == ("Visas", "Trains", NOWHERE)
    assert facets[DETAIL].within == ("Travel", "Travel", NOWHERE)
    assert facets[TAXONOMY].question == ""  # descriptions are not published
    assert not facets[TAXONOMY].is_answered
    assert not facets[TAXONOMY].is_derived
    told = told_of_taxonomy(config(path))
    assert told == {"taxonomy": "2 categories, 2 subcategories, sorted by vectors"}
    assert told_of_taxonomy(make_config({})) == {}


def test_json_is_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(tomllib.loads(GOOD)), "topics.json")
    assert read_taxonomy(path) == read_taxonomy(written(tmp_path, GOOD))


def test_a_model_may_be_asked(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    facets = {facet.name: facet for facet in facets_of(config(path, by="model"))}
    assert facets[TAXONOMY].is_answered
    assert "Flights, hotels and visas" in facets[TAXONOMY].question
    assert "rail" in facets[DETAIL].question
    many = "\n".join(f'[[categories]]\nname = "topic {chr(97 + n % 26)}{n}"'
                     for n in range(MOST_ASKED + 1))  # fmt: skip
    with pytest.raises(ConfigError, match="at most 40"):
        facets_of(config(written(tmp_path, many), by="model"))
    telling = written(tmp_path, GOOD.replace("Flights,", "Flights of jane.roe@example.org,"))
    facets_of(config(telling))  # by vectors, descriptions are not published
    with pytest.raises(ConfigError, match="part of the published question"):
        facets_of(config(telling, by="model"))


def test_a_name_of_a_facet_is_not_taken_twice(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    own = {"taxonomy": {"type": "boolean", "question": "?"}}
    values = {"taxonomy": {"file": str(path)}, "facets": own}
    with pytest.raises(ConfigError, match="'taxonomy'"):
        facets_of(make_config(values))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no list of categories"),
        ("categories = 3", "no list of categories"),
        ("[[categories]]\nname = 'a'", "two or more"),
        ("[[categories]\nname = 'a'", "not valid TOML"),
        ("[[categories]]\nname = 'a'\n[[categories]]\nname = 'A '", "'A' is there twice"),
        (GOOD.replace("Bread", "visas"), "'visas' is there twice|'Visas' is there twice"),
        (GOOD.replace("Bread", NOWHERE), "by itself"),
        (GOOD.replace('"Bread"', '" "'), "no name"),
        (GOOD.replace("Bread", "12"), "without letters"),
        (GOOD.replace("Bread", "a;b"), "semicolon"),
        (GOOD.replace("Bread", "a\\u200bb"), "nobody sees"),
        (GOOD.replace("Bread", "b" * 61), "longer than 60"),
        (GOOD.replace("Bread", "ask jane.roe@example.org"), "points at somebody"),
        (GOOD.replace("What we know", "w" * 81), "title"),
        (GOOD.replace("What we know", "for jane.roe@example.org"), "title holds what points"),
        (GOOD + 'example = "x"', "did you mean 'examples'"),
        (GOOD.replace('title = "What we know"', 'titel = "x"'), "did you mean 'title'"),
        (GOOD.replace('"Visas"', '"Visas", subcategories = [{ name = "x" }]'), "three levels"),
        (GOOD.replace('"Bread"', "7"), "categories 2 name"),
        (GOOD.replace("Flights,", "f" * 1_001), "longer than 1000"),
        ("\n".join(f'[[categories]]\nname = "a{n}"' for n in range(2_000)), f"most {MOST_NAMES}"),
    ],
)  # fmt: skip
def test_what_is_wrong_gets_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=f"(?i){why}"):
        read_taxonomy(written(tmp_path, text))


def test_a_file_that_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read the taxonomy"):
        read_taxonomy(tmp_path / "missing.toml")
    with pytest.raises(InputError, match="Cannot read the taxonomy"):
        read_taxonomy(tmp_path / "missing.json")
    (tmp_path / "latin.json").write_bytes(b'{"title": "\xff"}')
    with pytest.raises(InputError, match="UTF-8"):
        read_taxonomy(tmp_path / "latin.json")
    for text, why in (("{", "line 1"), ("[" * 100_000, "too deeply"), ("3", "no list")):
        with pytest.raises(ConfigError, match=why):
            read_taxonomy(written(tmp_path, text, "bad.json"))
