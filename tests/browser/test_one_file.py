"""The explorer in one file, opened from a disk: one request, no complaint, nothing gets out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from anonymuse.api.exporting import export
from anonymuse.api.view import ReportView
from tests.browser.conftest import Heard
from tests.sample_report import SCRIPT_NAME, sample_report

TITLE = sample_report().title


def is_drawn(page: Any) -> None:
    """Wait until the explorer shows the report."""
    page.get_by_text(TITLE).first.wait_for()


@pytest.fixture(scope="module")
def one_file(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    [path] = export(sample_report(), "html", tmp_path_factory.mktemp("one") / "a report.html")
    return path


def test_it_opens_from_a_disk_with_one_request_and_no_complaint(page, one_file) -> None:
    heard = Heard()
    heard.listen(page)
    page.goto(one_file.as_uri())
    is_drawn(page)
    for screen in ("map", "compare", "quadrant", "notes", "how", "overview"):
        page.evaluate(f"location.hash = '#/{screen}'")
        page.wait_for_timeout(60)
    assert page.evaluate("document.characterSet") == "UTF-8"
    assert heard.complaints == []
    assert heard.requests == [one_file.as_uri()]


def test_nothing_gets_out(page, one_file) -> None:
    page.goto(one_file.as_uri())
    is_drawn(page)
    sent = page.evaluate(
        """async () => {
          const tried = [];
          await fetch("http://127.0.0.1:9/").catch(() => tried.push("fetch"));
          try { navigator.sendBeacon("http://127.0.0.1:9/", "x") } catch { tried.push("beacon") }
          const picture = new Image();
          await new Promise((done) => {
            picture.onerror = picture.onload = done;
            picture.src = "http://127.0.0.1:9/x.png";
          });
          return [...tried, picture.naturalWidth === 0 && "picture"];
        }"""
    )
    assert {"fetch", "picture"} <= set(sent)


def test_a_script_that_is_put_in_does_not_run(page, one_file, tmp_path) -> None:
    source = one_file.read_text()
    tampered = tmp_path / "tampered.html"
    tampered.write_text(source.replace("</body>", "<script>window.ran = 1</script></body>"))
    page.goto(tampered.as_uri())
    is_drawn(page)
    assert page.evaluate("window.ran") is None


def test_a_name_that_looks_like_a_program_is_text(page, one_file) -> None:
    page.goto(f"{one_file.as_uri()}#/map")
    page.get_by_text(SCRIPT_NAME[:30]).first.wait_for(state="attached")


def test_a_chart_can_be_saved(page, one_file) -> None:
    page.goto(one_file.as_uri())
    is_drawn(page)
    with page.expect_download() as waiting:
        page.evaluate(
            """() => {
              const link = document.createElement("a");
              link.href = URL.createObjectURL(new Blob(["a,b"], { type: "text/csv" }));
              link.download = "chart.csv";
              link.click();
            }"""
        )
    assert Path(waiting.value.path()).read_text() == "a,b"


@pytest.fixture(scope="module")
def served(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A folder below a path of a plain web server."""
    root = tmp_path_factory.mktemp("web")
    export(sample_report(), "site", root / "reports" / "march")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/reports/march/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_folder_works_below_any_path(page, served) -> None:
    heard = Heard()
    heard.listen(page)
    page.goto(served)
    is_drawn(page)
    page.evaluate("location.hash = '#/map'")
    page.wait_for_timeout(300)
    assert heard.complaints == []
    assert all(address.startswith(served) for address in heard.requests)


def test_a_folder_that_is_opened_from_a_disk_says_what_to_do(page, tmp_path) -> None:
    export(sample_report(), "site", tmp_path)
    page.goto((tmp_path / "index.html").as_uri())
    waiting = page.locator(".waiting")
    waiting.wait_for()
    assert "web server" in waiting.inner_text()


def test_a_notebooks_frame_shows_it_and_reads_nothing_of_the_notebook(page, tmp_path) -> None:
    shown = ReportView(sample_report(), tmp_path, tmp_path / "release").show()
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><meta charset=utf-8>{shown._repr_html_()}")
    heard = Heard()
    heard.listen(page)
    page.goto(notebook.as_uri())
    frame = page.frame_locator("iframe")
    frame.get_by_role("treegrid").wait_for()
    inside = page.frames[1]
    for screen in ("map", "notes", "how", "overview"):
        inside.evaluate(f"location.hash = '#/{screen}'")
        page.wait_for_timeout(60)
    assert heard.complaints == []
    assert heard.requests[0] == notebook.as_uri()
    assert set(heard.requests[1:]) <= {"about:srcdoc"}
    assert (
        inside.evaluate("(() => { try { return parent.document.title } catch { return null } })()")
        is None
    )
