"""Measures refusal phrases again and writes the table into their page.

Usage: python docs/measure_text.py PUBLIC CORPUS
PUBLIC holds the downloaded public sets, CORPUS the known-truth files; neither is printed.
"""

import re
import sys
from pathlib import Path

from anonymuse.evals import refusals

HERE = Path(__file__).parent


def write(page: str, table: str) -> None:
    path = HERE / page
    text = path.read_text(encoding="utf-8")
    pattern = r"(<!-- measured:begin -->\n).*(<!-- measured:end -->)"
    new = re.sub(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL)
    path.write_text(new, encoding="utf-8")
    print(f"{path.name}: {'unchanged' if new == text else 'written'}")


def main(public: Path, corpus: Path) -> None:
    found = [
        *refusals.score_xstest(public / "xstest_gpt4_completions_human_labels.jsonl.gz"),
        refusals.score_corpus(corpus / "regular.jsonl", name="known-truth corpus, regular"),
        refusals.score_corpus(corpus / "safety.jsonl", name="known-truth corpus, safety"),
    ]
    write("refusals.md", refusals.table(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
