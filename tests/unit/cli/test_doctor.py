"""`anonymuse doctor` on made files: what is printed, and what is never printed."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from anonymuse.adapters.read.sniff import open_readers
from anonymuse.api import diagnosis
from anonymuse.api.diagnosis_page import advise, plain
from anonymuse.cli import doctor as command
from anonymuse.cli.doctor_page import draw
from anonymuse.errors import InputError
from anonymuse.pipeline.doctor import Diagnosis, examine
from tests.unit.adapters.read.files import chat, lines, write

CANARY = "Zanzibaria"


class English:
    id = "english"

    def detect(self, text: str) -> str:
        return "English"


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_detector", English)


def made(folder: Path, name: str = "data.jsonl") -> Path:
    records: list[Any] = [
        chat(
            f"{CANARY} {n}", CANARY, id=f"{CANARY}{n}", user=f"{CANARY}{n % 40}", org=CANARY,
            time=f"2024-03-{1 + n % 28:02d}T10:00:00Z", model=CANARY, nested={"a": CANARY},
        )
        for n in range(100)
    ]  # fmt: skip
    records += [{"messages": [{"role": CANARY, "content": CANARY}]}, {"messages": []}]
    return write(folder, lines(*records) + f'{{"{CANARY}\n'.encode(), name)


def seen(path: Path) -> Diagnosis:
    return examine(open_readers(path), detector=English())


def test_the_page_on_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.doctor(data=[made(tmp_path)])
    page = capsys.readouterr().out
    assert "messages: 100 conversations, 3 dropped" in page
    assert "dropped: unknown role  1 (data.jsonl: line 101)" in page
    assert "nested column 'nested' left out: 100" in page
    assert "40 (the largest has 3.0 % of 100 conversations)" in page
    assert "English  100 %" in page
    assert "2024-03-01 to 2024-03-28" in page
    assert "model  text  100 % filled" in page
    assert "\x1b" not in page
    assert all(line == line.rstrip() for line in page.splitlines())


def test_no_text_and_no_identifier_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path)
    command.doctor(data=[path])
    command.doctor(data=[path], as_json=True)
    screen = io.StringIO()
    draw(seen(path), Console(file=screen, width=100, force_terminal=True))
    printed = capsys.readouterr()
    for text in (printed.out, printed.err, screen.getvalue()):
        assert CANARY not in text
    assert "data.jsonl" in screen.getvalue()


def test_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.doctor(data=[made(tmp_path)], as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["records"], found["kept"], found["users"]["distinct"]) == (103, 100, 40)
    assert found["first"] == "2024-03-01T10:00:00+00:00"


def test_columns_are_passed_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, b"note,who\nhi,a\nho,b\n", "a.csv")
    command.doctor(data=[path], text_column="note", user_column="who", as_json=True)
    assert json.loads(capsys.readouterr().out)["users"]["distinct"] == 2


def test_several_files_and_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "more").mkdir()
    first, _ = made(tmp_path), made(tmp_path / "more", "b.jsonl")
    command.doctor(data=[first, tmp_path / "more"], as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert [file["name"] for file in found["files"]] == ["data.jsonl", "b.jsonl"]
    assert found["duplicate_share"] == 0.5


def test_nothing_kept_prints_the_reasons_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, lines({"messages": []}))
    with pytest.raises(InputError, match="--messages-column"):
        command.doctor(data=[path])
    assert "no messages" in capsys.readouterr().out


def test_markup_in_names_is_not_obeyed(tmp_path: Path) -> None:
    path = made(tmp_path, "[red]data[bold].jsonl")
    screen = io.StringIO()
    draw(seen(path), Console(file=screen, width=100))
    assert "[red]data[bold].jsonl" in screen.getvalue()
    assert "[red]data[bold].jsonl" in plain(seen(path))


def test_a_narrow_terminal_loses_nothing(tmp_path: Path) -> None:
    screen = io.StringIO()
    draw(seen(made(tmp_path)), Console(file=screen, width=40))
    words = screen.getvalue().split()
    assert {"data.jsonl", "English", "assistant", "2024-03-28"} <= set(words)
    assert max(len(line) for line in screen.getvalue().splitlines()) <= 40


def test_advice(tmp_path: Path) -> None:
    few = write(tmp_path, lines(*(chat("same") for _ in range(10))) + b"{\n" * 5)
    sentences = " ".join(advise(seen(few)))
    for part in ("No user is named", "'internal'", "Without times", "repeat", "a tenth"):
        assert part in sentences
    busy = [chat(f"x{n}", user="a" if n < 60 else f"b{n}", time="2024-01-01T00:00Z")
            for n in range(500)]  # fmt: skip
    sentences = " ".join(advise(seen(write(tmp_path, lines(*busy, chat("y"))))))
    assert "1; a run takes 50" in sentences
    assert "name no user: 1;" in sentences
    assert "policy" not in sentences


def test_advice_to_one_person(tmp_path: Path) -> None:
    mine = write(tmp_path, lines(*(chat(f"x{n}", user="a") for n in range(20))))
    sentences = " ".join(advise(seen(mine)))
    assert "--unit conversation" in sentences
    assert "--policy" not in sentences


def test_advice_on_another_encoding(tmp_path: Path) -> None:
    old = write(tmp_path, "prompt,user\nGrüße,ann\n".encode("latin-1"), "old.csv")
    assert ["iconv" in sentence for sentence in advise(seen(old))] == [True]


def advice(path: Path) -> str:
    return " ".join(advise(seen(path)))


def talk(*roles: str) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": "hi"} for role in roles]}


def test_advice_on_roles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    some = advice(write(tmp_path, lines(talk("user", "agent"), talk("user", CANARY))))
    assert "visitor, prompter; assistant, agent," in some
    assert CANARY not in some
    assert "known" not in advice(write(tmp_path, lines(talk("user", "agent"))))
    with pytest.raises(InputError, match="visitor, prompter; assistant, agent,"):
        command.doctor(data=[write(tmp_path, lines(talk("user", CANARY)))])
    with pytest.raises(InputError, match="the reasons are above"):
        command.doctor(data=[write(tmp_path, lines(talk("user", CANARY), talk()))])


def test_advice_on_replies(tmp_path: Path) -> None:
    assert "No reply was read" in advice(write(tmp_path, lines(chat("hi"))))
    assert "reply" not in advice(write(tmp_path, lines(chat("hi"), chat("hi", "ho"))))


def test_advice_on_times(tmp_path: Path) -> None:
    times = ("31.12.2026", "1.1.2027", "2026-12-31T14:05Z")
    odd = advice(write(tmp_path, lines(*(chat("hi", time=time) for time in times))))
    assert "Times that cannot be read: 2." in odd
    assert "strptime(created_at" in odd
    assert "31.12." not in odd
    assert "strptime" not in advice(write(tmp_path, lines(chat("hi"))))


@pytest.mark.parametrize(
    ("users", "large", "told"), [(40, 10, True), (40, 3, False), (10, 9, False)]
)
def test_advice_on_a_user_who_may_be_none(
    tmp_path: Path, users: int, large: int, told: bool
) -> None:
    names = [f"u{n}" for n in range(users - 1)] + [CANARY] * large
    found = advice(write(tmp_path, lines(*(chat("hi", user=name) for name in names))))
    assert ("placeholder" in found) is told
    assert CANARY not in found
