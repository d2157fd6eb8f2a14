"""Parents: what an auditor vetoes is told nowhere, and lists follow released sizes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import anonymuse as am
from anonymuse.domain.private.drafts import DraftName, Verdict
from anonymuse.lexicon.wording import parent_draft
from anonymuse.pipeline.steps import groups, parents, verdicts
from anonymuse.stages import describe, hierarchy
from anonymuse.stages.audit import audit_rules
from anonymuse.stages.describe import name_parents
from tests.flow.world import a_town, report


def run(folder: Path, out: str) -> am.Outcome:
    """Run the town."""
    return am.run(
        folder / "town.jsonl", folder / out, policy="demo", chat="none", embed="hashing", k=14
    )


@pytest.fixture
def three_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchy, "LEVELS_BELOW", ((3, 1), (6, 2), (3_000, 3)))
    monkeypatch.setattr(hierarchy, "TOP_LEAST", {2: 2, 3: 2, 4: 2})


@pytest.mark.usefixtures("three_levels")
@pytest.mark.parametrize("vetoed", [False, True])
def test_the_name_of_a_vetoed_parent_stands_in_no_description_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vetoed: bool
) -> None:
    a_town(tmp_path)
    run(tmp_path, "before")
    clusters = report(tmp_path / "before")["clusters"]
    middle = next(c["id"] for c in clusters if c["level"] == 1 and c["parent"])

    def draft(node: str, *said: Any, **more: Any) -> DraftName:
        found = parent_draft(node, *said, **more)
        return replace(found, name="Other questions") if node == middle else found

    def audit(draft: DraftName, **more: Any) -> Verdict:
        found = audit_rules(draft, **more)
        return replace(found, passed=not vetoed) if draft.node == middle else found

    monkeypatch.setattr(describe, "parent_draft", draft)
    monkeypatch.setattr(verdicts, "audit_rules", audit)
    run(tmp_path, "out")
    found = report(tmp_path / "out")["clusters"]
    assert {c["level"] for c in clusters} == {0, 1, 2}
    above = " ".join(c["description"] for c in found if c["level"] == 2)
    assert (middle in {c["id"] for c in found}) is not vetoed
    assert ("other questions" in above.lower()) is not vetoed


def test_children_are_listed_by_what_a_release_may_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact sizes would make the order an oracle: here noise makes the smallest the largest."""
    a_town(tmp_path)
    seen: list[list[int]] = []

    async def look(wanted: Any, *said: Any, **more: Any) -> Any:
        seen.extend([[noisy[c] for c in parent.children] for parent in wanted])
        return await name_parents(wanted, *said, **more)

    read = groups.read_leaves

    def leaves(shop: Any) -> groups.Leaves:
        found = read(shop)
        noises = [replace(n, conversations=-2 * own.conversations + 1000)
                  for own, n in zip(found.counts, found.noises, strict=True)]  # fmt: skip
        noisy.update({own.node: own.conversations + n.conversations
                      for own, n in zip(found.counts, noises, strict=True)})  # fmt: skip
        return replace(found, noises=noises)

    noisy: dict[str, int] = {}
    monkeypatch.setattr(parents, "name_parents", look)
    monkeypatch.setattr(groups, "read_leaves", leaves)
    run(tmp_path, "out")
    assert any(len(set(sizes)) > 1 for sizes in seen)
    assert all(sizes == sorted(sizes, reverse=True) for sizes in seen)
