"""Counting by month or week: what a report shows of it, what runs again, what is refused."""

from pathlib import Path

import pytest

from anonymuse import api
from anonymuse.errors import ConfigError
from tests.flow.world import a_town, config, report

LOCAL = {"models__chat": "none", "extract__mode": "local"}


def steps(out: Path) -> dict[str, set[str]]:
    return {
        p.name: {q.name for q in p.iterdir()} for p in (out / "private").iterdir() if p.is_dir()
    }


def test_a_report_counts_by_window_and_another_window_only_counts_again(tmp_path: Path) -> None:
    source, out = a_town(tmp_path), tmp_path / "out"
    api.run(source, out, config=config(**LOCAL))
    months = {c["window"] for c in report(out)["cells"]}
    assert months == {"", "2026-03", "2026-04"}
    view = api.open_report(out)
    series = view.series()
    assert [cell.window for cell in series] == ["2026-03", "2026-04"]
    assert "2026-03" in str(series)
    assert "By month" in str(series)
    page = view.export("html", tmp_path / "page.html", simple=True)[0].read_text()
    assert "By month" in page
    before = steps(out)
    api.run(source, out, config=config(**LOCAL, tables__window="week"))
    again = {name for name, found in steps(out).items() if found != before.get(name)}
    assert again == {"tabulate", "release"}
    assert any("W" in c["window"] for c in report(out)["cells"])


def test_without_windows_there_are_none(tmp_path: Path) -> None:
    source, out = a_town(tmp_path), tmp_path / "out"
    api.run(source, out, config=config(**LOCAL, tables__window="none"))
    assert {c["window"] for c in report(out)["cells"]} == {""}
    with pytest.raises(ConfigError, match="does not count by month"):
        api.open_report(out).series()


def test_a_sensitive_facet_that_the_run_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"tables\.sensitive"):
        api.run(
            a_town(tmp_path), tmp_path / "out", config=config(**LOCAL, tables__sensitive=["turn"])
        )
