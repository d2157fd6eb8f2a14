from collections.abc import Mapping
from pathlib import Path

import pytest

from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Finished, Needs, Step, Workshop, execute
from anonymuse.pipeline.events import Event, StageDone, StageReused, StageStarted, ignore


def writer(name: str, text: str, *needs: str, version: int = 1) -> Step:
    async def run(shop: Workshop) -> Mapping[str, int]:
        files.write_json(shop.folder / "out.json", text)
        return {"n": len(text)}

    return Step(name, version, {"text": text}, tuple(Needs(n) for n in needs), run)


def parity(name: str, source: str) -> Step:
    """A step whose output is the same for many inputs."""

    async def run(shop: Workshop) -> Mapping[str, int]:
        text = files.read_json(shop.of(source) / "out.json")
        files.write_json(shop.folder / "out.json", len(text) % 2)
        return {}

    return Step(name, 1, {}, (Needs(source),), run)


async def ran(steps: list[Step], root: Path) -> list[str]:
    done = await execute(steps, root, ignore)
    return [name for name, step in done.items() if not step.reused]


def test_a_step_may_take_the_place_of_earlier_ones(tmp_path: Path, run_async) -> None:
    seen: dict[str, str] = {}

    async def read(shop: Workshop) -> Mapping[str, int]:
        seen.update({name: files.read_json(shop.of(name) / "out.json") for name in ("a", "b", "c")})
        return {}

    async def write(shop: Workshop) -> Mapping[str, int]:
        text = files.read_json(shop.of("a") / "out.json") + "!"
        files.write_json(shop.folder / "out.json", text)
        return {}

    instead = Step("c", 1, {}, (Needs("a"),), write, replaces=("a",))
    last = Step("d", 1, {}, (Needs("a"), Needs("b")), read)
    steps = [writer("a", "x"), writer("b", "y"), instead, last]
    done = run_async(execute(steps, tmp_path, ignore))
    assert seen == {"a": "x!", "b": "y", "c": "x!"}
    assert list(done) == ["a", "b", "c", "d"]
    assert run_async(ran([writer("a", "z"), *steps[1:]], tmp_path)) == ["a", "c", "d"]
    assert done["a"].folder != done["c"].folder


def test_what_is_complete_is_kept(tmp_path: Path, run_async) -> None:
    steps = [writer("a", "x"), writer("b", "y", "a")]
    assert run_async(ran(steps, tmp_path)) == ["a", "b"]
    assert run_async(ran(steps, tmp_path)) == []


def test_a_changed_setting_runs_its_step_again_and_going_back_costs_nothing(
    tmp_path: Path, run_async
) -> None:
    run_async(ran([writer("a", "x"), writer("b", "y", "a")], tmp_path))
    assert run_async(ran([writer("a", "x"), writer("b", "z", "a")], tmp_path)) == ["b"]
    assert run_async(ran([writer("a", "x"), writer("b", "y", "a")], tmp_path)) == []
    assert run_async(ran([writer("a", "x", version=2), writer("b", "y", "a")], tmp_path)) == ["a"]


def test_a_step_that_makes_the_same_bytes_leaves_later_steps_alone(
    tmp_path: Path, run_async
) -> None:
    plan = [writer("a", "x"), parity("b", "a"), writer("c", "z", "b")]
    assert run_async(ran(plan, tmp_path)) == ["a", "b", "c"]
    plan[0] = writer("a", "xxx")
    assert run_async(ran(plan, tmp_path)) == ["a", "b"]


def test_a_step_that_failed_is_not_complete(tmp_path: Path, run_async) -> None:
    async def fail(shop: Workshop) -> Mapping[str, int]:
        files.write_json(shop.folder / "out.json", 1)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        run_async(execute([Step("a", 1, {}, (), fail)], tmp_path, ignore))
    step = Step("a", 1, {}, (), writer("a", "x").run)
    assert run_async(ran([step], tmp_path)) == ["a"]


def test_only_the_needed_files_decide(tmp_path: Path, run_async) -> None:
    def two(text: str) -> Step:
        async def run(shop: Workshop) -> Mapping[str, int]:
            files.write_json(shop.folder / "used.json", "same")
            files.write_json(shop.folder / "unused.json", text)
            return {}

        return Step("a", 1, {"t": text}, (), run)

    later = Step("b", 1, {}, (Needs("a", "used.json"),), writer("b", "y").run)
    run_async(ran([two("1"), later], tmp_path))
    assert run_async(ran([two("2"), later], tmp_path)) == ["a"]


def test_events_tell_what_happened(tmp_path: Path, run_async) -> None:
    seen: list[Event] = []
    run_async(execute([writer("a", "x")], tmp_path, seen.append))
    run_async(execute([writer("a", "x")], tmp_path, seen.append))
    assert [type(e) for e in seen] == [StageStarted, StageDone, StageReused]


def test_counts_survive_a_second_run(tmp_path: Path, run_async) -> None:
    run_async(execute([writer("a", "xyz")], tmp_path, ignore))
    again: dict[str, Finished] = run_async(execute([writer("a", "xyz")], tmp_path, ignore))
    assert again["a"].counts == {"n": 3}


def test_something_may_be_said_before_a_step_with_what_is_finished(
    tmp_path: Path, run_async
) -> None:
    seen: list[list[str]] = []

    async def say(finished: Mapping[str, Finished]) -> None:
        seen.append(list(finished))

    steps = [writer("a", "x"), writer("b", "y", "a"), writer("c", "z", "b")]
    run_async(execute(steps, tmp_path, ignore, before={"b": say}))
    assert seen == [["a"]]
    run_async(execute(steps, tmp_path, ignore, before={"b": say}))
    assert seen == [["a"], ["a"]]
