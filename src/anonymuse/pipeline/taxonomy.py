"""Reads a file of categories, and makes facets of them; every mistake has its sentence."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.taxonomy import DETAIL, NOWHERE, TAXONOMY, Category, Taxonomy
from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.lexicon.identifiers import find_identifiers
from anonymuse.pipeline.config import read_json, read_toml
from anonymuse.pipeline.settings import TaxonomyConfig

MOST_NAMES = 200
"""Each is counted in every group: more would be mostly numbers of few people."""
MOST_ASKED = 40
"""A longer list is one that a model does not read to its end."""
LONGEST_NAME, LONGEST_TITLE, LONGEST_TEXT = 60, 80, 1_000
MOST_EXAMPLES = 50
"""of a category"""

_USUAL_TITLE = "Taxonomy"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    description: str = ""
    examples: tuple[str, ...] = ()


class _Top(_Entry):
    subcategories: tuple[_Entry, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = _USUAL_TITLE
    categories: tuple[_Top, ...]


def read_taxonomy(path: Path) -> Taxonomy:
    """Read a TOML or JSON file of categories.

    Raises:
        InputError: it cannot be read.
        ConfigError: it is no TOML or JSON, or a category in it is wrong.
    """
    read_file = read_json if path.suffix.lower() == ".json" else read_toml
    values = read_file(path, what="taxonomy")
    try:
        read = _File.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_sentence(error)}") from None
    return _Check(str(path)).checked(read)


def taxonomy_of(config: TaxonomyConfig) -> Taxonomy | None:
    """Return the taxonomy of a run; None where it has none.

    Raises:
        InputError: its file cannot be read.
        ConfigError: its file is wrong, or too long to be asked.
    """
    if config.file is None:
        return None
    found = read_taxonomy(Path(config.file))
    longest = max(len(found.names), len(found.details))
    if config.by == "model" and longest > MOST_ASKED:
        raise ConfigError(
            f"taxonomy.by = 'model' asks about one list of names, and {config.file} has {longest} "
            f"in one level: at most {MOST_ASKED}. Sort by vectors, or drop a level."
        )
    if config.by == "model" and any(map(find_identifiers, _described(found))):
        raise ConfigError(
            f"{config.file}: a description holds what points at somebody. With taxonomy.by = "
            "'model' descriptions are part of the published question: take it out."
        )
    return found


def _described(found: Taxonomy) -> Iterator[str]:
    for category in found.categories:
        yield category.description
        yield from (inner.description for inner in category.subcategories)


def taxonomy_facets(config: TaxonomyConfig) -> tuple[FacetQuestion, ...]:
    """Return the facets that the taxonomy of a run becomes: one for each level; none without one.

    Raises:
        InputError: its file cannot be read.
        ConfigError: its file is wrong, or too long to be asked.
    """
    found = taxonomy_of(config)
    if found is None:
        return ()
    top = _facet(config, found.title, "Where does the conversation belong?", found.categories)
    if not found.details:
        return (top,)
    inner = tuple(one for category in found.categories for one in category.subcategories)
    lower = _facet(config, f"{found.title}, in detail", "Where more exactly?", inner)
    within = (*(above for _, above in found.details), NOWHERE)
    return top, replace(lower, name=DETAIL, within=within, part_of=TAXONOMY)


def _facet(
    config: TaxonomyConfig, title: str, question: str, categories: tuple[Category, ...]
) -> FacetQuestion:
    asked = config.by == "model"
    return FacetQuestion(
        name=TAXONOMY,
        title=title,
        kind="one_of",
        values=(*(category.name for category in categories), NOWHERE),
        question=_question(question, categories) if asked else "",
        source="model" if asked else "taxonomy",
    )


def _question(begin: str, categories: tuple[Category, ...]) -> str:
    told = [f"{c.name}: {c.description.rstrip('.')}." for c in categories if c.description]
    return " ".join([begin, *told, f"{NOWHERE}: to none of them."])


def _sentence(error: ValidationError) -> str:
    """Say what does not have the form, and where; never the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    path = [part + 1 if isinstance(part, int) else part for part in first["loc"]]
    last, depth = str(path[-1]) if path else "", len(path)
    if first["type"] == "extra_forbidden" and last == "subcategories":
        return "it has three levels. Categories and their subcategories are two: join the lowest."
    if first["type"] == "extra_forbidden":
        models: dict[int, type[BaseModel]] = {1: _File, 3: _Top}
        known = sorted(models.get(depth, _Entry).model_fields)
        return (
            f"there is no setting {last[:40]!r}. {did_you_mean(last, known)}"
            f"Settings here: {', '.join(known)}."
        )
    if path in ([], ["categories"]):
        return (
            "it holds no list of categories. Write each as a table [[categories]] with a name and "
            "a description."
        )
    where = " ".join(str(part) for part in path)
    return f"{where}: {first['msg'][0].lower()}{first['msg'][1:]}."


class _Check:
    """One file under review."""

    def __init__(self, where: str) -> None:
        self.where = where

    def checked(self, read: _File) -> Taxonomy:
        """Return the taxonomy, its texts in one line each."""
        self._title(read.title)
        found = Taxonomy(_line(read.title), tuple(map(self._category, read.categories)))
        if len(found.names) < 2:
            self._fail(
                "it has fewer than two categories. Give it two or more: what fits none of them "
                f"is counted as {NOWHERE!r} by itself."
            )
        every = [*found.names, *(name for name, _ in found.details)]
        if len(every) > MOST_NAMES:
            self._fail(
                f"it has {len(every)} names in both levels, and each is counted in every group: at "
                f"most {MOST_NAMES}. Leave the lower level out, or make several runs."
            )
        often = Counter(name.casefold() for name in every)
        twice = next((name for name in every if often[name.casefold()] > 1), None)
        if twice is not None:
            self._fail(f"the name {twice!r} is there twice. Names are told apart in both levels.")
        return found

    def _fail(self, why: str) -> NoReturn:
        raise ConfigError(f"{self.where}: {why}")

    def _title(self, title: str) -> None:
        if not title.strip() or len(title) > LONGEST_TITLE or not _plain(_line(title)):
            self._fail(f"its title is empty, longer than {LONGEST_TITLE} characters, or not plain.")
        if find_identifiers(title):
            self._fail("its title holds what points at somebody, and is published: take it out.")

    def _category(self, entry: _Entry) -> Category:
        name = _line(entry.name)
        if name.casefold() == NOWHERE:
            self._fail(f"{NOWHERE!r} is there by itself. Leave it out.")
        self._name(name)
        texts = (entry.description, *entry.examples)
        if any(len(text) > LONGEST_TEXT for text in texts) or len(texts) > MOST_EXAMPLES + 1:
            self._fail(
                f"{name!r} has a text longer than {LONGEST_TEXT} characters, or more than "
                f"{MOST_EXAMPLES} examples."
            )
        inner = tuple(map(self._category, getattr(entry, "subcategories", ())))
        examples = tuple(filter(None, map(_line, entry.examples)))
        return Category(name, _line(entry.description), examples, inner)

    def _name(self, name: str) -> None:
        if not name or not any(map(str.isalpha, name)):
            self._fail("a category has no name, or one without letters.")
        if len(name) > LONGEST_NAME or ";" in name or not _plain(name):
            self._fail(
                f"the name {name[:LONGEST_NAME]!r} is longer than {LONGEST_NAME} characters, or "
                f"has a semicolon or characters that nobody sees."
            )
        if find_identifiers(name):
            self._fail(
                "a name holds what points at somebody (an e-mail address, a number, a link). Names "
                "of categories are published: take it out."
            )


def _line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> bool:
    return all(unicodedata.category(c)[0] != "C" for c in text)
