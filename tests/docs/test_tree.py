"""Rules about the repository itself: sizes, borders, imports, and words that have no place here."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.docs.tree import ROOT, text_files

FILES = text_files()
SOURCE = [p for p in FILES if p.suffix == ".py" and p.is_relative_to(ROOT / "src")]

# Spelled in two halves, so that this file does not hold what it forbids.
UNFINISHED = re.compile(
    "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"))
)
MACHINE = re.compile(
    r"(?<![\w.~])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|Us" + r"ers/\w+)/[\w.-]+"
)


def test_the_walk_finds_the_repository():
    names = {str(path.relative_to(ROOT)) for path in FILES}
    assert {"README.md", "Makefile", "pyproject.toml", "src/anonymuse/errors.py"} <= names


@pytest.mark.parametrize("path", SOURCE, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_no_source_file_is_over_500_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_nothing_is_called_utils():
    assert not [p for p in SOURCE if p.stem in {"utils", "util", "helpers", "misc", "common"}]


def test_no_unfinished_marks_and_no_machine_paths():
    found = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if UNFINISHED.search(line) or MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found


def test_locks_name_no_host():
    locks = [p for p in FILES if p.parent.name == "requirements" and p.suffix == ".txt"]
    assert len(locks) == 3
    for path in locks:
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"://|--index-url|--extra-index-url|--find-links", text)


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, anonymuse\n"
        "heavy = {'numpy', 'pyarrow', 'pydantic', 'openai', 'typer', 'rich', 'xllamacpp'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_sorted_and_all_there():
    import anonymuse

    assert list(anonymuse.__all__) == sorted(anonymuse.__all__)
    for name in anonymuse.__all__:
        assert getattr(anonymuse, name) is not None


@pytest.mark.slow
def test_the_borders_hold():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()",
         "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout
