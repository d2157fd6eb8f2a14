// Words to clusters, in every script: names and descriptions are cut into words by the browser's
// own rules where a script has no spaces.
import MiniSearch from "minisearch";
import { useDeferredValue, useMemo } from "react";
import type { Tree } from "../model/tree";
import { type Loaded, useStore } from "../state/store";

export interface Hit {
  cluster: number;
  /** The words of the report that matched. */
  terms: readonly string[];
}

const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

const made = new WeakMap<Tree, MiniSearch>();
let cutter: Intl.Segmenter | null | undefined;

/** The words of a text as they are compared: one case, one form, no accents. */
export function wordsOf(text: string): string[] {
  const plain = folded(text);
  if (!UNSPACED.test(plain)) return plain.match(WORD) ?? [];
  cutter ??=
    typeof Intl.Segmenter === "function"
      ? new Intl.Segmenter("und", { granularity: "word" })
      : null;
  if (!cutter)
    return plain.match(WORD)?.flatMap((word) => (UNSPACED.test(word) ? [...word] : word)) ?? [];
  const words: string[] = [];
  for (const { segment, isWordLike } of cutter.segment(plain)) if (isWordLike) words.push(segment);
  return words;
}

/** Clusters that a query finds, best first. */
export function searchTree(tree: Tree, query: string): Hit[] {
  const found = indexOf(tree).search(query, {
    prefix: true,
    fuzzy: (term) => (term.length > 4 && !UNSPACED.test(term) ? 0.2 : false),
    boost: { name: 3 },
    combineWith: "AND",
    boostDocument: (id) => 1 + tree.row(id as number).share,
  });
  return found.map(({ id, terms }) => ({ cluster: id as number, terms }));
}

/** Clusters that the words in the address find; null: nothing is searched. */
export function useMatches(loaded: Loaded): Set<number> | null {
  const query = useDeferredValue(useStore((state) => state.view.query.trim()));
  return useMemo(
    () => (query ? new Set(searchTree(loaded.tree, query).map(({ cluster }) => cluster)) : null),
    [loaded.tree, query],
  );
}

function indexOf(tree: Tree): MiniSearch {
  const known = made.get(tree);
  if (known) return known;
  const index = new MiniSearch({
    fields: ["name", "description"],
    tokenize: (text, field) => (field ? wordsOf(text).flatMap(endings) : wordsOf(text)),
    processTerm: (term) => term,
    searchOptions: { tokenize: wordsOf, processTerm: (term) => term },
  });
  index.addAll(tree.rows.map(({ name, description }, id) => ({ id, name, description })));
  made.set(tree, index);
  return index;
}

/** A word without spaces around it is also found by its middle: each ending counts as a word. */
function endings(word: string): string[] {
  if (!UNSPACED.test(word)) return [word];
  const letters = [...word];
  return letters.map((_, i) => letters.slice(i).join(""));
}

function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFKC")
    .toLowerCase();
}

/** Builds the index before the first letter is typed. */
export function warmUp(tree: Tree): void {
  setTimeout(() => indexOf(tree), 0);
}
