"""The explorer as a folder for any web server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anonymuse.errors import OutputError
from anonymuse.web import built
from anonymuse.web.documents import documents, encoded
from anonymuse.web.folder import files
from tests.sample_report import SCRIPT_NAME, sample_report
from tests.web.visits import an_interface


@pytest.fixture(autouse=True)
def _an_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_interface(tmp_path / "static", monkeypatch)


def test_it_holds_the_interface_and_every_document() -> None:
    report = sample_report()
    made = files(report)
    docs = {f"api/v1/{path}": encoded(doc) for path, doc in documents(report).items()}
    assert made.keys() - docs.keys() == {
        "README.md", "index.html", "explorer.js", "explorer.css", "licenses.md"
    }  # fmt: skip
    assert {path: made[path] for path in docs} == docs
    assert files(report) == made


def test_every_address_in_the_page_is_relative() -> None:
    page = files(sample_report())["index.html"].decode()
    assert 'src="./explorer.js"' in page
    assert 'href="./explorer.css"' in page
    assert 'src="/' not in page
    assert "connect-src &#x27;self&#x27;" in page
    assert "require-trusted-types-for &#x27;script&#x27;; trusted-types &#x27;none&#x27;" in page


def test_bookmarks_are_the_browsers() -> None:
    assert json.loads(files(sample_report())["api/v1/index.json"])["notes"] == "browser"


def test_a_name_leaves_no_mark_in_the_page() -> None:
    assert SCRIPT_NAME not in files(sample_report())["index.html"].decode()


def test_the_folder_says_how_to_serve_it_and_the_page_does_from_a_disk() -> None:
    made = files(sample_report())
    assert "python -m http.server" in made["README.md"].decode()
    assert "python -m http.server" in made["index.html"].decode()


def test_without_the_interface_it_says_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(built, "STATIC", tmp_path / "nowhere")
    with pytest.raises(OutputError, match="make ui"):
        files(sample_report())
