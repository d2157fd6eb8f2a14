"""The number of a cluster tells of no conversation, whichever comes first in the file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anonymuse import api
from tests.flow.world import a_town, config, report

PLAIN: dict[str, Any] = {"models__chat": "none", "extract__mode": "local"}


def leaf_of_the_first(out: Path) -> int:
    (labels,) = (out / "private" / "cluster").glob("*/labels.npy")
    return int(np.load(labels)[0])


def families(out: Path) -> set[tuple[str, ...]]:
    """Return the names of the base clusters of every parent."""
    leaves = [own for own in report(out)["clusters"] if own["level"] == 0]
    return {
        tuple(sorted(own["name"] for own in leaves if own["parent"] == parent))
        for parent in {own["parent"] for own in leaves}
    }


@pytest.mark.slow
def test_the_first_conversations_topic_has_a_number_that_the_key_chose(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    outs = [tmp_path / "one", tmp_path / "two"]
    for out, secret in zip(outs, ("5a", "7b"), strict=True):
        key = tmp_path / f"{out.name}.key"
        key.write_text(secret * 32)
        api.run(data, out, config(**PLAIN, privacy__key_file=str(key)))
    assert leaf_of_the_first(outs[0]) != leaf_of_the_first(outs[1])
    assert families(outs[0]) == families(outs[1]), "else the reports are the same"
