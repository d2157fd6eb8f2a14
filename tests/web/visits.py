"""Visits to the explorer's server, in process: no port, no browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from anonymuse.web import built, server
from anonymuse.web.notes import NoteBook
from tests.sample_report import sample_report

HERE = "http://127.0.0.1:8722"
API = "/api/v1"
NOTES = f"{API}/notes.json"
TOKEN = "correct-horse-battery"
PAGE = """<!doctype html><html><head><title>anonymuse</title>
    <script type="module" crossorigin src="./explorer.js"></script>
    <link rel="stylesheet" crossorigin href="./explorer.css">
  </head><body><div id="root"></div></body></html>"""


def visit(at: str = HERE, **settings: Any) -> TestClient:
    """Return a visitor of a server over the sample report."""
    report = settings.pop("report", None) or sample_report()
    return TestClient(server.make_app(report, **settings), base_url=at, follow_redirects=False)


def a_book(folder: Path) -> NoteBook:
    """Return notes in a folder; what they would tell the terminal is lost."""
    return NoteBook(folder / "notes.json", tell=lambda _: None)


def an_interface(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Put a small interface in place of the built one, which a checkout may not have."""
    folder.mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "explorer.js").write_text("// the program\n" * 200)
    (folder / "explorer.css").write_text("p { margin: 0 }\n")
    (folder / "licenses.md").write_text("Licences of the packages inside.\n")
    patch.setattr(built, "STATIC", folder)


def addresses(client: TestClient) -> list[str]:
    """Return every address of the API that the index leads to, and the index."""
    index = client.get(f"{API}/index.json").json()
    found = [f"{API}/index.json", f"{API}/openapi.json"]
    for tree in index["trees"]:
        at = f"{API}/trees/{tree['key']}"
        found += [f"{at}/{name}.json" for name in ("report", "clusters", "series", "quadrants")]
        found += [f"{at}/facets/{n}.json" for n in range(tree["facets"])]
    return found + [f"{API}/compare.json"] * index["compared"]
