"""Every error anonymuse raises on purpose, sorted by whose move it is next.

AnonymuseError
├── UserError                 you: change the command, the file or the setting (exit 2)
│   ├── InputError            the data cannot be read as asked
│   │   ├── TooLargeError     a form of the secure zone's pages is larger than any of ours
│   │   └── ColumnError       a named column is not there; says which is nearest
│   ├── ConfigError           a setting is wrong or two settings disagree
│   ├── EditError             a person's edit names nothing, or would not pass the policy
│   ├── RightsError           a role, a missing approval or a limit of the secure zone forbids it
│   │   └── PauseError        a limit of the secure zone: later it will do
│   ├── AbsentError           the secure zone holds nothing by that name
│   ├── ErasedError           it belonged to somebody who was erased
│   ├── OutputError           the folder cannot be written (rights, full disk)
│   └── ModelUnavailableError a model is missing, unreachable or refused the key
│       └── BreakerError      too many model calls failed
├── LimitError                a limit did its work; raise it or leave it (exit 3)
│   ├── NothingReleasedError  the policy withheld every cluster
│   └── BudgetError           the next call might pass --max-cost
├── WaitingError              wait: results come from outside (exit 4)
└── BrokenRunError            us: a run folder or bundle is not what we wrote (exit 1)

A message says what happened, to which thing, and what to do; it never holds conversation text.
All of them survive pickling, so that a worker process can raise them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar


class AnonymuseError(Exception):
    """Base of all errors raised on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(AnonymuseError):
    """The command, the file or a setting has to change."""

    exit_code = 2


class InputError(UserError):
    """The data cannot be read as asked."""


class TooLargeError(InputError):
    """A form is larger than any form of the secure zone's pages."""


class ColumnError(InputError):
    """A named column is not in the data."""

    @classmethod
    def missing(cls, wanted: str, available: Iterable[str], *, setting: str) -> ColumnError:
        """Build the sentence from what was wanted and what there was."""
        names = sorted(available)
        return cls(
            f"There is no column {wanted!r} (set by {setting}). "
            f"{did_you_mean(wanted, names)}Columns found: {', '.join(names) or 'none'}."
        )


class ConfigError(UserError):
    """A setting is wrong, or two settings disagree."""


class EditError(UserError):
    """An edit names what is not there, contradicts another, or would not pass the policy."""


class RightsError(UserError):
    """The secure zone does not allow this person to do this, now."""


class PauseError(RightsError):
    """A limit of the secure zone is reached; waiting helps."""


class AbsentError(UserError):
    """The secure zone holds nothing by that name, or nothing that this person may know of."""


class ErasedError(UserError):
    """What was asked for belonged to somebody who was erased."""


class OutputError(UserError):
    """The output folder cannot be written."""


class ModelUnavailableError(UserError):
    """A model is missing, unreachable, or its endpoint refused us."""


class BreakerError(ModelUnavailableError):
    """Too many model calls failed for the result to mean anything; what was answered is kept."""


class LimitError(AnonymuseError):
    """A limit that somebody set has stopped the run; everything done so far is kept."""

    exit_code = 3


class NothingReleasedError(LimitError):
    """The policy withheld every cluster."""


class BudgetError(LimitError):
    """The next model call might pass the limit on money; what was paid for is kept."""


class WaitingError(AnonymuseError):
    """Results are expected from outside; run the same command again later."""

    exit_code = 4


class BrokenRunError(AnonymuseError):
    """A run folder or a bundle does not hold what we wrote there."""


def did_you_mean(wanted: str, available: Iterable[str]) -> str:
    """Return ``"Did you mean 'x'? "`` for the nearest name, or an empty string."""
    near = difflib.get_close_matches(wanted, list(available), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}? " if near else ""
