"""The wheel brings the explorer: it installs without Node, and `anonymuse explore` serves it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from anonymuse.adapters.store.report_folder import save_report
from anonymuse.web import built
from tests.browser.chromium import find
from tests.docs.tree import ROOT
from tests.sample_report import sample_report

pytestmark = pytest.mark.slow
pytest.importorskip("hatchling", reason="hatchling builds the wheel: it is in requirements/")

INSIDE = "anonymuse/web/static"
PARTS = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE", ".gitignore", "src")


def without_node() -> dict[str, str]:
    """Return an environment in which neither Node nor npm is found."""
    return {**os.environ, "PATH": str(Path(sys.executable).parent)}


def build(source: Path, what: str, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", what, "-d", str(out)],
        cwd=source,
        env=without_node(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parts of the repository that a build reads, with the interface as it is built here."""
    if not built.is_built():
        pytest.skip(built.MISSING)
    folder = tmp_path_factory.mktemp("checkout")
    unwanted = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in (*PARTS, "ui"):
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, folder / name, ignore=unwanted)
        else:
            shutil.copy2(place, folder / name)
    (folder / "ui" / "node_modules").mkdir()
    (folder / "ui" / "node_modules" / "huge.js").write_text("// not ours\n")
    (folder / "src" / INSIDE / "index.html").touch()
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> Path:
    done = build(checkout, "wheel", checkout / "dist")
    assert done.returncode == 0, done.stderr
    return next((checkout / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel, and our dependencies for reading."""
    venv = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    install = ["pip", "--python", str(python), "install", "-q", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, "-m", *install], check=True)
    # A folder that is named so is searched, and its own .pth files, the editable one, are not read.
    packages = next(venv.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return venv / "bin"


def test_the_wheel_holds_the_interface(wheel) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"{INSIDE}/{name}" for name in built.FILES} <= set(names)
    assert not [name for name in names if "node_modules" in name or name.startswith("ui/")]


def test_a_source_distribution_needs_no_node_either(checkout, tmp_path) -> None:
    assert build(checkout, "sdist", tmp_path).returncode == 0
    [packed] = tmp_path.glob("*.tar.gz")
    with tarfile.open(packed) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
        tar.extractall(tmp_path / "unpacked", filter="data")
    assert {f"src/{INSIDE}/{name}" for name in built.FILES} <= names
    assert {"ui/package-lock.json", "ui/src/main.tsx", "ui/build.sh", "hatch_build.py"} <= names
    assert not [name for name in names if "node_modules" in name]
    [source] = (tmp_path / "unpacked").iterdir()
    (source / "ui" / "src" / "main.tsx").touch()  # as an unpacking that forgets the times does
    done = build(source, "wheel", tmp_path / "again")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("stale", ["missing", "older"])
def test_without_the_interface_and_npm_a_build_fails_with_a_sentence(checkout, tmp_path, stale):
    source = tmp_path / "source"
    shutil.copytree(checkout, source, ignore=shutil.ignore_patterns("dist"))
    page = source / "src" / INSIDE / "index.html"
    if stale == "missing":
        page.unlink()
    else:
        os.utime(page, (0, 0))
    done = build(source, "wheel", tmp_path / "out")
    assert done.returncode != 0
    assert "needs Node" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").glob("*.whl"))


@pytest.fixture
def address(installed: Path, tmp_path: Path) -> Iterator[str]:
    """A running `anonymuse explore` of the installed wheel."""
    save_report(sample_report(), tmp_path / "run" / "release")
    line = [str(installed / "anonymuse"), "explore", "run", "--port", "0", "--no-open", "--json"]
    env = {**without_node(), "PATH": str(installed)}
    with subprocess.Popen(line, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["address"]
        finally:
            server.terminate()


def test_the_installed_wheel_is_the_one_that_runs(installed) -> None:
    code = "import anonymuse; print(anonymuse.__file__)"
    done = subprocess.run(
        [installed / "python", "-c", code], capture_output=True, text=True, check=True
    )
    assert str(installed.parent) in done.stdout


def test_it_serves_the_explorer(address) -> None:
    for name in ("", "explorer.js", "explorer.css", "api/v1/index.json"):
        with urllib.request.urlopen(f"{address}{name}") as answer:
            assert answer.status == 200
            assert answer.read()


def test_the_explorer_draws(address) -> None:
    program = find()
    if program is None:
        pytest.skip("Chromium is not here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.get_by_text(sample_report().title).first.wait_for()
        browser.close()
