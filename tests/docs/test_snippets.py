"""Every block of code in the README and the docs runs; what cannot is marked and counted here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from anonymuse.errors import ConfigError
from tests.docs.snippets import LEFT_ALONE, Runner, commands, pages, snippets
from tests.docs.tree import ROOT, text_files

NOT_RUN = {"model": 5, "network": 0, "key": 0, "server": 10, "program": 4, "minutes": 8}
"""blocks that need what a test has not; whoever adds one says so here"""


@pytest.mark.parametrize("page", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(tmp_path, monkeypatch)
    for snippet in snippets(page):
        runner.run(snippet)


def test_what_is_not_run_is_counted() -> None:
    found = [s for page in pages() for s in snippets(page) if "needs" in s.says]
    counted = Counter(s.says["needs"] for s in found)
    told = "\n".join(f"{s.place} needs {s.says['needs']}" for s in found)
    assert {name: counted[name] for name in NOT_RUN} == NOT_RUN, told
    assert set(counted) <= set(NOT_RUN), told


def test_no_command_hides_in_a_block_that_is_left_alone() -> None:
    hidden = [
        s.place
        for page in text_files()
        if page.suffix == ".md"
        for s in snippets(page)
        if s.language in LEFT_ALONE
        for line in s.text.splitlines()
        if line.removeprefix("$ ").startswith(("anonymuse ", "pip install", "import anonymuse"))
    ]
    assert hidden == []


def test_the_readme_and_the_tour_are_among_the_pages() -> None:
    names = {str(page.relative_to(ROOT)) for page in pages()}
    assert {"README.md", "docs/index.md", "docs/tour.md", "docs/config.md"} <= names


def write(folder: Path, text: str) -> Path:
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return page


def test_comments_belong_to_the_block_below(tmp_path: Path) -> None:
    text = (
        "<!-- needs: model -->\nwords\n```sh\na\n```\n"
        "<!-- needs: key -->\n<!-- exits: 4 -->\n\n```sh\nb\n```\n"
        "1. in a list\n\n   ```json\n   1\n   ```\n"
    )
    found = list(snippets(write(tmp_path, text)))
    assert [s.says for s in found] == [{}, {"needs": "key", "exits": "4"}, {}]
    assert found[2].text == "1\n"


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("```python\nraise ValueError('no')\n```", "no"),
        ("```sh\nanonymuse rum\n```", "anonymuse rum"),
        ("```sh\nrm -r x\n```", "needs: program"),
        ("```sh\nmake coffee\n```", "make coffee"),
        ("```sh\npip install '.[nope]'\n```", "nope"),
        ('```toml\n[privacy]\npolcy = "demo"\n```', "Did you mean 'policy'"),
        ("```json\n{\n```", "Expecting"),
        ("```cobol\nSTOP RUN\n```", "nobody runs 'cobol'"),
        ("<!-- needs: luck -->\n```sh\nanonymuse\n```", "needs"),
        ("<!-- exits: 3 -->\n```sh\nanonymuse --version\n```", "--version"),
    ],
)
def test_a_block_that_does_not_work_is_found(
    block: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write(tmp_path, block)
    monkeypatch.setattr("tests.docs.snippets.Snippet.place", "page.md:1")
    runner = Runner(tmp_path, monkeypatch)
    (snippet,) = snippets(page)
    with pytest.raises((AssertionError, ValueError, ConfigError), match=why):
        runner.run(snippet)


def test_a_shell_block_in_commands() -> None:
    text = "# a comment\n$ anonymuse run x \\\n    --out y   # more\n\nexport A=b\n"
    assert commands(text) == ["anonymuse run x --out y   # more", "export A=b"]


def test_files_variables_and_pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "<!-- writes: my.toml -->\n```toml\nseed = 5\n```\n"
        "```sh\nexport ANONYMUSE_CONFIG=my.toml\nANONYMUSE_SEED=6 anonymuse init six.toml\n"
        "anonymuse init five.toml\n```\n"
        "<!-- prepare\nnumber = 7\n-->\n```python\nimport asyncio\nawait asyncio.sleep(0)\n"
        "assert number == 7\n```\n"
    )
    page = write(tmp_path, text)
    monkeypatch.setattr("tests.docs.snippets.Snippet.place", "page.md:1")
    runner = Runner(tmp_path, monkeypatch)
    for snippet in snippets(page):
        runner.run(snippet)
    assert "seed = 6" in Path("six.toml").read_text(encoding="utf-8")
    assert "seed = 5" in Path("five.toml").read_text(encoding="utf-8")
