// Lines of equal height through a grid, as closed rings (marching squares with interpolation).

export interface Field {
  values: Float32Array;
  /** Cells across and down; the outermost are 0, so that every line closes. */
  width: number;
  height: number;
}

/** Rings of alternating x, y in grid steps. */
export function contour({ values, width, height }: Field, level: number): Float32Array[] {
  // A crossing lies on an edge of the grid: 2 * cell for the edge to the right, + 1 downwards.
  const next = new Map<number, number>();
  for (let y = 0; y + 1 < height; y++)
    for (let x = 0; x + 1 < width; x++) {
      const at = y * width + x;
      const a = values[at]! >= level ? 1 : 0;
      const b = values[at + 1]! >= level ? 2 : 0;
      const c = values[at + width + 1]! >= level ? 4 : 0;
      const d = values[at + width]! >= level ? 8 : 0;
      for (const [from, to] of SEGMENTS[a | b | c | d]!)
        next.set(edge(at, from, width), edge(at, to, width));
    }
  const rings: Float32Array[] = [];
  while (next.size) {
    const first = next.keys().next().value!;
    const ring: number[] = [];
    for (let e: number | undefined = first; e !== undefined; ) {
      const after = next.get(e);
      if (after === undefined) break;
      next.delete(e);
      push(ring, e, values, width, level);
      e = after;
    }
    if (ring.length >= 6) rings.push(Float32Array.from(ring));
  }
  return rings;
}

// Sides of a cell: 0 top, 1 right, 2 bottom, 3 left; the inside lies to the right of the way.
const SEGMENTS: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];

function edge(cell: number, side: number, width: number): number {
  if (side === 0) return 2 * cell;
  if (side === 1) return 2 * (cell + 1) + 1;
  if (side === 2) return 2 * (cell + width);
  return 2 * cell + 1;
}

function push(ring: number[], e: number, values: Float32Array, width: number, level: number) {
  const cell = e >> 1;
  const down = (e & 1) === 1;
  const a = values[cell]!;
  const b = values[cell + (down ? width : 1)]!;
  const t = a === b ? 0.5 : (level - a) / (b - a);
  ring.push((cell % width) + (down ? 0 : t), Math.floor(cell / width) + (down ? t : 0));
}
