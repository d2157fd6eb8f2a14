"""Addresses inside the explorer, as its interface writes them."""

from __future__ import annotations

from urllib.parse import urlencode

from anonymuse.insights.findings import Finding


def finding_href(finding: Finding, tree: str) -> str:
    """Return where a finding leads: its cluster on the map, coloured by what it is about."""
    if finding.cluster is None:
        return "#/how"
    query = {"tree": tree} if tree != "main" else {}
    query["sel"] = finding.cluster
    if finding.colour:
        query["color"] = finding.colour
    if finding.is_lift:
        query["as"] = "lift"
    return f"#/map?{urlencode(query, safe=':,')}"
