"""What is in the data, from Python: what `anonymuse doctor` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from anonymuse.api.diagnosis_page import plain
from anonymuse.api.layers import Config, settings
from anonymuse.api.running import Paths, places
from anonymuse.errors import ModelUnavailableError
from anonymuse.pipeline.doctor import Diagnosis, examine
from anonymuse.ports.language import LanguageDetector


@dataclass(frozen=True, slots=True, repr=False)
class Findings:
    """What is in the data: counts only, never a text or a name. Print it for a page.

    Attributes:
        diagnosis: every number.
        detected: whether languages were looked at; their detector may be missing.
    """

    diagnosis: Diagnosis
    detected: bool

    def as_dict(self) -> Mapping[str, Any]:
        """Return every number as plain values; times are `datetime` in UTC."""
        return asdict(self.diagnosis)

    def __str__(self) -> str:
        page = plain(self.diagnosis)
        if self.detected:
            return page
        return f"{page}\n\nLanguages are not shown: the language detector is not installed."

    def __repr__(self) -> str:
        seen = self.diagnosis
        dropped = seen.records - seen.kept
        return (
            f"<{seen.kept:,} conversations in {seen.records:,} records, {dropped:,} dropped; "
            f"print it for more>"
        )

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def doctor(
    data: Paths | None = None,
    config: Config | None = None,
    overrides: Mapping[str, Any] | None = None,
    **keywords: Any,
) -> Findings:
    """Say what is in the data. Nothing is sent anywhere and nothing is written.

    Args:
        data: a file, a folder, a pattern, an address, or several of them.
        config: as for `run`.
        overrides: settings by ``section.key``.
        keywords: settings by the names of the flags: ``user_column="account"``.

    Raises:
        InputError: there is nothing, or it cannot be read as asked.
        ConfigError: a setting is not one of ours.
    """
    from anonymuse.wiring.inputs import opened

    chosen = settings(config, overrides, **keywords).input
    detector = _detector()
    with opened(places(data), chosen) as inputs:
        seen = examine([one.reader for one in inputs], detector=detector)
    return Findings(seen, detector is not None)


def _detector() -> LanguageDetector | None:
    """Return the detector, or None where its package is missing: the rest is worth showing."""
    try:
        from anonymuse.adapters.language.open import open_detector

        return open_detector()
    except (ImportError, ModelUnavailableError):
        return None
