"""Prompts with worked examples, given as turns of a conversation: small models copy those best.

The examples stand in the file's static part, each as a line ``### Example``, the question, a line
``=>`` and the answer.
"""

from __future__ import annotations

import re
from typing import Literal

from anonymuse.prompts.library import load

Role = Literal["system", "user", "assistant"]

_HEAD = re.compile(r"^### Example\s*$", re.MULTILINE)
_ARROW = re.compile(r"^=>\s*$", re.MULTILINE)


def turns(name: str, **values: str) -> tuple[tuple[Role, str], ...]:
    """Return ``prompts/<name>.md`` as (role, text): instructions, examples, the question.

    Raises:
        ValueError: an example has no line ``=>``, or a slot has no value.
    """
    system, question = load(name).render(**values)
    instructions, *examples = _HEAD.split(system)
    found: list[tuple[Role, str]] = [("system", instructions.strip())]
    for number, example in enumerate(examples, 1):
        asked, arrow, answer = _cut(example)
        if not arrow:
            raise ValueError(f"prompt {name!r}: example {number} has no line '=>'")
        found += [("user", asked.strip()), ("assistant", answer.strip())]
    return (*found, ("user", question))


def _cut(example: str) -> tuple[str, str, str]:
    match = _ARROW.search(example)
    if match is None:
        return example, "", ""
    return example[: match.start()], match[0], example[match.end() :]
