// The rows of the tree as a flat list, from top to bottom: open branches only.
import type { Tree } from "../model/tree";

export interface TreeRow {
  i: number;
  depth: number;
  /** Whether there is anything below it that can be opened. */
  branch: boolean;
  open: boolean;
  /** Its place among its siblings, from 1, and how many they are. */
  place: number;
  siblings: number;
}

/** A number to sort by; null goes last either way. */
export type Value = (i: number) => number | string | null;

export interface Order {
  value: Value;
  descending: boolean;
}

interface Shown {
  opened: ReadonlySet<number>;
  /** Rows that a search left; null: all. */
  kept: ReadonlySet<number> | null;
  /** null: as published, largest first. */
  order: Order | null;
  /** The topics alone, all in one order. */
  flat?: boolean;
}

export function shownRows(tree: Tree, { opened, kept, order, flat }: Shown): TreeRow[] {
  if (flat) return listed(tree, kept, order);
  const found: TreeRow[] = [];
  const add = (ids: readonly number[], depth: number) => {
    const own = sorted(stay(ids, kept), order);
    own.forEach((i, n) => {
      const branch = stay(tree.children[i]!, kept).length > 0;
      const open = branch && opened.has(i);
      found.push({ i, depth, branch, open, place: n + 1, siblings: own.length });
      if (open) add(tree.children[i]!, depth + 1);
    });
  };
  add(tree.roots, 0);
  return found;
}

function listed(tree: Tree, kept: Shown["kept"], order: Order | null): TreeRow[] {
  const bySize: Order = { value: (i) => tree.row(i).share, descending: true };
  const own = sorted(stay(tree.leaves, kept), order ?? bySize);
  const alone = { depth: 0, branch: false, open: false, siblings: own.length };
  return own.map((i, n) => ({ ...alone, i, place: n + 1 }));
}

function stay(ids: readonly number[], kept: ReadonlySet<number> | null): readonly number[] {
  return kept ? ids.filter((i) => kept.has(i)) : ids;
}

function sorted(ids: readonly number[], order: Order | null): readonly number[] {
  if (!order) return ids;
  const { value, descending } = order;
  return [...ids].sort((a, b) => {
    const [one, two] = [value(a), value(b)];
    if (one === null || two === null) return Number(one === null) - Number(two === null);
    const less = typeof one === "string" ? one.localeCompare(String(two)) : one - Number(two);
    return (descending ? -less : less) || a - b;
  });
}
