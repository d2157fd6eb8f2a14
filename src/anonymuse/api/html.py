"""A report as a piece of HTML for a notebook's cell: no script, no style sheet, nothing fetched.

Colours come from the notebook, light or dark. Every name is text and is escaped.
"""

from __future__ import annotations

from html import escape

from anonymuse.api.tree import Node, Tree
from anonymuse.domain.released import sentences
from anonymuse.domain.released.report import Report

MOST_NODES = 300
"""nodes put into a page; a notebook keeps every output for ever"""

_BAR = "display:inline-block;height:.6em;background:currentColor;opacity:.35;margin-right:.5em"
_NUMBERS = "opacity:.7;margin-left:.5em;white-space:nowrap"


def page_piece(report: Report, tree: Tree) -> str:
    """Return the title, the policy, the tree to unfold, and what a reader must see."""
    depth = _depth(tree)
    shown = sum(1 for level, _ in tree.walk() if level < depth)
    more = sum(1 for _ in tree.walk()) - shown
    receipt = report.receipt
    lines = [
        f"<b>{escape(report.title)}</b>",
        f"{escape(sentences.what_this_is(report))} {escape(sentences.policy_line(receipt))}",
        "".join(_node(node, tree.many, depth) for node in tree.nodes),
        f"{more:,} smaller clusters are not shown here; print(report.tree)." if more else "",
        escape(sentences.withheld_line(report)),
        *(f"Note: {escape(note)}" for note in receipt.notes),
    ]
    return "<div>" + "".join(f"<div>{line}</div>" for line in lines if line) + "</div>"


def _depth(tree: Tree) -> int:
    """Return how many levels fit; the top one always does."""
    levels = [level for level, _ in tree.walk()]
    depth = 1
    while depth <= max(levels, default=0) and sum(n <= depth for n in levels) <= MOST_NODES:
        depth += 1
    return depth


def _node(node: Node, many: str, depth: int) -> str:
    numbers = f"{sentences.percent(node.share)} ({sentences.interval(*node.interval)})"
    if many:
        numbers += f", {sentences.count(node.units)} {many}"
    bar = f'<span style="{_BAR};width:{8 * min(1.0, node.share):.2f}em"></span>'
    line = (
        f'{bar}<bdi title="{escape(node.description)}">{escape(node.name)}</bdi>'
        f'<span style="{_NUMBERS}">{escape(numbers)}</span>'
    )
    if not node.children or depth <= 1:
        return f'<div style="margin-left:1.1em">{line}</div>'
    below = "".join(_node(child, many, depth - 1) for child in node.children)
    return (
        f'<details><summary>{line}</summary><div style="margin-left:1.5em">{below}</div></details>'
    )
