"""All attacks, in the order in which they are run and shown."""

from __future__ import annotations

from anonymuse.evals.privacybench import (
    auditors,
    averaging,
    canaries,
    differencing,
    extraction,
    integrity,
    interference,
    linked,
    membership,
    oracle,
    puppets,
    violations,
)
from anonymuse.evals.privacybench.frame import Attack

ATTACKS: tuple[Attack, ...] = (
    canaries.ATTACK,
    extraction.ATTACK,
    oracle.ATTACK,
    puppets.ATTACK,
    averaging.ATTACK,
    linked.ATTACK,
    violations.ATTACK,
    differencing.ATTACK,
    membership.ATTACK,
    auditors.ATTACK,
    integrity.ATTACK,
    interference.ATTACK,
)
