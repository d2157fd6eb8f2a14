// Which cluster lies under a pixel. By cluster, never by dot: a dot stands for nobody in particular.
import type { Tree } from "../model/tree";
import { PLACING } from "./labels";

/** The base cluster whose disc a place lies in, or nearly. */
export function leafAt(tree: Tree, x: number, y: number, slack: number): number | null {
  let best: number | null = null;
  let nearest = Infinity;
  for (const leaf of tree.leaves) {
    const row = tree.row(leaf);
    const far = Math.hypot(row.x - x, row.y - y) - row.radius;
    if (far <= slack + 0.12 * row.radius && far / row.radius < nearest) {
      best = leaf;
      nearest = far / row.radius;
    }
  }
  return best;
}

/** The cluster to speak of at this scale: the finest one that is large enough on screen. */
export function clusterAt(tree: Tree, x: number, y: number, scale: number): number | null {
  const leaf = leafAt(tree, x, y, 4 / scale);
  if (leaf === null) return null;
  const path = tree.path(leaf);
  while (path.length > 1 && tree.row(path.at(-1)!).radius * scale < PLACING.due) path.pop();
  return path.at(-1)!;
}
