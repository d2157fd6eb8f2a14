"""People may publish less than the policy lets through, never more; who they are and why stays."""

import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import anonymuse as am
from anonymuse import api
from anonymuse.api.exporting import FORMATS
from anonymuse.domain.policy import INTERNAL
from anonymuse.pipeline.journal import JOURNAL, append, read_journal
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.last_run import last_run
from anonymuse.pipeline.steps import groups, membership
from anonymuse.stats.noise import keyed_discrete_gaussian
from tests import town
from tests.flow.world import KEY, a_town, config
from tests.web.visits import an_interface

PLAIN: dict[str, Any] = {"models__chat": "none", "extract__mode": "local"}
EDITOR, WHY = "Quillon Vexberg", "the zyxquon affair"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    api.run(a_town(folder), folder / "out", config(**PLAIN))
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def leaves(out: Path) -> list[am.Cluster]:
    return [cluster for cluster in am.open_report(out).clusters if cluster.level == 0]


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("Zyxquon letters", ""),
        ("Letters of brimvauld", ""),
        ("", "Somebody called zyxquon wrote."),
        ("<img src=zyxquon>", ""),
        ("Zyxquon\u202e", "zyxquon@example.org"),
    ],
)
def test_a_name_put_into_the_journal_by_hand_is_not_published(
    folder: Path, name: str, description: str
) -> None:
    out = folder / "out"
    node = leaves(out)[0]
    am.edit(out).lock(node, why="w")
    (edit,) = read_journal(out / "private")
    (out / "private" / JOURNAL).unlink()
    append(out / "private", replace(edit, name=name, description=description))
    outcome = api.run(folder / "town.jsonl", out, config(**PLAIN))
    released = b"".join(p.read_bytes() for p in (out / "release").rglob("*") if p.is_file())
    assert not any(word in released.lower() for word in (b"zyxquon", b"brimvauld"))
    assert "given" not in {cluster.named_by for cluster in outcome.clusters}
    assert "does not pass" in am.edit(out).all()[0]["state"]


def test_who_edits_and_why_is_in_the_journal_and_nowhere_else(
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_interface(folder / "static", monkeypatch)
    caplog.set_level(logging.DEBUG)
    out = folder / "out"
    editor = am.edit(out, who=EDITOR, role="privacy officer")
    one, two, three, four = leaves(out)[:4]
    editor.lock(one, why=WHY)
    editor.merge([two, three], why=WHY)
    editor.hide(four, why=WHY)
    outcome = api.run(folder / "town.jsonl", out, config(**PLAIN))
    for kind in FORMATS:
        outcome.export(kind, folder / "export" / kind)
    for path in (*out.rglob("*"), *(folder / "export").rglob("*")):
        if path.is_file() and path.name != JOURNAL:
            data = path.read_bytes().lower()
            assert b"vexberg" not in data, path.name
            assert b"zyxquon" not in data, path.name
    said = capsys.readouterr()
    assert not any(w in f"{said} {caplog.text}".lower() for w in ("vexberg", "zyxquon"))
    assert "privacy officer" in (out / "release" / "report.json").read_text()


def test_an_anchor_tells_nothing_without_the_key(folder: Path) -> None:
    """Row ids are digests of what was said: somebody who knows a text could look for them."""
    out = folder / "out"
    am.edit(out).hide(leaves(out)[0], why="w")
    journal = (out / "private" / JOURNAL).read_text()
    for path in (out / "private" / "sample").rglob("rows.parquet"):
        for row in pq.read_table(path)["row"].to_pylist():
            assert row[:12] not in journal
            assert str(int(row[:16], 16)) not in journal


def test_what_is_merged_has_the_threshold_and_the_noise_of_all_its_people(tmp_path: Path) -> None:
    settings = config(**(PLAIN | {"privacy__policy": "internal", "cluster__k": 5}))
    out = tmp_path / "out"
    api.run(a_town(tmp_path, town.people(each=20, users=120)), out, settings)
    one, two = leaves(out)[:2]
    am.edit(out).merge([one, two], why="w")
    api.run(tmp_path / "town.jsonl", out, settings)
    shop = last_run(out).shop()
    people = membership.sampled(shop)
    leaf = membership.leaves(shop)[people.text]
    found = groups.read_leaves(shop)
    key = ProjectKey(bytes.fromhex(KEY)).derive("noise")
    for number, (counts, noise) in enumerate(zip(found.counts, found.noises, strict=True)):
        own = {people.pseudonyms[code] for code in people.unit[leaf == number].tolist()}
        assert counts.units == len(own)
        assert noise.units == keyed_discrete_gaussian(key, own, INTERNAL.noise_sigma)
    merged = json.loads((shop.of("merge") / "edits.json").read_text())
    assert merged == {"1": "applied"}
