// Which rows stand open at first, and which a search leaves.
import type { Tree } from "../model/tree";

/** So many rows fit a screen and can be read at a glance. */
const GLANCE = 40;

/** The rows to open so that the finest level that still fits a glance shows. */
export function openedAtFirst(tree: Tree): Set<number> {
  const atDepth: number[] = [];
  for (const depth of tree.depth) atDepth[depth] = (atDepth[depth] ?? 0) + 1;
  let shown = atDepth[0] ?? 0;
  let deepest = 0;
  while (deepest + 1 < atDepth.length && shown + atDepth[deepest + 1]! <= GLANCE) {
    deepest++;
    shown += atDepth[deepest]!;
  }
  return new Set(branches(tree).filter((i) => tree.depth[i]! < deepest));
}

/** One level more: every open branch's children are opened too, the topmost first. */
export function openMore(tree: Tree, opened: ReadonlySet<number>): Set<number> {
  const closed = branches(tree).filter((i) => !opened.has(i));
  const top = Math.min(...closed.map((i) => tree.depth[i]!));
  return new Set([...opened, ...closed.filter((i) => tree.depth[i] === top)]);
}

/** One level less: the deepest open branches are closed. */
export function openLess(tree: Tree, opened: ReadonlySet<number>): Set<number> {
  const deepest = Math.max(...[...opened].map((i) => tree.depth[i]!));
  return new Set([...opened].filter((i) => tree.depth[i]! < deepest));
}

function branches(tree: Tree): number[] {
  return [...tree.rows.keys()].filter((i) => tree.children[i]!.length > 0);
}

/** What a search found, with the way down to it. */
export interface Pruned {
  kept: ReadonlySet<number>;
  opened: Set<number>;
}

export function prune(tree: Tree, matches: ReadonlySet<number>): Pruned {
  const kept = new Set<number>();
  const opened = new Set<number>();
  for (const match of matches)
    for (const i of tree.path(match)) {
      kept.add(i);
      if (i !== match) opened.add(i);
    }
  return { kept, opened };
}
