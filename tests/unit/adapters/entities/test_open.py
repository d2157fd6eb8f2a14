"""Detectors of names by their name: ours, a plug-in's, and plug-ins that misbehave."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anonymuse.adapters.entities.open import open_entities
from anonymuse.adapters.entities.plug_ins import plug_in_names
from anonymuse.errors import ConfigError, ModelUnavailableError
from anonymuse.lexicon.scrubbing import scrub_text

SECRET = "Zanzibaria"
MODULE = "entities_plug_in_of_the_tests"
Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return what makes a package known, as an installer does, without one."""
    site = tmp_path / "site"
    info = site / "towns-1.0.dist-info"
    info.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(site))

    def make(body: str) -> None:
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: towns\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[anonymuse.entities]\ntowns = {MODULE}:Towns\n")
        code = f"class Towns:\n    id = 'towns-1'\n    def find(self, text):\n        {body}\n"
        (site / f"{MODULE}.py").write_text(code)

    yield make
    sys.modules.pop(MODULE, None)


def test_ours_by_name() -> None:
    assert open_entities("none") is None
    cues = open_entities("cues")
    assert cues is not None
    assert cues.find("my name is Orla Finnane")


def test_a_plug_in_is_found_by_its_entry_point(install: Install) -> None:
    install("return [(3, 7, 'TOWN')]")
    assert plug_in_names() == ["towns"]
    detector = open_entities("towns")
    assert detector is not None
    assert detector.id == "towns/towns-1"
    assert scrub_text("in Ulmo, ok", detector=detector)[0] == "in [TOWN], ok"


@pytest.mark.parametrize(
    "body",
    [
        f"raise ValueError('{SECRET}')",
        "return [(0, 99999, 'TOWN')]",
        "return [(0, 3, 'small town')]",
        "return [(3, 3, 'TOWN')]",
        "return ['nonsense']",
        "return None",
    ],
)
def test_a_plug_in_that_fails_stops_the_run_and_tells_no_text(install: Install, body: str) -> None:
    install(body)
    detector = open_entities("towns")
    assert detector is not None
    with pytest.raises(ModelUnavailableError, match="'towns' of the package towns") as raised:
        detector.find(f"{SECRET} is a town")
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_plug_in_that_cannot_be_loaded_is_named(install: Install) -> None:
    install("oops(")
    with pytest.raises(ModelUnavailableError, match="failed with SyntaxError"):
        open_entities("towns")


def test_an_unknown_name_lists_what_there_is(install: Install) -> None:
    install("return []")
    with pytest.raises(ConfigError, match="none, cues, towns; a run has chat"):
        open_entities("cuse")
