"""The file of rules that a watch reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.insights.rules import SHAPES, Rule
from anonymuse.pipeline.config import read_toml

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def check_webhook(address: str) -> str:
    """Return an address that may be posted to.

    Raises:
        ValueError: another scheme, or a user in it; never says the address, which may be a secret.
    """
    try:
        where = urlsplit(address)
        host, _ = where.hostname, where.port
    except ValueError:
        raise ValueError("webhook is not an address") from None
    if where.scheme != "https" and not (where.scheme == "http" and host in _LOCAL):
        raise ValueError("webhook is an https:// address, or an http:// one of this machine")
    if not host:
        raise ValueError("webhook names no host")
    if "@" in where.netloc:
        raise ValueError("webhook holds a user or a password; leave them out")
    return address


class Notify(BaseModel):
    """Whom to tell, and how much."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    webhook: str = Field(default="", repr=False)
    """address that `--post` sends to; the environment's ANONYMUSE_WEBHOOK goes over it"""
    details: bool = True
    """false: what leaves says which rules fired, and nothing else"""
    mail_from: str = ""
    """sender of the text that `--mail` writes"""
    mail_to: str = ""
    """its receiver"""

    @field_validator("webhook")
    @classmethod
    def _address(cls, webhook: str) -> str:
        return check_webhook(webhook) if webhook else webhook


class Rules(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: tuple[Rule, ...] = ()
    notify: Notify = Notify()

    @model_validator(mode="after")
    def _names(self) -> Self:
        if not self.rule:
            raise ValueError("there is no [[rule]] in it; `anonymuse watch --example` shows some")
        names = [rule.name for rule in self.rule]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"two rules have the name {twice[0]!r}")
        return self


def load_rules(path: Path) -> Rules:
    """Read a file of rules.

    Raises:
        InputError: the file cannot be read.
        ConfigError: it is no TOML, or a rule says what no rule can.
    """
    values = read_toml(path, what="rules")
    try:
        return Rules.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{path}{_sentence(error, values)}") from None


def _sentence(error: ValidationError, values: dict[str, Any]) -> str:
    """Say what is wrong first, in which rule, and the nearest right word."""
    first = error.errors(include_url=False)[0]
    path, kind = first["loc"], first["type"]
    place = _place(path, values)
    name = str(path[-1]) if path else ""
    models: dict[str, type[BaseModel]] = {"rule": Rule, "notify": Notify}
    model = models.get(str(path[0]), Rules) if len(path) > 1 else Rules
    if kind == "extra_forbidden":
        known = sorted(model.model_fields)
        return f"{place}: there is no {name!r}. {did_you_mean(name, known)}There are: " + (
            f"{', '.join(known)}."
        )
    if name == "when" and kind == "literal_error":
        wanted = str(first["input"])
        return f"{place}: there is no condition {wanted!r}. {did_you_mean(wanted, SHAPES)}" + (
            f"Conditions: {', '.join(SHAPES)}."
        )
    said = first["msg"].removeprefix("Value error, ")
    field = (
        f"{name}: " if kind not in ("value_error", "missing") and isinstance(path[-1], str) else ""
    )
    if kind == "missing":
        said = f"{name} is missing"
    return f"{place}: {field}{said[0].lower()}{said[1:]}."


def _place(path: tuple[int | str, ...], values: dict[str, Any]) -> str:
    """Return which rule it is, by its name where it has one."""
    if len(path) < 2 or path[0] != "rule" or not isinstance(path[1], int):
        return f", [{path[0]}]" if path and path[0] == "notify" else ""
    rule = values["rule"][path[1]]
    name = rule.get("name") if isinstance(rule, dict) else None
    return f", rule {path[1] + 1}" + (f" ({name!r})" if isinstance(name, str) else "")
