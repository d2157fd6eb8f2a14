"""A world: half of a background with invented people, and what is planted into it, clustered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import RESTRICTED
from anonymuse.domain.private.traffic import Traffic
from anonymuse.evals.coordination.invented import DAY, SPAN, Plant
from anonymuse.evals.corpus.people import ORGANISATIONS, START, Draw, any_time
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.cluster import choose_k, cluster, text_views
from anonymuse.vectors.rows import philox

USERS_PER_ROW = 0.4
_CLIENTS, _CLIENT_SHARES = ("web", "ios", "android", "api"), (0.5, 0.2, 0.2, 0.1)

Ints = npt.NDArray[np.int64]
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True, repr=False)
class Background:
    """Conversations of people who have nothing to do with any campaign.

    Attributes:
        name: of the data.
        texts: what users say, scrubbed.
        languages: of each.
        vectors: unit vectors, shape (n, d).
    """

    name: str
    texts: tuple[str, ...]
    languages: tuple[str, ...]
    vectors: Vectors

    def half(self, which: int) -> Background:
        """Return every other conversation, from the first or the second."""
        own = slice(which, None, 2)
        return Background(self.name, self.texts[own], self.languages[own], self.vectors[own])


@dataclass(frozen=True, slots=True, repr=False)
class World:
    """What a coordination stage reads, and what is true of it.

    Attributes:
        traffic: all rows.
        plants: what was planted.
        accounts: codes of each plant's accounts.
        rows: of each plant.
    """

    traffic: Traffic
    plants: tuple[Plant, ...]
    accounts: tuple[Ints, ...]
    rows: tuple[Ints, ...]

    def inside(self, leaf: int, plant: int) -> int:
        """Return how many accounts of a plant act in a cluster."""
        rows = self.rows[plant]
        own = rows[np.asarray(self.traffic.leaf)[rows] == leaf]
        return len(np.unique(np.asarray(self.traffic.account)[own]))


def build(background: Background, plants: Sequence[Plant], embed: Embed, seed: int) -> World:
    """Invent people for a background, plant into it and cluster all of it as a run does."""
    n, draw = len(background.texts), Draw(seed)
    random = philox(seed)
    users = max(20, round(n * USERS_PER_ROW))
    weight = 1.0 / np.arange(1, users + 1) ** 0.9
    account = random.choice(users, size=n, p=weight / weight.sum())
    time = np.array([(any_time(draw, f"row {i}") - START).total_seconds() for i in range(n)])
    accounts: list[Ints] = []
    created: dict[int, float] = {}
    client: dict[int, str] = {}
    own_organisation: dict[int, int] = {}
    total = users
    for number, plant in enumerate(plants):
        codes = np.arange(total, total + plant.accounts)
        if not plant.campaign:  # people of the background who ask this too
            known = random.choice(users, size=plant.accounts, replace=plant.accounts > users)
            codes = np.where(plant.known, known, codes)
        else:  # new accounts that do other things besides: rows of the background become theirs
            for code in codes[np.array(plant.known)]:
                count = int(random.integers(1, 4))
                account[random.choice(n, size=count, replace=False)] = code
        total += plant.accounts
        created |= {int(c): at for c, at in zip(codes, plant.created, strict=True) if at == at}
        client |= dict.fromkeys(codes.tolist(), plant.client) if plant.client else {}
        if plant.organisation:
            own_organisation |= dict.fromkeys(codes.tolist(), ORGANISATIONS + number)
        accounts.append(codes)
    texts = [text for plant in plants for text in plant.texts]
    all_texts = [*background.texts, *texts]
    vectors = np.concatenate([background.vectors, embed(texts)]) if texts else background.vectors
    languages = [*background.languages, *(name for plant in plants for name in plant.languages)]
    owners = [codes[list(p.account)] for codes, p in zip(accounts, plants, strict=True)]
    account = np.concatenate([account, *owners]).astype(np.int64)
    times = np.concatenate([time, *(np.array(plant.times) for plant in plants)])
    ends = np.cumsum([n, *(len(plant.texts) for plant in plants)])
    rows = tuple(np.arange(a, b) for a, b in pairwise(ends))
    k = choose_k(len(all_texts), RESTRICTED.grain)
    found = cluster(text_views({"user": vectors}, languages), k=k, seed=seed)
    traffic = Traffic(
        leaf=found.labels.astype(np.int64),
        account=account,
        organisation=_organisations(total, own_organisation, seed)[account],
        time=START.timestamp() + times,
        text=np.arange(len(all_texts)),
        requests=all_texts,
        vectors=vectors,
        language=languages,
        metadata=_metadata(account, total, created, client, seed),
    )
    return World(traffic, tuple(plants), tuple(np.unique(c) for c in accounts), rows)


def _organisations(total: int, own: dict[int, int], seed: int) -> Ints:
    random = philox(seed + 1)
    weight = 1.0 / np.arange(1, ORGANISATIONS + 1) ** 0.7
    found = random.choice(ORGANISATIONS, size=total, p=weight / weight.sum()).astype(np.int64)
    for code, organisation in own.items():
        found[code] = organisation
    return found


def _metadata(
    account: Ints, total: int, created: dict[int, float], client: dict[int, str], seed: int
) -> dict[str, list[object]]:
    """Return when each row's account was made, as a day, and by which program it writes."""
    random = philox(seed + 2)
    born = -random.random(total) * 730 * DAY + random.random(total) * SPAN * 0.2
    programs = random.choice(_CLIENTS, size=total, p=_CLIENT_SHARES).astype(object)
    for code, at in created.items():
        born[code] = at
    for code, name in client.items():
        programs[code] = name
    days = (np.datetime64(START.date(), "D") + (born // DAY).astype(np.int64)).astype(str)
    return {
        "account_created": [str(day) for day in days[account]],
        "client": [str(name) for name in programs[account]],
    }
