"""Release policies: the numbers below which nothing is published (design page 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Unit = Literal["user", "organisation", "conversation"]


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """Thresholds that a node or cell must pass to be published.

    Attributes:
        name: which policy this is; shown in the receipt and on every screen.
        min_units: distinct privacy units a node rests on, at least.
        min_conversations: conversations a node rests on, at least.
        min_cell: distinct units behind any published cell or content word, at least.
        rounding: published counts are rounded to a multiple of this.
        noise_sigma: standard deviation of the discrete Gaussian added to the threshold test.
        top_unit: largest share of a node's conversations that one unit may hold.
        top_three: the same for the three largest units together.
        min_grade: lowest grade (1 to 5) of the model auditor that passes.
        statement: what the policy is for, in words that a reader of the report sees.
    """

    name: str
    min_units: int
    min_conversations: int
    min_cell: int
    rounding: int
    noise_sigma: float
    top_unit: float
    top_three: float
    min_grade: int = 3
    statement: str = ""

    def weaker_than(self, other: ReleasePolicy) -> list[str]:
        """Return the fields in which this policy protects less than ``other``."""
        at_least = ("min_units", "min_conversations", "min_cell", "rounding", "noise_sigma")
        at_most = ("top_unit", "top_three")
        worse = [f for f in (*at_least, "min_grade") if getattr(self, f) < getattr(other, f)]
        worse += [f for f in at_most if getattr(self, f) > getattr(other, f)]
        return worse

    def as_dict(self) -> dict[str, str | int | float | bool]:
        """Return the policy as plain values, for the receipt."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


PUBLIC = ReleasePolicy(
    name="public", min_units=50, min_conversations=100, min_cell=10, rounding=5,
    noise_sigma=5.0, top_unit=0.10, top_three=0.25,
    statement="for publication outside the organisation",
)  # fmt: skip
INTERNAL = ReleasePolicy(
    name="internal", min_units=20, min_conversations=40, min_cell=10, rounding=5,
    noise_sigma=2.0, top_unit=0.15, top_three=0.40,
    statement="for readers inside the organisation only",
)  # fmt: skip
DEMO = ReleasePolicy(
    name="demo", min_units=5, min_conversations=8, min_cell=3, rounding=1,
    noise_sigma=0.0, top_unit=0.30, top_three=0.70,
    statement="illustration, synthetic or public data only",
)  # fmt: skip
POLICIES: dict[str, ReleasePolicy] = {p.name: p for p in (PUBLIC, INTERNAL, DEMO)}
