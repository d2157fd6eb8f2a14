"""The rules of a watch: what about a report should be told to somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Condition = Literal[
    "new cluster",
    "gone cluster",
    "growth",
    "refusal rate",
    "flag rate",
    "concern",
    "share",
    "missed",
    "overdone",
    "coordination",
    "drift",
    "withheld",
    "quality",
]
Level = Literal["base", "top", "any", "report"]
Against = Literal["windows", "before"]
Scale = Literal["people", "ratio", "share", "excess", "none"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a rule on a condition has to say.

    Attributes:
        scale: of its limit: people, a ratio (1 is as before), a share from 0 to 1, an excess of one
            share over another, or no limit.
        told: what is measured, for sentences.
        needs: further keys that it must have.
        takes: those that it may have.
        levels: where it can be judged; the first is the default.
        listed: whether only what stands out is looked at, so that nothing is as good as quiet.
    """

    scale: Scale
    told: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ("base", "top", "any")
    listed: bool = False


_OF_A_GAP = ("flag", "language")
_EVERYWHERE: tuple[Level, ...] = ("base", "top", "any", "report")
SHAPES: dict[Condition, Shape] = {
    "new cluster": Shape("people", "new, people", takes=("against",), listed=True),
    "gone cluster": Shape("people", "gone, people", takes=("against",), listed=True),
    "growth": Shape("ratio", "its share over its share before", takes=("against",)),
    "refusal rate": Shape("share", "refused", levels=_EVERYWHERE),
    "flag rate": Shape("share", "flagged", takes=("flag",), levels=_EVERYWHERE),
    "concern": Shape("share", "of concern", levels=_EVERYWHERE),
    "share": Shape("share", "share", needs=("facet", "value"), levels=_EVERYWHERE),
    "missed": Shape("excess", "missed beyond the usual", takes=_OF_A_GAP, listed=True),
    "overdone": Shape("excess", "overdone beyond the usual", takes=_OF_A_GAP, listed=True),
    "coordination": Shape("share", "coordination", levels=("base",)),
    "drift": Shape("share", "fits no cluster", levels=("report",)),
    "withheld": Shape("share", "not shown", levels=("report",)),
    "quality": Shape("none", "in doubt", levels=("report",), listed=True),
}
"""the conditions that a rule can name"""

_OF_CLUSTERS = ("cluster", "at_least_people")
_ONLY_SOME = ("flag", "facet", "value", "language", "against")


class Rule(BaseModel):
    """One condition. Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=80)
    """what it is called where it fires; no two rules have the same"""
    when: Condition
    """the condition"""
    over: float | None = Field(default=None, allow_inf_nan=False)
    """fires above this: people, a ratio, or a share from 0 to 1"""
    under: float | None = Field(default=None, allow_inf_nan=False)
    """fires below this, in place of over"""
    at_least_people: int = Field(default=0, ge=0)
    """looks at clusters with so many people or more"""
    level: Level | None = None
    """base (the default): the finest clusters; top: the highest; any; report: the whole"""
    cluster: str = ""
    """only the cluster of this id, or those whose name holds these words"""
    flag: str = ""
    """of a flag rate, missed or overdone: the column of the flag, or refused; left out, the only
    flag that there is"""
    facet: str = ""
    """of a share: the facet"""
    value: str = ""
    """of a share: the facet's value"""
    language: str = ""
    """of missed and overdone: only in this language"""
    against: Against = "windows"
    """of growth, new and gone clusters: the latest whole window against those before it, or, with
    before, this report against the earlier one"""
    certain: bool = True
    """fires where the 95 % interval over all clusters that are looked at lies beyond the limit;
    false: where the number itself does"""

    @property
    def shape(self) -> Shape:
        """What its condition asks for."""
        return SHAPES[self.when]

    @property
    def where(self) -> Level:
        """Where it looks."""
        return self.level or self.shape.levels[0]

    @property
    def limit(self) -> float | None:
        """Its limit; None where its condition has none."""
        return self.under if self.over is None else self.over

    @model_validator(mode="after")
    def _fits(self) -> Self:
        shape = self.shape
        _check_keys(self, shape)
        if self.where not in shape.levels:
            levels = ", ".join(shape.levels)
            raise ValueError(f'level of "{self.when}" is one of: {levels}')
        _check_limit(self, shape)
        return self


def _check_keys(rule: Rule, shape: Shape) -> None:
    """Refuse a rule that lacks a key, or that has one that would say nothing."""
    for key in shape.needs:
        if not getattr(rule, key):
            raise ValueError(f'"{rule.when}" needs {key}')
    idle = [key for key in _ONLY_SOME if key not in (*shape.needs, *shape.takes)]
    idle += _OF_CLUSTERS if rule.where == "report" else []
    for key in idle:
        if getattr(rule, key) != Rule.model_fields[key].default:
            raise ValueError(f'{key} says nothing to a rule on "{rule.when}" here; leave it out')


def _check_limit(rule: Rule, shape: Shape) -> None:
    """Refuse a limit that is missing, there twice, or on another scale."""
    given = [limit for limit in (rule.over, rule.under) if limit is not None]
    if shape.scale == "none":
        if given:
            raise ValueError(f'"{rule.when}" has no limit; leave over and under out')
        return
    if len(given) != 1:
        raise ValueError(f'"{rule.when}" needs a limit: over or under, and not both')
    if shape.scale == "people" and rule.over is None:
        raise ValueError(f'"{rule.when}" takes over, not under')
    if given[0] < 0 or (shape.scale in ("share", "excess") and given[0] > 1):
        wanted = {"people": "a number of people", "ratio": "a ratio (2 is twice)"}
        told = wanted.get(shape.scale, "a share from 0 to 1 (0.2 is 20 %)")
        raise ValueError(f"{given[0]:g} is not {told}")
