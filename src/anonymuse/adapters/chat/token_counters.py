"""How many tokens a prompt will have: by the model file's own tokeniser, else by a table."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from anonymuse.adapters.chat.prices import listed_name
from anonymuse.lexicon.token_table import expected_tokens
from anonymuse.ports.chat import Message

_FAMILIES: Final[tuple[tuple[tuple[str, ...], float, float, str], ...]] = (
    (
        ("claude-haiku-5", "claude-sonnet-5", "claude-opus-5", "claude-fable", "claude-mythos"),
        1.5,
        0.20,
        "newer Claude models: half as much again as the table",
    ),
    (("claude",), 1.15, 0.15, "Claude models: 15 % more than the table"),
    (("gpt", "o1", "o3", "o4", "chatgpt"), 0.95, 0.12, "OpenAI models: 5 % less than the table"),
    (("qwen",), 1.0, 0.08, "Qwen models, on which the table was fitted"),
)
"""Beginnings of models' names, tokens beside Qwen2.5's, likely error, and how it is said.

That newer Claude models make 30 % more tokens than older ones is their documentation's; the other
factors are common reports, not measured here.
"""

_UNKNOWN: Final = (1.0, 0.20, "an unknown tokeniser: the table as it is")
_PER_MESSAGE: Final = 5
"""tokens that a chat template puts around a message"""
_START: Final = 3
_SCHEMA_SHARE: Final = {"claude": 1.0}
"""share of the schema's own tokens that is added to a prompt; OpenAI's servers add none"""


class TableCounter:
    """Counts by script and kind of word, times what is known of the model's family.

    Args:
        spec: the model, as a configuration names it.
    """

    def __init__(self, spec: str) -> None:
        name = listed_name(spec)
        found = next((f[1:] for f in _FAMILIES if name.startswith(f[0])), _UNKNOWN)
        self._factor, self._error, self._told = found
        self._schema = next((v for k, v in _SCHEMA_SHARE.items() if name.startswith(k)), 0.0)

    @property
    def how(self) -> str:
        """How the tokens are counted."""
        return f"tokens by a table of characters and words ({self._told})"

    @property
    def error(self) -> float:
        """Relative error of a sum over many prompts."""
        return self._error

    def prompt(self, messages: Sequence[Message], schema: Mapping[str, Any] | None) -> float:
        """Return the tokens of a prompt, the template's included."""
        said = sum(self.text(message.content) + _PER_MESSAGE for message in messages)
        told = self._schema * self.text(json.dumps(schema)) if schema else 0.0
        return _START + said + told

    def text(self, text: str) -> float:
        """Return the tokens of a text."""
        return self._factor * expected_tokens(text)


class FileCounter:
    """Counts with the tokeniser and the chat template of a GGUF file, in this process.

    The engine can only be started with the weights beside them; they are mapped, not computed with.

    Args:
        path: the GGUF file.

    Raises:
        ModelUnavailableError: the engine is not installed, or the file is missing or broken.
    """

    def __init__(self, path: Path) -> None:
        from anonymuse.adapters.chat.llama_cpp import Tokeniser, start_tokeniser

        self._server: Tokeniser | None = start_tokeniser(path)
        self._path = path

    @property
    def how(self) -> str:
        """How the tokens are counted."""
        return f"tokens by the model's own tokeniser ({self._path.name})"

    @property
    def error(self) -> float:
        """None: the same tokeniser answers."""
        return 0.0

    def prompt(self, messages: Sequence[Message], schema: Mapping[str, Any] | None) -> float:
        """Return the tokens of a prompt, the template's included; the schema steers, unseen."""
        del schema
        told = [{"role": message.role, "content": message.content} for message in messages]
        return self.text(self._ask("/apply-template", {"messages": told})["prompt"])

    def text(self, text: str) -> float:
        """Return the tokens of a text."""
        return len(self._ask("/tokenize", {"content": text, "parse_special": True})["tokens"])

    def close(self) -> None:
        """Free the memory."""
        self._server = None

    def _ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Ask the engine, which listens on loopback in this process and nowhere else."""
        if self._server is None:
            raise RuntimeError("the counter is closed")
        request = urllib.request.Request(  # noqa: S310 - an http address that we made
            f"{self._server.address}{path}",
            data=json.dumps(body).encode(),
            headers={
                "content-type": "application/json",
                "authorization": f"Bearer {self._server.key}",
            },
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=60) as reply:
            return json.load(reply)
