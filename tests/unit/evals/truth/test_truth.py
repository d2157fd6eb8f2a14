import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.errors import ColumnError, InputError
from anonymuse.evals.truth.own_file import own_truth
from anonymuse.evals.truth.public import HARMS, PUBLIC_SETS, public_truth
from anonymuse.evals.truth.shipped import corpus_truth


class English:
    id = "english"

    def detect(self, text: str) -> str:
        return "English"


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(lines.encode()))
    else:
        path.write_text(lines)
    return path


def conversation(number: int, **columns: str) -> Conversation:
    turns = (Turn("user", "Write to jo@example.org"), Turn("assistant", "Done."))
    return Conversation(id=str(number), turns=turns, user=f"u{number % 2}", metadata=columns)


def test_clinc_has_two_levels_and_no_out_of_scope_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path / "set.jsonl.gz",
        [
            {"text": "one", "intent": "balance", "domain": "banking"},
            {"text": "two", "intent": "oos", "domain": "oos"},
        ],
    )
    known = public_truth("clinc150", path)
    assert known.texts["user"] == ("one",)
    assert known.category == ("banking",)
    assert known.subcategory == ("banking/balance",)
    assert known.language is None


def test_xsid_has_languages_and_leaves_out_the_misaligned_one(tmp_path: Path) -> None:
    rows = [{"text": "t", "intent": "i", "lang": lang, "idx": 7} for lang in ("de", "de-ba", "ar")]
    known = public_truth("xsid", write(tmp_path / "x.jsonl", rows))
    assert known.languages == known.language == ("de", "ar")
    assert known.subcategory is None
    assert known.same == ("7", "7")


def test_xstest_is_conversations_with_who_was_refused(tmp_path: Path) -> None:
    rows = [
        {"prompt": "p", "completion": "Write to jo@example.org", "type": "t", "final_label": label}
        for label in ("1_full_compliance", "2_full_refusal", "3_partial_refusal")
    ]
    known = public_truth("xstest", write(tmp_path / "x.jsonl", rows))
    assert known.truth == {"refused": ("no", "yes", "yes")}
    assert known.transcripts is not None
    assert "jo@example.org" not in known.transcripts[0].assistant_text
    assert set(known.texts) == {"user", "whole", "replies"}


def test_moderation_labels_become_concern(tmp_path: Path) -> None:
    labels = dict.fromkeys(HARMS, 0)
    asked = [labels, {**labels, "V2": 1}, {"HR": 0, "SH": 0}, {"S": 0, "SH": 1}]
    rows = [{"prompt": "p", **own} for own in asked]
    known = public_truth("moderation", write(tmp_path / "x.jsonl", rows))
    assert known.truth == {"concern": (0, 1, None, 1)}  # what nobody was asked is not known
    assert known.category == ("no harm", "violence", "no harm", "self-harm")
    with pytest.raises(ColumnError, match="'S'"):
        public_truth("moderation", write(tmp_path / "x.jsonl", [{"prompt": "p"}]))


def test_prompts_are_seen_as_a_run_would_and_bare_sentences_as_they_are(tmp_path: Path) -> None:
    said = "mail jo@example.org " + "and so on " * 200
    row = {"prompt": said, "text": said, "category": "c", "subcategory": "s", "domain": "d",
           "intent": "i"}  # fmt: skip
    path = write(tmp_path / "x.jsonl", [row])
    known = public_truth("arena", path)
    assert len(known.texts["user"][0]) <= 400
    assert len(known.texts["whole"][0]) <= 800
    assert "jo@example.org" not in known.texts["whole"][0]
    assert public_truth("clinc150", path).texts == {"user": (said,)}


@pytest.mark.parametrize("name", sorted(PUBLIC_SETS))
def test_every_set_names_what_lacks_in_a_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match=PUBLIC_SETS[name].text):
        public_truth(name, write(tmp_path / "x.jsonl", [{"other": 1}]))


def test_languages_of_sets_have_the_detector_s_names(tmp_path: Path) -> None:
    codes = ("arb_Arab", "zho_Hans", "swh_Latn")
    rows = [{"text": "t", "category": "c", "lang": code, "index_id": 1} for code in codes]
    known = public_truth("sib200", write(tmp_path / "x.jsonl", rows))
    assert known.truth == {"language": ("Arabic", "Mandarin Chinese", "Swahili")}


def test_missing_files_and_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", [{"text": "t", "intents": "i", "lang": "de", "idx": 1}])
    with pytest.raises(ColumnError, match="Did you mean 'intents'"):
        public_truth("xsid", path)
    with pytest.raises(InputError, match="no file"):
        public_truth("xsid", tmp_path / "missing.jsonl")
    (tmp_path / "broken.jsonl").write_text('{"text": "secret words"')
    with pytest.raises(InputError, match="one a line") as caught:
        public_truth("xsid", tmp_path / "broken.jsonl")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "written",
    [b"", b"\xff\xfe\x80", b"5\n", b"null\n", gzip.compress(b'{"text": "secret"}\n')[:20]],
)
@pytest.mark.parametrize("name", ["set.jsonl", "set.jsonl.gz"])
def test_what_is_no_public_set_is_refused_in_one_sentence(
    name: str, written: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(written)
    with pytest.raises(InputError) as caught:
        public_truth("clinc150", tmp_path / name)
    assert name in str(caught.value)
    assert "secret" not in str(caught.value)


def test_own_conversations_are_scrubbed_like_the_product_does() -> None:
    rows = [conversation(i, topic="mail", part=f"p{i}", refused="no") for i in range(3)]
    known, ids = own_truth(
        "mine.jsonl",
        rows,
        English(),
        category="topic",
        subcategory="part",
        language=None,
        facets=("refused", "concern"),
    )
    assert ids == ("0", "1", "2")
    assert known.category == ("mail",) * 3
    assert known.subcategory == ("mail/p0", "mail/p1", "mail/p2")
    assert known.languages == known.language == ("English",) * 3
    assert known.units == ("u0", "u1", "u0")
    assert known.truth == {"refused": ("no",) * 3}
    assert "jo@example.org" not in "".join(known.texts["user"] + known.texts["whole"])
    assert "jo@example.org" not in repr(known)


def test_rows_without_a_category_are_left_out_and_none_at_all_is_refused() -> None:
    rows = [conversation(0, topic="mail"), conversation(1, topic="")]
    known, ids = own_truth("m", rows, English(), category="topic", subcategory=None, language=None)
    assert (len(known), ids) == (1, ("0",))
    with pytest.raises(InputError, match="empty in every row"):
        own_truth("m", rows[1:], English(), category="topic", subcategory=None, language=None)
    with pytest.raises(InputError, match="no conversation"):
        own_truth("m", [], English(), category="topic", subcategory=None, language=None)


@pytest.mark.parametrize("wrong", ["category", "subcategory", "language"])
def test_missing_columns_of_an_own_file_are_named(wrong: str) -> None:
    named: dict[str, Any] = {"category": "topic", "subcategory": None, "language": None}
    named[wrong] = "topics"
    with pytest.raises(ColumnError, match="topics"):
        own_truth("m", [conversation(0, topic="mail")], English(), **named)


def test_answers_become_views_and_unanswered_rows_leave() -> None:
    rows = [conversation(i, topic="mail") for i in range(3)]
    known, _ = own_truth("m", rows, English(), category="topic", subcategory=None, language=None)
    answered = {0: {"request": "write a mail", "task": None, "language": "German"}, 2: {}}
    found = known.with_answers(answered)
    assert len(found) == 1
    assert found.texts["request"] == (f"{REQUEST_PREFIX}write a mail",)
    assert found.texts["task"] == ("write a mail",)
    assert found.languages == ("German",)
    assert found.answers == (answered[0],)
    assert found.transcripts is not None
    assert len(found.transcripts) == len(found.units or ()) == 1


@pytest.mark.slow
def test_corpus_leaves_out_planted_rows_and_where_asked_the_safety_part() -> None:
    known = corpus_truth(English(), recorded=True)
    assert len(known) == 1500
    assert len(set(known.category)) == 20
    assert len(set(known.subcategory or ())) == 100
    assert set(known.texts) == {"user", "whole", "replies", "request", "task"}
    assert all(len(texts) == 1500 for texts in known.texts.values())
    assert len(corpus_truth(English(), recorded=False, part="all")) == 1680
