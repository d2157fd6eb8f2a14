import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from anonymuse.errors import ColumnError, ConfigError, InputError
from anonymuse.evals.known_truth import load_truth
from anonymuse.ports.language import LanguageDetector


class English:
    id = "english"

    def detect(self, text: str) -> str:
        return "English"


def never() -> LanguageDetector:
    raise AssertionError("no language has to be told here")


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(lines.encode()))
    else:
        path.write_text(lines)
    return path


def test_clinc_has_two_levels_and_no_out_of_scope_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path / "set.jsonl.gz",
        [
            {"text": "one", "intent": "balance", "domain": "banking"},
            {"text": "two", "intent": "oos", "domain": "oos"},
        ],
    )
    known = load_truth("clinc150", path=path, recorded=False, detector=never)
    assert known.texts["user"] == ("one",)
    assert known.category == ("banking",)
    assert known.subcategory == ("banking/balance",)
    assert known.language is None


def test_xsid_has_languages_and_leaves_out_the_misaligned_one(tmp_path: Path) -> None:
    rows = [{"text": "t", "intent": "i", "lang": lang} for lang in ("de", "de-ba", "ar")]
    known = load_truth(
        "xsid", path=write(tmp_path / "x.jsonl", rows), recorded=False, detector=never
    )
    assert known.languages == known.language == ("de", "ar")
    assert known.subcategory is None


def test_own_file_is_scrubbed_like_the_product_does(tmp_path: Path) -> None:
    rows = [
        {
            "id": str(i),
            "category": "mail",
            "messages": [
                {"role": "user", "content": "Write to jo@example.org"},
                {"role": "assistant", "content": "Done."},
            ],
        }
        for i in range(3)
    ]
    path = write(tmp_path / "mine.jsonl", rows)
    known = load_truth(str(path), path=None, recorded=False, detector=English)
    assert known.name == "mine.jsonl"
    assert known.category == ("mail",) * 3
    assert known.languages == ("English",) * 3
    assert "jo@example.org" not in "".join(known.texts["user"] + known.texts["whole"])
    assert "jo@example.org" not in repr(known)


@pytest.mark.parametrize(
    ("data", "path", "recorded", "error", "says"),
    [
        ("clinc150", None, False, ConfigError, "--path"),
        ("clinc150", None, True, ConfigError, "Recorded facets"),
        ("clinc15", None, False, InputError, "Did you mean 'clinc150'"),
        ("xsid", "missing.jsonl", False, InputError, "no file"),
    ],
)
def test_wrong_use_is_one_sentence(
    data: str, path: str | None, recorded: bool, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        load_truth(data, path=Path(path) if path else None, recorded=recorded, detector=never)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", [{"text": "t", "intents": "i", "lang": "de"}])
    with pytest.raises(ColumnError, match="Did you mean 'intents'"):
        load_truth("xsid", path=path, recorded=False, detector=never)
    mine = write(tmp_path / "m.jsonl", [{"messages": [{"role": "user", "content": "hi"}]}])
    with pytest.raises(ColumnError, match="category"):
        load_truth(str(mine), path=None, recorded=False, detector=English)


@pytest.mark.slow
def test_corpus_leaves_out_planted_and_safety_rows() -> None:
    known = load_truth("corpus", path=None, recorded=True, detector=English)
    assert len(known) == 1500
    assert len(set(known.category)) == 20
    assert len(set(known.subcategory or ())) == 100
    assert set(known.texts) == {"user", "whole", "request", "task"}
    assert all(len(texts) == 1500 for texts in known.texts.values())
