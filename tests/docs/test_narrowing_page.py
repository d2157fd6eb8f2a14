"""The page on narrowing: every column is there, and every example is one."""

from __future__ import annotations

import re
import shlex

import pyarrow as pa
import pytest

from anonymuse.pipeline.columns import STANDARD
from anonymuse.pipeline.conditions import compile_condition, evaluate
from anonymuse.pipeline.flags import FLAGS
from anonymuse.pipeline.patterns import check_pattern
from anonymuse.stages.narrow import read_window
from tests.docs.tree import ROOT

PAGE = (ROOT / "docs" / "narrowing.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


EXAMPLES = [line for block in blocks("sql") for line in block.splitlines() if line]


def test_every_standard_column_stands_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [\w ]+ \|", PAGE, re.MULTILINE)
    assert rows == list(STANDARD)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_a_condition_is_one(example: str) -> None:
    own = {"model": pa.string(), "country": pa.string(), "user's plan": pa.string()}
    kinds = {**STANDARD, **own, "score": pa.string()}
    table = pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    assert (
        evaluate(compile_condition(example, setting="--where"), table, want="boolean").to_pylist()
        == []
    )


def test_the_command_is_one() -> None:
    (command,) = blocks("sh")
    words = shlex.split(command.replace("\\\n", " "))
    given = {flag: words[words.index(flag) + 1] for flag in words if flag.startswith("--")}
    assert set(given) - {"--out"} <= {flag.name for flag in FLAGS}
    compile_condition(given["--where"], setting="--where")
    check_pattern(given["--grep"], setting="--grep")
    assert read_window(given["--since"], given["--until"]) is not None


def test_every_flag_of_narrowing_is_explained() -> None:
    names = [f.name for f in FLAGS if f.setting.startswith(("narrow.", "sample."))]
    assert len(names) >= 8
    assert [name for name in names if f"`{name}" not in PAGE] == []
