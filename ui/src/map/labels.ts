// Which labels are shown at which scale. Pure and computed once per map: a label has one interval
// of scales, whatever is panned to, so nothing flickers and panning changes nothing.
//
// A label enters at the first scale at which it is due (its cluster is large enough on screen, its
// parent has entered) and touches no label of higher rank; it stays until its cluster fills the
// screen. Two labels that do not touch at one scale touch at no larger one. The names of the top are
// chosen at the scale at which the whole is looked at, the largest first: what is smaller could
// else take the room at a smaller scale, where the larger one does not fit.

import { Grid, type Spots } from "./labelGrid";

/** A label to place: where it belongs in report units, its size in pixels on screen. */
export interface LabelBox {
  x: number;
  y: number;
  radius: number;
  width: number;
  height: number;
  /** Index of the parent's label; comes earlier. Null at the top. */
  parent: number | null;
  depth: number;
  weight: number;
  leaf: boolean;
}

/** From which scale on (pixels per report unit) a label is shown, until which, and where. */
export interface Intervals {
  from: Float64Array;
  to: Float64Array;
  /** In report units: the cluster's centre, or above or below it where that is taken. */
  y: Float64Array;
}

export interface PlaceOptions {
  /** Smallest and largest scale that can be looked at. */
  scales: readonly [number, number];
  /** The scale at which the whole is seen, where names of the top are chosen; left out, the least. */
  fit?: number;
  /** Pixels that stay free around a label. */
  gap: number;
  /** Radius in pixels from which a cluster deserves a label. */
  due: number;
  /** Radius in pixels beyond which a cluster that has children is no longer named. */
  gone: number;
}

export const PLACING: Omit<PlaceOptions, "scales"> = { gap: 5, due: 13, gone: 620 };

const STEP = 2 ** 0.25;

export function placeLabels(boxes: readonly LabelBox[], options: PlaceOptions): Intervals {
  const [least, most] = options.scales;
  const levels = Math.max(1, Math.ceil(Math.log(most / least) / Math.log(STEP)) + 1);
  const from = new Float64Array(boxes.length).fill(Infinity);
  const to = Float64Array.from(boxes, (box) => (box.leaf ? Infinity : options.gone / box.radius));
  const spots = spotsOf(boxes, options.gap);
  const rank = rankOf(boxes);
  const fit = Math.max(least, Math.min(options.fit ?? least, most));
  const grid = new Grid(spots, to);
  const first = chosenAt(fit, boxes, rank, spots, to);
  const waiting: number[][] = Array.from({ length: levels }, () => []);
  const levelOf = (scale: number) =>
    Math.max(0, Math.ceil(Math.log(scale / least) / Math.log(STEP) - 1e-9));
  const queue = (i: number, level: number) => waiting[level]?.push(i);
  for (const [i, box] of boxes.entries())
    if (box.parent === null) queue(i, levelOf(first.has(i) ? least : fit));
  const children = childrenOf(boxes);
  const inTurn = (a: number, b: number) =>
    Number(first.has(b)) - Number(first.has(a)) || rank[a]! - rank[b]!;
  const release = (i: number, level: number) => {
    for (const child of children[i]!)
      queue(child, Math.max(level, levelOf(Math.max(fit, options.due / boxes[child]!.radius))));
  };

  let shown: number[] = [];
  for (let level = 0; level < levels; level++) {
    const scale = least * STEP ** level;
    let wave = waiting[level]!;
    if (!wave.length) continue;
    if (grid.outgrown(scale)) {
      shown = shown.filter((i) => to[i]! > scale);
      grid.fill(shown, scale);
    }
    grid.scale = scale;
    // Children whose parent has just entered may follow at the same scale: one wave after another.
    for (; wave.length; wave = waiting[level]!) {
      waiting[level] = [];
      for (const i of wave.sort(inTurn)) {
        const stands = first.has(i) ? null : standsOf(boxes[i]!);
        const free = to[i]! > scale ? settle(boxes[i]!, i, spots, to, grid, stands) : scale;
        if (free > scale) {
          queue(i, Math.max(level + 1, levelOf(free)));
          continue;
        }
        from[i] = Math.min(scale, to[i]!); // empty where there never was room
        release(i, level);
        if (to[i]! <= scale) continue;
        shown.push(i);
        grid.add(i);
      }
    }
  }
  return { from, to, y: spots.y };
}

/** Radii above the centre at which a label may stand, the best first: those of the top stay near. */
const STANDS = [0, -0.6, 0.6] as const;
const TOP_STANDS = [0, -0.3, 0.3, -0.55, 0.55] as const;

function standsOf(box: LabelBox): readonly number[] {
  return box.depth === 0 ? TOP_STANDS : STANDS;
}

/** Finds a free stand and returns 0, or the least scale at which one may become free. */
function settle(
  box: LabelBox,
  i: number,
  spots: Spots,
  to: Float64Array,
  grid: Grid,
  stands: readonly number[] | null, // null: it stands already
): number {
  let soonest = Infinity;
  const own = stands?.map((stand) => box.y + stand * box.radius) ?? [spots.y[i]!];
  for (const y of own) {
    spots.y[i] = y;
    const blocker = grid.blocker(i);
    if (blocker < 0) return 0;
    soonest = Math.min(soonest, to[blocker]!, freeAt(spots, i, blocker));
  }
  return soonest;
}

/** Higher levels first, then larger clusters, then the order of the report. */
function rankOf(boxes: readonly LabelBox[]): Int32Array {
  const rank = new Int32Array(boxes.length);
  orderOf(boxes).forEach((i, at) => {
    rank[i] = at;
  });
  return rank;
}

function childrenOf(boxes: readonly LabelBox[]): number[][] {
  const children: number[][] = boxes.map(() => []);
  boxes.forEach((box, i) => {
    if (box.parent !== null) children[box.parent]!.push(i);
  });
  return children;
}

/** The names of the top for which there is room at one scale, the largest first; they stand then. */
function chosenAt(
  scale: number,
  boxes: readonly LabelBox[],
  rank: Int32Array,
  spots: Spots,
  to: Float64Array,
): ReadonlySet<number> {
  const tops = [...boxes.keys()].filter((i) => boxes[i]!.parent === null && to[i]! > scale);
  const found = new Set<number>();
  const grid = new Grid(spots, to);
  grid.fill([], scale);
  for (const i of tops.sort((a, b) => rank[a]! - rank[b]!)) {
    if (settle(boxes[i]!, i, spots, to, grid, standsOf(boxes[i]!)) > 0) continue;
    found.add(i);
    grid.add(i);
  }
  return found;
}

function spotsOf(boxes: readonly LabelBox[], gap: number): Spots {
  return {
    x: Float64Array.from(boxes, (box) => box.x),
    y: Float64Array.from(boxes, (box) => box.y),
    wide: Float64Array.from(boxes, (box) => (box.width + gap) / 2),
    high: Float64Array.from(boxes, (box) => (box.height + gap) / 2),
  };
}

/** The scale from which two labels no longer touch. */
function freeAt({ x, y, wide, high }: Spots, i: number, j: number): number {
  return Math.min(
    (wide[i]! + wide[j]!) / Math.abs(x[i]! - x[j]!),
    (high[i]! + high[j]!) / Math.abs(y[i]! - y[j]!),
  );
}

export interface Window {
  /** Pixels per report unit, and what is in sight, in report units. */
  scale: number;
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/**
 * The labels of one view, highest first: those whose interval holds the scale and that lie in sight,
 * at most `cap`. `always` (the selected cluster) is shown in any case; what it touches gives way.
 */
export function labelsIn(
  boxes: readonly LabelBox[],
  { from, to, y }: Intervals,
  view: Window,
  order: Int32Array,
  always: number | null,
  cap = 120,
): number[] {
  const found: number[] = always === null ? [] : [always];
  const { scale } = view;
  for (const i of order) {
    if (from[i]! > scale || to[i]! <= scale || i === always) continue;
    const box = boxes[i]!;
    const w = box.width / 2 / scale;
    const h = box.height / 2 / scale;
    if (box.x + w < view.minX || box.x - w > view.maxX) continue;
    if (y[i]! + h < view.minY || y[i]! - h > view.maxY) continue;
    if (always !== null && touching(box, y[i]!, boxes[always]!, y[always]!, scale)) continue;
    found.push(i);
    if (found.length >= cap) break;
  }
  return found;
}

function touching(a: LabelBox, ay: number, b: LabelBox, by: number, scale: number): boolean {
  return (
    Math.abs(a.x - b.x) * scale < (a.width + b.width) / 2 + PLACING.gap &&
    Math.abs(ay - by) * scale < (a.height + b.height) / 2 + PLACING.gap
  );
}

/** Indices by rank: the order in which labels may take room. */
export function orderOf(boxes: readonly LabelBox[]): Int32Array {
  const order = Int32Array.from(boxes.keys());
  return order.sort((a, b) => {
    const [p, q] = [boxes[a]!, boxes[b]!];
    return p.depth - q.depth || q.weight - p.weight || a - b;
  });
}
