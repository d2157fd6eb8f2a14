import re
from pathlib import Path

import pytest

import anonymuse
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import setting_fields
from anonymuse.pipeline.environment import OTHERS, from_environment, variable


def test_every_setting_has_a_variable_of_its_own() -> None:
    names = [variable(setting) for setting in setting_fields()]
    assert len(set(names)) == len(names)
    assert not set(names) & set(OTHERS)


def test_values_of_every_kind() -> None:
    found = from_environment(
        {
            "PATH": "/bin",
            "ANONYMUSE_SEED": " 7 ",
            "ANONYMUSE_NARROW_WHERE": "model in ('a', 'b')",
            "ANONYMUSE_EXTRACT_FACETS": '["core", "work"]',
            "ANONYMUSE_CLUSTER_ON": "task",
            "ANONYMUSE_FACETS": '{ mood = { type = "boolean", question = "Glad?" } }',
            "ANONYMUSE_SAMPLE_SIZE": "",
            "ANONYMUSE_API_KEY": "not a setting",
        }
    )
    assert found == {
        "seed": "7",
        "narrow.where": "model in ('a', 'b')",
        "extract.facets": ["core", "work"],
        "cluster.on": ["task"],
        "facets": {"mood": {"type": "boolean", "question": "Glad?"}},
    }


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'ANONYMUSE_PRIVACY_POLICY'"):
        from_environment({"ANONYMUSE_PRIVACY_POLCY": "demo"})


@pytest.mark.parametrize("text", ['["core"', "{", "[" * 5000])
def test_broken_toml_is_one_sentence(text: str) -> None:
    name = "ANONYMUSE_FACETS" if text == "{" else "ANONYMUSE_EXTRACT_FACETS"
    with pytest.raises(ConfigError, match=f"{name} is not valid TOML"):
        from_environment({name: text})


def test_every_variable_that_the_program_reads_is_known() -> None:
    known = {variable(setting) for setting in setting_fields()} | set(OTHERS)
    used = set()
    for path in Path(anonymuse.__file__).parent.rglob("*.py"):
        used |= set(re.findall(r"ANONYMUSE_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
    assert used <= known
