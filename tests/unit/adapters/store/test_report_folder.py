"""The released bundle on disk: deterministic, complete or absent, and checked when read."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from anonymuse.adapters.store.report_folder import (
    content_hash,
    find_bundle,
    load_report,
    save_report,
)
from anonymuse.domain.policy import POLICIES
from anonymuse.errors import BrokenRunError, InputError, OutputError
from tests.sample_report import LONG_NAME, empty_report, sample_report


def change(folder: Path, **values: object) -> None:
    path = folder / "report.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_what_is_saved_is_what_is_loaded(tmp_path):
    saved = save_report(sample_report(), tmp_path)
    assert load_report(tmp_path) == saved
    assert saved.content_hash == content_hash(sample_report())


def test_a_report_that_shows_nothing_can_be_saved_and_loaded(tmp_path):
    saved = save_report(empty_report(), tmp_path)
    assert load_report(tmp_path) == saved


def test_the_same_report_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        save_report(sample_report(), tmp_path / name)
    for file in ("report.json", "README.md"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_saving_again_replaces_and_leaves_nothing_else(tmp_path):
    save_report(sample_report(), tmp_path)
    second = save_report(sample_report(POLICIES["demo"]), tmp_path)
    assert load_report(tmp_path) == second
    assert sorted(p.name for p in tmp_path.iterdir()) == ["README.md", "report.json"]


@pytest.mark.parametrize(
    "values",
    [{"title": "Another title"}, {"conversations": 1}, {"content_hash": "0" * 32}, {"cells": 7}],
)
def test_a_changed_bundle_is_refused(tmp_path, values):
    save_report(sample_report(), tmp_path)
    change(tmp_path, **values)
    with pytest.raises(InputError, match="not what anonymuse wrote"):
        load_report(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '"x"', "{}\x00"])
def test_a_damaged_file_is_refused(tmp_path, text):
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(InputError):
        load_report(tmp_path)


def test_another_schema_version_says_who_wrote_it_and_what_to_do(tmp_path):
    save_report(sample_report(), tmp_path)
    change(tmp_path, schema_version=99)
    with pytest.raises(InputError, match=r"by anonymuse 0\.1\.0 with bundle schema 99.*Update"):
        load_report(tmp_path)
    change(tmp_path, schema_version=0, receipt=None)
    with pytest.raises(InputError, match=r"schema 0.*version that wrote it"):
        load_report(tmp_path)


def test_an_unsound_tree_is_neither_saved_nor_loaded(tmp_path):
    sound = sample_report()
    orphan = replace(sound, clusters=sound.clusters[1:])
    with pytest.raises(BrokenRunError, match="which is not there"):
        save_report(orphan, tmp_path)
    assert not (tmp_path / "report.json").exists()
    data = json.loads(json.dumps(orphan.as_dict()))
    (tmp_path / "report.json").write_text(json.dumps(data | {"content_hash": content_hash(orphan)}))
    with pytest.raises(BrokenRunError, match="not sound"):
        load_report(tmp_path)


def test_half_a_character_is_a_sentence_not_a_traceback(tmp_path):
    with pytest.raises(BrokenRunError, match="JSON cannot carry"):
        save_report(replace(sample_report(), title="half \ud83d"), tmp_path)
    assert not (tmp_path / "report.json").exists()


def test_settings_with_numbers_as_names_keep_their_hash(tmp_path):
    report = sample_report()
    odd = replace(report.receipt, settings={2: "b", 10: "a"})  # type: ignore[dict-item]
    save_report(replace(report, receipt=odd), tmp_path)
    assert load_report(tmp_path).receipt.settings == {"2": "b", "10": "a"}


def test_the_bundle_is_found_in_a_run_folder_or_in_itself(tmp_path):
    save_report(sample_report(), tmp_path / "release")
    assert find_bundle(tmp_path) == tmp_path / "release"
    assert find_bundle(tmp_path / "release") == tmp_path / "release"


def test_a_folder_without_a_report_says_where_it_looked(tmp_path):
    with pytest.raises(InputError, match=r"release/report\.json"):
        find_bundle(tmp_path)
    with pytest.raises(InputError, match="no folder"):
        find_bundle(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        save_report(sample_report(), tmp_path / "file" / "release")


def test_a_full_disk_leaves_no_half_written_file(tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        save_report(sample_report(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_readme_says_policy_unit_and_what_was_withheld(tmp_path):
    save_report(sample_report(POLICIES["demo"], unit="conversation"), tmp_path)
    text = (tmp_path / "README.md").read_text()
    assert "policy “demo”: illustration, synthetic or public data only." in text
    assert "The data names no users" in text
    assert "7 topics withheld: too few people (5), one person dominates (2)." in text
    assert "How to read it" in text
    assert LONG_NAME not in text


def test_markup_in_a_title_is_text_in_the_readme(tmp_path):
    save_report(replace(sample_report(), title="<img src=x> *bold*\n# head"), tmp_path)
    first, second, *_ = (tmp_path / "README.md").read_text().splitlines()
    assert first == r"# \<img src=x\> \*bold\* \# head"
    assert second == ""


@pytest.mark.parametrize("names", [["x/../../../x"], ["/x"], [".."], [""], ["a\n"], ["a", "a"]])
def test_a_tree_whose_name_leads_elsewhere_is_refused(tmp_path, names):
    """Exports make folders of the names, and anybody can reckon a content hash."""
    further = tuple(replace(sample_report(), facet=name) for name in names)
    save_report(replace(sample_report(), further=further), tmp_path)
    with pytest.raises(InputError, match="not what anonymuse wrote"):
        load_report(tmp_path)


def test_a_link_in_the_folder_is_not_written_through(tmp_path):
    (tmp_path / "theirs").write_text("mine")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / ".report.json.writing").symlink_to(tmp_path / "theirs")
    save_report(sample_report(), tmp_path / "b")
    assert (tmp_path / "theirs").read_text() == "mine"
    assert load_report(tmp_path / "b")
