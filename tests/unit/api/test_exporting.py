"""Which form an export takes, where it goes, and what is told about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from anonymuse.api import exporting
from anonymuse.api.exporting import FORMATS, export, export_page, place_for, told
from anonymuse.errors import ConfigError, OutputError
from anonymuse.web import built, one_file
from tests.sample_report import sample_report
from tests.web.visits import an_interface


@pytest.fixture(autouse=True)
def _an_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_interface(tmp_path / "static", monkeypatch)


def is_explorer(page: Path) -> bool:
    return "anonymuse-data" in page.read_text()


def test_every_format_is_written(tmp_path) -> None:
    for to in FORMATS:
        written = export(sample_report(), to, tmp_path / to)
        assert written
        assert all(path.is_file() for path in written)
        assert sorted(p for p in (tmp_path / to).rglob("*") if p.is_file()) == sorted(written)


def test_html_is_the_explorer_and_simple_is_not(tmp_path) -> None:
    [page] = export(sample_report(), "html", tmp_path / "a.html")
    assert page == tmp_path / "a.html"
    assert is_explorer(page)
    [page] = export(sample_report(), "html", tmp_path, simple=True)
    assert page == tmp_path / "report.html"
    assert not is_explorer(page)


def test_a_folder_that_is_written_again_forgets_the_earlier_report(tmp_path) -> None:
    export(sample_report(), "site", tmp_path)
    stale = tmp_path / "api" / "v1" / "trees" / "by-tone" / "clusters.json"
    stale.parent.mkdir()
    stale.write_text("{}")
    theirs = tmp_path / "robots.txt"
    theirs.write_text("of the web server\n")
    written = export(sample_report(), "site", tmp_path)
    assert not stale.exists()
    assert theirs.exists()
    assert all(path.is_file() for path in written)


def test_a_folder_that_is_written_again_leaves_alone_what_others_put_there(tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for kept in (
        tmp_path / "site" / "api" / "v1" / "users.json",
        elsewhere / "report.json",
        elsewhere / "compare.json",
    ):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("{}")
    (tmp_path / "site" / "api" / "v1" / "trees").mkdir()
    (tmp_path / "site" / "api" / "v1" / "trees" / "old").symlink_to(elsewhere)
    (tmp_path / "linked" / "api").mkdir(parents=True)
    (tmp_path / "linked" / "api" / "v1").symlink_to(elsewhere)
    for name in ("site", "linked"):
        export(sample_report(), "site", tmp_path / name)
    assert (tmp_path / "site" / "api" / "v1" / "users.json").exists()
    assert (elsewhere / "report.json").exists()
    assert (elsewhere / "compare.json").exists()


@pytest.mark.parametrize("to", ["html", "site", "csv"])
def test_a_link_in_a_folder_from_elsewhere_leads_nowhere(tmp_path, to) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    for name in ("report.html", "index.html", "clusters.csv"):
        (out / f".{name}.writing").symlink_to(theirs)
        (out / name).symlink_to(theirs)
    written = export(sample_report(), to, out)
    assert theirs.read_text() == "mine"
    assert not any(path.is_symlink() for path in written)


@pytest.mark.parametrize("to", ["site", "csv", "markdown", "parquet"])
def test_simple_is_a_form_of_html_only(tmp_path, to) -> None:
    with pytest.raises(ConfigError, match="--simple"):
        export(sample_report(), to, tmp_path, simple=True)


@pytest.mark.parametrize(("to", "simple"), [("csv", False), ("html", True)])
def test_a_second_report_needs_the_explorer(tmp_path, to, simple) -> None:
    with pytest.raises(ConfigError, match="explorer only"):
        export(sample_report(), to, tmp_path, simple=simple, other=sample_report())


def test_an_unknown_format_names_the_nearest(tmp_path) -> None:
    with pytest.raises(ConfigError, match="Did you mean 'site'"):
        export(sample_report(), "sites", tmp_path)


def test_without_the_interface_only_the_simple_page_is_made(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(built, "STATIC", tmp_path / "nowhere")
    with pytest.raises(OutputError, match="--simple"):
        export(sample_report(), "html", tmp_path)
    pages, note = export_page(sample_report(), tmp_path / "report.html")
    assert pages == [tmp_path / "report.html"]
    assert not is_explorer(pages[0])
    assert note == exporting.NO_EXPLORER


def test_with_the_interface_the_page_needs_no_word(tmp_path) -> None:
    pages, note = export_page(sample_report(), tmp_path / "report.html")
    assert is_explorer(pages[0])
    assert note == ""


@pytest.mark.parametrize("to", ["html", "site"])
def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path, to) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        export(sample_report(), to, tmp_path / "file" / "out")


def test_the_default_place_is_beside_the_bundle(tmp_path) -> None:
    assert place_for(tmp_path / "release", "csv") == tmp_path / "export"
    assert place_for(tmp_path / "release", "site") == tmp_path / "export" / "site"


def test_sizes_are_told_and_a_large_page_points_to_the_folder(tmp_path, monkeypatch) -> None:
    pages = export(sample_report(), "html", tmp_path)
    [line] = told("html", pages)
    assert line.startswith(f"Wrote {pages[0]} (")
    assert line.endswith(" kB)")
    monkeypatch.setattr(one_file, "LARGE", 1000)
    assert told("html", pages)[1] == one_file.TOO_LARGE
    folder = export(sample_report(), "site", tmp_path / "site")
    lines = told("site", folder)
    assert str(tmp_path / "site") in lines[0]
    assert "python -m http.server" in lines[1]


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 kB"), (999_499, "999 kB"), (1_000_000, "1.0 MB")]
)
def test_sizes_in_words(size, words) -> None:
    assert exporting.in_words(size) == words


@pytest.mark.parametrize("inside", [".", "export"])
def test_an_export_never_goes_into_a_bundle_or_the_private_folder(tmp_path, inside) -> None:
    (tmp_path / "report.json").write_text("{}")
    private = tmp_path / "run" / "private"
    private.mkdir(parents=True)
    (private / "manifest.json").write_text("{}")
    for place in (tmp_path, private):
        with pytest.raises(OutputError, match="keeps for itself"):
            export(sample_report(), "site", place / inside)
        assert not (place / inside / "README.md").exists()
