"""Canaries in a classifier's column, and in what is written for authors of test prompts."""

import json
from pathlib import Path

import pytest

from anonymuse import api
from anonymuse.api.prompt_brief import prompt_brief
from anonymuse.errors import ConfigError
from tests.flow.world import a_town, bundle, config
from tests.privacy.test_canaries import CANARIES, leaks, planted


def test_no_canary_is_in_what_authors_of_prompts_are_given(tmp_path: Path) -> None:
    rows = [row | {"flagged": n % 3 == 0} for n, row in enumerate(planted())]
    changes = {"models__chat": "gullible", "extract__mode": "local"}
    found = api.run(
        a_town(tmp_path, rows),
        tmp_path / "out",
        config(input__flag_columns=["flagged"], **changes),
    )
    clusters = [cluster.id for cluster in found.report.clusters]
    brief = prompt_brief(found.report, clusters, prompts=12)
    assert len(brief.topics) == len(clusters)
    assert leaks(brief.as_markdown().encode()) == []
    assert leaks(json.dumps(brief.as_dict()).encode()) == []
    for name, data in bundle(tmp_path / "out").items():
        assert leaks(data) == [], name


def test_a_column_of_texts_is_refused_without_a_word_of_it(tmp_path: Path) -> None:
    rows = planted()
    with pytest.raises(ConfigError) as caught:
        api.run(a_town(tmp_path, rows), tmp_path / "out", config(input__flag_columns=["note"]))
    assert leaks(str(caught.value).encode()) == []
    assert leaks((tmp_path / "out" / "private" / "events.jsonl").read_bytes()) == []
    assert CANARIES[0] in json.dumps(rows)
