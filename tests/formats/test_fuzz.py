"""Whatever is done to a sample, reading it gives conversations, drops, or our own errors."""

import os
import tempfile
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.read.sniff import open_readers
from anonymuse.domain.ids import canonical_json
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.errors import UserError
from tests.formats import SAMPLES
from tests.formats.mutate import changed_bytes, changed_values, files_of, has_values

MANY = int(os.environ.get("FUZZ_EXAMPLES", "40"))
numbers = st.sampled_from(range(len(SAMPLES)))


@cache
def original(number: int) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        return files_of(SAMPLES[number].write(Path(folder)))


def check(files: dict[str, bytes], called: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        try:
            for reader in open_readers(Path(folder), format=called):
                for item in reader.read():
                    valid(item)
                canonical_json(dict(reader.notes))
        except UserError:
            pass


def valid(item: object) -> None:
    assert isinstance(item, Conversation | Dropped)
    if isinstance(item, Conversation):
        canonical_json([item.id, item.user, item.organisation, dict(item.metadata)])
        assert any(turn.role == "user" for turn in item.turns)
        for turn in item.turns:
            assert turn.text.strip()
            turn.text.encode()


@settings(max_examples=MANY, deadline=None)
@given(numbers, st.booleans(), st.data())
def test_changed_bytes(number: int, named: bool, draw: st.DataObject) -> None:
    files = original(number)
    name = draw.draw(st.sampled_from(sorted(files)))
    changed = draw.draw(changed_bytes(files[name]))
    check({**files, name: changed}, SAMPLES[number].format if named else None)


@settings(max_examples=MANY, deadline=None)
@given(numbers, st.booleans(), st.data())
def test_changed_values(number: int, named: bool, draw: st.DataObject) -> None:
    files = original(number)
    names = [name for name in sorted(files) if has_values(name, files[name])]
    if names:
        name = draw.draw(st.sampled_from(names))
        changed = draw.draw(changed_values(name, files[name]))
        check({**files, name: changed}, SAMPLES[number].format if named else None)
