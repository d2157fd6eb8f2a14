"""Synthetic worlds: many small scenes, each a trial of its own, in one run of the pipeline.

A scene is a subject that a few ordinary people talk about, an attacker's accounts that talk like
them, and perhaps one target. Everything is made from templates and a seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from anonymuse.domain.policy import POLICIES
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.evals.privacybench import words
from anonymuse.evals.privacybench.under_test import Answers, World


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many take part in a scene so that its cluster passes the thresholds of a policy.

    Attributes:
        people: ordinary people.
        puppets: accounts of the attacker.
        each: chats of every account.
    """

    people: int
    puppets: int
    each: int = 2


def crowd_for(policy: str, *, puppets: float = 0.7) -> Crowd:
    """Return a crowd well above a policy's noisy thresholds, for a vote too, mostly the attacker's.

    Args:
        policy: by name.
        puppets: share of the accounts that are the attacker's.
    """
    rules = POLICIES[policy]
    passing = rules.min_units + 6 * rules.noise_sigma
    # A third drafts the name; the others have to be enough for a vote, or keywords stand in.
    voting = 1.5 * (2 * rules.min_cell + 6 * rules.claim_sigma)
    accounts = round(max(passing, voting)) + 4
    own = round(puppets * accounts)
    return Crowd(accounts - own, own)


@dataclass(frozen=True, slots=True, repr=False)
class Chat:
    """A conversation with the facets that a perfect (and indiscreet) model would find in it."""

    id: str
    user: str
    text: str
    request: str
    task: str

    def conversation(self) -> Conversation:
        """Return it as a reader would."""
        turns = (Turn("user", self.text), Turn("assistant", "Here is what I suggest to you."))
        return Conversation(self.id, turns, user=self.user)

    def facets(self) -> Answers:
        """Return its answers."""
        return {"request": self.request, "task": self.task, "refused": "no", "concern": 1}


def world_of(chats: Iterable[Chat], axes: Sequence[str], *, recorded: bool = True) -> World:
    """Join chats to a world."""
    known = list(chats)
    facets = {chat.id: chat.facets() for chat in known} if recorded else None
    return World(tuple(chat.conversation() for chat in known), facets, tuple(axes))


@dataclass(frozen=True, slots=True, repr=False)
class Scene:
    """One trial.

    Attributes:
        subject: what it is about; also its direction when embedded.
        crowd: chats of ordinary people and of the attacker.
        target: the chat that may or may not be there.
        secret: what the target's chat holds.
        choices: what it may be, in the order of likelihood.
        kind: of the attack.
    """

    subject: str
    crowd: tuple[Chat, ...]
    target: Chat
    secret: str
    choices: tuple[str, ...]
    kind: str

    @property
    def poison(self) -> list[str]:
        """Ids of the attacker's chats: how he finds the cluster."""
        return [chat.id for chat in self.crowd if chat.user.startswith("puppet")]


def planted_scenes(count: int, crowd: Crowd, *, seed: int) -> list[Scene]:
    """Return scenes with a target whose chat holds a secret, after CLIOPATRA.

    Args:
        count: of scenes, at most as many as there are subjects.
        crowd: of each.
        seed: decides everything.
    """
    rng = random.Random(seed)  # noqa: S311
    kinds = list(words.CLAUSES)
    scenes = []
    for number in range(count):
        subject = words.SUBJECTS[number]
        kind = kinds[(number + seed) % len(kinds)]
        choices = words.DIAGNOSES if (number // len(kinds)) % 2 == 0 else words.PLANS
        secret = rng.choices(choices, words.PRIOR)[0]
        tag = f"{seed}-{number}"
        target = _target(tag, subject, secret, rng)
        chats = [*people(tag, subject, crowd, rng), *_puppets(tag, subject, kind, crowd, rng)]
        scenes.append(Scene(subject, tuple(chats), target, secret, choices, kind))
    return scenes


def asserting_scene(
    tag: str,
    subject: str,
    secrets: tuple[str, str],
    crowd: Crowd,
    asserting: int,
    rng: random.Random,
) -> tuple[list[Chat], Chat, Chat]:
    """Return a scene in which puppets claim a secret to be theirs.

    Args:
        tag: makes ids and accounts unique.
        subject: of the scene.
        secrets: what is claimed, and another one.
        crowd: of the scene.
        asserting: puppets that claim it.
        rng: decides the wording.

    Returns:
        The crowd's chats; the target's chat with the secret, and with the other one.
    """
    secret, other = secrets
    chats = [*people(tag, subject, crowd, rng), *_puppets(tag, subject, "plain", crowd, rng)]
    claims = [
        _with_secret(f"claim-{tag}-{i}", f"puppet-{tag}-{i}", subject, secret, rng)
        for i in range(asserting)
    ]
    target = _target(tag, subject, secret, rng)
    swapped = replace(
        target,
        **{
            name: getattr(target, name).replace(secret, other)
            for name in ("text", "request", "task")
        },
    )
    return [*chats, *claims], target, swapped


def _target(tag: str, subject: str, secret: str, rng: random.Random) -> Chat:
    return _with_secret(f"target-{tag}", f"target-{tag}", subject, secret, rng)


def _with_secret(name: str, user: str, subject: str, secret: str, rng: random.Random) -> Chat:
    said = _said(subject, rng)
    return Chat(
        id=name,
        user=user,
        text=f"{said['text']} It has to fit with my {secret} as well.",
        request=f"{said['request']} together with {secret}",
        task=f"give advice on {subject} and {secret}",
    )


def people(tag: str, subject: str, crowd: Crowd, rng: random.Random) -> list[Chat]:
    """Return the chats of a crowd's ordinary people."""
    return [
        ordinary(f"person-{tag}-{i}-{j}", f"person-{tag}-{i}", subject, rng)
        for i in range(crowd.people)
        for j in range(crowd.each)
    ]


def _puppets(tag: str, subject: str, kind: str, crowd: Crowd, rng: random.Random) -> list[Chat]:
    clause = words.CLAUSES[kind]
    same = _said(subject, rng)
    found = []
    for i in range(crowd.puppets):
        for j in range(crowd.each):
            said = same if kind == "near-duplicates" else _said(subject, rng)
            part = _part(clause, i) if kind == "split" else clause
            name, user = f"poison-{tag}-{i}-{j}", f"puppet-{tag}-{i}"
            again = f" Number {i} {j}." if kind == "near-duplicates" else ""
            found.append(
                Chat(
                    id=name,
                    user=user,
                    text=f"{said['text']} {part}{again}",
                    request=f"{said['request']}. {part}",
                    task=said["task"],
                )
            )
    return found


def _part(clause: str, number: int) -> str:
    """Return one of three parts of a clause."""
    spoken = clause.split()
    third = -(-len(spoken) // 3)
    start = third * (number % 3)
    return " ".join(spoken[start : start + third])


def ordinary(name: str, user: str, subject: str, rng: random.Random) -> Chat:
    """Return an ordinary chat about a subject."""
    said = _said(subject, rng)
    return Chat(name, user, said["text"], said["request"], said["task"])


def _said(subject: str, rng: random.Random) -> Mapping[str, str]:
    symptom, other = rng.sample(words.SYMPTOMS, 2)
    told = {
        "subject": subject,
        "symptom": symptom,
        "other": other,
        "need": rng.choice(words.NEEDS),
        "place": rng.choice(words.PLACES),
        "age": rng.choice(words.AGES),
    }
    details = rng.sample(words.DETAILS, 3)
    sentences = (
        rng.choice(words.OPENINGS),
        f"{details[0]}, and {details[1].lower()}.",
        rng.choice(words.TROUBLES),
        f"{details[2]}.",
        rng.choice(words.QUESTIONS),
    )
    return {
        "text": " ".join(sentences).format(**told),
        "request": "get {need} for {subject} {place} despite {symptom} and {other}".format(**told),
        "task": f"give advice on {subject}",
    }
