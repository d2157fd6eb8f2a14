// What the tree can show and sort by: sizes, the measures that this report has, and the facet
// value that colours the map.
import type { Measure } from "../api/types";
import { count, interval, measureWords, percent, spanName } from "../charts/format";
import { unitsInSpan } from "../model/span";
import type { Tree } from "../model/tree";
import type { Loaded } from "../state/store";
import type { View } from "../state/view";

export interface TreeColumn {
  key: string;
  title: string;
  note: string;
  value: (i: number) => number | null;
  words: (value: number, i: number) => string;
  /** "95 % interval 3.0 % to 6.0 %"; empty where none is known. */
  within?: (i: number) => string;
  /** Whether it stands out after control for all that was looked at. */
  notable?: (i: number) => boolean;
  /** 0 to 1, for a bar behind the number. */
  bar?: (value: number) => number;
}

/** Measures that help to find something; the rest stands in the cluster's panel. */
const MOST = 5;

export function treeColumns(
  loaded: Loaded,
  { time, overlay }: Pick<View, "time" | "overlay">,
): TreeColumn[] {
  const measures = [...loaded.tree.measures.values()].filter(told).slice(0, MOST);
  const own = overlay.kind === "facet" ? facetColumn(loaded, overlay) : null;
  return [
    time ? spanColumn(loaded, time) : sizeColumn(loaded.tree),
    ...(own ? [own] : []),
    ...measures.map(columnOf),
  ];
}

function sizeColumn(tree: Tree): TreeColumn {
  const most = Math.max(...tree.roots.map((i) => tree.row(i).share), Number.MIN_VALUE);
  return {
    key: "size",
    title: "Size",
    note: "Share of all conversations",
    value: (i) => tree.row(i).share,
    words: percent,
    within: (i) => interval(tree.row(i).low, tree.row(i).high),
    bar: (value) => value / most,
  };
}

function spanColumn({ tree, series, report }: Loaded, time: readonly [string, string]): TreeColumn {
  const inSpan = unitsInSpan(series, time);
  const most = Math.max(1, ...tree.roots.map((i) => inSpan(i)?.units ?? 0));
  return {
    key: "size",
    title: "In span",
    note: `Sum over the ${report.window_noun}s from ${spanName(...time)}. “+”: some of them are not shown`,
    value: (i) => inSpan(i)?.units ?? null,
    words: (value, i) => `${count(value)}${inSpan(i)?.whole ? "" : "+"}`,
    bar: (value) => value / most,
  };
}

/** The facet value that colours the map, so that the tree can be sorted by what is seen there. */
function facetColumn(
  { facets, report }: Loaded,
  { facet, value, as }: Extract<View["overlay"], { kind: "facet" }>,
): TreeColumn | null {
  const column = facets.get(facet)?.values.find((other) => other.value === value);
  if (!column) return null;
  const numbers = as === "lift" ? column.lift : column.share;
  const [lows, highs] =
    as === "lift" ? [column.lift_low, column.lift_high] : [column.low, column.high];
  const scale = as === "lift" ? "ratio" : "share";
  const at = new Map(column.clusters.map((i, n) => [i, n]));
  const told = <T>(all: readonly T[], i: number) => all[at.get(i) ?? -1] ?? null;
  const title = report.facets.find(({ name }) => name === facet)?.title ?? facet;
  return {
    key: "overlay",
    title: value,
    note: `${title}: ${as === "lift" ? "times as often as elsewhere" : `share of ${report.unit[1]}`}`,
    value: (i) => told(numbers, i),
    words: (number) => measureWords(scale, number),
    within: (i) => between(scale, told(lows, i), told(highs, i)),
    notable: (i) => told(column.notable, i) === true,
  };
}

/** The column that says what the map's colours say. */
export function columnFor(overlay: View["overlay"]): string {
  if (overlay.kind === "topic") return "size";
  return overlay.kind === "facet" ? "overlay" : overlay.key;
}

function columnOf(measure: Measure): TreeColumn {
  return {
    key: measure.key,
    title: measure.title,
    note: measure.note,
    value: (i) => measure.values[i] ?? null,
    words: (value) => measureWords(measure.scale, value),
    within: (i) => between(measure.scale, measure.low[i], measure.high[i]),
    notable: (i) => measure.notable[i] === true,
  };
}

function between(scale: Measure["scale"], low?: number | null, high?: number | null): string {
  if (low == null || high == null) return "";
  return `95\u00a0% interval ${measureWords(scale, low)} to ${measureWords(scale, high)}`;
}

function told(measure: Measure): boolean {
  return measure.values.some((value) => value !== null);
}
