// Which labels are shown at which scale. Pure and computed once per map: a label has one interval
// of scales, whatever is panned to, so nothing flickers and panning changes nothing.
//
// A label enters at the first scale at which it is due (its cluster is large enough on screen, its
// parent has entered) and touches no label of higher rank; it stays until its cluster fills the
// screen. Two labels that do not touch at one scale touch at no larger one.

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
  const y = Float64Array.from(boxes, (box) => box.y);
  const rank = rankOf(boxes);
  const waiting: number[][] = Array.from({ length: levels }, () => []);
  const levelOf = (scale: number) =>
    Math.max(0, Math.ceil(Math.log(scale / least) / Math.log(STEP) - 1e-9));
  const queue = (i: number, level: number) => waiting[level]?.push(i);
  for (const [i, box] of boxes.entries())
    if (box.parent === null) queue(i, levelOf(dueAt(box, options)));
  const children = childrenOf(boxes);
  const release = (i: number, level: number) => {
    for (const child of children[i]!)
      queue(child, Math.max(level, levelOf(dueAt(boxes[child]!, options))));
  };

  const grid = new Grid(boxes, y, to, options.gap);
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
      for (const i of wave.sort((a, b) => rank[a]! - rank[b]!)) {
        const free = to[i]! > scale ? settle(i, boxes, y, to, grid, options.gap) : scale;
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
  return { from, to, y };
}

/** Radii above the centre at which a label may stand, the best first: those of the top stay near. */
const STANDS = [0, -0.6, 0.6] as const;
const TOP_STANDS = [0, -0.3, 0.3] as const;

/** Finds a free stand and returns 0, or the least scale at which one may become free. */
function settle(
  i: number,
  boxes: readonly LabelBox[],
  y: Float64Array,
  to: Float64Array,
  grid: Grid,
  gap: number,
): number {
  let soonest = Infinity;
  for (const stand of boxes[i]!.depth === 0 ? TOP_STANDS : STANDS) {
    y[i] = boxes[i]!.y + stand * boxes[i]!.radius;
    const blocker = grid.blocker(i);
    if (blocker < 0) return 0;
    soonest = Math.min(soonest, to[blocker]!, freeAt(boxes, y, i, blocker, gap));
  }
  return soonest;
}

/** Higher levels first, then larger clusters, then the order of the report. */
function rankOf(boxes: readonly LabelBox[]): Int32Array {
  const order = boxes.map((_, i) => i);
  order.sort((a, b) => {
    const [p, q] = [boxes[a]!, boxes[b]!];
    return p.depth - q.depth || q.weight - p.weight || a - b;
  });
  const rank = new Int32Array(boxes.length);
  order.forEach((i, at) => {
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

function dueAt(box: LabelBox, options: PlaceOptions): number {
  return box.parent === null ? options.scales[0] : options.due / box.radius;
}

/** The scale from which two labels no longer touch. */
function freeAt(
  boxes: readonly LabelBox[],
  y: Float64Array,
  i: number,
  j: number,
  gap: number,
): number {
  const [a, b] = [boxes[i]!, boxes[j]!];
  const wide = (a.width + b.width) / 2 + gap;
  const high = (a.height + b.height) / 2 + gap;
  return Math.min(wide / Math.abs(a.x - b.x), high / Math.abs(y[i]! - y[j]!));
}

const CELL = 72; // pixels
const BUCKETS = 1 << 15;

/**
 * Labels by cells of the screen. What was put in at one scale covers fewer cells at a larger one,
 * so a grid serves until cells have grown too large; two cells may share a bucket.
 */
class Grid {
  scale = 0;
  private filledAt = 0;
  private readonly first = new Int32Array(BUCKETS);
  private next: number[] = [];
  private label: number[] = [];

  constructor(
    private readonly boxes: readonly LabelBox[],
    private readonly y: Float64Array,
    private readonly to: Float64Array,
    private readonly gap: number,
  ) {}

  outgrown(scale: number): boolean {
    return scale > 3 * this.filledAt;
  }

  fill(labels: readonly number[], scale: number): void {
    this.filledAt = scale;
    this.scale = scale;
    this.first.fill(-1);
    this.next = [];
    this.label = [];
    for (const i of labels) this.add(i);
  }

  add(i: number): void {
    const [left, right, low, high] = this.cells(i);
    for (let row = low; row <= high; row++)
      for (let column = left; column <= right; column++) {
        const bucket = bucketOf(row, column);
        this.next.push(this.first[bucket]!);
        this.first[bucket] = this.label.push(i) - 1;
      }
  }

  /** A label that touches this one, -1 if none does. */
  blocker(i: number): number {
    const [left, right, low, high] = this.cells(i);
    for (let row = low; row <= high; row++)
      for (let column = left; column <= right; column++)
        for (let at = this.first[bucketOf(row, column)]!; at >= 0; at = this.next[at]!) {
          const other = this.label[at]!;
          if (this.to[other]! <= this.scale) continue;
          if (freeAt(this.boxes, this.y, i, other, this.gap) > this.scale) return other;
        }
    return -1;
  }

  private cells(i: number): [number, number, number, number] {
    const { x, width, height } = this.boxes[i]!;
    const y = this.y[i]!;
    const w = (width + this.gap) / 2 / this.scale;
    const h = (height + this.gap) / 2 / this.scale;
    const per = this.filledAt / CELL;
    return [
      Math.floor((x - w) * per),
      Math.floor((x + w) * per),
      Math.floor((y - h) * per),
      Math.floor((y + h) * per),
    ];
  }
}

function bucketOf(row: number, column: number): number {
  return (Math.imul(row, 73_856_093) ^ Math.imul(column, 19_349_663)) & (BUCKETS - 1);
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
    if (always !== null && freeAt(boxes, y, i, always, PLACING.gap) > scale) continue;
    found.push(i);
    if (found.length >= cap) break;
  }
  return found;
}

/** Indices by rank: the order in which labels may take room. */
export function orderOf(boxes: readonly LabelBox[]): Int32Array {
  const rank = rankOf(boxes);
  const order = new Int32Array(boxes.length);
  rank.forEach((at, i) => {
    order[at] = i;
  });
  return order;
}
