"""What a diagnosis counts, and that it holds no text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.private.conversation import Conversation, Dropped, Role, Turn
from anonymuse.pipeline.doctor import LANGUAGE_SAMPLE, examine
from anonymuse.pipeline.tally import HolderTally, Percentiles, Reservoir, Spread


@dataclass
class Fixed:
    """A reader of items that are there already."""

    items: list[Conversation | Dropped]
    name: str = "made.jsonl"
    format: str = "made"
    why: str = "Made here."
    notes: Mapping[str, int] = field(default_factory=dict)

    def read(self) -> Iterator[Conversation | Dropped]:
        yield from self.items


class FirstWord:
    """Takes the first word for the language."""

    id = "first word"

    def detect(self, text: str) -> str:
        return text.split()[0]


def talk(
    number: int, *texts: str, user: str | None = None, **metadata: str | float
) -> Conversation:
    roles: tuple[Role, ...] = ("user", "assistant")
    turns = tuple(Turn(roles[n % 2], text) for n, text in enumerate(texts))
    time = datetime(2024, 1, 1 + number % 28, tzinfo=UTC)
    return Conversation(f"c{number}", turns, user, None, time, metadata)


def test_counts() -> None:
    items: list[Conversation | Dropped] = [
        talk(0, "English hello", "hi", user="a", model="m", cost=1.5),
        talk(1, "english  HELLO", "Hi", user="a", model="m"),
        talk(2, "German hallo", user="b", model="n", cost=2),
        Conversation("c2", (Turn("user", "English again"),)),
        *(Dropped("broken JSON", f"line {n}") for n in range(7)),
        Dropped("no messages", "line 9"),
    ]
    seen = examine([Fixed(items, notes={"odd times": 2}), Fixed([])], detector=FirstWord())
    first, second = seen.files
    assert (first.records, first.kept, first.dropped, first.notes) == (12, 4, 8, {"odd times": 2})
    assert (second.records, seen.records, seen.kept) == (0, 12, 4)
    assert [(drop.reason, drop.count) for drop in seen.drops] == [
        ("broken JSON", 7),
        ("no messages", 1),
    ]
    assert seen.drops[0].places == tuple(f"made.jsonl: line {n}" for n in range(5))
    assert seen.roles == {"user": 4, "assistant": 2}
    assert seen.turns == Spread(1, 2, 2, 2)
    assert seen.languages == {"English": 2, "english": 1, "German": 1}
    assert seen.language_sample == 4
    assert seen.duplicate_share == 0.25
    assert seen.repeated_ids == 1
    assert (seen.users.distinct, seen.users.without, seen.users.largest_share) == (2, 1, 2 / 3)
    assert seen.organisations.distinct == 0
    assert (seen.first, seen.last) == (
        datetime(2024, 1, 1, tzinfo=UTC),
        datetime(2024, 1, 3, tzinfo=UTC),
    )
    assert seen.without_time == 1
    assert [(c.name, c.kind, c.filled) for c in seen.columns] == [
        ("model", "text", 0.75),
        ("cost", "mixed", 0.5),
    ]


def test_nothing_to_count() -> None:
    seen = examine([Fixed([Dropped("broken JSON", "line 1")])], detector=FirstWord())
    assert (seen.kept, seen.duplicate_share, seen.turns) == (0, 0.0, Spread())
    assert seen.languages == {}


def test_languages_are_looked_at_in_a_sample_that_depends_on_the_seed_only() -> None:
    items: list[Conversation | Dropped] = [talk(n, f"L{n % 90} text") for n in range(3_000)]
    once, again, other = (
        examine([Fixed(items)], detector=FirstWord(), seed=seed) for seed in (1, 1, 2)
    )
    assert once.language_sample == sum(once.languages.values()) == LANGUAGE_SAMPLE
    assert once == again
    assert once.languages != other.languages


def test_a_diagnosis_holds_no_text_and_no_identifier() -> None:
    canary = "Zanzibaria"
    item = Conversation(
        f"id {canary}",
        (Turn("user", canary), Turn("assistant", f"yes {canary}")),
        user=f"u {canary}",
        organisation=f"o {canary}",
        metadata={"model": canary, f"{canary}@example.org": canary},
    )

    class English:
        id = "english"

        def detect(self, text: str) -> str:
            return "English"

    seen = examine([Fixed([item])], detector=English())
    assert canary not in json.dumps(asdict(seen), default=str)
    assert canary not in repr(seen)
    assert seen.unnamed_columns == 1


def test_more_columns_than_can_be_shown_are_counted() -> None:
    items: list[Conversation | Dropped] = [talk(n, "x", **{f"c{n}": "y"}) for n in range(130)]
    seen = examine([Fixed(items)])
    assert (len(seen.columns), seen.unnamed_columns) == (100, 30)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=200))
def test_percentiles_are_within_one_percent(values: list[int]) -> None:
    collected = Percentiles()
    for value in values:
        collected.add(value)
    spread = collected.spread()
    ordered = sorted(values)
    for share, found in ((0.5, spread.p50), (0.9, spread.p90), (0.99, spread.p99)):
        exact = ordered[-int(-len(values) * share // 1) - 1]
        assert abs(found - exact) <= max(0.011 * exact, 0 if exact < 1_000 else 1)
    assert spread.largest == ordered[-1]


def test_every_item_is_as_likely_to_be_drawn() -> None:
    counts = [0] * 20
    for seed in range(600):
        drawn: Reservoir[int] = Reservoir(5, seed)
        for item in range(20):
            if (place := drawn.place()) is not None:
                drawn.put(place, item)
        assert len(drawn.kept) == 5
        for item in drawn.kept:
            counts[item] += 1
    assert sum(counts) == 3_000
    assert all(100 < count < 200 for count in counts)


def test_holders_over_the_bound() -> None:
    tally = HolderTally()
    for number in range(60):
        tally.add("busy")
        tally.add(f"other {number}")
    tally.add(None)
    holders = tally.holders()
    assert (holders.distinct, holders.without, holders.over_50) == (61, 1, 1)
    assert holders.largest_share == 0.5
