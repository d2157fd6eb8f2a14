"""Two known topics, 48 people each, with recorded facets: for tests of naming."""

from __future__ import annotations

import json
from pathlib import Path

from anonymuse.domain.facets import REQUEST_PREFIX
from tests.flow.world import a_town

PLANTS = ("tomato", "basil", "bean", "pepper", "cucumber", "salad", "carrot", "onion")
CODE = ("loop", "test", "type", "class", "import", "list", "string", "lambda")
WAYS = ("on a balcony", "in a pot", "in the shade", "on a roof", "in a greenhouse", "by a wall")


def world(folder: Path, said: dict[int, str]) -> tuple[Path, Path]:
    """Write 96 people, half of whom grow plants, and their facets; ``said`` changes some."""
    rows, facets = [], []
    for number in range(96):
        garden = number % 2 == 0
        thing = (PLANTS if garden else CODE)[number // 2 % 8]
        way = WAYS[number // 16]
        request = (
            f"explain how to water {thing} plants {way}"
            if garden
            else f"fix a Python {thing} error found {way.split()[-1]}"
        )
        request = said.get(number, request)
        rows.append(
            {
                "id": f"c{number:03}",
                "user": f"u{number}",
                "timestamp": "2026-03-02T00:00:00Z",
                "messages": [
                    {
                        "role": "user",
                        "content": f"{'water' if garden else 'Python'} {thing} {number}",
                    },
                    {"role": "assistant", "content": "Certainly."},
                ],
            }
        )
        facets.append(
            {
                "id": f"c{number:03}",
                "request": f"{REQUEST_PREFIX}{request}.",
                "task": " ".join(request.split()[:5]),
                "language": "English",
                "refused": "no",
                "concern": 1,
            }
        )
    data = a_town(folder, rows)
    path = folder / "facets.jsonl"
    path.write_text("\n".join(map(json.dumps, facets)))
    return data, path
