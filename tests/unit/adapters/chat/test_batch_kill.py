"""Kills between every two steps of a batch's life: nothing is lost, nothing is asked twice."""

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from tests.fake_batches import FakeBatches
from tests.unit.adapters.chat import kill_points
from tests.unit.adapters.chat.batching import ask, provider_asker
from tests.unit.adapters.chat.kill_points import Killer, child
from tests.unit.adapters.chat.requests import many

QUESTIONS = 12
WIRES = ("openai", "anthropic")


class Killed(BaseException):
    pass


def kill() -> None:
    raise Killed


MOMENTS = [
    "before seal",
    "after seal",
    "before move",
    "after move",
    "before submit",
    "after submit",
    "before status",
    "after status",
    "a result",
    "before _keep",
    "after _keep",
    "before answered",
    "after answered",
    "before finish",
    "after finish",
    "before forget",
    "after forget",
]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", MOMENTS)
def test_cut_off_at_a_named_moment(run_async, tmp_path: Path, wire: str, name: str) -> None:
    with FakeBatches(polls=1) as provider:
        killer = Killer(2, kill, only=name)
        with pytest.raises(Killed):
            run_async(ask(killer.watch(provider_asker(provider, tmp_path, wire)), many(QUESTIONS)))
        found = run_async(ask(provider_asker(provider, tmp_path, wire), many(QUESTIONS)))
        assert sorted(found) == list(range(QUESTIONS))
        assert (provider.most, len(provider.answered)) == (1, QUESTIONS)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("wire", WIRES)
def test_killed_at_every_moment(tmp_path: Path, wire: str) -> None:
    """SIGKILL at moment 1, 2, 3, ... of a run, each time in a new folder, until none is left."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([kill_points.__name__, "openai", "anthropic"])

    def run(provider: FakeBatches, folder: Path, at: int) -> int | None:
        work = processes.Process(target=child, args=(provider.root, folder, wire, QUESTIONS, at))
        work.start()
        work.join(60)
        return work.exitcode

    expected: Any = None
    for at in range(500):
        folder = tmp_path / str(at)
        folder.mkdir()
        with FakeBatches(polls=1) as provider:
            code = run(provider, folder, at)
            if code == -9:
                code = run(provider, folder, 0)
            assert code == 0
            found, seen = json.loads((folder / "found.json").read_text())
            assert (provider.most, len(provider.answered)) == (1, QUESTIONS), at
        expected = expected or found
        assert found == expected
        if at > 0 and len(seen) < at:
            break
    assert at > 40, "the run was over before it could be killed"
