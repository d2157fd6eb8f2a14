"""What a facet's definition must hold, each rule with its sentence."""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import NoReturn

from anonymuse.domain.facets import FacetKind, FacetQuestion, FacetSource
from anonymuse.errors import ConfigError
from anonymuse.pipeline.conditions import compile_condition
from anonymuse.pipeline.settings import FacetConfig

MOST_VALUES = 40
MOST_STEPS = 20
"""An integer is counted value by value: a longer range would be mostly cells of few people."""
LONGEST_NAME, LONGEST_VALUE, LONGEST_TITLE, LONGEST_QUESTION = 40, 50, 80, 600
LONGEST_TEXT = 80
"""words that a text answer may have, at most"""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = frozenset({
    "row", "time", "user", "organisation", "unit", "conversation", "metadata", "text", "whole",
    "cluster", "facet", "value", "grade",
})  # fmt: skip
"""columns and views of ours, which a facet of the same name would hide"""
_COUNTED: tuple[FacetKind, ...] = ("integer", "boolean", "one_of", "several_of")


def checked_facet(name: str, config: FacetConfig, *, where: str) -> FacetQuestion:
    """Return the facet that a table defines.

    Args:
        name: of the facet.
        config: its settings.
        where: the file or set, for sentences.

    Raises:
        ConfigError: says what is wrong with which facet, and what to do.
    """
    return _Definition(name, config, where).checked()


class _Definition:
    """One definition under review."""

    def __init__(self, name: str, config: FacetConfig, where: str) -> None:
        self.name, self.config, self.where = name, config, where

    def checked(self) -> FacetQuestion:
        self._check_name()
        self._check_values()
        self._check_range()
        self._check_texts()
        source = self._source()
        config = self.config
        if source == "model":
            self._check_question()
        return FacetQuestion(
            name=self.name,
            question=" ".join(config.question.split()),
            kind=config.type,
            values=config.values,
            low=config.low or 0,
            high=config.high or 0,
            source=source,
            max_words=config.max_words or (40 if config.type == "text" else 4),
            title=" ".join(config.title.split()),
            rule=config.sql or config.function or "",
            clustered=config.clustered,
        )

    def _fail(self, why: str) -> NoReturn:
        raise ConfigError(f"The facet {self.name[:LONGEST_NAME]!r} of {self.where}: {why}")

    def _check_name(self) -> None:
        name = self.name
        if not _NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > LONGEST_NAME:
            self._fail(
                f"a name has small letters, digits and _, starts with a letter and has at most "
                f"{LONGEST_NAME} characters (tone_of_voice)."
            )
        if name in _RESERVED:
            self._fail(f"{name!r} means something else here. Give it another name.")

    def _check_values(self) -> None:
        values, kind = self.config.values, self.config.type
        if kind not in ("one_of", "several_of"):
            if values:
                self._fail(f"only one_of and several_of have values, not {kind}.")
            return
        if not values and kind == "one_of" and not self._derived:
            self._fail("one_of needs the values that it may be one of.")
        if len(values) == 1 or len(values) > MOST_VALUES:
            self._fail(f"it has {len(values)} values. Give it 2 to {MOST_VALUES}.")
        for number, value in enumerate(values, 1):
            if not value.strip() or value != " ".join(value.split()) or ";" in value:
                self._fail(f"value {number} is empty, or has a semicolon or spaces too many.")
            if len(value) > LONGEST_VALUE or not _plain(value):
                self._fail(
                    f"value {number} is longer than {LONGEST_VALUE} characters or has characters "
                    f"that nobody sees."
                )
        if len({value.casefold() for value in values}) < len(values):
            self._fail("one of its values is there twice.")

    def _check_range(self) -> None:
        low, high, kind = self.config.low, self.config.high, self.config.type
        if kind != "integer":
            if low is not None or high is not None:
                self._fail(f"only integer has low and high, not {kind}.")
            return
        if low is None or high is None or low >= high:
            self._fail("integer needs low and high, low below high.")
        if high - low > MOST_STEPS:
            self._fail(
                f"{low} to {high} are too many values to count: at most {MOST_STEPS + 1}. Ask in "
                f"bands with one_of (under ten, ten to fifty, more)."
            )

    def _check_texts(self) -> None:
        config = self.config
        if config.max_words is not None and config.type not in ("text", "several_of"):
            self._fail(f"only texts have max_words, not {config.type}.")
        if config.max_words is not None and not 1 <= config.max_words <= LONGEST_TEXT:
            self._fail(f"max_words is 1 to {LONGEST_TEXT}.")
        if config.clustered and (config.type != "text" or self._derived):
            self._fail("only a text that a model writes can be clustered.")
        if len(config.title) > LONGEST_TITLE or not _plain(config.title):
            self._fail(f"its title is longer than {LONGEST_TITLE} characters, or not plain text.")

    @property
    def _derived(self) -> bool:
        return self.config.sql is not None or self.config.function is not None

    def _source(self) -> FacetSource:
        config = self.config
        if not self._derived:
            return "model"
        if config.sql is not None and config.function is not None:
            self._fail("it has both sql and function. Keep one.")
        if config.question:
            self._fail("it is computed, so nobody is asked: drop its question, or its rule.")
        if config.type not in _COUNTED:
            self._fail(f"a computed facet is counted: its type is one of {', '.join(_COUNTED)}.")
        if config.sql is None:
            return "function"
        compile_condition(config.sql, setting=f"facets.{self.name}.sql")
        return "sql"

    def _check_question(self) -> None:
        question = self.config.question.strip()
        if not question:
            self._fail("it has no question. Ask one, or compute it with sql or function.")
        if len(question) > LONGEST_QUESTION:
            self._fail(
                f"its question has {len(question)} characters, and every conversation is asked it: "
                f"at most {LONGEST_QUESTION}."
            )


def _plain(text: str) -> bool:
    return all(unicodedata.category(c)[0] != "C" for c in text)
