from pathlib import Path

import pytest

from anonymuse.api.layers import find_setting, layered, settings
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline.config import RunConfig


def test_each_layer_lies_over_the_ones_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.toml"
    path.write_text('seed = 3\n[privacy]\npolicy = "demo"\n[cluster]\nk = 5\n[sample]\nsize = 7\n')
    monkeypatch.setenv("ANONYMUSE_PRIVACY_POLICY", "internal")
    monkeypatch.setenv("ANONYMUSE_CLUSTER_K", "6")
    config, origins = layered(path, {"k": 8, "privacy.min_units": 99}, typed=True)
    assert (config.seed, config.sample.size) == (3, 7)
    assert (config.privacy.policy, config.privacy.min_units) == ("internal", 99)
    assert config.cluster.k == 8
    assert origins == {
        "seed": str(path),
        "sample.size": str(path),
        "privacy.policy": "ANONYMUSE_PRIVACY_POLICY",
        "cluster.k": "--k",
        "privacy.min_units": "privacy.min_units",
    }


def test_keywords_have_the_names_of_the_flags(tmp_path: Path) -> None:
    config = settings(policy="demo", facets_from=tmp_path / "f.jsonl", facets=["core", "work"])
    assert config.privacy.policy == "demo"
    assert config.extract.facets_file == str(tmp_path / "f.jsonl")
    assert config.extract.facets == ("core", "work")


@pytest.mark.parametrize("name", ["polcy", "privacy.polcy", "privcy.policy"])
def test_an_unknown_name_names_the_nearest(name: str) -> None:
    with pytest.raises(ConfigError, match=r"Did you mean '(privacy\.)?policy'"):
        settings(None, {name: "demo"})


def test_none_is_the_default_again() -> None:
    assert settings({"sample": {"size": 9}, "seed": 4}, sample=None, seed=None) == RunConfig()


def test_a_file_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.toml"
    path.write_text("seed = 3\n")
    monkeypatch.setenv("ANONYMUSE_CONFIG", str(path))
    assert settings().seed == 3
    assert settings({"seed": 4}).seed == 4
    monkeypatch.setenv("ANONYMUSE_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(InputError, match="Cannot read the configuration"):
        settings()


def test_nothing_from_outside_goes_over_a_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANONYMUSE_SEED", "5")
    assert settings(RunConfig(seed=2)).seed == 2
    assert settings(RunConfig(seed=2), k=3).cluster.k == 3
    assert settings({"seed": 2}).seed == 5


def test_a_mistake_says_where_it_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"'sample\.size' \(sample\)"):
        settings(sample=0)
    path = tmp_path / "c.toml"
    path.write_text("[sample]\nsize = 0\n")
    with pytest.raises(ConfigError, match=r"'sample\.size' \(.*c\.toml\)"):
        settings(path, sample=3)
    monkeypatch.setenv("ANONYMUSE_SAMPLE_SIZE", "few")
    with pytest.raises(ConfigError, match=r"'sample\.size' \(ANONYMUSE_SAMPLE_SIZE\)"):
        settings()


def test_a_section_that_is_no_table() -> None:
    with pytest.raises(ConfigError, match="Setting 'sample'"):
        settings({"sample": 3}, k=2)


def test_the_callers_values_stay_as_they_are() -> None:
    given = {"sample": {"size": 9}}
    settings(given, sample=3)
    assert given == {"sample": {"size": 9}}


def test_a_flag_comes_before_a_setting_of_the_same_name() -> None:
    assert find_setting("facets") == "extract.facets"
    assert find_setting("title") == "title"
