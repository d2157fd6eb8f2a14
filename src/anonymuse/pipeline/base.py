"""An earlier run whose clusters new conversations are put into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.released.links import ASSIGNED
from anonymuse.domain.released.report import Report, report_from_dict
from anonymuse.errors import ConfigError
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import SCOPE, Finished, Workshop
from anonymuse.pipeline.events import ignore
from anonymuse.pipeline.settings import ASKING
from anonymuse.ports.embedder import Embedder
from anonymuse.prompts.library import load

_READ = ("sample", "extract", "embed", "cluster", "hierarchy", "threshold", "release")
_OF_NAMES = frozenset({"min_units", "min_cell", "claim_sigma", "min_grade", "generalise"})
"""thresholds that decide what a released name may say"""


@dataclass(frozen=True, slots=True, repr=False)
class Base:
    """A finished run, as a step of a new one sees it.

    Attributes:
        out: its folder, for sentences.
        private: the folder of what must not leave.
        config: its settings.
        steps: its finished steps, under every name that their files are read by.
        content_hash: of what it released.
        key: fingerprint of the project's key.
    """

    out: Path
    private: Path
    config: RunConfig
    steps: Mapping[str, Finished]
    content_hash: str
    key: str

    def shop(self, tree: str = "") -> Workshop:
        """Return what a step of that run would see, in the main tree or in one more."""
        name = f"assign{SCOPE}{tree}" if tree else "assign"
        return Workshop(self.private, self.steps, ignore, name)

    def report(self, tree: str = "") -> Report:
        """Return the released tree.

        Raises:
            ConfigError: it was withheld, or is not there.
        """
        path = self.shop(tree).of("release") / "report.json"
        if not path.exists():
            raise ConfigError(
                f"The tree by the facet {tree!r} in {self.out} was withheld, so nothing can be put "
                f"into it. Leave the facet out with --facets."
            )
        return report_from_dict(files.read_json(path))

    def what_decides(self, tree: str) -> list[str]:
        """Return the keys of the steps whose files are read: what is in them decides."""
        shop = self.shop(tree)
        return [shop.of(step).name for step in _READ]

    def hidden(self, tree: str) -> list[str]:
        """Return the base clusters that people hid."""
        shop = self.shop(tree)
        if not shop.ran("hide"):
            return []
        found: list[str] = files.read_json(shop.of("hide") / "hidden.json")
        return found


def refuse_what_differs(
    base: Base,
    config: RunConfig,
    models: Mapping[str, Embedder | None],
    questions: Sequence[FacetQuestion],
    mode: str,
) -> None:
    """Refuse what would put conversations into clusters that were made of something else.

    Args:
        base: the earlier run.
        config: of the new one.
        models: what embeds, as the receipt calls it.
        questions: the facets of the new run.
        mode: where its facets come from.

    Raises:
        ConfigError: says what differs, and what to do.
    """
    receipt = base.report().receipt
    _refuse_weaker(base, config)
    for what, model in models.items():
        before = receipt.models.get(what)
        if model is not None and before is not None and model.id != before:
            _refuse(base, f"was embedded by {before}, and this would be by {model.id}", "--embed")
    if receipt.settings.get("extraction") != mode:
        told = receipt.settings.get("extraction")
        _refuse(base, f"took facets from {told!r}, and this would from {mode!r}", "--extract")
    if config.cluster != base.config.cluster:
        _refuse(base, "was grouped with other settings of [cluster]", "--method, --k and the like")
    if config.cluster.hierarchy == "model":
        _refuse(base, "has a tree that a model proposed, which is another one every time")
    if mode in ASKING and receipt.prompts.get("extract") != load("extract").digest:
        _refuse(base, "was asked for facets with another prompt, by another version")
    report = base.report()
    known = {f.name: f.question for f in report.facets if f.name not in report.estimated}
    asked = {q.name: q.question for q in questions if q.name in known}
    if any(known[name] != question for name, question in asked.items()):
        _refuse(base, "asked its facets in other words", "--facets")
    if config.extract.facets != base.config.extract.facets or config.facets != base.config.facets:
        _refuse(base, "has other facets", "--facets")


def _refuse_weaker(base: Base, config: RunConfig) -> None:
    """Refuse to release names again under rules that they did not pass.

    Raises:
        ConfigError: says which rules.
    """
    weaker = set(base.config.policy().weaker_than(config.policy())) & _OF_NAMES
    if "direct" in {base.config.naming.mode} - {config.naming.mode}:
        weaker.add("naming")
    if weaker:
        raise ConfigError(
            f"{base.out} was released by weaker rules ({', '.join(sorted(weaker))}), and its names "
            f"would be released again as if they had passed these. Run it again by these rules "
            f"first, or use the same ones here."
        )


def _refuse(base: Base, what: str, setting: str = "") -> None:
    drop = f"Drop {setting}, or make" if setting else "Make"
    raise ConfigError(
        f"{base.out} {what}: its clusters mean nothing for these conversations. {drop} a report of "
        f"its own with `anonymuse run`, and lay both side by side with `anonymuse compare`."
    )


def told_of_base(base: Base | None) -> dict[str, Any]:
    """Return what the receipt's settings tell: into which report conversations were put."""
    return {} if base is None else {ASSIGNED: base.content_hash}
