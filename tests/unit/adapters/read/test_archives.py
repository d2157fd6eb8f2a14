"""Zip archives, good ones and such as were made to harm."""

import gzip
import io
import json
import random
import stat
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymuse.adapters.read import archive, archive_reader
from anonymuse.adapters.read.sniff import open_reader
from anonymuse.domain.private.conversation import Conversation
from anonymuse.errors import ColumnError, InputError, UserError
from anonymuse.ports.reader import ColumnMapping
from tests.unit.adapters.read.files import chat, conversations, drops, lines, read, said, write

Files = list[tuple[str | zipfile.ZipInfo, bytes]]
GOOD = lines(chat("hi", "hello"))


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")  # of names that occur twice
        for name, content in files:
            made.writestr(name, content)
    return data.getvalue()


def zipped(folder: Path, *files: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    return write(folder, packed(*files), "data.zip")


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_files_of_several_formats_in_one_archive(tmp_path: Path) -> None:
    path = zipped(
        tmp_path,
        ("a/data.jsonl", GOOD + b"17\n"),
        ("b/data.jsonl", GOOD),
        ("b/", b""),
        ("table.csv", b"prompt,response\nhi,hello\n"),
        ("packed.jsonl.gz", gzip.compress(GOOD)),
        ("lines.json", b"\xef\xbb\xbf" + json.dumps([chat("hi", "hello")], indent=1).encode()),
        ("README.md", b"# hi"),
        ("__MACOSX/a/._data.jsonl", b"\x00\x05"),
        (".hidden/data.jsonl", GOOD),
    )
    reader = open_reader(path, format=None, columns=ColumnMapping())
    items = list(reader.read())
    assert [said(item) for item in conversations(items)] == [
        [("user", "hi"), ("assistant", "hello")]
    ] * 5
    assert [item.id for item in conversations(items)] == [
        "data.zip/a/data:1", "data.zip/b/data:1", "data.zip/table:1", "data.zip/packed:1",
        "data.zip/lines:1",
    ]  # fmt: skip
    assert drops(items) == [("not a record", "'a/data.jsonl', line 2")]
    assert reader.notes == {"other files in the archive, not read": 3}
    assert reader.format == "messages"
    assert reader.why.startswith("Zip archive with 5 data files; the first, 'a/data.jsonl': JSON")
    assert [path.name for path in tmp_path.iterdir()] == ["data.zip"]


HARMFUL: dict[str, tuple[tuple[str | zipfile.ZipInfo, bytes], str]] = {
    "leads up": (("../../data.jsonl", GOOD), archive.UNSAFE),
    "leads up in the middle": (("a/../../data.jsonl", GOOD), archive.UNSAFE),
    "absolute": (("/etc/data.jsonl", GOOD), archive.UNSAFE),
    "drive": (("C:/data.jsonl", GOOD), archive.UNSAFE),
    "other slashes": (("..\\data.jsonl", GOOD), archive.UNSAFE),
    "link": ((link("link.jsonl"), b"/etc/passwd"), archive.LINK),
    "zip": (("more.zip", packed(("data.jsonl", GOOD))), archive.NESTED),
    "tar": (("more.tar.gz", b"x"), archive.NESTED),
    "twice": (("data.jsonl", GOOD), archive.REPEATED),
    "empty": (("empty.jsonl", b""), "file in the archive that cannot be read"),
    "no format": (("numbers.csv", b"a,b\n1,2\n"), "file in the archive that cannot be read"),
    "a picture by another name": (
        ("p.json", b"\x89PNG"),
        "file in the archive that cannot be read",
    ),
    "zip by another name": (
        ("more.jsonl", packed(("data.jsonl", GOOD))),
        "file in the archive that cannot be read",
    ),
}


@pytest.mark.parametrize("case", HARMFUL)
def test_what_is_harmful_is_dropped_and_the_rest_is_read(tmp_path: Path, case: str) -> None:
    bad, reason = HARMFUL[case]
    folder = tmp_path / "one" / "two"
    folder.mkdir(parents=True)
    items = read(zipped(folder, bad, ("data.jsonl", GOOD), ("other.jsonl", GOOD)))
    assert len(conversations(items)) == 2
    assert [found for found, _ in drops(items)] == [reason]
    assert [path.name for path in tmp_path.rglob("*")] == ["one", "two", "data.zip"]


def patched(data: bytes, name: bytes, *, at: int, value: int, local: int) -> bytes:
    """Change a field of a file's entry, and of its header, where it stands elsewhere."""
    changed = bytearray(data)
    entry = data.rindex(name) - 46
    header = data.index(name) - 30
    changed[entry + at : entry + at + 2] = value.to_bytes(2, "little")
    changed[header + local : header + local + 2] = value.to_bytes(2, "little")
    return bytes(changed)


def test_an_encrypted_file_is_dropped(tmp_path: Path) -> None:
    data = packed(("secret.jsonl", GOOD), ("data.jsonl", GOOD))
    path = write(tmp_path, patched(data, b"secret.jsonl", at=8, value=1, local=6), "data.zip")
    items = read(path)
    assert len(conversations(items)) == 1
    assert drops(items) == [(archive.ENCRYPTED, "'secret.jsonl'")]


def test_a_file_that_is_packed_in_an_unknown_way_is_dropped(tmp_path: Path) -> None:
    data = packed(("odd.jsonl", GOOD), ("data.jsonl", GOOD))
    path = write(tmp_path, patched(data, b"odd.jsonl", at=10, value=99, local=8), "data.zip")
    items = read(path)
    assert len(conversations(items)) == 1
    assert drops(items) == [("file in the archive that cannot be read", "'odd.jsonl'")]


def test_a_file_whose_bytes_were_changed_is_read_up_to_there(tmp_path: Path) -> None:
    noise = random.Random(1)
    many = lines(*(chat(noise.randbytes(200).hex()) for _ in range(2_000)))
    data = bytearray(packed(("data.jsonl", many), ("other.jsonl", GOOD)))
    middle = len(data) // 2
    data[middle : middle + 100] = b"\xff" * 100
    items = read(write(tmp_path, bytes(data), "data.zip"))
    assert 500 < len(conversations(items)) < 2_001
    assert "file is damaged from here on" in {reason for reason, _ in drops(items)}
    assert items[-1] == conversations(items)[-1]


def test_a_bomb_is_refused_before_anything_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_HARMLESS", 2**20)
    zeros = ("zeros.jsonl", bytes(2**22))
    with pytest.raises(InputError, match="may be a zip bomb"):
        read(zipped(tmp_path, zeros, ("data.jsonl", GOOD)))
    noise = ("noise.jsonl", random.Random(1).randbytes(2**17))
    items = read(zipped(tmp_path, zeros, ("data.jsonl", GOOD), noise))
    assert len(conversations(items)) == 1
    assert drops(items)[0] == (archive.BOMB, "'zeros.jsonl'")


def test_an_archive_over_the_absolute_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED", 10)
    with pytest.raises(InputError, match="Unpack it and give the folder"):
        read(zipped(tmp_path, ("data.jsonl", GOOD)))


def test_an_entry_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    data = bytearray(packed(("data.jsonl", GOOD * 1_000), ("other.jsonl", GOOD)))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = len(GOOD).to_bytes(4, "little")
    items = read(write(tmp_path, bytes(data), "data.zip"))
    assert len(conversations(items)) == 1
    assert drops(items) == [("file in the archive that cannot be read", "'data.jsonl'")]


def test_an_archive_that_was_cut_anywhere(tmp_path: Path) -> None:
    data = packed(("a.jsonl", GOOD), ("b.jsonl", GOOD))
    for cut in range(4, len(data), 3):
        with pytest.raises(InputError, match="not whole"):
            read(write(tmp_path, data[:cut], "data.zip"))


USELESS: dict[str, tuple[Files, str]] = {
    "nothing": ([], "No file in it holds data"),
    "pictures": ([("a.png", b"\x89PNG")], "No file in it holds data"),
    "encrypted or so": ([("../a.jsonl", GOOD)], "leads out of it"),
    "an office document": ([("[Content_Types].xml", b"<x/>")], "save it as CSV"),
    "no format": ([("a.jsonl", b'{"a": 1}\n')], "'data.zip/a.jsonl' is of no format"),
    "empty files": ([("a.jsonl", b""), ("b.jsonl", b"")], "'a.jsonl' is empty"),
}


@pytest.mark.parametrize("case", USELESS)
def test_an_archive_without_anything_to_read_says_why(tmp_path: Path, case: str) -> None:
    files, sentence = USELESS[case]
    with pytest.raises(InputError, match=sentence):
        open_reader(zipped(tmp_path, *files), format=None, columns=ColumnMapping())


def test_parquet_needs_to_be_a_file(tmp_path: Path) -> None:
    made = io.BytesIO()
    pq.write_table(pa.table({"prompt": ["hi"]}), made)
    with pytest.raises(InputError, match="unpack it"):
        read(zipped(tmp_path, ("data.parquet", made.getvalue())))


def test_a_tar_archive_is_called_one(tmp_path: Path) -> None:
    import tarfile

    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        info = tarfile.TarInfo("data.jsonl")
        info.size = len(GOOD)
        tar.addfile(info, io.BytesIO(GOOD))
    with pytest.raises(InputError, match="is a tar archive; unpack it"):
        read(write(tmp_path, made.getvalue(), "data.tar.gz"))


def test_named_columns_and_formats_hold_for_the_files_inside(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("data.csv", b"said,who\nhi,ann\n"))
    (item,) = read(path, text="said", user="who")
    assert isinstance(item, Conversation)
    assert (item.user, said(item)) == ("ann", [("user", "hi")])
    with pytest.raises(ColumnError, match="no column 'whom'"):
        read(path, text="said", user="whom")
    with pytest.raises(InputError, match="cannot be read as 'sharegpt'"):
        read(path, called="sharegpt")


def test_a_name_is_shown_without_its_control_characters(tmp_path: Path) -> None:
    items = read(zipped(tmp_path, ("\x1b[31m.jsonl", GOOD), ("b.jsonl", b"17\n" + GOOD)))
    assert conversations(items)[0].id == "data.zip/?[31m:1"


def test_exports_are_told_from_files_that_have_their_name(tmp_path: Path) -> None:
    share = {"conversations": [{"from": "human", "value": "hi"}]}
    path = zipped(
        tmp_path,
        ("train/conversations.json", json.dumps([share]).encode()),
        ("more.jsonl", GOOD),
    )
    assert len(conversations(read(path))) == 2


def test_only_so_many_files_are_tried_for_one_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_reader, "_MOST_TRIED", 3)
    empty: Files = [(f"{n}.jsonl", b"") for n in range(3)]
    assert len(conversations(read(zipped(tmp_path, *empty[1:], ("z.jsonl", GOOD))))) == 1
    with pytest.raises(InputError, match=r"'0\.jsonl' is empty"):
        read(zipped(tmp_path, *empty, ("z.jsonl", GOOD)))


def test_many_members(tmp_path: Path) -> None:
    path = zipped(tmp_path, *((f"{n}.jsonl", GOOD) for n in range(300)))
    assert len(conversations(read(path))) == 300


@pytest.mark.slow
def test_a_hundred_thousand_members(tmp_path: Path) -> None:
    path = zipped(tmp_path, *((f"{n}.png", b"") for n in range(100_000)), ("data.jsonl", GOOD))
    reader = open_reader(path, format=None, columns=ColumnMapping())
    assert len(list(reader.read())) == 1
    assert reader.notes == {"other files in the archive, not read": 100_000}


def test_flipped_bytes_anywhere(tmp_path: Path) -> None:
    data = packed(("a.jsonl", GOOD), ("b.json", json.dumps([chat("hi")]).encode()))
    for place in range(4, len(data)):
        for value in (255, data[place] ^ 1):
            changed = bytearray(data)
            changed[place] = value
            with suppress(UserError):
                read(write(tmp_path, bytes(changed), "data.zip"))
