"""Regular expressions over conversations (`--grep`), in time linear in the text.

The engine is RE2 (as Arrow has it), which no pattern can drive into exponential time; it knows no
look-around and no back-references. Case does not count, unless the pattern says ``(?-i)``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.errors import ConfigError

_LONGEST = 1_000
_BATCH = 2**26
"""characters that are looked at in one go"""


def check_pattern(pattern: str, *, setting: str) -> None:
    """Refuse a pattern that cannot be used.

    Raises:
        ConfigError: it is empty, too long, or RE2 does not read it; says where.
    """
    if not pattern.strip():
        raise ConfigError(f"{setting} is empty. Give a regular expression, or drop it.")
    if len(pattern) > _LONGEST:
        raise ConfigError(
            f"{setting} has {len(pattern):,} characters, and {_LONGEST:,} is the most. "
            "A list of things to find belongs in a metadata column and --where."
        )
    try:
        _matches(pa.array([""], pa.large_string()), pattern)
    except (pa.ArrowInvalid, UnicodeEncodeError) as error:
        raise ConfigError(_sentence(str(error), pattern, setting)) from None


def matches(pattern: str, texts: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Return which conversations have a text that the pattern finds something in.

    Args:
        pattern: as `check_pattern` let it through.
        texts: those of each conversation that are looked at.
    """
    found = np.zeros(len(texts), dtype=np.bool_)
    owners: list[int] = []
    batch: list[str] = []
    size = 0
    for place, own in enumerate(texts):
        batch += own
        owners += [place] * len(own)
        size += sum(map(len, own))
        if size >= _BATCH or place == len(texts) - 1:
            hits = _matches(pa.array(batch, pa.large_string()), pattern).to_numpy(
                zero_copy_only=False
            )
            found[np.array(owners, dtype=np.int64)[hits]] = True
            owners, batch, size = [], [], 0
    return found


def _matches(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts, pattern=pattern, ignore_case=True)


def _sentence(message: str, pattern: str, setting: str) -> str:
    """Say what RE2 objects to, and where: Python's own parser knows the place of most mistakes."""
    reason, _, part = message.removeprefix("Invalid regular expression: ").partition(": ")
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
        place = pattern.find(part) if part else -1
    except (re.error, RecursionError, OverflowError) as error:
        place = getattr(error, "pos", None) or 0
        reason = getattr(error, "msg", reason)
    at = f" at character {place + 1}" if place >= 0 else ""
    return (
        f"{setting} is not a pattern that can be used{at}: {reason}. Patterns are RE2's: "
        "look-around, back-references and repeats over 1,000 are not among them."
    )
