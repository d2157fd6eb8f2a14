"""The books of a run folder: its ledger, its budget, and its models' prices, opened together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.ledger import REPLY, Call, Ledger
from anonymuse.adapters.chat.metered import Budget, MeteredModel
from anonymuse.adapters.chat.prices import listed_name, price_of
from anonymuse.domain.money import MICRO, Price, dollars
from anonymuse.errors import BudgetError, ConfigError
from anonymuse.ports.chat import ChatModel, ChatReply, ChatRequest
from anonymuse.ports.spending import Line

LEDGER: Final = "ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run's models cost, and how much may be spent.

    Attributes:
        price: of the chat model; None where nobody says.
        fallback: of the fallback model, if there is one.
        limit: micro-dollars for the whole run folder; None for no limit.
    """

    price: Price | None
    fallback: Price | None = None
    limit: float | None = None

    @property
    def dearest(self) -> Price | None:
        """The price that what cannot be told apart is counted at."""
        known = [price for price in (self.price, self.fallback) if price is not None]
        return max(known, key=lambda price: price.input + price.output, default=None)


def agree(
    models: Sequence[str],
    *,
    prices: Path | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
    max_cost: float | None = None,
) -> Terms:
    """Look up what the models of a run cost.

    Args:
        models: the chat model as a configuration names it, and its fallback if there is one; empty
            where there is no model.
        prices: a file of prices over our own table.
        price_in: USD for a million tokens of the chat model's prompts, over any table.
        price_out: the same for its answers.
        max_cost: limit in USD.

    Raises:
        InputError: the file of prices cannot be read.
        ConfigError: a price is wrong, or a limit is set and a price is not known.
    """
    found = [
        price_of(one, table=prices, price_in=price_in, price_out=price_out)
        if place == 0
        else price_of(one, table=prices)
        for place, one in enumerate(models)
    ]
    for model, price in zip(models, found, strict=True):
        if max_cost is not None and price is None:
            raise ConfigError(
                f"--max-cost needs a price, and none is known for the model "
                f"{listed_name(model)!r}. Give it with --price-in and --price-out (USD for a "
                "million tokens; 0 and 0 for a model that costs nothing), or in a file with "
                "--prices."
            )
    limit = None if max_cost is None else max_cost * MICRO
    first, second, *_ = [*found, None, None]
    return Terms(first, second, limit)


@dataclass(frozen=True, slots=True)
class NothingSpent:
    """The `Spending` of a run that has not begun.

    Attributes:
        price: of the chat model; None where nobody says.
    """

    price: Price | None

    def lines(self) -> dict[str, Line]:
        """Return no line."""
        return {}


class Books:
    """The ledger of a run folder and the money that is left.

    Args:
        folder: the run's private folder.
        cache: the stored answers, by which a ledger that a kill cut short is made up.
        terms: prices and limit.
    """

    def __init__(self, folder: Path, cache: ResponseCache, terms: Terms) -> None:
        self.terms = terms
        self.ledger = Ledger(folder / LEDGER, price=terms.price)
        self.ledger.reconcile(*cache.tokens, terms.dearest)
        self._budget = Budget(self.ledger, terms.limit)

    def meter(self, model: ChatModel, *, fallback: bool = False) -> MeteredModel:
        """Return the model with its calls priced, entered and bounded."""
        price = self.terms.fallback if fallback else self.terms.price
        return MeteredModel(model, self.ledger, self._budget, price)

    def found(self, request: ChatRequest) -> None:
        """Enter a question whose answer was there already."""
        self.ledger.add(Call(time.time(), request.purpose, "", REPLY, hit=True, micro_dollars=0.0))

    def came_by_batch(self, purpose: str, reply: ChatReply) -> None:
        """Enter an answer that a batch brought, at the batch's price."""
        price = self.terms.price
        cost = None
        if price is not None:
            tokens = reply.tokens_in, reply.tokens_out, reply.tokens_cached
            cost = price.cost(*tokens, batch=True)
        self.ledger.add(
            Call(
                time.time(),
                purpose,
                "",
                REPLY,
                reply.tokens_in,
                reply.tokens_out,
                reply.tokens_cached,
                cost,
                batch=True,
            )
        )

    def allow_batches(self, tokens_in: int, tokens_out: int, others: bool) -> bool:
        """Say whether batches of this size may be out together.

        Args:
            tokens_in: the most that all of them may take in.
            tokens_out: the most that all of them may give.
            others: some of them are out: when they are answered, more may be left.

        Raises:
            BudgetError: one batch alone might pass the limit.
        """
        price, limit = self.terms.price, self.terms.limit
        if price is None or limit is None:
            return True
        most = price.cost(tokens_in, tokens_out, batch=True)
        if self.ledger.spent + most <= limit:
            return True
        if others:
            return False
        raise BudgetError(
            f"Stopped at the limit of {dollars(limit)}: {dollars(self.ledger.spent)} is spent in "
            f"this folder, and the next batch may cost up to {dollars(most)}. Every answer is "
            "kept. The same command with a larger --max-cost goes on from here, and so does one "
            "without --batch: single calls stop closer to the limit."
        )

    def close(self) -> None:
        """Write what was gathered and close the ledger."""
        self.ledger.close()
