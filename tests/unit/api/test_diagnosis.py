from pathlib import Path

import pytest

import anonymuse as am
from anonymuse.api import diagnosis
from anonymuse.errors import ConfigError, InputError
from tests import town


@pytest.fixture(autouse=True)
def _no_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_detector", lambda: None)


def test_it_counts_and_shows_no_text(tmp_path: Path) -> None:
    data = town.write(tmp_path / "town.jsonl", town.people())
    found = am.doctor(data)
    assert found.diagnosis.kept == 180
    assert found.as_dict()["users"]["distinct"] == 60
    assert repr(found).startswith("<180 conversations in 180 records, 0 dropped")
    assert "Languages are not shown" in str(found)
    assert found._repr_html_().startswith("<pre>Files")
    for said in (repr(found), str(found)):
        assert "bread" not in said


def test_settings_and_errors(tmp_path: Path) -> None:
    data = town.write(tmp_path / "town.jsonl", town.people())
    assert am.doctor(data, user_column="organisation").diagnosis.users.distinct == 5
    with pytest.raises(ConfigError, match="Did you mean 'user_column'"):
        am.doctor(data, user_colum="user")
    with pytest.raises(InputError, match="Name the data"):
        am.doctor()
