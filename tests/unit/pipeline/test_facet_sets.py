"""Definitions of facets: what is right is read, what is wrong gets a sentence."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from anonymuse.domain.facets import CORE
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline import facet_functions, facet_sets
from anonymuse.pipeline.config import RunConfig, make_config
from anonymuse.pipeline.facet_checks import MOST_VALUES
from anonymuse.pipeline.facet_functions import FacetRecord, facet, function_of, registered
from anonymuse.pipeline.facet_sets import PRESETS, facet_file, facets_of, preset, trees_of
from anonymuse.pipeline.toml import to_toml
from anonymuse.stages.scrub import make_transcript

GOOD = """
about = "Ours"
[facets.tone]
type = "text"
question = "In which tone?"
clustered = true
[facets.mood]
type = "one_of"
question = "Which mood?"
values = ["good", "bad"]
title = "The mood"
[facets.hurry]
type = "boolean"
question = "Any hurry?"
[facets.level]
type = "integer"
low = 1
high = 3
question = "How hard?"
[facets.tools]
type = "several_of"
question = "Which tools?"
values = ["search", "code"]
[facets.themes]
type = "several_of"
question = "Which themes?"
[facets.long]
type = "boolean"
sql = "turns > 4"
"""


@pytest.fixture(autouse=True)
def _no_registrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facet_functions, "_REGISTERED", {})


def config(*facets: str, inline: dict[str, Any] | None = None, **cluster: Any) -> RunConfig:
    return make_config(
        {"extract": {"facets": ["core", *facets]}, "facets": inline or {}, "cluster": cluster}
    )


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_shipped_set_is_sound_and_they_go_together() -> None:
    every = facets_of(config(*PRESETS))
    assert len(every) == sum(len(preset(name).facets) for name in PRESETS)
    for name in PRESETS:
        own = preset(name)
        assert own.about
        assert own.sources
    kinds = {q.kind for q in every}
    assert kinds == {"text", "integer", "boolean", "one_of", "several_of"}


def test_core_is_always_there_and_comes_first() -> None:
    assert facets_of(RunConfig()) == CORE
    assert facets_of(make_config({"extract": {"facets": ["work"]}}))[: len(CORE)] == CORE


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    found = {q.name: q for q in facets_of(config(written(tmp_path, GOOD)))}
    assert found["tone"].clustered
    assert found["mood"].heading == "The mood"
    assert found["hurry"].heading == "Hurry"
    assert (found["level"].low, found["level"].high) == (1, 3)
    assert found["themes"].is_open
    assert found["long"].source == "sql"
    assert trees_of(config(written(tmp_path, GOOD)), found.values()) == ("tone",)


def test_the_same_tables_stand_in_the_configuration_and_come_back_from_toml() -> None:
    inline = {"mood": {"type": "one_of", "question": "Which?", "values": ["good", "bad"]}}
    own = config(inline=inline)
    assert facets_of(own)[-1].values == ("good", "bad")
    import tomllib

    assert make_config(tomllib.loads(to_toml(own))) == own


def test_what_decides_answers_is_not_how_they_are_shown(tmp_path: Path) -> None:
    one, other = (
        facet_file(Path(written(tmp_path, GOOD.replace("The mood", title)))).facets[1]
        for title in ("The mood", "Another")
    )
    assert one != other
    assert one.what_decides() == other.what_decides()


MOOD = {"type": "one_of", "question": "Which?", "values": ["good", "bad"]}


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("Mood", {}, "small letters"),
        ("1st", {}, "small letters"),
        ("class", {}, "small letters"),
        ("m" * 41, {}, "small letters"),
        ("cluster", {}, "means something else"),
        ("mood", {"values": []}, "needs the values"),
        ("mood", {"values": ["good"]}, "1 values"),
        ("mood", {"values": [f"v{n}" for n in range(MOST_VALUES + 1)]}, "2 to 40"),
        ("mood", {"values": ["good", " "]}, "value 2 is empty"),
        ("mood", {"values": ["good", "bad; sad"]}, "semicolon"),
        ("mood", {"values": ["good", "b" * 51]}, "longer than 50"),
        ("mood", {"values": ["good", "b\u202ead"]}, "nobody sees"),
        ("mood", {"values": ["good", "Good"]}, "twice"),
        ("mood", {"low": 1}, "only integer"),
        ("mood", {"max_words": 3}, "only texts"),
        ("mood", {"clustered": True}, "only a text"),
        ("mood", {"question": " "}, "no question"),
        ("mood", {"question": "q" * 601}, "601 characters"),
        ("mood", {"title": "t" * 81}, "title"),
        ("mood", {"type": "boolean"}, "only one_of and several_of"),
        ("level", {"type": "integer", "values": []}, "low and high"),
        ("level", {"type": "integer", "values": [], "low": 3, "high": 1}, "low below high"),
        ("level", {"type": "integer", "values": [], "low": 0, "high": 100}, "too many values"),
        ("long", {"sql": "turns > 3"}, "drop its question"),
        ("long", {"sql": "turns > 3", "function": "a:b", "question": ""}, "both"),
        ("long", {"sql": "turns >", "question": ""}, "facets.long.sql"),
        ("long", {"sql": "(select 1)", "question": ""}, "not allowed"),
        ("long", {"sql": "true; drop table x", "question": ""}, "facets.long.sql"),
        ("tone", {"type": "text", "values": [], "sql": "'a'", "question": ""}, "is counted"),
        ("tone", {"type": "text", "values": [], "max_words": 81}, "1 to 80"),
    ],
)
def test_a_wrong_definition_is_refused_with_a_sentence(
    name: str, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        facets_of(config(inline={name: MOOD | changes}))
    assert "facets" in caught.value.message or "facet" in caught.value.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[facets", "not valid TOML"),
        pytest.param("a = " + "[" * 20_000, "nested too deeply", id="nested"),
        ("about = 'x'", "holds no facet"),
        ("facet = 1", "'facets'"),
        ("[facets]\nmood = 3", r"\[facets.NAME\]"),
        ("[facets.mood]\ntype = 'one_of'\nvalue = ['a']", "Did you mean 'values'"),
        ("[facets.mood]\ntype = 'list'", "'type'"),
        ("[facets.mood]\nquestion = 'x'", "'type'"),
        ("about = 3\n[facets.mood]\ntype='boolean'\nquestion='?'", "`about`"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        facets_of(config(written(tmp_path, text)))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError, match="nothing-here"):
        facets_of(config("nothing-here.toml"))


def test_a_set_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'work'"):
        facets_of(config("wrok"))


def test_two_facets_of_one_name() -> None:
    with pytest.raises(ConfigError, match="already one of the core set"):
        facets_of(config(inline={"refused": MOOD}))
    with pytest.raises(ConfigError, match="already one of the set 'work'"):
        facets_of(config("work", inline={"setting": MOOD}))
    assert facets_of(config("work", "work")) == facets_of(config("work"))


def test_too_many_questions_for_one_call() -> None:
    many = {f"mood{n}": MOOD for n in range(facet_sets.MOST_ASKED)}
    with pytest.raises(ConfigError, match="too many for one call"):
        facets_of(config(inline=many))


def test_grouping_by_what_is_no_text() -> None:
    assert trees_of(config(on=["task"]), CORE) == ("task",)
    for name, says in (("refused", "no text|not a text"), ("taks", "Did you mean 'task'")):
        with pytest.raises(ConfigError, match=says):
            facets_of(config(on=[name]))


def test_a_registered_function_is_a_facet() -> None:
    @facet("weekend", type="boolean", title="At the weekend")
    def weekend(record: FacetRecord) -> bool:
        return record.time is not None and record.time.weekday() >= 5

    found = facets_of(config("weekend"))[-1]
    assert (found.name, found.source, found.heading) == ("weekend", "function", "At the weekend")
    assert function_of(found) is weekend
    assert registered("nothing") is None
    with pytest.raises(ConfigError, match="weekend"):
        facets_of(config("weekand"))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("no_such_package:f", "cannot be imported"),
        ("json:no_such_function", "has no"),
        ("json", "package.module:name"),
        ("json:__name__", "is not a function"),
    ],
)
def test_a_function_that_is_not_there(rule: str, says: str) -> None:
    own = facets_of(config(inline={"own": {"type": "boolean", "function": rule}}))[-1]
    with pytest.raises(ConfigError, match=says):
        function_of(own)


def test_a_module_that_fails_when_imported_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_facets.py").write_text("raise ValueError('what it says')")
    monkeypatch.syspath_prepend(tmp_path)
    own = facets_of(config(inline={"own": {"type": "boolean", "function": "broken_facets:f"}}))[-1]
    with pytest.raises(ConfigError, match="fails with ValueError") as caught:
        function_of(own)
    assert "what it says" not in str(caught.value)


def test_a_changed_function_has_another_digest() -> None:
    def one(record: FacetRecord) -> bool:
        return True

    def other(record: FacetRecord) -> bool:
        return False

    digests = {facet_functions.code_digest(f) for f in (one, one, other)}
    assert len(digests) == 2


def test_a_plug_in_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plug_facets.py").write_text(
        "import anonymuse as am\n"
        "@am.facet('plugged', type='boolean')\n"
        "def plugged(record): return True\n"
        "def other(record): return True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    plug_ins = {
        "plugged": EntryPoint("plugged", "plug_facets:plugged", facet_functions.GROUP),
        "other": EntryPoint("other", "plug_facets:other", facet_functions.GROUP),
    }

    def found(group: str, name: str | None = None) -> list[EntryPoint]:
        assert group == "anonymuse.facets"
        return [p for n, p in plug_ins.items() if name in (None, n)]

    monkeypatch.setattr(facet_functions, "entry_points", found)
    assert facets_of(config("plugged"))[-1].rule == "plug_facets:plugged"
    with pytest.raises(ConfigError, match="registers no facet 'other'"):
        facets_of(config("other"))
    with pytest.raises(ConfigError, match="Did you mean 'plugged'"):
        facets_of(config("pluged"))


def test_a_record_shows_no_text() -> None:
    transcript = make_transcript(Conversation("c", (Turn("user", "secret words"),)))
    shown = repr(FacetRecord({"note": "secret"}, {"task": "secret"}, transcript))
    assert "secret" not in shown
