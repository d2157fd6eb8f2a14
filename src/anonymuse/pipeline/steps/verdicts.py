"""What the auditors say of names, and why a base cluster is withheld for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, Verdict
from anonymuse.lexicon.keyword_name import BLANK
from anonymuse.lexicon.support_table import SupportTable, unsupported
from anonymuse.pipeline import files
from anonymuse.pipeline.counting import counted
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import evidence, groups
from anonymuse.pipeline.steps.carried import carried
from anonymuse.pipeline.steps.names import Naming, read_drafts, write_failures
from anonymuse.ports.chat import Asker
from anonymuse.stages.audit import audit_form, audit_model, audit_rules, audit_support
from anonymuse.stages.release import VETOED

NAMELESS = "no name in words that enough people share"


async def audit(
    shop: Workshop, *, parts: Parts, policy: ReleasePolicy, naming: Naming, model: bool
) -> Mapping[str, int]:
    """Put every leaf name before the auditors; writes ``verdicts.json``."""
    drafts = read_drafts(shop, "describe")
    asker = counted(parts, shop, len(drafts), "names") if model else None
    table = None if naming == "direct" else evidence.read_support(shop, policy, parts.key)
    verdicts = await judge(drafts, table, policy, asker, released=carried(shop))
    write_failures(shop, asker)
    files.write_json(shop.folder / "verdicts.json", [asdict(v) for v in verdicts])
    vetoes = Counter(f"veto: {v.reason}" for v in verdicts if not v.passed)
    return {"names": len(drafts), **vetoes}


async def judge(
    drafts: Sequence[DraftName],
    table: SupportTable | None,
    policy: ReleasePolicy,
    asker: Asker | None,
    *,
    released: Collection[str] = (),
) -> list[Verdict]:
    """Ask the auditors; without a table, as for the unprotected baseline, form alone is judged.

    The words of names that were ``released`` before are other people's, who were enough then.
    """
    if table is None:
        verdicts = [audit_form(draft) for draft in drafts]
    else:
        verdicts = [audit_rules(draft, generalise=policy.generalise) for draft in drafts]
        verdicts += [
            audit_support(draft, () if draft.node in released else lacking(draft, table, policy))
            for draft in drafts
        ]
    if asker is not None:
        verdicts += await audit_model(drafts, asker, policy)
    return verdicts


def lacking(draft: DraftName, table: SupportTable, policy: ReleasePolicy) -> list[str]:
    """Return the words of a name and its description that too few people used.

    A name that says nothing lacks all: the words of its own stock sentence support none.
    """
    if (draft.name, draft.description) == BLANK:
        return [draft.name]
    text = f"{draft.name}. {draft.description}"
    return unsupported(text, draft.node, table, cell=policy.min_cell)


def read_verdicts(shop: Workshop) -> list[Verdict]:
    """Return the verdicts on all names."""
    return [*of_step(shop, "audit"), *of_step(shop, "parents")]


def read_reasons(shop: Workshop) -> dict[str, str]:
    """Return why a base cluster is withheld, by node."""
    vetoes = [v for v in of_step(shop, "audit") if not v.passed]
    vetoed = {v.node: NAMELESS if v.auditor == "support" else VETOED for v in vetoes}
    return vetoed | groups.read_leaves(shop).reasons


def of_step(shop: Workshop, step: str) -> list[Verdict]:
    """Read ``verdicts.json`` of a step."""
    return [Verdict(**v) for v in files.read_json(shop.of(step) / "verdicts.json")]
