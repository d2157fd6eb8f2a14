"""`make ui` says in one sentence what stands in its way. Node and npm are stand-ins here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.tree import ROOT

TOOLS = ("sh", "sed", "head", "touch", "mkdir")
ANY_NODE = '#!/bin/sh\n[ "$1" = -e ] && exit 0\necho v22.12.0\n'
OLD_NODE = '#!/bin/sh\n[ "$1" = -e ] && exit 1\necho v18.19.0\n'
NPM = """#!/bin/sh
echo "$@" >> calls
[ "$1" = ci ] && mkdir -p node_modules && touch node_modules/.package-lock.json
exit 0
"""
NPM_WITHOUT_NETWORK = """#!/bin/sh
echo "npm error code ENOTFOUND" >&2
echo "npm error a long story" >&2
exit 1
"""


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    folder = tmp_path / "ui"
    folder.mkdir()
    shutil.copy(ROOT / "ui" / "build.sh", folder)
    (folder / "package-lock.json").write_text("{}")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    return folder


def put(ui: Path, **programs: str) -> None:
    for name, text in programs.items():
        program = ui.parent / "bin" / name
        program.write_text(text)
        program.chmod(0o755)


def build(ui: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "ui/build.sh", *arguments],
        cwd=ui.parent,
        env={"PATH": str(ui.parent / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        ({}, "which is not here: install Node 20.19"),
        ({"node": OLD_NODE, "npm": NPM}, "this is Node v18.19.0"),
        ({"node": ANY_NODE}, "npm, which is not here"),
        ({"node": ANY_NODE, "npm": NPM_WITHOUT_NETWORK}, "(npm says ENOTFOUND)"),
    ],
)
def test_what_is_missing_is_one_sentence(ui, programs, sentence) -> None:
    put(ui, **programs)
    done = build(ui)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def calls(ui: Path) -> list[str]:
    return [line.split()[0] for line in (ui / "calls").read_text().splitlines()]


def test_packages_are_installed_once_and_again_when_the_lock_changes(ui) -> None:
    put(ui, node=ANY_NODE, npm=NPM)
    assert build(ui).returncode == 0
    assert build(ui).returncode == 0
    assert calls(ui) == ["ci", "run", "run"]
    later = (ui / "node_modules" / ".package-lock.json").stat().st_mtime + 10
    os.utime(ui / "package-lock.json", (later, later))
    assert build(ui, "packages").returncode == 0
    assert calls(ui) == ["ci", "run", "run", "ci"]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here")
@pytest.mark.parametrize(
    ("version", "accepted"),
    [("18.20.0", 0), ("20.18.9", 0), ("20.19.0", 1), ("21.7.0", 0), ("22.11.0", 0), ("22.12.0", 1),
     ("23.1.0", 1), ("24.0.0", 1)],
)  # fmt: skip
def test_which_node_will_do(version, accepted) -> None:
    script = (ROOT / "ui" / "build.sh").read_text()
    test = script.partition("right='")[2].partition("'")[0]
    posed = f"const process = {{versions: {{node: '{version}'}}, exit: console.log}}; {test}"
    done = subprocess.run(
        ["node", "-e", f"{{{posed}}}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(1 - accepted)
