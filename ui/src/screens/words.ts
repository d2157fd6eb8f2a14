// Small words that several screens share.
import { count, list } from "../charts/format";

/** "72 topics in 9 areas", of how many there are by level, the finest first. */
export function topicsIn(levels: readonly number[]): string {
  const [topics = 0, ...above] = levels;
  return `${so(topics, "topic")}${above.length > 0 ? ` ${areas(above)}` : ""}`;
}

/** "in 17 groups and 4 areas": the levels above the topics. */
export function areas(above: readonly number[]): string {
  if (above.length > 2) return `in ${above.length} levels of groups`;
  const nouns = above.length === 1 ? ["area"] : ["group", "area"];
  return `in ${list(above.map((n, i) => so(n, nouns[i]!)))}`;
}

function so(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** What a level of the tree is called: "Topics" below, "Areas" on top, "Groups" between. */
export function levelName(level: number, levels: number): string {
  if (level === 0) return "Topics";
  if (level === levels - 1) return "Areas";
  return levels === 3 ? "Groups" : `Groups ${levels - 1 - level}`;
}

/** Keeps a number and its "%" on one line. */
export function tight(text: string): string {
  return text.replaceAll(" %", "\u00a0%");
}
