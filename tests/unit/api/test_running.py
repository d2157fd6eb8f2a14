"""`run` from a script and beside a running loop: results, errors, and an interrupt."""

import asyncio
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import anonymuse as am
from anonymuse.api.running import places
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline.events import Event, StageReused, StageStarted
from tests import town

OFFLINE: dict[str, Any] = {"policy": "demo", "chat": "none", "embed": "hashing"}


def beside_a_loop(act: Callable[[], Any]) -> Any:
    """Call from inside a running loop that leaves signals alone, as a notebook's kernel does."""

    async def cell() -> Any:
        return act()

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(cell())
    finally:
        loop.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return town.write(tmp_path / "town.jsonl", town.people())


def test_settings_are_keywords(tmp_path: Path, data: Path) -> None:
    report = am.run(data, tmp_path / "out", {"seed": 3}, title="Ours", **OFFLINE)
    assert report.title == "Ours"
    assert report.receipt.policy["name"] == "demo"
    assert report.receipt.settings["seed"] == 3
    assert str(report.tree) == str(am.open_report(tmp_path / "out").tree)


@pytest.mark.parametrize("way", [lambda act: act(), beside_a_loop], ids=["script", "notebook"])
def test_errors_come_through(way: Callable[..., Any], tmp_path: Path, data: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean 'policy'"):
        way(lambda: am.run(data, tmp_path / "out", polcy="demo"))
    with pytest.raises(InputError, match="no-such-file"):
        way(lambda: am.run(tmp_path / "no-such-file.jsonl", tmp_path / "out", **OFFLINE))


@pytest.mark.parametrize("way", [lambda act: act(), beside_a_loop], ids=["script", "notebook"])
def test_a_bug_in_what_takes_events_comes_through(
    way: Callable[..., Any], tmp_path: Path, data: Path
) -> None:
    def broken(_: Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        way(lambda: am.run(data, tmp_path / "out", emit=broken, **OFFLINE))


@pytest.mark.parametrize("way", [lambda act: act(), beside_a_loop], ids=["script", "notebook"])
def test_an_interrupt_leaves_a_folder_that_goes_on(
    way: Callable[..., Any], tmp_path: Path, data: Path
) -> None:
    out, told = tmp_path / "out", []

    def interrupt(event: Event) -> None:
        told.append(event)
        if event == StageStarted("embed"):
            main = threading.main_thread().ident
            assert main is not None
            signal.pthread_kill(main, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        way(lambda: am.run(data, out, emit=interrupt, **OFFLINE))
    assert StageStarted("release") not in told
    assert not (out / "release").exists()
    assert not [thread for thread in threading.enumerate() if thread.name == "anonymuse"]
    again: list[Event] = []
    report = am.run(data, out, emit=again.append, **OFFLINE)
    assert StageReused("ingest") in again
    assert report.content_hash == am.run(data, tmp_path / "fresh", **OFFLINE).content_hash


def test_data_is_one_place_or_several(tmp_path: Path) -> None:
    assert places(None) == []
    assert places("a.jsonl") == ["a.jsonl"]
    assert places(tmp_path) == [str(tmp_path)]
    assert places(["logs/*.gz", tmp_path]) == ["logs/*.gz", str(tmp_path)]


def test_progress_is_lines(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    am.run(data, tmp_path / "out", emit=am.show_progress, **OFFLINE)
    said = capsys.readouterr().out
    assert "Reading conversations ..." in said
    assert "Note: No chat model" in said
