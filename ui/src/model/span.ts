// People in a span of time, from the published windows.
import type { SeriesDoc } from "../api/types";

export interface SpanUnits {
  /** Summed over windows: a person who came in two months counts twice. */
  units: number;
  /** False where a window in between is not shown: the sum is then a lower bound. */
  whole: boolean;
}

const known = new WeakMap<SeriesDoc, Map<number, readonly (number | null)[]>>();

/** Looks up clusters; null: no window of the span tells anything. */
export function unitsInSpan(
  doc: SeriesDoc,
  [first, last]: readonly [string, string],
): (cluster: number) => SpanUnits | null {
  const from = doc.windows.indexOf(first);
  const to = doc.windows.indexOf(last);
  const all = people(doc);
  return (cluster) => {
    const told = all.get(cluster)?.slice(from, to + 1);
    if (from < 0 || !told?.some((value) => value !== null)) return null;
    return {
      units: told.reduce<number>((sum, value) => sum + (value ?? 0), 0),
      whole: told.every((value) => value !== null),
    };
  };
}

function people(doc: SeriesDoc): Map<number, readonly (number | null)[]> {
  const found = known.get(doc) ?? new Map();
  if (found.size === 0)
    for (const { cluster, facet, units } of doc.series)
      if (cluster !== null && facet === "") found.set(cluster, units);
  known.set(doc, found);
  return found;
}
