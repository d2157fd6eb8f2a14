"""The shipped corpus: the same every time, complete, and with the truth that it says."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from anonymuse.adapters.read.facets_file import FacetsFile
from anonymuse.adapters.read.sniff import open_reader
from anonymuse.domain.facets import CORE, REQUEST_PREFIX
from anonymuse.domain.policy import DEMO
from anonymuse.domain.private.conversation import Conversation
from anonymuse.evals.corpus.people import END, START
from anonymuse.evals.corpus.planted import planted
from anonymuse.evals.corpus.population import (
    GROWTH_PER_WEEK,
    CorpusRow,
    load,
    recorded_facets,
    write_facets,
    write_jsonl,
    write_truth,
)
from anonymuse.ports.reader import ColumnMapping


@pytest.fixture(scope="module")
def rows() -> list[CorpusRow]:
    return load()


def test_the_parts(rows: list[CorpusRow]) -> None:
    assert Counter(row.truth.part for row in rows) == {
        "regular": 1500,
        "safety": 180,
        "planted": 152,
    }
    regular = [row.truth for row in rows if row.truth.part == "regular"]
    assert len({truth.category for truth in regular}) == 20
    assert len({(truth.category, truth.subcategory) for truth in regular}) == 100
    assert len({truth.language for truth in regular}) == 15
    assert len({row.conversation.id for row in rows}) == len(rows)


def test_private_strings_stand_in_the_messages(rows: list[CorpusRow]) -> None:
    marked = 0
    for row in rows:
        said = "\n".join(turn.text for turn in row.conversation.turns if turn.role == "user")
        for text in (*row.truth.pii, *row.truth.sensitive):
            marked += 1
            assert text in said
    assert marked > 700


def test_the_same_seed_gives_the_same_population(rows: list[CorpusRow]) -> None:
    assert load(0) == rows
    other = {row.conversation.id: row for row in load(1)}
    same = {row.conversation.id: row for row in rows}
    assert other.keys() == same.keys()
    assert all(other[key].truth == same[key].truth for key in same)
    assert all(other[key].conversation.turns == same[key].conversation.turns for key in same)
    moved = sum(other[key].conversation.time != same[key].conversation.time for key in same)
    assert moved > 1_800


def test_everybody_has_a_user_an_organisation_and_a_time(rows: list[CorpusRow]) -> None:
    for row in rows:
        item = row.conversation
        assert item.user
        assert item.organisation
        assert item.time is not None
        assert START <= item.time < END
    times = [row.conversation.time for row in rows]
    assert times == sorted(times, key=str)


def test_users_are_heavy_tailed_and_write_one_language(rows: list[CorpusRow]) -> None:
    written = [row for row in rows if row.truth.planted is None]
    counts = Counter(row.conversation.user for row in written)
    assert 570 <= len(counts) <= 630
    assert 15 <= max(counts.values()) <= 40
    assert sum(count == 1 for count in counts.values()) > 150
    languages: dict[str | None, set[str]] = defaultdict(set)
    organisations: dict[str | None, set[str | None]] = defaultdict(set)
    for row in written:
        languages[row.conversation.user].add(row.truth.language)
        organisations[row.conversation.user].add(row.conversation.organisation)
    assert all(len(found) == 1 for found in languages.values())
    assert all(len(found) == 1 for found in organisations.values())
    assert len({row.conversation.organisation for row in rows}) == 40


def passes_demo(members: list[CorpusRow]) -> bool:
    counts = Counter(row.conversation.user for row in members)
    top = [count for _, count in counts.most_common(3)]
    return (
        len(counts) >= DEMO.min_units
        and len(members) >= DEMO.min_conversations
        and top[0] <= DEMO.top_unit * len(members)
        and sum(top) <= DEMO.top_three * len(members)
    )


@pytest.mark.parametrize("by", ["subcategory", "category", "language"])
def test_clusters_pass_the_demo_policy(rows: list[CorpusRow], by: str) -> None:
    groups: dict[str, list[CorpusRow]] = defaultdict(list)
    for row in rows:
        if row.truth.part == "regular":
            groups[f"{row.truth.category}/{getattr(row.truth, by)}"].append(row)
    large = [group for group in groups.values() if len(group) >= DEMO.min_conversations]
    assert sum(map(passes_demo, large)) >= 0.95 * len(large)


def test_what_is_planted(rows: list[CorpusRow]) -> None:
    kinds: dict[str, list[Conversation]] = defaultdict(list)
    for row in rows:
        if row.truth.planted is not None:
            kinds[row.truth.planted].append(row.conversation)
    assert {kind: (len(own), len({c.user for c in own})) for kind, own in kinds.items()} == {
        "growth": (24, 24),
        "burst": (22, 22),
        "campaign": (36, 36),
        "heavy user": (70, 1),
    }
    times = {kind: sorted(c.time for c in own if c.time) for kind, own in kinds.items()}
    lasted = {kind: own[-1] - own[0] for kind, own in times.items()}
    assert lasted["burst"] <= timedelta(hours=36)
    assert lasted["campaign"] <= timedelta(days=5)
    assert lasted["heavy user"] > timedelta(weeks=10)


def test_growth_grows_week_by_week(rows: list[CorpusRow]) -> None:
    weeks = Counter(
        (row.conversation.time - START).days // 7
        for row in rows
        if row.truth.planted == "growth" and row.conversation.time
    )
    assert [weeks[week] for week in range(12)] == list(GROWTH_PER_WEEK)


def test_campaign_accounts_are_new_and_the_others_are_known(rows: list[CorpusRow]) -> None:
    by_kind: dict[str | None, set[str | None]] = defaultdict(set)
    for row in rows:
        by_kind[row.truth.planted].add(row.conversation.user)
    assert not by_kind["campaign"] & (by_kind[None] | by_kind["burst"] | by_kind["growth"])
    assert not by_kind["heavy user"] & by_kind[None]
    assert by_kind["burst"] | by_kind["growth"] <= by_kind[None]


def test_campaign_texts_differ_by_a_few_words() -> None:
    texts = [item.user for item in planted() if item.kind == "campaign"]
    assert len(set(texts)) == len(texts) == 36
    english = [set(text.lower().split()) for text in texts[:24]]
    overlap = [len(a & b) / len(a | b) for a in english for b in english if a is not b]
    assert min(overlap) > 0.3
    assert sum(overlap) / len(overlap) > 0.5


def test_recorded_facets_answer_every_conversation(rows: list[CorpusRow], tmp_path: Path) -> None:
    facets = recorded_facets()
    assert facets.keys() == {row.conversation.id for row in rows}
    assert all(str(found["request"]).startswith(REQUEST_PREFIX) for found in facets.values())
    path = tmp_path / "facets.jsonl"
    assert write_facets(path) == len(rows)
    file = FacetsFile(path, CORE)
    assert dict(file.rows()) == facets
    assert file.counts == {"rows": len(rows), "kept": len(rows)}


def test_recorded_facets_of_planted_rows_agree_with_their_truth(rows: list[CorpusRow]) -> None:
    facets = recorded_facets()
    for row in rows:
        if row.truth.planted is not None:
            found = facets[row.conversation.id]
            assert found["language"] == row.truth.language
            assert (found["refused"] != "no") == row.truth.refused
            assert found["concern"] == row.truth.concern
            assert 3 <= len(str(found["task"]).split()) <= 8


def test_the_ordinary_reader_reads_it_back(rows: list[CorpusRow], tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    assert write_jsonl(path) == len(rows)
    once = path.read_bytes()
    write_jsonl(path)
    assert path.read_bytes() == once
    reader = open_reader(path, format=None, columns=ColumnMapping())
    assert reader.format == "messages"
    assert list(reader.read()) == [row.conversation for row in rows]
    assert reader.notes == {}


def test_the_invented_classifier_can_be_a_column(rows: list[CorpusRow], tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    write_jsonl(path, flagged=True)
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["flagged"] for row in told] == [row.truth.flagged for row in rows]
    assert "category" not in told[0]


def test_the_truth_is_written_apart(rows: list[CorpusRow], tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    assert write_truth(path) == len(rows)
    first = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    assert first["id"] == rows[0].conversation.id
    assert first["category"] == rows[0].truth.category
    assert "messages" not in first


def test_repr_shows_no_text(rows: list[CorpusRow]) -> None:
    row = next(row for row in rows if row.truth.pii)
    assert row.truth.pii[0] not in repr(row)
    assert planted()[0].user not in repr(planted()[0])
