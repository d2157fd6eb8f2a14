"""The rules of a zone: who has to agree, how much may be read, how long things last."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from anonymuse.errors import ConfigError, did_you_mean

ZONE_NAME = "anonymuse.zone"
RULES = "rules.toml"


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """Limits and lifetimes. What is not in the file has these defaults.

    Attributes:
        approvals: people beside the requester who have to agree to a trace; 0: nobody.
        per_request: different conversations that one request opens.
        per_day: different conversations that one person opens in 24 hours.
        idle_minutes: a session ends after so long without a page.
        hours: a session ends after so long in any case.
        decide_days: a request that nobody decided by then is over.
        use_hours: an approved request may be used for so long.
        free_attempts: wrong passwords before waiting begins, per account and per address.
    """

    approvals: int = 1
    per_request: int = 20
    per_day: int = 100
    idle_minutes: int = 15
    hours: int = 8
    decide_days: int = 7
    use_hours: int = 24
    free_attempts: int = 5


def zone_folder(key_path: Path) -> Path:
    """Return the folder of the zone: beside the project's key, not in a run."""
    return key_path.resolve().parent / ZONE_NAME


def read_rules(folder: Path) -> ZoneRules:
    """Read a zone's `rules.toml`; the defaults where there is none.

    Raises:
        ConfigError: it is not TOML, names what is no rule, or holds an impossible number.
    """
    path = folder / RULES
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ZoneRules()
    except (OSError, ValueError):
        raise ConfigError(f"{path} cannot be read as TOML. Correct it, or take it away.") from None
    known = [field.name for field in fields(ZoneRules)]
    for name, value in given.items():
        if name not in known:
            raise ConfigError(
                f"{path}: {name!r} is no rule of a zone. {did_you_mean(name, known)}"
                f"Rules are {', '.join(known)}."
            )
        least = 0 if name == "approvals" else 1
        if type(value) is not int or not least <= value <= 10_000:
            raise ConfigError(f"{path}: {name} must be a whole number from {least} to 10000.")
    return ZoneRules(**given)
