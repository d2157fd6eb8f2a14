"""What an asker did, counted: in total, and by line of the ledger."""

from __future__ import annotations

from anonymuse.ports.chat import ChatFailure, Usage


class Tally:
    """Totals that every count is added to twice.

    Args:
        total: of everything.
    """

    def __init__(self, total: Usage | None = None) -> None:
        self.total = total or Usage()
        self.by_purpose: dict[str, Usage] = {}

    def lines(self, purpose: str) -> tuple[Usage, Usage]:
        """Return the total and the line of a purpose."""
        return self.total, self.by_purpose.setdefault(purpose, Usage())

    def count(self, purpose: str, **amounts: int) -> None:
        """Add amounts by the names of `Usage`'s fields."""
        for line in self.lines(purpose):
            for name, amount in amounts.items():
                setattr(line, name, getattr(line, name) + amount)

    def failed(self, purpose: str, failure: ChatFailure) -> None:
        """Count a question that has no answer for good."""
        for line in self.lines(purpose):
            failures = line.failures if line.failures is not None else {}
            failures[failure.kind] = failures.get(failure.kind, 0) + 1
            line.failures = failures
