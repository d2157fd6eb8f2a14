"""The explorer in a notebook: a frame that reaches nothing, with the whole page inside."""

from __future__ import annotations

import pickle
from html.parser import HTMLParser
from pathlib import Path

import pytest

from anonymuse.api.notebook import Shown
from anonymuse.api.view import ReportView
from anonymuse.errors import OutputError
from anonymuse.web import built
from anonymuse.web.one_file import page
from tests.sample_report import SCRIPT_NAME, sample_report
from tests.web.visits import an_interface


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReportView:
    an_interface(tmp_path / "static", monkeypatch)
    return ReportView(sample_report(), tmp_path, tmp_path / "release")


class Frame(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes = dict(attrs)


def test_it_is_one_frame_with_the_page_of_the_export_open_at_the_map(report) -> None:
    frame = Frame(report.show()._repr_html_())
    assert frame.tags == ["iframe"]
    assert frame.attributes["srcdoc"] == page(sample_report(), start="#/map").decode()


def test_the_frame_has_no_origin_and_cannot_leave(report) -> None:
    rights = set((Frame(report.show()._repr_html_()).attributes["sandbox"] or "").split())
    assert rights == {"allow-scripts", "allow-downloads"}


def test_a_height_and_a_title_that_is_text() -> None:
    frame = Frame(Shown(SCRIPT_NAME, 300, b"<p>")._repr_html_())
    assert frame.attributes["title"] == SCRIPT_NAME
    assert "height:300px" in (frame.attributes["style"] or "")
    assert frame.tags == ["iframe"]


def test_it_says_how_large_it_is_and_not_the_page(report) -> None:
    shown = report.show()
    assert shown.bytes == len(page(sample_report(), start="#/map"))
    assert " MB>" in repr(shown)
    assert "<script" not in repr(shown)
    assert pickle.loads(pickle.dumps(shown)) == shown


def test_without_the_interface_it_says_what_to_do(report, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(built, "STATIC", tmp_path / "nowhere")
    with pytest.raises(OutputError, match="make ui"):
        report.show()
