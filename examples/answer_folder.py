"""Answers the requests that `anonymuse run --chat folder:DIR#MODEL` has put into a folder.

    python answer_folder.py DIR http://localhost:8000/v1

Needs `pip install openai`, and no part of anonymuse: it may run on another machine. A key is read
from ANSWER_API_KEY. What is answered already is passed over, so it can be stopped and started.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from openai import APIError, APIStatusError, AsyncOpenAI

AT_ONCE = 8


async def main(folder: Path, url: str) -> None:
    """Answer every file of requests in a folder."""
    client = AsyncOpenAI(base_url=url, api_key=os.environ.get("ANSWER_API_KEY", "none"))
    found = sorted(folder.glob("requests-*.jsonl"))
    if not found:
        sys.exit(f"There are no files requests-*.jsonl in {folder}.")
    for requests in found:
        results = requests.with_name(requests.name.replace("requests", "results"))
        await answer_file(client, requests, results)


async def answer_file(client: AsyncOpenAI, requests: Path, results: Path) -> None:
    """Write the answers to a file's requests as they come, a few at once."""
    lines = results.read_bytes().splitlines(keepends=True) if results.exists() else []
    whole = [line for line in lines if line.endswith(b"\n")]  # the last one may be cut off
    results.write_bytes(b"".join(whole))
    done = {json.loads(line)["custom_id"] for line in whole}
    rows = (json.loads(line) for line in requests.open(encoding="utf-8"))
    new = [row for row in rows if row["custom_id"] not in done]
    waiting, asked = iter(new), len(new)
    with results.open("a", encoding="utf-8") as out:

        async def work() -> None:
            for row in waiting:  # shared by all workers
                out.write(json.dumps(await answer(client, row)) + "\n")
                out.flush()

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    print(f"{results}: {len(done) + asked} answers, {asked} of them new.")


async def answer(client: AsyncOpenAI, row: dict) -> dict:
    """Ask one question; what went wrong is an answer too."""
    made = {"custom_id": row["custom_id"], "response": None, "error": None}
    try:
        body = await client.post("/chat/completions", body=row["body"], cast_to=object)
        made["response"] = {"status_code": 200, "body": body}
    except APIStatusError as error:
        made["response"] = {"status_code": error.status_code, "body": error.body}
    except APIError as error:  # no answer: the question will be in a new file, to be asked again
        made["error"] = {"code": type(error).__name__}
    return made


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Usage: python answer_folder.py DIR http://localhost:8000/v1")
    os.umask(0o077)  # answers are as private as what they are about
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
