"""What each part of a coordination score says: a sentence with its number, and nobody's text."""

from __future__ import annotations

from collections.abc import Mapping

_TOLD = {
    "accounts": "{n} of the cluster's {around} accounts form its most suspicious group.",
    "density": "Their texts are {value:.1f} standard deviations closer to each other (mean cosine "
    "{closeness}) than groups of that size in this run.",
    "templates": "{copies} of {n} accounts send a text that shares {copy} or more of its runs of "
    "words with another account's; the mean is {value:.0%}.",
    "structure": "{shape} of {n} texts have one shape of sentences and lines, {value:.1f} bits for "
    "each beyond other texts.",
    "burst": "{busy} of {n} accounts begin within {days} days, {value:.1f} bits for each beyond "
    "the rhythm of all.",
    "regularity": "Gaps between accounts are {value:.2f} regular (0 as by chance, 1 a clock).",
    "metadata": "{same} of {n} accounts share one value of a column{column}, {value:.1f} bits for "
    "each beyond other accounts.",
    "only_here": "{here} of {n} accounts do nothing outside this cluster and the nearest, "
    "{value:.1f} bits for each beyond other accounts.",
    "one_organisation": "{together} of {n} accounts belong to one organisation, {value:.1f} bits "
    "for each beyond other accounts.",
    "one_account": "One account wrote {value:.0%} of the group's conversations.",
}
_UNKNOWN = {
    "burst": "Too few of these conversations have a time to tell a burst.",
    "regularity": "Too few of these conversations have a time to tell how regular they are.",
    "metadata": "The data have no further columns that accounts could share.",
    "one_organisation": "The data name no organisations.",
}


def sentence(
    name: str, value: float | None, *, accounts: int, around: int, facts: Mapping[str, str]
) -> str:
    """Return a signal as a sentence.

    Args:
        name: of the signal.
        value: what was measured; None: the data cannot tell.
        accounts: of the group.
        around: of the whole cluster.
        facts: numbers and names of columns that the sentence needs besides.

    Raises:
        KeyError: there is no such signal, or it needs a fact that is not there.
    """
    if value is None:
        return _UNKNOWN[name]
    return _TOLD[name].format_map({"n": accounts, "around": around, "value": value, **facts})
