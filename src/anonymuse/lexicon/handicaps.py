"""What counts for or against a candidate before the line-up, whatever it points at."""

from __future__ import annotations

from collections.abc import Mapping

from anonymuse.domain.private.drafts import NameKind
from anonymuse.lexicon.candidates import Candidate

BONUS: dict[NameKind, float] = {"model": 0.2, "phrase": 0.0, "keywords": -0.08, "given": 0.0}
"""what a name may lose in the line-up to one of the next kind and still win: a model's
generalisation reads better than a member phrase, and that better than words in a row"""
EVEN: dict[NameKind, float] = {"model": 0.0, "phrase": 0.0, "keywords": 0.0, "given": 0.0}
"""above the base level the model has no lead: it is often wrong about what children share"""
CUT = 0.05
"""what a model's name loses when unsupported words had to go from it, and several fields in one"""
SPARE = 0.25
"""what a name loses that is not what would be said first: it still wins where that is taken"""
SHARED = 0.4
"""share of units below which the rarest word of a phrase counts against it as a name"""
TOO_LONG = 8
"""words from which a name loses to an equal shorter one"""


def handicap(candidate: Candidate, bonus: Mapping[NameKind, float]) -> float:
    """Return what is added to a candidate's score: by its kind, its words and their support."""
    rare = 0.2 * max(0.0, SHARED - candidate.share)
    cut = (0.0 if candidate.whole else CUT) + (SPARE if candidate.spare else 0.0)
    long = 0.05 * max(0, len(candidate.name.split()) - TOO_LONG)
    return bonus[candidate.kind] - rare - cut - long
