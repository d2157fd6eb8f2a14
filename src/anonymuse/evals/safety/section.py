"""What the evaluation of safety work shows: the classifier's gap, refusals, the campaign."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from anonymuse.domain.restricted.evidence import CONCERNING, REFUSED, Gap, Rate
from anonymuse.evals.corpus.planted import Kind
from anonymuse.evals.safety.run import ALARM, KINDS, Place, Seen
from anonymuse.evals.safety.scene import FLAG
from anonymuse.evals.safety.scored import ENGLISH, READ
from anonymuse.evals.safety.tables import (
    cells_table,
    choices_table,
    languages_table,
    rows_table,
    side_of,
)
from anonymuse.evals.suite.section import Figure, Number, Section, Table
from anonymuse.stages.gap import HARMLESS, rate
from anonymuse.stats.scoring import over_seeds


def sections(seen: Sequence[Seen]) -> list[Section]:
    """Return the sections of an evaluation; the first seed is the one whose rows are shown."""
    return [_flag_section(seen), _refusal_section(seen), _campaign_section(seen)]


def _flag_section(seen: Sequence[Seen]) -> Section:
    first = seen[0]
    gap = first.gaps[FLAG]
    return Section(
        key="gap",
        title="The classifier's gap",
        lead=(
            "An invented classifier flags half of what looks like misuse and is none, and misses "
            "most misuse that is not in English. Its flags stand against recorded grades of "
            f"concern. The lists are read from the top, {READ} rows each; a hit is a conversation "
            "that was written to be such a mistake."
        ),
        figures=(
            *_recall_figures(first),
            *_list_figures("gap.missed", "misuse missed in other languages", FLAG, seen, "missed"),
            *_list_figures("gap.overdone", "harmless look-alikes", FLAG, seen, "overdone"),
            *_correlation("gap.r", "flags and concern over clusters", gap),
        ),
        tables=(
            languages_table(gap, "flagged"),
            cells_table(seen, FLAG, "missed", "Misuse that was planted to be missed"),
            cells_table(
                seen, FLAG, "overdone", "Harmless categories that were planted to be flagged"
            ),
            choices_table(seen),
            rows_table(first, gap.missed, FLAG, "Missed: the first rows of the list"),
            rows_table(first, gap.overdone, FLAG, "Overdone: the first rows of the list"),
        ),
        notes=(
            f"Only the {_with_verdict(first)} safety conversations have a verdict, five of a "
            "category and language: a row rests on few accounts, and after control for many "
            f"comparisons {_notable(gap)} notable. The order is what is scored here.",
            "Grades of concern are recorded answers of a strong model, not the truth.",
        ),
    )


def _refusal_section(seen: Sequence[Seen]) -> Section:
    gap = seen[0].gaps[REFUSED]
    return Section(
        key="refusals",
        title="Over- and under-refusal",
        lead=(
            "The same with refusals, over all conversations. Planted are refusals of harmless "
            "look-alikes, and misuse that is answered."
        ),
        figures=(
            *_list_figures("refused.missed", "misuse answered", REFUSED, seen, "missed"),
            *_list_figures("refused.overdone", "look-alikes refused", REFUSED, seen, "overdone"),
            *_correlation("refused.r", "refusals and concern over clusters", gap),
        ),
        tables=(
            languages_table(gap, "refused"),
            cells_table(seen, REFUSED, "missed", "Misuse that is answered"),
            cells_table(seen, REFUSED, "overdone", "Harmless categories that are refused"),
            rows_table(seen[0], gap.missed, REFUSED, "Under-refusal: the first rows of the list"),
            rows_table(seen[0], gap.overdone, REFUSED, "Over-refusal: the first rows of the list"),
        ),
        notes=(
            "That somebody in a crisis is not refused is right, and stands in the list: it says "
            "where concern and refusals part, not who is wrong.",
        ),
    )


def _campaign_section(seen: Sequence[Seen]) -> Section:
    places = {kind: [one.places[kind] for one in seen] for kind in KINDS}
    ranks = [place.rank for place in places["campaign"]]
    heavy = [place.score or 0.0 for place in places["heavy user"]]
    return Section(
        key="campaign",
        title="The planted campaign",
        lead=(
            "Clusters in the order of their coordination score. A campaign of "
            f"{_planted(seen[0], 'campaign')} accounts that ask for fake reviews is planted in the "
            f"corpus, and one heavy user with {_planted(seen[0], 'heavy user')} conversations."
        ),
        figures=(
            Figure(
                "campaign.first",
                "seeds in which the campaign's cluster is first",
                Number(float(np.mean([rank == 1 for rank in ranks]))),
                rows=len(seen),
            ),
            _over("campaign.score", "score of the campaign's cluster", places["campaign"], _score),
            _over("campaign.held", "share of the campaign in that cluster", places["campaign"],
                  lambda place: place.held),
            Figure(
                "campaign.heavy",
                "highest score of the heavy user's cluster",
                Number(max(heavy)),
                better="lower",
                rows=len(seen),
            ),
            Figure(
                "campaign.alarms",
                f"other clusters at {ALARM} or more, for each seed",
                Number(float(np.mean([one.alarms for one in seen]))),
                better="lower",
                rows=len(seen),
            ),
        ),
        tables=(
            Table(
                "Where what was planted stands: the cluster that holds most of it, by seed.",
                ("planted", "seed", "rank", "of", "score", "held"),
                tuple(
                    (kind, seed, place.rank, place.clusters, place.score, place.held)
                    for kind, own in places.items()
                    for seed, place in enumerate(own)
                ),
            ),
        ),
        notes=("A cluster of fewer than four accounts has no score, and no rank.",),
    )  # fmt: skip


def _score(place: Place) -> float:
    return place.score or 0.0


def _over(key: str, label: str, places: Sequence[Place], value: Callable[[Place], float]) -> Figure:
    own = [value(place) for place in places]
    return Figure(key, label, _number(own), rows=len(own), by_seed=tuple(own))


def _number(values: Sequence[float]) -> Number:
    """Return a mean over seeds with its interval, which tells nothing of other data."""
    found = over_seeds(values)
    return Number(found.mean, max(0.0, found.low), min(1.0, found.high))


def _list_figures(
    key: str, what: str, verdict: str, seen: Sequence[Seen], side: str
) -> Iterator[Figure]:
    readings = [side_of(one.lists[verdict], side) for one in seen]
    hits, found = [r.hits for r in readings], [r.found for r in readings]
    chance = float(np.mean([r.chance for r in readings]))
    yield Figure(
        f"{key}.hits",
        f"{what}: share among what {READ} rows hold; baseline: among all with a verdict",
        _number(hits),
        Number(chance),
        _less(_number(hits), chance),
        rows=len(seen),
        by_seed=tuple(hits),
    )
    yield Figure(
        f"{key}.found",
        f"{what}: share of all of them that {READ} rows hold",
        _number(found),
        rows=len(seen),
        by_seed=tuple(found),
    )


def _less(number: Number, chance: float) -> Number:
    low, high = number.low or 0.0, number.high or 0.0
    return Number(number.value - chance, low - chance, high - chance)


def _correlation(key: str, label: str, gap: Gap) -> Iterator[Figure]:
    if gap.r is not None:
        number = Number(gap.r, gap.low, gap.high)
        yield Figure(key, f"correlation of {label}", number, rows=gap.clusters)


def _recall_figures(one: Seen) -> Iterator[Figure]:
    """Yield how much of what is of concern is flagged, in English and elsewhere."""
    said = np.asarray(one.verdicts.flags[FLAG])
    english = np.asarray(one.verdicts.language, dtype=np.str_) == ENGLISH
    account = np.asarray(one.verdicts.account)
    concern = np.asarray(one.verdicts.concern)
    for key, what, graded in (
        ("recall", "of concern", concern >= CONCERNING),
        ("alarms", "benign", (concern > 0) & (concern <= HARMLESS)),
    ):
        known = graded & (said >= 0)
        ours, others = (
            rate(said[known & own] == 1, account[known & own]) for own in (~english, english)
        )
        yield Figure(
            f"gap.{key}",
            f"flagged of what is {what}, in other languages; baseline: in English",
            _of(ours),
            _of(others),
            _difference(ours, others),
            better="higher" if key == "recall" else "lower",
            rows=int(known.sum()),
        )


def _of(found: Rate) -> Number:
    return Number(found.share, found.low, found.high)


def _difference(one: Rate, other: Rate) -> Number:
    """Return the difference of two shares of different rows (Newcombe 1998)."""
    apart = one.share - other.share
    down = math.hypot(one.share - one.low, other.high - other.share)
    up = math.hypot(one.high - one.share, other.share - other.low)
    return Number(apart, apart - down, apart + up)


def _planted(one: Seen, kind: Kind) -> int:
    return sum(row.truth.planted == kind for row in one.scene.rows)


def _with_verdict(one: Seen) -> int:
    return int((np.asarray(one.verdicts.flags[FLAG]) >= 0).sum())


def _notable(gap: Gap) -> str:
    count = sum(row.notable for row in (*gap.missed, *gap.overdone))
    return f"{count} of the rows {'is' if count == 1 else 'are'}" if count else "no row is"
