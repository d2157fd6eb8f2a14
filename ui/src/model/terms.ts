// Of how many noisy numbers each released count is the sum. A parent's count is the sum of its
// children's that are shown and of one number for those that are not.
import type { Tree } from "./tree";

export interface Terms {
  /** By cluster row; 0 where the count is not shown. */
  clusters: readonly number[];
  whole: number;
}

export function termsOf(tree: Tree, units: readonly (number | null)[]): Terms {
  const found = tree.rows.map(() => 0);
  const someHidden = tree.rows.map(() => false);
  let whole = 0;
  let wholeHidden = false;
  for (let i = tree.rows.length - 1; i >= 0; i--) {
    const hidden = (units[i] ?? null) === null;
    const own = hidden ? 0 : Math.max(1, found[i]! + Number(someHidden[i]));
    found[i] = own;
    const { parent } = tree.row(i);
    if (parent === null) {
      whole += own;
      wholeHidden ||= hidden;
    } else {
      found[parent] = found[parent]! + own;
      someHidden[parent] ||= hidden;
    }
  }
  return { clusters: found, whole: Math.max(1, whole + Number(wholeHidden)) };
}
