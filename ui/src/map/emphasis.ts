// What steps back: clusters outside the search, outside the chosen cluster, or with too few people
// in the span of time.
import type { SeriesDoc } from "../api/types";
import type { Tree } from "../model/tree";
import type { Palette } from "./layer";

/** Opacity of dots that step back. */
const BACK = { selection: 120, search: 46, time: 34 };

export interface Emphasis {
  selected: number | null;
  matches: ReadonlySet<number> | null;
  /** Rows with too few people in the span of time. */
  quiet: ReadonlySet<number> | null;
}

/** The palette with the opacity of every cluster's dots. */
export function emphasised(palette: Palette, tree: Tree, emphasis: Emphasis): Palette {
  const found = palette.slice();
  const lit = emphasis.matches && widened(tree, emphasis.matches);
  const below = emphasis.selected === null ? null : new Set(tree.leavesBelow(emphasis.selected));
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
  const windows = series.windows.flatMap((window, i) =>
    window >= span[0] && window <= span[1] ? [i] : [],
  );
  const quiet = new Set(tree.rows.keys());
  for (const { cluster, facet, units } of series.series)
    if (cluster !== null && facet === "" && windows.some((i) => units[i] !== null))
      quiet.delete(cluster);
  return quiet;
}
