// What steps back: clusters outside the search, outside the chosen cluster, or not shown in the
// span of time.
import type { SeriesDoc } from "../api/types";
import { leavesOf } from "../model/group";
import { unitsInSpan } from "../model/span";
import type { Tree } from "../model/tree";
import type { Palette } from "./layer";

/** Opacity of dots that step back. */
const BACK = { selection: 120, search: 46, time: 34 };

export interface Emphasis {
  selected: number | null;
  /** Clusters that are gathered; they count before the selected one. */
  group?: readonly number[];
  matches: ReadonlySet<number> | null;
  /** Rows that are not shown in the span of time. */
  quiet: ReadonlySet<number> | null;
}

/** The palette with the opacity of every cluster's dots. */
export function emphasised(palette: Palette, tree: Tree, emphasis: Emphasis): Palette {
  const found = palette.slice();
  const lit = emphasis.matches && widened(tree, emphasis.matches);
  const chosen = emphasis.selected === null ? [] : [emphasis.selected];
  const lightened = emphasis.group?.length ? emphasis.group : chosen;
  const below = lightened.length ? new Set(leavesOf(tree, lightened)) : null;
  for (const leaf of tree.leaves) {
    let alpha = 255;
    if (below && !below.has(leaf)) alpha = BACK.selection;
    if (lit && !lit.has(leaf)) alpha = Math.min(alpha, BACK.search);
    if (emphasis.quiet?.has(leaf)) alpha = Math.min(alpha, BACK.time);
    found[4 * leaf + 3] = alpha;
  }
  return found;
}

/** Matches and all below them: a topic that is found lights up as a whole. */
function widened(tree: Tree, matches: ReadonlySet<number>): Set<number> {
  const found = new Set(matches);
  tree.rows.forEach((row, i) => {
    if (row.parent !== null && found.has(row.parent)) found.add(i);
  });
  return found;
}

/** Rows of which nothing is told in any window of the span. */
export function quietIn(
  tree: Tree,
  series: SeriesDoc,
  span: readonly [string, string],
): Set<number> {
  const inSpan = unitsInSpan(series, span);
  return new Set([...tree.rows.keys()].filter((i) => inSpan(i) === null));
}
