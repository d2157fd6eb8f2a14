"""What conversations say reaches nobody outside the secure zone, though thresholds are off.

The model is careless on purpose: it obeys what it reads and quotes it, so that names do hold
canaries. They lie in sealed files, and whatever else a run writes, prints or raises has none.
"""

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import anonymuse as am
from anonymuse import api
from anonymuse.adapters.export.open import FORMATS
from anonymuse.api.restricted import run_restricted
from anonymuse.cli.main import run_command
from anonymuse.errors import AnonymuseError, InputError
from anonymuse.pipeline.config import RunConfig
from anonymuse.wiring.restricted import open_restricted
from tests.flow.world import a_town, config
from tests.privacy.test_canaries import leaks, planted

GULLIBLE = {
    "models__chat": "gullible",
    "naming__mode": "direct",
    "privacy__policy": "public",  # the default: of a restricted run it decides nothing
    "zone__restricted": True,
    "input__flag_columns": ["bad"],
}
FLAGS = [
    "--restricted", "--chat", "gullible", "--embed", "hashing", "--embed-facets", "hashing",
    "--naming", "direct", "--flag", "bad",
]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    return [row | {"bad": number % 7 == 0} for number, row in enumerate(planted())]


def facets(folder: Path) -> Path:
    """Write recorded facets that quote what was said; return their file."""
    lines = []
    for row in rows():
        said = row["messages"][0]["content"]
        known = {
            "id": row["id"],
            "request": said,
            "task": said[-60:],
            "concern": 4,
            "refused": "no",
        }
        lines.append(json.dumps(known) + "\n")
    (folder / "facets.jsonl").write_text("".join(lines))
    return folder / "facets.jsonl"


def settings(folder: Path) -> RunConfig:
    return config(**GULLIBLE, extract__mode="local", extract__facets_file=str(facets(folder)))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("restricted")
    run_restricted(a_town(place, rows()), place / "out", settings(place))
    return place / "out"


def test_the_names_of_clusters_do_hold_what_people_wrote(out: Path) -> None:
    with open_restricted(out) as store:
        assert leaks(json.dumps(store.report().as_dict()).encode()), "nothing would be tested"


def test_no_byte_on_the_disk_tells_any_of_it(out: Path) -> None:
    found = [path for path in out.rglob("*") if path.is_file()]
    assert {"report.sealed", "events.jsonl", "manifest.json"} <= {path.name for path in found}
    for path in found:
        assert leaks(path.read_bytes()) == [], path.name
        assert leaks(str(path).encode()) == []


def test_nothing_that_is_printed_or_logged_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    out = tmp_path / "out"
    known = ["--facets-from", str(facets(tmp_path))]
    command = ["run", str(a_town(tmp_path, rows())), "--out", str(out), *FLAGS, *known]
    for more in ([], ["--json"], ["--quiet"]):
        assert run_command([*command, *more]) == 0
        said = capsys.readouterr()
        assert "180" in said.out
        assert leaks((said.out + said.err + caplog.text).encode()) == []
        assert more == ["--json"] or f"anonymuse investigate {out}" in said.out


def test_nothing_that_is_told_of_the_way_does(tmp_path: Path) -> None:
    told: list[object] = []
    outcome = run_restricted(
        a_town(tmp_path, rows()), tmp_path / "out", settings(tmp_path), emit=told.append
    )
    assert len(told) > 10
    assert leaks(f"{told!r} {outcome!r} {outcome.summary()}".encode()) == []


def test_what_goes_wrong_says_nothing_of_it(out: Path, tmp_path: Path) -> None:
    place = tmp_path / "copy"
    shutil.copytree(out.parent, place)
    for name in ("report.sealed", "members.sealed"):
        path = place / "out" / "restricted" / name
        path.write_bytes(path.read_bytes()[:-9])
    with open_restricted(place / "out") as store:
        for act in (store.report, store.members, lambda: store.members(cluster="L0-0000")):
            with pytest.raises(AnonymuseError) as caught:
                act()
            assert leaks(repr(caught.value).encode()) == []


def test_no_command_of_the_public_side_opens_it(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, restricted = str(out), str(out / "restricted")
    commands = [
        ["explore", given, "--no-open"],
        ["explore", restricted, "--no-open"],
        *(["export", given, "--to", fmt, "--out", str(tmp_path / fmt)] for fmt in FORMATS),
        ["receipt", given],
        ["receipt", restricted],
        ["compare", given, given],
        ["assign", str(out.parent / "town.jsonl"), "--to", given, "--out", str(tmp_path / "new")],
        ["testset", given, "--cluster", "L0-0000", "--out", str(tmp_path / "set.toml")],
        ["edit", given, "list"],
        ["edit", given, "hide", "L0-0000", "--why", "no"],
    ]
    for command in commands:
        assert run_command(command) == 2, command
        said = capsys.readouterr()
        assert "anonymuse investigate" in said.err, command
        assert leaks((said.out + said.err).encode()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_both_is_refused(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public = tmp_path / "public"
    api.run(a_town(tmp_path), public, config(models__chat="none", extract__mode="local"))
    shutil.copytree(out / "restricted", public / "restricted")
    assert run_command(["receipt", str(public)]) == 2
    assert "anonymuse investigate" in capsys.readouterr().err
    with pytest.raises(InputError, match="anonymuse investigate"):
        am.open_report(public)


def _as_it_is(data: dict[str, Any]) -> dict[str, Any]:
    return data


def _as_a_released_one(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"kind": "a released report", "schema_version": 9, "content_hash": "0" * 32}


def _without_a_kind(data: dict[str, Any]) -> dict[str, Any]:
    own = {k: v for k, v in data.items() if k != "kind"}
    return own | {"schema_version": 1, "content_hash": "0" * 32, "withheld": [], "receipt": {}}


@pytest.mark.parametrize("forge", [_as_it_is, _as_a_released_one, _without_a_kind])
def test_a_report_in_a_released_one_s_clothes_is_not_opened(
    out: Path, tmp_path: Path, forge: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    with open_restricted(out) as store:
        data = store.report().as_dict()
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "report.json").write_text(json.dumps(forge(data)))
    with pytest.raises(InputError) as caught:
        am.open_report(tmp_path)
    assert leaks(str(caught.value).encode()) == []


def test_the_public_names_know_nothing_of_it() -> None:
    shown = [name for name in am.__all__ if "restrict" in name.lower() or "zone" in name.lower()]
    assert shown == []
    assert not {"run_restricted", "RestrictedOutcome"} & set(api.__all__)
