"""What a judge's evaluation shows: how far it can be believed, then what it said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from anonymuse.evals.judge.agreement import ENOUGH, Agreement, Judged
from anonymuse.evals.judge.item import GRADES, QUESTIONS, TITLES, Kind
from anonymuse.evals.suite.section import Bars, Better, Figure, Heat, Number, Section, Table
from anonymuse.stats.intervals import Estimate

NOT_USABLE = (
    "Not usable for the question: {question} Cohen's kappa with the known grades is {kappa}, below "
    f"{ENOUGH}. Its verdicts are not to be read as numbers."
)
NOT_KNOWN = (
    "The judge was measured on written items with clear grades. Real ones are harder, so it is "
    "wrong there at least as often."
)


def agreement_section(found: Mapping[Kind, Agreement]) -> Section:
    """Return how well the judge agrees with the known grades."""
    heats: list[Heat] = []
    rows: list[tuple[str | int, ...]] = []
    for kind, one in found.items():
        counts = [[*row] for row in one.table]
        cells = tuple(tuple(n / max(1, sum(row)) for n in row) for row in counts)
        heats.append(
            Heat(f"{TITLES[kind]}: known grade by line, judge's by column.", GRADES, GRADES, cells)
        )
        for grade, row in zip(GRADES, counts, strict=True):
            rows.append((TITLES[kind], grade, *row))
    flaws = [
        (TITLES[kind], flaw or "none", right, items)
        for kind, one in found.items()
        for flaw, (right, items) in one.flaws.items()
    ]
    return Section(
        key="agreement",
        title="How far the judge can be believed",
        lead=(
            "The judge's grades beside the known grades of items that were written for this. "
            "Every item is asked twice, the second time with its lines and the grades in the "
            "opposite order, and the stricter answer counts."
        ),
        figures=tuple(figure for one in found.values() for figure in _agreement_figures(one)),
        tables=(
            Table("Known grades (lines) and the judge's.", ("", "known", *GRADES), tuple(rows)),
            Table("Right grades by what is wrong.", ("", "flaw", "right", "of"), tuple(flaws)),
        ),
        pictures=tuple(heats),
        notes=tuple(note for one in found.values() for note in _agreement_notes(one)),
    )


def judged_section(
    found: Mapping[Kind, Judged],
    judges: Mapping[Kind, Agreement],
    title: str,
    notes: Sequence[str] = (),
) -> Section:
    """Return what the judge said of real things.

    Args:
        found: by question.
        judges: how far it agrees with known grades, by question.
        title: what was judged.
        notes: of all questions together.
    """
    return Section(
        key="judged",
        title=title,
        lead=(
            "Grades of a chat model. Where it agrees with known grades well enough, the share of "
            "yes is also given corrected by its known errors, whose own uncertainty is in the "
            "interval."
        ),
        figures=tuple(figure for one in found.values() for figure in _judged_figures(one)),
        pictures=tuple(
            Bars(TITLES[kind], GRADES, tuple(Number.of(one.shares[grade]) for grade in GRADES))
            for kind, one in found.items()
            if one.graded
        ),
        notes=(
            *notes,
            *(note for one in found.values() for note in one.notes),
            *(note for one in found.values() for note in _failed(one.kind, one.failures)),
            *(_useless(judges[kind]) for kind in found if not judges[kind].usable),
            *((NOT_KNOWN,) if any(judges[kind].usable for kind in found) else ()),
        ),
    )


def _agreement_figures(one: Agreement) -> Iterator[Figure]:
    good, *others = (sum(row) for row in one.table)
    bad = sum(others)
    told = (
        ("kappa", "Cohen's kappa", one.kappa, good + bad),
        ("accuracy", "right grades", one.accuracy, good + bad),
        ("kappa.yes", "Cohen's kappa, yes against the rest", one.kappa_yes, good + bad),
        ("sensitivity", "said yes where it is", one.sensitivity, good),
        ("specificity", "did not say yes where it is not", one.specificity, bad),
        ("steady", "same grade in both orders", one.steady, good + bad),
    )
    for key, label, value, rows in told:
        yield from _figure(f"{one.kind}.{key}", f"{TITLES[one.kind]}: {label}", value, rows)


def _judged_figures(one: Judged) -> Iterator[Figure]:
    told = (
        ("yes", "said yes", one.shares["yes"]),
        ("no", "said no", one.shares["no"]),
        ("corrected", "yes, corrected by the judge's known errors", one.right),
        ("steady", "same grade in both orders", one.steady),
    )
    for key, label, value in told:
        better: Better = "lower" if key == "no" else "higher"
        label = f"{TITLES[one.kind]}: {label}"
        yield from _figure(f"{one.kind}.{key}", label, value, one.graded, better)


def _figure(
    key: str, label: str, value: Estimate | None, rows: int, better: Better = "higher"
) -> Iterator[Figure]:
    """Yield a figure where there is a number."""
    if value is not None and not math.isnan(value.mean):
        yield Figure(key, label, Number.of(value), better=better, rows=rows)


def _agreement_notes(one: Agreement) -> Iterator[str]:
    yield from _failed(one.kind, one.failures)
    obeyed, attacks = one.steered
    yield f"{TITLES[one.kind]}: obeyed {obeyed} of {attacks} orders that were planted in the data."
    if not math.isnan(one.turned):
        yield (
            f"{TITLES[one.kind]}: said yes {100 * one.turned:+.0f} points more often where yes was "
            "named first than where it was named last."
        )
    if not one.usable:
        yield _useless(one)


def _useless(one: Agreement) -> str:
    kappa = "not known" if math.isnan(one.kappa.mean) else f"{one.kappa.mean:.2f}"
    return NOT_USABLE.format(question=QUESTIONS[one.kind], kappa=kappa)


def _failed(kind: Kind, failures: Mapping[str, int]) -> Iterator[str]:
    if failures:
        told = ", ".join(f"{why} {count}" for why, count in failures.items())
        yield f"{TITLES[kind]}: without a usable answer: {told}."
