import errno
from pathlib import Path

import numpy as np
import pytest

from anonymuse.errors import BrokenRunError, ConfigError, OutputError
from anonymuse.pipeline import files
from anonymuse.pipeline.key import load_key


def test_a_failed_write_leaves_the_old_file_and_no_scraps(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_json(path, 1)

    def fail(stream: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="disk is full"):
        files.write_atomically(path, fail)
    assert files.read_json(path) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_arrays_and_tables_come_back(tmp_path: Path) -> None:
    files.write_array(tmp_path / "a.npy", np.arange(3))
    assert files.read_array(tmp_path / "a.npy").tolist() == [0, 1, 2]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(BrokenRunError, match="missing or damaged"):
        files.read_json(tmp_path / "a.json")


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Cannot write to"):
        files.make_folder(tmp_path / "file" / "run")


def test_the_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "project" / "anonymuse.key"
    first, second = load_key(path), load_key(path)
    assert first.secret == second.secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.secret.hex() not in repr(first)


def test_keys_for_different_purposes_differ(tmp_path: Path) -> None:
    key = load_key(tmp_path / "anonymuse.key")
    assert len({key.derive(p) for p in ("pseudonym", "sample", "noise")}) == 3


@pytest.mark.parametrize("text", ["", "not a key", "ab" * 31])
def test_a_changed_key_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "anonymuse.key"
    path.write_text(text)
    with pytest.raises(ConfigError, match="should hold the project's key"):
        load_key(path)
