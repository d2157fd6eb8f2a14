"""Runs attacks against pipelines, keeps what is finished, and says what it comes to."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from anonymuse._version import __version__
from anonymuse.errors import ConfigError, OutputError, did_you_mean
from anonymuse.evals.privacybench.frame import (
    CONTROL,
    PIPELINES,
    Attack,
    Bench,
    Finding,
    Measure,
    Pipeline,
    Profile,
    finding_from_dict,
)
from anonymuse.pipeline.events import Emit, StageDone, StageProgress, StageReused, StageStarted
from anonymuse.ports.chat import ChatModel

SCHEMA = 1
PACKAGE = Path(__file__).resolve().parents[2]
Kept = dict[str, Any]


def chosen(attacks: Sequence[Attack], names: Sequence[str]) -> list[Attack]:
    """Return the attacks of these names, all of them where none is named.

    Raises:
        ConfigError: there is no such attack.
    """
    known = {attack.name: attack for attack in attacks}
    for name in names:
        if name not in known:
            raise ConfigError(
                f"There is no attack {name!r}. {did_you_mean(name, known)}"
                f"Attacks: {', '.join(known)}."
            )
    return [known[name] for name in dict.fromkeys(names)] if names else list(attacks)


async def run_all(
    attacks: Sequence[Attack],
    *,
    profile: Profile,
    seed: int,
    emit: Emit,
    chat: str = "",
    real: ChatModel | None = None,
    kept: Path | None = None,
) -> Kept:
    """Run attacks and return the result as plain values.

    Args:
        attacks: to run.
        profile: how many trials.
        seed: of every random choice.
        emit: told of progress.
        chat: name of the real model; empty for our accomplices.
        real: the model itself.
        kept: file of an earlier result: what it holds of the same software, profile, seed and
            model is not run again. Written after every attack.

    Raises:
        OutputError: the file cannot be written.
    """
    result = _earlier(kept, profile, seed, chat)
    for attack in attacks:
        found = [Measure(**m) for m in result["unfinished"].get(attack.name, [])]
        if attack.name in result["findings"]:
            emit(StageReused(attack.title))
            continue
        start = time.monotonic()
        ran = {measure.pipeline for measure in found}
        for pipeline in attack.against(profile):
            if pipeline.name in ran:
                continue
            bench = Bench(profile, seed, _teller(emit, attack, pipeline), real)
            stage = _stage(attack, pipeline)
            emit(StageStarted(stage))
            begun = time.monotonic()
            found += _judged(await attack.run(bench, pipeline, attack.trials[profile]), profile)
            emit(StageDone(stage, time.monotonic() - begun, {}))
            result["unfinished"][attack.name] = [asdict(m) for m in found]
            write(kept, result)
        finding = Finding(
            attack=attack.name,
            title=attack.title,
            target=attack.target,
            about=attack.about,
            must_leak=attack.must_leak and any(p.baseline for p in attack.against(profile)),
            seconds=round(time.monotonic() - start, 1),
            measures=tuple(found),
        )
        result["findings"][attack.name] = asdict(finding)
        result["unfinished"].pop(attack.name, None)
        write(kept, result)
    return result


def _judged(measures: Sequence[Measure], profile: Profile) -> list[Measure]:
    """Return the measures; a few trials cannot bound a rate, so there the estimate is judged."""
    if profile == "full":
        return list(measures)
    return [replace(m, judge="estimate") if m.judge == "high" else m for m in measures]


def findings_of(result: Mapping[str, Any]) -> list[Finding]:
    """Return the findings of a result."""
    return [finding_from_dict(values) for values in result["findings"].values()]


def complaints(findings: Sequence[Finding]) -> list[str]:
    """Return a sentence for every target that is missed and every baseline that does not leak."""
    told: list[str] = []
    for finding in findings:
        told += [
            f"{finding.title}: {m.what} is {m.estimate:.3f} ({m.low:.3f} to {m.high:.3f}, "
            f"{m.trials} trials) in the pipeline '{m.pipeline}', the limit is {m.limit:g}."
            for m in finding.missed()
        ]
        if finding.asleep():
            told.append(
                f"{finding.title}: THE TEST IS BROKEN. The unhardened baseline does not leak, so "
                "that hardened pipelines pass proves nothing."
            )
    return told


def measured(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a receipt quotes: for each way of naming and policy, what was measured.

    ``{"date", "command", "profile", "configurations": {"voted/public": {"met": bool,
    "attacks": [{"name", "title", "target", "what", "trials", "estimate", "low", "high", "limit",
    "met"}]}}}``: only measures that have a limit in some pipeline, and no controls, which are no
    attack. Where a configuration promises none, its number stands there all the same, and
    ``limit`` and ``met`` are None.
    """
    ways = {pipeline.name: pipeline.way for pipeline in PIPELINES}
    configurations: dict[str, Any] = {}
    for finding in findings_of(result):
        judged = {m.what for m in finding.measures if m.limit is not None}
        for m in finding.measures:
            if m.what not in judged or m.pipeline not in ways or m.what.startswith(CONTROL):
                continue
            own = configurations.setdefault(ways[m.pipeline], {"met": True, "attacks": []})
            own["met"] = own["met"] and m.met is not False
            own["attacks"].append(
                {
                    "name": finding.attack,
                    "title": finding.title,
                    "target": finding.target,
                    "what": m.what,
                    "trials": m.trials,
                    "estimate": round(m.estimate, 4),
                    "low": round(m.low, 4),
                    "high": round(m.high, 4),
                    "limit": m.limit,
                    "met": m.met,
                }
            )
    head = {name: result[name] for name in ("date", "command", "profile", "versions")}
    return {**head, "configurations": dict(sorted(configurations.items()))}


@cache
def source_digest(root: Path = PACKAGE) -> str:
    """Return the digest of the software's own files: other code, other results.

    Without the commands and the built explorer, which decide nothing of what is measured.
    """
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.suffix in {".py", ".md", ".txt", ".toml"} and not {"cli", "static"} & {*name.parts}:
            digest.update(name.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _stage(attack: Attack, pipeline: Pipeline) -> str:
    return f"{attack.title} ({pipeline.name})"


def _teller(emit: Emit, attack: Attack, pipeline: Pipeline) -> Callable[[int, int], None]:
    stage = _stage(attack, pipeline)
    return lambda done, total: emit(StageProgress(stage, done, total, "trials"))


def _earlier(kept: Path | None, profile: Profile, seed: int, chat: str) -> Kept:
    """Return what a file holds of the same benchmark, or an empty result."""
    head: Kept = {
        "benchmark": "privacybench",
        "schema": SCHEMA,
        "profile": profile,
        "seed": seed,
        "chat": chat,
        "source": source_digest(),
        "versions": {"anonymuse": __version__},
    }
    empty: Kept = {**head, "findings": {}, "unfinished": {}}
    if kept is None or not kept.exists():
        return empty
    try:
        found: Kept = json.loads(kept.read_text(encoding="utf-8"))
        same = all(found[name] == value for name, value in head.items())
    except (OSError, ValueError, KeyError, TypeError):
        return empty
    return {**empty, **found} if same else empty


def write(kept: Path | None, result: Mapping[str, Any]) -> None:
    """Write a result; nothing where no file is named.

    Raises:
        OutputError: the file cannot be written.
    """
    if kept is None:
        return
    text = json.dumps(result, ensure_ascii=False, indent=1)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_name(f".{kept.name}.part")
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(kept)
    except OSError as error:
        raise OutputError(f"{kept} cannot be written: {error.strerror}.") from None
