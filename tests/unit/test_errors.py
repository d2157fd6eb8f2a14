import pickle

import pytest

from anonymuse import errors
from anonymuse.errors import AnonymuseError, ColumnError, did_you_mean


def _all(kind: type[AnonymuseError]) -> list[type[AnonymuseError]]:
    return [kind, *(found for sub in kind.__subclasses__() for found in _all(sub))]


@pytest.mark.parametrize("kind", _all(AnonymuseError))
def test_every_error_survives_pickling(kind: type[AnonymuseError]) -> None:
    error = pickle.loads(pickle.dumps(kind("what happened")))
    assert type(error) is kind
    assert (error.message, error.exit_code) == ("what happened", kind.exit_code)


@pytest.mark.parametrize("kind", _all(AnonymuseError))
def test_the_tree_at_the_top_names_every_error(kind: type[AnonymuseError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_a_missing_column_offers_the_nearest() -> None:
    error = ColumnError.missing("usr", ["user", "text"], setting="--user-column")
    assert error.message == (
        "There is no column 'usr' (set by --user-column). Did you mean 'user'? "
        "Columns found: text, user."
    )


def test_nothing_near_means_no_guess() -> None:
    assert did_you_mean("zzz", ["user"]) == ""
