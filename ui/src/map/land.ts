// The ground under the dots: every top area as an island, its shore and heights drawn as lines
// around the published discs of its base clusters.
import type { Tree } from "../model/tree";
import { contour, type Field } from "./contour";

export interface Island {
  /** Row of the top cluster. */
  cluster: number;
  /** From the sea up: shore first. In report units. */
  steps: Path2D[];
}

/** Heights at which a line is drawn. */
const HEIGHTS = [0.16, 0.42, 0.86];
const FEWER = [0.16, 0.6]; // where there are so many islands that lines would crowd
const MANY = 2000; // base clusters
const REACH = 2.1; // radii over which a disc lifts the ground
const CELLS = 420; // across the whole map

export function makeLand(tree: Tree): Island[] {
  const levels = tree.leaves.length > MANY ? FEWER : HEIGHTS;
  return tree.roots.map((root) => {
    const leaves = tree.leavesBelow(root);
    const { field, left, top, step } = heights(tree, leaves);
    const steps = levels.map((height) => {
      const path = new Path2D();
      for (const ring of contour(field, height)) draw(path, ring, left, top, step);
      return path;
    });
    return { cluster: root, steps };
  });
}

interface Raised {
  field: Field;
  left: number;
  top: number;
  step: number;
}

function heights(tree: Tree, leaves: readonly number[]): Raised {
  let [left, top, right, bottom, widest] = [Infinity, Infinity, -Infinity, -Infinity, 0];
  for (const leaf of leaves) {
    const { x, y, radius } = tree.row(leaf);
    const reach = REACH * radius;
    left = Math.min(left, x - reach);
    right = Math.max(right, x + reach);
    top = Math.min(top, y - reach);
    bottom = Math.max(bottom, y + reach);
    widest = Math.max(widest, radius);
  }
  // A lone small island still gets a round shore.
  const step = Math.min(2 / CELLS, Math.max(right - left, bottom - top, 1e-6) / 48);
  left -= 2 * step;
  top -= 2 * step;
  const width = Math.ceil((right - left) / step) + 3;
  const height = Math.ceil((bottom - top) / step) + 3;
  const values = new Float32Array(width * height);
  for (const leaf of leaves) lift(values, width, tree.row(leaf), left, top, step);
  return { field: { values, width, height }, left, top, step };
}

function lift(
  values: Float32Array,
  width: number,
  disc: { x: number; y: number; radius: number },
  left: number,
  top: number,
  step: number,
): void {
  const reach = Math.max(REACH * disc.radius, 1.5 * step);
  const first = Math.ceil((disc.y - reach - top) / step);
  const last = Math.floor((disc.y + reach - top) / step);
  for (let row = first; row <= last; row++) {
    const dy = (top + row * step - disc.y) / reach;
    const half = Math.sqrt(Math.max(0, 1 - dy * dy)) * reach;
    const from = Math.ceil((disc.x - half - left) / step);
    const to = Math.floor((disc.x + half - left) / step);
    for (let column = from; column <= to; column++) {
      const dx = (left + column * step - disc.x) / reach;
      const rest = 1 - dx * dx - dy * dy;
      if (rest > 0) values[row * width + column]! += rest * rest;
    }
  }
}

/** A ring as a smooth closed line: curves through the middles of its edges. */
function draw(path: Path2D, ring: Float32Array, left: number, top: number, step: number): void {
  const n = ring.length / 2;
  const x = (i: number) => left + ring[2 * (i % n)]! * step;
  const y = (i: number) => top + ring[2 * (i % n) + 1]! * step;
  path.moveTo((x(n - 1) + x(0)) / 2, (y(n - 1) + y(0)) / 2);
  for (let i = 0; i < n; i++)
    path.quadraticCurveTo(x(i), y(i), (x(i) + x(i + 1)) / 2, (y(i) + y(i + 1)) / 2);
  path.closePath();
}
