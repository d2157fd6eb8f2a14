"""Which facets a run has: shipped sets, files, tables of the configuration, registered functions.

Everything that can be wrong with a definition is said here, before a model is asked anything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.pipeline.config import RunConfig, read_toml
from anonymuse.pipeline.facet_checks import checked_facet
from anonymuse.pipeline.facet_functions import entry_points_named, registered
from anonymuse.pipeline.flag_columns import flag_facets
from anonymuse.pipeline.settings import FacetConfig
from anonymuse.pipeline.taxonomy import taxonomy_facets

PRESETS = ("core", "safety", "work", "values", "wellbeing")
MOST_ASKED = 30
"""All facets are asked in one call: longer forms are filled in carelessly."""

_HEADS = ("facets", "about", "sources")


@dataclass(frozen=True, slots=True)
class FacetSet:
    """Facets that belong together.

    Attributes:
        name: of the preset, or the file's.
        about: what it is for, in a sentence or two.
        sources: papers and lists that it follows.
        facets: in the order in which they are asked.
    """

    name: str
    about: str
    sources: tuple[str, ...]
    facets: tuple[FacetQuestion, ...]


def preset(name: str) -> FacetSet:
    """Return a shipped set.

    Raises:
        ConfigError: there is no such set.
    """
    if name == "core":
        about = "What every run asks: groups and their names are made of it."
        source = "Tamkin and others, Clio, arXiv 2412.13678"
        return FacetSet(name, about, (source,), CORE)
    if name not in PRESETS:
        raise ConfigError(
            f"There is no facet set {name!r}. {did_you_mean(name, PRESETS)}"
            f"Sets: {', '.join(PRESETS)}."
        )
    shipped = files("anonymuse.prompts") / "facets" / f"{name}.toml"
    return _read_set(name, tomllib.loads(shipped.read_text(encoding="utf-8")))


def facet_file(path: Path) -> FacetSet:
    """Read a TOML file of facets.

    Raises:
        InputError: it cannot be read.
        ConfigError: it is no TOML, or a facet in it is wrong or has the name of one of the core.
    """
    own = _read_set(str(path), read_toml(path, what="facets"))
    core = {question.name: question for question in CORE}
    _add(own.facets, str(path), core, dict.fromkeys(core, "the core set"))
    return own


def preset_names() -> frozenset[str]:
    """Return the names of all facets of the shipped sets."""
    return frozenset(q.name for name in PRESETS for q in preset(name).facets)


def facets_of(config: RunConfig) -> tuple[FacetQuestion, ...]:
    """Return every facet of a run, the core set first.

    Raises:
        InputError: a file of facets cannot be read.
        ConfigError: a facet is wrong, two have one name, or there are too many.
    """
    found = {question.name: question for question in CORE}
    origin = dict.fromkeys(found, "the core set")
    for name in config.extract.facets:
        own, where = _named(name)
        _add(own, where, found, origin)
    inline = [checked_facet(n, c, where="the configuration") for n, c in config.facets.items()]
    _add(inline, "the configuration", found, origin)
    _add(taxonomy_facets(config.taxonomy), str(config.taxonomy.file), found, origin)
    _add(flag_facets(config.input.flag_columns), "--flag", found, origin)
    asked = [q.name for q in found.values() if q.source == "model"]
    if len(asked) > MOST_ASKED:
        raise ConfigError(
            f"{len(asked)} facets are too many for one call about a conversation: at most "
            f"{MOST_ASKED} are asked. Drop a set, or make two runs."
        )
    return _clustered(config, found)


def _named(name: str) -> tuple[Iterable[FacetQuestion], str]:
    """Resolve one name of ``extract.facets``: a set, a registered function, or a file."""
    if name in PRESETS:
        return preset(name).facets, f"the set {name!r}"
    function = registered(name)
    if function is not None:
        return [function], f"the function {name!r}"
    if name.endswith(".toml") or "/" in name or Path(name).is_file():
        return facet_file(Path(name)).facets, name
    known = [*PRESETS, *entry_points_named()]
    raise ConfigError(
        f"There is no facet set {name!r}. {did_you_mean(name, known)}Sets: {', '.join(known)}; or "
        f"name a TOML file of your own (facets.toml)."
    )


def _add(
    own: Iterable[FacetQuestion],
    where: str,
    found: dict[str, FacetQuestion],
    origin: dict[str, str],
) -> None:
    for question in own:
        known = found.get(question.name)
        if known is not None and known != question:
            raise ConfigError(
                f"The facet {question.name!r} of {where} is already one of "
                f"{origin[question.name]}. Give it another name."
            )
        found.setdefault(question.name, question)
        origin.setdefault(question.name, where)


def _clustered(config: RunConfig, found: Mapping[str, FacetQuestion]) -> tuple[FacetQuestion, ...]:
    """Refuse to group by what is no text."""
    for name in config.cluster.on:
        question = found.get(name)
        texts = [q.name for q in found.values() if q.kind == "text" and q.source == "model"]
        if question is None or question.name not in texts:
            why = "is not there" if question is None else "is not a text that a model writes"
            raise ConfigError(
                f"cluster.on names {name!r}, which {why}. {did_you_mean(name, texts)}"
                f"Conversations can be grouped by: {', '.join(texts)}."
            )
    return tuple(found.values())


def trees_of(config: RunConfig, questions: Iterable[FacetQuestion]) -> tuple[str, ...]:
    """Return the facets that have a tree of their own beside the main one."""
    return tuple(q.name for q in questions if q.clustered or q.name in config.cluster.on)


def _read_set(name: str, values: Mapping[str, Any]) -> FacetSet:
    strange = [key for key in values if key not in _HEADS]
    if strange:
        raise ConfigError(
            f"{name}: there is no setting {strange[0]!r}. {did_you_mean(strange[0], _HEADS)}"
            f"A file of facets holds tables [facets.NAME], and may say `about` and `sources`."
        )
    tables = values.get("facets")
    if not isinstance(tables, dict) or not tables:
        raise ConfigError(f"{name} holds no facet. Write one as a table [facets.NAME].")
    about, sources = values.get("about", ""), values.get("sources", [])
    if not isinstance(about, str) or not isinstance(sources, list):
        raise ConfigError(f"{name}: `about` is a text and `sources` is a list of texts.")
    found = [checked_facet(key, _config(key, table, name), where=name)
             for key, table in tables.items()]  # fmt: skip
    return FacetSet(name, about, tuple(map(str, sources)), tuple(found))


def _config(key: str, table: Any, where: str) -> FacetConfig:
    try:
        return FacetConfig.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = [str(part) for part in first["loc"]]
        known = sorted(FacetConfig.model_fields)
        if first["type"] == "extra_forbidden":
            told = (
                f"there is no setting {path[0]!r}. {did_you_mean(path[0], known)}"
                f"Settings of a facet: {', '.join(known)}"
            )
        elif not path:
            told = "write it as a table [facets.NAME]"
        else:
            told = f"{'.'.join(path)!r}: {first['msg'][0].lower()}{first['msg'][1:]}"
        raise ConfigError(f"The facet {key!r} of {where}: {told}.") from None
