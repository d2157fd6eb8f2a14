"""The attacks of privacybench, a few trials of each: hardened holds, the baseline leaks."""

from __future__ import annotations

import asyncio

import pytest

from anonymuse.evals.privacybench import runner
from anonymuse.evals.privacybench.attacks import ATTACKS
from anonymuse.evals.privacybench.frame import Attack
from anonymuse.pipeline.events import ignore
from tests.privacy import test_number_attacks

LONG = {"extraction", "word-oracle", "integrity"}
ON_TEXT = [
    pytest.param(attack, marks=[pytest.mark.slow] if attack.name in LONG else [], id=attack.name)
    for attack in ATTACKS
    if attack not in test_number_attacks.ATTACKS
]
"""those on numbers are in a file of their own, with the targets that are known to be missed"""


@pytest.mark.parametrize("attack", ON_TEXT)
def test_the_hardened_pipeline_holds_and_the_baseline_leaks(attack: Attack) -> None:
    result = asyncio.run(runner.run_all([attack], profile="fast", seed=0, emit=ignore))
    (finding,) = runner.findings_of(result)
    assert {m.pipeline for m in finding.measures} == {p.name for p in attack.against("fast")}
    assert runner.complaints([finding]) == []
    assert any(measure.limit is not None for measure in finding.measures)
