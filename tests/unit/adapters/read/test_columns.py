"""Identifiers, users, times and metadata."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.read.sniff import open_reader
from anonymuse.adapters.read.values import identifier, read_time, scalar
from anonymuse.domain.private.conversation import Conversation
from anonymuse.errors import ColumnError, InputError
from anonymuse.ports.reader import ColumnMapping
from tests.unit.adapters.read.files import chat, conversations, drops, lines, read, said, write


def one(folder: Path, record: dict[str, Any], **columns: Any) -> Conversation:
    (item,) = conversations(read(write(folder, lines(record)), **columns))
    return item


@pytest.mark.parametrize("name", ["id", "conversation_id", "conversation_hash", "uuid", "chatId"])
def test_identifier_by_its_usual_names(tmp_path: Path, name: str) -> None:
    assert one(tmp_path, chat("hi", **{name: "x1"})).id == "x1"


def test_identifier_made_from_the_place(tmp_path: Path) -> None:
    path = write(tmp_path, b"\n" + lines(chat("a"), chat("b", id=None)), "chats.v2.jsonl.gz")
    assert [item.id for item in conversations(read(path))] == ["chats.v2:2", "chats.v2:3"]


@pytest.mark.parametrize("name", ["user", "user_id", "userId", "hashed_ip", "account"])
def test_user_by_its_usual_names(tmp_path: Path, name: str) -> None:
    item = one(tmp_path, chat("hi", **{name: 17}))
    assert (item.user, item.metadata) == ("17", {})


@pytest.mark.parametrize("name", ["org", "organisation", "Organization", "tenant", "org_id"])
def test_organisation_by_its_usual_names(tmp_path: Path, name: str) -> None:
    assert one(tmp_path, chat("hi", **{name: "o"})).organisation == "o"


@pytest.mark.parametrize("name", ["timestamp", "created_at", "create_time", "time", "date"])
def test_time_by_its_usual_names(tmp_path: Path, name: str) -> None:
    item = one(tmp_path, chat("hi", **{name: "2024-05-01T10:00:00+02:00"}))
    assert item.time == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_time_of_the_first_message_where_the_record_has_none(tmp_path: Path) -> None:
    record = chat("hi", "hello")
    record["messages"][0]["timestamp"] = 1_714_557_600
    assert one(tmp_path, record).time == datetime(2024, 5, 1, 10, tzinfo=UTC)


MOMENT = datetime(2023, 4, 1, 12, 30, tzinfo=UTC)
SECONDS = int(MOMENT.timestamp())


@pytest.mark.parametrize(
    "value",
    [
        "2023-04-01T12:30:00Z",
        "2023-04-01 12:30:00 UTC",
        "2023-04-01T14:30:00+02:00",
        SECONDS,
        float(SECONDS),
        SECONDS * 1_000,
        SECONDS * 10**6,
        SECONDS * 10**9,
        str(SECONDS),
        f" {SECONDS}.0 ",
        Decimal(SECONDS),
        MOMENT,
    ],
)
def test_times_that_can_be_read(value: Any) -> None:
    assert read_time(value) == (MOMENT, True)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2023-04-01 12:30", MOMENT),
        ("20230401", datetime(2023, 4, 1, tzinfo=UTC)),
        (date(2023, 4, 1), datetime(2023, 4, 1, tzinfo=UTC)),
    ],
)
def test_times_without_a_zone_are_taken_as_utc(value: Any, moment: datetime) -> None:
    assert read_time(value) == (moment, False)


@pytest.mark.parametrize(
    "value",
    ["yesterday", "", 12, True, 1e300, float("nan"), -(10**40), "9" * 40, [], "0001-01-01T00:00",
     "9999-12-31T23:59:59-23:00", "1.5"],
)  # fmt: skip
def test_times_that_cannot(value: Any) -> None:
    assert read_time(value)[0] is None


def test_an_unreadable_time_is_noted_and_drops_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, lines(chat("a", time="soon"), chat("b", time="2023-04-01T00:00")))
    reader = open_reader(path, format=None, columns=ColumnMapping())
    assert [item.time for item in conversations(reader.read())] == [
        None,
        datetime(2023, 4, 1, tzinfo=UTC),
    ]
    assert reader.notes == {
        "times that cannot be read": 1,
        "times without a zone, taken as UTC": 1,
    }


def test_other_scalars_are_metadata_and_nested_values_are_noted(tmp_path: Path) -> None:
    record = chat("hi", id="1", model="m", turns_n=3, ok=True, score=0.5, gone=None,
                  tags=["a"], geo={"country": "fr"}, huge=10**30)  # fmt: skip
    path = write(tmp_path, lines(record).replace(b"0.5", b"1e999"))
    reader = open_reader(path, format=None, columns=ColumnMapping())
    (item,) = conversations(reader.read())
    assert item.metadata == {
        "model": "m", "turns_n": 3, "ok": True, "score": None, "gone": None, "huge": str(10**30)
    }  # fmt: skip
    assert reader.notes == {
        "nested column 'geo' left out": 1,
        "nested column 'tags' left out": 1,
    }


def test_metadata_is_what_json_and_parquet_can_hold() -> None:
    assert scalar(2**63) == str(2**63)
    assert scalar(float("inf")) is None
    assert scalar(date(2024, 1, 2)) == "2024-01-02"
    assert scalar(Decimal("1.50")) == "1.50"
    assert scalar(b"x") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [(" a ", "a"), ("", None), (3, "3"), (3.0, "3"), (True, None), (None, None), ({}, None),
     (b"\x01\xff", "01ff"), pytest.param(10**5_000, None, id="long")],
)  # fmt: skip
def test_identifiers(value: Any, expected: str | None) -> None:
    assert identifier(value) == expected


def test_a_record_with_very_many_columns(tmp_path: Path) -> None:
    path = write(tmp_path, lines(chat("hi", id="1", **{f"c{n}": n for n in range(300)})))
    reader = open_reader(path, format=None, columns=ColumnMapping())
    (item,) = conversations(reader.read())
    assert len(item.metadata) == 200
    assert reader.notes == {"records with more than 200 columns, the rest left out": 1}


def test_named_columns_go_before_the_usual_ones(tmp_path: Path) -> None:
    record = chat("hi", id="1", key="k", user="u", owner="o", team="t", day="2024-01-02")
    item = one(tmp_path, record, id="key", user="owner", organisation="team", time="day")
    assert (item.id, item.user, item.organisation) == ("k", "o", "t")
    assert item.time == datetime(2024, 1, 2, tzinfo=UTC)
    assert item.metadata == {"id": "1", "user": "u"}


def test_a_dotted_name_reaches_into_nested_columns(tmp_path: Path) -> None:
    record = {"body": chat("hi"), "meta": {"user": {"id": 5}, "country": "fr"}}
    item = one(
        tmp_path, record, messages="body.messages", user="meta.user.id",
        extra={"country": "meta.country"},
    )  # fmt: skip
    assert (said(item), item.user) == ([("user", "hi")], "5")
    assert item.metadata["country"] == "fr"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"text,user_id\nhi,7\n"),
        ("a.jsonl", lines(*({"text": "hi", "user_id": 7} for _ in range(3)))),
    ],
)
def test_a_named_column_that_is_not_there(tmp_path: Path, name: str, data: bytes) -> None:
    path = write(tmp_path, data, name)
    with pytest.raises(ColumnError, match=r"--user-column.*Did you mean 'user_id'"):
        read(path, user="usr_id")


def test_a_named_column_that_shows_up_late_is_found(tmp_path: Path) -> None:
    many = [chat("x" * 10_000) for _ in range(40)]
    path = write(tmp_path, lines(*many, chat("last", owner="me")))
    assert conversations(read(path, user="owner"))[-1].user == "me"
    path = write(tmp_path, lines(*many))
    with pytest.raises(ColumnError, match="no column 'owner'"):
        read(path, user="owner")


def test_text_column_of_choice(tmp_path: Path) -> None:
    data = b"note,text\nfirst,second\n"
    (item,) = conversations(read(write(tmp_path, data, "a.csv"), text="note"))
    assert said(item) == [("user", "first")]
    assert item.metadata == {"text": "second"}


def rows(*triples: tuple[Any, ...]) -> bytes:
    keys = ("conversation_id", "role", "content", "user", "cost")
    return lines(*(dict(zip(keys, triple, strict=False)) for triple in triples))


def test_rows_of_conversations_that_interleave(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        rows(("a", "user", "1", "u", 5), ("b", "user", "2", "v", 5),
             ("a", "assistant", "3", "u", 6),
             ("b", "assistant", "4", "v", 5)),
    )  # fmt: skip
    first, second = conversations(read(path))
    assert (first.id, said(first), first.user) == ("a", [("user", "1"), ("assistant", "3")], "u")
    assert (second.id, said(second)) == ("b", [("user", "2"), ("assistant", "4")])
    assert (first.metadata, second.metadata) == ({}, {"cost": 5})


def test_rows_that_cannot_be_put_together(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        rows(("a", "user", "1"), (None, "user", "2"), ("b", "ghost", "3"), ("c", "assistant", "4"),
             ("d", "user", None)),
    )  # fmt: skip
    items = read(path)
    assert len(conversations(items)) == 1
    assert sorted(drops(items)) == [
        ("no conversation id", "line 2"),
        ("no messages", "line 5"),
        ("no user turn", "line 4"),
        ("unknown role", "line 3"),
    ]


def test_rows_too_far_apart_are_said_and_not_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anonymuse.adapters.read import grouping

    monkeypatch.setattr(grouping, "MOST_OPEN", 2)
    many = [(name, "user", name) for name in "abcd"]
    items = read(write(tmp_path, rows(*many, ("a", "user", "late"))))
    assert [item.id for item in conversations(items)] == ["a", "b", "c", "d"]
    assert drops(items) == [("row too far from the others of its conversation", "line 5")]


def test_open_conversations_hold_bounded_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anonymuse.adapters.read import grouping

    monkeypatch.setattr(grouping, "MOST_CHARACTERS", 100)
    monkeypatch.setattr(grouping, "MAX_RECORD", 60)
    data = rows(("a", "user", "x" * 50), ("b", "user", "y" * 55), ("c", "user", "z" * 70))
    items = read(write(tmp_path, data))
    assert [item.id for item in conversations(items)] == ["a", "b"]
    assert drops(items) == [("record over 64 MB", "line 3")]


def test_a_user_is_taken_from_the_users_own_row(tmp_path: Path) -> None:
    data = rows(("a", "system", "s", "bot"), ("a", "user", "hi", "me"))
    (item,) = conversations(read(write(tmp_path, data)))
    assert item.user == "me"


def test_role_column_without_a_conversation_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, b"who,said\nuser,hi\n", "a.csv")
    with pytest.raises(InputError, match="--id-column"):
        read(path, role="who", text="said")
