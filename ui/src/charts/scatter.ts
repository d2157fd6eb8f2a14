// Where the points of a scatter chart lie, and what is said of one.
import { extent, max } from "d3-array";
import { type ScaleContinuousNumeric, scaleLinear, scaleSqrt } from "d3-scale";
import { count } from "./format";
import type { ScatterAxis, ScatterPoint } from "./types";

export type Scale = ScaleContinuousNumeric<number, number>;

export interface Spot {
  point: ScatterPoint;
  x: number;
  y: number;
  r: number;
}

/** A drawing of points: two axes and the room that they leave. */
export interface Plot {
  width: number;
  height: number;
  x: Scale;
  y: Scale;
  /** Large points first, so that small ones lie on top and can be reached. */
  spots: readonly Spot[];
}

export const PAD = { top: 14, right: 16, bottom: 46, left: 58 };

export function layout(
  points: readonly ScatterPoint[],
  xAxis: ScatterAxis,
  yAxis: ScatterAxis,
  width: number,
): Plot {
  const height = Math.round(Math.min(560, Math.max(320, width * 0.62)));
  const x = scaleLinear()
    .domain(
      domain(
        points.map((p) => p.x),
        xAxis.split,
      ),
    )
    .range([PAD.left, width - PAD.right])
    .nice(5);
  const y = scaleLinear()
    .domain(
      domain(
        points.map((p) => p.y),
        yAxis.split,
      ),
    )
    .range([height - PAD.bottom, PAD.top])
    .nice(5);
  const radius = scaleSqrt()
    .domain([0, max(points, (p) => p.size) || 1])
    .range([2.5, points.length > 400 ? 10 : 18]);
  const spots = [...points]
    .sort((a, b) => b.size - a.size || (a.key < b.key ? -1 : 1))
    .map((point) => ({ point, x: x(point.x), y: y(point.y), r: radius(point.size) }));
  return { width, height, x, y, spots };
}

function domain(values: readonly number[], split: number | undefined): [number, number] {
  const [low = 0, high = 1] = extent(split === undefined ? values : [...values, split]) as
    | [number, number]
    | [undefined, undefined];
  return [Math.min(0, low), high > low ? high + 0.04 * (high - low) : low + 1];
}

/** The topmost point under a pixel. */
export function spotAt(spots: readonly Spot[], px: number, py: number): Spot | null {
  for (let n = spots.length - 1; n >= 0; n--) {
    const { x, y, r } = spots[n]!;
    if ((x - px) ** 2 + (y - py) ** 2 <= (r + 1) ** 2) return spots[n]!;
  }
  return null;
}

export function withEnds(
  value: number,
  low: number | null,
  high: number | null,
  axis: ScatterAxis,
): string {
  if (low === null || high === null) return axis.format(value);
  return `${axis.format(value)} (${axis.format(low)} to ${axis.format(high)})`;
}

export function spoken(point: ScatterPoint, x: ScatterAxis, y: ScatterAxis, unit: string): string {
  const one = `${x.title} ${withEnds(point.x, point.xLow, point.xHigh, x)}`;
  const two = `${y.title} ${withEnds(point.y, point.yLow, point.yHigh, y)}`;
  return `${point.label}: ${one}, ${two}, ${count(point.size)} ${unit}`;
}
