import pytest

from anonymuse.cli.flags import takes_settings
from anonymuse.cli.main import run_command
from anonymuse.pipeline.flags import FLAGS, Flag


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.name)
def test_every_flag_is_a_setting_with_a_type(flag: Flag) -> None:
    assert flag.kind in (bool, int, float, str, tuple)
    assert flag.help.endswith(".")


def test_no_flag_and_no_setting_twice() -> None:
    assert len({flag.name for flag in FLAGS}) == len(FLAGS)
    assert len({flag.setting for flag in FLAGS}) == len(FLAGS)


def test_a_command_gets_what_was_typed_and_nothing_else() -> None:
    got = {}

    @takes_settings(only=("cluster.", "seed"))
    def command(*, flags: dict[str, object]) -> None:
        got.update(flags)

    command(cluster=None, k=12, hierarchy=None, seed=0)
    assert got == {"cluster.k": 12, "seed": 0}


def test_a_wrong_type_is_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "x.jsonl", "--out", "y", "--k", "many"]) == 2
    assert "--k" in capsys.readouterr().err
