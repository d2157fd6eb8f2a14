"""Public labelled sets. They are not shipped: users bring the file themselves."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anonymuse.adapters.language.names import ENGLISH_NAMES
from anonymuse.domain.private.conversation import Conversation, Scalar, Turn
from anonymuse.domain.private.transcript import VIEWS
from anonymuse.errors import ColumnError, InputError
from anonymuse.evals.truth.known import BUDGET_TOKENS, KnownTruth
from anonymuse.stages.scrub import make_transcript

Row = Mapping[str, Any]

HARMS = {
    "S": "sexual", "H": "hate", "V": "violence", "HR": "harassment", "SH": "self-harm",
    "S3": "sexual", "H2": "hate", "V2": "violence",
}  # fmt: skip
"""Labels of the moderation set, the last three for worse; a row has only those it was asked for."""
CODES = {
    "arb": "ar", "ben": "bn", "de-st": "de", "deu": "de", "eng": "en", "fra": "fr", "gsw": "de",
    "hin": "hi", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "nap": "it", "pol": "pl",
    "por": "pt", "rus": "ru", "spa": "es", "swh": "sw", "tha": "th", "tur": "tr", "ukr": "uk",
    "vie": "vi", "zho": "zh",
}  # fmt: skip
"""Codes of the sets under the detector's; written dialects count for their language."""


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Where a public set keeps what.

    Attributes:
        about: what it is, with its source.
        category: column of the upper truth.
        subcategory: of the lower truth.
        language: of the language.
        same: of what is shared by rows that say the same in different languages.
        leave_out: values by column that are no part of the truth.
        text: column of the request.
        reply: of the assistant's answer.
        facets: what is true of a row, by facet.
        asked: further columns that the facets need.
        any_of: columns of which each row has one at least.
        made: what takes the place of a column that the file has not got.
        sentences: rows are bare sentences, taken as they are; else what people asked an assistant,
            scrubbed and shortened as a run would.
    """

    about: str
    category: str
    subcategory: str | None = None
    language: str | None = None
    same: str | None = None
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = "text"
    reply: str | None = None
    facets: Mapping[str, Callable[[Row], Scalar]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    made: Mapping[str, Callable[[Row], str]] = field(default_factory=dict)
    sentences: bool = False

    def missing(self, row: Row) -> str | None:
        """Return a column that a row has to have and has not; None where it has them all."""
        own = (self.text, self.reply, self.category, self.subcategory, self.language, self.same)
        needed = [column for column in (*own, *self.leave_out, *self.asked) if column]
        lacks = [column for column in needed if column not in row and column not in self.made]
        if self.any_of and not any(column in row for column in self.any_of):
            lacks.append(self.any_of[0])
        return lacks[0] if lacks else None


def _language(row: Row) -> Scalar:
    code = str(row["lang"]).partition("_")[0]
    return ENGLISH_NAMES.get(CODES.get(code, code))


def _refused(row: Row) -> Scalar:
    return "no" if row["final_label"] == "1_full_compliance" else "yes"


def _concern(row: Row) -> Scalar:
    """Return 1 where a harm is labelled, 0 where all are labelled as absent, else None."""
    if any(row.get(harm) for harm in HARMS):
        return 1
    return 0 if all(row.get(harm) is not None for harm in HARMS) else None


def _harm(row: Row) -> str:
    return next((name for harm, name in HARMS.items() if row.get(harm)), "no harm")


PUBLIC_SETS = {
    "clinc150": PublicSet(
        "CLINC150 (Larson 2019): 10 domains x 15 intents, English",
        "domain",
        subcategory="intent",
        leave_out={"domain": ("oos",)},
        sentences=True,
    ),
    "xsid": PublicSet(
        "xSID (van der Goot 2021): requests in 17 languages, 15 intents; de-ba is misaligned",
        "intent",
        language="lang",
        same="idx",
        facets={"language": _language},
        leave_out={"lang": ("de-ba",)},
        sentences=True,
    ),
    "sib200": PublicSet(
        "SIB-200 (Adelani 2024): sentences in 20 languages, 7 topics",
        "category",
        language="lang",
        same="index_id",
        facets={"language": _language},
        sentences=True,
    ),
    "xstest": PublicSet(
        "XSTest (Röttger 2024): GPT-4's answers to 450 prompts, refusals labelled by people",
        "type",
        text="prompt",
        reply="completion",
        facets={"refused": _refused},
        asked=("final_label",),
    ),
    "moderation": PublicSet(
        "OpenAI's moderation set (Markov 2023): 1,680 prompts, eight labels of harm",
        "harm",
        text="prompt",
        facets={"concern": _concern},
        any_of=tuple(HARMS),
        made={"harm": _harm},
    ),
    "arena": PublicSet(
        "Arena-Hard v2 (Li 2025): 750 hard prompts",
        "category",
        subcategory="subcategory",
        text="prompt",
    ),
    "urs": PublicSet(
        "User Reported Scenarios (Wang 2024), English: 1,014 requests with 7 intents",
        "user_intent",
        text="question",
        reply="reference_ans",
    ),
}


def public_truth(name: str, path: Path) -> KnownTruth:
    """Read a public set.

    Raises:
        InputError: the file is not there or is not JSON lines.
        ColumnError: it lacks a column.
    """
    about = PUBLIC_SETS[name]
    rows = [row for row in _lines(path, about) if _in_scope(row, about.leave_out)]
    if not rows:
        raise InputError(f"{path} holds no row of {name}. Name the file of that set.")
    languages = _column(rows, about.language)
    lower = _column(rows, about.subcategory)
    category = tuple(str(row[about.category]) for row in rows)
    transcripts = tuple(make_transcript(_talk(row, about), budget_tokens=BUDGET_TOKENS)
                        for row in rows)  # fmt: skip
    texts = {view: tuple(one.view(view) for one in transcripts) for view in VIEWS}
    if about.sentences:
        texts = {"user": tuple(str(row[about.text]) for row in rows)}
    return KnownTruth(
        name=name,
        texts=texts,
        languages=languages,
        category=category,
        subcategory=lower and tuple(f"{a}/{b}" for a, b in zip(category, lower, strict=True)),
        language=languages,
        truth={facet: tuple(map(true_of, rows)) for facet, true_of in about.facets.items()},
        transcripts=transcripts,
        same=_column(rows, about.same),
    )


def _talk(row: Row, about: PublicSet) -> Conversation:
    turns = [Turn("user", str(row[about.text]))]
    if about.reply is not None:
        turns.append(Turn("assistant", str(row[about.reply])))
    return Conversation("row", tuple(turns))


def _column(rows: Sequence[Mapping[str, Any]], name: str | None) -> tuple[str, ...] | None:
    return None if name is None else tuple(str(row[name]) for row in rows)


def _in_scope(row: Mapping[str, Any], leave_out: Mapping[str, tuple[str, ...]]) -> bool:
    return not any(str(row[column]) in values for column, values in leave_out.items())


def _lines(path: Path, about: PublicSet) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = dict(json.loads(line))
                if (column := about.missing(row)) is not None:
                    raise ColumnError.missing(column, row, setting=f"--set: {about.about}")
                yield row | {name: made(row) for name, made in about.made.items()}
    except FileNotFoundError:
        raise InputError(f"There is no file {path}. Name the file of the public set.") from None
    except (OSError, EOFError, ValueError, TypeError, zlib.error):
        raise InputError(
            f"{path} cannot be read as a public set: JSON objects in UTF-8, one a line, packed by "
            f"gzip where the name ends in .gz."
        ) from None
