import tomllib
from pathlib import Path

import pytest

from anonymuse.api import settings
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline.config import RunConfig, make_config, read_toml
from anonymuse.pipeline.toml import to_toml


def test_toml_goes_out_and_comes_back() -> None:
    config = make_config({"seed": 7, "title": 'a "b" \\ c', "privacy": {"min_units": 60}})
    assert make_config(tomllib.loads(to_toml(config))) == config


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"Did you mean 'policy'"):
        make_config({"privacy": {"polcy": "demo"}})


def test_a_wrong_value_names_its_setting() -> None:
    with pytest.raises(ConfigError, match=r"'sample\.size'"):
        make_config({"sample": {"size": "many"}})


def test_a_policy_can_be_raised() -> None:
    config = make_config({"privacy": {"policy": "demo", "min_units": 9}})
    assert config.policy().min_units == 9


def test_a_policy_cannot_be_weakened() -> None:
    config = make_config({"privacy": {"policy": "public", "min_units": 9}})
    with pytest.raises(ConfigError, match="can only be raised"):
        config.policy()


def test_an_unknown_policy_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'public'"):
        make_config({"privacy": {"policy": "publik"}}).policy()


def test_bad_files_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read the configuration"):
        read_toml(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("seed = = 1")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        read_toml(broken)
    broken.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        read_toml(broken)


def test_flags_lie_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('seed = 3\n[privacy]\npolicy = "demo"\n')
    config = settings(path, {"privacy.policy": "internal"})
    assert (config.seed, config.privacy.policy) == (3, "internal")
    with pytest.raises(ConfigError, match=r"Did you mean 'privacy\.policy'"):
        settings(None, {"privcy.policy": "demo"})


def test_a_slice_holds_what_was_asked() -> None:
    assert RunConfig().slice("seed", "cluster.method") == {"seed": 0, "cluster.method": "views"}


def test_what_is_shown_holds_no_password() -> None:
    models = {"chat": "https://me:pass@host/v1?key=pass#m@2", "fallback": "http://host:8/v1#m"}
    config = make_config({"models": models})
    assert config.shown().models.chat == "https://***@host/v1?***#m@2"
    assert config.shown().models.fallback == models["fallback"]
    assert config.models.chat == models["chat"]
