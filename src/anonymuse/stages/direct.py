"""Stage: the unprotected baseline. What a model that has read facets writes is published as it is.

This is what Clio describes (arXiv 2412.13678), and what the hardened way of naming is measured
against: no claims, no votes, no support of words. A text is cut to its form and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.parent_names import brings_together, joined_name
from anonymuse.lexicon.phrases import sentence_case, tidy
from anonymuse.lexicon.plain_text import cut_to_form
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.prompts.turns import turns

CHILDREN_SHOWN = 10
SILENT = "no answer"


def as_written(node: str, name: str, description: str) -> DraftName | None:
    """Return a model's words as a draft, cut to form; None where no name is left."""
    name, description = cut_to_form(name, description)
    return DraftName(node, name, description, "model") if name else None


async def name_parents_directly(
    children: Mapping[str, Sequence[str]], *, asker: Asker
) -> dict[str, DraftName]:
    """Name parents from their children's names, one call each, as the model says.

    Args:
        children: names by parent, the largest child first.
        asker: the chat model.

    Returns:
        A name for every parent; two children's names stand in where the call failed.
    """
    nodes = list(children)
    arrived = asker.ask(as_questions((_request(children[node]) for node in nodes), tidy))
    heard = {nodes[i]: said async for i, said in arrived if not isinstance(said, ChatFailure)}
    found = {}
    for node, names in children.items():
        told = brings_together(names)
        draft = as_written(node, sentence_case(heard.get(node, "")), told)
        found[node] = draft or DraftName(
            node, sentence_case(joined_name(names)), cut_to_form("", told)[1], "phrase", 0, SILENT
        )
    return found


def _request(names: Sequence[str]) -> ChatRequest:
    lines = "\n".join(f"- {name}" for name in names[:CHILDREN_SHOWN])
    messages = tuple(Message(role, text) for role, text in turns("name_parent", groups=lines))
    return ChatRequest(messages, purpose="name", temperature=0.0, max_tokens=40)
