"""The last part of the plan of a restricted run: names, then evidence in place of a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.ids import content_id
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.restricted.evidence import REFUSED
from anonymuse.domain.restricted.report import SCHEMA_VERSION
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_naming import naming_steps
from anonymuse.pipeline.plan_narrow import narrows, told_to_readers
from anonymuse.pipeline.plan_release import models_of, settings_of
from anonymuse.pipeline.settings import PrivacyConfig
from anonymuse.pipeline.steps import restricted
from anonymuse.pipeline.steps.derived import step_of
from anonymuse.stages.coordinate import shipped_weights

READ = ("language", "concern", "refused")
"""facets that evidence is made from, besides flags"""

OF_A_RELEASE = ("policy", "min_units", "min_conversations", "min_cell", "generalise")
"""settings of `privacy` that say what may be published"""
NOT_IN_FORCE = "Not in force here, as nothing is published: {}."


def refuse_what_is_released(config: RunConfig, parts: Parts) -> None:
    """Refuse settings that a restricted report has no use or no room for.

    Raises:
        ConfigError: names the setting.
    """
    if not config.zone.restricted:
        return
    asked = {
        "cluster.on": bool(config.cluster.on),
        "naming.audit = 'on'": config.naming.audit == "on",
    }
    for setting, wanted in asked.items():
        if wanted:
            raise ConfigError(
                f"{setting} is about what is published, and a restricted run publishes nothing. "
                f"Drop it, or drop --restricted."
            )
    if REFUSED in config.input.flag_columns:
        raise ConfigError(
            f"A restricted report calls the model's own refusals {REFUSED!r}, so no column of "
            f"--flag can have that name. Rename the column with --sql."
        )
    if parts.edits:
        raise ConfigError(
            "People's edits change what is published, and a restricted run publishes nothing. "
            "Choose another --out."
        )


def restricted_steps(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    questions: Sequence[FacetQuestion],
) -> list[Step]:
    """Return the steps from groups to evidence; no auditor takes a name or a cluster away."""
    quiet = config.naming.model_copy(update={"audit": "off"})
    naming = naming_steps(config.model_copy(update={"naming": quiet}), parts, policy, mode)
    read = [q for q in questions if q.name in READ or q.source == "flag"]
    about = restricted.About(
        title=config.title,
        settings={**settings_of(config, mode), "accounts are": config.privacy.unit},
        models=models_of(parts, mode),
        asked_unit=config.privacy.unit,
        questions=read,
        window=config.tables.window,
        whole=config.sample.size is None and not narrows(config),
        bound=config.sample.per_unit,
        seed=config.seed,
        notes=_not_in_force(config),
    )
    return [
        *(_passing(step) if step.name == "audit" else step for step in naming),
        Step(
            restricted.RESTRICT,
            4,
            {
                "title": about.title,
                "settings": about.settings,
                "models": about.models,
                "facets": [q.name for q in read],
                "window": about.window,
                "unit": about.asked_unit,
                "notes": [*about.notes, *parts.notes],
                "schema": SCHEMA_VERSION,
                "weights": content_id(_weights()),
            },
            (Needs("ingest"), Needs("sample"), *told_to_readers(config), Needs("scrub"),
             Needs("embed"), Needs("extract", "rows.parquet"),
             *(Needs(step_of(q), f"facet-{q.name}.parquet") for q in read),
             Needs("cluster"), Needs("describe"), Needs("parents")),
            partial(restricted.gather, parts=parts, about=about),
        ),
    ]  # fmt: skip


def _weights() -> list[object]:
    """Return what decides a score of coordination, besides the data and the seed."""
    own = shipped_weights()
    return [own.bias, dict(own.weight), dict(own.most)]


def _passing(step: Step) -> Step:
    return replace(step, params={"auditor": "none"}, needs=(), run=restricted.let_pass)


def _not_in_force(config: RunConfig) -> tuple[str, ...]:
    """Return a note on settings that a file or the environment holds for runs of the other kind."""
    usual = PrivacyConfig()
    changed = [
        f"privacy.{name}"
        for name in OF_A_RELEASE
        if getattr(config.privacy, name) != getattr(usual, name)
    ]
    return (NOT_IN_FORCE.format(", ".join(changed)),) if changed else ()
