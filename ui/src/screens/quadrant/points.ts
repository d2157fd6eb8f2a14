// A quadrant's topics as points, and what its numbers say in words.
import type { Measure, Quadrant } from "../../api/types";
import { measureWords, NOT_SHOWN, percentTick } from "../../charts/format";
import type { ScatterAxis, ScatterPoint } from "../../charts/types";
import type { Tree } from "../../model/tree";

/** One topic with both measures, and the corner in which it is listed. */
export interface QuadrantRow extends ScatterPoint {
  cluster: number;
  corner: string;
}

export function rowsOf(tree: Tree, quadrant: Quadrant): QuadrantRow[] {
  const [x, y] = [tree.measures.get(quadrant.x), tree.measures.get(quadrant.y)];
  if (!x || !y) return [];
  return quadrant.clusters.flatMap((cluster) => {
    const [along, up] = [x.values[cluster] ?? null, y.values[cluster] ?? null];
    if (along === null || up === null) return [];
    const row = tree.row(cluster);
    const corner = quadrant.corners.find((own) => own.clusters.includes(cluster))?.title ?? "";
    return [
      {
        key: row.id,
        label: row.name,
        x: along,
        y: up,
        xLow: x.low[cluster] ?? null,
        xHigh: x.high[cluster] ?? null,
        yLow: y.low[cluster] ?? null,
        yHigh: y.high[cluster] ?? null,
        size: row.units,
        marked: corner !== "",
        cluster,
        corner,
      },
    ];
  });
}

export function axisOf(measure: Measure, split: number): ScatterAxis {
  return {
    title: measure.title,
    format: (value) => measureWords(measure.scale, value),
    ...(measure.scale === "share" ? { tick: percentTick } : {}),
    split,
    splitLabel: "whole report",
  };
}

/** "8.1 % (5.0 % to 12.8 %)". */
export function reading(measure: Measure, cluster: number): string {
  const { scale } = measure;
  const value = measure.values[cluster] ?? null;
  const [low, high] = [measure.low[cluster] ?? null, measure.high[cluster] ?? null];
  if (value === null) return NOT_SHOWN;
  const [here, from, to] = [value, low, high].map((n) => n !== null && measureWords(scale, n));
  return from && to ? `${here} (${from} to ${to})` : String(here);
}

/** What the correlation says, as carefully as its interval asks for. */
export function relation(quadrant: Quadrant, x: string, y: string): string {
  const { r, low, high, n } = quadrant;
  if (r === null || low === null || high === null)
    return `With ${n} topics there is too little to say whether “${y}” goes with “${x}”.`;
  const numbers = `r\u00a0=\u00a0${signed(r)}, 95\u00a0% interval ${signed(low)} to ${signed(high)}, over ${n} topics, weighted by their size`;
  if (low <= 0 && high >= 0)
    return `Whether “${y}” goes with “${x}” cannot be told from this report: ${numbers}.`;
  const strength = Math.abs(r) < 0.3 ? "loosely" : Math.abs(r) < 0.7 ? "clearly" : "closely";
  const way = r > 0 ? "rises" : "falls";
  return `“${y}” ${strength} ${way} with “${x}”: ${numbers}.`;
}

/** With a true minus sign, which does not break from its number. */
function signed(value: number): string {
  return value.toFixed(2).replace("-", "\u2212");
}
