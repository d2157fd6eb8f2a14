"""Stage: write names from the claims that were kept, and from nothing else.

The model that writes sees no conversation and no draft. What comes back must pass token support,
the rules for names, and a test for words that stand in no kept claim; it must not repeat a long run
of any facet, nor a sibling's name. After three tries keywords stand in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.claims import new_words
from anonymuse.lexicon.copies import flat, shares_a_run
from anonymuse.lexicon.keyword_name import keyword_draft
from anonymuse.lexicon.phrases import name_faults, sentence_case, stems, tidy
from anonymuse.lexicon.plain_text import text_problem
from anonymuse.lexicon.support_table import SupportTable, unsupported
from anonymuse.lexicon.wording import NO_PROPOSAL
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.prompts.fence import fenced
from anonymuse.prompts.library import load
from anonymuse.prompts.replies import NAME_AND_DESCRIPTION, name_and_description

PROMPT = "rewrite_name"
ATTEMPTS = 3
TEMPERATURE = 0.3
NO_CLAIM = "no claim had enough votes"
TAKEN = 'the name "{name}", which another group has'


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """What is known of a cluster after the vote.

    Attributes:
        node: id of the cluster.
        name: the claim of the name; empty where it fell.
        claims: the other claims that were kept.
        shared: words that set the cluster apart, for the stand-in.
        sources: facets that no name may repeat a long run of.
        why: the vote was not held, where it was not.
    """

    node: str
    name: str
    claims: tuple[str, ...]
    shared: Sequence[str]
    sources: Sequence[str] = ()
    why: str = ""

    @property
    def statements(self) -> tuple[str, ...]:
        """All that may be said, the name's claim first."""
        return (self.name, *self.claims) if self.name else self.claims

    def __repr__(self) -> str:
        return f"Kept({self.node}, {len(self.statements)} claims)"


async def rewrite_names(
    leaves: Sequence[Kept], table: SupportTable, *, cell: int, asker: Asker, key: bytes,
    question: str = "",
) -> dict[str, DraftName]:  # fmt: skip
    """Name clusters from kept claims; three rounds, then keywords.

    Args:
        leaves: kept claims by cluster.
        table: support over the members' words.
        cell: distinct units that every content word needs.
        asker: the chat model.
        key: of the marks around the claims.
        question: what the facets answer, where they are not requests.

    Returns:
        A name for every leaf, by node id, in their order; no two of them have the same content
        words, unless they have none.
    """
    found: dict[str, DraftName] = {}
    avoid: dict[str, list[str]] = {leaf.node: [] for leaf in leaves}
    waiting = [leaf for leaf in leaves if leaf.statements]
    sources = {leaf.node: [flat(text) for text in leaf.sources] for leaf in leaves}
    for attempt in range(ATTEMPTS):
        heard = await _ask(waiting, avoid, asker, key, attempt, question)
        for leaf in waiting:
            if leaf.node not in heard:
                continue
            name, told = heard[leaf.node]
            against = _objections(leaf, name, told, table, cell, sources[leaf.node])
            if against is None and _taken(name, found):
                against = [TAKEN.format(name=name)]
            if against is None:
                found[leaf.node] = DraftName(leaf.node, name, told, "model", attempt)
            else:
                avoid[leaf.node] = list(dict.fromkeys([*avoid[leaf.node], *against]))
        waiting = [
            replace(leaf, name="", claims=leaf.statements)
            if leaf.name and _taken(leaf.name, found)
            else leaf
            for leaf in waiting
            if leaf.node not in found
        ]
    for leaf in leaves:
        if leaf.node not in found:
            found[leaf.node] = keyword_draft(
                leaf.node,
                leaf.shared,
                why=leaf.why or (NO_PROPOSAL if leaf.statements else NO_CLAIM),
                taken=[stems(draft.name) for draft in found.values()],
                attempts=ATTEMPTS if leaf.statements else 0,
            )
    return {leaf.node: found[leaf.node] for leaf in leaves}


async def _ask(
    leaves: Sequence[Kept],
    avoid: Mapping[str, Sequence[str]],
    asker: Asker,
    key: bytes,
    attempt: int,
    question: str,
) -> dict[str, tuple[str, str]]:
    """Return what the model said, by node, whatever the arrival."""
    requests = (_request(leaf, avoid[leaf.node], key, attempt, question) for leaf in leaves)
    arrived = asker.ask(as_questions(requests, _read))
    return {leaves[i].node: said async for i, said in arrived if not isinstance(said, ChatFailure)}


def _request(
    leaf: Kept, avoid: Sequence[str], key: bytes, attempt: int, question: str
) -> ChatRequest:
    listed = "\n".join(f"- {claim}" for claim in leaf.statements)
    system, user = load(PROMPT).render(
        about=_ABOUT.format(question=question) if question else "",
        name=leaf.name or "(none: make one)",
        claims=fenced(listed, key),
        avoid=", ".join(avoid) or "(none)",
    )
    messages = (Message("system", system), Message("user", user))
    return ChatRequest(
        messages, "name", NAME_AND_DESCRIPTION, TEMPERATURE, max_tokens=250, attempt=attempt
    )


_ABOUT = (
    "Here the statements are no requests: they say how many conversations answer the question "
    "below, and the name need not be an imperative.\nQuestion: {question}\n\n"
)


def _objections(
    leaf: Kept, name: str, told: str, table: SupportTable, cell: int, sources: Sequence[str]
) -> list[str] | None:
    """Return the words to avoid next time; None when name and description pass."""
    words = unsupported(f"{name}. {told}", leaf.node, table, cell=cell)
    # Half of the voters stand behind a name that was kept, a fifth behind the other claims.
    words += new_words(name, [leaf.name] if leaf.name else leaf.claims)
    words += new_words(told, leaf.statements)
    if words:
        return list(dict.fromkeys(words))
    if name_faults(name) or text_problem(name, told) or not told:
        return []
    if any(shares_a_run(flat(text), source) for text in (name, told) for source in sources):
        return []
    return None


def _taken(name: str, found: Mapping[str, DraftName]) -> bool:
    return any(stems(name) == stems(draft.name) for draft in found.values())


def _read(text: str) -> tuple[str, str]:
    """Read name and description from a reply.

    Raises:
        ValueError: they are not there. The message never holds what the model wrote.
    """
    name, told = name_and_description(text)
    return sentence_case(tidy(name)), " ".join(told.split())
