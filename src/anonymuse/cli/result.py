"""The result of an evaluation, as the file that the documentation is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anonymuse.errors import OutputError


def as_text(result: Mapping[str, Any], out: Path | None) -> str:
    """Return a result as JSON, and write it where a file is named.

    Raises:
        OutputError: the file cannot be written.
    """
    text = json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True)
    if out is not None:
        try:
            out.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{out} cannot be written: {error.strerror}.") from None
    return text
