"""One facet over all clusters, as a document of columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anonymuse.domain.released.cube import Cell
from anonymuse.insights.columns import told
from anonymuse.insights.lifts import Lifts
from anonymuse.web.contract import FacetDoc, ValueColumn


def facet_doc(index: int, name: str, shown: Sequence[Cell], found: Lifts) -> FacetDoc:
    """Return ``facets/{index}.json``.

    Args:
        index: of the document.
        name: of the facet.
        shown: its cells that are shown.
        found: their lifts.
    """
    row = found.sheet.tree.row
    released = {(cell.value, row[cell.cluster]): cell for cell in shown}
    columns = []
    for place, value in enumerate(found.sheet.values):
        own = np.flatnonzero(found.column == place)
        rows = found.row[own].tolist()
        cells = [released[value, row] for row in rows]
        columns.append(
            ValueColumn.model_validate(
                {
                    "value": value,
                    "clusters": rows,
                    "units": [cell.units for cell in cells],
                    "share": [cell.share for cell in cells],
                    "low": [cell.share_low for cell in cells],
                    "high": [cell.share_high for cell in cells],
                    "lift": told(found.ratios.ratio[own], 3),
                    "lift_low": told(found.ratios.low[own], 3),
                    "lift_high": told(found.ratios.high[own], 3),
                    "notable": found.notable[own].tolist(),
                }
            )
        )
    return FacetDoc(index=index, name=name, values=tuple(columns))
