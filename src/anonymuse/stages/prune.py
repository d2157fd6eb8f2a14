"""Stage: the draft tree without what is withheld. The gate applies the same rule once more."""

from __future__ import annotations

from anonymuse.domain.private.pruning import leaves_below, prune

__all__ = ["leaves_below", "prune"]
