"""The explorer in one file: what it is made of, and that nothing in it can get out of its place."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.web import built
from anonymuse.web.documents import documents, encoded
from anonymuse.web.one_file import page
from tests.sample_report import SCRIPT_NAME, empty_report, sample_report
from tests.web.visits import an_interface


class Elements(HTMLParser):
    """Every element of a page with its attributes and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag):
        self.found.append((f"/{tag}", {}, ""))

    def handle_data(self, data):
        if self.found:
            tag, attrs, text = self.found[-1]
            self.found[-1] = (tag, attrs, text + data)

    def one(self, tag: str, **attrs: str) -> str:
        """Return the text of the only such element."""
        own = [text for t, a, text in self.found if t == tag and attrs.items() <= a.items()]
        assert len(own) == 1, (tag, attrs, len(own))
        return own[0]


@pytest.fixture(autouse=True)
def _an_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_interface(tmp_path / "static", monkeypatch)


def program(text: str) -> None:
    (built.STATIC / "explorer.js").write_text(text)


def held(source: bytes) -> dict[str, object]:
    packed = Elements(source.decode()).one("script", id="anonymuse-data")
    found: dict[str, object] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return found


def test_it_holds_every_document_and_both_files() -> None:
    report = sample_report()
    source = page(report)
    docs = {path: json.loads(encoded(doc)) for path, doc in documents(report).items()}
    assert held(source) == docs
    assert "p { margin: 0 }" in source.decode()
    assert "explorer.js" not in source.decode()
    assert "explorer.css" not in source.decode()


def test_it_asks_for_nothing() -> None:
    for _, attrs, _ in Elements(page(sample_report()).decode()).found:
        assert not {"src", "href", "action", "data"} & set(attrs)


def test_it_brings_the_licences_of_what_is_inside() -> None:
    licences = Elements(page(sample_report()).decode()).one("script", id="licences")
    assert licences == "Licences of the packages inside.\n"


def test_the_policy_comes_first_and_runs_this_script_only() -> None:
    program("const mark = '</script><!-- <script>';\r\nconst more = `</SCRIPT>`;\n")
    source = page(sample_report()).decode()
    elements = Elements(source)
    assert [tag for tag, *_ in elements.found[:3]] == ["html", "head", "meta"]
    policy = elements.found[2][1]["content"] or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    script = elements.one("script", type="module")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules["script-src"] == f"'sha256-{digest}'"
    for name in ("default-src", "connect-src", "form-action", "base-uri", "trusted-types"):
        assert rules[name] == "'none'"


def test_a_program_cannot_end_its_own_element() -> None:
    program("const mark = '</script><!--<script></ScRiPt >';\n")
    script = Elements(page(sample_report()).decode()).one("script", type="module")
    assert script == "const mark = '\\x3c/script>\\x3c!--<script>\\x3c/ScRiPt >';\n"


@pytest.mark.parametrize("title", [SCRIPT_NAME, "</title><script>alert(1)</script>", "\\1 \\g<0>"])
def test_a_title_is_text(title: str) -> None:
    source = page(replace(sample_report(), title=title)).decode()
    elements = Elements(source)
    assert elements.one("title") == title
    assert len(re.findall(r"<script", source)) == 3


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page(sample_report()) == page(sample_report())
    other = replace(sample_report(), title="Another")
    assert page(other) != page(sample_report())


def test_a_report_that_shows_nothing_has_a_page() -> None:
    assert "index.json" in held(page(empty_report()))


def test_without_the_interface_it_says_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(built, "STATIC", tmp_path / "nowhere")
    with pytest.raises(OutputError, match=r"make ui.*--simple"):
        page(sample_report())


def test_an_interface_of_another_make_is_refused() -> None:
    (built.STATIC / "index.html").write_text("<html><head></head><body></body></html>")
    with pytest.raises(BrokenRunError, match="make ui"):
        page(sample_report())
