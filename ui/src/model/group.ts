// Topics that somebody gathered, taken together: sums of what is published of each, nothing else.
import type { FacetDoc, FacetEntry } from "../api/types";
import type { Tree } from "./tree";

/** So many topics make a group. */
const LEAST = 2;

/** One value of a facet in the gathered topics. */
export interface GroupValue {
  value: string;
  /** People with it, as far as they are shown; null: in none of the topics. */
  units: number | null;
  /** Of the people of all the topics. */
  share: number | null;
  /** In how many of the topics it is shown. */
  shown: number;
  /** The whole report's share. */
  base: number | null;
}

/** The group with a topic added or left out; a topic that is chosen is the first of a new group. */
export function gathered(
  group: readonly string[],
  id: string,
  chosen: string | null = null,
): readonly string[] {
  if (group.includes(id)) return group.filter((other) => other !== id);
  return group.length === 0 && chosen !== null && chosen !== id ? [chosen, id] : [...group, id];
}

/** Rows of the gathered topics; none while they are too few to be a group. */
export function topicsOf(tree: Tree, group: readonly string[]): readonly number[] {
  const found = group.map((id) => tree.find(id)).filter((i) => i !== null);
  return found.length < LEAST ? [] : found;
}

/** Base clusters below the topics, each once. */
export function leavesOf(tree: Tree, topics: readonly number[]): readonly number[] {
  return [...new Set(topics.flatMap((i) => tree.leavesBelow(i)))];
}

/** The nearest other gathered topic that holds this one. */
export function holderOf(tree: Tree, topics: readonly number[], topic: number): number | null {
  const above = tree.path(topic).slice(0, -1);
  return above.findLast((i) => topics.includes(i)) ?? null;
}

/** The topics that are in no other gathered one. */
export function outermost(tree: Tree, topics: readonly number[]): readonly number[] {
  return topics.filter((i) => holderOf(tree, topics, i) === null);
}

/** Conversations of the group, and their share of the report's. */
export function sizeOf(tree: Tree, topics: readonly number[], all: number) {
  const conversations = sum(leavesOf(tree, topics).map((i) => tree.row(i).conversations));
  return { conversations, share: all > 0 ? Math.min(1, conversations / all) : 0 };
}

/** People of the outermost topics; who is in two of them counts twice. */
export function peopleIn(tree: Tree, topics: readonly number[]): number {
  return sum(outermost(tree, topics).map((i) => tree.row(i).units));
}

/** A facet in the group, largest first: what is not shown of a topic adds nothing. */
export function combined(
  tree: Tree,
  topics: readonly number[],
  entry: FacetEntry,
  doc: FacetDoc,
): GroupValue[] {
  const outer = outermost(tree, topics);
  const people = peopleIn(tree, topics);
  const values = entry.values.map((value, n): GroupValue => {
    const column = doc.values.find((other) => other.value === value);
    const cells = outer.flatMap((i) => column?.units[column.clusters.indexOf(i)] ?? []);
    const units = cells.length > 0 ? sum(cells) : null;
    const share = units === null || people <= 0 ? null : Math.min(1, units / people);
    return { value, units, share, shown: cells.length, base: entry.base[n]?.share ?? null };
  });
  return values.sort((a, b) => (b.share ?? -1) - (a.share ?? -1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
