"""Stage: token support. Which words of a draft too few people of its cluster used (design page 3).

The table itself lies in ``lexicon/support_table.py``, so that naming can ask it too.
"""

from __future__ import annotations

from collections.abc import Sequence

from anonymuse.lexicon.support_table import SupportTable, build_table, unsupported


def build_support(
    texts: Sequence[str], labels: Sequence[int], units: Sequence[int], *, leaves: Sequence[str]
) -> SupportTable:
    """Count who used which word in which base cluster.

    Args:
        texts: per conversation, the words that may support a name: the English facets without
            their fixed prefix, or the label and the scrubbed user text.
        labels: index into ``leaves`` per conversation, negative for none.
        units: privacy unit per conversation, as integers.
        leaves: ids of the base clusters.
    """
    return build_table(texts, labels, units, leaves=leaves)


def supported(phrase: str, node: str, table: SupportTable, *, cell: int) -> list[str]:
    """Return the words of a phrase that may not be published for a node; empty when all may."""
    return unsupported(phrase, node, table, cell=cell)
