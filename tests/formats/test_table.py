"""The table of formats: rows in, conversations out, dropped by reason, for every sample."""

from collections import Counter
from pathlib import Path

import pytest

from anonymuse.adapters.read.not_read import FORMAT as NOT_READ
from anonymuse.adapters.read.sniff import open_readers
from anonymuse.domain.private.conversation import Conversation, Dropped
from tests.formats import SAMPLES
from tests.formats.sample import NEVER, Sample


def test_the_samples_have_names_of_their_own() -> None:
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_rows_in_conversations_out(sample: Sample, tmp_path: Path) -> None:
    readers = open_readers(sample.write(tmp_path))
    items = [item for reader in readers for item in reader.read()]
    notes: Counter[str] = Counter()
    for reader in readers:
        notes.update(reader.notes)
        assert reader.format in (sample.format, NOT_READ)
        assert reader.why.endswith(".")
        assert NEVER not in reader.why
    kept = [item for item in items if isinstance(item, Conversation)]
    drops = [item for item in items if isinstance(item, Dropped)]
    assert len(kept) == sample.kept
    assert Counter(drop.reason for drop in drops) == sample.dropped
    assert dict(notes) == sample.notes
    assert len(items) <= sample.rows
    assert len({item.id for item in kept}) == len(kept)
    for item in kept:
        shown = [item.id, item.user, item.metadata, [turn.text for turn in item.turns]]
        assert NEVER not in str(shown)
    assert not [drop for drop in drops if NEVER in drop.reason]
    assert [item for reader in readers for item in reader.read()] == items
