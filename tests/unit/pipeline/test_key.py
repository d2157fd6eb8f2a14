import stat
from pathlib import Path

import pytest

from anonymuse.errors import ConfigError, OutputError
from anonymuse.pipeline.key import (
    PURPOSES,
    ProjectKey,
    load_key,
    made_at,
    read_key,
    retired_keys,
    rotate_key,
    too_open,
)


def test_every_purpose_has_a_key_of_its_own() -> None:
    key = ProjectKey(b"s" * 32)
    derived = [key.derive(purpose) for purpose in (*PURPOSES, "fingerprint")]
    assert len(set(derived)) == len(derived)
    assert key.secret not in derived
    assert "73" * 32 not in repr(key)


def test_rotation_keeps_the_old_key_beside_and_makes_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "anonymuse.key"
    old = load_key(path)
    new, aside = rotate_key(path)
    assert read_key(path).fingerprint == new.fingerprint != old.fingerprint
    assert read_key(aside).secret == old.secret
    assert retired_keys(path) == [aside]
    assert {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()} == {0o600}
    again, _ = rotate_key(path)
    assert len(retired_keys(path)) == 2
    assert again.fingerprint != new.fingerprint
    assert made_at(path) >= made_at(aside)


def test_a_rotation_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "anonymuse.key"
    old = load_key(path)
    (tmp_path / ".anonymuse.key.new").write_text("half a ke")
    new, aside = rotate_key(path)
    assert read_key(aside).secret == old.secret
    assert read_key(path).secret == new.secret
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, aside.name])


def test_a_key_that_was_retired_before_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "anonymuse.key"
    load_key(path)
    _, aside = rotate_key(path)
    path.unlink()
    path.write_bytes(aside.read_bytes())
    with pytest.raises(OutputError, match="put back since"):
        rotate_key(path)
    assert read_key(path).secret == read_key(aside).secret


def test_only_a_key_that_is_there_can_be_read_or_rotated(tmp_path: Path) -> None:
    for use in (read_key, rotate_key):
        with pytest.raises(ConfigError, match="There is no key"):
            use(tmp_path / "anonymuse.key")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "zz" * 32, "5a" * 31, "5a" * 5_000, "\ufeff" + "5a" * 32])
def test_what_is_no_key_is_said_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "anonymuse.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="64 hexadecimal digits") as caught:
        load_key(path)
    assert "5a5a" not in str(caught.value)
    assert path.read_text(encoding="utf-8") == text


def test_a_link_to_nowhere_and_a_folder_are_said(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="no key"):
        load_key(tmp_path / "link")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="cannot be read: is a directory"):
        load_key(tmp_path / "folder")


def test_a_key_that_others_may_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "anonymuse.key"
    load_key(path)
    assert too_open(path) == ""
    path.chmod(0o640)
    assert "chmod 600" in too_open(path)
