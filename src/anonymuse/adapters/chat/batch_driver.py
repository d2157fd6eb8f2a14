"""Brings batches on their way and their answers home, so that a kill costs nothing.

1. the request file is written and renamed          kill: the file is deleted, nothing was sent
2. its questions are committed as out: ``ready``    kill: it is sent at the next run
3. ``sending`` is committed, then it is sent        kill: it is looked for at the provider
4. the id is committed: ``out``                     kill: it is polled at the next run
5. answers go into the response cache one by one    kill: they are read again, which is harmless
6. the batch is finished; what brought no answer may be asked again
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from anonymuse.adapters.chat.batch_files import (
    BYTES_PER_TOKEN,
    UNFINISHED,
    explained,
    write_requests,
)
from anonymuse.adapters.chat.batch_intake import MISSING, Arrivals, BatchIntake, OnAnswer
from anonymuse.adapters.chat.batch_sealed import plain
from anonymuse.adapters.chat.batch_store import Asked, Batch, BatchStore
from anonymuse.adapters.chat.batch_transport import (
    BatchStatus,
    BatchTransport,
    Lost,
    TransportError,
)
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.errors import ModelUnavailableError, OutputError
from anonymuse.ports.chat import ChatRequest
from anonymuse.ports.vault import Vault

UNCLEAR: Final = "it is not known yet whether the last batch was taken"
FULL: Final = "the account takes no more questions until others are answered"
DEAR: Final = "another batch might pass the limit on money; it waits for what the others cost"
FULL_SECONDS: Final = 600.0
"""how long nothing is sent to an account that is full, unless a batch ends before"""

Allow = Callable[[int, int, bool], bool]
"""asked whether batches may be out together, given the most tokens that they take in and give;
the last says whether some are out already, so that there will be more to spend later"""


class BatchDriver:
    """The batches of one model in one run folder.

    Args:
        model: id of the model, part of every key.
        transport: carries them.
        store: remembers what is out.
        cache: takes the answers.
        folder: for request files, private.
        on_answer: told of every new answer.
        allow: asked before a batch is sent; raises where it will never be allowed.
        vault: seals request files.
        now: seconds since 1970.
    """

    def __init__(
        self,
        model: str,
        transport: BatchTransport,
        store: BatchStore,
        cache: ResponseCache,
        folder: Path,
        *,
        on_answer: OnAnswer,
        allow: Allow | None = None,
        vault: Vault | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._model = model
        self._transport = transport
        self._store = store
        self._folder = folder
        self._intake = BatchIntake(transport, store, cache, on_answer)
        self._allow = allow
        self._vault = vault
        self._now = now
        self._tidied = False
        self._full_until = 0.0

    @property
    def out(self) -> list[Batch]:
        """The batches that are not done with, oldest first."""
        return self._store.batches(self._model)

    def where(self, batch: Batch) -> str:
        """Return what a person needs to find a batch."""
        return self._transport.where(batch)

    @property
    def what_to_do(self) -> str:
        """What the user does while answers are to come."""
        return self._transport.what_to_do

    def seal(self, questions: Iterable[tuple[Asked, ChatRequest]]) -> None:
        """Write questions into request files and commit them as out."""
        asked: list[Asked] = []
        answers: list[int] = []

        def lines() -> Iterator[bytes]:
            for question, request in questions:
                asked.append(question)
                answers.append(request.max_tokens)
                yield self._transport.line(question.custom_id, request)

        limits, paths = self._transport.limits, self._paths()
        for path, part in write_requests(lines(), limits, paths, self._vault):
            span = slice(part.first, part.first + part.questions)
            own, most = asked[span], sum(answers[span])
            batch = Batch(path.stem, "ready", "", len(own), part.tokens, most, self._now())
            self._store.seal(batch, self._model, own)

    async def look(self) -> Arrivals:
        """Find what may have been sent, send what may go, take in what has come.

        Raises:
            ModelUnavailableError: the provider refuses us or a batch.
            OutputError: an answer could not be stored.
        """
        self._tidy()
        seen = Arrivals()
        await self._find_lost(seen)
        await self._send(seen)
        for batch in self.out:
            if batch.state == "out":
                await self._poll(batch, seen)
        return seen

    async def close(self) -> None:
        """Close the transport; store and cache belong to whoever opened them."""
        await self._transport.close()

    def _tidy(self) -> None:
        """Delete request files that a killed process had not committed, or had finished with."""
        if self._tidied or not self._folder.is_dir():
            return
        known = self._store.names()
        with explained(self._folder):
            for path in self._folder.glob("*.jsonl*"):
                if path.name.partition(".")[0] not in known or path.name.endswith(UNFINISHED):
                    path.unlink(missing_ok=True)
        self._tidied = True

    def _paths(self) -> Iterator[Path]:
        while True:
            yield self._folder / f"anonymuse-{secrets.token_hex(8)}.jsonl"

    def _file(self, batch: Batch) -> Path:
        return self._folder / f"{batch.name}.jsonl"

    async def _find_lost(self, seen: Arrivals) -> None:
        """Learn what became of a batch that was about to be sent when we were cut off."""
        batches = self.out
        known = {batch.id for batch in batches if batch.id}
        for batch in batches:
            if batch.state != "sending":
                continue
            ids = {self._custom_id(key) for key in self._store.keys_out(batch.name)}
            try:
                with plain(self._file(batch), self._vault) as file:
                    found = await self._transport.find(Lost(batch, file, known, ids))
            except TransportError as error:
                self._trouble(error, seen)
                continue
            if found is not None:
                known.add(found)
                self._store.move(batch.name, "out", self._now(), found)
            elif self._now() - batch.changed >= self._transport.unclear_seconds:
                self._store.move(batch.name, "ready", self._now())
            else:
                seen.trouble = UNCLEAR

    def _custom_id(self, key: str) -> str:
        asked = self._store.find(key)
        return key if asked is None else asked.custom_id

    async def _send(self, seen: Arrivals) -> None:
        """Send what is ready, as far as the limit on queued tokens allows."""
        batches = self.out
        if any(batch.state == "sending" for batch in batches):
            return  # one doubtful batch at a time
        if self._now() < self._full_until and any(batch.state == "ready" for batch in batches):
            seen.trouble = FULL
            return
        most = self._transport.limits.tokens
        queued = sum(batch.tokens for batch in batches if batch.state == "out")
        for batch in batches:
            if batch.state != "ready":
                continue
            if not self._file(batch).is_file():  # somebody deleted it: nothing was sent
                seen.moved.update(self._store.keys_out(batch.name))
                self._store.finish(batch.name, MISSING)
                continue
            if most is not None and queued and queued + batch.tokens > most:
                return
            if not self._affordable(batch):
                seen.trouble = DEAR
                return
            if not await self._submit(batch, seen):
                return
            queued += batch.tokens

    def _affordable(self, batch: Batch) -> bool:
        """Ask whether a batch may go out with what is out already."""
        if self._allow is None:
            return True
        out = [other for other in self.out if other.state == "out"]
        together = [*out, batch]
        tokens = sum(other.tokens for other in together) * BYTES_PER_TOKEN // 2
        return self._allow(tokens, sum(other.answers for other in together), bool(out))

    async def _submit(self, batch: Batch, seen: Arrivals) -> bool:
        self._store.move(batch.name, "sending", self._now())
        try:
            with plain(self._file(batch), self._vault) as file:
                batch_id = await self._transport.submit(batch, file)
        except TransportError as error:
            if error.unclear:
                seen.trouble = UNCLEAR
            else:
                self._store.move(batch.name, "ready", self._now())
                self._trouble(error, seen)
            return False
        except OutputError:
            self._store.move(batch.name, "ready", self._now())
            raise
        self._store.move(batch.name, "out", self._now(), batch_id)
        return True

    def _trouble(self, error: TransportError, seen: Arrivals) -> None:
        if error.failure.kind != "retryable":
            raise ModelUnavailableError(
                f"The batches of {self._model} cannot be used: {error.failure.detail}. Check the "
                "key, the model's name and the account. Answers so far are kept, and what is out "
                "is looked for at the next run."
            ) from None
        seen.trouble, seen.silent = error.failure.detail, True

    async def _poll(self, batch: Batch, seen: Arrivals) -> None:
        if not self._store.still_out(batch.name):  # answered, but not yet finished with
            await self._finish(batch, BatchStatus("ended"), 0, seen)
            return
        try:
            status = await self._transport.status(batch)
            seen.status[batch.name] = status
            if status.stage in ("full", "rejected"):
                self._not_taken(batch, status, seen)
                return
            if status.stage == "running":
                return
            failures = await self._intake.take_in(batch, seen)
        except TransportError as error:
            self._trouble(error, seen)
            return
        if status.stage != "partial" or not self._store.still_out(batch.name):
            await self._finish(batch, status, len(failures), seen)
        fatal = next((f for f in failures if f.kind == "fatal"), None)
        if fatal is not None:
            raise ModelUnavailableError(
                f"The model {self._model} cannot be used: {fatal.detail}. Check the key, the "
                "model's name and the account; answers so far are kept."
            )

    def _not_taken(self, batch: Batch, status: BatchStatus, seen: Arrivals) -> None:
        """Put a batch back that the provider looked at and did not take."""
        self._store.move(batch.name, "ready", self._now())
        if status.stage == "full":
            seen.trouble = FULL
            self._full_until = self._now() + FULL_SECONDS
            return
        raise ModelUnavailableError(
            f"The provider did not take the batch {self._transport.where(batch)} of "
            f"{batch.questions:,} questions ({status.code or 'it gives no reason'}). Look at the "
            "batch at the provider, then run the same command again: it is sent anew."
        )

    async def _finish(self, batch: Batch, status: BatchStatus, failed: int, seen: Arrivals) -> None:
        self._full_until = 0.0
        seen.moved.update(self._store.keys_out(batch.name))
        lost = failed + self._store.finish(batch.name, MISSING)
        with explained(self._folder):
            self._file(batch).unlink(missing_ok=True)
        await self._transport.forget(batch)
        if status.stage == "cancelled" and lost:
            raise ModelUnavailableError(
                f"The batch {self._transport.where(batch)} was cancelled at the provider. "
                f"{batch.questions - lost:,} of its {batch.questions:,} answers are kept; the same "
                "command asks the others again."
            )
