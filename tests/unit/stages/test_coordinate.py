from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from anonymuse.domain.private.traffic import Traffic
from anonymuse.domain.restricted.evidence import Coordination, Signal
from anonymuse.stages import coordinate as stage
from anonymuse.stages.coordinate import MOST_ENTRIES, coordinate, measure, shipped_weights
from anonymuse.vectors.rows import philox, unit_rows
from anonymuse.vectors.tight import nested_groups

DAY = 86_400.0
WORDS = [f"w{chr(97 + i)}{chr(97 + j)}" for i in range(20) for j in range(20)]
TEMPLATE = (
    "please praise the {0} lamp as a buyer would and name its {1} light and say that it came fast "
    "and that you would buy it again! Which {1} words sound real?"
)
LEAVES, ROWS, CAMPAIGN = 30, 25, 3


def town(*, accounts: int = 0, rows: int = ROWS, seed: int = 0, **campaign: Any) -> Traffic:
    """Return thirty topics of honest people, and a campaign inside the fourth.

    ``campaign``: text(i), time(i), created(i), organisation, elsewhere: what its accounts do.
    """
    random = philox(seed)
    n, people = LEAVES * rows, 250
    leaf = np.repeat(np.arange(LEAVES), rows)
    centres = random.normal(size=(LEAVES, 24))
    vectors = centres[leaf] + 1.2 * random.normal(size=(n, 24))
    account = random.integers(0, people, n)
    time = random.random(n) * 84 * DAY
    requests = [_honest(random) for _ in range(n)]
    created = [f"2026-{1 + int(a) % 12:02d}-{1 + int(a) % 28:02d}" for a in account]
    text = campaign.get("text", lambda i: TEMPLATE.format(WORDS[i], WORDS[i + 50]))
    new = np.arange(people, people + accounts)
    extra = new if campaign.get("elsewhere") else new[:0]
    leaf = np.concatenate([leaf, np.full(accounts, CAMPAIGN), np.arange(len(extra)) % 3])
    account = np.concatenate([account, new, extra])
    made = centres[CAMPAIGN] + campaign.get("tight", 0.3) * random.normal(size=(accounts, 24))
    aside = centres[np.arange(len(extra)) % 3] + 1.2 * random.normal(size=(len(extra), 24))
    vectors = np.concatenate([vectors, made, aside])
    when = campaign.get("time", lambda i: i * 37 % 84 * DAY)
    time = np.concatenate([
        time, [when(i) for i in range(accounts)], random.random(len(extra)) * 84 * DAY
    ])  # fmt: skip
    requests += [text(i) for i in range(accounts)] + [_honest(random) for _ in extra]
    created += [campaign.get("created", lambda i: f"2025-{1 + i % 12:02d}-03")(i)
                for i in range(accounts)]  # fmt: skip
    created += ["2025-06-06"] * len(extra)
    organisation = random.integers(0, 20, len(leaf))
    if "organisation" in campaign:
        organisation[n : n + accounts] = campaign["organisation"]
    return Traffic(
        leaf=leaf,
        account=account,
        organisation=organisation,
        time=np.asarray(time, dtype=np.float64),
        text=np.arange(len(leaf)),
        requests=requests,
        vectors=unit_rows(vectors),
        language=["English"] * len(leaf),
        metadata={"account_created": created},
    )


def _honest(random: np.random.Generator) -> str:
    words = random.choice(WORDS, 14).tolist()
    cut = int(random.integers(3, 12))
    mark = "?.!,"[int(random.integers(4))]
    return f"{' '.join(words[:cut])}{mark} {' '.join(words[cut:])}"


def signal(found: Coordination, name: str) -> Signal:
    return next(one for one in found.signals if one.name == name)


def own_words(i: int) -> str:
    return _honest(philox(1_000 + i))


def test_a_campaign_inside_a_cluster_is_first_and_says_why() -> None:
    found = coordinate(town(accounts=8), seed=0)
    first = max(found, key=lambda leaf: found[leaf].score)
    others = [one.score for leaf, one in found.items() if leaf != CAMPAIGN]
    assert first == CAMPAIGN
    assert found[first].score > 0.5 > 0.1 > max(others)
    accounts = signal(found[first], "accounts")
    assert accounts.told.startswith("8 of the cluster's ")
    assert len(found[first].group) == 8
    assert signal(found[first], "templates").told.startswith("8 of 8 accounts send a text")


def test_without_a_campaign_nothing_scores() -> None:
    found = coordinate(town(), seed=0)
    assert len(found) == LEAVES
    assert max(one.score for one in found.values()) < 0.2


def test_signals_are_the_weights_in_their_order_and_add_up() -> None:
    weights = shipped_weights()
    found = coordinate(town(accounts=6), seed=0)
    assert CAMPAIGN in found
    for one in found.values():
        assert [s.name for s in one.signals] == list(weights.weight)
        total = weights.bias + sum(s.points for s in one.signals)
        assert one.score == pytest.approx(1 / (1 + np.exp(-total)), abs=1e-3)


def _points(name: str, **campaign: Any) -> float:
    return signal(coordinate(town(**campaign), seed=0)[CAMPAIGN], name).points


def test_more_copies_are_more_points() -> None:
    points = [_points("templates", accounts=8, text=lambda i, k=k: _mixed(i, k)) for k in (0, 8)]
    assert points[0] < points[1]


def _mixed(i: int, copies: int) -> str:
    return TEMPLATE.format(WORDS[i], "warm") if i < copies else own_words(i)


def test_accounts_that_begin_together_are_more_points() -> None:
    at_once = _points("burst", accounts=8, time=lambda i: 40 * DAY + i * 600.0)
    assert at_once > _points("burst", accounts=8)


def test_accounts_made_on_one_day_are_more_points() -> None:
    one_day = _points("metadata", accounts=8, created=lambda _: "2026-07-07")
    assert one_day > _points("metadata", accounts=8)


def test_accounts_that_do_nothing_else_are_more_points() -> None:
    only = _points("only_here", accounts=8)
    assert only > _points("only_here", accounts=8, elsewhere=True)


def test_a_class_of_one_organisation_loses_points() -> None:
    assert _points("one_organisation", accounts=8, organisation=77) < 0.0


def test_closer_texts_have_a_larger_density() -> None:
    values = [
        signal(coordinate(town(accounts=8, tight=tight), seed=0)[CAMPAIGN], "density").value
        for tight in (1.2, 0.1)
    ]
    assert values[0] is not None
    assert values[1] is not None
    assert values[0] < values[1]


def test_one_heavy_user_is_no_campaign() -> None:
    campaign = town(accounts=12)
    account = np.array(campaign.account)
    account[account >= 250] = 250  # the same texts, all from one person
    found = coordinate(replace(campaign, account=account), seed=0)
    assert found[CAMPAIGN].score < 0.2
    assert signal(found[CAMPAIGN], "templates").points < 0.5


def test_rewritten_prompts_of_one_shape_are_seen() -> None:
    def same_shape(i: int) -> str:
        words = philox(5_000 + i).choice(WORDS, 12).tolist()
        a, b, c = (" ".join(words[j : j + 4]) for j in (0, 4, 8))
        return f"{a}:\n- {b}\n- {c}? go!"

    shaped = _points("structure", accounts=8, text=same_shape)
    assert shaped > _points("structure", accounts=8, text=own_words)


def test_too_few_accounts_have_no_score() -> None:
    traffic = town()
    account = np.array(traffic.account)
    account[np.asarray(traffic.leaf) == 5] = np.arange(ROWS) % 3
    assert 5 not in coordinate(replace(traffic, account=account), seed=0)
    nobody = replace(traffic, account=np.zeros(len(traffic.leaf), np.int64))
    assert coordinate(nobody, seed=0) == {}


def test_what_the_data_lack_says_so_and_adds_nothing() -> None:
    traffic = town(accounts=8)
    bare = replace(
        traffic,
        time=np.full(len(traffic.leaf), np.nan),
        organisation=np.full(len(traffic.leaf), -1),
        metadata={"empty": [None] * len(traffic.leaf)},
    )
    found = coordinate(bare, seed=0)[CAMPAIGN]
    for name in ("burst", "regularity", "metadata", "one_organisation"):
        one = signal(found, name)
        assert (one.value, one.points) == (None, 0.0)
        assert one.told
    assert found.score > 0.3


def test_texts_that_are_the_very_same_are_templates() -> None:
    traffic = town(accounts=8)
    text = np.array(traffic.text)
    text[-8:] = text[-8]
    found = coordinate(replace(traffic, text=text), seed=0)
    assert found[CAMPAIGN].score > 0.5


def test_order_of_rows_and_runs_change_nothing() -> None:
    traffic = town(accounts=8)
    order = philox(9).permutation(len(traffic.leaf))
    mixed = replace(
        traffic,
        leaf=traffic.leaf[order],
        account=traffic.account[order],
        organisation=traffic.organisation[order],
        time=traffic.time[order],
        text=traffic.text[order],
        metadata={key: [own[i] for i in order] for key, own in traffic.metadata.items()},
    )
    once = coordinate(traffic, seed=3)
    assert coordinate(traffic, seed=3) == once
    assert coordinate(mixed, seed=3) == once


def test_no_sentence_holds_a_text_or_a_value_of_anybody() -> None:
    found = coordinate(town(accounts=8, created=lambda _: "2026-07-07"), seed=0)
    told = " ".join(s.told for one in found.values() for s in one.signals)
    assert "2026-07-07" not in told
    assert not any(f" {word} " in told for word in (*WORDS, "lamp"))
    assert "account_created" in told


def test_a_large_cluster_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def counted(rows: Any, owner: Any) -> Any:
        looked.append(len(rows))
        return nested_groups(rows, owner)

    monkeypatch.setattr(stage, "nested_groups", counted)
    traffic = town(rows=40)
    measure(replace(traffic, leaf=np.zeros(len(traffic.leaf), np.int64)), seed=0)
    assert looked == [MOST_ENTRIES]


def test_weights_tell_where_they_come_from() -> None:
    about = shipped_weights().about
    assert {"fitted", "command", "data", "embedder"} <= set(about)


@pytest.mark.parametrize("languages", [["English", "Spanish"], ["English"]])
def test_languages_are_taken_out(languages: Sequence[str]) -> None:
    traffic = town(accounts=8)
    spoken = [languages[i % len(languages)] for i in range(len(traffic.requests))]
    found = coordinate(replace(traffic, language=spoken), seed=0)
    assert max(found, key=lambda leaf: found[leaf].score) == CAMPAIGN
