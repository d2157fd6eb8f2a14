"""Pages from templates: the only place that knows Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from anonymuse.secure import charts, shown


class Pages:
    """The zone's templates, read once.

    Whatever a template writes is escaped, and what it hides is spelled out first; a name that a
    page forgot to give is an error, never an empty place.
    """

    def __init__(self) -> None:
        self._made = Environment(
            loader=PackageLoader("anonymuse.secure"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        own = (
            shown.count,
            shown.day,
            shown.decimal,
            shown.moment,
            shown.points,
            shown.rate,
            shown.of,
            shown.share,
        )
        self._made.filters.update({one.__name__: one for one in own})
        drawn = (charts.along, charts.bars, charts.columns, charts.whisker)
        self._made.globals.update({one.__name__: one for one in drawn}, SIDE=charts.SIDE)

    def write(self, template: str, values: Mapping[str, Any]) -> str:
        """Return the page."""
        return self._made.get_template(template).render(values)


def _shown(value: object) -> object:
    return shown.visible(value) if type(value) is str else value
