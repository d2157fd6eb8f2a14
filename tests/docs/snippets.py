"""The code blocks of the docs, found and run: whatever page there is, in the order of the page.

Every page gets a folder with conversations in `conversations.jsonl` (also as `chats.jsonl`,
`logs.jsonl`, `data.jsonl`), a project's key, and an environment where the models are stand-ins: a
scripted chat model, hashing instead of embeddings; and the policy is the demo's. What a line says
itself goes over that.

    python      run, all blocks of a page in one namespace
    sh          `anonymuse ...` is run; `make` and `pip install` are checked; nothing else may be
    toml        a configuration; with `holds` anything else
    json jsonl  parsed
    sql         parsed: a statement; with `holds: conditions`, a condition a line
    text ...    left alone

A comment right above a block says more:

    <!-- needs: model -->      not run, counted: model, network, key, server, program, minutes
    <!-- exits: 4 -->          what the last command of the block ends with
    <!-- writes: my.toml -->   the block is the content of this file, for the blocks below
    <!-- holds: facets -->     TOML that is no configuration; "conditions" for SQL

and `<!-- prepare` before lines of Python and `-->` makes what a reader would have and a test has
not, files for instance; it is run in its place and does not show.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import json
import re
import shlex
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import town
from tests.docs.tree import ROOT, text_files

NEEDS = {"model", "network", "key", "server", "program", "minutes"}
LEFT_ALONE = {"", "text", "txt", "html", "markdown", "md", "csv", "xml", "diff", "mermaid"}
DATA = ("conversations.jsonl", "chats.jsonl", "logs.jsonl", "data.jsonl")
STAND_INS = {
    "ANONYMUSE_MODELS_CHAT": "scripted",
    "ANONYMUSE_MODELS_EMBED": "hashing",
    "ANONYMUSE_MODELS_EMBED_FACETS": "hashing",
    "ANONYMUSE_PRIVACY_POLICY": "demo",
}
KEY = "5a" * 32  # pages name clusters by their ids: a drawn key might withhold one of them

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*).*$")
_DIRECTIVE = re.compile(r"^ *<!-- (?P<name>needs|exits|writes|holds): (?P<value>.+?) -->$")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block of code with what the comments above it say."""

    page: Path
    line: int
    language: str
    text: str
    says: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Return every Markdown page that holds a block of code that is not left alone."""
    found = [path for path in text_files() if path.suffix == ".md"]
    return [p for p in found if any(s.language not in LEFT_ALONE for s in snippets(p))]


def snippets(page: Path) -> Iterator[Snippet]:
    """Yield the blocks of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    says: dict[str, str] = {}
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if found := _DIRECTIVE.match(line):
            says[found["name"]] = found["value"]
        elif line.strip() == "<!-- prepare":
            start, number = number, _end(lines, number, "-->")
            yield Snippet(page, start, "python", "\n".join(lines[start : number - 1]) + "\n")
        elif opened := _FENCE.match(line):
            start, number = number, _end(lines, number, "```")
            text = textwrap.dedent("\n".join(lines[start : number - 1])) + "\n"
            yield Snippet(page, start, opened["language"], text, says)
            says = {}
        elif line.strip() and not line.strip().startswith("<!--"):
            says = {}


def _end(lines: list[str], number: int, mark: str) -> int:
    """Return the number of the line after the mark."""
    while lines[number].strip() != mark:
        number += 1
    return number + 1


class Runner:
    """Runs the blocks of one page in a folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        for name in DATA:
            town.write(folder / name, town.people())
        key = folder / "anonymuse.key"
        key.touch(mode=0o600)
        key.write_text(KEY)
        for name, value in STAND_INS.items():
            monkeypatch.setenv(name, value)

    def run(self, snippet: Snippet) -> None:
        """Run one block, or check it."""
        if "needs" in snippet.says:
            assert snippet.says["needs"] in NEEDS, f"{snippet.place}: needs one of {NEEDS}"
            return
        if name := snippet.says.get("writes"):
            path = Path(name)
            assert not path.is_absolute(), snippet.place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(snippet.text, encoding="utf-8")
        if snippet.language not in LEFT_ALONE:
            kind = {"py": "python", "bash": "sh", "shell": "sh", "ndjson": "jsonl"}
            act = getattr(self, f"_{kind.get(snippet.language, snippet.language)}", None)
            assert act is not None, f"{snippet.place}: nobody runs {snippet.language!r}"
            act(snippet)

    def _python(self, snippet: Snippet) -> None:
        padded = "\n" * snippet.line + snippet.text  # a traceback shows the page's own line
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as in a notebook
        code = compile(padded, str(snippet.page), "exec", flags=flags)
        result = eval(code, self.names)
        if inspect.iscoroutine(result):
            asyncio.run(result)

    def _sh(self, snippet: Snippet) -> None:
        lines = [line for line in commands(snippet.text)]
        for number, line in enumerate(lines):
            wanted = int(snippet.says.get("exits", 0)) if number == len(lines) - 1 else 0
            self._command(line, wanted, snippet.place)

    def _command(self, line: str, wanted: int, place: str) -> None:
        words = shlex.split(line, comments=True)
        if "|" in words:
            given, words = words[: words.index("|")], words[words.index("|") + 1 :]
            assert given[0] == "cat", f"{place}: {line}"
            content = b"".join(Path(name).read_bytes() for name in given[1:])
            self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        if words[0] == "export":
            words = words[1:]
        before = {}
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            name, _, value = words.pop(0).partition("=")
            before[name] = value
        with pytest.MonkeyPatch.context() as patch:
            for name, value in before.items():
                (patch if words else self.monkeypatch).setenv(name, value)
            if words:
                _tool(words, wanted, f"{place}: {line}")

    def _toml(self, snippet: Snippet) -> None:
        from anonymuse.pipeline.config import make_config

        values = tomllib.loads(snippet.text)
        if "holds" not in snippet.says:
            make_config(values)

    def _json(self, snippet: Snippet) -> None:
        json.loads(snippet.text)

    def _jsonl(self, snippet: Snippet) -> None:
        for line in snippet.text.splitlines():
            json.loads(line)

    def _sql(self, snippet: Snippet) -> None:
        import duckdb

        text = snippet.text
        if snippet.says.get("holds") == "conditions":
            text = "".join(f"select 1 where {line};" for line in text.splitlines())
        assert duckdb.extract_statements(text)


def commands(text: str) -> list[str]:
    """Return the commands of a shell block: joined lines, without comments and prompts."""
    joined = re.sub(r" *\\\n\s*", " ", text)
    lines = [re.sub(r"^\$ ", "", line.strip()) for line in joined.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _tool(words: list[str], wanted: int, what: str) -> None:
    if words[:3] == ["python", "-m", "anonymuse"]:
        words = words[2:]
    if words[0] == "anonymuse":
        from anonymuse.cli.main import run_command

        assert run_command(words[1:]) == wanted, what
    elif words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
        assert words[1] in targets, what
    elif words[:2] == ["pip", "install"]:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for extras in re.findall(r"\[([\w,]+)\]", " ".join(words)):
            assert set(extras.split(",")) <= set(project["optional-dependencies"]), what
    else:
        raise AssertionError(f"{what}: mark the block with <!-- needs: program -->")
