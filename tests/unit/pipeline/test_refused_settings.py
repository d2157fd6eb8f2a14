"""Settings that cannot be kept are refused, not ignored."""

from pathlib import Path

import pytest

from anonymuse import api
from anonymuse.errors import ConfigError, NothingReleasedError
from tests.flow.world import a_town, config


@pytest.mark.parametrize(
    "changes", [{"naming__audit": "on"}, {"cluster__hierarchy": "model"}], ids=str
)
def test_what_needs_a_model_is_refused_without_one(tmp_path: Path, changes: dict[str, str]) -> None:
    settings = config(models__chat="none", extract__mode="local", **changes)
    with pytest.raises(ConfigError, match="needs a chat model"):
        api.run(a_town(tmp_path), tmp_path / "out", settings)


def test_a_release_under_other_settings_is_put_aside_when_nothing_passes(tmp_path: Path) -> None:
    data, out = a_town(tmp_path), tmp_path / "out"
    api.run(data, out, config())
    with pytest.raises(NothingReleasedError, match="release-earlier"):
        api.run(data, out, config(privacy__policy="public", cluster__k=12))
    assert not (out / "release").exists()
    assert (out / "release-earlier" / "report.json").exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"naming__mode": "direct", "privacy__policy": "public"}, "unprotected baseline"),
        ({"naming__mode": "direct", "extract__mode": "local"}, "--extract llm"),
        ({"naming__mode": "voted", "extract__mode": "local"}, "--extract llm"),
        (
            {"naming__mode": "voted", "models__chat": "none", "extract__mode": "local"},
            "needs a chat model",
        ),
    ],
    ids=["public", "direct without facets", "voted without facets", "voted without a model"],
)
def test_ways_of_naming_that_cannot_be_are_refused(
    tmp_path: Path, changes: dict[str, str], why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        api.run(a_town(tmp_path), tmp_path / "out", config(**changes))
    assert not (tmp_path / "out" / "release").exists()
