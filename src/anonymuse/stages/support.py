"""Stage: token support. Who used which word in which base cluster, and the noise.

Words need people (``docs/privacy.md``). The table itself lies in ``lexicon/support_table.py``, so
that naming can ask it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.set_noise import SetNoise
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.stats.noise import keyed_noise, unit_keys


def build_support(
    texts: Sequence[str],
    labels: Sequence[int],
    units: Sequence[int],
    *,
    leaves: Sequence[str],
    groups: Sequence[int] | None = None,
) -> SupportTable:
    """Count who used which word in which base cluster.

    Args:
        texts: per conversation, the words that may support a name: the English facets without
            their fixed prefix, or the label and the scrubbed user text.
        labels: index into ``leaves`` per conversation, negative for none.
        units: privacy unit per conversation, as integers.
        leaves: ids of the base clusters.
        groups: near-duplicates per conversation, see ``stages/duplicates.py``; None for none.
    """
    return build_table(texts, labels, units, leaves=leaves, groups=groups)


def keyed_set_noise(
    key: bytes, pseudonyms: Sequence[str], *, sigma: float, purpose: str
) -> SetNoise:
    """Return the noise on sets of people: the same people always draw the same.

    Args:
        key: the project's noise key.
        pseudonyms: of each unit code.
        sigma: standard deviation; 0 leaves the bare threshold.
        purpose: ``word`` or ``claim``: their draws are independent.
    """
    return SetNoise(sigma, unit_keys(key, pseudonyms), partial(_drawn, key, sigma, purpose))


def _drawn(key: bytes, sigma: float, purpose: str, members: int) -> int:
    return keyed_noise(key, members, sigma, purpose=purpose)
