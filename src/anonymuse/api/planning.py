"""What a run would ask and cost, from Python: what `anonymuse plan` says."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.api.aside import complete
from anonymuse.api.layers import Config, settings
from anonymuse.api.plan_page import plain, prompt_page
from anonymuse.api.running import Paths, places
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.estimate import Estimate
from anonymuse.pipeline.events import Emit, ignore
from anonymuse.pipeline.forecast import Outlook, look_ahead


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """What a run would ask of its chat model, before anything is sent. Print it for a page.

    Attributes:
        estimate: calls, tokens and cost by stage, each with an interval.
    """

    estimate: Estimate
    _outlook: Outlook

    def as_dict(self) -> Mapping[str, Any]:
        """Return every number as plain values; costs in US dollars."""
        return self.estimate.as_dict()

    def prompt(self) -> str:
        """Return one prompt as it would be sent: the scrubbed text of a real conversation."""
        return prompt_page(self._outlook.prompt)

    def __str__(self) -> str:
        return plain(self.estimate)

    def __repr__(self) -> str:
        return f"<Plan: {len(self.estimate.stages)} stages>"


def plan(
    data: Paths | None, config: Config | None = None, *, emit: Emit = ignore, **keywords: Any
) -> Plan:
    """Predict what a run would ask and cost. Nothing is sent, and nothing is kept.

    The data is read, narrowed and sampled as a run would do it, in a private folder that is deleted
    afterwards; prompts are counted on a random sample of it.

    Args:
        data: as for :func:`run`.
        config: as for :func:`run`.
        emit: called with every event.
        keywords: settings by the names of the flags.

    Raises:
        UserError: what a run would stop at, too.
    """
    chosen = settings(config, keywords)
    return complete(lambda told: _ahead(data, chosen, told), emit)


async def _ahead(data: Paths | None, config: RunConfig, emit: Emit) -> Plan:
    from anonymuse.wiring.job import assemble_plan

    with tempfile.TemporaryDirectory(prefix="anonymuse-plan-") as place:
        folder = Path(place)
        with assemble_plan(places(data), folder, config) as parts:
            outlook = await look_ahead(config, parts, folder, emit)
    return Plan(outlook.estimate, outlook)
