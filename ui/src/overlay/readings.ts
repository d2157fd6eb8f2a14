// What an overlay says about every cluster, in parallel columns; NaN is "not shown".
import type { FacetEntry, Measure } from "../api/types";
import type { Loaded } from "../state/store";
import type { Overlay } from "../state/view";

export interface Readings {
  title: string;
  note: string;
  scale: Measure["scale"];
  /** The whole report's value, where there is one to compare with. */
  base: number | null;
  value: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/** Null: the overlay is "topic", its facet is still on its way, or the report has no such thing. */
export function readingsOf(loaded: Loaded, overlay: Overlay): Readings | null {
  if (overlay.kind === "topic") return null;
  if (overlay.kind === "measure") {
    const measure = loaded.tree.measures.get(overlay.key);
    return measure ? ofMeasure(measure) : null;
  }
  const entry = loaded.report.facets.find((facet) => facet.name === overlay.facet);
  const column = loaded.facets
    .get(overlay.facet)
    ?.values.find((values) => values.value === overlay.value);
  if (!entry || !column) return null;
  const n = loaded.tree.rows.length;
  const lift = overlay.as === "lift";
  const spread = (told: readonly (number | null)[]) => {
    const all = new Float64Array(n).fill(Number.NaN);
    column.clusters.forEach((cluster, i) => {
      all[cluster] = told[i] ?? Number.NaN;
    });
    return all;
  };
  return {
    title: `${entry.title}: ${overlay.value}`,
    note: lift
      ? "How often in the topic, compared with the rest of the report."
      : `Share of the ${loaded.report.unit[1]} in the topic.`,
    scale: lift ? "ratio" : "share",
    base: lift ? 1 : baseOf(entry, overlay.value),
    value: spread(lift ? column.lift : column.share),
    low: spread(lift ? column.lift_low : column.low),
    high: spread(lift ? column.lift_high : column.high),
  };
}

export function baseOf(entry: FacetEntry, value: string): number | null {
  return entry.base[entry.values.indexOf(value)]?.share ?? null;
}

function ofMeasure(measure: Measure): Readings {
  const column = (told: readonly (number | null)[]) => {
    const all = new Float64Array(told.length);
    told.forEach((v, i) => {
      all[i] = v ?? Number.NaN;
    });
    return all;
  };
  return {
    title: measure.title,
    note: measure.note,
    scale: measure.scale,
    base: measure.scale === "ratio" ? 1 : measure.base,
    value: column(measure.values),
    low: column(measure.low),
    high: column(measure.high),
  };
}

/**
 * For every cluster the nearest one, itself or above it, of which something is told; -1 where
 * nothing is. Rows come parents first.
 */
export function toldBy(value: Float64Array, parents: readonly (number | null)[]): Int32Array {
  const found = new Int32Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const parent = parents[i] ?? null;
    found[i] = Number.isNaN(value[i]) ? (parent === null ? -1 : found[parent]!) : i;
  }
  return found;
}

/** How little is known, 0 (a narrow interval) to 1. */
export function doubt(scale: Measure["scale"], low: number, high: number): number {
  if (Number.isNaN(low) || Number.isNaN(high)) return 0;
  if (scale === "ratio") {
    if (low <= 0 || high <= 0) return high > 0 ? 1 : 0;
    return clamp((Math.log2(high / low) - 1) / 3);
  }
  if (scale === "share") return clamp((high - low - 0.12) / 0.38);
  return 0;
}

function clamp(t: number): number {
  return Math.min(1, Math.max(0, t));
}
