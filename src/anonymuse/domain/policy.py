"""Release policies: the numbers below which nothing is published (``docs/privacy.md``)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Unit = Literal["user", "organisation", "conversation"]

FINEST = 8
"""conversations: no policy aims at base clusters for fewer"""


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
        per_node: conversations of one unit that count in a base cluster, at most. The noise on
            conversations is made for so many; without noise all of them count.
        top_unit: largest share of a node's conversations that one unit may hold.
        top_three: the same for the three largest units together.
        one_answer: largest share of the people with an identifying value (a language, a country)
            who may give one and the same sensitive answer, or be in one and the same topic.
        generalise: specifics of special categories (health, religion ...) are replaced by the
            category before anything is embedded, grouped or named.
        claim_sigma: the same noise as ``noise_sigma``, on the votes for a claim of a name.
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
    per_node: int = 50
    generalise: bool = False
    claim_sigma: float = 0.0
    one_answer: float = 0.8
    min_grade: int = 3
    statement: str = ""

    @property
    def grain(self) -> int:
        """For how many conversations at least base clusters are made; the policy may allow fewer.

        Without thresholds clusters are as fine as for `demo`, and those that come out smaller stay.
        """
        return max(self.min_conversations, FINEST)

    def weaker_than(self, other: ReleasePolicy) -> list[str]:
        """Return the fields in which this policy protects less than ``other``."""
        at_least = ("min_units", "min_conversations", "min_cell", "rounding", "noise_sigma",
                    "generalise", "claim_sigma", "min_grade")  # fmt: skip
        at_most = ("top_unit", "top_three", "one_answer", "per_node")
        worse = [f for f in at_least if getattr(self, f) < getattr(other, f)]
        worse += [f for f in at_most if getattr(self, f) > getattr(other, f)]
        return worse

    def as_dict(self) -> dict[str, str | int | float | bool]:
        """Return the policy as plain values, for the receipt."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


PUBLIC = ReleasePolicy(
    name="public", min_units=50, min_conversations=100, min_cell=10, rounding=5,
    noise_sigma=5.0, top_unit=0.10, top_three=0.25, per_node=2, generalise=True,
    claim_sigma=7.0,
    statement="for publication outside the organisation",
)  # fmt: skip
INTERNAL = ReleasePolicy(
    name="internal", min_units=20, min_conversations=40, min_cell=10, rounding=5,
    noise_sigma=2.0, top_unit=0.15, top_three=0.40, per_node=2, claim_sigma=2.0,
    statement="for readers inside the organisation only",
)  # fmt: skip
DEMO = ReleasePolicy(
    name="demo", min_units=5, min_conversations=8, min_cell=3, rounding=1,
    noise_sigma=0.0, top_unit=0.30, top_three=0.70,
    statement="illustration, synthetic or public data only",
)  # fmt: skip
RESTRICTED = ReleasePolicy(
    name="restricted", min_units=1, min_conversations=1, min_cell=1, rounding=1,
    noise_sigma=0.0, top_unit=1.0, top_three=1.0, one_answer=1.0, min_grade=1,
    statement="for authorised staff in the secure zone only, never published",
)  # fmt: skip
"""Nothing is withheld: no release is ever made under it, so it is not one of those below."""

POLICIES: dict[str, ReleasePolicy] = {p.name: p for p in (PUBLIC, INTERNAL, DEMO)}
