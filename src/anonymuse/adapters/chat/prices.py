"""What models cost: a dated table of ours, a file of yours over it, two settings over both."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from anonymuse.domain.money import LOCAL, Price
from anonymuse.errors import ConfigError, InputError

FREE: Final = ("embedded", "file:", "scripted", "gullible")
"""How names of models begin that run in this process."""

_SNAPSHOT: Final = re.compile(r"[-@]?(20\d{2}-?\d{2}-?\d{2}|latest)$")


class PriceRow(BaseModel):
    """A row of a price table; prices in USD for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cached: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    batch: float = Field(default=1.0, gt=0, le=1, allow_inf_nan=False)
    date: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    source: str = ""

    def price(self) -> Price:
        """Return the row as a price; without one for cached tokens they cost what others do."""
        cached = self.input if self.cached is None else self.cached
        return Price(self.input, self.output, cached, self.batch, self.date, self.source)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    price: tuple[PriceRow, ...] = ()


def price_of(
    spec: str,
    *,
    table: Path | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
) -> Price | None:
    """Return what a chat model costs, or None where nobody says.

    Args:
        spec: the model as a configuration names it ("embedded", "openai:NAME", "URL#NAME").
        table: a file of prices that is asked before our own table.
        price_in: USD for a million tokens of the prompt, over any table.
        price_out: the same for the answer.

    Raises:
        InputError: the file cannot be read.
        ConfigError: it is no price table, or only one of the two prices is given.
    """
    if (price_in is None) != (price_out is None):
        missing = "price_out" if price_out is None else "price_in"
        raise ConfigError(
            f"models.{missing} is missing: a price has two parts, USD for a million tokens in "
            "(models.price_in) and out (models.price_out)."
        )
    rows = (*(_read(table) if table is not None else ()), *_shipped())
    name = listed_name(spec)
    found = next((row.price() for row in rows if fnmatchcase(name, row.model.lower())), None)
    if price_in is not None and price_out is not None:
        batch = found.batch if found else 1.0
        return Price(price_in, price_out, price_in, batch, source="the settings")
    if spec.startswith(FREE):
        return LOCAL
    return found


def listed_name(spec: str) -> str:
    """Return a model's name as price tables write it: no host, vendor or date, lower case."""
    name = spec.rpartition("#")[2] if "#" in spec else spec.partition(":")[2] or spec
    name = name.rpartition("/")[2].lower()
    name = _SNAPSHOT.sub("", name)
    return name.replace(".", "-") if name.startswith("claude") else name


@cache
def _shipped() -> tuple[PriceRow, ...]:
    text = files("anonymuse.adapters.chat").joinpath("prices.toml").read_text(encoding="utf-8")
    return _Table.model_validate(tomllib.loads(text)).price


def _read(path: Path) -> Sequence[PriceRow]:
    try:
        values: Mapping[str, Any] = tomllib.loads(path.expanduser().read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"Cannot read the prices in {path}: {reason}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply.") from None
    try:
        rows = _Table.model_validate(values).price
    except ValidationError as error:
        raise ConfigError(_sentence(path, error)) from None
    if not rows:
        raise ConfigError(f"{path} holds no price: each is a table [[price]] with {_COLUMNS}.")
    return rows


_COLUMNS: Final = "model, input and output (USD for a million tokens)"


def _sentence(path: Path, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = [str(part + 1) if isinstance(part, int) else part for part in first["loc"]]
    message = f"{first['msg'][0].lower()}{first['msg'][1:]}"
    return (
        f"The prices in {path}, {' '.join(where)}: {message}. A row [[price]] has {_COLUMNS}, and "
        "may have cached, batch, date (YYYY-MM-DD) and source."
    )
