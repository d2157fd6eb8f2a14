"""Which clusters of two reports belong together, as far as it may be told."""

from __future__ import annotations

from dataclasses import dataclass

ASSIGNED = "assigned to"
"""setting of a receipt: content hash of the report whose clusters were taken over"""

Pair = tuple[str, str]
"""ids: of a cluster in the first report and of one in the second"""


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of released clusters; never how many people stand behind one.

    Attributes:
        same: the second continues the first; one to one.
        divided: the second holds a part of the first.
        joined: the first has become a part of the second.
    """

    same: tuple[Pair, ...] = ()
    divided: tuple[Pair, ...] = ()
    joined: tuple[Pair, ...] = ()
