"""Stage: three auditors look at every proposed name. Any veto blocks.

The rules and the support of words are exact. The model is an alarm with a measured miss rate, not
a guarantee: a summary that names nobody may still be about one person, and a model passes it
(CLIOPATRA, arXiv 2603.09781). It needs a strong model: one of 1.5 billion parameters vetoed all of
20 clean names with this prompt; other wordings still vetoed 6, or let nearly all identifying pass.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, Verdict
from anonymuse.lexicon.plain_text import form_problem, text_problem
from anonymuse.lexicon.special import is_special
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.prompts.library import load

PASSED = "passed"
UNSUPPORTED = "words used by too few people"
LOW_GRADE = "grade too low"
SPECIAL = "specifics of a special category"
NO_ANSWER = "auditor did not answer"

GRADES = (1, 2, 3, 4, 5)
"""1 one individual, 2 a small group, 3 a few thousand people, 4 only with much context, 5 nobody
(Clio, arXiv 2412.13678, appendix)."""

TEMPERATURE = 0.05

_LONGEST_REPLY = 200

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"grade": {"type": "integer", "enum": list(GRADES)}},
    "required": ["grade"],
    "additionalProperties": False,
}


def audit_rules(draft: DraftName, *, generalise: bool = False) -> Verdict:
    """Judge the form: length, plain text, no digits, no identifiers.

    Args:
        draft: the name.
        generalise: special categories are shown by their own words only; others are a problem.
    """
    problem = text_problem(draft.name, draft.description)
    if problem is None and generalise and is_special(f"{draft.name}. {draft.description}"):
        problem = SPECIAL
    return Verdict(draft.node, "rules", problem is None, None, problem or PASSED)


def audit_form(draft: DraftName) -> Verdict:
    """Judge what an export needs and no more: all that the unprotected baseline must pass."""
    problem = form_problem(draft.name, draft.description)
    return Verdict(draft.node, "form", problem is None, None, problem or PASSED)


def audit_support(draft: DraftName, unsupported_words: Sequence[str]) -> Verdict:
    """Judge the words: each must be used by enough people, or be general.

    Args:
        draft: the name.
        unsupported_words: what the support table found in it; their text goes no further.
    """
    passed = not unsupported_words
    return Verdict(draft.node, "support", passed, None, PASSED if passed else UNSUPPORTED)


async def audit_model(
    drafts: Sequence[DraftName], asker: Asker, policy: ReleasePolicy
) -> list[Verdict]:
    """Ask a model how far each name identifies people; one isolated call each.

    A call that fails is a veto: silence does not pass.

    Args:
        drafts: what to judge.
        asker: the auditing model.
        policy: its ``min_grade`` and better passes.

    Returns:
        One verdict per draft, in order.
    """
    prompt = load("audit")
    requests = []
    for draft in drafts:
        system, user = prompt.render(name=draft.name, description=draft.description)
        messages = (Message("system", system), Message("user", user))
        requests.append(
            ChatRequest(messages, "audit", _SCHEMA, temperature=TEMPERATURE, max_tokens=16)
        )
    silent = [Verdict(draft.node, "model", False, None, NO_ANSWER) for draft in drafts]
    verdicts = dict(enumerate(silent))
    async for index, grade in asker.ask(as_questions(requests, _grade)):
        if not isinstance(grade, ChatFailure):
            passed = grade >= policy.min_grade
            verdicts[index] = Verdict(
                drafts[index].node, "model", passed, grade, PASSED if passed else LOW_GRADE
            )
    return [verdicts[index] for index in range(len(drafts))]


def _grade(text: str) -> int:
    """Read the grade from a reply.

    Raises:
        ValueError: there is none.
    """
    try:
        reply = json.loads(text[:_LONGEST_REPLY])
    except (ValueError, RecursionError):
        raise ValueError("the reply is not JSON") from None
    grade = reply.get("grade") if isinstance(reply, dict) else None
    if type(grade) is not int or grade not in GRADES:
        raise ValueError("the reply holds no grade from 1 to 5")
    return grade
