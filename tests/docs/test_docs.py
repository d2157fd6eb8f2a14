"""The docs are true: generated parts are current, commands are documented, links lead on.

The code in them is run by test_snippets.py.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from docs import make_pages
from tests.docs.tree import ROOT, text_files

MARKDOWN = [path for path in text_files() if path.suffix == ".md"]


@pytest.mark.parametrize("page", sorted(make_pages.PAGES))
def test_generated_parts_are_current(page):
    assert (ROOT / page).read_text(encoding="utf-8") == make_pages.rendered(page), "run: make docs"


def test_every_command_and_every_option_is_documented():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in make_pages.commands().items():
        assert f"## `anonymuse {name}".rstrip() + "`" in text
        for parameter in command.params:
            for flag in parameter.opts:
                if flag.startswith("--"):
                    assert flag in text, f"anonymuse {name} {flag}"


def test_every_setting_is_documented():
    from anonymuse.pipeline.config import RunConfig

    text = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    for section, field in RunConfig.model_fields.items():
        names = getattr(field.annotation, "model_fields", {section: None})
        for name in names:
            assert f"| `{name}` |" in text


def test_every_setting_says_what_it_means():
    from anonymuse.pipeline.config import RunConfig

    for section, field in RunConfig.model_fields.items():
        inner = getattr(field.annotation, "model_fields", {section: field})
        silent = [name for name, value in inner.items() if not value.description]
        assert not silent, section


def test_the_sidebar_lists_every_page_and_no_other():
    nav = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
    listed = set(re.findall(r"'([\w/-]+\.md)'", str(nav)))
    pages = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")}
    assert listed == pages


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_source_files_that_are_named_exist(page):
    roots = "adapters|cli|domain|evals|lexicon|pipeline|ports|prompts|stages|stats|vectors"
    named = re.findall(rf"`((?:{roots})/[\w/]+(?:\.py)?)`", page.read_text(encoding="utf-8"))
    missing = [name for name in named if not (ROOT / "src" / "anonymuse" / name).exists()]
    assert not missing


@pytest.mark.slow
def test_the_site_builds_strictly_and_knows_the_functions(tmp_path):
    if importlib.util.find_spec("zensical") is None:
        pytest.skip("zensical is not installed: it is in the docs group")
    settings = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    for name in ("docs", "src"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "zensical.toml").write_text(settings, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site" / "api.html").read_text(encoding="utf-8")
    assert "open_report" in page
    assert "NothingReleasedError" in page
