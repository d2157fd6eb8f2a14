import { useState } from "react";
import type { Tree } from "../model/tree";
import { openedAtFirst } from "./opening";

/** Open branches: a person's own, and while a search is on those that lead to what it found. */
export function useOpened(
  tree: Tree,
  found: Set<number> | null,
  selected: number | null,
): [Set<number>, (opened: Set<number>) => void] {
  const [own, setOwn] = useState(() => openedAtFirst(tree));
  const [searched, setSearched] = useState(found);
  const [was, setWas] = useState({ tree, found, selected: null as number | null });
  if (was.tree !== tree || was.found !== found || was.selected !== selected) {
    setWas({ tree, found, selected });
    const base = was.tree === tree ? own : openedAtFirst(tree);
    const way = selected === null ? [] : tree.path(selected).slice(0, -1);
    if (was.tree !== tree || way.some((i) => !base.has(i))) setOwn(new Set([...base, ...way]));
    if (was.found !== found) setSearched(found);
  }
  return found ? [searched ?? found, setSearched] : [own, setOwn];
}
