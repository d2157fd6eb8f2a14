"""Writes `golden/NAME.json` from the fetched models: python -m tests.contract.make_golden

Run it only when an embedder is meant to change; the difference is the review.
"""

import json
from pathlib import Path

from anonymuse.adapters.embed.open import open_embedder
from anonymuse.adapters.models.store import models_folder
from tests.contract.golden_texts import GOLDEN_TEXTS, NAMES, NUMBERS

FOLDER = Path(__file__).parent / "golden"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        embedder = open_embedder(name, models=models_folder())
        vectors = embedder.embed(GOLDEN_TEXTS)
        golden = {
            "id": embedder.id,
            "dimensions": embedder.dimensions,
            "first_numbers": [[round(float(v), 6) for v in row[:NUMBERS]] for row in vectors],
            "cosines": [[round(float(v), 6) for v in row] for row in vectors @ vectors.T],
        }
        text = json.dumps(golden, indent=1) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
