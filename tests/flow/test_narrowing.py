"""Narrowing, sampling and screening: what takes part, what is said about it, what is refused."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from anonymuse import api
from anonymuse.adapters.chat import scripted
from anonymuse.cli.outline import taken
from anonymuse.errors import AnonymuseError, ConfigError, InputError
from anonymuse.pipeline.config import make_config
from anonymuse.pipeline.settings import NarrowConfig
from anonymuse.pipeline.toml import to_toml
from anonymuse.ports.chat import ChatFailure, ChatRequest
from tests import town
from tests.flow.world import a_town, bundle, config, report

LOCAL: dict[str, Any] = {"models__chat": "none", "extract__mode": "local"}


def rows_with_metadata() -> list[dict[str, Any]]:
    rows = town.people()
    for number, row in enumerate(rows):
        row |= {"stars": number % 6, "plan": ("free", "paid")[number % 2], "turns": "colliding"}
        if number % 9 == 0:
            del row["timestamp"]
    return rows


def read(out: Path, step: str) -> list[dict[str, Any]]:
    (path,) = (out / "private" / step).glob("*/rows.parquet")
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def run(folder: Path, rows: list[dict[str, Any]], **changes: Any) -> Any:
    return api.run(a_town(folder, rows), folder / "out", config(**(LOCAL | changes)))


def test_all_filters_together_agree_with_a_plain_loop(tmp_path: Path) -> None:
    rows = rows_with_metadata()
    since, until = datetime(2026, 3, 6, 12), datetime(2026, 4, 6)
    wanted = [
        row["id"]
        for row in rows
        if "timestamp" in row
        and since <= datetime.fromisoformat(row["timestamp"]).replace(tzinfo=None) < until
        and row["stars"] >= 1
        and any(c in row["messages"][0]["content"].lower() for c in ("ke", "an", "en", "on"))
    ]
    outcome = run(
        tmp_path,
        rows,
        narrow__where="stars >= 1 and metadata_turns = 'colliding' and turns = 2 and has_user"
        " and source = 'town.jsonl' and format is not null",
        narrow__since="2026-03-06T13:30+01:30",
        narrow__until="2026-04-06",
        narrow__grep="ke|an|en|on",
        narrow__grep_in="user",
    )
    took_part = [row["conversation"] for row in read(tmp_path / "out", "sample")]
    assert 30 < len(wanted) < 120
    assert sorted(took_part) == sorted(wanted)
    counts = outcome.stages["narrow"]
    assert counts["left"] == len(wanted)
    assert counts["without a time"] == 20
    assert sum(n for name, n in counts.items() if name != "looked at") == 180 == counts["looked at"]
    sentence = taken(outcome.stages)
    for name in ("without a time", "outside the time window", "not meeting", "without the pattern"):
        assert f"{name}" in sentence


def test_times_that_cannot_be_read_are_told_from_times_that_are_missing(tmp_path: Path) -> None:
    rows = town.people()
    for row in rows:
        row["timestamp"] = "31.12.2026 14:05"
    with pytest.raises(InputError, match=r"can be read \(180 times .*`anonymuse doctor`"):
        run(tmp_path, rows, narrow__since="2026-03-06")
    outcome = run(tmp_path, rows)
    assert "; 180 times that cannot be read (" in taken(outcome.stages)
    for row in rows:
        del row["timestamp"]
    (tmp_path / "without").mkdir()
    with pytest.raises(InputError, match="--time-column"):
        run(tmp_path / "without", rows, narrow__since="2026-03-06")


def test_where_no_role_is_known_those_that_are_stand_in_the_error(tmp_path: Path) -> None:
    rows = town.people()
    for row in rows:
        row["messages"][1]["role"] = "Berater"
    with pytest.raises(InputError, match=r"180 unknown role.* user, human, customer"):
        run(tmp_path, rows)


@pytest.mark.parametrize(("where", "count"), [("user", 30), ("assistant", 0), ("all", 30)])
def test_the_pattern_is_looked_for_where_it_is_wanted(
    tmp_path: Path, where: str, count: int
) -> None:
    rows = town.people()
    for row in rows:
        row["messages"].insert(0, {"role": "system", "content": "You know Python."})
    changes = {"narrow__grep": "python", "narrow__grep_in": where}
    if not count:
        with pytest.raises(InputError, match="None of 180 conversations is left"):
            run(tmp_path, rows, **changes)
        return
    outcome = run(tmp_path, rows, **changes)
    assert outcome.stages["narrow"]["left"] == count


def test_the_receipt_tells_how_and_the_texts_stay_private(tmp_path: Path) -> None:
    rows = rows_with_metadata()
    private = ("zyxquon1", "brimvauld2", "plonketta3", "2026-03-02T00:00:01")
    out = tmp_path / "out"
    outcome = run(
        tmp_path,
        rows,
        models__chat="scripted",
        narrow__where="plan <> 'zyxquon1'",
        narrow__grep="e|brimvauld2",
        narrow__screen="Is it about plonketta3?",
        narrow__since="2026-03-02T00:00:01",
    )
    settings = report(out)["receipt"]["settings"]
    assert list(settings["narrowed by"]) == [
        "metadata condition", "pattern", "screening question", "time window",
    ]  # fmt: skip
    assert settings["narrowed by"]["metadata condition"] == "left out 0 % to 1 %"
    assert settings["narrowed by"]["screening question"].endswith(" %")
    assert "a part of the conversations" in outcome.report.receipt.notes[0]
    assert "screen" in outcome.report.receipt.prompts
    manifest = (out / "private" / "manifest.json").read_text()
    for text in private:
        assert text in manifest
        assert not any(text.encode() in data for data in bundle(out).values())
        assert text not in json.dumps(outcome.summary())


def test_without_narrowing_the_receipt_is_silent(tmp_path: Path) -> None:
    run(tmp_path, town.people())
    assert "narrowed by" not in report(tmp_path / "out")["receipt"]["settings"]
    assert not (tmp_path / "out" / "private" / "narrow").exists()


def long_rows() -> list[dict[str, Any]]:
    """Conversations that begin alike and then differ, with a user of their own each."""
    rows = town.people(users=180)
    for number, row in enumerate(rows):
        same = [
            {"role": "user", "content": "How do I bake bread in a small oven"},
            {"role": "assistant", "content": "Mix flour and water"},
        ]
        row["messages"] = [*same, *row["messages"], {"role": "user", "content": f"thanks {number}"}]
    return rows


def test_completions_are_cut_and_collapse_on_what_is_left(tmp_path: Path) -> None:
    outcome = run(
        tmp_path, long_rows(), sample__strategy="completions", sample__size=150,
        cluster__k=5,
    )  # fmt: skip
    people = read(tmp_path / "out", "sample")
    assert {row["upto"] for row in people} == {2, 4}
    short = [row for row in people if row["upto"] == 2]
    assert len({row["stands_for"] for row in short}) == 1
    assert len({row["stands_for"] for row in people if row["upto"] == 4}) > 20
    assert len(people) <= 150
    (folder,) = (tmp_path / "out" / "private" / "scrub").iterdir()
    texts = pq.read_table(next(folder.glob("part-*.parquet"))).to_pylist()
    by_row = {row["row"]: row for row in texts}
    assert by_row[short[0]["stands_for"]]["turns"] == 2
    assert not any("thanks" in row["tagged"] for row in texts)
    assert outcome.report.receipt.settings["sampled"] == "completions"


def test_completions_need_an_assistant(tmp_path: Path) -> None:
    rows = town.people()
    for row in rows:
        row["messages"] = row["messages"][:1]
    with pytest.raises(InputError, match="--strategy completions"):
        run(tmp_path, rows, sample__strategy="completions")


def test_conversations_without_an_answer_are_counted(tmp_path: Path) -> None:
    rows = town.people()
    for row in rows[:30]:
        row["messages"] = row["messages"][:1]
    outcome = run(tmp_path, rows, sample__strategy="completions")
    assert outcome.stages["sample"]["without a turn of the assistant"] == 30
    assert "30 without a turn of the assistant" in taken(outcome.stages)


def test_one_person_is_never_enough(tmp_path: Path) -> None:
    rows = town.people(users=6)
    for row in rows:
        row["team"] = row["user"]
    with pytest.raises(InputError, match="that are left come from one user") as caught:
        run(tmp_path, rows, narrow__where="team = 'user-3'")
    assert "user-3" not in str(caught.value)
    assert "150 not meeting the condition" in str(caught.value)


def test_a_condition_does_not_weaken_the_unit(tmp_path: Path) -> None:
    """Where some conversations name users, those that do not still count as one person's."""
    rows = town.people()
    for row in rows[:90]:
        del row["user"]
    with pytest.raises(InputError, match="come from one user"):
        run(tmp_path, rows, narrow__where="not has_user")


def answer_with(monkeypatch: pytest.MonkeyPatch, word: str, failing: str = "") -> None:
    """Let the scripted model answer the screening question."""
    usual = scripted.minimal_answer

    def answer(request: ChatRequest) -> str | ChatFailure:
        if request.purpose != "screen":
            return usual(request)
        text = request.messages[-1].content
        if failing and failing in text:
            return ChatFailure("refusal", "refused")
        return json.dumps({"match": "yes" if word in text else "no"})

    monkeypatch.setattr(scripted, "minimal_answer", answer)


def test_screening_keeps_what_is_answered_with_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, "th", failing="(3)")
    rows = town.people()
    rows[5]["messages"] = rows[4]["messages"]  # the same text of two people is asked about once
    outcome = run(tmp_path, rows, models__chat="scripted", narrow__screen="Has it a th?")
    counts = outcome.stages["screen"]
    assert counts["asked about"] == 179
    assert counts["without an answer of the screener"] == 18
    people = read(tmp_path / "out", "screen")
    kept = {row["conversation"] for row in people}
    assert len(kept) == counts["conversations"]
    assert rows[4]["id"] in kept
    assert rows[5]["id"] in kept
    for row in rows:
        said = " ".join(m["content"] for m in row["messages"])
        assert (row["id"] in kept) == ("th" in said and "(3)" not in said), row["id"]
    assert outcome.stages["extract"]["conversations"] == len(kept) - 1
    assert outcome.report.receipt.failures["screen"] == {"refusal": 20}
    assert "asked the screening question about 179" in taken(outcome.stages)
    assert outcome.usage["by purpose"]["screen"]["calls"] == 179


def test_screening_comes_after_the_draw(tmp_path: Path) -> None:
    outcome = run(
        tmp_path, town.people(), models__chat="scripted", narrow__screen="Is it?", sample__size=60,
        narrow__where="turns = 2",
    )  # fmt: skip
    assert outcome.stages["screen"]["asked about"] == 60


@pytest.mark.parametrize(("word", "part"), [("@", "None of 180"), ("Mix flour, water", "too few")])
def test_a_question_that_leaves_too_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, part: str
) -> None:
    answer_with(monkeypatch, word)
    with pytest.raises(InputError) as caught:
        run(
            tmp_path, town.people(), models__chat="scripted", narrow__screen="Is it?",
            privacy__policy="internal",
        )  # fmt: skip
    assert part in str(caught.value)
    assert "answered no by the screener" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "kind", "part"),
    [
        ({"where": ""}, ConfigError, "--where is empty"),
        ({"where": "delete from x"}, ConfigError, "not one SQL expression"),
        ({"where": "stars > 1; select 1"}, ConfigError, "not one SQL expression"),
        ({"where": "strs > 1"}, InputError, "Did you mean 'stars'?"),
        ({"where": "plan > 1"}, ConfigError, "'plan' is text"),
        ({"where": "stars"}, ConfigError, "should give true or false"),
        ({"where": "plan::integer = 1"}, InputError, "a value is not of the type"),
        ({"where": "false"}, InputError, "180 not meeting the condition"),
        ({"grep": "("}, ConfigError, "--grep is not a pattern"),
        ({"grep": "qqqq"}, InputError, "180 without the pattern"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, ConfigError, "not later than"),
        ({"since": "2031-01-01"}, InputError, "outside the time window"),
        ({"screen": " "}, ConfigError, "--screen is a question"),
        ({"screen": "?" * 900 + "x"}, ConfigError, "at most 500"),
        ({"screen": "Is it?"}, ConfigError, "--screen needs a chat model"),
    ],
)
def test_wrong_narrowing_is_one_sentence(
    tmp_path: Path, changes: dict[str, str], kind: type[AnonymuseError], part: str
) -> None:
    with pytest.raises(kind) as caught:
        run(tmp_path, rows_with_metadata(), **{f"narrow__{k}": v for k, v in changes.items()})
    assert part in str(caught.value)
    assert "paid" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_settings_survive_toml() -> None:
    text = 'narrow = { since = 2026-03-01, until = 2026-04-01T09:30:00+01:00, grep = "\\\\bfoo" }'
    config = make_config(tomllib.loads(text))
    assert (config.narrow.since, config.narrow.until) == ("2026-03-01", "2026-04-01T09:30:00+01:00")
    assert config.narrow.grep == r"\bfoo"
    where = NarrowConfig(where="a = 'x\ny' and\n\"b c\" > 1", screen='Is it "so"?')
    both = config.model_copy(update={"narrow": where})
    assert make_config(tomllib.loads(to_toml(both))) == both


def test_a_window_needs_times(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "timestamp"} for row in town.people()]
    with pytest.raises(InputError, match="--time-column"):
        run(tmp_path, rows, narrow__since="2026-01-01")
