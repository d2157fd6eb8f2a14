// What the panel says of a cluster, computed from the documents; no drawing here.
import type { FacetDoc, FacetEntry, Series, SeriesDoc } from "../api/types";
import { percent, ratioInWords } from "../charts/format";
import type { SeriesLine, ShareRow } from "../charts/types";
import type { Tree } from "../model/tree";

/** A facet value in one cluster. */
export interface ValueRow extends ShareRow {
  lift: number | null;
  liftLow: number | null;
  liftHigh: number | null;
  /** Of topics taken together, those that show it, where not all do: "2 of 3 topics". */
  least?: string;
}

export interface BreakdownRows {
  told: ValueRow[];
  /** Values that are not shown here. */
  few: string[];
}

const ORDERED = new Set(["integer", "number"]);
/** A short facet keeps its suppressed values in place; of a long one they are only named. */
const SHORT = 6;

/** What is told of a facet in a cluster; null: nothing at all. */
export function breakdown(entry: FacetEntry, doc: FacetDoc, cluster: number): BreakdownRows | null {
  const told: ValueRow[] = [];
  const few: string[] = [];
  entry.values.forEach((value, n) => {
    const column = doc.values.find((other) => other.value === value);
    const at = column?.clusters.indexOf(cluster) ?? -1;
    const share = at < 0 ? null : (column!.share[at] ?? null);
    if (!column || share === null) {
      if (entry.values.length > SHORT) few.push(value);
      else told.push(untold(value));
      return;
    }
    const lift = column.lift[at] ?? null;
    const notable = column.notable[at] ?? false;
    const [liftLow, liftHigh] = [column.lift_low[at] ?? null, column.lift_high[at] ?? null];
    told.push({
      key: value,
      label: value,
      value: share,
      low: column.low[at] ?? null,
      high: column.high[at] ?? null,
      units: column.units[at] ?? null,
      base: entry.base[n]?.share ?? null,
      notable,
      lift,
      liftLow,
      liftHigh,
      ...(notable && lift !== null ? { words: ratioInWords(lift, liftLow, liftHigh) } : {}),
    });
  });
  if (!told.some(({ value }) => value !== null)) return null;
  if (!ORDERED.has(entry.kind)) told.sort(notableFirst);
  return { told, few };
}

function untold(value: string): ValueRow {
  const nothing = { value: null, low: null, high: null, units: null };
  return { key: value, label: value, ...nothing, lift: null, liftLow: null, liftHigh: null };
}

function notableFirst(a: ValueRow, b: ValueRow): number {
  const told = Number(b.value !== null) - Number(a.value !== null);
  return told || Number(b.notable) - Number(a.notable) || (b.value ?? 0) - (a.value ?? 0);
}

/** The whole report's shares of a facet. */
export function baseRows(entry: FacetEntry): BreakdownRows {
  const few: string[] = [];
  const told: ValueRow[] = [];
  entry.values.forEach((value, n) => {
    const base = entry.base[n];
    if (base?.share == null) {
      if (entry.values.length > SHORT) few.push(value);
      else told.push(untold(value));
    } else
      told.push({
        key: value,
        label: value,
        value: base.share,
        low: base.low,
        high: base.high,
        units: base.units,
        lift: null,
        liftLow: null,
        liftHigh: null,
      });
  });
  return { told, few };
}

/** The nearest cluster above of which some of these facets tells something. */
export function ancestorThatTells(
  tree: Tree,
  cluster: number,
  docs: readonly FacetDoc[],
): number | null {
  const above = tree.path(cluster).slice(0, -1).reverse();
  return above.find((i) => docs.some((doc) => tells(doc, i))) ?? null;
}

function tells(doc: FacetDoc, cluster: number): boolean {
  return doc.values.some((column) => {
    const at = column.clusters.indexOf(cluster);
    return at >= 0 && column.share[at] != null;
  });
}

/** "2nd of 12". */
export function rankAmong(tree: Tree, cluster: number): string {
  const siblings = tree.siblings(cluster);
  const own = tree.row(cluster).share;
  const rank = 1 + siblings.filter((i) => tree.row(i).share > own).length;
  return `${ordinal(rank)} of ${siblings.length}`;
}

export function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}

/** Share of the conversations of the area above, both counts as published. */
export function shareOfParent(tree: Tree, cluster: number): string | null {
  const { parent, conversations } = tree.row(cluster);
  const whole = parent === null ? 0 : tree.row(parent).conversations;
  return whole > 0 ? percent(Math.min(1, conversations / whole)) : null;
}

/** Series that tell at least two windows of a cluster (null: the whole report). */
export function seriesOf(doc: SeriesDoc, cluster: number | null): Series[] {
  return doc.series.filter(
    (series) =>
      series.cluster === cluster && series.units.filter((value) => value !== null).length > 1,
  );
}

export function lineOf(series: Series, label: string): SeriesLine {
  const { units, share, low, high } = series;
  return { label, units, share, low, high };
}

/** A level line: the share over all of the time. */
export function levelLine(doc: SeriesDoc, share: number, label: string): SeriesLine {
  const same = doc.windows.map(() => share);
  return { label, units: doc.windows.map(() => null), share: same, low: same, high: same };
}
